import fc from 'fast-check'
import { foldText } from '../../src/query/collation.ts'
import { evaluate } from '../../src/query/evaluate.ts'
import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import { printFetchXml } from '../../src/query/fetchxml/print.ts'
import { parseQueryExpression } from '../../src/query/query-expression/parse.ts'
import { printQueryExpression } from '../../src/query/query-expression/print.ts'
import type { Aggregate, Group, Query } from '../../src/query/query.ts'
import type { Row, Value } from '../../src/rows/value.ts'
import { aggregateQuery, world } from './arbitraries.ts'
import { naiveJoin } from './naive.ts'
import { asText, CALLER as ASKING, sourceOf, type World } from './world.ts'

/** Random queries may have more links than the platform takes; the limit has tests of its own. */
const CALLER = { ...ASKING, limits: { ...ASKING.limits, links: 1000 } }

const RUNS = { numRuns: process.env['LONG'] === '1' ? 20_000 : 300 }

const INDEXES = ['account.name', 'account.revenue', 'account.industrycode', 'contact.fullname']

test('groups and aggregates are those of every combination of rows, looked at one by one', () => {
  fc.assert(
    fc.property(aggregateQuery, world, (asked, rows) => {
      const { rows: found } = evaluate(asked, sourceOf(rows), CALLER)

      expect(found.map((row) => print(row, asked)).sort()).toEqual(naiveGroups(asked, rows).sort())
    }),
    RUNS,
  )
})

test('indexes and sizes change the way, not the answer', () => {
  fc.assert(
    fc.property(aggregateQuery, world, (asked, rows) => {
      const plain = evaluate(asked, sourceOf(rows, { size: false }), CALLER)

      expect(evaluate(asked, sourceOf(rows, { indexes: INDEXES }), CALLER)).toEqual(plain)
    }),
    RUNS,
  )
})

test('pages hold every group once, in order', () => {
  fc.assert(
    fc.property(aggregateQuery, world, fc.integer({ min: 1, max: 3 }), (asked, rows, size) => {
      const source = sourceOf(rows)
      const seen: Row[] = []
      for (let number = 1; number < 100; number++) {
        const page = evaluate({ ...asked, page: { size, number } }, source, CALLER)
        seen.push(...page.rows)
        if (!page.moreRows) break
      }

      expect(seen).toEqual(evaluate(asked, source, CALLER).rows)
    }),
    RUNS,
  )
})

test('FetchXML and QueryExpression ask for the same groups', () => {
  fc.assert(
    fc.property(aggregateQuery, world, (asked, rows) => {
      const source = sourceOf(rows)
      const answer = evaluate(asked, source, CALLER)

      const text = printFetchXml(asked)
      expect(printFetchXml(parseFetchXml(text))).toBe(text)
      expect(evaluate(parseFetchXml(text), source, CALLER)).toEqual(answer)
      // QueryExpression cannot count distinct values.
      if (asked.aggregates?.some(({ distinct }) => distinct === true) === true) return
      const read = parseQueryExpression(JSON.parse(JSON.stringify(printQueryExpression(asked))))
      expect(evaluate(read, source, CALLER)).toEqual(answer)
    }),
    RUNS,
  )
})

/** Equal texts of one group may be spelled in several ways. */
function print(row: Row, { groups = [] }: Query): string {
  const texts = new Set(groups.filter(({ column }) => column === 'name').map(({ alias }) => alias))
  return JSON.stringify(
    Object.entries(row).map(([name, value]) => [
      name,
      texts.has(name) && typeof value === 'string' ? foldText(value) : value,
    ]),
  )
}

type Joined = ReturnType<typeof naiveJoin>[number]

function naiveGroups(asked: Query, world: World): string[] {
  const groups = asked.groups ?? []
  const nodes = [
    { alias: '', aggregates: asked.aggregates ?? [] },
    ...(asked.links ?? []).map((link) => ({
      alias: link.alias ?? '',
      aggregates: link.aggregates ?? [],
    })),
  ]
  const members = new Map<string, Joined[]>()
  for (const joined of naiveJoin(asked, world)) {
    const key = JSON.stringify(groups.map((group) => groupKey(group, joined)))
    members.set(key, [...(members.get(key) ?? []), joined])
  }
  if (groups.length === 0 && members.size === 0) members.set('[]', [])
  return [...members].map(([key, rows]) => {
    const shown = JSON.parse(key) as Value[]
    return JSON.stringify([
      ...groups.map(({ alias }, at) => [alias, shown[at]]),
      ...nodes.flatMap(({ alias, aggregates }) =>
        aggregates.map((aggregate) => [
          aggregate.alias,
          compute(
            aggregate,
            rows.map((joined) => joined[alias]?.[aggregate.column] ?? null),
          ),
        ]),
      ),
    ])
  })
}

function groupKey({ column, date }: Group, joined: Joined): Value {
  const value = joined['']?.[column] ?? null
  if (typeof value !== 'string') return value
  if (date !== undefined) return part(date, new Date(value))
  return column === 'name' ? foldText(value) : value
}

/** Of dates in UTC, the fiscal year being the calendar's in quarters. */
function part(date: NonNullable<Group['date']>, value: Date): Value {
  const year = value.getUTCFullYear()
  const quarter = Math.floor(value.getUTCMonth() / 3) + 1
  switch (date) {
    case 'day':
      return value.getUTCDate()
    case 'week': {
      const first = new Date(Date.UTC(year, 0, 1)).getUTCDay()
      const day = Math.floor((value.getTime() - Date.UTC(year, 0, 1)) / 86_400_000)
      return Math.floor((day + first) / 7) + 1
    }
    case 'month':
      return value.getUTCMonth() + 1
    case 'quarter':
      return quarter
    case 'year':
      return year
    case 'fiscal-period':
      return `Quarter ${quarter} FY${year}`
    case 'fiscal-year':
      return `FY${year}`
    default:
      return date satisfies never
  }
}

function compute({ function: name, distinct }: Aggregate, values: readonly Value[]): Value {
  const present = values.filter((value) => value !== null)
  const numbers = present.filter((value) => typeof value === 'number')
  const sum = numbers.reduce((all, value) => all + value, 0)
  switch (name) {
    case 'count':
      return values.length
    case 'countcolumn':
      return distinct === true
        ? new Set(present.map((value) => foldText(asText(value)))).size
        : present.length
    case 'sum':
      return values.length === 0 ? null : sum
    case 'avg':
      return numbers.length === 0 ? null : sum / numbers.length
    case 'min':
    case 'max': {
      const sorted = [...present].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      return (name === 'min' ? sorted[0] : sorted.at(-1)) ?? null
    }
    default:
      return name satisfies never
  }
}
