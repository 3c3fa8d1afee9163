import fc from 'fast-check'
import { evaluate } from '../../src/query/evaluate.ts'
import type { Page, Query } from '../../src/query/query.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { CALLER, catalog, guid, sourceOf, tableNamed } from './world.ts'

const RUNS = { numRuns: process.env['LONG'] === '1' ? 1000 : 25 }
const account = tableNamed('account')

/** Enough rows that they are not sorted for every page. */
const MANY = 1_500
/** Every number below a prime once, in no order. */
const scattered = (index: number) => (index * 577) % 1_511
const ascending = (index: number) => index

function storeOf(numberOf: (index: number) => number): MemoryStore {
  const store = new MemoryStore(catalog)
  const tx = begun(store)
  for (let i = 0; i < MANY; i++) {
    tx.insert(account, { accountid: guid(numberOf(i)), name: `n${i}`, revenue: i % 10 })
  }
  tx.commit()
  return store
}

function begun(store: MemoryStore) {
  const tx = store.begin()
  if (tx instanceof Promise) throw new Error('another transaction is open')
  return tx
}

const write = fc.record({
  id: fc.integer({ min: 0, max: 1_700 }),
  revenue: fc.integer({ min: 0, max: 9 }),
  isRemoval: fc.boolean(),
})
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never

/** What happens to a store: writes that stay or are undone, then so many pages. */
const turn = fc.record({
  writes: fc.array(write, { maxLength: 4 }),
  isUndone: fc.boolean(),
  pages: fc.integer({ min: 1, max: 3 }),
  least: fc.integer({ min: 0, max: 10 }),
  size: fc.constantFrom(1, 7, 50),
})

function apply(tx: ReturnType<typeof begun>, writes: readonly Write[]): void {
  for (const { id, revenue, isRemoval } of writes) {
    const row = tx.get(account, guid(id))
    if (row === undefined) tx.insert(account, { accountid: guid(id), revenue })
    else if (isRemoval) tx.remove(account, row)
    else tx.patch(account, row, { revenue })
  }
}

const asked = (least: number): Query => ({
  table: 'account',
  columns: ['revenue'],
  where: { kind: 'condition', column: 'revenue', operator: 'ge', values: [least] },
})

describe.each([
  ['were made in another order than that of their ids', scattered],
  ['were made in the order of their ids', ascending],
])('rows that %s', (_, numberOf) => {
  test('are on pages in the order of their ids, whatever is written between, undone or under way', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 6 }), (turns) => {
        const store = storeOf(numberOf)
        for (const { writes, isUndone, pages, least, size } of turns) {
          const tx = begun(store)
          apply(tx, writes)
          comparePages(tx, least, size, pages)
          comparePages(store.committed, least, size, 1)
          if (isUndone) tx.rollback()
          else tx.commit()
          comparePages(store.committed, least, size, pages)
        }
        const fork = store.fork()
        comparePages(fork.committed, 3, 50, 2)
      }),
      RUNS,
    )
  })
})

/** Each page beside that of a full scan of the same rows, which comes last: it leaves a list of all rows behind. */
function comparePages(
  reader: Pick<MemoryStore['committed'], 'select' | 'scan'>,
  least: number,
  size: number,
  pages: number,
): void {
  const answers: { readonly query: Query; readonly answer: Page }[] = []
  let cookie: string | undefined
  for (let number = 1; number <= pages; number++) {
    const page = { size, number, ...(cookie === undefined ? {} : { cookie }) }
    const query: Query = { ...asked(least), page }
    const answer: Page = reader.select({ ...query, context: CALLER })
    answers.push({ query, answer })
    if (!answer.moreRows) break
    cookie = answer.cookie
  }
  const whole = sourceOf({ account: [...reader.scan(account)] })
  for (const { query, answer } of answers) expect(answer).toEqual(evaluate(query, whole, CALLER))
}
