import type { Table } from '../metadata/table.ts'
import type { Row, Value } from '../rows/value.ts'
import type { SortedRows } from './sorted-rows.ts'

/** Rows in the order of their ids; those before `from` may be left out. */
export type RowsFrom = (from: string | undefined) => Iterable<Row>

/** The rows a query is evaluated over. A store gives one; what it keeps an index of makes the query cheap. */
export interface RowSource {
  /** @throws TABLE_UNKNOWN */
  table(name: string): Table
  /**
   * Every row of the table, in any order. An array is never changed after it was given: what a query works out
   * about its rows is kept for the next one that is given the same array.
   */
  scan(table: Table): Iterable<Row>
  get(table: Table, id: string): Row | undefined
  /** The rows whose lookup (or intersect id) `column` holds `id`, whatever table the lookup names. */
  related(table: Table, column: string, id: string): readonly Row[]
  /**
   * The rows whose `column` holds `value`, or a few more than those: the query looks again. undefined where
   * there is no index on the column. Text is asked for as `foldText` gives it.
   */
  indexed?(table: Table, column: string, value: Value): Iterable<Row> | undefined
  /** The indexes of the table that are sorted. */
  sorted?(table: Table): readonly SortedRows[]
  /**
   * Whether `scan`, `related` and `indexed` give rows in the order of their ids, as SQL Server sorts those; so that
   * nobody need sort them.
   */
  isInKeyOrder?(table: Table): boolean
  /**
   * Gives every row in the order of their ids, for who will look at the first of them only, or from about the id
   * `from` on: the rest costs little. undefined where the source would have to sort them first.
   */
  inKeyOrder?(table: Table): RowsFrom | undefined
  /** How many rows the table has, where that is known without counting them. */
  size?(table: Table): number
  /** Of a source that shows a caller a part of the rows: all of them, for the names of lookups and for hierarchies. */
  readonly whole?: RowSource
}
