import { parseODataQuery, type ODataOptions } from '../../../src/query/odata/parse-query.ts'
import type { Value } from '../../../src/rows/value.ts'
import { ask, catalog, column, guid, ref, tableNamed, type World } from '../world.ts'

const WORLD: World = {
  account: [
    {
      accountid: guid(1),
      name: 'Contoso',
      revenue: 300,
      industrycode: 1,
      statecode: 0,
      primarycontactid: ref('contact', 11),
      createdon: '2026-03-02T08:00:00Z',
      interests: [1, 9],
      iscustomizable: { Value: true },
    },
    {
      accountid: guid(2),
      name: "O'Brien",
      revenue: 100,
      industrycode: 2,
      statecode: 1,
      parentaccountid: ref('account', 1),
      founded: '2020-01-01',
    },
    {
      accountid: guid(3),
      name: 'Fabrikam',
      creditonhold: true,
      industrycode: 2,
      primarycontactid: ref('contact', 12),
      ownerid: ref('systemuser', 1),
    },
  ],
  contact: [
    {
      contactid: guid(11),
      fullname: 'Ann',
      firstname: 'Ann',
      annualincome: 5,
      parentcustomerid: ref('account', 1),
    },
    { contactid: guid(12), fullname: 'Bob', annualincome: 7, parentcustomerid: ref('account', 1) },
    { contactid: guid(13), fullname: 'Cid', annualincome: 9, parentcustomerid: ref('account', 2) },
    { contactid: guid(14), fullname: 'Dan', parentcustomerid: ref('contact', 11) },
  ],
  task: [{ activityid: guid(21), subject: 'call', regardingobjectid: ref('account', 1) }],
  lead: [
    { leadid: guid(31), subject: 'fair' },
    { leadid: guid(32), subject: 'web' },
  ],
  accountleads: [
    { accountleadsid: guid(41), accountid: guid(1), leadid: guid(31) },
    { accountleadsid: guid(42), accountid: guid(2), leadid: guid(32) },
  ],
}

const parse = (options: ODataOptions, table = 'account') =>
  parseODataQuery(options, tableNamed(table), catalog)
const rows = (options: ODataOptions, table = 'account') =>
  ask(parse(options, table).query, WORLD).rows
const names = (filter: string, aliases: Record<string, string> = {}) =>
  column(ask(parse({ select: 'name', filter, aliases }).query, WORLD), 'name')
const all = ['Contoso', "O'Brien", 'Fabrikam']

function refusal(options: ODataOptions, table = 'account'): string {
  try {
    parse(options, table)
  } catch (error) {
    expect(error).toMatchObject({ code: 'QUERY_INVALID' })
    return (error as Error).message
  }
  return 'not refused'
}

