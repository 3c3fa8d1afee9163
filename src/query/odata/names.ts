import type { Catalog } from '../../metadata/catalog.ts'
import { isLookup, type Column } from '../../metadata/column.ts'
import type { ManyToManySide } from '../../metadata/relationship.ts'
import type { ManyToMany, OneToMany, Table } from '../../metadata/table.ts'
import { propertyFault } from './fault.ts'

/** What leads from one table to another in a URL. */
export type Navigation =
  | {
      readonly kind: 'one'
      readonly name: string
      readonly target: Table
      /** The lookup on this table. */
      readonly column: string
      /** What it holds: a column of the other table. */
      readonly referencedColumn: string
    }
  | {
      readonly kind: 'many'
      readonly name: string
      readonly relationship: OneToMany
      readonly target: Table
      /** The lookup on the other table. */
      readonly column: string
    }
  | {
      readonly kind: 'many-to-many'
      readonly name: string
      readonly relationship: ManyToMany
      readonly target: Table
      readonly intersect: Table
      /** Columns of the intersect table: with this row's id, and with the other's. */
      readonly ownColumn: string
      readonly otherColumn: string
    }

/** The column a property of the Web API stands for: `name`, or `_primarycontactid_value` for a lookup. */
export function columnOfProperty(table: Table, property: string): Column | undefined {
  const lookup = /^_(.+)_value$/.exec(property)?.[1]
  if (lookup !== undefined) {
    const column = table.columns.get(lookup)
    return column !== undefined && isLookup(column) ? column : undefined
  }
  const column = table.columns.get(property)
  if (column === undefined) return property === PRINCIPAL_KEY ? principalKeyOf(table) : undefined
  return isLookup(column) ? undefined : column
}

/** Users and teams derive from principal, by whose key they can be named, too. */
const PRINCIPALS: ReadonlySet<string> = new Set(['systemuser', 'team'])
export const PRINCIPAL_KEY = 'ownerid'

/**
 * What `ownerid` of a user or a team is: its own id. Undefined for other tables.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-entitytypes#type-inheritance
 */
export function principalKeyOf(table: Table): Column | undefined {
  return PRINCIPALS.has(table.logicalName) ? table.columns.get(table.primaryId) : undefined
}

/** As a property of the Web API. */
export function propertyOfColumn(column: Column): string {
  return isLookup(column) ? `_${column.logicalName}_value` : column.logicalName
}

/** @throws QUERY_INVALID */
export function propertyOrFault(table: Table, property: string): Column {
  const column = columnOfProperty(table, property)
  if (column === undefined) throw propertyFault(property, table.logicalName)
  return column
}

/** The navigation property of that name. Relationships whose other table is not in the catalog lead nowhere. */
export function navigationOf(table: Table, name: string, catalog: Catalog): Navigation | undefined {
  for (const relationship of table.manyToOne) {
    if ((relationship.referencingNavigation ?? relationship.referencingColumn) !== name) continue
    const target = catalog.find(relationship.referencedTable)
    if (target === undefined) continue
    const { referencingColumn: column, referencedColumn } = relationship
    return { kind: 'one', name, target, column, referencedColumn }
  }
  for (const relationship of table.oneToMany) {
    if ((relationship.referencedNavigation ?? relationship.schemaName) !== name) continue
    const target = catalog.find(relationship.referencingTable)
    if (target === undefined) continue
    return { kind: 'many', name, relationship, target, column: relationship.referencingColumn }
  }
  for (const relationship of table.manyToMany) {
    const navigation = manyToManyNavigation(table, relationship, name, catalog)
    if (navigation !== undefined) return navigation
  }
  return untoldLookup(table, name, catalog)
}

/**
 * A lookup whose navigation property no document told: named as its column, with the target behind it where there are
 * several.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-navigation-properties
 */
function untoldLookup(table: Table, name: string, catalog: Catalog): Navigation | undefined {
  for (const lookup of table.columns.values()) {
    if (!isLookup(lookup) || lookup.type === 'Owner') continue
    const { logicalName: column, targets } = lookup
    const referenced = targets.find(
      (each) => name === (targets.length === 1 ? column : `${column}_${each}`),
    )
    const target = referenced === undefined ? undefined : catalog.find(referenced)
    if (target === undefined) continue
    const isTold = table.manyToOne.some(
      (each) =>
        each.referencingNavigation !== undefined &&
        each.referencingColumn === column &&
        each.referencedTable === referenced,
    )
    if (!isTold) return { kind: 'one', name, target, column, referencedColumn: target.primaryId }
  }
  return undefined
}

function manyToManyNavigation(
  table: Table,
  relationship: ManyToMany,
  name: string,
  catalog: Catalog,
): Navigation | undefined {
  const [first, second] = relationship.sides
  const leads = (own: ManyToManySide) =>
    own.table === table.logicalName && (own.navigation ?? relationship.schemaName) === name
  const sides = leads(first) ? [first, second] : leads(second) ? [second, first] : undefined
  const [own, other] = sides ?? []
  if (own?.intersectColumn === undefined || other?.intersectColumn === undefined) return undefined
  const target = other.table === undefined ? undefined : catalog.find(other.table)
  const intersect = catalog.find(relationship.intersectTable)
  if (target === undefined || intersect === undefined) return undefined
  return {
    kind: 'many-to-many',
    name,
    relationship,
    target,
    intersect,
    ownColumn: own.intersectColumn,
    otherColumn: other.intersectColumn,
  }
}
