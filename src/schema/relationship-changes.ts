import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column, LookupColumn } from '../metadata/column.ts'
import { assertRelationshipRules, cascadeOfNew } from '../metadata/relationship-rules.ts'
import type { ManyToManyDefinition, OneToManyDefinition } from '../metadata/relationship.ts'
import type { ManyToMany, OneToMany } from '../metadata/table.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'
import { isRowRef } from '../rows/value.ts'
import type { NewManyToMany, NewOneToMany, RelationshipUpdate, SchemaResult } from './change.ts'
import { removeColumn } from './column-changes.ts'
import { assertUnused, usersOfColumn, usersOfRelationship } from './dependencies.ts'
import type { Draft } from './draft.ts'
import type { SchemaFacts } from './facts.ts'
import { isCustomName, logicalNameOf } from './names.ts'
import { assertNewColumn } from './new-column.ts'
import { removeTarget } from './table-changes.ts'

/**
 * A lookup and its relationships, one for each table it may point at; or, where the lookup is there and points at
 * several tables, one more.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-entity-relationships-using-web-api
 * @throws SCHEMA_NAME_INVALID, RELATIONSHIP_EXISTS, NAVIGATION_TAKEN, COLUMN_EXISTS, TABLE_UNKNOWN, INVALID_ARGUMENT,
 * and what `assertRelationshipRules` refuses with
 */
export function createLookup(
  draft: Draft,
  told: LookupColumn,
  relationships: readonly NewOneToMany[],
): SchemaResult {
  const tableName = childOf(told, relationships)
  const lookup = lookupOf(draft, tableName, told, relationships)
  const isPolymorphic = lookup.targets.length > 1
  for (const relationship of relationships) {
    draft.putOneToMany(completed(draft, lookup, relationship, isPolymorphic))
  }
  const catalog = draft.catalog()
  const made = relationships.map(({ schemaName }) => schemaName)
  for (const { schemaName } of relationships) {
    const relationship = catalog
      .table(tableName)
      .definition.manyToOne.find((each) => each.schemaName === schemaName)
    if (relationship !== undefined) assertRelationshipRules({ relationship, lookup, catalog })
  }
  return { made }
}

function childOf(lookup: LookupColumn, relationships: readonly NewOneToMany[]): string {
  const [first, ...others] = relationships
  if (
    first !== undefined &&
    others.every(({ referencingTable }) => referencingTable === first.referencingTable) &&
    new Set(relationships.map(({ referencedTable }) => referencedTable)).size ===
      relationships.length
  ) {
    return first.referencingTable
  }
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `The relationships of the lookup '${lookup.logicalName}' have to begin at one table and lead to a different one each.`,
  )
}

/** The lookup as it will be, added to its table or, where it is there, with the further targets. */
function lookupOf(
  draft: Draft,
  tableName: string,
  told: LookupColumn,
  relationships: readonly NewOneToMany[],
): LookupColumn {
  const targets = relationships.map(({ referencedTable }) => referencedTable)
  const table = draft.table(tableName)
  const known = table.columns.find(({ logicalName }) => logicalName === told.logicalName)
  if (known?.type === 'Lookup' && known.targets.length > 1) {
    const lookup = { ...known, targets: [...new Set([...known.targets, ...targets])] }
    draft.putColumn(tableName, lookup)
    return lookup
  }
  assertNewColumn(table, told)
  const lookup = { ...told, targets }
  draft.addColumns(tableName, [lookup, nameCompanion(lookup)])
  return lookup
}

/** Shows the name of the row the lookup points at. */
function nameCompanion({ logicalName, schemaName }: LookupColumn): Column {
  return {
    type: 'String',
    logicalName: `${logicalName}name`,
    schemaName: `${schemaName}Name`,
    attributeOf: logicalName,
    requiredLevel: 'None',
    validForRead: true,
    validForCreate: false,
    validForUpdate: false,
    maxLength: 4_000,
    format: 'Text',
  }
}

