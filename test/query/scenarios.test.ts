import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import type { QueryContext } from '../../src/query/context.ts'
import type { Page } from '../../src/query/query.ts'
import { ask, CALLER, column, guid, ref, type World } from './world.ts'

/** Documents as people write them, over accounts with contacts, parents, amounts and dates. */
const WORLD: World = {
  account: [
    {
      accountid: guid(1),
      name: 'Contoso',
      revenue: 100,
      numberofemployees: 10,
      statuscode: 1,
      industrycode: 1,
      primarycontactid: ref('contact', 11),
      createdon: '2026-01-01T00:30:00Z',
    },
    {
      accountid: guid(2),
      name: '100% Organic [Ltd]',
      revenue: 200,
      statuscode: 2,
      industrycode: 1,
      parentaccountid: ref('account', 1),
      primarycontactid: ref('contact', 12),
      createdon: '2026-01-01T05:30:00Z',
    },
    {
      accountid: guid(3),
      name: 'Cafe_Nord',
      revenue: 200,
      numberofemployees: 10,
      parentaccountid: ref('account', 1),
      createdon: '2026-04-01T12:00:00Z',
    },
    { accountid: guid(4), name: 'Adatum', statuscode: 3, industrycode: 2 },
  ],
  contact: [
    { contactid: guid(11), fullname: 'Ann', parentcustomerid: ref('account', 1), annualincome: 5 },
    { contactid: guid(12), fullname: 'Bob', parentcustomerid: ref('account', 1), annualincome: 7 },
    { contactid: guid(13), fullname: 'Cid', parentcustomerid: ref('account', 2) },
  ],
  task: [
    { activityid: guid(21), subject: 'Call', minutes: 5, regardingobjectid: ref('account', 1) },
    { activityid: guid(22), subject: 'Visit', minutes: 50, regardingobjectid: ref('contact', 11) },
  ],
}

function fetch(inside: string, attributes = '', context: QueryContext = CALLER): Page {
  return ask(
    parseFetchXml(`<fetch ${attributes}><entity name='account'>${inside}</entity></fetch>`),
    WORLD,
    context,
  )
}

const names = (inside: string, attributes = '') =>
  column(fetch(`<attribute name='name'/>${inside}`, attributes), 'name')

const condition = (attribute: string, operator: string, ...values: string[]) =>
  `<condition attribute='${attribute}' operator='${operator}'>${values.map((value) => `<value>${value}</value>`).join('')}</condition>`

describe('links', () => {
  test('two links to one table stand side by side under their own aliases', () => {
    const { rows } = fetch(
      "<attribute name='name'/>" +
        "<link-entity name='account' from='accountid' to='parentaccountid' alias='parent'><attribute name='name'/></link-entity>" +
        "<link-entity name='contact' from='contactid' to='primarycontactid' link-type='outer' alias='person'><attribute name='fullname'/></link-entity>",
    )

    expect(rows).toEqual([
      {
        accountid: guid(2),
        name: '100% Organic [Ltd]',
        'parent.name': 'Contoso',
        'person.fullname': 'Bob',
      },
      { accountid: guid(3), name: 'Cafe_Nord', 'parent.name': 'Contoso', 'person.fullname': null },
    ])
  })

  test('a nested link brings the columns of a row two steps away', () => {
    const { rows } = fetch(
      "<link-entity name='account' from='accountid' to='parentaccountid' alias='p'><link-entity name='contact' from='contactid' to='primarycontactid' alias='pc'><attribute name='fullname'/></link-entity></link-entity>",
    )

    expect(column({ rows, moreRows: false }, 'pc.fullname')).toEqual(['Ann', 'Ann'])
  })

  test('a nested link with the alias of another is refused', () => {
    expect(() =>
      fetch(
        "<link-entity name='account' from='accountid' to='parentaccountid' alias='x'><link-entity name='contact' from='contactid' to='primarycontactid' alias='x'/></link-entity>",
      ),
    ).toThrow(expect.objectContaining({ code: 'QUERY_ALIAS_INVALID' }))
  })

  test('rows without a match, and those with one, are told apart after an outer join', () => {
    const link = (operator: string) =>
      `<filter><condition entityname='c' attribute='contactid' operator='${operator}'/></filter><link-entity name='contact' from='parentcustomerid' to='accountid' link-type='outer' alias='c'/>`

    expect(names(link('null'))).toEqual(['Cafe_Nord', 'Adatum'])
    expect(names(link('not-null'))).toEqual(['Contoso', 'Contoso', '100% Organic [Ltd]'])
  })

  test('an or looks at columns of the row and of a link at once', () => {
    expect(
      names(
        `<filter type='or'>${condition('name', 'eq', 'Adatum')}<condition entityname='c' attribute='fullname' operator='eq' value='Bob'/></filter><link-entity name='contact' from='contactid' to='primarycontactid' link-type='outer' alias='c'/>`,
      ),
    ).toEqual(['100% Organic [Ltd]', 'Adatum'])
  })

  test('a condition of an outer link limits what it brings, not the rows it is joined to', () => {
    const { rows } = fetch(
      `<link-entity name='contact' from='parentcustomerid' to='accountid' link-type='outer' alias='c'><attribute name='fullname'/><filter>${condition('fullname', 'eq', 'Bob')}</filter></link-entity>`,
    )

    expect(rows.map((row) => row['c.fullname'])).toEqual(['Bob', null, null, null])
  })

  test('related rows of a lookup that takes several tables are those of the table alone', () => {
    expect(
      names("<link-entity name='task' from='regardingobjectid' to='accountid' alias='t'/>"),
    ).toEqual(['Contoso'])
  })

  test('a link inside a filter can be one of several alternatives', () => {
    expect(
      names(
        `<filter type='or'>${condition('name', 'eq', 'Adatum')}<link-entity name='contact' from='parentcustomerid' to='accountid' link-type='any'><filter>${condition('fullname', 'eq', 'Cid')}</filter></link-entity></filter>`,
      ),
    ).toEqual(['100% Organic [Ltd]', 'Adatum'])
  })
})

