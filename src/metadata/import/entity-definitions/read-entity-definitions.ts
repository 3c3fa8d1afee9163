import { parseLossless } from '../../../rows/lossless-json.ts'
import type { AlternateKey, TableDefinition } from '../../table-definition.ts'
import { eachOnce } from '../each-once.ts'
import { present } from '../present.ts'
import { unreadable } from '../unreadable.ts'
import { readColumn } from './columns.ts'
import { firstFault } from './json-fault.ts'
import { isObject, kindOf, Members, type JsonDocument } from './members.ts'
import { readManyToMany, readOneToMany } from './relationships.ts'

/**
 * The tables of an EntityDefinitions answer: one object, an array of them, or `{ "value": [ … ] }`; those
 * of RetrieveAllEntities, RetrieveEntity and RetrieveMetadataChanges stand under `EntityMetadata`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api
 * @throws DOCUMENT_UNREADABLE with file and, where there is one, line
 */
export function readEntityDefinitions(text: string, fileName: string): readonly TableDefinition[] {
  return definitionsOf(parseDocument(text, fileName), { text, fileName })
}

/** @throws DOCUMENT_UNREADABLE with the line at which the text stops being JSON */
export function parseDocument(text: string, fileName: string): unknown {
  const json = text.replace(/^\uFEFF/, '')
  try {
    return parseLossless(json)
  } catch (cause) {
    const fault = firstFault(json)
    if (!(cause instanceof SyntaxError) || fault === undefined) throw cause
    throw unreadable({ fileName, line: fault.line }, fault.expected, fault.found)
  }
}

export function definitionsOf(json: unknown, document: JsonDocument): readonly TableDefinition[] {
  return entitiesOf(json, document).map((entity, i) => {
    const members = new Members(entity, `EntityDefinitions[${i}]`, document)
    return readTable(members, members.required('LogicalName'))
  })
}

function entitiesOf(json: unknown, { fileName }: JsonDocument): readonly unknown[] {
  if (Array.isArray(json)) return json
  if (isObject(json)) {
    const { value } = json
    if (Array.isArray(value)) return value
    const { EntityMetadata: answered } = json
    if (Array.isArray(answered)) return answered
    if (isObject(answered)) return [answered]
    if ('LogicalName' in json) return [json]
  }
  throw unreadable(
    { fileName, line: 1 },
    'EntityDefinitions: an object with LogicalName, an array of them, or one under value',
    isObject(json)
      ? `an object with ${Object.keys(json).slice(0, 3).join(', ') || 'no members'}`
      : kindOf(json),
  )
}

function readTable(unnamed: Members, logicalName: string): TableDefinition {
  const entity = unnamed.named(logicalName)
  if (!entity.has('Attributes')) throw withoutColumns(entity)
  const named = (attribute: Members) =>
    readColumn(attribute.named(`${logicalName}/${attribute.required('LogicalName')}`))
  return {
    logicalName,
    schemaName: entity.text('SchemaName') ?? logicalName,
    ...present({
      displayName: entity.label('DisplayName'),
      displayCollectionName: entity.label('DisplayCollectionName'),
      description: entity.label('Description'),
      collectionSchemaName: entity.text('CollectionSchemaName'),
      logicalCollectionName: entity.text('LogicalCollectionName'),
      primaryName: entity.text('PrimaryNameAttribute'),
      isIntersect: entity.flag('IsIntersect'),
      isActivity: entity.flag('IsActivity'),
      isCustom: entity.flag('IsCustomEntity'),
      objectTypeCode: entity.number('ObjectTypeCode'),
      enforcesStateTransitions: entity.flag('EnforceStateTransitions'),
      changeTrackingEnabled: entity.flag('ChangeTrackingEnabled'),
      isAuditEnabled: entity.flag('IsAuditEnabled'),
      optimisticConcurrency: entity.flag('IsOptimisticConcurrencyEnabled'),
    }),
    // Null on tables the Web API does not serve.
    entitySetName: entity.text('EntitySetName') ?? '',
    primaryId: entity.required('PrimaryIdAttribute'),
    // Exports before 2022 do not tell; a table with a data provider of its own was a virtual one then.
    tableType:
      entity.oneOf('TableType', ['Standard', 'Elastic', 'Virtual']) ??
      (entity.has('DataProviderId') ? 'Virtual' : 'Standard'),
    ownership:
      entity.oneOf('OwnershipType', [
        'UserOwned',
        'TeamOwned',
        'BusinessOwned',
        'OrganizationOwned',
        'BusinessParented',
        'None',
      ]) ?? 'None',
    columns: eachOnce(entity.objects('Attributes').map(named), ({ logicalName: column }) =>
      entity.named(`${logicalName}/${column}`).refused('one column of this name', 'two'),
    ),
    keys: entity.objects('Keys').map(readKey),
    manyToOne: entity.objects('ManyToOneRelationships').map(readOneToMany),
    oneToMany: entity.objects('OneToManyRelationships').map(readOneToMany),
    manyToMany: entity.objects('ManyToManyRelationships').map(readManyToMany),
  }
}

/** A table without columns is none; what looks like one may be a column that was asked for alone. */
function withoutColumns(entity: Members): Error {
  const isColumn = entity.has('AttributeType') || entity.has('AttributeTypeName')
  if (!isColumn) return entity.missing('Attributes', 'none: ask for them with $expand=Attributes')
  const table = entity.text('EntityLogicalName') ?? '…'
  return entity.missing(
    'Attributes',
    `a column: ask for the table, EntityDefinitions(LogicalName='${table}')?$expand=Attributes`,
  )
}

function readKey(key: Members): AlternateKey {
  const logicalName = key.required('LogicalName')
  const columns = key.texts('KeyAttributes')
  // A key of no columns would be the same in every row.
  if (columns.length === 0) throw key.missing('KeyAttributes')
  const status = key.oneOf('EntityKeyIndexStatus', ['Pending', 'InProgress', 'Active', 'Failed'])
  return {
    logicalName,
    schemaName: key.text('SchemaName') ?? logicalName,
    columns,
    ...present({ displayName: key.label('DisplayName') }),
    // What is still being made will be active.
    ...(status === 'Failed' && { indexStatus: status }),
  }
}