/** The relationship with all that the platform fills in. */
function completed(
  draft: Draft,
  lookup: LookupColumn,
  told: NewOneToMany,
  isPolymorphic: boolean,
): OneToManyDefinition {
  assertNewRelationship(draft, told.schemaName)
  const parent = linkable(draft, told.referencedTable)
  const child = linkable(draft, told.referencingTable)
  const referencingNavigation =
    told.referencingNavigation ??
    (isPolymorphic ? `${lookup.schemaName}_${parent.logicalName}` : lookup.schemaName)
  const referencedNavigation = told.referencedNavigation ?? told.schemaName
  assertFreeNavigation(draft, child.logicalName, referencingNavigation)
  assertFreeNavigation(draft, parent.logicalName, referencedNavigation)
  if (told.isHierarchical === true) assertHierarchical(draft, told)
  return {
    ...told,
    referencedColumn: parent.primaryId,
    referencingColumn: lookup.logicalName,
    referencedNavigation,
    referencingNavigation,
    isHierarchical: told.isHierarchical ?? false,
    isCustomizable: true,
    cascade: cascadeOfNew(told),
  }
}

function assertNewRelationship(draft: Draft, schemaName: string): void {
  logicalNameOf(schemaName, 'relationship')
  const wanted = schemaName.toLowerCase()
  const isTaken = draft.tables.some((table) =>
    [...table.manyToOne, ...table.oneToMany, ...table.manyToMany].some(
      (known) => known.schemaName.toLowerCase() === wanted,
    ),
  )
  if (!isTaken) return
  throw new DataverseError(
    'RELATIONSHIP_EXISTS',
    `A relationship with the specified name already exists. Please specify a unique name. (${schemaName})`,
  )
}

function linkable(draft: Draft, tableName: string): TableDefinition {
  const table = draft.table(tableName)
  if (table.isIntersect !== true) return table
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `The specified entity is intersect entity: '${tableName}' takes no relationships.`,
  )
}

function assertFreeNavigation(draft: Draft, tableName: string, name: string): void {
  const { columns, manyToOne, oneToMany, manyToMany } = draft.table(tableName)
  const isTaken =
    columns.some((column) => column.logicalName === name && !('targets' in column)) ||
    manyToOne.some((each) => each.referencingNavigation === name) ||
    oneToMany.some((each) => (each.referencedNavigation ?? each.schemaName) === name) ||
    manyToMany.some(({ sides }) =>
      sides.some((side) => side.table === tableName && side.navigation === name),
    )
  if (!isTaken) return
  throw new DataverseError(
    'NAVIGATION_TAKEN',
    `NavigationPropertyName ${name} is not unique within an entity: '${tableName}' has it.`,
  )
}

// Unverified: the code, and that a table has one hierarchy at most.
function assertHierarchical(
  draft: Draft,
  { schemaName, referencedTable, referencingTable }: NewOneToMany,
): void {
  if (referencedTable !== referencingTable) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${schemaName} can not be hierarchical: it leads from one table to another.`,
    )
  }
  const other = draft
    .table(referencingTable)
    .manyToOne.find((known) => known.isHierarchical === true && known.schemaName !== schemaName)
  if (other === undefined) return
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${schemaName} can not be hierarchical: ${referencingTable} has a hierarchy, ${other.schemaName}.`,
  )
}

/** The table between both comes by itself. @throws SCHEMA_NAME_TAKEN for its name, MANY_TO_MANY_VIRTUAL, and as `createLookup` */
export function createManyToMany(draft: Draft, told: NewManyToMany): SchemaResult {
  const { schemaName } = told
  assertNewRelationship(draft, schemaName)
  const intersectTable = (told.intersectTable ?? schemaName).toLowerCase()
  logicalNameOf(intersectTable, 'intersect table')
  if (draft.find(intersectTable) !== undefined) {
    throw new DataverseError(
      'SCHEMA_NAME_TAKEN',
      `The schema name ${intersectTable} for type Entity is not unique. A Entity with same name already exists.`,
    )
  }
  const [first, second] = told.sides
  const isReflexive = first.table === second.table
  for (const side of told.sides) {
    const { tableType } = linkable(draft, side.table)
    if (tableType === 'Virtual') {
      throw new DataverseError(
        'MANY_TO_MANY_VIRTUAL',
        `'${side.table}' is a virtual table: many-to-many relationships are not supported with those.`,
      )
    }
    if (tableType !== 'Standard') {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `'${side.table}' is a table of type ${tableType} and takes no many-to-many relationships.`,
      )
    }
  }
  const sides: ManyToManyDefinition['sides'] = [
    {
      table: first.table,
      intersectColumn: `${first.table}id${isReflexive ? 'one' : ''}`,
      navigation: first.navigation ?? schemaName,
      ...(first.menu !== undefined && { menu: first.menu }),
    },
    {
      table: second.table,
      intersectColumn: `${second.table}id${isReflexive ? 'two' : ''}`,
      navigation: second.navigation ?? schemaName,
      ...(second.menu !== undefined && { menu: second.menu }),
    },
  ]
  for (const { table = '', navigation = '' } of sides)
    assertFreeNavigation(draft, table, navigation)
  draft.putManyToMany({ schemaName, intersectTable, sides, isCustomizable: true })
  return { made: [schemaName] }
}

