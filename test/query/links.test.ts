import type { Filter, Link, LinkFilter, Query } from '../../src/query/query.ts'
import { asText, ask, column, guid, ref } from './world.ts'

/** Contoso has Ann and Bob, Fabrikam has Cid, Adatum has nobody; Dan is nobody's. */
const WORLD = {
  account: [
    { accountid: guid(1), name: 'Contoso', primarycontactid: ref('contact', 11) },
    { accountid: guid(2), name: 'Fabrikam', parentaccountid: ref('account', 1) },
    { accountid: guid(3), name: 'Adatum' },
  ],
  contact: [
    { contactid: guid(11), fullname: 'Ann', annualincome: 10, parentcustomerid: ref('account', 1) },
    { contactid: guid(12), fullname: 'Bob', annualincome: 20, parentcustomerid: ref('account', 1) },
    { contactid: guid(13), fullname: 'Cid', annualincome: 30, parentcustomerid: ref('account', 2) },
    {
      contactid: guid(14),
      fullname: 'Dan',
      annualincome: 40,
      parentcustomerid: ref('contact', 11),
    },
  ],
  task: [
    { activityid: guid(21), subject: 'call', minutes: 5, regardingobjectid: ref('contact', 11) },
    { activityid: guid(22), subject: 'visit', minutes: 60, regardingobjectid: ref('contact', 13) },
  ],
}

const CONTACTS = {
  table: 'contact',
  from: 'parentcustomerid',
  to: 'accountid',
  alias: 'c',
} as const

function accounts(link: Partial<Link> & Pick<Link, 'kind'>, more: Partial<Query> = {}) {
  const query: Query = {
    table: 'account',
    columns: ['name'],
    links: [{ ...CONTACTS, columns: ['fullname'], ...link }],
    ...more,
  }
  return ask(query, WORLD).rows.map((row) => [row['name'], row['c.fullname']])
}

const is = (
  name: string,
  operator: 'eq' | 'ne' | 'null',
  value?: string,
  link?: string,
): Filter => ({
  kind: 'condition',
  column: name,
  operator,
  values: value === undefined ? [] : [value],
  ...(link === undefined ? {} : { link }),
})

test('inner gives a row for each match (join-tables)', () => {
  expect(accounts({ kind: 'inner' })).toEqual([
    ['Contoso', 'Ann'],
    ['Contoso', 'Bob'],
    ['Fabrikam', 'Cid'],
  ])
})

test('outer keeps rows without a match, the link’s columns empty', () => {
  expect(accounts({ kind: 'outer' })).toEqual([
    ['Contoso', 'Ann'],
    ['Contoso', 'Bob'],
    ['Fabrikam', 'Cid'],
    ['Adatum', null],
  ])
})

test('a filter of a link is a condition of the join: outer keeps the rows', () => {
  expect(accounts({ kind: 'outer', where: is('fullname', 'eq', 'bob') })).toEqual([
    ['Contoso', 'Bob'],
    ['Fabrikam', null],
    ['Adatum', null],
  ])
  expect(accounts({ kind: 'inner', where: is('fullname', 'eq', 'bob') })).toEqual([
    ['Contoso', 'Bob'],
  ])
})

test('a condition that names the link is looked at after the join', () => {
  expect(accounts({ kind: 'outer' }, { where: is('fullname', 'null', undefined, 'c') })).toEqual([
    ['Adatum', null],
  ])
  expect(accounts({ kind: 'outer' }, { where: is('fullname', 'ne', 'Ann', 'c') })).toEqual([
    ['Contoso', 'Bob'],
    ['Fabrikam', 'Cid'],
    ['Adatum', null],
  ])
})

test('a condition may name the link by its table', () => {
  expect(accounts({ kind: 'inner' }, { where: is('fullname', 'eq', 'Cid', 'contact') })).toEqual([
    ['Fabrikam', 'Cid'],
  ])
})

test('matchfirst gives one row for each row with a match', () => {
  expect(accounts({ kind: 'matchfirst' })).toEqual([
    ['Contoso', 'Ann'],
    ['Fabrikam', 'Cid'],
  ])
})

