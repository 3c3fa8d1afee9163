import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import { compareGuids } from '../../query/collation.ts'
import type { RowsFrom } from '../../query/row-source.ts'
import type { RowClass } from '../../rows/row-class.ts'
import type { Row } from '../../rows/value.ts'
import { ColumnIndex, equalityText, idIn } from './column-index.ts'
import { Entry } from './entry.ts'
import { KeyIndex } from './key-index.ts'
import { SortedIndex } from './sorted-index.ts'

/** The rows of one table with their indexes. Knows nothing of transactions beyond what each Entry remembers. */
export class TableData {
  readonly primaryId: string
  readonly rowClass: RowClass
  readonly hasVersion: boolean
  #table: Table
  /** How many stores hold this object: forks share it until one of them writes, which then takes a copy. */
  holders = 1
  #entries = new Map<string, Entry>()
  /** The place asked for last: whoever reads a row mostly writes it next. */
  #lastId = ''
  #lastEntry: Entry | undefined
  #made = 0
  /** A removed row came back; the map has it last, its place is earlier. */
  #isOutOfOrder = false
  /** The present rows, kept from one scan to the next until something is written. */
  #rows: readonly Row[] | undefined
  readonly #keys: readonly KeyIndex[]
  /** Those somebody asked for. Columns nobody follows, like createdby with one hub of every row, cost nothing. */
  readonly #lookups: ColumnIndex[] = []
  readonly #texts: ColumnIndex[] = []
  /** Those declared for this table, by their columns. */
  readonly #declared: readonly (readonly string[])[]
  readonly #sorted: readonly SortedIndex[]
  /** The highest id that was ever made, as long as every row had a higher one than the row before it. */
  #highestId: string | undefined = ''
  /** Of all rows, by their ids: for pages of a table whose rows were made in another order. */
  #ids: SortedIndex | undefined
  /** As `#rows`, by their ids. */
  #rowsByKey: readonly Row[] | undefined
  /** Whether rows were asked for in the order of their ids since something was written. */
  #isLookedAt = false
  /** How often an equal text was looked for in a column without an index. */
  readonly #searches = new Map<string, number>()

  constructor(table: Table, declared: readonly (readonly string[])[] = []) {
    this.#table = table
    this.#declared = declared
    const isThere = (column: string) => table.storedColumns.includes(column)
    this.#sorted = declared
      .filter((columns) => columns.every(isThere))
      .map((columns) => new SortedIndex(table, columns, () => this.entries()))
    this.primaryId = table.primaryId
    this.rowClass = table.rowClass
    this.hasVersion = table.columns.get('versionnumber')?.type === 'BigInt'
    this.#keys = keysOf(table)
  }

  get table(): Table {
    return this.#table
  }

