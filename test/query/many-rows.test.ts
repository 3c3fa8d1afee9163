import fc from 'fast-check'
import { knownVectors } from '../../src/query/column-vectors.ts'
import { evaluate } from '../../src/query/evaluate.ts'
import { evaluationOf } from '../../src/query/evaluation.ts'
import { prepare } from '../../src/query/program.ts'
import type { Query } from '../../src/query/query.ts'
import type { Row, Values } from '../../src/rows/value.ts'
import { aggregateQuery, condition, query, tree, world } from './arbitraries.ts'
import { CALLER as ASKING, guid, sourceOf, tableNamed, type World } from './world.ts'

// Many rows are gone through in other ways than few: by loops written out for the question, and from the second
// time on column by column. Neither may change an answer.

const CALLER = { ...ASKING, limits: { ...ASKING.limits, links: 1000 } }
const RUNS = { numRuns: process.env['LONG'] === '1' ? 2_000 : 60 }
const MANY = 300

/** A small world's accounts over and over, each with an id of its own. */
const manyAccounts: fc.Arbitrary<World> = world.map(({ account = [], contact = [] }) => ({
  account: Array.from({ length: account.length === 0 ? 0 : MANY }, (_, at): Values => {
    return { ...account[at % account.length], accountid: guid(1000 + ((at * 7) % MANY)) }
  }),
  contact,
}))

test('a loop written out shows the rows the tests let through, row by row and column by column', () => {
  fc.assert(
    fc.property(tree(condition('account')), manyAccounts, (where, rows) => {
      const source = sourceOf(rows)
      const evaluation = evaluationOf(source, CALLER)
      const table = tableNamed('account')
      const { scan, rootTest } = prepare(table, { where }, evaluation)
      const all = [...source.scan(table)]
      const expected = all.filter((row) => rootTest?.(row) !== false)

      for (let time = 1; time <= 3; time++) {
        const found: Row[] = []
        scan?.(all, (row, at) => found.push(all[at] === row ? row : {}) > 0)
        expect(found).toEqual(expected)
      }
      expect(knownVectors(all) === undefined).toBe(all.length === 0)
    }),
    RUNS,
  )
})

test('a loop written out ends when it is told to', () => {
  const rows = Array.from({ length: MANY }, (_, at) => ({ accountid: guid(at), revenue: at }))
  const source = sourceOf({ account: rows })
  const table = tableNamed('account')
  const { scan } = prepare(table, {}, evaluationOf(source, CALLER))
  let seen = 0

  scan?.(source.scan(table), () => ++seen < 10)

  expect(seen).toBe(10)
})

test('a page of many rows is cut out of all of them', () => {
  fc.assert(
    fc.property(
      query,
      manyAccounts,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
      (asked, rows, size, number) => {
        const { table, columns, where, order, choicesByValue } = asked
        const all: Query = {
          table,
          columns,
          ...(where === undefined || hasLink(asked) ? {} : { where }),
          order: (order ?? []).filter(({ link }) => link === undefined),
          ...(choicesByValue === undefined ? {} : { choicesByValue }),
        }
        const source = sourceOf(rows)
        const expected = evaluate(all, source, CALLER).rows

        for (let time = 1; time <= 2; time++) {
          const page = evaluate(
            { ...all, page: { size, number }, count: time === 2 },
            source,
            CALLER,
          )
          expect(page.rows).toEqual(expected.slice((number - 1) * size, number * size))
          expect(page.moreRows).toBe(expected.length > number * size)
          expect(page.totalCount).toBe(time === 2 ? expected.length : undefined)
        }
      },
    ),
    RUNS,
  )
})

test('groups of many rows are the same however often they are asked for', () => {
  fc.assert(
    fc.property(aggregateQuery, manyAccounts, (asked, rows) => {
      const source = sourceOf(rows)
      const first = evaluate(asked, source, CALLER)

      for (let time = 2; time <= 3; time++) {
        expect(evaluate(asked, source, CALLER)).toEqual(first)
      }
    }),
    RUNS,
  )
})

test('every aggregate goes through its column as it goes through rows', () => {
  const functions = ['count', 'countcolumn', 'sum', 'avg', 'min', 'max'] as const
  fc.assert(
    fc.property(manyAccounts, (rows) => {
      const source = sourceOf(rows)
      const asked: Query = {
        table: 'account',
        columns: [],
        aggregate: true,
        groups: [{ column: 'industrycode', alias: 'kind' }],
        aggregates: [
          ...functions.map((each) => ({ function: each, column: 'revenue', alias: each })),
          { function: 'countcolumn', column: 'revenue', alias: 'different', distinct: true },
        ],
      }
      const first = evaluate(asked, source, CALLER)
      evaluate(asked, source, CALLER)

      expect(evaluate(asked, source, CALLER)).toEqual(first)
    }),
    RUNS,
  )
})

function hasLink({ where, links = [] }: Query): boolean {
  return links.length > 0 || JSON.stringify(where).includes('"link"')
}
