import { parseLossless } from '../../../rows/lossless-json.ts'
import type { AlternateKey, TableDefinition } from '../../table-definition.ts'
import { present } from '../present.ts'
import { unreadable } from '../unreadable.ts'
import { readColumn } from './columns.ts'
import { firstFault } from './json-fault.ts'
import { isObject, kindOf, Members, type JsonDocument } from './members.ts'
import { readManyToMany, readOneToMany } from './relationships.ts'

/**
 * The tables of an EntityDefinitions answer: one object, an array of them, or `{ "value": [ … ] }`.
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
  // An answer without them was asked without $expand=Attributes; a table without columns is none.
  if (!entity.has('Attributes')) throw entity.missing('Attributes')
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
    columns: entity.objects('Attributes').map(named),
    keys: entity.objects('Keys').map(readKey),
    manyToOne: entity.objects('ManyToOneRelationships').map(readOneToMany),
    oneToMany: entity.objects('OneToManyRelationships').map(readOneToMany),
    manyToMany: entity.objects('ManyToManyRelationships').map(readManyToMany),
  }
}

function readKey(key: Members): AlternateKey {
  const logicalName = key.required('LogicalName')
  return {
    logicalName,
    schemaName: key.text('SchemaName') ?? logicalName,
    columns: key.texts('KeyAttributes'),
    ...present({ displayName: key.label('DisplayName') }),
  }
}