test('a matchfirst link is not sorted by itself, only by an order of the table it stands on', () => {
  const order = [{ column: 'fullname', descending: true }]

  expect(() => accounts({ kind: 'matchfirst', order })).toThrow(
    expect.objectContaining({
      code: 'QUERY_LINK_TYPE_INVALID',
      message: expect.stringContaining(
        "MatchFirstRowUsingCrossApply doesn't support order clause inside linkentity expression",
      ) as string,
    }),
  )
  expect(
    accounts({ kind: 'matchfirst' }, { order: order.map((each) => ({ ...each, link: 'c' })) }),
  ).toEqual([
    ['Fabrikam', 'Cid'],
    ['Contoso', 'Ann'],
  ])
})

test.each(['exists', 'in'] as const)(
  '%s keeps rows with a match once and gives no columns',
  (kind) => {
    expect(accounts({ kind, columns: [] })).toEqual([
      ['Contoso', undefined],
      ['Fabrikam', undefined],
    ])
    expect(accounts({ kind, columns: [], where: is('fullname', 'eq', 'Cid') })).toEqual([
      ['Fabrikam', undefined],
    ])
  },
)

describe('links inside a filter', () => {
  const related = (quantifier: LinkFilter['quantifier'], where?: Filter): Query => ({
    table: 'account',
    columns: ['name'],
    where: {
      kind: 'and',
      filters: [
        { kind: 'link', quantifier, ...CONTACTS, ...(where === undefined ? {} : { where }) },
      ],
    },
  })

  test.each([
    ['any', ['Contoso']],
    ['not any', ['Fabrikam', 'Adatum']],
    // The platform's: there are related rows and none of them matches.
    ['all', ['Fabrikam']],
    ['not all', ['Contoso']],
  ] as const)('%s (filter-rows)', (quantifier, expected) => {
    expect(column(ask(related(quantifier, is('fullname', 'eq', 'Ann')), WORLD), 'name')).toEqual(
      expected,
    )
  })

  test.each([
    ['any', ['Contoso', 'Fabrikam']],
    ['not any', ['Adatum']],
    ['all', []],
    ['not all', ['Contoso', 'Fabrikam']],
  ] as const)('%s without a filter', (quantifier, expected) => {
    expect(column(ask(related(quantifier), WORLD), 'name')).toEqual(expected)
  })

  test('they can be turned around', () => {
    for (const quantifier of ['any', 'not any', 'all', 'not all'] as const) {
      const query = related(quantifier, is('fullname', 'eq', 'Ann'))
      const where: Filter = {
        kind: 'and',
        filters: query.where === undefined ? [] : [query.where],
        negated: true,
      }

      const names = column(ask(query, WORLD), 'name')
      const others = column(ask({ ...query, where }, WORLD), 'name')
      expect([...names, ...others].sort()).toEqual(['Adatum', 'Contoso', 'Fabrikam'])
    }
  })

  test('they can be joined by or with conditions of the row', () => {
    const query: Query = {
      table: 'account',
      columns: ['name'],
      where: {
        kind: 'or',
        filters: [
          is('name', 'eq', 'Adatum'),
          { kind: 'link', quantifier: 'any', ...CONTACTS, where: is('fullname', 'eq', 'Cid') },
        ],
      },
    }

    expect(column(ask(query, WORLD), 'name')).toEqual(['Fabrikam', 'Adatum'])
  })

  test('a link inside one asks about rows of rows', () => {
    const calls: Link = {
      kind: 'inner',
      table: 'task',
      from: 'regardingobjectid',
      to: 'contactid',
      columns: [],
      where: is('subject', 'eq', 'call'),
    }
    const query: Query = {
      table: 'account',
      columns: ['name'],
      where: { kind: 'link', quantifier: 'any', ...CONTACTS, links: [calls] },
    }

    expect(column(ask(query, WORLD), 'name')).toEqual(['Contoso'])
  })
})

