import type { QueryContext } from '../../src/query/context.ts'
import { OPERATORS, operatorOf, type OperatorName } from '../../src/query/operators.ts'
import type { Value } from '../../src/rows/value.ts'
import type { Query } from '../../src/query/query.ts'
import { emulator } from '../../src/testing/index.ts'
import { ask, guid } from './world.ts'

/** Monday, 10:10:30 in Berlin; clocks go forward there on 29 March. */
const BERLIN: QueryContext = {
  now: new Date('2026-03-02T09:10:30Z'),
  timeZoneCode: 110,
  // From July, named after the year it ends in.
  fiscal: { startMonth: 7, startDay: 1, periodType: 'quarterly', namedAfter: 'end' },
}
const NOW = '2026-03-02T09:10:30Z'
/** What is written in the second of the request has been. */
const NEXT = '2026-03-02T09:10:31Z'

/** [operator, values, first instant inside, first instant after] */
const WINDOWS: readonly [
  OperatorName,
  readonly number[],
  string | undefined,
  string | undefined,
][] = [
  ['today', [], '2026-03-01T23:00:00Z', '2026-03-02T23:00:00Z'],
  ['yesterday', [], '2026-02-28T23:00:00Z', '2026-03-01T23:00:00Z'],
  ['tomorrow', [], '2026-03-02T23:00:00Z', '2026-03-03T23:00:00Z'],
  ['last-seven-days', [], '2026-02-22T23:00:00Z', NEXT],
  ['next-seven-days', [], NEXT, '2026-03-09T23:00:00Z'],
  ['last-week', [], '2026-02-21T23:00:00Z', '2026-02-28T23:00:00Z'],
  ['this-week', [], '2026-02-28T23:00:00Z', '2026-03-07T23:00:00Z'],
  ['next-week', [], '2026-03-07T23:00:00Z', '2026-03-14T23:00:00Z'],
  ['last-month', [], '2026-01-31T23:00:00Z', '2026-02-28T23:00:00Z'],
  ['this-month', [], '2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z'],
  ['next-month', [], '2026-03-31T22:00:00Z', '2026-04-30T22:00:00Z'],
  ['last-year', [], '2024-12-31T23:00:00Z', '2025-12-31T23:00:00Z'],
  ['this-year', [], '2025-12-31T23:00:00Z', '2026-12-31T23:00:00Z'],
  ['next-year', [], '2026-12-31T23:00:00Z', '2027-12-31T23:00:00Z'],
  ['last-x-hours', [2], '2026-03-02T07:00:00Z', NEXT],
  ['next-x-hours', [2], NEXT, '2026-03-02T12:00:00Z'],
  ['last-x-days', [3], '2026-02-26T23:00:00Z', NEXT],
  ['next-x-days', [3], NEXT, '2026-03-05T23:00:00Z'],
  ['next-x-days', [30], NEXT, '2026-04-01T22:00:00Z'],
  ['last-x-weeks', [2], '2026-02-15T23:00:00Z', NEXT],
  ['next-x-weeks', [1], NEXT, '2026-03-09T23:00:00Z'],
  ['last-x-months', [1], '2026-02-01T23:00:00Z', NEXT],
  ['next-x-months', [1], NEXT, '2026-04-02T22:00:00Z'],
  ['last-x-years', [1], '2025-03-01T23:00:00Z', NEXT],
  ['next-x-years', [1], NEXT, '2027-03-02T23:00:00Z'],
  ['olderthan-x-minutes', [10], undefined, '2026-03-02T09:00:00Z'],
  ['olderthan-x-hours', [1], undefined, '2026-03-02T08:00:00Z'],
  ['olderthan-x-days', [1], undefined, '2026-02-28T23:00:00Z'],
  ['olderthan-x-weeks', [1], undefined, '2026-02-22T23:00:00Z'],
  ['olderthan-x-months', [1], undefined, '2026-02-01T23:00:00Z'],
  ['olderthan-x-years', [1], undefined, '2025-03-01T23:00:00Z'],
  ['this-fiscal-year', [], '2025-06-30T22:00:00Z', '2026-06-30T22:00:00Z'],
  ['last-fiscal-year', [], '2024-06-30T22:00:00Z', '2025-06-30T22:00:00Z'],
  ['next-fiscal-year', [], '2026-06-30T22:00:00Z', '2027-06-30T22:00:00Z'],
  ['this-fiscal-period', [], '2025-12-31T23:00:00Z', '2026-03-31T22:00:00Z'],
  ['last-fiscal-period', [], '2025-09-30T22:00:00Z', '2025-12-31T23:00:00Z'],
  ['next-fiscal-period', [], '2026-03-31T22:00:00Z', '2026-06-30T22:00:00Z'],
  ['last-x-fiscal-years', [1], '2024-06-30T22:00:00Z', NEXT],
  ['next-x-fiscal-years', [1], NEXT, '2027-06-30T22:00:00Z'],
  ['last-x-fiscal-periods', [2], '2025-06-30T22:00:00Z', NEXT],
  ['next-x-fiscal-periods', [1], NEXT, '2026-06-30T22:00:00Z'],
  ['in-fiscal-year', [2026], '2025-06-30T22:00:00Z', '2026-06-30T22:00:00Z'],
  ['in-fiscal-period-and-year', [3, 2026], '2025-12-31T23:00:00Z', '2026-03-31T22:00:00Z'],
  ['in-or-after-fiscal-period-and-year', [3, 2026], '2025-12-31T23:00:00Z', undefined],
  ['in-or-before-fiscal-period-and-year', [3, 2026], undefined, '2026-03-31T22:00:00Z'],
]