describe('$filter (filter-rows)', () => {
  test.each<[string, readonly Value[]]>([
    ["name eq 'CONTOSO'", ['Contoso']],
    ["name ne 'Contoso'", ["O'Brien", 'Fabrikam']],
    ["'Contoso' eq name", ['Contoso']],
    ['100 lt revenue', ['Contoso']],
    ['revenue ge 1e2', ['Contoso', "O'Brien"]],
    ['revenue le 100.0', ["O'Brien"]],
    ['revenue eq null', ['Fabrikam']],
    ['revenue ne null', ['Contoso', "O'Brien"]],
    ['creditonhold', ['Fabrikam']],
    ['creditonhold eq true', ['Fabrikam']],
    ['not creditonhold', ['Contoso', "O'Brien"]],
    ['iscustomizable/Value eq true', ['Contoso']],
    ['createdon eq 2026-03-02T08:00:00Z', ['Contoso']],
    ['createdon ge 2026-03-02', ['Contoso']],
    ['founded lt 2021-01-01', ["O'Brien"]],
    ["interests eq '1,9'", ['Contoso']],
    [`accountid eq ${guid(2)}`, ["O'Brien"]],
    [`accountid eq '${guid(2).toUpperCase()}'`, ["O'Brien"]],
    [`_ownerid_value eq ${guid(1)}`, ['Fabrikam']],
    ['_primarycontactid_value ne null', ['Contoso', 'Fabrikam']],
    [`primarycontactid/contactid eq ${guid(11)}`, ['Contoso']],
    ["primarycontactid/fullname eq 'ann'", ['Contoso']],
    ["primarycontactid/fullname ne 'Ann'", ["O'Brien", 'Fabrikam']],
    ["parentaccountid/primarycontactid/fullname eq 'Ann'", ["O'Brien"]],
    ['primarycontactid/fullname eq primarycontactid/firstname', ['Contoso']],
    ['primarycontactid/fullname ne name and primarycontactid/annualincome lt revenue', ['Contoso']],
    ['revenue gt primarycontactid/annualincome', ['Contoso']],
    ["revenue gt 200 or name eq 'Fabrikam' and industrycode eq 2", ['Contoso', 'Fabrikam']],
    ["(revenue gt 200 or name eq 'Fabrikam') and industrycode eq 2", ['Fabrikam']],
    ["not (name eq 'Contoso' or revenue lt 200)", []],
    ['not (revenue gt 100)', ["O'Brien"]],
    ["contains(name,'b')", ["O'Brien", 'Fabrikam']],
    ["contains(name,'F%k')", ['Fabrikam']],
    ["not contains(name,'b')", ['Contoso']],
    ["contains(name,'b') eq false", ['Contoso']],
    ["startswith(name, 'o''')", ["O'Brien"]],
    ["endswith(primarycontactid/fullname,'NN')", ['Contoso']],
    ['contact_customer_accounts/any()', ['Contoso', "O'Brien"]],
    ['not contact_customer_accounts/any()', ['Fabrikam']],
    [
      "contact_customer_accounts/any(c:c/fullname eq 'Cid' or c/annualincome lt 6)",
      ['Contoso', "O'Brien"],
    ],
    ['contact_customer_accounts/all(c:c/annualincome gt 6)', ["O'Brien", 'Fabrikam']],
    ['account_primary_contact/any(a:a/revenue gt 5)', []],
    ["accountleads_association/any(l:l/subject eq 'fair')", ['Contoso']],
    ["accountleads_association/all(l:l/subject eq 'fair')", ['Contoso', 'Fabrikam']],
    ['accountleads_association/any()', ['Contoso', "O'Brien"]],
    [
      "Referencedaccount_parent_account/any(a:a/contact_customer_accounts/any(c:c/fullname eq 'Cid'))",
      ['Contoso'],
    ],
    ["contact_customer_accounts/any(c:c/parentcustomerid_account/name eq 'Contoso')", ['Contoso']],
  ])('%s', (filter, expected) => {
    if (filter.startsWith('account_primary_contact')) {
      expect(column(ask(parse({ filter }, 'contact').query, WORLD), 'fullname')).toEqual(['Ann'])
    } else expect(names(filter)).toEqual(expected)
  })

  test('parameter aliases stand for values and properties, missing ones for null', () => {
    expect(names('name eq @p1', { '@p1': "'Contoso'" })).toEqual(['Contoso'])
    expect(names('@column eq @value', { '@column': 'revenue', '@value': '100' })).toEqual([
      "O'Brien",
    ])
    expect(names('revenue eq @nothing')).toEqual(['Fabrikam'])
    expect(
      names('Microsoft.Dynamics.CRM.In(PropertyName=@p,PropertyValues=@v)', {
        '@p': "'revenue'",
        '@v': "['100']",
      }),
    ).toEqual(["O'Brien"])
  })

  test('an alias cannot stand for an expression or another alias', () => {
    expect(refusal({ filter: 'name eq @a', aliases: { '@a': '@a' } })).toContain(
      'parameter alias @a',
    )
    expect(refusal({ filter: '@a', aliases: { '@a': "name eq 'x'" } })).toContain(
      'parameter alias @a',
    )
  })

  test.each<[string, readonly Value[]]>([
    ["In(PropertyName='name',PropertyValues=['contoso','FABRIKAM'])", ['Contoso', 'Fabrikam']],
    ['In(PropertyName=\'name\',PropertyValues=["contoso"])', ['Contoso']],
    ["NotIn(PropertyName='name',PropertyValues=['contoso'])", ["O'Brien", 'Fabrikam']],
    ['Between(PropertyName=\'revenue\',PropertyValues=["100","200"])', ["O'Brien"]],
    ["NotBetween(PropertyName='revenue',PropertyValues=['100','200'])", ['Contoso', 'Fabrikam']],
    ["ContainValues(PropertyName='interests',PropertyValues=['9'])", ['Contoso']],
    [
      "DoesNotContainValues(PropertyName='interests',PropertyValues=['9'])",
      ["O'Brien", 'Fabrikam'],
    ],
    ["Today(PropertyName='createdon')", ['Contoso']],
    ["LastXHours(PropertyName='createdon',PropertyValue=2)", ['Contoso']],
    ["On(PropertyName='createdon',PropertyValue='2026-03-02')", ['Contoso']],
    [
      "InFiscalPeriodAndYear(PropertyName='createdon',PropertyValue1=1,PropertyValue2=2026)",
      ['Contoso'],
    ],
    ["EqualUserId(PropertyName='ownerid')", ['Fabrikam']],
    [`Under(PropertyName='accountid',PropertyValue='${guid(1)}')`, ["O'Brien"]],
    [`AboveOrEqual(PropertyName='accountid',PropertyValue='${guid(2)}')`, ['Contoso', "O'Brien"]],
  ])('Microsoft.Dynamics.CRM.%s', (call, expected) => {
    expect(names(`Microsoft.Dynamics.CRM.${call}`)).toEqual(expected)
  })

  test('a query function inside a lambda', () => {
    const call = "Microsoft.Dynamics.CRM.In(PropertyName='fullname',PropertyValues=['Cid'])"

    expect(names(`contact_customer_accounts/any(c:${call})`)).toEqual(["O'Brien"])
    expect(
      names(`contact_customer_accounts/any(c:${call.replace("'fullname'", 'c/fullname')})`),
    ).toEqual(["O'Brien"])
  })

  test.each([
    ['', "Expression expected at position 0 in ''."],
    ['name eq', "Expression expected at position 7 in 'name eq'."],
    ["name eq 'x", "There is an unterminated literal at position 10 in 'name eq 'x'."],
    [
      "lastname eq 'O'Bryan'",
      "There is an unterminated literal at position 21 in 'lastname eq 'O'Bryan''.",
    ],
    ["(name eq 'x'", "')' or operator expected at position 12 in '(name eq 'x''."],
    ["name eq 'x' name", "an operator or ')' or the end was expected at position 12"],
    ['nme eq 1', "Could not find a property named 'nme' on type 'Microsoft.Dynamics.CRM.account'."],
    [
      'primarycontactid/nme eq 1',
      "Could not find a property named 'nme' on type 'Microsoft.Dynamics.CRM.contact'.",
    ],
    [
      'primarycontact/name eq 1',
      "Could not find a property named 'primarycontact' on type 'Microsoft.Dynamics.CRM.account'.",
    ],
    ['primarycontactid eq 1', "Could not find a property named 'primarycontactid'"],
    ['_name_value eq 1', "Could not find a property named '_name_value'"],
    [
      'contact_customer_accounts/fullname eq 1',
      'leads to many rows; ask about them with contact_customer_accounts/any(…)',
    ],
    ['name eq 5', "Found operand types 'Edm.String' and 'Edm.Decimal' for operator kind 'Equal'."],
    [
      "revenue gt 'x'",
      "Found operand types 'Edm.Decimal' and 'Edm.String' for operator kind 'GreaterThan'.",
    ],
    ['createdon eq 5', "Found operand types 'Edm.DateTimeOffset' and 'Edm.Decimal'"],
    ["creditonhold eq 'x'", "Found operand types 'Edm.Boolean' and 'Edm.String'"],
    ["accountid eq 'x'", "Found operand types 'Edm.Guid' and 'Edm.String'"],
    ["logo eq 'x'", "Found operand types 'Edm.Binary' and 'Edm.String'"],
    ['revenue gt null', 'null can be compared by eq and ne only'],
    ['1 eq 1', "A property on one side of 'eq'"],
    ['name', "'name' is not a yes/no property at position 0"],
    ["'x'", 'A condition was expected, not a value'],
    // `not` binds stronger than the comparison.
    ["not name eq 'x'", "A property on one side of 'eq'"],
    ['name in (1,2)', "Operator 'in' is not supported at position 5"],
    ['revenue add 1 eq 2', "Operator 'add' is not supported at position 8"],
    ["tolower(name) eq 'x'", "A property on one side of 'eq'"],
    ["indexof(name,'x')", "Function 'indexof' is not supported"],
    ["contains('x',name)", "Function 'contains' takes a text property and a text"],
    ["contains(revenue,'x')", "Found operand types 'Edm.Decimal' and 'Edm.String'"],
    [
      "not Microsoft.Dynamics.CRM.Today(PropertyName='createdon')",
      'Not operator along with the Custom Named Condition operators is not allowed',
    ],
    [
      "not (name eq 'x' and Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['x']))",
      'Not operator along with',
    ],
    ['Microsoft.Dynamics.CRM.Today()', "Function 'Today' needs PropertyName"],
    [
      "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon')",
      "Function 'LastXDays' takes PropertyName, PropertyValue",
    ],
    [
      "Microsoft.Dynamics.CRM.Today(PropertyName='createdon',PropertyValue=1)",
      "Function 'Today' takes PropertyName,",
    ],
    [
      "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['x' 'y'])",
      "Invalid JSON. A comma character ',' was expected in scope 'Array'.",
    ],
    [
      "Microsoft.Dynamics.CRM.In(PropertyName='nme',PropertyValues=['x'])",
      "Could not find a property named 'nme'",
    ],
    [
      "primarycontactid/account_primary_contact/any(a:a/name eq 'x')",
      'not about one below another property',
    ],
    ["contact_customer_accounts/any(c:fullname eq 'x')", "does not begin with 'c/'"],
    [
      "primarycontactid/any(c:c/fullname eq 'x')",
      "Could not find a property named 'primarycontactid'",
    ],
    ["contact_customer_accounts/any(c c/fullname eq 'x')", "':' was expected at position 32"],
    ['contact_customer_accounts/any(5:true)', 'the name of a range variable was expected'],
    ['contact_customer_accounts/all()', 'the name of a range variable was expected'],
    ['name eq #', "character '#' is not valid at position 8"],
    ['name eq 5x', 'is not valid at position 8'],
    [`${'('.repeat(300)}name eq 'x'${')'.repeat(300)}`, 'nested more than 200 levels deep'],
    [`${'not '.repeat(300)}creditonhold`, 'nested more than 200 levels deep'],
  ])('%s is refused', (filter, message) => {
    const table = filter.startsWith('lastname') ? 'contact' : 'account'
    expect(refusal({ filter }, table)).toContain(message)
  })

  test('full-text search is refused by name', () => {
    expect(() =>
      parse({ filter: "Microsoft.Dynamics.CRM.Contains(PropertyName='name',PropertyValue='x')" }),
    ).toThrow(
      expect.objectContaining({
        code: 'NOT_SUPPORTED',
        message: "Query function 'Microsoft.Dynamics.CRM.Contains' is not evaluated.",
      }),
    )
  })

  test('fifty thousand conditions are parsed without running out of stack', () => {
    const filter = Array.from({ length: 50_000 }, () => 'revenue eq 1').join(' or ')

    const { where } = parse({ filter }).query
    expect(where?.kind === 'or' && where.filters.length).toBe(50_000)
  })
})

