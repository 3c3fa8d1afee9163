import type { CreateOf, TableName } from '../rows/tables.ts'
import type { Values } from '../rows/value.ts'
import type { NewRow } from './organization-rows.ts'

/**
 * A row to begin with, held against its table's types: `emulator({ rows: [row('account', { name: 'Contoso' })] })`.
 * Others can refer to it by an id that is given with its primary key column.
 */
export function row<const T extends TableName>(table: T, values: CreateOf<T>): NewRow {
  // What may be sent for a table are values; the types of one that is generated tell more.
  return { table, values: values as Values }
}