  /**
   * The same rows under another definition of the table: new columns are empty in them, those that are gone
   * take their values with them. What holds neither more nor less stays as it is.
   */
  under(table: Table): TableData {
    if (!isSameShape(this.#table, table)) return this.#copy(table)
    const data = this.holders === 1 ? this : this.copy()
    data.#table = table
    return data
  }

  /** Its own copy of every place, seen without the open transaction. Rows are shared; lookup indexes are built again when asked for. */
  copy(): TableData {
    return this.#copy(this.#table)
  }

  #copy(table: Table): TableData {
    const copy = new TableData(table, this.#declared)
    copy.#made = this.#made
    copy.#highestId = this.#highestId
    copy.#isOutOfOrder = this.#isOutOfOrder
    const isReshaped = table !== this.#table
    for (const [id, entry] of this.#entries) {
      const committed = entry.committed
      if (committed === undefined) continue
      const row = isReshaped ? copy.rowClass.from(committed) : committed
      const copied = new Entry(row, entry.made)
      copy.#entries.set(id, copied)
      copy.#reindex(copied, undefined, row)
    }
    return copy
  }

  entry(id: string): Entry | undefined {
    if (id === this.#lastId) return this.#lastEntry
    const entry = this.#entries.get(id)
    this.#remember(id, entry)
    return entry
  }

  /** Every place, in the order the rows were made. */
  entries(): Iterable<Entry> {
    if (this.#isOutOfOrder) {
      this.#entries = new Map([...this.#entries].sort(([, a], [, b]) => a.made - b.made))
      this.#isOutOfOrder = false
    }
    return this.#entries.values()
  }

  /** Whether the order in which rows were made is that of their ids, too. */
  get isInKeyOrder(): boolean {
    return this.#highestId !== undefined
  }

  /** The indexes declared for this table. */
  get sorted(): readonly SortedIndex[] {
    return this.#sorted
  }

  /** Every present row, in the order they were made. */
  rows(): readonly Row[] {
    if (this.#rows !== undefined) return this.#rows
    const rows: Row[] = []
    for (const { row } of this.entries()) {
      if (row !== undefined) rows.push(row)
    }
    this.#rows = rows
    return rows
  }

  /**
   * The present rows in the order of their ids. Whoever writes between two pages does not pay for a list of all
   * rows: it is made when pages are read twice without a write between. undefined where there are few, and unsorted.
   */
  inKeyOrder(): RowsFrom | undefined {
    if (this.isInKeyOrder) {
      return (from) =>
        this.#rows === undefined && from === undefined && this.#isFirstLook()
          ? this.#present()
          : this.rows()
    }
    if (this.size < SORT_IS_CHEAP) return undefined
    return (from) => {
      if (this.#rowsByKey !== undefined) return this.#rowsByKey
      const index = this.#indexOfIds()
      if (!this.#isFirstLook()) return (this.#rowsByKey = [...index.rows({})])
      return index.rows(from === undefined ? {} : { from: { values: [from], isBehind: false } })
    }
  }

  #isFirstLook(): boolean {
    const isFirst = !this.#isLookedAt
    this.#isLookedAt = true
    return isFirst
  }

  *#present(): Generator<Row, void, undefined> {
    for (const { row } of this.entries()) if (row !== undefined) yield row
  }

  #indexOfIds(): SortedIndex {
    return (this.#ids ??= new SortedIndex(this.#table, [this.primaryId], () => this.entries()))
  }

  /** A place for a row that is not in the table. */
  makeEntry(id: string): Entry {
    const highest = this.#highestId
    if (highest !== undefined) {
      this.#highestId = highest === '' || compareGuids(highest, id) < 0 ? id : undefined
    }
    return this.#place(id, new Entry(undefined, this.#made++))
  }

  /** Takes an empty place away. */
  dropEntry(id: string): void {
    this.#entries.delete(id)
    this.#remember(id, undefined)
  }

  /** Puts `row` in its place and keeps the indexes; undefined empties the place. */
  write(entry: Entry, row: Row | undefined): void {
    const before = entry.row
    entry.row = row
    this.#rows = undefined
    this.#rowsByKey = undefined
    this.#isLookedAt = false
    this.#reindex(entry, before, row)
  }

  /** As `write`, by id: for coming back to a snapshot, when the place itself may be gone. */
  put(id: string, row: Row | undefined, made: number): void {
    let entry = this.#entries.get(id)
    if (row === undefined) {
      if (entry === undefined) return
      this.write(entry, undefined)
      this.dropEntry(id)
      return
    }
    if (entry === undefined) {
      entry = this.#place(id, new Entry(undefined, made))
      this.#isOutOfOrder = true
    }
    this.write(entry, row)
  }

  /**
   * Looks at every key before anything is written.
   * @throws DUPLICATE_KEY, DUPLICATE_ROW for the pair of an intersect row
   */
  refuseDuplicate(row: Row, own: Entry | undefined): void {
    for (const index of this.#keys) {
      if (own?.row !== undefined && index.isSame(own.row, row)) continue
      const text = index.textOf(row)
      const holder = text === undefined ? undefined : index.find(text)
      if (holder !== undefined && holder !== own) throw duplicate(this.table, index)
    }
  }

  /** The index on a lookup column, built from the present rows when first asked for. */
  lookup(column: string): ColumnIndex {
    return (
      this.#lookups.find((index) => index.column === column) ??
      this.#build(this.#lookups, new ColumnIndex(column, idIn))
    )
  }

  /** The index on a text column; undefined until it was asked for often enough to be worth building. */
  text(column: string): ColumnIndex | undefined {
    const known = this.#texts.find((index) => index.column === column)
    if (known !== undefined) return known
    if (this.size < SCAN_IS_CHEAP || this.table.columns.get(column)?.type !== 'String')
      return undefined
    const searches = (this.#searches.get(column) ?? 0) + 1
    this.#searches.set(column, searches)
    if (searches < SEARCHES_BEFORE_INDEX) return undefined
    return this.#build(this.#texts, new ColumnIndex(column, equalityText))
  }

  /** The index of the key with these columns, in this order. @throws KEY_NOT_DEFINED */
  key(columns: readonly string[]): KeyIndex {
    const index = this.#keys.find((candidate) => sameColumns(candidate.columns, columns))
    if (index !== undefined) return index
    throw keyNotDefined(this.table)
  }

  /** The index of the key that is this one column. */
  keyOf(column: string): KeyIndex | undefined {
    return this.#keys.find(({ columns }) => columns.length === 1 && columns[0] === column)
  }

  /** Rows, those removed by the open transaction among them. */
  get size(): number {
    return this.#entries.size
  }

  #place(id: string, entry: Entry): Entry {
    this.#entries.set(id, entry)
    this.#remember(id, entry)
    return entry
  }

  #remember(id: string, entry: Entry | undefined): void {
    this.#lastId = id
    this.#lastEntry = entry
  }

  #build(indexes: ColumnIndex[], index: ColumnIndex): ColumnIndex {
    for (const entry of this.entries()) {
      const text = index.textOf(entry.row?.[index.column])
      if (text !== undefined) index.add(text, entry)
    }
    indexes.push(index)
    return index
  }

  #reindex(entry: Entry, before: Row | undefined, after: Row | undefined): void {
    for (const index of this.#lookups) move(index, entry, before, after)
    for (const index of this.#texts) move(index, entry, before, after)
    for (const index of this.#sorted) index.move(entry, before, after)
    this.#ids?.move(entry, before, after)
    for (const index of this.#keys) {
      if (before !== undefined && after !== undefined && index.isSame(before, after)) continue
      const from = before === undefined ? undefined : index.textOf(before)
      const to = after === undefined ? undefined : index.textOf(after)
      if (from === to) continue
      if (from !== undefined) index.delete(from)
      if (to !== undefined) index.set(to, entry)
    }
  }
}

/** Below this many rows a query sorts those it found. */
const SORT_IS_CHEAP = 1_000
/** Below this many rows a query looks at all of them. */
const SCAN_IS_CHEAP = 100
/** One search may be the only one; from the second on the index pays. */
const SEARCHES_BEFORE_INDEX = 2

function move(
  index: ColumnIndex,
  entry: Entry,
  before: Row | undefined,
  after: Row | undefined,
): void {
  const was = before?.[index.column]
  const is = after?.[index.column]
  if (was === is) return
  const from = index.textOf(was)
  const to = index.textOf(is)
  if (from === to) return
  if (from !== undefined) index.remove(from, entry)
  if (to !== undefined) index.add(to, entry)
}

/** Whether rows of one are rows of the other, found by the same keys. */
export function isSameShape(a: Table, b: Table): boolean {
  return (
    sameColumns(a.storedColumns, b.storedColumns) &&
    sameColumns(a.intersectColumns, b.intersectColumns) &&
    a.keys.length === b.keys.length &&
    a.keys.every((key, i) => {
      const other = b.keys[i]
      return other?.logicalName === key.logicalName && sameColumns(key.columns, other.columns)
    })
  )
}

function keysOf(table: Table): KeyIndex[] {
  const keys = table.keys.map((key) => new KeyIndex(key.columns, key))
  if (table.intersectColumns.length > 0) keys.push(new KeyIndex(table.intersectColumns))
  return keys
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column, position) => column === b[position])
}

/** For tables without rows, which have no indexes to ask. @throws KEY_NOT_DEFINED */
export function assertKey(table: Table, columns: readonly string[]): void {
  if (table.keys.some((key) => sameColumns(key.columns, columns))) return
  if (table.intersectColumns.length > 0 && sameColumns(table.intersectColumns, columns)) return
  throw keyNotDefined(table)
}

function keyNotDefined(table: Table): DataverseError {
  return new DataverseError(
    'KEY_NOT_DEFINED',
    `The specified key attributes are not a defined key for the ${table.logicalName} entity`,
  )
}

function duplicate(table: Table, { key, columns }: KeyIndex): DataverseError {
  if (key === undefined) return new DataverseError('DUPLICATE_ROW', 'Cannot insert duplicate key.')
  // Unverified: how the platform joins the names of several columns.
  const names = columns.map((column) => table.columns.get(column)?.displayName ?? column).join(', ')
  return new DataverseError(
    'DUPLICATE_KEY',
    `Entity Key ${key.displayName ?? key.logicalName} violated. A record with the same value for ${names} already exists. ` +
      'A duplicate record cannot be created. Select one or more unique values and try again.',
  )
}
