import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { ChoiceOption, Column, LookupColumn } from '../../metadata/column.ts'
import { readColumn } from '../../metadata/import/entity-definitions/columns.ts'
import { parseGuid } from '../../rows/guid.ts'
import { withLabels } from '../../schema/labels.ts'
import { globalChoices } from './choice-node.ts'
import type { MetadataNode } from './node.ts'
import {
  bodyMembers,
  changedLabel,
  declaredTypeOf,
  newLabel,
  objectIn,
  objectsIn,
  reading,
  type JsonObject,
} from './read-body.ts'

/**
 * A column that is to be made, in the form EntityDefinitions show it in.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-column-definitions-using-web-api
 * @throws PAYLOAD_INVALID, INVALID_ARGUMENT
 */
export function readNewColumn(json: JsonObject, catalog: Catalog): Column {
  const schemaName = schemaNameIn(json, 'the column')
  const typeName = typeNameIn(json, schemaName)
  const shared = sharedChoiceIn(json, catalog)
  const column = reading(() =>
    readColumn(
      bodyMembers(
        {
          ...DEFAULTS[typeName],
          ...told(json),
          ...completedChoice(json, shared),
          AttributeTypeName: { Value: typeName },
          LogicalName: schemaName.toLowerCase(),
          SchemaName: schemaName,
        },
        schemaName.toLowerCase(),
      ),
    ),
  )
  const isSent = column.type !== 'File'
  return {
    ...withLabelsOf(column, newLabel(json, 'DisplayName'), newLabel(json, 'Description')),
    ...(shared !== undefined && { globalChoiceName: shared }),
    validForRead: true,
    // The bytes of a file are sent by messages of their own.
    validForCreate: isSent,
    validForUpdate: isSent,
  }
}

/** A lookup, as it is sent with its relationship. */
export function readNewLookup(json: JsonObject, catalog: Catalog): LookupColumn {
  const column = readNewColumn({ '@odata.type': LOOKUP_TYPE, ...json }, catalog)
  if (column.type === 'Lookup' || column.type === 'Customer') return column
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `The Lookup of a relationship is of type LookupAttributeMetadata; '${column.logicalName}' is of type ${column.type}.`,
  )
}

const LOOKUP_TYPE = 'Microsoft.Dynamics.CRM.LookupAttributeMetadata'

/**
 * A column as it is to be: what the body leaves out, or says null of, is as it was.
 * @throws PAYLOAD_INVALID, INVALID_ARGUMENT
 */
export function readChangedColumn(
  json: JsonObject,
  { former, node, mergesLabels }: ColumnChange,
): Column {
  const name = json['LogicalName'] ?? former.logicalName
  if (name !== former.logicalName) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `'${former.logicalName}' can not be renamed to ${JSON.stringify(name)}.`,
    )
  }
  const { AttributeTypeName, ...known } = node.members
  const typeName =
    declaredTypeOf(json) === undefined ? undefined : typeNameIn(json, former.logicalName)
  const column = reading(() =>
    readColumn(
      bodyMembers(
        {
          ...known,
          ...told(json),
          AttributeTypeName:
            typeName === undefined || isSameType(typeName, former)
              ? AttributeTypeName
              : { Value: typeName },
          OptionSet: undefined,
          GlobalOptionSet: undefined,
        },
        former.logicalName,
      ),
    ),
  )
  const labelOf = (member: string, present: string | undefined) => {
    const sent = changedLabel(json, member, mergesLabels)
    return sent === undefined ? present : (sent ?? undefined)
  }
  return withLabelsOf(
    column,
    labelOf('DisplayName', former.displayName),
    labelOf('Description', former.description),
  )
}

export interface ColumnChange {
  readonly former: Column
  /** What EntityDefinitions show of it. */
  readonly node: MetadataNode
  readonly mergesLabels: boolean
}

/** Customers and owners are declared as lookups, ids and companions as plain columns. */
function isSameType(typeName: string, { type }: Column): boolean {
  return (
    typeName === `${type}Type` ||
    (typeName === 'LookupType' && (type === 'Customer' || type === 'Owner' || type === 'PartyList'))
  )
}

function withLabelsOf(
  column: Column,
  displayName: string | undefined,
  description: string | undefined,
): Column {
  return withLabels(column, {
    displayName: displayName ?? null,
    description: description ?? null,
  })
}

export function schemaNameIn(json: JsonObject, what: string): string {
  const name = json['SchemaName'] ?? json['LogicalName']
  if (typeof name === 'string') return name
  throw new DataverseError('INVALID_ARGUMENT', `The SchemaName of ${what} is missing.`)
}

