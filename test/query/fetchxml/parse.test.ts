import { parseFetchXml } from '../../../src/query/fetchxml/parse.ts'
import { ask, catalog, column, guid, ref } from '../world.ts'

const entity = (inner: string) =>
  parseFetchXml(`<fetch><entity name="account">${inner}</entity></fetch>`)

test('a document becomes a query', () => {
  const query = parseFetchXml(`<?xml version="1.0"?>
    <!-- accounts with their contacts -->
    <fetch version='1.0' mapping='logical' output-format='xml-platform' count='10' page='2' paging-cookie='&lt;cookie page="1" /&gt;'
        returntotalrecordcount='1' distinct='true' useraworderby='true' no-lock='true' latematerialize='1' options='ForceOrder'>
      <entity name='account'>
        <attribute name='name' />
        <attribute name='revenue' alias='turnover' />
        <attribute name='accountid' alias='below' rowaggregate='CountChildren' />
        <order attribute='name' descending='true' />
        <order attribute='fullname' entityname='c' />
        <filter type='or'>
          <condition attribute='name' operator='like' value='A&amp;%' uiname='x' />
          <condition attribute='industrycode' operator='in'><value>1</value><value uiname='Brewing'>2</value></condition>
          <condition attribute='name' operator='eq' valueof='c.fullname' />
          <condition entityname='c' attribute='fullname' operator='null' value='' />
          <filter isquickfindfields='1' overridequickfindrecordlimitdisabled='1' hint='union'>
            <link-entity name='contact' from='parentcustomerid' to='accountid' link-type='not any' alias='n'>
              <filter><condition attribute='fullname' operator='neq' value='x' /></filter>
            </link-entity>
          </filter>
        </filter>
        <link-entity name='contact' from='contactid' to='primarycontactid' alias='c' link-type='outer' visible='false'>
          <all-attributes />
          <link-entity name='task' from='regardingobjectid' to='contactid' link-type='matchfirstrowusingcrossapply' intersect='true' />
        </link-entity>
      </entity>
    </fetch>`)

  expect(query).toEqual({
    table: 'account',
    columns: ['name'],
    aliased: [
      { column: 'revenue', alias: 'turnover' },
      { column: 'accountid', alias: 'below', rowAggregate: 'CountChildren' },
    ],
    order: [
      { column: 'name', descending: true },
      { column: 'fullname', descending: false, link: 'c' },
    ],
    page: { size: 10, number: 2, cookie: '<cookie page="1" />' },
    count: true,
    distinct: true,
    choicesByValue: true,
    hints: { noLock: true, lateMaterialize: true, options: 'ForceOrder' },
    where: {
      kind: 'or',
      filters: [
        { kind: 'condition', column: 'name', operator: 'like', values: ['A&%'] },
        { kind: 'condition', column: 'industrycode', operator: 'in', values: ['1', '2'] },
        {
          kind: 'condition',
          column: 'name',
          operator: 'eq',
          values: [],
          otherColumn: 'c.fullname',
        },
        { kind: 'condition', column: 'fullname', operator: 'null', values: [], link: 'c' },
        {
          kind: 'and',
          quickFind: true,
          quickFindLimit: 'disabled',
          hint: 'union',
          filters: [
            {
              kind: 'link',
              quantifier: 'not any',
              table: 'contact',
              from: 'parentcustomerid',
              to: 'accountid',
              alias: 'n',
              where: {
                kind: 'and',
                filters: [{ kind: 'condition', column: 'fullname', operator: 'ne', values: ['x'] }],
              },
            },
          ],
        },
      ],
    },
    links: [
      {
        kind: 'outer',
        table: 'contact',
        from: 'contactid',
        to: 'primarycontactid',
        alias: 'c',
        columns: 'all',
        links: [
          {
            kind: 'matchfirst',
            table: 'task',
            from: 'regardingobjectid',
            to: 'contactid',
            intersect: true,
            columns: [],
          },
        ],
      },
    ],
  })
})

test('a document that names no column asks for all of its table', () => {
  const link = (inner: string) =>
    `<link-entity name='contact' from='contactid' to='primarycontactid'>${inner}</link-entity>`

  expect(entity('').columns).toBe('all')
  expect(entity(link('')).columns).toBe('all')
  expect(entity('<no-attrs/>').columns).toEqual([])
  expect(entity(link("<attribute name='fullname'/>")).columns).toEqual([])
  expect(entity("<attribute name='name' alias='title'/>").columns).toEqual([])
})

test('declaring a prefix is no attribute of an element', () => {
  const plain = "<fetch top='2'><entity name='account'><attribute name='name'/></entity></fetch>"
  const declared = plain
    .replace('<fetch', "<fetch xmlns:generator='urn:client' xmlns:xsi='urn:instance'")
    .replace('<entity', "<entity xmlns:x='urn:x'")

  expect(parseFetchXml(declared)).toEqual(parseFetchXml(plain))
  expect(() => parseFetchXml(plain.replace('<fetch', "<fetch xmlns='urn:other'"))).toThrow(
    expect.objectContaining({ code: 'FETCHXML_INVALID' }),
  )
})