describe('conditions', () => {
  test.each([
    ['%Organic%', ['100% Organic [Ltd]']],
    ['%[%]%', ['100% Organic [Ltd]']],
    ['%[[]Ltd%', ['100% Organic [Ltd]']],
    ['[A-C]%', ['Contoso', 'Cafe_Nord', 'Adatum']],
    ['[^C]%', ['100% Organic [Ltd]', 'Adatum']],
    ['Cafe[_]Nord', ['Cafe_Nord']],
    ['C_f%', ['Cafe_Nord']],
    ['contoso', ['Contoso']],
    ['ontoso', []],
  ])('like %s', (pattern, expected) => {
    expect(names(`<filter>${condition('name', 'like', pattern)}</filter>`)).toEqual(expected)
  })

  test('statuses are listed by number as text', () => {
    expect(names(`<filter>${condition('statuscode', 'in', '1', '3')}</filter>`)).toEqual([
      'Contoso',
      'Adatum',
    ])
    expect(names(`<filter>${condition('statuscode', 'not-in', '1', '3')}</filter>`)).toEqual([
      '100% Organic [Ltd]',
      'Cafe_Nord',
    ])
  })

  test('an empty filter, and an or of nothing, leave every row', () => {
    expect(names('<filter/>')).toHaveLength(4)
    expect(names("<filter type='or'/>")).toHaveLength(4)
  })

  test('a filter inside a filter keeps its own and/or', () => {
    expect(
      names(
        `<filter>${condition('revenue', 'eq', '200')}<filter type='or'>${condition('name', 'begins-with', '100')}${condition('numberofemployees', 'gt', '5')}</filter></filter>`,
      ),
    ).toEqual(['100% Organic [Ltd]', 'Cafe_Nord'])
  })

  test('several filters of an entity hold together', () => {
    expect(
      names(
        `<filter>${condition('revenue', 'eq', '200')}</filter><filter>${condition('numberofemployees', 'null')}</filter>`,
      ),
    ).toEqual(['100% Organic [Ltd]'])
  })

  test('GUIDs are taken in upper case and in braces', () => {
    const id = `{${guid(1).toUpperCase()}}`

    expect(names(`<filter>${condition('parentaccountid', 'eq', id)}</filter>`)).toHaveLength(2)
    expect(names(`<filter>${condition('accountid', 'in', id, guid(4))}</filter>`)).toHaveLength(2)
  })

  test('a lookup is compared by name through its companion', () => {
    expect(
      names(`<filter>${condition('parentaccountidname', 'eq', 'CONTOSO')}</filter>`),
    ).toHaveLength(2)
  })
})

