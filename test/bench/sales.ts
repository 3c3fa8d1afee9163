import { createRequire } from 'node:module'
import type { Database, SQLiteValue, Statement } from 'node-sqlite3-wasm'
import { Catalog } from '../../src/metadata/catalog.ts'
import type { NewRow } from '../../src/testing/index.ts'
import { emulator } from '../../src/testing/index.ts'
import { guid } from './guid.ts'
import { PARENT, SALE } from './tables.ts'

// The data W7 asks about, once for each side. Nothing is written to it, so that all rounds share it.

export const PARENTS = 1000
export const SALES = 100_000

export interface Parent {
  readonly id: string
  readonly name: string
}

export interface Sale {
  readonly id: string
  readonly name: string
  readonly quantity: number
  readonly amount: number
  readonly kind: number
  readonly parentid: string
}

const TABLES = [PARENT, SALE]
export const CATALOG = new Catalog(TABLES)

export function parentAt(at: number): Parent {
  return { id: guid('a', at), name: `Parent ${at}` }
}

/** Quantities and amounts are scattered: an odd factor goes through all residues. */
function saleAt(at: number): Sale {
  return {
    id: guid('b', at),
    name: `Sale ${at}`,
    quantity: (at * 7919) % 10_007,
    amount: (at * 104_729) % SALES,
    kind: at % 8,
    parentid: guid('a', at % PARENTS),
  }
}

function list<T>(length: number, at: (index: number) => T): readonly T[] {
  return Array.from({ length }, (_, index) => at(index))
}

/** Computes it when it is first asked for. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined
  return () => (known ??= { value: compute() }).value
}

/** Arrays, and a Map for each index. */
export const bareSales = once(() => {
  const sales = list(SALES, saleAt)
  const parents = list(PARENTS, parentAt)
  const byParent = new Map<string, Sale[]>(parents.map(({ id }) => [id, []]))
  for (const sale of sales) byParent.get(sale.parentid)?.push(sale)
  return {
    sales,
    byName: new Map(sales.map((sale) => [sale.name.toLowerCase(), sale])),
    byParent,
    parentsByName: new Map(parents.map((parent) => [parent.name.toLowerCase(), parent])),
  }
})

export const emulatedSales = once(() => {
  const parents = list(PARENTS, parentAt).map(({ id, name }): NewRow => {
    return { table: 'benchparent', values: { benchparentid: id, name } }
  })
  const sales = list(SALES, saleAt).map(({ id, parentid, ...values }): NewRow => {
    const parent = { table: 'benchparent', id: parentid }
    return { table: 'benchsale', values: { benchsaleid: id, parentid: parent, ...values } }
  })
  return emulator({ tables: TABLES, rows: [...parents, ...sales] })
})

interface Sqlite {
  readonly Database: new () => Database
}

const sqlite = once((): Sqlite | undefined => {
  try {
    return createRequire(import.meta.url)('node-sqlite3-wasm') as Sqlite
  } catch {
    return undefined
  }
})

export function sqliteObstacle(): string | undefined {
  return sqlite() === undefined ? 'the package node-sqlite3-wasm is not installed.' : undefined
}

export type Ask = (values?: SQLiteValue[]) => readonly Record<string, unknown>[]

/** The same rows and indexes in memory, text without regard to case as the platform compares it. */
const sqliteSales = once((): Database | undefined => {
  const module = sqlite()
  if (module === undefined) return undefined
  const db = new module.Database()
  db.exec(`
    create table parent (id text primary key, name text collate nocase);
    create table sale (id text primary key, name text collate nocase, quantity int, amount int,
      kind int, parentid text);
    begin;
  `)
  fill(db.prepare('insert into parent values (?, ?)'), list(PARENTS, parentAt))
  fill(db.prepare('insert into sale values (?, ?, ?, ?, ?, ?)'), list(SALES, saleAt))
  db.exec(`
    commit;
    create index parent_name on parent (name);
    create index sale_name on sale (name);
    create index sale_parent on sale (parentid);
    analyze;
  `)
  return db
})

function fill(insert: Statement, rows: readonly (Parent | Sale)[]): void {
  for (const row of rows) insert.run(Object.values(row) as SQLiteValue[])
  insert.finalize()
}

/** A prepared statement. */
export function sqliteAsk(sql: string): Ask {
  const statement = sqliteSales()?.prepare(sql)
  return (values = []) => statement?.all(values) ?? []
}