test('a natural link is an inner one', () => {
  const link = (type: string) =>
    entity(`<link-entity name='contact' from='contactid' to='primarycontactid' ${type}/>`).links

  expect(link("link-type='natural'")).toEqual(link(''))
})

test('an aggregate document becomes groups and aggregates', () => {
  const query =
    parseFetchXml(`<fetch aggregate='true' aggregatelimit='10' top='3'><entity name='account'>
    <attribute name='createdon' groupby='true' dategrouping='month' alias='m' usertimezone='false' />
    <attribute name='industrycode' groupby='1' alias='code' />
    <attribute name='name' aggregate='countcolumn' distinct='true' alias='n' />
    <order alias='n' descending='1' /></entity></fetch>`)

  expect(query).toEqual({
    table: 'account',
    columns: [],
    aggregate: true,
    aggregateLimit: 10,
    top: 3,
    groups: [
      { column: 'createdon', alias: 'm', date: 'month', utc: true },
      { column: 'industrycode', alias: 'code' },
    ],
    aggregates: [{ function: 'countcolumn', column: 'name', alias: 'n', distinct: true }],
    order: [{ column: 'n', descending: true }],
  })
})

test('several filters must all hold', () => {
  const query = entity(
    "<filter><condition attribute='name' operator='null'/></filter><filter type='or'/>",
  )

  expect(query.where).toEqual({
    kind: 'and',
    filters: [
      {
        kind: 'and',
        filters: [{ kind: 'condition', column: 'name', operator: 'null', values: [] }],
      },
      { kind: 'or', filters: [] },
    ],
  })
})

test('a page number alone means pages of 5000 rows, a larger count as well', () => {
  expect(parseFetchXml("<fetch page='2'><entity name='account'/></fetch>").page).toEqual({
    size: 5000,
    number: 2,
  })
  expect(parseFetchXml("<fetch count='9000'><entity name='account'/></fetch>").page).toEqual({
    size: 5000,
    number: 1,
  })
})

test('an order beside the entity comes after those inside it', () => {
  const { order } = parseFetchXml(
    "<fetch><order attribute='revenue'/><entity name='account'><order attribute='name' descending='1'/></entity></fetch>",
  )

  expect(order).toEqual([
    { column: 'name', descending: true },
    { column: 'revenue', descending: false },
  ])
})

test('values keep their blanks and are told apart from none', () => {
  const query = entity(
    "<filter><condition attribute='name' operator='in'><value> a </value><value></value><value><![CDATA[<&]]></value></condition></filter>",
  )

  expect(query.where).toMatchObject({ filters: [{ values: [' a ', '', '<&'] }] })
})

test('a link without columns takes those of the only relationship', () => {
  const text = (name: string) =>
    `<fetch><entity name='account'><link-entity name='${name}'/></entity></fetch>`

  expect(parseFetchXml(text('task'), catalog).links).toMatchObject([
    { from: 'regardingobjectid', to: 'accountid' },
  ])
  expect(parseFetchXml(text('businessunit'), catalog).links).toMatchObject([
    { from: 'businessunitid', to: 'owningbusinessunit' },
  ])
  expect(() => parseFetchXml(text('contact'), catalog)).toThrow(
    expect.objectContaining({
      code: 'FETCHXML_INVALID',
      message:
        "FetchXML line 1, column 31: <link-entity> needs the attributes 'from' and 'to': more than one relationship joins contact and account.",
    }),
  )
  expect(() => parseFetchXml(text('task'))).toThrow(
    expect.objectContaining({ code: 'FETCHXML_INVALID' }),
  )
})

test('a document is answered like the query it becomes', () => {
  const world = {
    account: [
      {
        accountid: guid(1),
        name: 'Contoso',
        numberofemployees: 12,
        primarycontactid: ref('contact', 5),
      },
      { accountid: guid(2), name: 'Fabrikam', numberofemployees: 5 },
    ],
    contact: [{ contactid: guid(5), fullname: 'Ann' }],
  }
  const text = `<fetch><entity name='account'><attribute name='name'/>
    <filter><condition attribute='numberofemployees' operator='gt' value='9'/><condition attribute='primarycontactid' operator='eq' value='{${guid(5).toUpperCase()}}'/></filter>
    <link-entity name='contact' from='contactid' to='primarycontactid'><attribute name='fullname'/></link-entity></entity></fetch>`

  const page = ask(parseFetchXml(text), world)
  expect(column(page, 'contact1.fullname')).toEqual(['Ann'])
})