test('links inside links join in order', () => {
  const tasks: Link = {
    kind: 'inner',
    table: 'task',
    from: 'regardingobjectid',
    to: 'contactid',
    alias: 't',
    columns: ['subject'],
  }
  const query: Query = {
    table: 'account',
    columns: ['name'],
    links: [{ ...CONTACTS, kind: 'inner', columns: ['fullname'], links: [tasks] }],
  }

  expect(ask(query, WORLD).rows).toEqual([
    { name: 'Contoso', accountid: guid(1), 'c.fullname': 'Ann', 't.subject': 'call' },
    { name: 'Fabrikam', accountid: guid(2), 'c.fullname': 'Cid', 't.subject': 'visit' },
  ])
})

test('a table joined to itself', () => {
  const query: Query = {
    table: 'account',
    columns: ['name'],
    links: [
      {
        kind: 'inner',
        table: 'account',
        from: 'accountid',
        to: 'parentaccountid',
        alias: 'p',
        columns: ['name'],
      },
    ],
  }

  expect(ask(query, WORLD).rows).toEqual([
    { name: 'Fabrikam', accountid: guid(2), 'p.name': 'Contoso' },
  ])
})

test('a lookup that can point at several tables joins with the one it points at', () => {
  const query: Query = {
    table: 'contact',
    columns: ['fullname'],
    links: [
      {
        kind: 'outer',
        table: 'account',
        from: 'accountid',
        to: 'parentcustomerid',
        alias: 'a',
        columns: ['name'],
      },
    ],
  }

  expect(ask(query, WORLD).rows.map((row) => row['a.name'])).toEqual([
    'Contoso',
    'Contoso',
    'Fabrikam',
    null,
  ])
})

test('tables can be joined by columns that are no relationship', () => {
  const query: Query = {
    table: 'task',
    columns: ['subject'],
    links: [
      { kind: 'inner', table: 'contact', from: 'fullname', to: 'subject', alias: 'c', columns: [] },
    ],
  }
  const world = {
    ...WORLD,
    task: [
      { activityid: guid(1), subject: 'ANN ' },
      { activityid: guid(2), subject: 'x' },
      { activityid: guid(3) },
    ],
  }

  expect(column(ask(query, world), 'subject')).toEqual(['ANN '])
})

test('columns that cannot be joined are refused', () => {
  const link = { kind: 'inner', table: 'contact', alias: 'c', columns: [] } as const
  for (const [from, to] of [
    ['annualincome', 'name'],
    ['fullname', 'accountid'],
    ['fullname', 'interests'],
    ['contactid', 'logo'],
  ] as const) {
    expect(() =>
      ask({ table: 'account', columns: [], links: [{ ...link, from, to }] }, WORLD),
    ).toThrow(expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }))
  }
})

test('without an alias a link is called by its table and its number', () => {
  const { table, from, to } = CONTACTS
  const link = { table, from, to }
  const page = ask(
    {
      table: 'account',
      columns: [],
      links: [{ ...link, kind: 'inner', columns: ['fullname'] }],
      top: 1,
    },
    WORLD,
  )

  expect(page.rows).toEqual([{ accountid: guid(1), 'contact1.fullname': 'Ann' }])
})

test('columns of two joined rows can be compared', () => {
  const query = (otherColumn: string, operator: 'eq' | 'ne' | 'gt'): Query => ({
    table: 'contact',
    columns: ['fullname'],
    links: [
      {
        kind: 'inner',
        table: 'contact',
        from: 'parentcustomerid',
        to: 'parentcustomerid',
        alias: 'other',
        columns: ['fullname'],
      },
    ],
    where: { kind: 'condition', column: 'annualincome', operator, values: [], otherColumn },
  })

  const pairs = (otherColumn: string, operator: 'eq' | 'ne' | 'gt') =>
    ask(query(otherColumn, operator), WORLD).rows.map(
      (row) => `${asText(row['fullname'])} ${asText(row['other.fullname'])}`,
    )
  expect(pairs('other.annualincome', 'gt')).toEqual(['Bob Ann'])
  expect(pairs('other.annualincome', 'ne').sort()).toEqual(['Ann Bob', 'Bob Ann'])
  expect(() => pairs('other.fullname', 'eq')).toThrow(
    expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }),
  )
  expect(() => pairs('nobody.fullname', 'eq')).toThrow(
    expect.objectContaining({ code: 'QUERY_ALIAS_UNKNOWN' }),
  )
})

