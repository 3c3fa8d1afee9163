import { DataverseError } from '../../errors/dataverse-error.ts'
import { columnOf, type Catalog } from '../../metadata/catalog.ts'
import type { ColumnSource, ComputedColumn } from '../../pipeline/computed-column.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import type { Filter, Link, Query, QueryNode } from '../../query/query.ts'
import { andThen, isPromise, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, Value } from '../../rows/value.ts'
import type { Reader } from '../../store/store.ts'
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
  return [...ofTable.keys()].filter((name) => isCalculated(runtime, tableName, name))
}

function isCalculated({ computed, catalog }: Runtime, table: string, column: string): boolean {
  if (computed.get(table)?.has(column) !== true) return false
  // Its table, or the column itself, may be gone since.
  const sourceType = catalog.find(table)?.columns.get(column)?.sourceType
  return sourceType !== undefined && sourceType !== ROLLUP
}

/**
 * The value a column's function gives for a stored row, in the shape the column holds.
 * @throws HANDLER_FAILED where the function fails, or gives what the column does not hold
 */
export function computedValue(
  { reader, runtime }: Pick<AnyOperation, 'reader' | 'runtime'>,
  computed: ComputedColumn,
  row: Row,
): Awaitable<Value> {
  const table = runtime.catalog.table(computed.table)
  const coerce = coercerOf(columnOf(table, computed.column))
  const source = sourceOf(reader, runtime, row, row[table.primaryId] as string)
  return andThen(calledFor(computed, source), (given) => {
    try {
      const value = coerce(given ?? null)
      if (value !== null) runtime.payloads.validateWrite(table, computed.column, value)
      return value
    } catch (error) {
      throw failed(computed, 'gives what the column does not hold', error)
    }
  })
}

function calledFor(computed: ComputedColumn, source: ColumnSource): Awaitable<Value | undefined> {
  try {
    const value = computed.compute(source)
    if (!isPromise(value)) return value
    return value.catch((error: unknown) => {
      throw failed(computed, 'failed', error)
    })
  } catch (error) {
    throw failed(computed, 'failed', error)
  }
}

function failed({ table, column }: ComputedColumn, how: string, cause: unknown): DataverseError {
  const thrown = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new DataverseError(
    'HANDLER_FAILED',
    `The function of the computed column ${table}.${column} ${how}: ${thrown}`,
    { cause },
  )
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
  const use = (table: string, column: string) => {
    if (isCalculated(runtime, table, column)) throw notEvaluated(table, column)
  }
  const own: readonly string[] =
    query.distinct === true && query.columns !== 'all' ? query.columns : []
  for (const column of own) use(query.table, column)
  useNode(query, { use, runtime, query, links: linksIn(query) })
}

interface Uses {
  readonly use: (table: string, column: string) => void
  readonly runtime: Runtime
  readonly query: Query
  readonly links: readonly Link[]
}

function useNode(node: QueryNode, uses: Uses): void {
  const { use, query } = uses
  for (const { column } of [
    ...(node.aliased ?? []),
    ...(node.groups ?? []),
    ...(node.aggregates ?? []),
  ]) {
    use(node.table, column)
  }
  // Groups and aggregates are sorted by their aliases.
  for (const { column, link } of query.aggregate === true ? [] : (node.order ?? [])) {
    for (const table of tablesOf(link, node.table, uses)) use(table, column)
  }
  useFilter(node.where, node.table, uses)
  for (const link of node.links ?? []) useLink(link, node.table, uses)
}

function useLink(link: Link, above: string, uses: Uses): void {
  const { use, runtime } = uses
  use(above, link.to)
  use(link.table, link.from)
  const columns = link.columns === 'all' ? calculatedColumns(runtime, link.table) : link.columns
  for (const column of columns) use(link.table, column)
  useNode(link, uses)
}

function useFilter(filter: Filter | undefined, table: string, uses: Uses): void {
  switch (filter?.kind) {
    case undefined:
      return
    case 'and':
    case 'or':
      for (const each of filter.filters) useFilter(each, table, uses)
      return
    case 'link':
      useLink({ ...filter, kind: 'exists', columns: [] }, table, uses)
      return
    case 'condition': {
      const { column, link, otherColumn } = filter
      for (const own of tablesOf(link, table, uses)) uses.use(own, column)
      if (otherColumn === undefined) return
      const [name = '', alias] = otherColumn.split('.').reverse()
      for (const other of tablesOf(alias, table, uses)) uses.use(other, name)
      return
    }
    default:
      return filter satisfies never
  }
}

/** The tables that the alias of a link may stand for; a link without one is called by its table and a number. */
function tablesOf(alias: string | undefined, own: string, { links }: Uses): readonly string[] {
  if (alias === undefined) return [own]
  return links.flatMap((link) => {
    const isNamed =
      link.alias === undefined ? alias.replace(/\d*$/, '') === link.table : link.alias === alias
    return isNamed ? [link.table] : []
  })
}

function linksIn({ links = [] }: Pick<QueryNode, 'links'>): readonly Link[] {
  return links.flatMap((link) => [link, ...linksIn(link)])
}

function notEvaluated(table: string, column: string): DataverseError {
  return new DataverseError(
    'NOT_SUPPORTED',
    `Queries by '${column}' of ${table} are not evaluated: its function is called when rows are read.`,
  )
}
