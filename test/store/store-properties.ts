import fc from 'fast-check'
import type { DataverseError } from '../../src/errors/dataverse-error.ts'
import type { Catalog } from '../../src/metadata/catalog.ts'
import type { Table } from '../../src/metadata/table.ts'
import type { Values } from '../../src/rows/value.ts'
import type { Snapshot, Store, Transaction } from '../../src/store/store.ts'
import { expectSameAnswers, expectSameContents, IDS, StoreModel, TABLES } from './store-model.ts'
import { account, accountLink, catalog, contact, guid, note } from './tables.ts'

/** Random histories, told to the store and to a model of it. */
export function storeProperties(open: (catalog: Catalog) => Store): void {
  test('after any history of transactions the store answers as its model', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(TRANSACTION, { maxLength: 8 }), async (transactions) => {
        const store = open(catalog)
        const model = new StoreModel()
        for (const transaction of transactions) {
          await run(store, model, transaction)
          expectSameContents(store, model.tables)
          await expectSameAnswers(store.committed, model.tables)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('any snapshot brings back what it was taken of, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(TRANSACTION, TRAVEL), { maxLength: 14 }),
        async (steps) => {
          const store = open(catalog)
          const model = new StoreModel()
          const taken: { readonly snapshot: Snapshot; readonly tables: StoreModel['tables'] }[] = []
          for (const step of steps) {
            if (step.kind === 'transaction') await run(store, model, step)
            else if (step.kind === 'snapshot') {
              taken.push({ snapshot: store.snapshot(), tables: model.copyTables() })
            } else if (taken.length > 0) {
              const { snapshot, tables } = taken[step.pick % taken.length] ?? {
                tables: model.tables,
              }
              if (snapshot !== undefined) store.restore(snapshot)
              model.tables = tables
              model.tables = model.copyTables()
            }
            expectSameContents(store, model.tables)
          }
          await expectSameAnswers(store.committed, model.tables)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('forks live apart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(3), forks: fc.boolean(), transaction: TRANSACTION }), {
          maxLength: 10,
        }),
        async (steps) => {
          const stores = [{ store: open(catalog), model: new StoreModel() }]
          for (const { at, forks, transaction } of steps) {
            const chosen = stores[at % stores.length]
            if (chosen === undefined) continue
            if (forks) {
              const model = new StoreModel()
              model.tables = chosen.model.copyTables()
              model.version = chosen.model.version
              stores.push({ store: chosen.store.fork(), model })
            }
            await run(chosen.store, chosen.model, transaction)
          }
          for (const { store, model } of stores) {
            expectSameContents(store, model.tables)
            await expectSameAnswers(store.committed, model.tables)
          }
        },
      ),
      { numRuns: 100 },
    )
  })
}

type Write =
  | {
      readonly kind: 'insert' | 'patch'
      readonly table: Table
      readonly id: string
      readonly values: Values
    }
  | { readonly kind: 'remove'; readonly table: Table; readonly id: string }
type Step =
  Write | { readonly kind: 'savepoint' } | { readonly kind: 'rollbackTo'; readonly pick: number }

interface RandomTransaction {
  readonly kind: 'transaction'
  readonly steps: readonly Step[]
  readonly fails: boolean
}

const number = fc.nat(IDS - 1)
const someGuid = number.map(guid)
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null })
const lookup = (table: string) => orNull(someGuid.map((id) => ({ table, id })))
const word = fc.constantFrom('a', 'A', 'b', 'B  ', 'c')

/** Any columns of a table, all of them often enough to meet its keys. */
const VALUES: ReadonlyMap<Table, fc.Arbitrary<Values>> = new Map<Table, fc.Arbitrary<Values>>([
  [
    account,
    fc.record(
      {
        name: orNull(word),
        accountnumber: orNull(word),
        branch: orNull(fc.nat(1)),
        parentaccountid: lookup('account'),
      },
      { requiredKeys: [] },
    ),
  ],
  [
    contact,
    fc.record(
      { lastname: orNull(word), parentcustomerid: lookup('account') },
      { requiredKeys: [] },
    ),
  ],
  [note, fc.record({ text: word, objectid: lookup('account') }, { requiredKeys: [] })],
  [accountLink, fc.record({ accountidone: someGuid, accountidtwo: someGuid })],
])

const WRITE: fc.Arbitrary<Write> = fc.constantFrom(...TABLES).chain((table) => {
  const values = VALUES.get(table) ?? fc.constant({})
  return fc.oneof(
    fc.record({
      kind: fc.constantFrom('insert', 'patch'),
      table: fc.constant(table),
      id: someGuid,
      values,
    }),
    fc.record({ kind: fc.constant('remove'), table: fc.constant(table), id: someGuid }),
  )
})
const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: WRITE },
  { weight: 1, arbitrary: fc.constant({ kind: 'savepoint' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rollbackTo'), pick: fc.nat(3) }) },
)
const TRANSACTION: fc.Arbitrary<RandomTransaction> = fc.record({
  kind: fc.constant('transaction'),
  steps: fc.array(STEP, { maxLength: 12 }),
  fails: fc.boolean(),
})
const TRAVEL = fc.oneof(
  fc.record({ kind: fc.constant('snapshot') }),
  fc.record({ kind: fc.constant('restore'), pick: fc.nat(5) }),
)

async function run(
  store: Store,
  model: StoreModel,
  { steps, fails }: RandomTransaction,
): Promise<void> {
  const before = model.copyTables()
  const tx = await store.begin()
  let savepoints: {
    readonly point: ReturnType<Transaction['savepoint']>
    readonly tables: StoreModel['tables']
  }[] = []
  for (const step of steps) {
    if (step.kind === 'savepoint') {
      savepoints.push({ point: tx.savepoint(), tables: model.copyTables() })
    } else if (step.kind === 'rollbackTo') {
      const at = step.pick % Math.max(savepoints.length, 1)
      const chosen = savepoints[at]
      if (chosen === undefined) continue
      await tx.rollbackTo(chosen.point)
      model.tables = chosen.tables
      model.tables = model.copyTables()
      savepoints = savepoints.slice(0, at + 1)
    } else {
      const [real, expected] = [await refusalOf(tx, step), modelRefusal(model, step)]
      expect(real).toBe(expected)
    }
  }
  await expectSameAnswers(tx, model.tables)
  await expectSameAnswers(store.committed, before)
  expectSameContents(store, before)
  if (fails) {
    await tx.rollback()
    model.tables = before
  } else {
    await tx.commit()
    model.commit()
  }
}

async function refusalOf(tx: Transaction, write: Write): Promise<string | undefined> {
  const { table, id } = write
  try {
    if (write.kind === 'insert') {
      await tx.insert(table, { ...write.values, [table.primaryId]: id })
      return undefined
    }
    const row = (await tx.get(table, id)) ?? { [table.primaryId]: id }
    if (write.kind === 'patch') await tx.patch(table, row, write.values)
    else await tx.remove(table, row)
    return undefined
  } catch (error) {
    return (error as DataverseError).code
  }
}

function modelRefusal(model: StoreModel, write: Write): string | undefined {
  const { table, id } = write
  if (write.kind === 'insert') return model.insert(table, id, write.values)
  return write.kind === 'patch' ? model.patch(table, id, write.values) : model.remove(table, id)
}
