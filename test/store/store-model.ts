import type { Table } from '../../src/metadata/table.ts'
import type { Row, Value, Values } from '../../src/rows/value.ts'
import type { Reader, Store } from '../../src/store/store.ts'
import { account, accountLink, contact, guid, note } from './tables.ts'

export const TABLES = [account, contact, note, accountLink] as const
const RELATED: readonly (readonly [Table, string])[] = [
  [account, 'parentaccountid'],
  [contact, 'parentcustomerid'],
  [note, 'objectid'],
  [accountLink, 'accountidone'],
  [accountLink, 'accountidtwo'],
]
/** Ids and values are few, so that random writes meet. */
export const IDS = 6

/**
 * The store one would write without caring for speed: rows in maps, copied whole before every transaction,
 * everything found by looking at all of them. A removed row leaves its place behind until its transaction ends.
 */
export class StoreModel {
  tables: ReadonlyMap<string, Map<string, Row | undefined>>
  version = 0n

  constructor() {
    this.tables = new Map(TABLES.map((table) => [table.logicalName, new Map()]))
  }

  copyTables(): StoreModel['tables'] {
    return new Map([...this.tables].map(([name, rows]) => [name, new Map(rows)]))
  }

  /** undefined, or the code of the refusal. */
  insert(table: Table, id: string, given: Values): string | undefined {
    const rows = this.#rows(table)
    const values = { ...given, [table.primaryId]: id }
    if (rows.get(id) !== undefined) return 'DUPLICATE_ROW'
    const row = this.#stamped(table, table.rowClass.from(values))
    const refusal = this.#refusal(table, row, undefined)
    if (refusal === undefined) rows.set(id, row)
    return refusal
  }

  patch(table: Table, id: string, changes: Values): string | undefined {
    const rows = this.#rows(table)
    const before = rows.get(id)
    if (before === undefined) return 'ROW_NOT_FOUND'
    const row = this.#stamped(table, { ...before, ...(changes as Row) })
    const refusal = this.#refusal(table, row, before)
    if (refusal === undefined) rows.set(id, row)
    return refusal
  }

  remove(table: Table, id: string): string | undefined {
    const rows = this.#rows(table)
    if (rows.get(id) === undefined) return 'ROW_NOT_FOUND'
    rows.set(id, undefined)
    return undefined
  }

  commit(): void {
    for (const rows of this.tables.values()) {
      for (const [id, row] of rows) if (row === undefined) rows.delete(id)
    }
  }

  contents(tables = this.tables): Map<string, Row[]> {
    const all = [...tables].map(([name, rows]) => [name, presentRows(rows)] as const)
    return new Map(all.filter(([, rows]) => rows.length > 0))
  }

  #rows(table: Table): Map<string, Row | undefined> {
    return this.tables.get(table.logicalName) ?? new Map<string, Row>()
  }

  #stamped(table: Table, row: Row): Row {
    return table.columns.has('versionnumber')
      ? { ...row, versionnumber: ++this.version }
      : { ...row }
  }

  #refusal(table: Table, row: Row, before: Row | undefined): string | undefined {
    const others = presentRows(this.#rows(table)).filter((other) => other !== before)
    const keys: (readonly string[])[] = table.keys.map((key) => key.columns)
    if (table.intersectColumns.length > 0) keys.push(table.intersectColumns)
    for (const columns of keys) {
      if (columns.some((column) => row[column] === null)) continue
      const isTaken = others.some((other) => columns.every((c) => same(other[c], row[c])))
      if (isTaken) return table.isIntersect ? 'DUPLICATE_ROW' : 'DUPLICATE_KEY'
    }
    return undefined
  }
}

/** Whether `reader` answers every question as the model's `tables` would, and in the same order. */
export async function expectSameAnswers(
  reader: Reader,
  tables: StoreModel['tables'],
): Promise<void> {
  const answers: (Row | undefined)[][] = []
  const expected: (Row | undefined)[][] = []
  for (const [table, column] of RELATED) {
    for (let id = 0; id < IDS; id++) {
      answers.push(plain(await reader.related(table, column, guid(id))))
      const rows = presentRows(tables.get(table.logicalName))
      expected.push(rows.filter((row) => idOf(row[column]) === guid(id)))
    }
  }
  for (const table of TABLES) {
    const rows = presentRows(tables.get(table.logicalName))
    for (let id = 0; id < IDS; id++) {
      answers.push(plain([await reader.get(table, guid(id))]))
      expected.push([rows.find((row) => row[table.primaryId] === guid(id))])
    }
    for (const { columns } of table.keys) {
      for (const row of rows) {
        if (columns.some((column) => row[column] === null)) continue
        answers.push(plain([await reader.byKey(table, columns, row)]))
        expected.push([row])
      }
    }
    const page = await reader.select({ table: table.logicalName, columns: 'all' })
    expect(page.rows).toHaveLength(rows.length)
  }
  expect(answers).toEqual(expected)
}

export function expectSameContents(store: Store, tables: StoreModel['tables']): void {
  const present = [...store.contents()].map(([name, rows]) => [name, plain(rows)] as const)
  expect(new Map(present)).toEqual(new StoreModel().contents(tables))
}

function presentRows(rows: ReadonlyMap<string, Row | undefined> | undefined): Row[] {
  return [...(rows?.values() ?? [])].filter((row) => row !== undefined)
}

function plain(rows: readonly (Row | undefined)[]): (Row | undefined)[] {
  return rows.map((row) => (row === undefined ? undefined : { ...row }))
}

function same(a: Value | undefined, b: Value | undefined): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    return a.trimEnd().toUpperCase() === b.trimEnd().toUpperCase()
  }
  return a === b || (idOf(a) !== undefined && idOf(a) === idOf(b))
}

function idOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
}
