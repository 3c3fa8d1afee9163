import { isLookup, type Column, type LookupColumn } from '../metadata/column.ts'
import type { ManyToMany, OneToMany, Table } from '../metadata/table.ts'

/** A column as the Web API names it: lookups are `_x_value`. */
export interface Property {
  readonly name: string
  readonly column: Column
}

/** From a row to the one a lookup names. */
export interface SingleNavigation {
  readonly kind: 'single'
  readonly name: string
  readonly column: LookupColumn
  /** The table it leads to; undefined where the lookup's targets share one property (`ownerid`). */
  readonly target: string | undefined
}

/** From a row to the rows at the other end of a relationship. */
export interface CollectionNavigation {
  readonly kind: 'collection'
  readonly name: string
  /** Schema name. */
  readonly relationship: string
  /** The table at the other end. */
  readonly table: string
  /** Which end this one is, where a table refers to itself. */
  readonly role: 'Referencing' | 'Referenced' | undefined
  readonly link:
    | { readonly kind: 'one-to-many'; readonly column: string }
    | {
        readonly kind: 'many-to-many'
        readonly intersectTable: string
        /** The intersect's column with this end's id, and the one with the other's. */
        readonly column: string | undefined
        readonly otherColumn: string | undefined
      }
}

export type Navigation = SingleNavigation | CollectionNavigation

/** What the Web API shows of a table: its properties and navigation properties, by the names of the wire. */
export interface TableView {
  readonly table: Table
  readonly setName: string
  /** By wire name. */
  readonly properties: ReadonlyMap<string, Property>
  /** By logical name of the column. */
  readonly propertyOf: ReadonlyMap<string, Property>
  readonly navigations: ReadonlyMap<string, Navigation>
  /** Of a lookup column, by the table of its value. */
  navigationOf(column: string, target: string): string
}

const views = new WeakMap<Table, TableView>()

export function tableView(table: Table): TableView {
  let view = views.get(table)
  if (view === undefined) {
    view = makeView(table)
    views.set(table, view)
  }
  return view
}

function makeView(table: Table): TableView {
  const properties = new Map<string, Property>()
  const propertyOf = new Map<string, Property>()
  for (const column of table.columns.values()) {
    if (!isProperty(table, column)) continue
    const name = isLookup(column) ? `_${column.logicalName}_value` : column.logicalName
    const property = { name, column }
    properties.set(name, property)
    propertyOf.set(column.logicalName, property)
  }
  const navigations = new Map<string, Navigation>()
  const names = new Map<string, string>()
  for (const column of table.columns.values()) {
    if (isLookup(column)) addLookup(table, column, navigations, names)
  }
  for (const relationship of table.oneToMany) addOneToMany(relationship, navigations)
  for (const relationship of table.manyToMany) addManyToMany(table, relationship, navigations)
  return {
    table,
    setName: table.entitySetName,
    properties,
    propertyOf,
    navigations,
    navigationOf: (column, target) =>
      names.get(`${column}:${target}`) ?? names.get(column) ?? column,
  }
}

/**
 * Names of lookup targets, types of lookup targets and labels of choices are annotations here, not properties.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-properties
 */
function isProperty(table: Table, { type, logicalName, attributeOf }: Column): boolean {
  if (type === 'Virtual' || type === 'CalendarRules' || type === 'PartyList') return false
  if (type !== 'String' && type !== 'EntityName') return true
  if (attributeOf !== undefined)
    return logicalName === `${attributeOf}_name` || logicalName.endsWith('_url')
  // Reference pages print these three without saying what they belong to.
  return !(OWNER_COMPANIONS.has(logicalName) && table.columns.has('ownerid'))
}

const OWNER_COMPANIONS = new Set(['owneridname', 'owneridyominame', 'owneridtype'])

function addLookup(
  table: Table,
  column: LookupColumn,
  navigations: Map<string, Navigation>,
  names: Map<string, string>,
): void {
  const relationships = table.manyToOne.filter(
    (relationship) => relationship.referencingColumn === column.logicalName,
  )
  const told = new Map<string, string[]>()
  for (const { referencingNavigation, referencedTable } of relationships) {
    if (referencingNavigation === undefined) continue
    const targets = told.get(referencingNavigation) ?? []
    targets.push(referencedTable)
    told.set(referencingNavigation, targets)
  }
  for (const [name, targets] of told) {
    const [target] = targets
    // `owner` stands for both systemuser and team: the lookup itself says which are meant.
    const isOne = targets.length === 1 && target !== undefined && column.type !== 'Owner'
    navigations.set(name, { kind: 'single', name, column, target: isOne ? target : undefined })
    for (const each of targets) names.set(`${column.logicalName}:${each}`, name)
    if (!names.has(column.logicalName) || column.type === 'Owner')
      names.set(column.logicalName, name)
  }
  addUntold(column, navigations, names)
}

/**
 * Lookups whose navigation properties no document told: named as their column, with the target behind it
 * where there are several.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-navigation-properties
 */
function addUntold(
  column: LookupColumn,
  navigations: Map<string, Navigation>,
  names: Map<string, string>,
): void {
  const name = column.logicalName
  if (column.type === 'Owner' || column.targets.length <= 1) {
    if (names.has(column.logicalName)) return
    const target = column.type === 'Owner' ? undefined : column.targets[0]
    navigations.set(name, { kind: 'single', name, column, target })
    names.set(column.logicalName, name)
    return
  }
  for (const target of column.targets) {
    if (names.has(`${column.logicalName}:${target}`)) continue
    const targeted = `${name}_${target}`
    navigations.set(targeted, { kind: 'single', name: targeted, column, target })
    names.set(`${column.logicalName}:${target}`, targeted)
  }
}

function addOneToMany(relationship: OneToMany, navigations: Map<string, Navigation>): void {
  const name = relationship.referencedNavigation ?? relationship.schemaName
  navigations.set(name, {
    kind: 'collection',
    name,
    relationship: relationship.schemaName,
    table: relationship.referencingTable,
    role: relationship.referencedTable === relationship.referencingTable ? 'Referenced' : undefined,
    link: { kind: 'one-to-many', column: relationship.referencingColumn },
  })
}

function addManyToMany(
  table: Table,
  { schemaName, intersectTable, sides }: ManyToMany,
  navigations: Map<string, Navigation>,
): void {
  const isReflexive = sides[0].table === sides[1].table
  sides.forEach((side, index) => {
    const other = sides[1 - index]
    if (side.table !== table.logicalName || other?.table === undefined) return
    // Two ends of one table need two names; the platform puts the end behind the schema name (unverified).
    const end = index === 0 ? 'Referencing' : 'Referenced'
    const untold = isReflexive ? `${schemaName}_${end.toLowerCase()}` : schemaName
    const isTaken = side.navigation !== undefined && navigations.has(side.navigation)
    const name = side.navigation === undefined || isTaken ? untold : side.navigation
    navigations.set(name, {
      kind: 'collection',
      name,
      relationship: schemaName,
      table: other.table,
      role: isReflexive ? end : undefined,
      link: {
        kind: 'many-to-many',
        intersectTable,
        column: side.intersectColumn,
        otherColumn: other.intersectColumn,
      },
    })
  })
}
