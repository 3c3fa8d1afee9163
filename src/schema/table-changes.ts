import { DataverseError } from '../errors/dataverse-error.ts'
import type { LookupColumn } from '../metadata/column.ts'
import type { Table } from '../metadata/table.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'
import type { NewTable, SchemaChange, SchemaResult } from './change.ts'
import { assertUnused, usersOfTable } from './dependencies.ts'
import type { Draft } from './draft.ts'
import type { SchemaFacts } from './facts.ts'
import { withLabels } from './labels.ts'
import { logicalNameOf, pluralOf } from './names.ts'
import { addColumn } from './new-column.ts'
import { regardingRelationships, standardTable, systemRelationships } from './standard-table.ts'

/** Numbers of custom tables. Unverified: that the platform takes the next one. */
const FIRST_OBJECT_TYPE_CODE = 10_000

/** Room for the plural of the longest logical name. */
const MAX_LENGTH = 128
const SET_NAME = /^[A-Za-z_]\w{0,127}$/

/**
 * A table with the platform's own columns and relationships.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-entity-definitions-using-web-api
 * @throws SCHEMA_NAME_INVALID, SCHEMA_NAME_TAKEN, INVALID_ARGUMENT, and what its columns are refused with
 */
export function createTable(draft: Draft, told: NewTable): SchemaResult {
  const logicalName = logicalNameOf(told.schemaName, 'table')
  if (draft.find(logicalName) !== undefined) {
    throw new DataverseError(
      'SCHEMA_NAME_TAKEN',
      `The schema name ${told.schemaName} for type Entity is not unique. A Entity with same name already exists.`,
    )
  }
  assertPrimaryName(told)
  const table = standardTable(told, {
    logicalName,
    entitySetName: freeSetName(draft, told.entitySetName ?? pluralOf(logicalName)),
    objectTypeCode: nextObjectTypeCode(draft),
  })
  draft.put({ ...table, manyToOne: [] })
  for (const relationship of table.manyToOne) {
    if (draft.find(relationship.referencedTable) !== undefined) draft.putOneToMany(relationship)
  }
  for (const column of told.columns) addColumn(draft, logicalName, column)
  putReferring(draft, systemRelationships(table, told, draft.tables))
  return { made: [logicalName] }
}

type Referring = ReturnType<typeof systemRelationships>

function putReferring(draft: Draft, relationships: Referring): void {
  for (const relationship of relationships) {
    const { referencingTable, referencingColumn, referencedTable } = relationship
    draft.putOneToMany(relationship)
    addTarget(draft, referencingTable, referencingColumn, referencedTable)
  }
}

function assertPrimaryName({ schemaName, primaryName, columns }: NewTable): void {
  const column = columns.find(({ logicalName }) => logicalName === primaryName)
  if (column?.type === 'String') return
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `The table '${schemaName}' needs one column of type String with IsPrimaryName: it names the rows.`,
  )
}

function nextObjectTypeCode(draft: Draft): number {
  const taken = draft.tables.map(({ objectTypeCode }) => objectTypeCode ?? 0)
  return Math.max(FIRST_OBJECT_TYPE_CODE - 1, ...taken) + 1
}

/**
 * Unverified: what the platform calls a set whose name another table has.
 * @throws INVALID_ARGUMENT for a name that no address can have
 */
function freeSetName(draft: Draft, wanted: string): string {
  if (!SET_NAME.test(wanted)) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `EntitySetName is '${wanted}'; it has to be of letters, digits and underscores, ${MAX_LENGTH} at most.`,
    )
  }
  const taken = new Set(draft.tables.map(({ entitySetName }) => entitySetName))
  let name = wanted
  for (let n = 1; taken.has(name); n++) name = `${wanted}${n}`
  return name
}

/** A lookup without targets may point anywhere already. */
function addTarget(draft: Draft, tableName: string, columnName: string, target: string): void {
  const column = draft.column(tableName, columnName)
  if (!('targets' in column) || column.targets.length === 0) return
  draft.putColumn(tableName, { ...column, targets: [...column.targets, target] })
}

type TableUpdate = Extract<SchemaChange, { readonly kind: 'update-table' }>

