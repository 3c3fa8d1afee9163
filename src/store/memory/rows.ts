import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { UndoRecord } from './entry.ts'
import { TableData } from './table-data.ts'
import type { MemoryTransaction, TableTarget } from './transaction.ts'

/** The tables with rows, the row versions and the open transaction: what readers and transactions work on. */
export class Rows implements TableTarget {
  readonly catalog: Catalog
  open: MemoryTransaction | undefined
  readonly #tables: Map<string, TableData>
  #version: bigint

  constructor(catalog: Catalog, tables = new Map<string, TableData>(), version = 0n) {
    this.catalog = catalog
    this.#tables = tables
    this.#version = version
  }

  get uncommitted(): UndoRecord | undefined {
    return this.open?.newest
  }

  table(name: string): Table {
    return this.catalog.table(name)
  }

  tables(): Table[] {
    return [...this.#tables.values()].map((data) => data.table)
  }

  find(table: Table): TableData | undefined {
    return this.#tables.get(table.logicalName)
  }

  writable(table: Table): TableData {
    const data = this.#tables.get(table.logicalName)
    if (data !== undefined && data.holders === 1) return data
    const own = data === undefined ? new TableData(table) : data.copy()
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
    return new Rows(this.catalog, tables, this.#version)
  }
}
