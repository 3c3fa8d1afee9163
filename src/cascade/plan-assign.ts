import type { Catalog } from '../metadata/catalog.ts'
import { perTable, type OneToMany, type Table } from '../metadata/table.ts'
import { isRowRef, type Row, type RowRef, type Value } from '../rows/value.ts'
import type { Reader } from '../store/store.ts'
import { isActive } from './active.ts'

export interface AssignInput {
  readonly table: Table
  /** As it was when its former owner had it. */
  readonly row: Row
  readonly owner: RowRef
  readonly catalog: Catalog
  readonly reader: Reader
}

export interface Assignment {
  readonly table: Table
  readonly id: string
}

/**
 * The rows one level below `row` that go to its new owner with it; those below them are for their own
 * assignments to find. Rows that are the new owner's already are none of them, by which every circle ends.
 * Unverified: that rows no client may update keep their owner.
 * https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
 */
export async function planAssign(input: AssignInput): Promise<readonly Assignment[]> {
  const { table, row, owner, catalog, reader } = input
  if (isSame(row['ownerid'], owner)) return []
  const planned = new Map<string, Assignment>()
  for (const { referencingTable, referencingColumn, cascade } of assignRules(table)) {
    const below = catalog.find(referencingTable)
    if (below === undefined || !canBeAssigned(below)) continue
    for (const child of await reader.related(below, referencingColumn, idOf(table, row))) {
      const lookup = child[referencingColumn]
      if (!isRowRef(lookup) || lookup.table !== table.logicalName) continue
      if (isSame(child['ownerid'], owner)) continue
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

function canBeAssigned({ ownership, columns, definition }: Table): boolean {
  if (ownership !== 'UserOwned' && ownership !== 'TeamOwned') return false
  const { messages } = definition
  return (
    columns.get('ownerid')?.validForUpdate === true &&
    (messages === undefined || messages.some(({ name }) => name === 'Update'))
  )
}

function idOf(table: Table, row: Row): string {
  return row[table.primaryId] as string
}

function isSame(value: Value | undefined, owner: Value | undefined): boolean {
  return isRowRef(value) && isRowRef(owner) && value.id === owner.id
}
