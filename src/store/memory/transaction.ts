import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Row, Value, Values } from '../../rows/value.ts'
import type { OpenTransaction, Savepoint, Transaction } from '../store.ts'
import type { ColumnIndex } from './column-index.ts'
import { UndoRecord, type Entry } from './entry.ts'
import type { KeyIndex } from './key-index.ts'
import { MemoryReader, presentRows, type TableSource } from './reader.ts'
import type { TableData } from './table-data.ts'

/** The part of the store its transaction needs. */
export interface TableTarget extends TableSource {
  /** The rows of a table, held by this store alone. */
  writable(table: Table): TableData
  /** A row version no row has had. */
  nextVersion(): bigint
}

/** Told once, when a transaction is over: its committed writes from the newest back to the first, if there are any. */
export type WhenEnded = (newest?: UndoRecord, first?: UndoRecord) => void

/**
 * Writes in place and remembers how to undo it. Everything costs what it touches. A removed row leaves its
 * place behind until the end, so that coming back it is where it was.
 */
export class MemoryTransaction extends MemoryReader implements OpenTransaction {
  protected readonly source: TableTarget
  readonly #whenEnded: WhenEnded
  #newest: UndoRecord | undefined
  #isOpen = true

  constructor(store: TableTarget, whenEnded: WhenEnded) {
    super()
    this.source = store
    this.#whenEnded = whenEnded
  }

  /** The newest write, from which a chain leads back to the first. */
  get newest(): UndoRecord | undefined {
    return this.#newest
  }

  insert(table: Table, values: Values): Row {
    const data = this.#writable(table)
    const id = values[data.primaryId]
    if (typeof id !== 'string') {
      throw new DataverseError('UNEXPECTED', `${table.logicalName} row without ${data.primaryId}.`)
    }
    const known = data.entry(id)
    if (known?.row !== undefined) {
      throw new DataverseError('DUPLICATE_ROW', 'Cannot insert duplicate key.')
    }
    const row = this.#stamped(data, data.rowClass.from(values))
    data.refuseDuplicate(row, known)
    this.#write(data, id, known ?? data.makeEntry(id), row)
    return row
  }

  patch(table: Table, row: Row, changes: Values): Row {
    const data = this.#writable(table)
    const id = idOf(row, data)
    const entry = data.entry(id)
    if (entry?.row === undefined) throw notFound(table, id)
    const changed = this.#stamped(data, data.rowClass.changed(entry.row, changes))
    data.refuseDuplicate(changed, entry)
    this.#write(data, id, entry, changed)
    return changed
  }

  remove(table: Table, row: Row): void {
    const data = this.#writable(table)
    const id = idOf(row, data)
    const entry = data.entry(id)
    if (entry?.row === undefined) throw notFound(table, id)
    this.#write(data, id, entry, undefined)
  }

  savepoint(): Savepoint {
    return new MemorySavepoint(this, this.#newest)
  }

  rollbackTo(savepoint: Savepoint): void {
    if (!(savepoint instanceof MemorySavepoint) || savepoint.transaction !== this) {
      throw new DataverseError('INVALID_ARGUMENT', 'The savepoint is of another transaction.')
    }
    this.#assertOpen()
    for (let record = this.#newest; record !== savepoint.newest; record = record.previous) {
      if (record === undefined) {
        throw new DataverseError('INVALID_ARGUMENT', 'The savepoint was itself undone.')
      }
    }
    this.#undoTo(savepoint.newest)
  }

  commit(): void {
    this.#assertOpen()
    this.#isOpen = false
    let first: UndoRecord | undefined
    for (let record = this.#newest; record !== undefined; record = record.previous) {
      const { entry } = record
      entry.undo = undefined
      if (entry.row === undefined) record.data.dropEntry(record.id)
      first = record
    }
    this.#whenEnded(this.#newest, first)
  }

  rollback(): void {
    this.#assertOpen()
    this.#isOpen = false
    this.#undoTo(undefined)
    this.#whenEnded()
  }

  protected rowIn(entry: Entry): Row | undefined {
    return entry.row
  }

  protected seesPresent(): boolean {
    return true
  }

  protected rowsIn(data: TableData): readonly Row[] {
    return data.rows()
  }

  protected rowsAt(_data: TableData, index: ColumnIndex, text: string): readonly Row[] {
    return presentRows(index.find(text))
  }

  protected rowAt(_data: TableData, index: KeyIndex, values: Values): Row | undefined {
    const text = index.textOf(values)
    return text === undefined ? undefined : index.find(text)?.row
  }

  #undoTo(end: UndoRecord | undefined): void {
    let record = this.#newest
    for (; record !== undefined && record !== end; record = record.previous) {
      const { data, entry, before } = record
      data.write(entry, before)
      if (entry.undo !== record) continue
      entry.undo = undefined
      if (before === undefined) data.dropEntry(record.id)
    }
    this.#newest = end
  }

  #write(data: TableData, id: string, entry: Entry, row: Row | undefined): void {
    const record = new UndoRecord(data, id, entry, entry.row, this.#newest)
    this.#newest = record
    entry.undo ??= record
    data.write(entry, row)
  }

  #stamped(data: TableData, row: Row): Row {
    if (data.hasVersion) {
      // Nobody has seen the row yet: the only moment it may be written to.
      const fresh = row as Record<string, Value>
      fresh['versionnumber'] = this.source.nextVersion()
    }
    return row
  }

  #writable(table: Table): TableData {
    this.#assertOpen()
    return this.source.writable(table)
  }

  #assertOpen(): void {
    if (this.#isOpen) return
    throw new DataverseError(
      'TRANSACTION_NOT_STARTED',
      'There is no active transaction: the one written to has ended.',
    )
  }
}

class MemorySavepoint implements Savepoint {
  readonly transaction: Transaction
  readonly newest: UndoRecord | undefined

  constructor(transaction: Transaction, newest: UndoRecord | undefined) {
    this.transaction = transaction
    this.newest = newest
  }
}

function idOf(row: Row, { primaryId }: TableData): string {
  const id = row[primaryId]
  return typeof id === 'string' ? id : ''
}

function notFound(table: Table, id: string): DataverseError {
  return new DataverseError(
    'ROW_NOT_FOUND',
    `Entity '${table.logicalName}' With Id = ${id} Does Not Exist`,
  )
}
