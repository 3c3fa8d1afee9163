import { rollUp } from '../messages/columns/calculate-rollup-field.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import type { MemoryStore } from '../store/memory/store.ts'

const ROLLUP = 2

/** Computes every rollup column that has a function, of every row, in one transaction. */
export async function calculateRollups(store: MemoryStore, runtime: Runtime): Promise<void> {
  const { catalog, computed } = runtime
  await store.transaction(async (tx) => {
    for (const [name, columns] of computed) {
      const table = catalog.find(name)
      if (table === undefined) continue
      for (const column of columns.values()) {
        if (table.columns.get(column.column)?.sourceType !== ROLLUP) continue
        for (const row of [...tx.scan(table)])
          await rollUp({ reader: tx, runtime }, tx, column, row)
      }
    }
  })
}
