import type { Aggregate, Query } from '../../src/query/query.ts'
import { ask, CALLER, guid, ref, type World } from './world.ts'

const EMPLOYEES = [null, 1500, 2700, 2900, 2900, 3900, 4300, 4800, 6000, 6200]
const WORLD: World = {
  account: EMPLOYEES.map((numberofemployees, at) => ({
    accountid: guid(at + 1),
    numberofemployees,
    industrycode: at < 3 ? 1 : at < 9 ? 2 : null,
    name: at < 5 ? 'Same' : `same ${at}`,
    discount: at === 0 ? null : 0.1,
    versionnumber: BigInt(at),
    latitude: at,
    createdon: `2026-0${(at % 4) + 1}-01T23:30:00Z`,
    founded: `202${at % 2}-12-31`,
    primarycontactid: at < 2 ? ref('contact', at + 50) : null,
  })),
  contact: [
    { contactid: guid(50), fullname: 'Zoe' },
    { contactid: guid(51), fullname: 'Ann' },
  ],
}

function aggregated(query: Partial<Query>, world = WORLD, context = CALLER) {
  return ask({ table: 'account', columns: [], aggregate: true, ...query }, world, context).rows
}

const of = (name: Aggregate['function'], column: string, distinct = false): Partial<Query> => ({
  aggregates: [{ function: name, column, alias: 'value', distinct }],
})

describe('the documented set of ten accounts (aggregate-data)', () => {
  test.each([
    ['avg', 3911],
    ['count', 10],
    ['countcolumn', 9],
    ['max', 6200],
    ['min', 1500],
    ['sum', 35_200],
  ] as const)('%s is %i', (name, expected) => {
    expect(aggregated(of(name, 'numberofemployees'))).toEqual([{ value: expected }])
  })

  test('distinct countcolumn is 8', () => {
    expect(aggregated(of('countcolumn', 'numberofemployees', true))).toEqual([{ value: 8 }])
  })
})

test('decimals are added exactly', () => {
  expect(aggregated(of('sum', 'discount'))).toEqual([{ value: 0.9 }])
  expect(aggregated(of('avg', 'latitude'))).toEqual([{ value: 4.5 }])
  expect(aggregated(of('sum', 'versionnumber'))).toEqual([{ value: 45n }])
})

test('the first and last date', () => {
  expect(aggregated(of('min', 'createdon'))).toEqual([{ value: '2026-01-01T23:30:00Z' }])
  expect(aggregated(of('max', 'founded'))).toEqual([{ value: '2021-12-31' }])
})

test('of no rows counts are 0 and everything else is empty', () => {
  const none = { account: [] }

  expect(aggregated(of('count', 'name'), none)).toEqual([{ value: 0 }])
  expect(aggregated(of('countcolumn', 'name', true), none)).toEqual([{ value: 0 }])
  for (const name of ['sum', 'avg', 'min', 'max'] as const) {
    expect(aggregated(of(name, 'revenue'), none)).toEqual([{ value: null }])
  }
})

test('a sum over rows of a link is empty where none is joined', () => {
  const query: Partial<Query> = {
    links: [
      {
        kind: 'inner',
        table: 'contact',
        from: 'contactid',
        to: 'primarycontactid',
        columns: [],
        where: { kind: 'condition', column: 'fullname', operator: 'eq', values: ['Nobody'] },
      },
    ],
    ...of('sum', 'versionnumber'),
  }

  expect(aggregated(query)).toEqual([{ value: null }])
})

test('of empty columns the sum is 0', () => {
  expect(aggregated(of('sum', 'revenue'))).toEqual([{ value: 0 }])
  expect(
    aggregated({ ...of('sum', 'revenue'), groups: [{ column: 'industrycode', alias: 'g' }] }),
  ).toEqual([
    { g: null, value: 0 },
    { g: 1, value: 0 },
    { g: 2, value: 0 },
  ])
})