describe('$select', () => {
  test('lookups are selected by their value or by their navigation property', () => {
    const { query, selected } = parse({ select: ' name , _primarycontactid_value,parentaccountid' })

    expect(query.columns).toEqual(['name', 'primarycontactid', 'parentaccountid'])
    expect(selected).toEqual(['name', '_primarycontactid_value', 'parentaccountid'])
  })

  test.each([
    ['nme', "Could not find a property named 'nme' on type 'Microsoft.Dynamics.CRM.account'."],
    ['', "Could not find a property named ''"],
    ['*', '$select=* is not supported'],
    ['contact_customer_accounts', "Could not find a property named 'contact_customer_accounts'"],
  ])('%p is refused', (select, message) => {
    expect(refusal({ select })).toContain(message)
  })
})

describe('$orderby, $top and $count', () => {
  test('choices are sorted by value, lookups by name', () => {
    expect(
      column(
        ask(parse({ select: 'name', orderby: 'industrycode desc, name' }).query, WORLD),
        'name',
      ),
    ).toEqual(['Fabrikam', "O'Brien", 'Contoso'])
    expect(
      column(
        ask(parse({ select: 'name', orderby: '_primarycontactid_value asc' }).query, WORLD),
        'name',
      ),
    ).toEqual(["O'Brien", 'Contoso', 'Fabrikam'])
  })

  test('a related column sorts too', () => {
    expect(
      column(
        ask(parse({ select: 'name', orderby: 'primarycontactid/fullname desc' }).query, WORLD),
        'name',
      ),
    ).toEqual(['Fabrikam', 'Contoso', "O'Brien"])
  })

  test('top and count', () => {
    expect(parse({ top: '2', count: 'true' }).query).toMatchObject({ top: 2, count: true })
    expect(parse({ top: 2, count: false }).query).not.toHaveProperty('count')
  })

  test.each([
    [{ orderby: 'nme' }, "Could not find a property named 'nme'"],
    [{ orderby: 'name descending' }, "asc, desc, ',' or the end was expected at position 5"],
    [{ orderby: '' }, 'a property was expected'],
    [{ orderby: 'name,' }, 'a property was expected'],
    [{ top: '-1' }, "Invalid value '-1' for $top"],
    [{ top: 'x' }, "Invalid value 'x' for $top"],
    [{ count: 'yes' }, "Invalid value 'yes' for $count"],
  ])('%p is refused', (options, message) => {
    expect(refusal(options)).toContain(message)
  })
})