describe('rows and pages', () => {
  const order = (attribute: string, more = '') => `<order attribute='${attribute}' ${more}/>`

  test('top takes so many rows, also where the next ones are equal', () => {
    expect(names(order('revenue', "descending='true'"), "top='1'")).toEqual(['100% Organic [Ltd]'])
    expect(names(order('revenue', "descending='true'"), "top='2'")).toEqual([
      '100% Organic [Ltd]',
      'Cafe_Nord',
    ])
  })

  test('a cookie goes on behind its place, even where the row it names is gone', () => {
    const inside = `<attribute name='name'/>${order('name')}`
    const first = fetch(inside, "count='2' page='1'")
    const query = parseFetchXml(
      `<fetch count='2' page='2'><entity name='account'>${inside}</entity></fetch>`,
    )
    const left = {
      ...WORLD,
      account: (WORLD['account'] ?? []).filter(({ name }) => name !== 'Adatum'),
    }
    const cookie = first.cookie ?? ''

    expect(column(first, 'name')).toEqual(['100% Organic [Ltd]', 'Adatum'])
    const second = ask({ ...query, page: { size: 2, number: 2, cookie } }, left)
    expect(column(second, 'name')).toEqual(['Cafe_Nord', 'Contoso'])
  })

  test('the total counts the rows of every page, joined ones each', () => {
    const page = fetch(
      "<link-entity name='contact' from='parentcustomerid' to='accountid' alias='c'/>",
      "count='1' page='2' returntotalrecordcount='true'",
    )

    expect(page).toMatchObject({ totalCount: 3, moreRows: true })
    expect(page.rows).toHaveLength(1)
  })

  test('distinct rows of a link come once, in the order asked for', () => {
    const page = fetch(
      `<attribute name='revenue'/>${order('revenue')}<link-entity name='contact' from='parentcustomerid' to='accountid' alias='c'/>`,
      "distinct='true'",
    )

    expect(page.rows).toEqual([{ revenue: 100 }, { revenue: 200 }])
  })

  test('rows are sorted by a column that is not shown', () => {
    expect(fetch(`<no-attrs/>${order('name', "descending='true'")}`).rows).toEqual(
      [1, 3, 4, 2].map((id) => ({ accountid: guid(id) })),
    )
  })
})

describe('aggregates', () => {
  test('count counts rows, countcolumn values, distinct ones once', () => {
    const attribute = (aggregate: string, alias: string, more = '') =>
      `<attribute name='numberofemployees' aggregate='${aggregate}' alias='${alias}' ${more}/>`

    expect(
      fetch(
        attribute('count', 'rows') +
          attribute('countcolumn', 'present') +
          attribute('countcolumn', 'different', "distinct='true'"),
        "aggregate='true'",
      ).rows,
    ).toEqual([{ rows: 4, present: 2, different: 1 }])
  })

  test('of no rows there is one result: nothing counted, and no sum', () => {
    const { rows } = fetch(
      `<attribute name='revenue' aggregate='count' alias='n'/><attribute name='revenue' aggregate='sum' alias='s'/><attribute name='revenue' aggregate='avg' alias='a'/><attribute name='revenue' aggregate='max' alias='m'/><filter>${condition('name', 'eq', 'Nobody')}</filter>`,
      "aggregate='true'",
    )

    expect(rows).toEqual([{ n: 0, s: null, a: null, m: null }])
  })

  test('of no rows there is no group', () => {
    expect(
      fetch(
        `<attribute name='revenue' groupby='true' alias='r'/><attribute name='accountid' aggregate='count' alias='n'/><filter>${condition('name', 'eq', 'Nobody')}</filter>`,
        "aggregate='true'",
      ).rows,
    ).toEqual([])
  })

  test('rows without a match make a group of their own after an outer join', () => {
    const { rows } = fetch(
      "<attribute name='accountid' aggregate='count' alias='n'/><link-entity name='contact' from='contactid' to='primarycontactid' link-type='outer' alias='c'><attribute name='fullname' groupby='true' alias='who'/></link-entity><order alias='who'/>",
      "aggregate='true'",
    )

    expect(rows).toEqual([
      { who: null, n: 2 },
      { who: 'Ann', n: 1 },
      { who: 'Bob', n: 1 },
    ])
  })

  test('the day of a date is that of the caller, or of UTC', () => {
    const years = (more: string) =>
      fetch(
        `<attribute name='createdon' groupby='true' dategrouping='year' ${more} alias='y'/><attribute name='accountid' aggregate='count' alias='n'/><filter>${condition('createdon', 'not-null')}</filter><order alias='y'/>`,
        "aggregate='true'",
        // New York
        { ...CALLER, timeZoneCode: 35 },
      ).rows

    expect(years('')).toEqual([
      { y: 2025, n: 1 },
      { y: 2026, n: 2 },
    ])
    expect(years("usertimezone='false'")).toEqual([{ y: 2026, n: 3 }])
  })

  test('a page of groups follows the order of an aggregate', () => {
    const { rows, moreRows } = fetch(
      "<attribute name='industrycode' groupby='true' alias='i'/><attribute name='revenue' aggregate='sum' alias='s'/><order alias='s' descending='true'/>",
      "aggregate='true' count='1' page='1'",
    )

    expect(rows).toEqual([{ i: 1, s: 300 }])
    expect(moreRows).toBe(true)
  })
})
