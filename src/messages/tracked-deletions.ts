import type { Table } from '../metadata/table.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'

const DELETIONS = 'subscriptiontrackingdeletedobject'

/**
 * Since when changes of a table are followed: from the first token that was given out, in this organization as it
 * runs. Before that nobody can ask what was deleted, so that nothing is kept.
 */
const followed = new WeakMap<Runtime, Map<string, bigint>>()

/** The version that the first token of the table had; undefined: none was given out. */
export function followedSince(runtime: Runtime, table: Table): bigint | undefined {
  return followed.get(runtime)?.get(table.logicalName)
}

export function follow(runtime: Runtime, table: Table, version: bigint): void {
  const tables = followed.get(runtime) ?? new Map<string, bigint>()
  followed.set(runtime, tables)
  if (!tables.has(table.logicalName)) tables.set(table.logicalName, version)
}

/** Keeps that the row is gone, in the same transaction, where somebody may ask. */
export function trackDeletion({ runtime, subject, id, tx }: AnyOperation): Awaitable<unknown> {
  if (followedSince(runtime, subject) === undefined) return undefined
  const deletions = deletionsTable(runtime)
  const known = tx.get(deletions, id)
  const values = {
    [deletions.primaryId]: id,
    objecttypecode: subject.logicalName,
    deletetime: runtime.nowText(),
    islogicaldelete: false,
  }
  // A row may be made again under the id of one that is gone.
  const keep = (row: Row | undefined) =>
    row === undefined ? tx.insert(deletions, values) : tx.patch(deletions, row, values)
  return isPromise(known) ? known.then(keep) : keep(known)
}

export function deletionsTable({ catalog }: Runtime): Table {
  return catalog.table(DELETIONS)
}
