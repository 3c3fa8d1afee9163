import fc from 'fast-check'
import { planDelete, type RunningCascade } from '../../src/cascade/plan-delete.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import type { Awaitable } from '../../src/rows/awaitable.ts'
import type { RowRef, Values } from '../../src/rows/value.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import type { MemoryTransaction } from '../../src/store/memory/transaction.ts'
import { CASCADE_TABLES } from '../support/cascade-tables.ts'

const catalog = new Catalog([...PLATFORM_TABLES, ...CASCADE_TABLES])
const RUNS = process.env['LONG'] === undefined ? 300 : 20_000

/** The lookups of a leaf: at which table, and what a Delete does through it. */
const LOOKUPS = {
  cascadeid: ['root', 'Cascade'],
  removelinkid: ['root', 'RemoveLink'],
  restrictid: ['root', 'Restrict'],
  nocascadeid: ['root', 'NoCascade'],
  unknownid: ['root', 'RemoveLink'],
  upperleafid: ['leaf', 'Cascade'],
  secondleafid: ['leaf', 'Cascade'],
  heldleafid: ['leaf', 'Restrict'],
  looseleafid: ['leaf', 'RemoveLink'],
} as const
type LookupName = keyof typeof LOOKUPS
const LOOKUP_NAMES = Object.keys(LOOKUPS) as LookupName[]

interface ModelRow {
  readonly table: 'root' | 'leaf'
  readonly id: string
  readonly lookups: Readonly<Partial<Record<LookupName, string>>>
}
type World = readonly ModelRow[]

const guid = (kind: number, index: number) =>
  `0000000${kind}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`

const ROOTS = 2
const MOST_LEAVES = 9

const world: fc.Arbitrary<World> = fc
  .array(
    fc.record({
      // Sparse, or nearly every world would be refused.
      lookups: fc.array(fc.tuple(fc.constantFrom(...LOOKUP_NAMES), fc.nat(MOST_LEAVES - 1)), {
        maxLength: 3,
      }),
    }),
    { maxLength: MOST_LEAVES },
  )
  .map((leaves) => [
    ...Array.from({ length: ROOTS }, (_, index): ModelRow => ({
      table: 'root',
      id: guid(1, index),
      lookups: {},
    })),
    ...leaves.map(({ lookups }, index): ModelRow => ({
      table: 'leaf',
      id: guid(2, index),
      lookups: Object.fromEntries(
        lookups.map(([name, at]) => {
          const [table] = LOOKUPS[name]
          return [name, table === 'root' ? guid(1, at % ROOTS) : guid(2, at % leaves.length)]
        }),
      ),
    })),
  ])

/** What is left after deleting the first row, worked out the slow way; undefined: refused. */
function slowly(rows: World): World | undefined {
  const gone = new Set(rows.slice(0, 1).map(({ id }) => id))
  const goesAlong = (row: ModelRow) =>
    Object.entries(row.lookups).some(
      ([name, id]) => gone.has(id) && LOOKUPS[name as LookupName][1] === 'Cascade',
    )
  for (let size = 0; size !== gone.size;) {
    size = gone.size
    for (const row of rows) if (goesAlong(row)) gone.add(row.id)
  }
  const left = rows.filter(({ id }) => !gone.has(id))
  const points = (row: ModelRow, wanted: string) =>
    Object.entries(row.lookups).filter(
      ([name, id]) => gone.has(id) && LOOKUPS[name as LookupName][1] === wanted,
    )
  if (left.some((row) => points(row, 'Restrict').length > 0)) return undefined
  return left.map((row) => {
    const cut = new Set(points(row, 'RemoveLink').map(([name]) => name))
    const kept = Object.entries(row.lookups).filter(([name]) => !cut.has(name))
    return { ...row, lookups: Object.fromEntries(kept) }
  })
}

describe('the plan of a Delete', () => {
  test('does to any rows what the rules say, worked out the slow way', () => {
    fc.assert(
      fc.property(world, (rows) => {
        const tx = filled(rows)
        const expected = slowly(rows)

        let refusal: unknown
        try {
          carryOut(tx, 'root', guid(1, 0))
        } catch (error) {
          refusal = error
        }

        if (expected === undefined) {
          expect(refusal).toMatchObject({ code: 'DELETE_RESTRICTED' })
          expect(contents(tx, rows)).toEqual(contents(filled(rows), rows))
        } else {
          expect(refusal).toBeUndefined()
          expect(contents(tx, rows)).toEqual(contents(filled(expected), rows))
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('reads and decides only: whatever it says, nothing is written', () => {
    fc.assert(
      fc.property(world, (rows) => {
        const tx = filled(rows)
        const before = tx.newest
        const table = catalog.table('root')
        const row = now(tx.get(table, guid(1, 0)))
        if (row === undefined) return

        try {
          now(planDelete({ table, row, catalog, tx }))
        } catch {
          // Refused: that is not what is asked here.
        }

        expect(tx.newest).toBe(before)
      }),
      { numRuns: RUNS },
    )
  })

  test('takes links away before it takes rows away', () => {
    const tx = filled([
      { table: 'root', id: guid(1, 0), lookups: {} },
      {
        table: 'leaf',
        id: guid(2, 0),
        lookups: { cascadeid: guid(1, 0), removelinkid: guid(1, 0) },
      },
    ])
    const table = catalog.table('root')
    const row = now(tx.get(table, guid(1, 0)))
    if (row === undefined) throw new TypeError('the row is there')

    const plan = now(planDelete({ table, row, catalog, tx }))

    expect(plan.actions).toMatchObject([
      { kind: 'unlink', column: 'removelinkid' },
      { kind: 'delete', id: guid(2, 0) },
    ])
  })
})

/** The memory store answers at once. */
function now<T>(value: Awaitable<T>): T {
  if (value instanceof Promise) throw new TypeError('answered later')
  return value
}

function filled(rows: World): MemoryTransaction {
  const tx = now(new MemoryStore(catalog).begin())
  for (const { table, id, lookups } of rows) {
    const refs = Object.entries(lookups).map(([name, target]): [string, RowRef] => [
      name,
      { table: LOOKUPS[name as LookupName][0], id: target },
    ])
    const values: Values = {
      [`${table}id`]: id,
      ...Object.fromEntries(refs),
    }
    tx.insert(catalog.table(table), values)
  }
  return tx
}

/** As Delete does: the actions of a level, each child with a plan of its own, then the row. */
function carryOut(
  tx: MemoryTransaction,
  tableName: string,
  id: string,
  running?: RunningCascade,
): void {
  const table = catalog.table(tableName)
  const row = tx.get(table, id)
  if (row === undefined) return
  const { actions, cascade } = now(planDelete({ table, row, catalog, tx }, running))
  for (const action of actions) {
    if (action.kind === 'delete') carryOut(tx, action.table.logicalName, action.id, cascade)
    else if (action.kind === 'unlink') tx.patch(action.table, action.row, { [action.column]: null })
    else tx.remove(action.table, action.row)
  }
  tx.remove(table, row)
}

function contents(tx: MemoryTransaction, rows: World): readonly unknown[] {
  return rows.map(({ table, id }) => {
    const row = tx.get(catalog.table(table), id)
    return row === undefined ? undefined : { ...row, versionnumber: null }
  })
}
