import type { ColumnOf, RowOf, TableName } from '../rows/tables.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import type { Row, RowRef, Value } from '../rows/value.ts'

/** What a computed column is computed from. */
export interface ColumnSource<R = Row> {
  /** The row as it is stored. */
  readonly row: R
  /** The row that a lookup holds; undefined where it holds none, or the row is gone. */
  find(this: void, ref: RowRef | null | undefined): Awaitable<Row | undefined>
  /** Rows of another table whose lookup holds this row. */
  related(this: void, table: string, lookup: string): Awaitable<readonly Row[]>
}

/** What stands in for the formula of a calculated, rollup or formula column: the platform does not give those out. */
export interface ComputedColumn {
  readonly table: string
  readonly column: string
  readonly compute: (source: ColumnSource) => Awaitable<Value | undefined>
}

/**
 * `computedColumn('account', 'new_margin', ({ row }) => …)`. Calculated and formula columns are computed whenever
 * they are read, rollup columns by the job or by CalculateRollupField.
 */
export function computedColumn<const T extends TableName, const C extends ColumnOf<T>>(
  table: T,
  column: C,
  compute: (source: ColumnSource<RowOf<T>>) => Awaitable<Value | undefined>,
): ComputedColumn {
  // The organization calls it with rows of that table only.
  return { table, column, compute: compute as unknown as ComputedColumn['compute'] }
}
