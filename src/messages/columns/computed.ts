import { perTable, isNameCompanion, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'

/** Companion columns that show the name of the row a lookup points at, with that lookup. */
const nameCompanions = perTable(
  (table: Table): ReadonlyMap<string, string> =>
    new Map(
      [...table.columns.values()].flatMap((column) =>
        isNameCompanion(column) && column.validForRead && column.attributeOf !== undefined
          ? [[column.logicalName, column.attributeOf] as const]
          : [],
      ),
    ),
)

/** Whether the column is computed from the row that a lookup points at. */
export function isComputed(table: Table, column: string): boolean {
  return nameCompanions(table).has(column)
}

/**
 * `row`, which is the caller's own, with the names that it was asked for. All columns means all that are stored:
 * names are given to whoever names them. `stored` holds the lookups.
 */
export async function withNames(
  operation: AnyOperation,
  row: Record<string, Value>,
  stored: Row,
  columns: Iterable<string>,
): Promise<Row> {
  for (const column of columns) {
    const ref = stored[nameCompanions(operation.subject).get(column) ?? '']
    row[column] = isRowRef(ref) ? await nameOf(operation, ref.table, ref.id, column) : null
  }
  return row
}

// Unverified: what a yomi name shows where the row has none; null here.
function nameOf(
  operation: AnyOperation,
  tableName: string,
  id: string,
  column: string,
): Awaitable<Value> {
  const table = operation.runtime.catalog.find(tableName)
  if (table?.primaryName === undefined || column.endsWith('yominame')) return null
  const { primaryName } = table
  const found = operation.reader.get(table, id)
  return isPromise(found)
    ? found.then((row) => row?.[primaryName] ?? null)
    : (found?.[primaryName] ?? null)
}