/** @throws RELATIONSHIP_UNKNOWN, INVALID_ARGUMENT, and what `assertRelationshipRules` refuses with */
export function updateRelationship(draft: Draft, told: RelationshipUpdate): SchemaResult {
  const former = draft.before.relationship(told.schemaName)
  if (former.kind === 'many-to-many') {
    if (told.cascade === undefined && told.isHierarchical !== true) return { made: [] }
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${told.schemaName} is many-to-many: it has neither a cascade nor a hierarchy.`,
    )
  }
  const known = definitionOf(draft, former)
  const relationship: OneToManyDefinition = {
    ...known,
    ...told,
    ...(told.cascade !== undefined && { cascade: { ...known.cascade, ...told.cascade } }),
  }
  if (relationship.isHierarchical === true) assertHierarchical(draft, relationship)
  draft.putOneToMany(relationship)
  assertRelationshipRules({ relationship, former, catalog: draft.catalog() })
  return { made: [] }
}

/** As its tables tell it, one end filling what the other leaves open. */
function definitionOf(draft: Draft, { schemaName, ...known }: OneToMany): OneToManyDefinition {
  const of = (all: readonly OneToManyDefinition[] | undefined) =>
    all?.find((each) => each.schemaName === schemaName)
  const told = {
    ...of(draft.find(known.referencedTable)?.oneToMany),
    ...of(draft.find(known.referencingTable)?.manyToOne),
  }
  const { referencedTable, referencingTable, referencedColumn, referencingColumn } = known
  return {
    ...told,
    schemaName,
    referencedTable,
    referencedColumn,
    referencingTable,
    referencingColumn,
    isHierarchical: known.isHierarchical,
  }
}

/**
 * The lookup goes with its only relationship; a many-to-many one takes its links along.
 * @throws RELATIONSHIP_UNKNOWN, COMPONENT_FIXED, COMPONENT_IN_USE
 */
export function deleteRelationship(
  draft: Draft,
  schemaName: string,
  facts: SchemaFacts,
): SchemaResult {
  const relationship = draft.before.relationship(schemaName)
  if (relationship.kind === 'many-to-many') deleteManyToMany(draft, relationship, facts)
  else deleteOneToMany(draft, relationship, facts)
  draft.removeRelationship(schemaName)
  return { made: [] }
}

function deleteManyToMany(
  draft: Draft,
  { schemaName, intersectTable, isCustomizable }: ManyToMany,
  facts: SchemaFacts,
): void {
  if (isCustomizable === false || !isCustomName(intersectTable)) throw notCustom(schemaName)
  assertUnused('Relationship', schemaName, usersOfRelationship(schemaName, facts))
  draft.remove(intersectTable)
}

function deleteOneToMany(draft: Draft, relationship: OneToMany, facts: SchemaFacts): void {
  const { schemaName, referencedTable, referencingTable, referencingColumn } = relationship
  if (!isCustomName(referencingColumn)) throw notCustom(schemaName)
  const child = draft.before.table(referencingTable)
  const others = child.manyToOne.filter(
    (each) => each.referencingColumn === referencingColumn && each.schemaName !== schemaName,
  )
  const users = usersOfRelationship(schemaName, facts)
  if (others.length === 0) {
    assertUnused('Relationship', schemaName, [
      ...users,
      ...usersOfColumn(child, referencingColumn, facts),
    ])
    removeColumn(draft, child, referencingColumn)
    return
  }
  const rows = [...facts.rows(child)].filter((row) => {
    const value = row[referencingColumn]
    return isRowRef(value) && value.table === referencedTable
  })
  assertUnused('Relationship', schemaName, [
    ...users,
    ...(rows.length > 0 ? [`${rows.length} rows of ${referencingTable}`] : []),
  ])
  removeTarget(draft, referencingTable, referencingColumn, referencedTable)
}

function notCustom(schemaName: string): DataverseError {
  return new DataverseError(
    'COMPONENT_FIXED',
    `The 'Delete' operation on the current component(name='${schemaName}') failed: it is not a custom relationship.`,
  )
}
