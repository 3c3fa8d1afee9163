import type { Row } from '../../rows/value.ts'
import type { TableData } from './table-data.ts'

/**
 * The place of one row in its table. Rows are immutable and replaced on change; indexes point at the
 * place, so that a change costs only the indexes whose column changed.
 */
export class Entry {
  /** The present row; undefined once the open transaction removed it, until that transaction ends. */
  row: Row | undefined
  /** Counts up with every row of the table: the order in which rows were made. */
  readonly made: number
  /** The open transaction's first change to this row; its `before` is what others see meanwhile. */
  undo: UndoRecord | undefined

  constructor(row: Row | undefined, made: number) {
    this.row = row
    this.made = made
    this.undo = undefined
  }

  /** The row as it was before the open transaction. */
  get committed(): Row | undefined {
    return this.undo === undefined ? this.row : this.undo.before
  }
}

/** One write, as much as undoing it needs. Records form a chain from the newest to the oldest. */
export class UndoRecord {
  readonly data: TableData
  readonly id: string
  readonly entry: Entry
  /** undefined: the write made the row. */
  readonly before: Row | undefined
  /** Set again when a transaction's chain is hung behind those of earlier ones. */
  previous: UndoRecord | undefined

  constructor(
    data: TableData,
    id: string,
    entry: Entry,
    before: Row | undefined,
    previous: UndoRecord | undefined,
  ) {
    this.data = data
    this.id = id
    this.entry = entry
    this.before = before
    this.previous = previous
  }
}