describe('groups', () => {
  const count: Aggregate = { function: 'count', column: 'accountid', alias: 'n' }

  test('empty is a group of its own and comes first', () => {
    expect(
      aggregated({ groups: [{ column: 'industrycode', alias: 'code' }], aggregates: [count] }),
    ).toEqual([
      { code: null, n: 1 },
      { code: 1, n: 3 },
      { code: 2, n: 6 },
    ])
  })

  test('texts that are equal to the platform are one group', () => {
    const world = {
      account: ['a', 'A', 'a '].map((name, at) => ({ accountid: guid(at + 1), name })),
    }

    expect(
      aggregated({ groups: [{ column: 'name', alias: 'name' }], aggregates: [count] }, world),
    ).toEqual([{ name: 'a', n: 3 }])
  })

  test('a lookup is grouped by the row it points at and given as reference', () => {
    const groups = [{ column: 'primarycontactid', alias: 'who' }]

    expect(
      aggregated({ groups, order: [{ column: 'who', descending: false }], aggregates: [count] }),
    ).toEqual([
      { who: null, n: 8 },
      { who: ref('contact', 51), n: 1 },
      { who: ref('contact', 50), n: 1 },
    ])
  })

  test('several groups make a key together', () => {
    const groups = [
      { column: 'industrycode', alias: 'code' },
      { column: 'founded', alias: 'founded', date: 'year' },
    ] as const

    expect(aggregated({ groups, aggregates: [count] })).toEqual([
      { code: null, founded: 2021, n: 1 },
      { code: 1, founded: 2020, n: 2 },
      { code: 1, founded: 2021, n: 1 },
      { code: 2, founded: 2020, n: 3 },
      { code: 2, founded: 2021, n: 3 },
    ])
  })

  test('groups without aggregates are the distinct values', () => {
    expect(aggregated({ groups: [{ column: 'industrycode', alias: 'code' }] })).toEqual([
      { code: null },
      { code: 1 },
      { code: 2 },
    ])
  })

  test('groups are sorted by alias: choices by label, or by value', () => {
    const query: Partial<Query> = {
      groups: [{ column: 'industrycode', alias: 'code' }],
      order: [{ column: 'code', descending: false }],
    }

    // Brewing (2) before Mining (1)
    expect(aggregated(query)).toEqual([{ code: null }, { code: 2 }, { code: 1 }])
    expect(aggregated({ ...query, choicesByValue: true })).toEqual([
      { code: null },
      { code: 1 },
      { code: 2 },
    ])
  })

  test('aggregates sort too', () => {
    const query: Partial<Query> = {
      groups: [{ column: 'industrycode', alias: 'code' }],
      aggregates: [count],
      order: [{ column: 'n', descending: true }],
    }

    expect(aggregated(query).map((row) => row['n'])).toEqual([6, 3, 1])
  })

  test('top and pages cut the list of groups', () => {
    const query: Query = {
      table: 'account',
      columns: [],
      aggregate: true,
      groups: [{ column: 'industrycode', alias: 'code' }],
    }

    expect(ask({ ...query, top: 1 }, WORLD)).toEqual({ rows: [{ code: null }], moreRows: false })
    expect(ask({ ...query, page: { size: 2, number: 1 }, count: true }, WORLD)).toMatchObject({
      moreRows: true,
      totalCount: 3,
    })
    expect(ask({ ...query, page: { size: 2, number: 2 } }, WORLD)).toEqual({
      rows: [{ code: 2 }],
      moreRows: false,
    })
  })
})

describe('parts of dates', () => {
  const parts = (
    date: NonNullable<Query['groups']>[number]['date'],
    context = CALLER,
    utc = false,
  ) =>
    aggregated(
      {
        groups: [
          { column: 'createdon', alias: 'part', ...(date === undefined ? {} : { date }), utc },
        ],
      },
      WORLD,
      context,
    ).map((row) => row['part'])

  test.each([
    ['day', [1]],
    ['week', [1, 6, 10, 14]],
    ['month', [1, 2, 3, 4]],
    ['quarter', [1, 2]],
    ['year', [2026]],
    ['fiscal-period', ['Quarter 1 FY2026', 'Quarter 2 FY2026']],
    ['fiscal-year', ['FY2026']],
  ] as const)('%s in UTC', (date, expected) => {
    expect(parts(date)).toEqual(expected)
  })

  test('are those of the caller’s zone unless UTC is asked for', () => {
    const context = { ...CALLER, timeZoneCode: 110 }

    expect(parts('day', context)).toEqual([2])
    expect(parts('day', context, true)).toEqual([1])
  })

  test('go by the organization’s fiscal year', () => {
    const fiscal = { startMonth: 4, startDay: 1, periodType: 'monthly', namedAfter: 'end' } as const

    expect(parts('quarter', { ...CALLER, fiscal })).toEqual([1, 4])
    expect(parts('fiscal-period', { ...CALLER, fiscal })).toEqual([
      'Month 1 FY2027',
      'Month 10 FY2026',
      'Month 11 FY2026',
      'Month 12 FY2026',
    ])
  })

  test.each(['createdon', 'founded'])('%s is grouped by a part of it only', (column) => {
    expect(() => aggregated({ groups: [{ column, alias: 'part' }] })).toThrow(
      expect.objectContaining({
        code: 'QUERY_CONDITION_INVALID',
        message: expect.stringContaining("Invalid value '' for dategrouping") as string,
      }),
    )
  })

  test('are parts of dates only', () => {
    expect(() => aggregated({ groups: [{ column: 'name', alias: 'part', date: 'year' }] })).toThrow(
      expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }),
    )
  })
})

