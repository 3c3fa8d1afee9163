import { DataverseError } from '../errors/dataverse-error.ts'
import { columnOf, type Catalog } from '../metadata/catalog.ts'
import type { ColumnSource, ComputedColumn } from '../pipeline/computed-column.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import type { Filter, Query, QueryNode } from '../query/query.ts'
import { andThen, type Awaitable } from '../rows/awaitable.ts'
import type { Row, Value } from '../rows/value.ts'
import type { Reader } from '../store/store.ts'
import { coercerOf } from './coerce.ts'

/** The functions of an organization's computed columns, by table and column. */
export type ComputedColumns = ReadonlyMap<string, ReadonlyMap<string, ComputedColumn>>

const ROLLUP = 2

/** @throws TABLE_UNKNOWN, COLUMN_UNKNOWN, DEFINITION_INVALID for a column that is not computed */
export function computedColumnsOf(
  columns: readonly ComputedColumn[],
  catalog: Catalog,
): ComputedColumns {
  const byTable = new Map<string, Map<string, ComputedColumn>>()
  for (const computed of columns) {
    const table = catalog.table(computed.table)
    if (columnOf(table, computed.column).sourceType === undefined) {
      throw new DataverseError(
        'DEFINITION_INVALID',
        `${computed.table}.${computed.column} is given a function, but it is neither a calculated nor a rollup nor a formula column.`,
      )
    }
    const ofTable = byTable.get(computed.table) ?? new Map<string, ComputedColumn>()
    byTable.set(computed.table, ofTable.set(computed.column, computed))
  }
  return byTable
}

/** Of a table: the columns that are computed when they are read. Rollups are stored. */
export function calculatedColumns(runtime: Runtime, tableName: string): readonly string[] {
  const ofTable = runtime.computed.get(tableName)
  if (ofTable === undefined) return []
  const table = runtime.catalog.table(tableName)
  return [...ofTable.keys()].filter((name) => table.columns.get(name)?.sourceType !== ROLLUP)
}

/** The value a column's function gives for a stored row, in the shape the column holds. */
export function computedValue(
  { reader, runtime }: Pick<AnyOperation, 'reader' | 'runtime'>,
  computed: ComputedColumn,
  row: Row,
): Awaitable<Value> {
  const table = runtime.catalog.table(computed.table)
  const coerce = coercerOf(columnOf(table, computed.column))
  const source = sourceOf(reader, runtime, row, row[table.primaryId] as string)
  return andThen(computed.compute(source), (value) => coerce(value ?? null))
}

function sourceOf(reader: Reader, { catalog }: Runtime, row: Row, id: string): ColumnSource {
  return {
    row,
    find: (ref) =>
      ref === null || ref === undefined ? undefined : reader.get(catalog.table(ref.table), ref.id),
    related: (table, lookup) => reader.related(catalog.table(table), lookup, id),
  }
}

/**
 * Calculated values are made when rows are read, so a store cannot look for them.
 * @throws NOT_SUPPORTED for a query that filters, sorts, joins or groups by one, or reads one of a linked table
 */
export function assertNoneAsked(query: Query, runtime: Runtime): void {
  if (runtime.computed.size === 0) return
  const used = new Set<string>()
  addUses(query, query.table, used)
  const own = calculatedColumns(runtime, query.table)
  if (query.distinct === true && query.columns !== 'all') {
    for (const column of query.columns) used.add(`${query.table}.${column}`)
  }
  for (const name of used) {
    const [table = '', column = ''] = name.split('.')
    if (calculatedColumns(runtime, table).includes(column)) throw notEvaluated(table, column)
  }
  for (const { column } of query.aliased ?? []) {
    if (own.includes(column)) throw notEvaluated(query.table, column)
  }
}

function addUses(node: QueryNode, table: string, used: Set<string>): void {
  const add = (column: string) => used.add(`${table}.${column}`)
  for (const { column } of [
    ...(node.order ?? []),
    ...(node.groups ?? []),
    ...(node.aggregates ?? []),
  ]) {
    add(column)
  }
  addFilter(node.where, table, used)
  for (const link of node.links ?? []) {
    add(link.to)
    used.add(`${link.table}.${link.from}`)
    if (link.columns !== 'all') {
      for (const column of link.columns) used.add(`${link.table}.${column}`)
    }
    addUses(link, link.table, used)
  }
}

function addFilter(filter: Filter | undefined, table: string, used: Set<string>): void {
  if (filter === undefined) return
  if ('filters' in filter) {
    for (const each of filter.filters) addFilter(each, table, used)
  } else if ('column' in filter) {
    used.add(`${table}.${filter.column}`)
  }
}

function notEvaluated(table: string, column: string): DataverseError {
  return new DataverseError(
    'NOT_SUPPORTED',
    `Queries by '${column}' of ${table} are not evaluated: its function is called when rows are read.`,
  )
}
