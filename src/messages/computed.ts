import type { Table } from '../metadata/table.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { isRowRef, type Row, type Value } from '../rows/value.ts'

/** Names of the owner are never stored: renaming a user shows in every later read. */
const OWNER_NAMES = ['owneridname', 'owneridyominame'] as const

/** Which computed columns a question over `columns` wants. */
export function computedColumns(table: Table, columns: readonly string[] | 'all'): readonly string[] {
  return OWNER_NAMES.filter(
    (name) => table.columns.has(name) && (columns === 'all' || columns.includes(name)),
  )
}

/** `row`, as read, with the computed columns it was asked for. `stored` tells the owner. */
export function withComputed(
  operation: AnyOperation,
  row: Record<string, Value>,
  stored: Row,
  computed: readonly string[],
): Awaitable<Row> {
  if (computed.length === 0) return row
  const owner = stored['ownerid']
  const owners = operation.runtime.catalog.find('owner')
  if (!isRowRef(owner) || owners === undefined) return row
  const found = operation.reader.get(owners, owner.id)
  const name = (ownerRow: Row | undefined): Row => {
    for (const column of computed) {
      row[column] = ownerRow?.[column === 'owneridname' ? 'name' : 'yominame'] ?? null
    }
    return row
  }
  return isPromise(found) ? found.then(name) : name(found)
}
