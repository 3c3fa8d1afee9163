import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, Values } from '../../rows/value.ts'
import type { Snapshot, Store } from '../store.ts'
import type { DeclaredIndexes } from './declared-indexes.ts'
import { Journal, Moment } from './journal.ts'
import { CommittedReader } from './reader.ts'
import { Rows, type NativeRows } from './rows.ts'
import { MemoryTransaction, type WhenEnded } from './transaction.ts'

/** An organization's rows in this process. Answers at once; only waiting for another transaction takes a promise. */
export class MemoryStore implements Store {
  readonly committed: CommittedReader
  readonly #rows: Rows
  readonly #journal = new Journal(this)
  readonly #whenEnded: WhenEnded
  #firstWaiting: Waiting | undefined
  #lastWaiting: Waiting | undefined

  /** `start`: the rows it starts with, of another store; or those its tables are born with, and its indexes. */
  constructor(catalog: Catalog, start?: Rows | NativeRows, indexes?: DeclaredIndexes) {
    this.#rows = start instanceof Rows ? start : new Rows({ catalog, natives: start, indexes })
    this.committed = new CommittedReader(this.#rows)
    this.#whenEnded = (newest, first) => {
      if (newest !== undefined && first !== undefined) this.#journal.add(newest, first)
      this.#next()
    }
  }

  async transaction<T>(work: (tx: MemoryTransaction) => Awaitable<T>): Promise<T> {
    const begun = this.begin()
    const tx = isPromise(begun) ? await begun : begun
    let result: T
    try {
      const answer = work(tx)
      result = isPromise(answer) ? await answer : answer
    } catch (error) {
      tx.rollback()
      throw error
    }
    tx.commit()
    return result
  }

  begin(): Awaitable<MemoryTransaction> {
    if (this.#rows.open === undefined) return this.#open()
    return new Promise((resolve) => {
      const waiting: Waiting = { start: resolve, next: undefined }
      if (this.#lastWaiting === undefined) this.#firstWaiting = waiting
      else this.#lastWaiting.next = waiting
      this.#lastWaiting = waiting
    })
  }

  snapshot(): Snapshot {
    return this.#journal.mark()
  }

  restore(snapshot: Snapshot): void {
    if (!(snapshot instanceof Moment) || snapshot.store !== this) {
      throw new DataverseError('INVALID_ARGUMENT', 'The snapshot is of another store.')
    }
    if (this.#rows.open !== undefined) {
      throw new DataverseError(
        'STORE_BUSY',
        'A snapshot is to be restored while a transaction runs; await the request first.',
      )
    }
    if (!this.#journal.reaches(snapshot)) {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        'The snapshot is from before a change of tables; its rows are of tables that are no more.',
      )
    }
    this.#journal.goTo(snapshot, (record, previous) => this.#rows.undo(record, previous))
  }

  fork(): MemoryStore {
    const rows = this.#rows.fork()
    return new MemoryStore(rows.catalog, rows)
  }

  /**
   * Goes on with other tables, at once; whoever asks has checked that the rows fit them. Snapshots from before
   * can not be restored any more: their rows are of other tables. @throws STORE_BUSY while a transaction has written
   */
  useCatalog(catalog: Catalog): void {
    if (this.#rows.uncommitted !== undefined) {
      throw new DataverseError('STORE_BUSY', 'Tables are to change while a transaction runs.')
    }
    this.#rows.useCatalog(catalog)
    this.#journal.beginAnew()
  }

  /** What `load` of another store takes: every committed row, but not those any store of these tables is born with. */
  ownRows(): ReadonlyMap<string, readonly Row[]> {
    const own = new Map<string, readonly Row[]>()
    for (const table of this.#rows.tables()) {
      const native = new Set(this.#rows.nativeRows(table))
      const rows = [...this.committed.scan(table)].filter((row) => !native.has(row))
      if (rows.length > 0) own.set(table.logicalName, rows)
    }
    return own
  }

  /**
   * Begins with the rows of another store, of which nobody has a snapshot yet; their versions stay.
   * @throws TABLE_UNKNOWN, DUPLICATE_KEY
   */
  load(rows: ReadonlyMap<string, Iterable<Values>>): void {
    for (const [name, values] of rows) this.#rows.load(this.#rows.table(name), values)
    this.#journal.beginAnew()
  }

  /** Tables that are as they were born are left out. */
  contents(): ReadonlyMap<string, readonly Row[]> {
    const contents = new Map<string, readonly Row[]>()
    for (const table of this.#rows.tables()) {
      if (this.#rows.isAsBorn(table)) continue
      const rows = [...this.committed.scan(table)]
      if (rows.length > 0) contents.set(table.logicalName, rows)
    }
    return contents
  }

  #open(): MemoryTransaction {
    const tx = new MemoryTransaction(this.#rows, this.#whenEnded)
    this.#rows.open = tx
    return tx
  }

  /** A transaction has ended: the one that waited longest begins, before anybody who comes now. */
  #next(): void {
    this.#rows.open = undefined
    const waiting = this.#firstWaiting
    if (waiting === undefined) return
    this.#firstWaiting = waiting.next
    if (waiting.next === undefined) this.#lastWaiting = undefined
    waiting.start(this.#open())
  }
}

/** Those who wait hang one on another, so that a turn costs the same however many wait. */
interface Waiting {
  readonly start: (tx: MemoryTransaction) => void
  next: Waiting | undefined
}
