import fc from 'fast-check'
import { evaluate } from '../../src/query/evaluate.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { query, world } from './arbitraries.ts'
import { CALLER, catalog, sourceOf, tableNamed } from './world.ts'

test('the memory store’s own indexes change nothing of an answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(query, { minLength: 1, maxLength: 5 }),
      world,
      async (asked, rows) => {
        const store = new MemoryStore(catalog)
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
    { numRuns: 100 },
  )
})
