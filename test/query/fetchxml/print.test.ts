import { parseFetchXml } from '../../../src/query/fetchxml/parse.ts'
import { printFetchXml } from '../../../src/query/fetchxml/print.ts'
import type { Query } from '../../../src/query/query.ts'
import { guid, ref } from '../world.ts'

test('a query is printed with two blanks for each level', () => {
  const query: Query = {
    table: 'account',
    columns: ['name'],
    aliased: [{ column: 'revenue', alias: 'turnover' }],
    top: 3,
    where: {
      kind: 'or',
      filters: [
        { kind: 'condition', column: 'name', operator: 'eq', values: ['a "b" & <c>'] },
        { kind: 'condition', column: 'industrycode', operator: 'in', values: [1, 2] },
        { kind: 'condition', column: 'ownerid', operator: 'eq', values: [ref('team', 1)] },
        { kind: 'condition', column: 'creditonhold', operator: 'eq', values: [true] },
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
      },
    ],
  }

  expect(printFetchXml(query)).toBe(`<fetch top="3">
  <entity name="account">
    <attribute name="name" />
    <attribute name="revenue" alias="turnover" />
    <filter type="or">
      <condition attribute="name" operator="eq" value="a &quot;b&quot; &amp; &lt;c&gt;" />
      <condition attribute="industrycode" operator="in">
        <value>1</value>
        <value>2</value>
      </condition>
      <condition attribute="ownerid" operator="eq" value="${guid(1)}" />
      <condition attribute="creditonhold" operator="eq" value="1" />
    </filter>
    <link-entity name="contact" from="contactid" to="primarycontactid" alias="c" link-type="outer">
      <all-attributes />
    </link-entity>
  </entity>
</fetch>`)
})

test('a document that is read and printed says the same', () => {
  const text =
    `<fetch count="10" page="2" paging-cookie="&lt;cookie page=&quot;1&quot; /&gt;" returntotalrecordcount="true" distinct="true" useraworderby="true" no-lock="true" latematerialize="true" options="ForceOrder" datasource="retained">
  <entity name="account">
    <attribute name="name" />
    <attribute name="accountid" alias="below" rowaggregate="CountChildren" />
    <order attribute="name" descending="true" />
    <order attribute="fullname" entityname="c" />
    <filter type="or" hint="union" isquickfindfields="true" overridequickfindrecordlimitenabled="true">
      <condition attribute="name" operator="in">
        <value>line
break</value>
        <value></value>
      </condition>
      <condition attribute="name" operator="eq" valueof="c.fullname" />
      <condition attribute="fullname" operator="not-null" entityname="c" />
      <link-entity name="contact" from="parentcustomerid" to="accountid" alias="n" link-type="not any" intersect="true">
        <filter>
          <condition attribute="fullname" operator="ne" value="x" />
        </filter>
        <link-entity name="task" from="regardingobjectid" to="contactid" link-type="in" />
      </link-entity>
    </filter>
    <link-entity name="contact" from="contactid" to="primarycontactid" alias="c" link-type="matchfirstrowusingcrossapply">
      <order attribute="fullname" />
    </link-entity>
  </entity>
</fetch>`.replace('line\nbreak', 'line&#10;break')

  expect(printFetchXml(parseFetchXml(text))).toBe(text)
})

test('an aggregate document too', () => {
  const text = `<fetch aggregate="true" aggregatelimit="10">
  <entity name="account">
    <attribute name="createdon" alias="m" groupby="true" dategrouping="month" usertimezone="false" />
    <attribute name="name" alias="n" aggregate="countcolumn" distinct="true" />
    <order alias="n" descending="true" />
    <link-entity name="contact" from="contactid" to="primarycontactid" link-type="inner">
      <attribute name="fullname" alias="who" groupby="true" />
    </link-entity>
  </entity>
</fetch>`

  expect(printFetchXml(parseFetchXml(text))).toBe(text)
})

test('a lone condition is put in a filter, and not is told by opposites', () => {
  const name = { kind: 'condition', column: 'name', operator: 'eq', values: ['x'] } as const
  const filters = (where: Query['where']) =>
    printFetchXml({
      table: 'account',
      columns: ['name'],
      ...(where === undefined ? {} : { where }),
    })
      .split('\n')
      .slice(3, -2)
      .map((line) => line.trim())

  expect(filters(name)).toEqual([
    '<filter>',
    '<condition attribute="name" operator="eq" value="x" />',
    '</filter>',
  ])
  expect(
    filters({
      kind: 'and',
      filters: [name, { kind: 'or', filters: [name], negated: true }],
      negated: true,
    }),
  ).toEqual([
    '<filter type="or">',
    '<condition attribute="name" operator="ne" value="x" />',
    '<filter type="or">',
    '<condition attribute="name" operator="eq" value="x" />',
    '</filter>',
    '</filter>',
  ])
})

test.each(['\u0000', '\u0008', '\ud800', '\uffff'])(
  'text that XML cannot hold is refused',
  (value) => {
    expect(() =>
      printFetchXml({
        table: 'account',
        columns: [],
        where: { kind: 'condition', column: 'name', operator: 'eq', values: [value] },
      }),
    ).toThrow(expect.objectContaining({ code: 'INVALID_CHARACTERS' }))
  },
)

test('who asks is no part of a document', () => {
  expect(
    printFetchXml({ table: 'account', columns: [], context: { userId: guid(1) } }),
  ).not.toContain(guid(1))
})

test('a query without columns says that it wants none, and a document without any asks for all', () => {
  const none: Query = { table: 'account', columns: [] }
  const link = {
    kind: 'inner',
    table: 'contact',
    from: 'contactid',
    to: 'primarycontactid',
  } as const
  const ofLink: Query = { ...none, links: [{ ...link, columns: ['fullname'] }] }

  expect(printFetchXml(none, { isCompact: true })).toContain('<no-attrs/>')
  expect(printFetchXml(ofLink)).not.toContain('no-attrs')
  for (const query of [none, ofLink, { ...none, links: [{ ...link, columns: [] }] }]) {
    expect(parseFetchXml(printFetchXml(query))).toEqual(query)
  }
})
