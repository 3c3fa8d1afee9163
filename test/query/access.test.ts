import { evaluate } from '../../src/query/evaluate.ts'
import { explain } from '../../src/query/explain.ts'
import type { Filter, Query } from '../../src/query/query.ts'
import { guid, ref, sourceOf, type SourceOptions } from './world.ts'

const WORLD = {
  account: Array.from({ length: 300 }, (_, at) => ({
    accountid: guid(at + 1),
    name: `Account ${at}`,
  })),
  contact: Array.from({ length: 3000 }, (_, at) => ({
    contactid: guid(10_000 + at),
    fullname: `Contact ${at}`,
    parentcustomerid: ref('account', (at % 300) + 1),
  })),
}

function run(query: Query, options: SourceOptions = {}) {
  const source = sourceOf(WORLD, options)
  const { rows } = evaluate(query, source, {})
  return {
    count: rows.length,
    scans: Object.fromEntries(source.scans),
    plan: explain(query, source, {}),
  }
}

const is = (column: string, operator: 'eq' | 'in', ...values: string[]): Filter => ({
  kind: 'condition',
  column,
  operator,
  values,
})
const contacts = (where: Filter): Query => ({ table: 'contact', columns: ['fullname'], where })

test('a row is found by its id without looking at others', () => {
  const { count, scans, plan } = run(contacts(is('contactid', 'eq', guid(10_001))))

  expect(count).toBe(1)
  expect(scans).toEqual({})
  expect(plan).toBe(
    [
      'contact: key contactid, one value, 1 rows',
      `  where contactid eq "${guid(10_001)}"`,
      '  sorted by contactid',
    ].join('\n'),
  )
})

test('rows are found by a lookup', () => {
  const { count, scans } = run(contacts(is('parentcustomerid', 'in', guid(1), guid(2), guid(1))))

  expect(count).toBe(20)
  expect(scans).toEqual({})
})

test('of two indexes the one with fewer rows is taken', () => {
  const where: Filter = {
    kind: 'and',
    filters: [is('parentcustomerid', 'eq', guid(1)), is('contactid', 'eq', guid(10_000))],
  }

  expect(run(contacts(where)).plan).toContain('contact: key contactid, one value, 1 rows')
})

test('a declared index is used for text, whatever its case', () => {
  const { count, scans } = run(contacts(is('fullname', 'eq', 'CONTACT 7 ')), {
    indexes: ['contact.fullname'],
  })

  expect(count).toBe(1)
  expect(scans).toEqual({})
})

test('a condition inside an or does not choose the rows', () => {
  const where: Filter = {
    kind: 'or',
    filters: [is('contactid', 'eq', guid(10_000)), is('fullname', 'eq', 'Contact 7')],
  }
  const { count, scans } = run(contacts(where))

  expect(count).toBe(2)
  expect(scans).toEqual({ contact: 1 })
})

test('a table is entered through a link whose rows are few', () => {
  const link = {
    table: 'account',
    from: 'accountid',
    to: 'parentcustomerid',
    alias: 'a',
    columns: [],
  } as const
  for (const kind of ['inner', 'matchfirst', 'exists', 'in'] as const) {
    const query: Query = {
      table: 'contact',
      columns: [],
      links: [{ ...link, kind, where: is('name', 'eq', 'Account 5') }],
    }

    const { count, scans, plan } = run(query, { indexes: ['account.name'] })
    expect(count).toBe(10)
    expect(scans).toEqual({})
    expect(plan).toContain(
      'contact: lookup parentcustomerid, from account by index name, one value, 10 rows',
    )
  }
})

test('through an outer link too, where a condition refuses rows without a match', () => {
  const query: Query = {
    table: 'contact',
    columns: [],
    links: [
      {
        kind: 'outer',
        table: 'account',
        from: 'accountid',
        to: 'parentcustomerid',
        alias: 'a',
        columns: [],
      },
    ],
    where: { kind: 'condition', column: 'name', operator: 'eq', values: ['Account 5'], link: 'a' },
  }

  expect(run(query, { indexes: ['account.name'] })).toMatchObject({ count: 10, scans: {} })
})

test('a small linked table is looked through rather than a large one', () => {
  const query: Query = {
    table: 'contact',
    columns: [],
    where: {
      kind: 'link',
      quantifier: 'any',
      table: 'account',
      from: 'accountid',
      to: 'parentcustomerid',
      where: is('name', 'eq', 'Account 5'),
    },
  }

  expect(run(query)).toMatchObject({ count: 10, scans: { account: 1 } })
})