function found(
  column: string,
  operator: OperatorName,
  values: readonly Value[],
  dates: readonly (string | null)[],
  context = BERLIN,
): readonly (string | null)[] {
  const rows = dates.map((date, at) => ({ accountid: guid(at + 1), [column]: date }))
  const page = ask(
    { table: 'account', columns: [column], where: { kind: 'condition', column, operator, values } },
    { account: rows },
    context,
  )
  return page.rows.map((row) => row[column] as string | null)
}

function secondBefore(date: string): string {
  return `${new Date(Date.parse(date) - 1000).toISOString().slice(0, 19)}Z`
}

test.each(WINDOWS)(
  '%s %p holds from its first instant to before its end',
  (operator, values, start, end) => {
    const first = start ?? '1753-01-01T00:00:00Z'
    const last = end === undefined ? '9999-12-31T23:59:59Z' : secondBefore(end)
    const outside = [
      ...(start === undefined ? [] : [secondBefore(start)]),
      ...(end === undefined ? [] : [end]),
      null,
    ]

    expect(found('createdon', operator, values, [first, last, ...outside])).toEqual([first, last])
  },
)

test.each(WINDOWS)('%s %p takes its values as text', (operator, values, start, end) => {
  const inside = start ?? secondBefore(end ?? '')

  expect(found('createdon', operator, values.map(String), [inside])).toEqual([inside])
})

test('every operator over time is in the table of this test', () => {
  const tested = new Set([
    ...WINDOWS.map(([operator]) => operator),
    'in-fiscal-period',
    ...DAYS.map(([operator]) => operator),
  ])
  const all = (Object.keys(OPERATORS) as OperatorName[]).filter((name) =>
    ['window', 'fiscal'].includes(operatorOf(name).kind),
  )

  expect([...tested].sort()).toEqual([...all].sort())
})

const DAYS: readonly [OperatorName, string[]][] = [
  ['on', ['2026-03-01T23:00:00Z', '2026-03-02T22:59:59Z']],
  ['on-or-after', ['2026-03-01T23:00:00Z', '2026-03-02T22:59:59Z', '2026-03-02T23:00:00Z']],
  ['on-or-before', ['2026-03-01T22:59:59Z', '2026-03-01T23:00:00Z', '2026-03-02T22:59:59Z']],
]
const AROUND = [
  '2026-03-01T22:59:59Z',
  '2026-03-01T23:00:00Z',
  '2026-03-02T22:59:59Z',
  '2026-03-02T23:00:00Z',
  null,
]

test.each(DAYS)('%s means a day of the caller’s calendar', (operator, expected) => {
  expect(found('createdon', operator, ['2026-03-02'], AROUND)).toEqual(expected)
  expect(found('createdon', operator, ['2026-03-02T12:00:00Z'], AROUND)).toEqual(expected)
})

test.each([
  ['on', ['2026-03-02']],
  ['on-or-after', ['2026-03-02', '2026-03-03']],
  ['on-or-before', ['2026-03-01', '2026-03-02']],
  ['today', ['2026-03-02']],
  ['last-seven-days', ['2026-03-01', '2026-03-02']],
  ['next-x-days', ['2026-03-03']],
  ['olderthan-x-days', []],
  ['this-month', ['2026-03-01', '2026-03-02', '2026-03-03']],
  ['this-fiscal-year', ['2026-03-01', '2026-03-02', '2026-03-03']],
] as const)('%s on dates without time goes by the caller’s date', (operator, expected) => {
  const values = operator.includes('-x-') ? [1] : operator.startsWith('on') ? ['2026-03-02'] : []

  expect(found('founded', operator, values, ['2026-03-01', '2026-03-02', '2026-03-03'])).toEqual(
    expected,
  )
})

