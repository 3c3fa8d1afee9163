import fc from 'fast-check'
import { evaluate } from '../../src/query/evaluate.ts'
import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import { printFetchXml } from '../../src/query/fetchxml/print.ts'
import { parseODataQuery } from '../../src/query/odata/parse-query.ts'
import { parseQueryExpression } from '../../src/query/query-expression/parse.ts'
import { printQueryExpression } from '../../src/query/query-expression/print.ts'
import type { Condition, Filter, Query } from '../../src/query/query.ts'
import type { Row, Value } from '../../src/rows/value.ts'
import { condition, nestedQuery, query, tree, world } from './arbitraries.ts'
import { naive } from './naive.ts'
import { asText, CALLER as ASKING, catalog, sourceOf, tableNamed } from './world.ts'

/** Random queries may have more links than the platform takes; the limit has tests of its own. */
const CALLER = { ...ASKING, limits: { ...ASKING.limits, links: 1000 } }

const RUNS = { numRuns: process.env['LONG'] === '1' ? 20_000 : 300 }

const INDEXES = ['account.name', 'account.revenue', 'account.industrycode', 'contact.fullname']

/** Rows without their order. */
const asSet = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).sort()

/** The query without what cuts or sorts its answer. */
const withoutRange = ({ table, columns, links, where }: Query): Query => ({
  table,
  columns,
  ...(links === undefined ? {} : { links }),
  ...(where === undefined ? {} : { where }),
})

test('a query finds what looking at every combination of rows finds', () => {
  fc.assert(
    fc.property(query, world, (asked, rows) => {
      const all = withoutRange(asked)

      expect(asSet(evaluate(all, sourceOf(rows), CALLER).rows)).toEqual(asSet(naive(all, rows)))
    }),
    RUNS,
  )
})

test('links below links find what looking at every combination of rows finds', () => {
  fc.assert(
    fc.property(nestedQuery, world, (asked, rows) => {
      const all = withoutRange(asked)
      const source = sourceOf(rows, { indexes: INDEXES })

      expect(asSet(evaluate(all, source, CALLER).rows)).toEqual(asSet(naive(all, rows)))
      const read = parseFetchXml(printFetchXml(all))
      expect(evaluate(read, source, CALLER)).toEqual(evaluate(all, source, CALLER))
    }),
    RUNS,
  )
})

test('indexes and sizes change the way, not the answer', () => {
  fc.assert(
    fc.property(query, world, (asked, rows) => {
      const plain = evaluate(asked, sourceOf(rows, { size: false }), CALLER)

      expect(evaluate(asked, sourceOf(rows, { indexes: INDEXES }), CALLER)).toEqual(plain)
    }),
    RUNS,
  )
})

test('the first rows are those that sorting all of them puts first', () => {
  fc.assert(
    fc.property(query, world, fc.integer({ min: 1, max: 6 }), (asked, rows, top) => {
      const all = { ...asked, top: 5000 }
      const source = sourceOf(rows)

      expect(evaluate({ ...asked, top }, source, CALLER).rows).toEqual(
        evaluate(all, source, CALLER).rows.slice(0, top),
      )
    }),
    RUNS,
  )
})

test('pages hold every row once, whether by cookie or by number', () => {
  fc.assert(
    fc.property(
      query,
      world,
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (asked, rows, size, byCookie) => {
        const all = {
          ...withoutRange(asked),
          order: asked.order ?? [],
          distinct: asked.distinct === true,
        }
        const source = sourceOf(rows)
        const seen: Row[] = []
        let cookie: string | undefined
        for (let number = 1; number < 1000; number++) {
          const page = { size, number, ...(cookie === undefined ? {} : { cookie }) }
          const answer = evaluate({ ...all, page }, source, CALLER)
          seen.push(...answer.rows)
          if (!answer.moreRows) break
          cookie = byCookie ? answer.cookie : undefined
        }

        expect(seen).toEqual(evaluate(all, source, CALLER).rows)
      },
    ),
    RUNS,
  )
})

test('a printed query reads as one that prints and answers the same', () => {
  fc.assert(
    fc.property(query, world, (asked, rows) => {
      const text = printFetchXml(asked)
      const read = parseFetchXml(text)

      expect(printFetchXml(read)).toBe(text)
      const source = sourceOf(rows)
      expect(evaluate(read, source, CALLER)).toEqual(evaluate(asked, source, CALLER))
    }),
    RUNS,
  )
})

