import fc from 'fast-check'
import { evaluate } from '../../src/query/evaluate.ts'
import { explain } from '../../src/query/explain.ts'
import type { Filter, Order, Query } from '../../src/query/query.ts'
import type { Row } from '../../src/rows/value.ts'
import { declaredIndexes } from '../../src/store/memory/declared-indexes.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { query as anyQuery, world } from './arbitraries.ts'
import { CALLER, catalog, guid, ref, sourceOf, tableNamed } from './world.ts'

const RUNS = { numRuns: process.env['LONG'] === '1' ? 5000 : 60 }
const account = tableNamed('account')

const INDEXES = declaredIndexes(
  {
    account: [
      'revenue',
      'name',
      ['industrycode', 'createdon'],
      ['parentaccountid', 'name', 'revenue'],
      'creditonhold',
    ],
    contact: ['annualincome', ['firstname', 'annualincome']],
  },
  catalog,
)

const storeWith = () => new MemoryStore(catalog, undefined, INDEXES)

test('declared indexes change nothing of the answer to any query', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyQuery, { minLength: 1, maxLength: 5 }),
      world,
      async (asked, rows) => {
        const store = storeWith()
        await store.transaction((tx) => {
          for (const [table, values] of Object.entries(rows)) {
            for (const row of values) tx.insert(tableNamed(table), row)
          }
        })

        for (const each of asked) {
          const answer = store.committed.select({ ...each, context: CALLER })
          expect(answer).toEqual(evaluate(each, sourceOf(rows), CALLER))
        }
      },
    ),
    RUNS,
  )
})

const REVENUES = [null, -1, 0, 1, 2.5, 7]
const NAMES = [null, 'a', 'A ', 'ab', 'b', 'é', 'z']
const DATES = [null, '2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z', '2026-04-01T12:00:00Z']

const values = fc.record({
  name: fc.constantFrom(...NAMES),
  revenue: fc.constantFrom(...REVENUES),
  industrycode: fc.constantFrom(null, 1, 2),
  creditonhold: fc.constantFrom(null, true, false),
  createdon: fc.constantFrom(...DATES),
  parentaccountid: fc
    .constantFrom(null, 1, 2)
    .map((at) => (at === null ? null : ref('account', at))),
})

/** Ids come in no order; a number that is there already is changed, or removed. */
const write = fc.record({
  id: fc.integer({ min: 1, max: 60 }),
  values,
  isRemoval: fc.boolean(),
})
const writes = (length: number) => fc.array(write, { minLength: 0, maxLength: length })
type Write = typeof write extends fc.Arbitrary<infer W> ? W : never

const comparison: fc.Arbitrary<Filter> = fc
  .oneof(
    fc.tuple(
      fc.constant('revenue'),
      fc.constantFrom('eq', 'gt', 'ge', 'lt', 'le'),
      fc.constantFrom(-1, 0, 1, 2.5),
    ),
    fc.tuple(
      fc.constant('name'),
      fc.constantFrom('eq', 'gt', 'ge', 'lt', 'le', 'ne'),
      fc.constantFrom('a', 'B', 'é'),
    ),
    fc.tuple(
      fc.constant('createdon'),
      fc.constantFrom('eq', 'gt', 'ge', 'lt', 'le'),
      fc.constantFrom('2026-03-02T00:00:00Z', '2026-03-02'),
    ),
    fc.tuple(fc.constant('industrycode'), fc.constantFrom('eq', 'ne'), fc.constantFrom(1, 2)),
    fc.tuple(fc.constant('parentaccountid'), fc.constant('eq'), fc.constantFrom(guid(1), guid(2))),
    fc.tuple(fc.constant('creditonhold'), fc.constant('eq'), fc.boolean()),
  )
  .map(([column, operator, value]) => ({
    kind: 'condition',
    column,
    operator: operator as 'eq',
    values: [value],
  }))
const special: fc.Arbitrary<Filter> = fc.constantFrom<Filter>(
  { kind: 'condition', column: 'revenue', operator: 'between', values: [0, 2] },
  { kind: 'condition', column: 'revenue', operator: 'in', values: [0, 7, 0] },
  { kind: 'condition', column: 'revenue', operator: 'null', values: [] },
  { kind: 'condition', column: 'name', operator: 'not-null', values: [] },
  { kind: 'condition', column: 'name', operator: 'in', values: ['A', 'z'] },
)

const order = fc.record({
  column: fc.constantFrom(
    'revenue',
    'name',
    'industrycode',
    'createdon',
    'parentaccountid',
    'creditonhold',
    'accountid',
  ),
  descending: fc.boolean(),
})

const question: fc.Arbitrary<Query> = fc
  .record({
    filters: fc.array(fc.oneof(comparison, special), { maxLength: 3 }),
    order: fc.uniqueArray(order, { maxLength: 3, selector: ({ column }: Order) => column }),
    size: fc.integer({ min: 1, max: 7 }),
    choicesByValue: fc.boolean(),
  })
  .map(({ filters, order: orders, size, choicesByValue }) => ({
    table: 'account',
    columns: ['name', 'revenue'],
    where: { kind: 'and', filters },
    order: orders,
    choicesByValue,
    top: size,
  }))

function apply(store: MemoryStore, changes: readonly Write[], begun = store.begin()) {
  if (begun instanceof Promise) throw new Error('another transaction is open')
  for (const { id, values: given, isRemoval } of changes) {
    const row = begun.get(account, guid(id))
    if (row === undefined) begun.insert(account, { accountid: guid(id), ...given })
    else if (isRemoval) begun.remove(account, row)
    else begun.patch(account, row, given)
  }
  return begun
}

