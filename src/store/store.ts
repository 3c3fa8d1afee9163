import type { Table } from '../metadata/table.ts'
import type { Page, Query } from '../query/query.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import type { Row, Values } from '../rows/value.ts'

/**
 * Where an organization's rows are. Writing transactions run one after the other, in order of arrival;
 * nobody outside a transaction sees its uncommitted rows.
 */
export interface Store {
  /** Runs `work` when the writing transactions before it have ended. Commits when it resolves, undoes all of it when it throws. */
  transaction<T>(work: (tx: Transaction) => Awaitable<T>): Promise<T>
  /**
   * Opens a writing transaction when those before it have ended: at once, without a promise, when none is
   * open. Whoever opens it ends it, by `commit` or `rollback`, whatever happens.
   */
  begin(): Awaitable<OpenTransaction>
  /** Reads committed rows without waiting for a writing transaction. */
  readonly committed: Reader
  /** The present contents, to be given to `restore`. Costs nothing until rows change. */
  snapshot(): Snapshot
  /**
   * Puts the contents of `snapshot` back, whether it is older or newer than the present; costs what changed
   * in between. Row versions go on counting. @throws STORE_BUSY while a transaction runs.
   */
  restore(snapshot: Snapshot): void
  /** A store of its own with the committed rows of this one. */
  fork(): Store
  /** Every committed row of every table that has rows, in the order they were made: for comparing whole. */
  contents(): ReadonlyMap<string, readonly Row[]>
}

/** What `snapshot` gives; only the store that made it can read it. */
export interface Snapshot {
  readonly store: Store
}

export interface Reader {
  get(table: Table, id: string): Awaitable<Row | undefined>
  /**
   * The rows of `table` whose lookup (or intersect id) `column` holds `id`, whatever table the lookup names,
   * in the order they were made.
   */
  related(table: Table, column: string, id: string): Awaitable<readonly Row[]>
  /**
   * The row whose alternate key `columns` (a key of the table, in its order; or `intersectColumns`) holds
   * these values, compared as the platform compares keys. @throws KEY_NOT_DEFINED
   */
  byKey(table: Table, columns: readonly string[], values: Values): Awaitable<Row | undefined>
  /** How many rows the table has. */
  count(table: Table): Awaitable<number>
  /** One page of a query; costs what its indexes let it skip. */
  select(query: Query): Awaitable<Page>
}

export interface Transaction extends Reader {
  /**
   * Stores a new row and gives it its row version. The row as stored is returned.
   * @throws DUPLICATE_ROW when the id is taken (also: the pair of an intersect row), DUPLICATE_KEY naming the alternate key.
   */
  insert(table: Table, values: Values): Awaitable<Row>
  /** The present row with `changes` over it and a new row version, as stored. `row` says which. @throws ROW_NOT_FOUND */
  patch(table: Table, row: Row, changes: Values): Awaitable<Row>
  /** @throws ROW_NOT_FOUND */
  remove(table: Table, row: Row): Awaitable<void>
  /** A point to come back to; for requests inside a transaction whose failure alone is undone (ExecuteMultiple with continue-on-error). */
  savepoint(): Savepoint
  /** Undoes what came after. @throws INVALID_ARGUMENT for a savepoint that was itself undone, or another transaction's */
  rollbackTo(savepoint: Savepoint): Awaitable<void>
}

/** A transaction in the hands of whoever opened it. */
export interface OpenTransaction extends Transaction {
  commit(): Awaitable<void>
  rollback(): Awaitable<void>
}

export interface Savepoint {
  readonly transaction: Transaction
}