describe('refusals tell line and column', () => {
  test.each([
    ['', 'line 1, column 1: document must contain a root element'],
    ['<fetch>', 'unclosed tag'],
    ['<fetch>\n  <entity name="account"></fetch>', 'line 2, column'],
    ['<feth/>', 'line 1, column 1: <feth> is not a query; <fetch> was expected.'],
    ['<fetch/>', 'line 1, column 1: <fetch> holds one <entity>; this one has none.'],
    [
      '<fetch><entity name="a"/>\n<entity name="b"/></fetch>',
      'line 2, column 1: <fetch> holds one <entity>; this one has 2.',
    ],
    ['<fetch><entity/></fetch>', "line 1, column 8: <entity> needs the attribute 'name'."],
    [
      '<fetch tpo="1"><entity name="a"/></fetch>',
      "<fetch> has no attribute 'tpo'; expected top, count",
    ],
    [
      '<fetch><entity name="a">\n <atribute name="x"/></entity></fetch>',
      'line 2, column 2: <atribute> cannot stand inside <entity>; expected <all-attributes>',
    ],
    [
      '<fetch><entity name="a"><attribute/></entity></fetch>',
      "<attribute> needs the attribute 'name'.",
    ],
    ['<fetch top="x"><entity name="a"/></fetch>', "top='x' of <fetch> is not a whole number."],
    [
      '<fetch top="1" page="1"><entity name="a"/></fetch>',
      'top cannot be used together with page.',
    ],
    [
      '<fetch top="1" returntotalrecordcount="true"><entity name="a"/></fetch>',
      'top cannot be used together with returntotalrecordcount.',
    ],
    [
      '<fetch distinct="yes"><entity name="a"/></fetch>',
      "distinct='yes' of <fetch> is not true, false, 1 or 0.",
    ],
    [
      '<fetch><entity name="a"><filter type="xor"/></entity></fetch>',
      "type='xor' of <filter> is not known; expected and, or.",
    ],
    [
      '<fetch><entity name="a"><attribute name="x" groupby="true" alias="y"/></entity></fetch>',
      "'x' is grouped, but <fetch> has no aggregate='true'.",
    ],
    [
      '<fetch><entity name="a"><order alias="x"/></entity></fetch>',
      'only an aggregate query is sorted by alias',
    ],
    [
      '<fetch><entity name="a"><filter><condition attribute="x" operator="in" value="1"><value>2</value></condition></filter></entity></fetch>',
      "<condition> has both the attribute 'value' and <value>",
    ],
    [
      '<fetch><entity name="a"><link-entity name="b" from="x" to="y" link-type="exists"><attribute name="z"/></link-entity></entity></fetch>',
      'a link of type exists only asks for rows and cannot give columns.',
    ],
    [
      '<fetch><entity name="a"><filter><link-entity name="b" from="x" to="y" link-type="any"><order attribute="z"/></link-entity></filter></entity></fetch>',
      'a link inside a filter only asks for rows',
    ],
    [
      '<!DOCTYPE fetch [<!ENTITY x "y">]><fetch><entity name="&x;"/></fetch>',
      'a document type declaration is not allowed.',
    ],
    ['<fetch><entity name="&x;"/></fetch>', 'undefined entity'],
    ['<fetch><entity name="a" name="b"/></fetch>', 'duplicate attribute'],
    ['<fetch><Entity name="a"/></fetch>', '<Entity> cannot stand inside <fetch>'],
    [
      '<fetch aggregate="1"><entity name="a"><having/></entity></fetch>',
      '<having> cannot stand inside <entity>',
    ],
    [
      '<fetch><entity name="a"><filter><condition attribute="x"/></filter></entity></fetch>',
      "<condition> needs the attribute 'operator'.",
    ],
    ['plain text', 'line 1, column'],
    [
      `<fetch><entity name="a">${'<filter>'.repeat(300)}`,
      'elements are nested more than 200 levels deep.',
    ],
  ])('%s', (text, message) => {
    expect(() => parseFetchXml(text)).toThrow(
      expect.objectContaining({
        code: 'FETCHXML_INVALID',
        message: expect.stringContaining(message),
      }),
    )
  })

  test.each([
    [
      "<filter><condition attribute='x' operator='equals' value='1'/></filter>",
      'QUERY_OPERATOR_UNKNOWN',
      "FetchXML line 1, column 39: 'equals' is not a condition operator.",
    ],
    [
      "<filter><condition attribute='x' operator='contains' value='1'/></filter>",
      'QUERY_OPERATOR_UNKNOWN',
      "'contains' is not a condition operator.",
    ],
    [
      "<link-entity name='b' from='x' to='y' link-type='any'/>",
      'QUERY_LINK_TYPE_INVALID',
      "link-type='any' is not valid here; expected inner, natural, outer, exists, in, matchfirstrowusingcrossapply.",
    ],
    [
      "<link-entity name='b' from='x' to='y' link-type='left'/>",
      'QUERY_LINK_TYPE_INVALID',
      "link-type='left' is not valid here; expected inner, natural, outer, exists, in, matchfirstrowusingcrossapply.",
    ],
    [
      "<filter><link-entity name='b' from='x' to='y'/></filter>",
      'QUERY_LINK_TYPE_INVALID',
      "link-type='' is not valid here; expected any, not any, all, not all.",
    ],
  ])('%s', (inner, code, message) => {
    expect(() => entity(inner)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  test('an aggregate without alias', () => {
    expect(() =>
      parseFetchXml(
        "<fetch aggregate='true'><entity name='a'><attribute name='x' aggregate='sum'/></entity></fetch>",
      ),
    ).toThrow(expect.objectContaining({ code: 'QUERY_ALIAS_MISSING' }))
  })
})
