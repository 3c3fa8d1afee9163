import { DataverseError } from '../errors/dataverse-error.ts'
import type { Catalog } from '../metadata/catalog.ts'
import { isLookup, type Column } from '../metadata/column.ts'
import type { Table } from '../metadata/table.ts'
import type { RowRef, Value, Values } from '../rows/value.ts'
import { columnValue, type ValueSource } from './column-value.ts'
import { Random } from './random.ts'

export interface SeedOptions {
  /** Logical names; their order does not matter. */
  readonly tables: readonly string[]
  /** Rows of each table; those that are not named have ten. */
  readonly counts?: Readonly<Record<string, number>>
  /** The same seed gives the same rows. Default 1. */
  readonly seed?: number
  /** Rows of other tables that are there already, for lookups to point at. */
  readonly existing?: readonly RowRef[]
}

export interface SeedRow {
  readonly table: string
  readonly values: Values
}

const USUAL_COUNT = 10

/** How often a column that may be empty is filled. */
const FILLED = 0.6

/**
 * A small data set made from metadata alone: values that every column takes, lookups that find their rows,
 * alternate keys that are unique. In an order in which the rows can be created one after the other.
 * @throws TABLE_UNKNOWN, INVALID_ARGUMENT for a table that is not created by clients, or needs rows that are not there
 */
export function generateRows(catalog: Catalog, options: SeedOptions): readonly SeedRow[] {
  const { counts = {}, seed = 1, existing = [] } = options
  const random = new Random(seed)
  const made = new Map<string, RowRef[]>()
  for (const ref of existing) add(made, ref)
  const rows: SeedRow[] = []
  for (const table of inOrder(catalog, options.tables)) {
    const columns = seededColumns(table)
    for (let ordinal = 1; ordinal <= (counts[table.logicalName] ?? USUAL_COUNT); ordinal++) {
      const id = random.guid()
      const rowOf = (tables: readonly string[]) => anyOf(made, tables, random)
      const values = rowValues(table, columns, { random, ordinal, rowOf })
      rows.push({
        table: table.logicalName,
        values: { [table.primaryId]: id, ...values },
      })
      add(made, Object.freeze({ table: table.logicalName, id }))
    }
  }
  return rows
}

function add(made: Map<string, RowRef[]>, ref: RowRef): void {
  const refs = made.get(ref.table)
  if (refs === undefined) made.set(ref.table, [ref])
  else refs.push(ref)
}

function anyOf(
  made: ReadonlyMap<string, readonly RowRef[]>,
  tables: readonly string[],
  random: Random,
): RowRef | undefined {
  const present = tables.length === 0 ? [...made.keys()] : tables.filter((table) => made.has(table))
  const table = random.pick(present)
  return table === undefined ? undefined : random.pick(made.get(table) ?? [])
}

/** Tables that others point at come first, as far as they do not point at each other. */
function inOrder(catalog: Catalog, names: readonly string[]): readonly Table[] {
  const wanted = new Set(names)
  const ordered: Table[] = []
  const seen = new Set<string>()
  const visit = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const table = catalog.table(name)
    assertCreatable(table)
    for (const required of [true, false]) {
      for (const column of table.columns.values()) {
        if (!('targets' in column) || isRequired(column) !== required) continue
        for (const target of column.targets) if (wanted.has(target)) visit(target)
      }
    }
    ordered.push(table)
  }
  const takesAny = (name: string) => [...catalog.table(name).columns.values()].some(isDemandedOfAny)
  for (const name of names) if (!takesAny(name)) visit(name)
  for (const name of names) visit(name)
  return ordered
}

/** A lookup that must hold a row, and may hold one of any table: best after all others. */
function isDemandedOfAny(column: Column): boolean {
  return isLookup(column) && column.targets.length === 0 && isRequired(column)
}

function assertCreatable(table: Table): void {
  if (table.offers('Create') && !table.isIntersect && table.logicalName !== 'activitypointer')
    return
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `Rows of ${table.logicalName} are not created by clients, so none are generated.`,
  )
}

function isRequired({ requiredLevel }: Column): boolean {
  return requiredLevel === 'SystemRequired'
}

/** Columns that the platform fills, or that say how a row was imported. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'importsequencenumber',
  'overriddencreatedon',
  'timezoneruleversionnumber',
  'utcconversiontimezonecode',
  'transactioncurrencyid',
  'processid',
  'stageid',
  'traversedpath',
  'owneridtype',
])

function seededColumns(table: Table): readonly Column[] {
  return [...table.columns.values()].filter(
    (column) =>
      column.validForCreate &&
      column.sourceType === undefined &&
      column.attributeOf === undefined &&
      column.logicalName !== table.primaryId &&
      !LEFT_OUT.has(column.logicalName) &&
      !('autoNumberFormat' in column && column.autoNumberFormat !== undefined),
  )
}

function rowValues(
  table: Table,
  columns: readonly Column[],
  source: ValueSource,
): Record<string, Value> {
  const keyed = new Set(table.keys.flatMap((key) => key.columns))
  const values: Record<string, Value> = {}
  for (const column of columns) {
    const { logicalName } = column
    const isNeeded =
      isRequired(column) ||
      column.requiredLevel === 'ApplicationRequired' ||
      logicalName === table.primaryName
    if (!isNeeded && !source.random.chance(FILLED)) continue
    const value = keyed.has(logicalName) ? uniqueValue(column, source) : columnValue(column, source)
    if (value !== undefined) values[logicalName] = value
    else if (isRequired(column) && isLookup(column) && column.type !== 'Owner') {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `A row of ${table.logicalName} needs one of ${column.targets.join(', ') || 'any table'} in ${logicalName}; generate such rows, too, or tell existing ones.`,
      )
    }
  }
  return values
}

/** Of a column of an alternate key: what no other row has; empty where that cannot be, for empty keys are alike. */
function uniqueValue(column: Column, { ordinal, ...source }: ValueSource): Value | undefined {
  if (column.type === 'String' || column.type === 'Memo') {
    const text = String(ordinal)
    const before = columnValue(column, { ordinal, ...source })
    const kept =
      typeof before === 'string' ? before.slice(0, column.maxLength - text.length - 1) : ''
    return `${kept}-${text}`.slice(-column.maxLength)
  }
  if (column.type === 'Integer') {
    const number = Math.max(column.min, 0) + ordinal
    return number <= column.max ? number : undefined
  }
  return isRequired(column) ? columnValue(column, { ordinal, ...source }) : undefined
}