test('FetchXML, OData, QueryExpression and the query itself find the same rows', () => {
  const filter = tree(
    fc.oneof(condition('account'), condition('contact', 'c').filter(isComparison)),
  ).filter(isPlain)

  // Choices are sorted by label here and by value there: they have tests of their own.
  const order = fc.uniqueArray(
    fc.record({
      column: fc.constantFrom('name', 'revenue', 'createdon', 'parentaccountid'),
      descending: fc.boolean(),
    }),
    { maxLength: 2, selector: ({ column }) => column },
  )

  fc.assert(
    fc.property(
      filter,
      order,
      fc.integer({ min: 1, max: 12 }),
      world,
      (where, order, top, rows) => {
        const source = sourceOf(rows)
        const names = (asked: Query) =>
          evaluate(asked, source, CALLER).rows.map((row) => row['accountid'])
        const link = {
          kind: 'outer',
          table: 'contact',
          from: 'contactid',
          to: 'primarycontactid',
          alias: 'c',
          columns: [],
        } as const
        const asked: Query = {
          table: 'account',
          columns: [],
          where: spokenInOData(where),
          links: [link],
          order,
          top,
        }

        const expected = names(asked)
        expect(names(parseFetchXml(printFetchXml(asked)))).toEqual(expected)
        expect(names(parseQueryExpression(printQueryExpression(asked)))).toEqual(expected)
        const text = odataText(where)
        const orderby =
          order.length === 0
            ? undefined
            : order
                .map(({ column, descending }) => `${property(column)}${descending ? ' desc' : ''}`)
                .join()
        expect(
          names(
            parseODataQuery({ filter: text, orderby, top }, tableNamed('account'), catalog).query,
          ),
        ).toEqual(expected)
      },
    ),
    RUNS,
  )
})

/** A lookup is a property by its value. */
function property(column: string): string {
  const isLookup = column === 'parentaccountid' || column === 'parentcustomerid'
  return isLookup ? `_${column}_value` : column
}

function isComparison({ operator }: Condition): boolean {
  return [
    'eq',
    'ne',
    'gt',
    'ge',
    'lt',
    'le',
    'null',
    'not-null',
    'begins-with',
    'ends-with',
  ].includes(operator)
}

/** Functions cannot be negated in OData, nor called on a related column. */
function isPlain(filter: Filter, isNegated = false): boolean {
  if (filter.kind === 'link') return false
  if (filter.kind === 'condition') return !isNegated || isComparison(filter)
  const negated = isNegated || filter.negated === true
  return filter.filters.every((part) => isPlain(part, negated))
}

function odataText(filter: Filter): string {
  if (filter.kind === 'link') return ''
  if (filter.kind === 'condition') return conditionText(filter)
  const inner = `(${filter.filters.map(odataText).join(` ${filter.kind} `)})`
  return filter.negated === true ? `not ${inner}` : inner
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  in: 'In',
  'not-in': 'NotIn',
  between: 'Between',
  'not-between': 'NotBetween',
  'contain-values': 'ContainValues',
  'not-contain-values': 'DoesNotContainValues',
}

function conditionText({ column, operator, values, link }: Condition): string {
  const path = `${link === undefined ? '' : 'primarycontactid/'}${property(column)}`
  const quoted = (value: Value | undefined) => `'${asText(value).replaceAll("'", "''")}'`
  const [value] = values
  const call = FUNCTIONS[operator]
  if (call !== undefined) {
    const list = values.map(quoted).join(',')
    return `Microsoft.Dynamics.CRM.${call}(PropertyName='${column}',PropertyValues=[${list}])`
  }
  if (operator === 'null') return `${path} eq null`
  if (operator === 'not-null') return `${path} ne null`
  const negated = operator.startsWith('not-') ? 'not ' : ''
  if (operator.includes('begin')) return `${negated}startswith(${path},${quoted(value)})`
  if (operator.includes('end')) return `${negated}endswith(${path},${quoted(value)})`
  if (operator.includes('like')) return `${negated}contains(${path},${quoted(value)})`
  const isBare = typeof value !== 'string' || /^[0-9a-f-]{36}$|^\d{4}-/.test(value)
  return `${path} ${operator} ${isBare ? asText(value) : quoted(value)}`
}

/** OData has no like; what it has means a text anywhere. */
function spokenInOData(filter: Filter): Filter {
  if (filter.kind === 'link') return filter
  if (filter.kind !== 'condition') return { ...filter, filters: filter.filters.map(spokenInOData) }
  if (filter.operator !== 'like' && filter.operator !== 'not-like') return filter
  return { ...filter, values: filter.values.map((value) => `%${asText(value)}%`) }
}
