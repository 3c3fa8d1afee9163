import type { Emulator } from '../../emulator/emulator.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { OrganizationService } from '../../messages/organization-service.ts'
import type { Table } from '../../metadata/table.ts'
import { isRowRef, type RowRef, type Value } from '../../rows/value.ts'
import { misplaced, type SeedRow } from './read-seed-files.ts'

/** Rows to begin with are not events: no step runs for them. */
const NO_STEPS = { bypass: { sync: true, async: true } } as const

/**
 * Creates the rows in one transaction, each after those it refers to; links after all of them. References in a
 * circle are set once their rows are there. No step runs.
 * @throws SEED_INVALID naming file and row; nothing has been written then
 */
export async function plant(rows: readonly SeedRow[], org: Emulator): Promise<void> {
  const links = rows.filter(({ table }) => table.isIntersect)
  const { order, late } = inOrder(rows.filter(({ table }) => !table.isIntersect))
  await org.transaction(async (tx) => {
    const ids = new Map<SeedRow, string>()
    for (const row of order) {
      ids.set(row, await at(row, () => createRow(row, late.get(row), { tx, org })))
    }
    for (const [row, values] of late) {
      await at(row, () => tx.update(row.table.logicalName, ids.get(row) ?? '', values, NO_STEPS))
    }
    for (const link of links) await at(link, () => associate(link, tx))
  })
}

async function at<T>({ source }: SeedRow, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw misplaced(source, error)
  }
}

interface Organizations {
  readonly tx: OrganizationService
  readonly org: Emulator
}

async function createRow(
  row: SeedRow,
  late: Readonly<Record<string, Value>> | undefined,
  { tx, org }: Organizations,
): Promise<string> {
  const { table, id } = row
  const values: Record<string, Value> = {}
  for (const [name, value] of Object.entries(row.values)) {
    if (late === undefined || !(name in late)) values[name] = value
  }
  for (const { column, address } of row.byKey) {
    const { logicalName } = address.table
    const found =
      address.key.kind === 'id' ? address.key.id : org.findByKey(logicalName, address.key.values)
    if (found === undefined) {
      throw new DataverseError(
        'SEED_INVALID',
        `'${column}': no row of ${logicalName} has this key.`,
      )
    }
    values[column] = { table: logicalName, id: found }
  }
  if (id !== undefined) values[table.primaryId] = id
  // A row begins in its table's first state; another is a change of it.
  const { statecode, statuscode, ...others } = values
  const isActive = statecode === undefined || statecode === null || statecode === 0
  const created = await tx.create(
    table.logicalName,
    isActive ? { ...others, ...(statuscode !== undefined && { statuscode }) } : others,
    NO_STEPS,
  )
  if (!isActive) {
    const state = { statecode, ...(statuscode !== undefined && { statuscode }) }
    await tx.update(table.logicalName, created, state, NO_STEPS)
  }
  return created
}

async function associate({ table, values }: SeedRow, tx: OrganizationService): Promise<void> {
  const relationship = table.intersectOf
  if (relationship === undefined) {
    throw new DataverseError(
      'SEED_INVALID',
      `${table.logicalName} is of no relationship that is known.`,
    )
  }
  const [one, other] = relationship.sides.map(({ table: name, intersectColumn }): RowRef => {
    const id = values[intersectColumn ?? '']
    if (name !== undefined && typeof id === 'string') return { table: name, id }
    throw new DataverseError('SEED_INVALID', `a link needs '${intersectColumn ?? name}'.`)
  })
  if (one === undefined || other === undefined) return
  const isReflexive = one.table === other.table
  const role = isReflexive ? ({ role: 'Referencing' } as const) : {}
  await tx.associate(one, relationship.schemaName, other, { ...NO_STEPS, ...role })
}

interface Order {
  readonly order: readonly SeedRow[]
  /** Lookups that close a circle, by the row that has them. */
  readonly late: ReadonlyMap<SeedRow, Readonly<Record<string, Value>>>
}

/** Those that are referred to come before those that refer; otherwise the order is the files'. */
function inOrder(rows: readonly SeedRow[]): Order {
  const known = new Map<string, SeedRow>()
  for (const row of rows) if (row.id !== undefined) known.set(nameOf(row.table, row.id), row)
  const order: SeedRow[] = []
  const late = new Map<SeedRow, Record<string, Value>>()
  const state = new Map<SeedRow, 'begun' | 'done'>()
  // A stack of our own: rows may refer to each other in chains of any length.
  const stack: { readonly row: SeedRow; readonly left: [string, RowRef][] }[] = []
  const begin = (row: SeedRow) => {
    state.set(row, 'begun')
    stack.push({ row, left: referencesOf(row) })
  }
  for (const first of rows) {
    if (!state.has(first)) begin(first)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const [column, ref] = top.left.shift() ?? []
      if (column === undefined || ref === undefined) {
        stack.pop()
        state.set(top.row, 'done')
        order.push(top.row)
        continue
      }
      const next = known.get(`${ref.table}:${ref.id}`)
      if (next === undefined || state.get(next) === 'done') continue
      if (state.has(next)) late.set(top.row, { ...late.get(top.row), [column]: ref })
      else begin(next)
    }
  }
  return { order, late }
}

function referencesOf({ values }: SeedRow): [string, RowRef][] {
  return Object.entries(values).flatMap(([column, value]): [string, RowRef][] =>
    isRowRef(value) ? [[column, value]] : [],
  )
}

const nameOf = (table: Table, id: string) => `${table.logicalName}:${id}`
