import { DataverseError } from '../errors/dataverse-error.ts'
import { isLookup, type Column } from '../metadata/column.ts'
import { columnOf } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import type { SchemaResult } from './change.ts'
import { assertUnused, usersOfColumn, usersOfRelationship } from './dependencies.ts'
import type { Draft } from './draft.ts'
import type { SchemaFacts } from './facts.ts'
import { isCustomName } from './names.ts'
import { assertLimits } from './new-column.ts'

/**
 * What may change of a column that is there: its labels, its level, the limits of later values.
 * Options change one by one, targets with their relationships.
 * @throws COLUMN_UNKNOWN, INVALID_ARGUMENT, KEY_COLUMN_SECURED, DATE_FORMAT_INVALID
 */
export function updateColumn(draft: Draft, tableName: string, told: Column): SchemaResult {
  const former = draft.column(tableName, told.logicalName)
  if (former.type !== told.type) {
    throw fixed(former, `its type is ${former.type} and can not become ${told.type}`)
  }
  const isSystem = former.requiredLevel === 'SystemRequired'
  if (isSystem !== (told.requiredLevel === 'SystemRequired')) {
    throw fixed(former, 'SystemRequired is for the platform to set and to take away')
  }
  // What is told by nobody but the platform stays; so do the members that each type keeps.
  const { schemaName, validForRead, validForCreate, validForUpdate } = former
  const column = {
    ...told,
    ...keptOf(former),
    schemaName,
    validForRead,
    validForCreate,
    validForUpdate,
  } as Column
  assertBehavior(former, column)
  if (isCustomName(column.logicalName)) assertLimits(column)
  assertUnsecured(draft, tableName, column)
  draft.putColumn(tableName, column)
  return { made: [] }
}

function keptOf(former: Column): Partial<Column> {
  const { attributeOf } = former
  const derived = attributeOf === undefined ? {} : { attributeOf }
  if ('options' in former) {
    const { options, globalChoiceName: name } = former
    return { ...derived, options, ...(name !== undefined && { globalChoiceName: name }) }
  }
  if (former.type === 'Boolean') {
    const { trueLabel, falseLabel } = former
    return {
      ...derived,
      ...(trueLabel !== undefined && { trueLabel }),
      ...(falseLabel !== undefined && { falseLabel }),
    }
  }
  return 'targets' in former ? { ...derived, targets: former.targets } : derived
}

/**
 * Days and times can be told apart from instants once, not back.
 * https://learn.microsoft.com/power-apps/developer/data-platform/behavior-format-date-time-attribute
 */
function assertBehavior(former: Column, column: Column): void {
  if (former.type !== 'DateTime' || column.type !== 'DateTime') return
  if (former.behavior === column.behavior) return
  // The platform's own dates say that they can not be changed, or say nothing.
  const canChange = former.canChangeBehavior ?? isCustomName(former.logicalName)
  if (former.behavior === 'UserLocal' && canChange) return
  throw fixed(former, `its behavior is ${former.behavior} and can not become ${column.behavior}`)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/define-alternate-keys-entity */
function assertUnsecured(draft: Draft, tableName: string, column: Column): void {
  if (column.isSecured !== true) return
  const key = draft
    .table(tableName)
    .keys.find(({ columns }) => columns.includes(column.logicalName))
  if (key === undefined) return
  throw new DataverseError(
    'KEY_COLUMN_SECURED',
    `The field ${column.logicalName} is not securable as it is part of entity keys ( ${key.logicalName} ). Please remove the field from all entity keys to make it securable.`,
  )
}

function fixed({ logicalName }: Column, why: string): DataverseError {
  return new DataverseError('INVALID_ARGUMENT', `'${logicalName}' can not be changed so: ${why}.`)
}

/**
 * The column goes with its values; a lookup takes its relationships along.
 * @throws COLUMN_UNKNOWN, PRIMARY_NAME_FIXED, CHILD_COLUMN_FIXED, COMPONENT_FIXED, COMPONENT_IN_USE
 */
export function deleteColumn(
  draft: Draft,
  tableName: string,
  columnName: string,
  facts: SchemaFacts,
): SchemaResult {
  const table = draft.before.table(tableName)
  const column = columnOf(table, columnName)
  assertDeletable(table, column)
  const relationships = isLookup(column)
    ? table.manyToOne.filter(({ referencingColumn }) => referencingColumn === columnName)
    : []
  assertUnused('Attribute', `${tableName}.${columnName}`, [
    ...usersOfColumn(table, columnName, facts),
    ...relationships.flatMap(({ schemaName }) => usersOfRelationship(schemaName, facts)),
  ])
  for (const { schemaName } of relationships) draft.removeRelationship(schemaName)
  removeColumn(draft, table, columnName)
  return { made: [] }
}

/** With those that belong to it. */
export function removeColumn(draft: Draft, table: Table, columnName: string): void {
  const companions = [...table.columns.values()]
    .filter((each) => each.attributeOf === columnName || isBaseOf(each, columnName))
    .map(({ logicalName }) => logicalName)
  draft.removeColumns(table.logicalName, new Set([columnName, ...companions]))
}

function isBaseOf(column: Column, columnName: string): boolean {
  return (
    column.type === 'Money' && column.isBaseCurrency && column.logicalName === `${columnName}_base`
  )
}

function assertDeletable(table: Table, column: Column): void {
  const name = `${table.logicalName}.${column.logicalName}`
  if (column.logicalName === table.primaryName) {
    throw new DataverseError(
      'PRIMARY_NAME_FIXED',
      `The Primary UI Attribute is not valid for deletion: ${name}.`,
    )
  }
  const isBase = column.type === 'Money' && column.isBaseCurrency
  if (column.attributeOf !== undefined || isBase) {
    throw new DataverseError(
      'CHILD_COLUMN_FIXED',
      `The Child Attribute is not valid for deletion: ${name}.`,
    )
  }
  if (isCustomName(column.logicalName) && column.logicalName !== table.primaryId) return
  throw new DataverseError(
    'COMPONENT_FIXED',
    `The 'Delete' operation on the current component(name='${name}') failed: it is not a custom column.`,
  )
}