/** Members that say something: null means nothing was said. */
function told(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))
}

/** `AttributeTypeName`, or what the concrete type or the older code say. */
function typeNameIn(json: JsonObject, name: string): string {
  const typeName = json['AttributeTypeName']
  const value =
    typeof typeName === 'object' && typeName !== null && 'Value' in typeName
      ? typeName.Value
      : typeName
  if (typeof value === 'string' && value !== '') return value
  const declared = /^(\w+)AttributeMetadata$/.exec(declaredTypeOf(json) ?? '')?.[1]
  if (declared !== undefined) return `${declared.replace(/^ComplexLookup$/, 'Lookup')}Type`
  const code = json['AttributeType']
  if (typeof code === 'string' && code !== 'Virtual') return `${code}Type`
  throw new DataverseError(
    'PAYLOAD_INVALID',
    `The column '${name}' says no type: send "@odata.type", as in "Microsoft.Dynamics.CRM.StringAttributeMetadata".`,
  )
}

const FIRST_OPTION = 100_000_000

/** Unverified: what the platform takes where a new column leaves these out. */
const DEFAULTS: Readonly<Record<string, JsonObject>> = {
  StringType: { MaxLength: 100 },
  MemoType: { MaxLength: 2_000 },
  DecimalType: { Precision: 2 },
  DoubleType: { Precision: 2 },
  MoneyType: { Precision: 2, PrecisionSource: 2, IsBaseCurrency: false },
  FileType: { MaxSizeInKB: 32_768 },
  ImageType: { MaxSizeInKB: 10_240 },
}

/** Options without a value take the next ones of their publisher; those of a shared choice are not sent. */
function completedChoice(json: JsonObject, shared: string | undefined): JsonObject {
  if (shared !== undefined) return { OptionSet: { Options: [] }, GlobalOptionSet: undefined }
  const sent = json['OptionSet']
  if (sent === undefined || sent === null) return {}
  // Its name is made of those of table and column, whatever is sent.
  const { Options, TrueOption, FalseOption } = objectIn(sent, 'OptionSet')
  return {
    OptionSet: {
      TrueOption,
      FalseOption,
      ...(Options !== undefined && { Options: valued(Options) }),
    },
  }
}

function valued(options: unknown): readonly JsonObject[] {
  return objectsIn(options, 'Options').map((option, i) => ({
    ...option,
    Value: option['Value'] ?? FIRST_OPTION + i,
  }))
}

export function readOptions(options: unknown): readonly ChoiceOption[] {
  return reading(() =>
    valued(options).map((option) => {
      const label = newLabel(option, 'Label')
      const description = newLabel(option, 'Description')
      return {
        value: bodyMembers(option, 'Options').requiredNumber('Value'),
        ...(label !== undefined && { label }),
        ...(description !== undefined && { description }),
      }
    }),
  )
}

/** By `GlobalOptionSet@odata.bind`, or by an OptionSet that says it is global. */
function sharedChoiceIn(json: JsonObject, catalog: Catalog): string | undefined {
  const bound = json['GlobalOptionSet@odata.bind']
  if (typeof bound === 'string') return choiceAt(bound, catalog)
  for (const member of ['GlobalOptionSet', 'OptionSet']) {
    const set = json[member]
    if (typeof set !== 'object' || set === null) continue
    const { IsGlobal, Name, MetadataId } = set as JsonObject
    if (IsGlobal !== true && member === 'OptionSet') continue
    if (typeof Name === 'string') return Name.toLowerCase()
    if (typeof MetadataId === 'string') return choiceAt(`(${MetadataId})`, catalog)
  }
  return undefined
}

/** The address ends in `(<id>)`, `(MetadataId=<id>)` or `(Name='<name>')`. @throws ROW_NOT_FOUND */
function choiceAt(address: string, catalog: Catalog): string {
  const key = /\(([^()]*)\)$/.exec(address)?.[1]?.trim() ?? ''
  const named = /^Name\s*=\s*'([^']*)'$/.exec(key)?.[1]?.toLowerCase()
  const id = parseGuid(key.replace(/^MetadataId\s*=\s*/, ''))
  const found = globalChoices(catalog).find(({ members }) =>
    id === undefined ? members['Name'] === named : members['MetadataId'] === id,
  )
  const name = found?.members['Name']
  if (typeof name === 'string') return name
  throw new DataverseError('ROW_NOT_FOUND', `Could not find '${address}' in the metadata.`)
}