test('on dates without a zone a window is what the caller’s clock shows', () => {
  const dates = [
    '2026-03-01T23:59:59Z',
    '2026-03-02T00:00:00Z',
    '2026-03-02T23:59:59Z',
    '2026-03-03T00:00:00Z',
  ]

  expect(found('opening', 'today', [], dates)).toEqual(dates.slice(1, 3))
  expect(found('opening', 'on', ['2026-03-02'], dates)).toEqual(dates.slice(1, 3))
  expect(
    found('opening', 'last-x-hours', [1], ['2026-03-02T09:30:00Z', '2026-03-02T08:30:00Z']),
  ).toEqual(['2026-03-02T09:30:00Z'])
})

test.each(['last-x-hours', 'next-x-hours', 'olderthan-x-hours', 'olderthan-x-minutes'] as const)(
  '%s is refused on dates without time',
  (operator) => {
    expect(() => found('founded', operator, [1], ['2026-03-01'])).toThrow(
      expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }),
    )
  },
)

test('in-fiscal-period means that period of any year', () => {
  const dates = ['2025-02-10T10:00:00Z', '2026-01-15T10:00:00Z', '2026-04-02T10:00:00Z', null]

  expect(found('createdon', 'in-fiscal-period', [3], dates)).toEqual(dates.slice(0, 2))
  expect(found('founded', 'in-fiscal-period', [3], ['2025-01-01', '2025-04-01'])).toEqual([
    '2025-01-01',
  ])
})

test.each([
  ['last-x-days', ['0']],
  ['last-x-days', ['-1']],
  ['last-x-days', ['1.5']],
  ['last-x-days', ['two']],
  ['last-x-days', [1.5]],
  ['in-fiscal-year', ['FY2026']],
  ['in-fiscal-year', ['99999']],
  ['in-fiscal-period', [5]],
  ['in-fiscal-period-and-year', [0, 2026]],
  ['on', ['soon']],
] as const)('%s refuses %p', (operator, values) => {
  expect(() => found('createdon', operator, values, [])).toThrow(
    expect.objectContaining({ code: 'QUERY_VALUE_INVALID' }),
  )
})

const FAR = ['hours', 'days', 'weeks', 'months', 'years', 'fiscal-years', 'fiscal-periods'] as const

test.each(FAR)('so many %s that no date is so far away mean all dates', (unit) => {
  const first = '1753-01-01T00:00:00Z'
  const last = '9999-12-31T23:59:59Z'

  expect(found('createdon', `last-x-${unit}`, [1e9], [first, last])).toEqual([first])
  expect(found('createdon', `next-x-${unit}`, [1e9], [first, last])).toEqual([last])
})

test('nothing is older than a thousand million years', () => {
  for (const unit of ['minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const) {
    expect(found('createdon', `olderthan-x-${unit}`, [1e10], ['1753-01-01T00:00:00Z'])).toEqual([])
  }
})

test('without a moment to count from an operator is refused by name', () => {
  expect(() => found('createdon', 'today', [], [], {})).toThrow(
    expect.objectContaining({
      code: 'QUERY_CONTEXT_MISSING',
      message: "'today' needs now, which the context of this query does not tell.",
    }),
  )
})

test.each(['2026-03-02T09:10:30Z', '2026-03-02T09:10:30.500Z'])(
  'what a row holds of the second of the request has been, though a clock stands still: %s',
  (now) => {
    const context = { ...BERLIN, now: new Date(now) }

    expect(found('createdon', 'last-x-hours', [1], [NOW, NEXT], context)).toEqual([NOW])
    expect(found('createdon', 'next-x-hours', [1], [NOW, NEXT], context)).toEqual([NEXT])
  },
)

test('a row that was just made is one of the last days', async () => {
  const org = emulator({ tables: [] })
  const id = await org.create('businessunit', {
    name: 'North',
    parentbusinessunitid: { table: 'businessunit', id: org.businessUnitId },
  })
  const made = (operator: OperatorName, values: readonly number[]): Query => ({
    table: 'businessunit',
    columns: ['name'],
    where: {
      kind: 'and',
      filters: [
        { kind: 'condition', column: 'createdon', operator, values },
        { kind: 'condition', column: 'businessunitid', operator: 'eq', values: [id] },
      ],
    },
  })

  expect((await org.retrieveMultiple(made('last-x-days', [1]))).rows).toHaveLength(1)
  expect((await org.retrieveMultiple(made('last-seven-days', []))).rows).toHaveLength(1)
  expect((await org.retrieveMultiple(made('next-x-days', [1]))).rows).toHaveLength(0)
})
