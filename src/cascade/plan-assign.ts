import type { Catalog } from '../metadata/catalog.ts'
import { hasOwners, perTable, type OneToMany, type Table } from '../metadata/table.ts'
import { isRowRef, type Row, type RowRef, type Value } from '../rows/value.ts'
import type { Reader } from '../store/store.ts'
import { isActive } from './active.ts'

/** What rows below get: the new owner, the business unit that was chosen with it or alone. */
export interface AssignGoal {
  readonly ownerid?: RowRef
  readonly owningbusinessunit?: RowRef
}

export interface AssignInput {
  readonly table: Table
  /** As it was when its former owner had it. */
  readonly row: Row
  readonly goal: AssignGoal
  readonly catalog: Catalog
  readonly reader: Reader
}

export interface Assignment {
  readonly table: Table
  readonly id: string
}

/**
 * The rows one level below `row` that go to its new owner and business unit with it; those below them are for
 * their own assignments to find. Rows that are there already are none of them, by which every circle ends.
 * Unverified: that rows no client may update keep their owner.
 * https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
 */
export async function planAssign(input: AssignInput): Promise<readonly Assignment[]> {
  const { table, row, goal, catalog, reader } = input
  if (isThere(row, goal)) return []
  const planned = new Map<string, Assignment>()
  for (const { referencingTable, referencingColumn, cascade } of assignRules(table)) {
    const below = catalog.find(referencingTable)
    if (below === undefined || !canBeAssigned(below)) continue
    for (const child of await reader.related(below, referencingColumn, idOf(table, row))) {
      const lookup = child[referencingColumn]
      if (!isRowRef(lookup) || lookup.table !== table.logicalName) continue
      if (isThere(child, goal)) continue
      if (cascade?.assign === 'Active' && !isActive(below, child)) continue
      if (cascade?.assign === 'UserOwned' && !isSame(child['ownerid'], row['ownerid'])) continue
      const childId = idOf(below, child)
      planned.set(`${referencingTable} ${childId}`, { table: below, id: childId })
    }
  }
  return [...planned.values()]
}

/** Whether an assignment of a row goes on to rows below it at all. */
export function cascadesAssign(table: Table): boolean {
  return assignRules(table).length > 0
}

const assignRules = perTable((table: Table): readonly OneToMany[] =>
  table.oneToMany.filter(({ cascade }) => {
    const type = cascade?.assign
    return type === 'Cascade' || type === 'Active' || type === 'UserOwned'
  }),
)

/** Whether its rows can be given to somebody else by an Update. */
export function canBeAssigned(table: Table): boolean {
  if (!hasOwners(table)) return false
  const { columns, definition } = table
  const { messages } = definition
  return (
    columns.get('ownerid')?.validForUpdate === true &&
    (messages === undefined || messages.some(({ name }) => name === 'Update'))
  )
}

/** Whether an assignment would change nothing. */
export function isThere(row: Row, { ownerid, owningbusinessunit }: AssignGoal): boolean {
  return (
    (ownerid === undefined || isSame(row['ownerid'], ownerid)) &&
    (owningbusinessunit === undefined || isSame(row['owningbusinessunit'], owningbusinessunit))
  )
}

function idOf(table: Table, row: Row): string {
  return row[table.primaryId] as string
}

function isSame(value: Value | undefined, owner: Value | undefined): boolean {
  return isRowRef(value) && isRowRef(owner) && value.id === owner.id
}
