import { from } from '../../src/query/builder.ts'
import { ask, guid, ref } from './world.ts'

const WORLD = {
  account: [
    {
      accountid: guid(1),
      name: 'Contoso',
      revenue: 300,
      industrycode: 1,
      primarycontactid: ref('contact', 11),
      createdon: '2026-01-05T00:00:00Z',
    },
    {
      accountid: guid(2),
      name: 'Fabrikam',
      revenue: 100,
      industrycode: 1,
      createdon: '2026-02-05T00:00:00Z',
    },
    { accountid: guid(3), name: 'Adatum', industrycode: 2 },
  ],
  contact: [
    { contactid: guid(11), fullname: 'Ann', firstname: 'ann', parentcustomerid: ref('account', 2) },
  ],
}

test('a query is built method by method', () => {
  const query = from('account')
    .select('name', 'revenue')
    .select('name')
    .where(({ is }) => is('revenue', 'ge', 100))
    .where(({ any, is, not }) => any(is('name', 'like', 'C%'), not(is('name', 'eq', 'Contoso'))))
    .orderBy('revenue', 'descending')
    .orderBy('name')
    .page(10, 1)
    .count()
    .build()

  expect(ask(query, WORLD)).toEqual({
    rows: [
      { name: 'Contoso', revenue: 300, accountid: guid(1) },
      { name: 'Fabrikam', revenue: 100, accountid: guid(2) },
    ],
    moreRows: false,
    totalCount: 2,
    totalCountLimitExceeded: false,
  })
})

test('a builder is not changed by its methods', () => {
  const all = from('account').select('name')
  const one = all.top(1)

  expect(ask(one.build(), WORLD).rows).toHaveLength(1)
  expect(ask(all.build(), WORLD).rows).toHaveLength(3)
})

test('links bring columns under their alias and can be looked at', () => {
  const query = from('account')
    .select('name')
    .link(
      'contact',
      { from: 'contactid', to: 'primarycontactid', alias: 'c', kind: 'outer' },
      (contact) =>
        contact
          .select('fullname')
          .where(({ compare }) => compare('fullname', 'eq', 'firstname'))
          .link('account', { from: 'accountid', to: 'parentcustomerid', alias: 'a' })
          .orderBy('fullname'),
    )
    .where(({ on }) => on('c', 'contact').is('fullname', 'not-null'))
    .build()

  expect(ask(query, WORLD).rows).toEqual([
    { name: 'Contoso', accountid: guid(1), 'c.fullname': 'Ann' },
  ])
})

test('a filter can ask about rows of another table', () => {
  const query = from('account')
    .select('name')
    .where(({ related, all }) =>
      all(
        related('not any', 'contact', { from: 'parentcustomerid', to: 'accountid' }, ({ is }) =>
          is('fullname', 'eq', 'Ann'),
        ),
      ),
    )
    .build()

  expect(ask(query, WORLD).rows.map((row) => row['name'])).toEqual(['Contoso', 'Adatum'])
})

test('matching asks for rows that hold exactly these values', () => {
  const query = from('account')
    .select('name')
    .matching({ industrycode: 1, primarycontactid: null })
    .build()

  expect(ask(query, WORLD).rows).toEqual([{ name: 'Fabrikam', accountid: guid(2) }])
})

test('groups and aggregates', () => {
  const query = from('account')
    .groupBy('industrycode', 'code')
    .aggregate('sum', 'revenue', 'total')
    .aggregate('countcolumn', 'name', 'names', { distinct: true })
    .orderByAlias('total', 'descending')
    .build()

  expect(ask(query, WORLD).rows).toEqual([
    { code: 1, total: 400, names: 2 },
    { code: 2, total: 0, names: 1 },
  ])
})

test('dates are grouped in UTC, as QueryExpression does (aggregate-data)', () => {
  const query = from('account')
    .groupBy('createdon', 'month', 'month')
    .aggregate('count', 'accountid', 'n')
    .build()

  expect(query.groups).toEqual([{ column: 'createdon', alias: 'month', date: 'month', utc: true }])
  expect(ask(query, WORLD).rows).toEqual([
    { month: null, n: 1 },
    { month: 1, n: 1 },
    { month: 2, n: 1 },
  ])
})

test('distinct, all columns and a page by cookie', () => {
  const { build } = {
    build: () => from('account').selectAll().distinct().page(5, 2, '<cookie />').build(),
  }

  expect(build()).toEqual({
    table: 'account',
    columns: 'all',
    distinct: true,
    page: { size: 5, number: 2, cookie: '<cookie />' },
  })
})

test('columns of two tables are not compared: only FetchXML can', () => {
  expect(() =>
    from('account')
      .link('contact', { from: 'contactid', to: 'primarycontactid', alias: 'c' })
      .where(({ compare }) => compare('name', 'eq', 'c.fullname' as 'name')),
  ).toThrow(expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }))
})

test('choices are sorted by label: QueryExpression has no other order', () => {
  const query = from('account').select('industrycode').orderBy('industrycode').build()

  expect(query).not.toHaveProperty('choicesByValue')
  expect(ask(query, WORLD).rows.map((row) => row['industrycode'])).toEqual([2, 1, 1])
})