test('a link on a link that looks back at the first does not stand in the way', () => {
  const query: Query = {
    table: 'contact',
    columns: [],
    links: [
      {
        kind: 'inner',
        table: 'account',
        from: 'accountid',
        to: 'parentcustomerid',
        alias: 'a',
        columns: [],
        where: is('name', 'eq', 'Account 5'),
        links: [
          {
            kind: 'inner',
            table: 'contact',
            from: 'parentcustomerid',
            to: 'accountid',
            alias: 'c',
            columns: [],
            where: {
              kind: 'condition',
              column: 'fullname',
              operator: 'ne',
              values: [],
              otherColumn: 'a.name',
            },
          },
        ],
      },
    ],
  }

  expect(run(query, { indexes: ['account.name'] })).toMatchObject({ count: 100, scans: {} })
})

test('without indexes every row is looked at once, joined ones through a hash table', () => {
  const query: Query = {
    table: 'contact',
    columns: [],
    links: [
      { kind: 'inner', table: 'account', from: 'name', to: 'fullname', alias: 'a', columns: [] },
    ],
  }
  const { scans, plan } = run(query, { size: false })

  expect(scans).toEqual({ contact: 1, account: 1 })
  expect(plan).toBe(
    [
      'contact: every row',
      '  inner link a to account: index name = fullname',
      '  sort by contactid',
    ].join('\n'),
  )
})

test('distinct rows without an order come in one order, however they were found', () => {
  const names = ['B', 'a', 'b ', 'A', 'c']
  const world = { account: names.map((name, at) => ({ accountid: guid(at + 1), name })) }
  const query: Query = {
    table: 'account',
    columns: ['name'],
    distinct: true,
    where: is('name', 'in', 'c', 'b', 'a'),
  }

  for (const options of [{}, { indexes: ['account.name'] }]) {
    const { rows } = evaluate(query, sourceOf(world, options), {})
    expect(rows).toEqual([{ name: 'a' }, { name: 'B' }, { name: 'c' }])
  }
})

test('of texts that are equal a group shows the first row’s, however the rows were found', () => {
  const account = ['b', 'A', 'a'].map((name, at) => ({ accountid: guid(3 - at), name }))
  const query: Query = {
    table: 'account',
    columns: [],
    aggregate: true,
    groups: [{ column: 'name', alias: 'name' }],
    where: is('name', 'in', 'b', 'a'),
  }

  for (const options of [{}, { indexes: ['account.name'] }]) {
    const { rows } = evaluate(query, sourceOf({ account }, options), {})
    expect(rows).toEqual([{ name: 'a' }, { name: 'b' }])
  }
})

/** Without the line that tells where the rows come from. */
const plan = (query: Query) => explain(query, sourceOf(WORLD), {}).split('\n').slice(1)

test('a plan tells conditions, links, order, distinct and groups', () => {
  expect(
    plan({
      table: 'contact',
      columns: [],
      distinct: true,
      top: 3,
      order: [
        { column: 'fullname', descending: true },
        { column: 'name', descending: false, link: 'a' },
      ],
      where: {
        kind: 'and',
        filters: [
          { kind: 'or', negated: true, filters: [is('fullname', 'in', 'x', 'y')] },
          {
            kind: 'condition',
            column: 'fullname',
            operator: 'eq',
            values: [],
            otherColumn: 'a.name',
          },
          {
            kind: 'link',
            quantifier: 'not any',
            table: 'task',
            from: 'regardingobjectid',
            to: 'contactid',
            where: is('subject', 'eq', 'x'),
          },
        ],
      },
      links: [
        {
          kind: 'outer',
          table: 'account',
          from: 'accountid',
          to: 'parentcustomerid',
          alias: 'a',
          columns: [],
          where: is('name', 'eq', 'x'),
        },
      ],
    }),
  ).toEqual([
    '  where (not (fullname in "x" "y") and fullname eq a.name and not any task (subject eq "x"))',
    '  outer link a to account: key accountid = parentcustomerid where name eq "x"',
    '  sort by fullname descending, a.name, keep the first 3, distinct',
  ])
  expect(
    plan({
      table: 'account',
      columns: [],
      aggregate: true,
      groups: [{ column: 'name', alias: 'g' }],
      aggregates: [{ function: 'count', column: 'name', alias: 'n' }],
    }),
  ).toEqual(['  group by name, compute count name'])
})

test('a plan tells what a page skips, and that a cookie makes it skip nothing', () => {
  const pageOf = (page: { readonly number: number; readonly cookie?: string }) =>
    plan({ table: 'account', columns: [], page: { size: 50, ...page } })

  expect(pageOf({ number: 1 })).toEqual(['  sort by accountid, keep the first 50'])
  expect(pageOf({ number: 3 })).toEqual(['  sort by accountid, skip 100, keep the next 50'])
  expect(pageOf({ number: 3, cookie: '<cookie page="2" />' })).toEqual([
    '  sort by accountid, keep the first 50',
  ])
})
