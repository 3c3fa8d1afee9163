import type { Catalog } from '../../metadata/catalog.ts'
import { indexedColumn } from '../../query/indexed-column.ts'

/** Indexes to keep, by table: each a column, or several of which the later ones sort what the earlier leave alike. */
export type IndexesByTable = Readonly<Record<string, readonly (string | readonly string[])[]>>

/** The same, checked: the columns of each index, by table. */
export type DeclaredIndexes = ReadonlyMap<string, readonly (readonly string[])[]>

/** @throws TABLE_UNKNOWN, COLUMN_UNKNOWN; INVALID_ARGUMENT for columns whose values have no order */
export function declaredIndexes(asked: IndexesByTable, catalog: Catalog): DeclaredIndexes {
  const declared = new Map<string, readonly (readonly string[])[]>()
  for (const [name, indexes] of Object.entries(asked)) {
    const table = catalog.table(name)
    const columns = indexes.map((index) => (typeof index === 'string' ? [index] : [...index]))
    for (const column of columns.flat()) indexedColumn(table, column)
    declared.set(name, columns)
  }
  return declared
}
