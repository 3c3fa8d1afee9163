import { DataverseError } from '../../errors/dataverse-error.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import type { QueryNode } from '../../query/query.ts'
import type { Row, Value } from '../../rows/value.ts'
import type { RemoteTable } from './remote-tables.ts'

/** Asks for the annotation that tells which table a lookup points at, and no other. */
export const LOOKUP_TABLES = 'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"'

const LOOKUP = /^_(.+)_value$/

/** The property under which a column is asked for and answered. */
export function propertyOf(table: RemoteTable, column: string): string {
  return table.lookups.has(column) ? `_${column}_value` : column
}

/**
 * A row of the Web API in the shapes rows hold. `columns` that are not answered are empty: FetchXML leaves
 * those out.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-properties
 */
export function readRow(
  json: Readonly<Record<string, unknown>>,
  table: RemoteTable,
  columns: readonly string[],
): Row {
  const row: Record<string, Value> = {}
  for (const column of columns) row[column] = null
  for (const [property, value] of Object.entries(json)) {
    // Annotations stand before what they annotate; related rows are not asked for.
    if (property.includes('@')) continue
    const column = LOOKUP.exec(property)?.[1]
    const told = json[`${property}@${LOOKUP_TABLE}`]
    if (column !== undefined || told !== undefined) {
      row[column ?? property] = lookupOf(value, told, table, column ?? property)
    } else {
      row[property] = valueOf(value, table.columnTypes.get(property))
    }
  }
  return row
}

/** The columns every row of an answer has: those asked for, under the names they come back with. */
export function resultColumns(node: QueryNode, table: RemoteTable): readonly string[] {
  const columns = node.columns === 'all' ? allColumns(table) : node.columns
  const named = [...(node.aliased ?? []), ...(node.groups ?? []), ...(node.aggregates ?? [])]
  return [...columns, ...named.map(({ alias }) => alias), ...linkColumns(node)]
}

function linkColumns(node: QueryNode): readonly string[] {
  return (node.links ?? []).flatMap((link) => {
    const { alias, columns } = link
    const own = alias === undefined || columns === 'all' ? [] : columns.map((c) => `${alias}.${c}`)
    const named = [...(link.aliased ?? []), ...(link.groups ?? []), ...(link.aggregates ?? [])]
    return [...own, ...named.map((each) => each.alias), ...linkColumns(link)]
  })
}

function allColumns({ columnTypes }: RemoteTable): readonly string[] {
  return [...columnTypes]
    .filter(([column, type]) => !NOT_ANSWERED.has(type) && !OWNER_NAMES.has(column))
    .map(([column]) => column)
}

/** Annotations of `ownerid` rather than properties. */
const OWNER_NAMES: ReadonlySet<string> = new Set(['owneridname', 'owneridyominame'])

/** Types of columns that are no property of the Web API, or one only where it is asked for by name. */
const NOT_ANSWERED: ReadonlySet<string> = new Set([
  'ImageType',
  'VirtualType',
  'EntityNameType',
  'PartyListType',
  'CalendarRulesType',
])

const LOOKUP_TABLE = 'Microsoft.Dynamics.CRM.lookuplogicalname'

function valueOf(value: unknown, type: string | undefined): Value {
  if (value === null || value === undefined) return null
  if (type === 'MultiSelectPicklistType')
    return String(value as string)
      .split(',')
      .map(Number)
  if (type === 'BigIntType' && typeof value === 'number') return BigInt(value)
  // The organization's own rows hold nothing else.
  return value as Value
}

function lookupOf(value: unknown, told: unknown, table: RemoteTable, column: string): Value {
  if (typeof value !== 'string' || value === EMPTY_GUID) return null
  if (typeof told === 'string') return { table: told, id: value }
  const [only, ...others] = table.lookups.get(column)?.keys() ?? []
  if (only !== undefined && others.length === 0) return { table: only, id: value }
  throw new DataverseError(
    'ORGANIZATION_REFUSED',
    `The organization did not tell which table ${table.logicalName}.${column} points at.`,
  )
}
