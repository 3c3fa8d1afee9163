import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Row, Values } from '../../rows/value.ts'
import type { DeclaredIndexes } from './declared-indexes.ts'
import { UndoRecord } from './entry.ts'
import { isSameShape, TableData } from './table-data.ts'
import type { MemoryTransaction, TableTarget } from './transaction.ts'

/**
 * The rows some tables are born with, by table. They are made when somebody first looks at the table, and are
 * then as if they had always been there: a snapshot from before holds them, too.
 */
export type NativeRows = ReadonlyMap<string, () => Iterable<Values>>

const NO_NATIVES: NativeRows = new Map()
const NO_INDEXES: DeclaredIndexes = new Map()
const NO_ROWS: readonly Row[] = []

/** What rows begin with; what is absent is nothing. */
export interface RowsParts {
  readonly catalog: Catalog
  readonly natives?: NativeRows | undefined
  readonly indexes?: DeclaredIndexes | undefined
  readonly tables?: Map<string, TableData>
  readonly version?: bigint
}

/** The tables with rows, the row versions and the open transaction: what readers and transactions work on. */
export class Rows implements TableTarget {
  open: MemoryTransaction | undefined
  readonly #tables: Map<string, TableData>
  #version: bigint
  #catalog: Catalog
  readonly #natives: NativeRows
  readonly #indexes: DeclaredIndexes
  /** What tables with native rows held when these were made. */
  readonly #native = new Map<string, readonly Row[]>()

  constructor({ catalog, natives, indexes, tables, version }: RowsParts) {
    this.#catalog = catalog
    this.#natives = natives ?? NO_NATIVES
    this.#indexes = indexes ?? NO_INDEXES
    this.#tables = tables ?? new Map<string, TableData>()
    this.#version = version ?? 0n
  }

  get catalog(): Catalog {
    return this.#catalog
  }

  get uncommitted(): UndoRecord | undefined {
    return this.open?.newest
  }

  table(name: string): Table {
    return this.#catalog.table(name)
  }

  tables(): Table[] {
    return [...this.#tables.values()].map((data) => data.table)
  }

  find(table: Table): TableData | undefined {
    return this.#tables.get(table.logicalName) ?? this.#born(table)
  }

  /** Whether the table holds its native rows and nothing else; so does one nobody has looked at. */
  isAsBorn({ logicalName }: Table): boolean {
    const native = this.#native.get(logicalName)
    const rows = native === undefined ? undefined : this.#tables.get(logicalName)?.rows()
    return (
      native !== undefined &&
      rows?.length === native.length &&
      rows.every((row, i) => row === native[i])
    )
  }

  /** Those it was born with, as they were then. */
  nativeRows({ logicalName }: Table): readonly Row[] {
    return this.#native.get(logicalName) ?? NO_ROWS
  }

  /**
   * Puts rows in that another store had, with their versions; a row the table was born with gives way to one of
   * the same id. @throws DUPLICATE_KEY
   */
  load(table: Table, rows: Iterable<Values>): void {
    const data = this.writable(table)
    for (const values of rows) {
      const id = values[data.primaryId]
      if (typeof id !== 'string') continue
      const row = data.rowClass.from(values)
      const entry = data.entry(id) ?? data.makeEntry(id)
      data.refuseDuplicate(row, entry)
      data.write(entry, row)
      const { versionnumber: version } = row
      if (typeof version === 'bigint' && version > this.#version) this.#version = version
    }
  }

  writable(table: Table): TableData {
    const data = this.find(table)
    if (data?.table !== table) this.#assertPresent(table)
    if (data !== undefined && data.holders === 1) return data
    const own = data === undefined ? this.#empty(this.table(table.logicalName)) : data.copy()
    if (data !== undefined) data.holders--
    this.#tables.set(table.logicalName, own)
    return own
  }

  nextVersion(): bigint {
    return ++this.#version
  }

  /** Puts one row back to what it was before a committed write, and tells how to undo that. */
  undo(
    { data: { table }, id, entry, before }: UndoRecord,
    previous: UndoRecord | undefined,
  ): UndoRecord {
    const data = this.writable(table)
    const present = data.entry(id)?.row
    data.put(id, before, entry.made)
    return new UndoRecord(data, id, entry, present, previous)
  }

  /** The committed rows, shared table by table until one side writes. */
  fork(): Rows {
    const touched = new Set<TableData>()
    for (let record = this.uncommitted; record !== undefined; record = record.previous) {
      touched.add(record.data)
    }
    const tables = new Map<string, TableData>()
    for (const [name, data] of this.#tables) {
      if (touched.has(data)) {
        tables.set(name, data.copy())
      } else {
        data.holders++
        tables.set(name, data)
      }
    }
    const fork = new Rows({
      catalog: this.#catalog,
      natives: this.#natives,
      indexes: this.#indexes,
      tables,
      version: this.#version,
    })
    for (const [name, rows] of this.#native) fork.#native.set(name, rows)
    return fork
  }

  /**
   * Goes on with other tables: rows of those that are gone go, the others take the shape they now have. Rows
   * that tables are born with are made anew where nobody changed them.
   */
  useCatalog(catalog: Catalog): void {
    this.#catalog = catalog
    for (const [name, data] of this.#tables) {
      const table = catalog.find(name)
      const isBorn = this.#native.has(name) && this.isAsBorn(data.table)
      if (table !== undefined && !isBorn) {
        const under = data.under(table)
        if (under === data) continue
        this.#tables.set(name, under)
      } else {
        this.#tables.delete(name)
        this.#native.delete(name)
      }
      data.holders--
    }
  }

  /** A request that understood its table before it changed would write rows of a shape that is no more. */
  #assertPresent(table: Table): void {
    const present = this.#catalog.find(table.logicalName)
    if (present === table || (present !== undefined && isSameShape(present, table))) return
    throw new DataverseError(
      'TABLE_CHANGED',
      `The definition of '${table.logicalName}' changed while the request was under way; send it again.`,
    )
  }

  #empty(table: Table): TableData {
    return new TableData(table, this.#indexes.get(table.logicalName))
  }

  #born(table: Table): TableData | undefined {
    const make = this.#natives.get(table.logicalName)
    if (make === undefined) return undefined
    const data = this.#empty(table)
    this.#tables.set(table.logicalName, data)
    for (const values of make()) {
      const id = values[data.primaryId]
      if (typeof id !== 'string') continue
      const version = data.hasVersion ? { versionnumber: this.nextVersion() } : {}
      data.write(data.makeEntry(id), data.rowClass.from({ ...values, ...version }))
    }
    this.#native.set(table.logicalName, data.rows())
    return data
  }
}
