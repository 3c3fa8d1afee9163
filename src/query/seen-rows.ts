import type { Table } from '../metadata/table.ts'
import type { Row, Value } from '../rows/value.ts'
import type { Sight } from './context.ts'
import type { RowsFrom, RowSource } from './row-source.ts'
import type { SortedRows } from './sorted-rows.ts'

/** The rows of another source as far as the caller is shown them, whatever a query makes of them. */
export class SeenRows implements RowSource {
  readonly whole: RowSource
  readonly #sight: Sight

  constructor(whole: RowSource, sight: Sight) {
    this.whole = whole
    this.#sight = sight
  }

  table(name: string): Table {
    return this.whole.table(name)
  }

  scan(table: Table): Iterable<Row> {
    const rows = this.whole.scan(table)
    const show = this.#sight.of(table)
    return show === undefined ? rows : shown(rows, show)
  }

  get(table: Table, id: string): Row | undefined {
    const row = this.whole.get(table, id)
    const show = this.#sight.of(table)
    return row === undefined || show === undefined ? row : show(row)
  }

  related(table: Table, column: string, id: string): readonly Row[] {
    const rows = this.whole.related(table, column, id)
    const show = this.#sight.of(table)
    return show === undefined ? rows : [...shown(rows, show)]
  }

  indexed(table: Table, column: string, value: Value): Iterable<Row> | undefined {
    const rows = this.whole.indexed?.(table, column, value)
    const show = this.#sight.of(table)
    return rows === undefined || show === undefined ? rows : [...shown(rows, show)]
  }

  /** Only where every row is shown as it is: values that are hidden would be told by the order of the rows. */
  sorted(table: Table): readonly SortedRows[] {
    return this.#sight.of(table) === undefined ? (this.whole.sorted?.(table) ?? []) : []
  }

  isInKeyOrder(table: Table): boolean {
    return this.whole.isInKeyOrder?.(table) ?? false
  }

  inKeyOrder(table: Table): RowsFrom | undefined {
    const rows = this.whole.inKeyOrder?.(table)
    const show = this.#sight.of(table)
    return rows === undefined || show === undefined ? rows : (from) => shown(rows(from), show)
  }

  /** At most so many. */
  size(table: Table): number {
    return this.whole.size?.(table) ?? Infinity
  }
}

function* shown(
  rows: Iterable<Row>,
  show: (row: Row) => Row | undefined,
): Generator<Row, void, undefined> {
  for (const row of rows) {
    const seen = show(row)
    if (seen !== undefined) yield seen
  }
}