describe('$expand (join-tables)', () => {
  test('an expand asks its own query of the rows it leads to', () => {
    const { expands } = parse({
      expand:
        "contact_customer_accounts($select=fullname;$filter=annualincome gt 5 and parentcustomerid_account/name ne 'x';$orderby=fullname desc;$top=1)",
    })
    const manyToMany = parse({ expand: 'accountleads_association' })

    expect(expands).toMatchObject([
      {
        navigation: { kind: 'many', column: 'parentcustomerid' },
        query: { columns: ['fullname'], top: 1 },
      },
    ])
    expect(manyToMany.expands).toMatchObject([
      {
        navigation: { kind: 'many-to-many', ownColumn: 'accountid', otherColumn: 'leadid' },
        query: { table: 'lead', columns: 'all' },
      },
    ])
    const [first] = expands
    expect(first === undefined ? [] : ask(first.query, WORLD).rows).toEqual([
      { fullname: 'Cid', contactid: guid(13) },
    ])
  })

  test('several, nested, with blanks and references', () => {
    const { expands } = parse({
      expand:
        'primarycontactid($select = fullname, annualincome ; $expand=parentcustomerid_account($select=name)) , Account_Tasks, parentaccountid/$ref',
    })

    expect(expands).toMatchObject([
      {
        navigation: { kind: 'one', name: 'primarycontactid', column: 'primarycontactid' },
        query: { table: 'contact', columns: ['fullname', 'annualincome'] },
        selected: ['fullname', 'annualincome'],
        expands: [
          { navigation: { name: 'parentcustomerid_account' }, query: { columns: ['name'] } },
        ],
        isReference: false,
      },
      {
        navigation: { kind: 'many', name: 'Account_Tasks', column: 'regardingobjectid' },
        query: { columns: 'all' },
      },
      { navigation: { name: 'parentaccountid' }, isReference: true },
    ])
  })

  const ONLY_SELECT =
    'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.'
  test.each([
    ['nope', "Could not find a property named 'nope' on type 'Microsoft.Dynamics.CRM.account'."],
    ['', 'a navigation property was expected'],
    [
      'primarycontactid($select=nme)',
      "Could not find a property named 'nme' on type 'Microsoft.Dynamics.CRM.contact'.",
    ],
    [
      'contact_customer_accounts/$ref',
      'Expand with $ref is only supported on lookup type navigation property.',
    ],
    ['primarycontactid($orderby=fullname)', ONLY_SELECT],
    ['Account_Tasks($top=1),primarycontactid($expand=parentcustomerid_account)', ONLY_SELECT],
    [
      'accountleads_association,primarycontactid($expand=parentcustomerid_account)',
      'cannot be expanded together with a nested $expand',
    ],
    [
      'primarycontactid($skip=1)',
      "'$skip=1' cannot stand inside $expand; expected $select, $filter, $orderby, $top, $expand",
    ],
    ['primarycontactid($levels=2)', 'cannot stand inside $expand'],
    ['Account_Tasks($top=x)', "Invalid value 'x' for $top inside $expand"],
    ['primarycontactid(', "')' was expected"],
    ['primarycontactid)', "')' closes nothing"],
    ["primarycontactid($filter=fullname eq 'x)", 'unterminated literal'],
  ])('%s is refused', (expand, message) => {
    expect(refusal({ expand })).toContain(message)
  })

  test('fifteen items are expanded, sixteen refused', () => {
    const items = (count: number) =>
      Array.from({ length: count }, () => 'primarycontactid').join(',')

    expect(parse({ expand: items(15) }).expands).toHaveLength(15)
    expect(() => parse({ expand: items(16) })).toThrow(
      expect.objectContaining({ code: 'QUERY_LINKS_EXCEEDED' }),
    )
  })
})