test('two columns of one row can be compared', () => {
  const world = {
    contact: [
      { contactid: guid(1), fullname: 'same', firstname: 'SAME ' },
      { contactid: guid(2), fullname: 'a', firstname: 'b' },
      { contactid: guid(3), fullname: 'a' },
      { contactid: guid(4) },
    ],
  }
  const found = (operator: 'eq' | 'ne' | 'lt' | 'ge') =>
    ask(
      {
        table: 'contact',
        columns: [],
        where: {
          kind: 'condition',
          column: 'fullname',
          operator,
          values: [],
          otherColumn: 'firstname',
        },
      },
      world,
    ).rows.map((row) => row['contactid'])

  expect(found('eq')).toEqual([guid(1)])
  expect(found('lt')).toEqual([guid(2)])
  expect(found('ge')).toEqual([guid(1)])
  expect(found('ne')).toEqual([guid(2), guid(4)])
})

test.each([
  ['like', []],
  ['eq', ['x']],
] as const)('columns are not compared by %s with %p', (operator, values) => {
  expect(() =>
    ask(
      {
        table: 'contact',
        columns: [],
        where: {
          kind: 'condition',
          column: 'fullname',
          operator,
          values,
          otherColumn: 'firstname',
        },
      },
      WORLD,
    ),
  ).toThrow(expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }))
})

test('an alias of other characters than letters, digits and _ is refused', () => {
  for (const alias of ['', 'a b', 'a.b', '1a']) {
    const link = { ...CONTACTS, alias, kind: 'inner', columns: [] } as const
    expect(() => ask({ table: 'account', columns: [], links: [link] }, WORLD)).toThrow(
      expect.objectContaining({ code: 'QUERY_ALIAS_INVALID' }),
    )
  }
})

test('an alias used twice and an alias nobody has are refused', () => {
  const link = { ...CONTACTS, kind: 'inner', columns: [] } as const

  expect(() => ask({ table: 'account', columns: [], links: [link, link] }, WORLD)).toThrow(
    expect.objectContaining({ code: 'QUERY_ALIAS_INVALID' }),
  )
  const unknown = (message: string) =>
    expect.objectContaining({
      code: 'QUERY_ALIAS_UNKNOWN',
      message: expect.stringContaining(message) as string,
    }) as Error
  const where = is('fullname', 'null', undefined, 'x')
  expect(() => accounts({ kind: 'inner' }, { where })).toThrow(unknown('known: c.'))
  expect(() => accounts({ kind: 'exists', columns: [] }, { where })).toThrow(
    unknown('it has no links.'),
  )
})

test('a many-to-many relationship is joined through its intersect table', () => {
  const world = {
    account: [
      { accountid: guid(1), name: 'Contoso' },
      { accountid: guid(2), name: 'Fabrikam' },
    ],
    lead: [{ leadid: guid(31), subject: 'fair' }],
    accountleads: [{ accountleadsid: guid(41), accountid: guid(1), leadid: guid(31) }],
  }
  const query: Query = {
    table: 'account',
    columns: ['name'],
    links: [
      {
        kind: 'inner',
        table: 'accountleads',
        from: 'accountid',
        to: 'accountid',
        intersect: true,
        columns: [],
        links: [
          {
            kind: 'inner',
            table: 'lead',
            from: 'leadid',
            to: 'leadid',
            alias: 'l',
            columns: ['subject'],
          },
        ],
      },
    ],
  }

  expect(ask(query, world).rows).toEqual([
    { name: 'Contoso', accountid: guid(1), 'l.subject': 'fair' },
  ])
})