/** The same rows without any index. */
const scanned = (rows: Iterable<Row>) => sourceOf({ account: [...rows] })

test('top rows, ranges and orders are those of a full scan, whatever was written, undone or is under way', () => {
  fc.assert(
    fc.property(
      fc.array(question, { minLength: 1, maxLength: 4 }),
      writes(80),
      writes(20),
      writes(20),
      (asked, first, undone, open) => {
        const store = storeWith()
        const compare = (reader: Pick<typeof store.committed, 'select' | 'scan'>) => {
          for (const each of asked) {
            const answer = reader.select({ ...each, context: CALLER })
            expect(answer).toEqual(evaluate(each, scanned(reader.scan(account)), CALLER))
          }
        }
        apply(store, first).commit()
        compare(store.committed)
        apply(store, undone).rollback()
        compare(store.committed)
        const snapshot = store.snapshot()

        const tx = apply(store, open)
        compare(tx)
        compare(store.committed)
        tx.commit()
        compare(store.committed)
        store.restore(snapshot)
        compare(store.committed)
        compare(store.fork().committed)
      },
    ),
    RUNS,
  )
})

test('pages go on from their cookies to every row once, in order', () => {
  fc.assert(
    fc.property(question, writes(80), ({ top = 1, ...asked }, given) => {
      const store = storeWith()
      apply(store, given).commit()
      const seen: Row[] = []
      let cookie: string | undefined
      for (let number = 1; number < 100; number++) {
        const page = { size: top, number, ...(cookie === undefined ? {} : { cookie }) }
        const answer = store.committed.select({ ...asked, page, context: CALLER })
        seen.push(...answer.rows)
        if (!answer.moreRows) break
        cookie = answer.cookie
      }

      const source = scanned(store.committed.scan(account))
      expect(seen).toEqual(evaluate(asked, source, CALLER).rows)
    }),
    RUNS,
  )
})

test('whoever is shown a part of the rows is shown the same part, in the order of what is shown', () => {
  fc.assert(
    fc.property(question, writes(80), (asked, given) => {
      const store = storeWith()
      apply(store, given).commit()
      const source = scanned(store.committed.scan(account))
      const shown = new WeakMap<Row, Row>()
      const show = (row: Row): Row | undefined => {
        if (row['revenue'] === 1) return undefined
        const known = shown.get(row) ?? { ...row, name: null }
        shown.set(row, known)
        return known
      }
      const context = { ...CALLER, sight: { of: () => show } }

      const answer = store.committed.select({ ...asked, context })

      expect(answer).toEqual(evaluate(asked, source, context))
    }),
    RUNS,
  )
})

describe('what explain tells of them', () => {
  const store = storeWith()
  const tx = apply(store, [])
  for (let at = 1; at <= 1000; at++) {
    tx.insert(account, {
      accountid: guid(at),
      name: `n${at % 97}`,
      revenue: at,
      industrycode: at % 3,
      createdon: `2026-03-02T00:${String(at % 60).padStart(2, '0')}:00Z`,
    })
  }
  tx.commit()
  const plan = (query: Omit<Query, 'table' | 'columns'>) =>
    explain({ table: 'account', columns: ['name'], ...query }, store.committed, CALLER).split('\n')
  const is = (column: string, operator: 'eq' | 'gt' | 'lt' | 'in', ...given: number[]): Filter => ({
    kind: 'condition',
    column,
    operator,
    values: given,
  })

  test('a range is read from the index where it is a small part of the rows', () => {
    const where: Filter = {
      kind: 'and',
      filters: [is('revenue', 'gt', 100), is('revenue', 'lt', 111)],
    }

    expect(plan({ where })[0]).toBe('account: index revenue (revenue gt 100 lt 111), 10 rows')
    expect(plan({ where: is('revenue', 'gt', 100) })[0]).toBe('account: every row, 1000 rows')
    expect(plan({ where: is('revenue', 'in', 5, 6) })[0]).toBe(
      'account: index revenue, 2 values, 2 rows',
    )
  })

  test('the first rows of an order are read in that order', () => {
    const order = [{ column: 'revenue', descending: true }]

    expect(plan({ order, top: 3 })).toEqual([
      'account: index revenue in order, 1000 rows',
      '  sorted by revenue descending, accountid, keep the first 3',
    ])
    expect(plan({ order, top: 3, where: is('revenue', 'lt', 900) })[0]).toBe(
      'account: index revenue (revenue lt 900) in order, 899 rows',
    )
  })

  test('a value of the first column leaves the order of the second', () => {
    const order = [{ column: 'createdon', descending: false }]

    expect(plan({ where: is('industrycode', 'eq', 2), order, top: 3 })[0]).toBe(
      'account: index industrycode, createdon (industrycode 2) in order, 333 rows',
    )
  })

  test('where every row is counted all of them are looked at', () => {
    const order = [{ column: 'revenue', descending: true }]

    expect(plan({ order, top: 3, count: true })[1]).toMatch(/^ {2}sort by revenue/)
  })
})

test.each(['interests', 'statecodename'])(
  'an index on %s, which has no order or is not held by rows, is refused',
  (column) => {
    expect(() => declaredIndexes({ account: [['name', column]] }, catalog)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(`'${column}'`) as string,
      }),
    )
  },
)