describe('$apply (aggregate-data)', () => {
  test.each<[string, object[]]>([
    ['aggregate(revenue with sum as total)', [{ total: 400 }]],
    [
      'aggregate(revenue with average as mean, revenue with min as least,revenue with max as most,$count as n)',
      [{ mean: 200, least: 100, most: 300, n: 3 }],
    ],
    ['aggregate(industrycode with countdistinct as n)', [{ n: 2 }]],
    ['groupby((industrycode))', [{ industrycode: 1 }, { industrycode: 2 }]],
    [
      'groupby((industrycode,statecode),aggregate($count as n))',
      [
        { industrycode: 1, statecode: 0, n: 1 },
        { industrycode: 2, statecode: null, n: 1 },
        { industrycode: 2, statecode: 1, n: 1 },
      ],
    ],
    [
      'groupby((primarycontactid/fullname),aggregate(revenue with sum as total))',
      [
        { contact_fullname: null, total: 100 },
        { contact_fullname: 'Ann', total: 300 },
        { contact_fullname: 'Bob', total: 0 },
      ],
    ],
    ['aggregate(primarycontactid/annualincome with sum as total)', [{ total: 12 }]],
    [
      "filter(name ne 'Contoso')/groupby((industrycode),aggregate(revenue with sum as total))",
      [{ industrycode: 2, total: 100 }],
    ],
    ["filter(primarycontactid/fullname eq 'Ann')/aggregate($count as n)", [{ n: 1 }]],
    [
      'groupby((_primarycontactid_value))',
      [
        { _primarycontactid_value: null },
        { _primarycontactid_value: ref('contact', 11) },
        { _primarycontactid_value: ref('contact', 12) },
      ],
    ],
  ])('%s', (apply, expected) => {
    expect(rows({ apply })).toEqual(expected)
  })

  test.each([
    ['', 'filter, groupby or aggregate was expected'],
    ['filter(revenue gt 1)', 'groupby or aggregate was expected'],
    ['sum(revenue)', 'filter, groupby or aggregate was expected at position 0'],
    ['aggregate(revenue sum as x)', "'with' was expected"],
    [
      'aggregate(revenue with total as x)',
      'one of sum, average, min, max, countdistinct was expected',
    ],
    ['aggregate(revenue with sum)', "'as' was expected"],
    ['aggregate(revenue with sum as 5)', 'an alias was expected'],
    ['aggregate(nme with sum as x)', "Could not find a property named 'nme'"],
    ['groupby(industrycode)', "'(' was expected"],
    ['groupby((industrycode)', "')' was expected"],
    ['groupby((year(createdon)))', "Could not find a property named 'year'"],
    ['groupby((industrycode),filter(revenue gt 1))', 'aggregate was expected'],
    ['aggregate($count as n)/filter(revenue gt 1)', 'nothing can follow groupby or aggregate'],
    ['aggregate($count as n) x', "'/' was expected"],
  ])('%s is refused', (apply, message) => {
    expect(refusal({ apply })).toContain(message)
  })

  test('$orderby beside it sorts by what is grouped by, and $top keeps the first groups', () => {
    const { query } = parse({ apply: 'groupby((name))', orderby: 'name desc', top: '2' })

    expect(query).toMatchObject({
      groups: [{ column: 'name', alias: 'name' }],
      order: [{ column: 'name', descending: true }],
      top: 2,
    })
  })

  test('$orderby beside it by a column that is not grouped by is refused', () => {
    expect(refusal({ apply: 'groupby((name))', orderby: 'revenue' })).toBe(
      "$orderby beside $apply sorts by columns of groupby; 'revenue' is none of 'account'.",
    )
  })

  test.each(['select', 'filter', 'expand', 'count'])('$%s beside it is refused', (name) => {
    const value = {
      select: 'name',
      filter: 'revenue gt 1',
      expand: 'primarycontactid',
      count: 'true',
    }[name]

    expect(refusal({ apply: 'aggregate($count as n)', [name]: value })).toBe(
      `$${name} cannot be used together with $apply.`,
    )
  })
})

test('all rows come without options, with all columns', () => {
  expect(parse({}).query).toEqual({ table: 'account', columns: 'all', choicesByValue: true })
  expect(rows({}).map((row) => row['name'])).toEqual(all)
})
