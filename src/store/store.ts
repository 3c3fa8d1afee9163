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
  /** Reads committed rows without waiting for a writing transaction. */
  readonly committed: Reader
  /** The present contents, to be given to `restore`. Costs nothing until rows change. */
  snapshot(): Snapshot
  /** Puts the contents of `snapshot` back; costs what changed since. Refused while a transaction runs. */
  restore(snapshot: Snapshot): void
  /** A store of its own with the same rows. */
  fork(): Store
  /** Every row of every table that has rows, tables and rows in the order they were made: for comparing whole. */
  contents(): ReadonlyMap<string, readonly Row[]>
}

/** What `snapshot` gives; only the store that made it can read it. */
export interface Snapshot {
  readonly store: Store
}

export interface Reader {
  get(table: Table, id: string): Awaitable<Row | undefined>
  /** The rows of `table` whose lookup (or intersect id) `column` holds `id`, whatever table the lookup names. */
  related(table: Table, column: string, id: string): Awaitable<readonly Row[]>
  /** The row whose alternate key `columns` (a key of the table, in its order) holds these values, compared as the platform compares keys. */
  byKey(table: Table, columns: readonly string[], values: Values): Awaitable<Row | undefined>
  /** One page of a query; costs what its indexes let it skip. */
  select(query: Query): Awaitable<Page>
}

export interface Transaction extends Reader {
  /**
   * Stores a new row and gives it its row version. The row as stored is returned.
   * @throws DUPLICATE_ROW when the id is taken (also: the pair of an intersect row), DUPLICATE_KEY naming the alternate key.
   */
  insert(table: Table, values: Values): Awaitable<Row>
  /** `row` with `changes` over it and a new row version, as stored. `row` is the present row, as `get` gave it. */
  patch(table: Table, row: Row, changes: Values): Awaitable<Row>
  remove(table: Table, row: Row): Awaitable<void>
  /** A point to come back to; for requests inside a transaction whose failure alone is undone (ExecuteMultiple with continue-on-error). */
  savepoint(): Savepoint
  rollbackTo(savepoint: Savepoint): Awaitable<void>
}

export interface Savepoint {
  readonly transaction: Transaction
}
