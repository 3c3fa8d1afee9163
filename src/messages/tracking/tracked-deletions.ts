import type { Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { idOfName } from '../../rows/guid.ts'
import { textOf, type Row, type RowRef } from '../../rows/value.ts'

const DELETIONS = 'subscriptiontrackingdeletedobject'

/**
 * Since when changes of a table are followed: from the first token that was given out. Before that nobody can ask what was deleted, so that nothing is kept.
 */
const followed = new WeakMap<Runtime, Map<string, bigint>>()

/** The version that the first token of the table had; undefined: none was given out. */
export function followedSince(runtime: Runtime, table: Table): bigint | undefined {
  return followed.get(runtime)?.get(table.logicalName)
}

/** By table, for an organization that goes on in another process: tokens are then as good as before. */
export function followedTables(runtime: Runtime): ReadonlyMap<string, bigint> {
  return new Map(followed.get(runtime))
}

export function follow(runtime: Runtime, table: Table, version: bigint): void {
  const tables = followed.get(runtime) ?? new Map<string, bigint>()
  followed.set(runtime, tables)
  if (!tables.has(table.logicalName)) tables.set(table.logicalName, version)
}

/** Keeps that a row of the table is gone, in the same transaction, where somebody may ask. */
export function trackDeletion(
  { runtime, tx }: AnyOperation,
  table: Table,
  id: string,
): Awaitable<unknown> {
  if (!table.tracksChanges || followedSince(runtime, table) === undefined) return undefined
  const deletions = deletionsTable(runtime)
  const key = idOfName(`${table.logicalName}:${id}`)
  const known = tx.get(deletions, key)
  const values = {
    [deletions.primaryId]: key,
    objectid: id,
    objecttypecode: table.logicalName,
    deletetime: runtime.nowText(),
    islogicaldelete: false,
  }
  // A row may be made again under the id of one that is gone.
  const keep = (row: Row | undefined) =>
    row === undefined ? tx.insert(deletions, values) : tx.patch(deletions, row, values)
  return isPromise(known) ? known.then(keep) : keep(known)
}

/** The row that is gone. */
export function deletedRow(table: Table, deletion: Row): RowRef {
  return { table: table.logicalName, id: textOf(deletion['objectid']) }
}

export function deletionsTable({ catalog }: Runtime): Table {
  return catalog.table(DELETIONS)
}