/**
 * What has notes or activities keeps them, and what tracks its changes goes on.
 * https://learn.microsoft.com/power-apps/maker/data-platform/edit-entities
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-change-tracking-synchronize-data-external-systems
 * @throws TABLE_UNKNOWN, INVALID_ARGUMENT
 */
export function updateTable(
  draft: Draft,
  { table, labels, switches = {} }: TableUpdate,
): SchemaResult {
  const { hasNotes, hasActivities, ...kept } = switches
  const before = draft.before.table(table)
  const wanted = {
    hasNotes: switchedOn(before, 'HasNotes', {
      wasOn: isAbout(before, NOTES),
      isOn: hasNotes,
    }),
    hasActivities: switchedOn(before, 'HasActivities', {
      wasOn: isAbout(before, ACTIVITIES),
      isOn: hasActivities,
    }),
  }
  switchedOn(before, 'ChangeTrackingEnabled', {
    wasOn: before.tracksChanges,
    isOn: kept.changeTrackingEnabled,
  })
  const definition = { ...withLabels(draft.table(table), labels), ...kept }
  draft.put(definition)
  putReferring(draft, regardingRelationships(definition, wanted, draft.tables))
  return { made: [] }
}

const NOTES = { table: 'annotation', column: 'objectid' } as const
const ACTIVITIES = { table: 'activitypointer', column: 'regardingobjectid' } as const

/** Whether rows of a kind may be about those of the table. */
const isAbout = (table: Table, by: typeof NOTES | typeof ACTIVITIES): boolean =>
  table.oneToMany.some(
    ({ referencingTable, referencingColumn }) =>
      referencingTable === by.table && referencingColumn === by.column,
  )

interface Switch {
  readonly wasOn: boolean
  /** Absent: as it was. */
  readonly isOn: boolean | undefined
}

// Unverified: the code of the refusal.
function switchedOn({ logicalName }: Table, name: string, { wasOn, isOn }: Switch): boolean {
  if (wasOn && isOn === false) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${name} of '${logicalName}' can not be switched off: it is on for good.`,
    )
  }
  return !wasOn && isOn === true
}

/**
 * The table goes with its rows, columns, keys and relationships.
 * https://learn.microsoft.com/power-apps/maker/data-platform/data-platform-delete-entity
 * @throws TABLE_UNKNOWN, COMPONENT_FIXED, COMPONENT_IN_USE
 */
export function deleteTable(draft: Draft, tableName: string, facts: SchemaFacts): SchemaResult {
  const definition = draft.table(tableName)
  assertCustomTable(definition)
  const table = draft.before.table(tableName)
  assertUnused('Entity', tableName, usersOfTable(table, facts))
  for (const { schemaName, referencingTable, referencingColumn } of table.oneToMany) {
    draft.removeRelationship(schemaName)
    if (referencingTable !== tableName) {
      removeTarget(draft, referencingTable, referencingColumn, tableName)
    }
  }
  for (const { schemaName } of table.manyToOne) draft.removeRelationship(schemaName)
  // Unverified: the platform takes its many-to-many relationships away, too, rather than refuse.
  for (const { schemaName, intersectTable } of table.manyToMany) {
    draft.removeRelationship(schemaName)
    draft.remove(intersectTable)
  }
  draft.remove(tableName)
  return { made: [] }
}

function assertCustomTable({ logicalName, isCustom, isIntersect }: TableDefinition): void {
  if (isIntersect !== true && (isCustom ?? logicalName.includes('_'))) return
  throw new DataverseError(
    'COMPONENT_FIXED',
    isIntersect === true
      ? `'${logicalName}' goes with the many-to-many relationship it belongs to; delete that.`
      : `The 'Delete' operation on the current component(name='${logicalName}') failed: it is not a custom table.`,
  )
}

/** The targets of a lookup without the table; of one that may point anywhere nothing changes. */
export function removeTarget(
  draft: Draft,
  tableName: string,
  columnName: string,
  target: string,
): void {
  const column = draft
    .find(tableName)
    ?.columns.find(
      (each): each is LookupColumn => each.logicalName === columnName && 'targets' in each,
    )
  if (column === undefined) return
  draft.putColumn(tableName, {
    ...column,
    targets: column.targets.filter((each) => each !== target),
  })
}
