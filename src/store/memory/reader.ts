import type { Table } from '../../metadata/table.ts'
import { evaluate } from '../../query/evaluate.ts'
import type { Page, Query } from '../../query/query.ts'
import { rangeOf, type SortedRows } from '../../query/sorted-rows.ts'
import type { Comparable } from '../../query/operand.ts'
import type { RowsFrom, RowSource } from '../../query/row-source.ts'
import type { Row, Value, Values } from '../../rows/value.ts'
import type { Reader } from '../store.ts'
import { equalityText, type Bucket, type ColumnIndex } from './column-index.ts'
import { Entry, type UndoRecord } from './entry.ts'
import type { KeyIndex } from './key-index.ts'
import { assertKey, type TableData } from './table-data.ts'

/** The part of the store its readers need. */
export interface TableSource {
  /** @throws TABLE_UNKNOWN */
  table(name: string): Table
  /** undefined while the table has never had a row. */
  find(table: Table): TableData | undefined
  /** The newest write of the open transaction. */
  readonly uncommitted: UndoRecord | undefined
}

/** What all who read have in common; which state of a place they see is theirs to say. */
export abstract class MemoryReader implements Reader, RowSource {
  protected abstract readonly source: TableSource
  /** The row in a place, as this reader sees it. */
  protected abstract rowIn(entry: Entry): Row | undefined
  /** Every row, in the order they were made. */
  protected abstract rowsIn(data: TableData): readonly Row[]
  /** Whether what it sees of the table is what is there at present. */
  protected abstract seesPresent(data: TableData): boolean
  protected abstract rowsAt(data: TableData, index: ColumnIndex, text: string): readonly Row[]
  protected abstract rowAt(data: TableData, index: KeyIndex, values: Values): Row | undefined

  table(name: string): Table {
    return this.source.table(name)
  }

  get(table: Table, id: string): Row | undefined {
    const entry = this.source.find(table)?.entry(id)
    return entry === undefined ? undefined : this.rowIn(entry)
  }

  scan(table: Table): readonly Row[] {
    const data = this.source.find(table)
    return data === undefined ? NO_ROWS : this.rowsIn(data)
  }

  related(table: Table, column: string, id: string): readonly Row[] {
    const data = this.source.find(table)
    if (data === undefined || data.size === 0) return NO_ROWS
    return this.rowsAt(data, data.lookup(column), id)
  }

  byKey(table: Table, columns: readonly string[], values: Values): Row | undefined {
    const data = this.source.find(table)
    if (data !== undefined) return this.rowAt(data, data.key(columns), values)
    assertKey(table, columns)
    return undefined
  }

  indexed(table: Table, column: string, value: Value): Iterable<Row> | undefined {
    const text = equalityText(value)
    const data = this.source.find(table)
    if (text === undefined || data === undefined) return undefined
    const key = data.keyOf(column)
    if (key !== undefined) {
      const row = this.rowAt(data, key, { [column]: value })
      return row === undefined ? NO_ROWS : [row]
    }
    // One of several columns would give the rows in another order than that of their ids.
    const sorted = this.#sortedIn(data).find(
      ({ columns }) => columns.length === 2 && columns[0] === column,
    )
    // What is asked for is a value as queries compare it.
    if (sorted !== undefined) return [...sorted.rows(rangeOf([value as Comparable]))]
    const index = data.text(column)
    return index === undefined ? undefined : this.rowsAt(data, index, text)
  }

  sorted(table: Table): readonly SortedRows[] {
    const data = this.source.find(table)
    return data === undefined ? NO_INDEXES : this.#sortedIn(data)
  }

  isInKeyOrder(table: Table): boolean {
    return this.source.find(table)?.isInKeyOrder ?? true
  }

  inKeyOrder(table: Table): RowsFrom | undefined {
    const data = this.source.find(table)
    return data !== undefined && this.seesPresent(data) ? data.inKeyOrder() : undefined
  }

  size(table: Table): number {
    return this.source.find(table)?.size ?? 0
  }

  count(table: Table): number {
    return this.scan(table).length
  }

  select(query: Query): Page {
    return evaluate(query, this)
  }

  /** They have the present rows; whoever sees others goes without. */
  #sortedIn(data: TableData): readonly SortedRows[] {
    return data.sorted.length > 0 && this.seesPresent(data) ? data.sorted : NO_INDEXES
  }
}

/** Reads what the open transaction has not touched as it is, and what it has touched as it was. */
export class CommittedReader extends MemoryReader {
  protected readonly source: TableSource

  constructor(source: TableSource) {
    super()
    this.source = source
  }

  protected rowIn(entry: Entry): Row | undefined {
    return entry.committed
  }

  protected seesPresent(data: TableData): boolean {
    return this.#touched(data).length === 0
  }

  protected rowsIn(data: TableData): readonly Row[] {
    if (this.#touched(data).length === 0) return data.rows()
    return rowsOf([...data.entries()], (entry) => entry.committed)
  }

  protected rowsAt(data: TableData, index: ColumnIndex, text: string): readonly Row[] {
    const bucket = index.find(text)
    const touched = this.#touched(data)
    if (touched.length === 0) return presentRows(bucket)
    const entries = entriesOf(bucket).filter((entry) => entry.undo === undefined)
    for (const entry of touched) {
      if (index.textOf(entry.committed?.[index.column]) === text) entries.push(entry)
    }
    return rowsOf(entries.sort(byMade), (entry) => entry.committed)
  }

  protected rowAt(data: TableData, index: KeyIndex, values: Values): Row | undefined {
    const text = index.textOf(values)
    if (text === undefined) return undefined
    const entry = index.find(text)
    if (entry !== undefined && entry.undo === undefined) return entry.row
    return this.#touched(data)
      .map((touched) => touched.committed)
      .find((row) => row !== undefined && index.textOf(row) === text)
  }

  /** The places of this table the open transaction has written to. */
  #touched(data: TableData): Entry[] {
    const touched: Entry[] = []
    for (let record = this.source.uncommitted; record !== undefined; record = record.previous) {
      if (record.data === data && record.entry.undo === record) touched.push(record.entry)
    }
    return touched
  }
}

const NO_ROWS: readonly Row[] = Object.freeze([])
const NO_INDEXES: readonly SortedRows[] = Object.freeze([])

/** The present rows of a bucket, in the order they were made. */
export function presentRows(bucket: Bucket | undefined): readonly Row[] {
  if (bucket === undefined) return NO_ROWS
  if (bucket instanceof Entry) return bucket.row === undefined ? NO_ROWS : [bucket.row]
  const rows: Row[] = []
  let last = -1
  for (const entry of bucket) {
    // The bucket has the order of linking: the same, unless an older row was linked late.
    if (entry.made < last) return rowsOf([...bucket].sort(byMade), (sorted) => sorted.row)
    last = entry.made
    if (entry.row !== undefined) rows.push(entry.row)
  }
  return rows
}

function byMade(a: Entry, b: Entry): number {
  return a.made - b.made
}

function rowsOf(entries: readonly Entry[], rowIn: (entry: Entry) => Row | undefined): Row[] {
  return entries.map(rowIn).filter((row) => row !== undefined)
}

function entriesOf(bucket: Bucket | undefined): Entry[] {
  if (bucket === undefined) return []
  return bucket instanceof Entry ? [bucket] : [...bucket]
}
