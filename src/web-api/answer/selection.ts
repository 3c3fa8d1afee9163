import { DataverseError } from '../../errors/dataverse-error.ts'
import { isLookup } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import { PRINCIPAL_KEY, principalKeyOf } from '../../query/odata/names.ts'
import { tableView, type Property, type TableView } from '../table-view.ts'
import { RowShape } from './row-shape.ts'

/** What `$select` chose of a table. */
export interface Selection {
  readonly shape: RowShape
  /** Logical names to ask for; undefined: all. */
  readonly columns: readonly string[] | undefined
  /** What `@odata.context` says of it: `(name,revenue)`, or nothing for everything. */
  readonly names: readonly string[] | undefined
}

/** So many different choices of one table's columns are kept ready. */
const MAX_KEPT = 200

const kept = new WeakMap<Table, Map<string, Selection>>()

/** @throws QUERY_INVALID for a name that is no property */
export function selectionOf(table: Table, select: string | undefined): Selection {
  let ofTable = kept.get(table)
  if (ofTable === undefined) kept.set(table, (ofTable = new Map<string, Selection>()))
  const text = select ?? ''
  let selection = ofTable.get(text)
  if (selection === undefined) {
    selection = makeSelection(table, text)
    if (ofTable.size >= MAX_KEPT) ofTable.clear()
    ofTable.set(text, selection)
  }
  return selection
}

function makeSelection(table: Table, select: string): Selection {
  const view = tableView(table)
  // A comma at the end occurs in documented requests.
  const names = select
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0 || names.includes('*')) {
    // Images are read only when they are asked for.
    const properties = [...view.properties.values()].filter(
      ({ column }) => column.validForRead && column.type !== 'Image',
    )
    return { shape: new RowShape(table, properties), columns: undefined, names: undefined }
  }
  const chosen = new Map<string, Property>()
  for (const name of names) {
    const property = propertyNamed(view, name)
    chosen.set(property.name, property)
  }
  const properties = withAdded(view, chosen)
  const columns = properties.map(({ column }) => column.logicalName)
  if (table.columns.has('versionnumber') && !columns.includes('versionnumber'))
    columns.push('versionnumber')
  return { shape: new RowShape(table, properties), columns, names: [...chosen.keys()] }
}

/** Lookups may be chosen by their navigation property too. */
export function propertyNamed(view: TableView, name: string): Property {
  const property = view.properties.get(name)
  if (property !== undefined) return property
  const navigation = view.navigations.get(name)
  const lookup =
    navigation?.kind === 'single' ? view.propertyOf.get(navigation.column.logicalName) : undefined
  if (lookup !== undefined) return lookup
  const principal = name === PRINCIPAL_KEY ? principalKeyOf(view.table) : undefined
  if (principal !== undefined) return { name, column: principal }
  throw new DataverseError(
    'QUERY_INVALID',
    `Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${view.table.logicalName}'.`,
  )
}

/**
 * What comes with every choice: the key, the currency with an amount, the whole address with a part of it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/select-columns
 */
function withAdded(view: TableView, chosen: ReadonlyMap<string, Property>): readonly Property[] {
  const properties = [...chosen.values()]
  const add = (column: string) => {
    const property = view.propertyOf.get(column)
    if (property !== undefined && !properties.includes(property)) properties.push(property)
  }
  for (const { column } of chosen.values()) {
    if (column.type === 'Money') add('transactioncurrencyid')
    const address = /^(address\d)_/.exec(column.logicalName)?.[1]
    if (address !== undefined && !isLookup(column)) add(`${address}_composite`)
  }
  add(view.table.primaryId)
  return properties
}