test('columns of links are grouped and computed', () => {
  const query: Partial<Query> = {
    links: [
      {
        kind: 'inner',
        table: 'contact',
        from: 'contactid',
        to: 'primarycontactid',
        alias: 'c',
        columns: [],
        groups: [{ column: 'fullname', alias: 'who' }],
      },
    ],
    ...of('sum', 'numberofemployees'),
  }

  expect(aggregated(query)).toEqual([
    { who: 'Ann', value: 1500 },
    { who: 'Zoe', value: 0 },
  ])
})

describe('limits', () => {
  const counted = (rows: number) => {
    const account = Array.from({ length: rows }, (_, at) => ({ accountid: guid(at) }))
    return (limit?: number) =>
      aggregated(
        { ...of('count', 'name'), ...(limit === undefined ? {} : { aggregateLimit: limit }) },
        { account },
      )
  }

  test('fifty thousand rows are aggregated, one more is refused', () => {
    expect(counted(50_000)()).toEqual([{ value: 50_000 }])
    expect(counted(50_001)).toThrow(
      expect.objectContaining({
        code: 'AGGREGATE_LIMIT_EXCEEDED',
        number: 0x8004e023,
        message: 'AggregateQueryRecordLimit exceeded. Cannot perform this operation.',
      }),
    )
  })

  test('joined rows count, not those of the table', () => {
    const query: Partial<Query> = {
      ...of('count', 'name'),
      links: [
        {
          kind: 'inner',
          table: 'contact',
          from: 'parentcustomerid',
          to: 'accountid',
          alias: 'c',
          columns: [],
        },
      ],
    }
    const contact = Array.from({ length: 3 }, (_, at) => ({
      contactid: guid(at + 1),
      parentcustomerid: ref('account', 1),
    }))
    const world = { account: [{ accountid: guid(1) }], contact }

    expect(aggregated({ ...query, aggregateLimit: 3 }, world)).toEqual([{ value: 3 }])
    expect(() => aggregated({ ...query, aggregateLimit: 2 }, world)).toThrow(
      expect.objectContaining({ code: 'AGGREGATE_LIMIT_EXCEEDED' }),
    )
  })

  test('a query can set a lower limit, never a higher one', () => {
    expect(() => counted(11)(10)).toThrow(
      expect.objectContaining({ code: 'AGGREGATE_LIMIT_EXCEEDED' }),
    )
    expect(() => counted(50_001)(60_000)).toThrow(
      expect.objectContaining({ code: 'AGGREGATE_LIMIT_EXCEEDED' }),
    )
  })
})

test.each([
  [{ columns: ['name'], ...of('count', 'name') }, 'QUERY_COLUMN_WITH_AGGREGATE'],
  [{ columns: 'all' as const, ...of('count', 'name') }, 'QUERY_COLUMN_WITH_AGGREGATE'],
  [
    { aliased: [{ column: 'name', alias: 'x' }], ...of('count', 'name') },
    'QUERY_COLUMN_WITH_AGGREGATE',
  ],
  [{ groups: [{ column: 'name', alias: '' }] }, 'QUERY_ALIAS_MISSING'],
  [{ groups: [{ column: 'name', alias: '1x' }] }, 'QUERY_ALIAS_INVALID'],
  [{ groups: [{ column: 'name', alias: 'value' }], ...of('count', 'name') }, 'QUERY_ALIAS_INVALID'],
  [
    { ...of('count', 'name'), order: [{ column: 'name', descending: false }] },
    'QUERY_ALIAS_UNKNOWN',
  ],
  [of('sum', 'name'), 'QUERY_CONDITION_INVALID'],
  [of('avg', 'createdon'), 'QUERY_CONDITION_INVALID'],
  [of('max', 'name'), 'QUERY_CONDITION_INVALID'],
  [of('min', 'industrycode'), 'QUERY_CONDITION_INVALID'],
  [of('count', 'nope'), 'COLUMN_UNKNOWN'],
])('%p is refused', (query: Partial<Query>, code) => {
  expect(() => aggregated(query)).toThrow(expect.objectContaining({ code }))
})
