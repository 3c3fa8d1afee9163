import type {
  ChoiceOption,
  Column,
  ColumnBase,
  ColumnType,
  RequiredLevel,
  StateOption,
  StatusOption,
} from '../metadata/column.ts'
import {
  acceptsNull,
  assertedTargets,
  columnAssertions,
  type JsonSchema,
  type SharedName,
} from './column-schema.ts'
import type { Part } from './part.ts'

type KeysOf<T> = T extends unknown ? keyof T & string : never

/** Told by a keyword of JSON Schema, by the column's place in the file, or as `access`. */
type ElsewhereKey =
  | 'logicalName'
  | 'displayName'
  | 'description'
  | 'validForRead'
  | 'validForCreate'
  | 'validForUpdate'
  | 'maxLength'
  | 'min'
  | 'max'
  | 'defaultValue'

/** What stands under `x-dataverse`, in this order; a property new in Column has to find a place here. */
const COLUMN_KEYS = keysOf({
  type: true,
  schemaName: true,
  requiredLevel: true,
  validForForm: true,
  attributeOf: true,
  sourceType: true,
  isSecured: true,
  isAuditEnabled: true,
  format: true,
  imeMode: true,
  isLocalizable: true,
  autoNumberFormat: true,
  precision: true,
  precisionSource: true,
  isBaseCurrency: true,
  trueLabel: true,
  falseLabel: true,
  trueLabels: true,
  falseLabels: true,
  globalChoiceName: true,
  behavior: true,
  canChangeBehavior: true,
  targets: true,
  maxSizeInKB: true,
  maxHeight: true,
  maxWidth: true,
  canStoreFullImage: true,
  isPrimaryImage: true,
  options: true,
} satisfies Record<Exclude<KeysOf<Column>, ElsewhereKey>, true>)

const OPTION_KEYS = keysOf({
  value: true,
  label: true,
  labels: true,
  description: true,
  state: true,
  defaultStatus: true,
  invariantName: true,
  transitionData: true,
} satisfies Record<KeysOf<StateOption | StatusOption>, true>)

const COLUMN_TYPES = keysOf({
  String: true,
  Memo: true,
  Integer: true,
  BigInt: true,
  Decimal: true,
  Double: true,
  Money: true,
  Boolean: true,
  DateTime: true,
  Picklist: true,
  MultiSelectPicklist: true,
  State: true,
  Status: true,
  Lookup: true,
  Customer: true,
  Owner: true,
  PartyList: true,
  File: true,
  Image: true,
  Uniqueidentifier: true,
  EntityName: true,
  ManagedProperty: true,
  Virtual: true,
  CalendarRules: true,
} satisfies Record<ColumnType, true>)

const REQUIRED_LEVELS = keysOf({
  None: true,
  SystemRequired: true,
  ApplicationRequired: true,
  Recommended: true,
} satisfies Record<RequiredLevel, true>)

/** The names of a table that the compiler checks for completeness. */
function keysOf<K extends string>(table: Readonly<Record<K, true>>): readonly K[] {
  return Object.keys(table) as K[]
}

export interface ColumnPrinting {
  readonly primaryId: string
  readonly descriptions: boolean
  readonly shared: (name: SharedName) => JsonSchema
}

/** One column of a schema file: what is asserted of its value, and under `x-dataverse` the rest. */
export function columnToJson(
  column: Column,
  { primaryId, descriptions, shared }: ColumnPrinting,
): JsonSchema {
  const nullable = acceptsNull(column, primaryId)
  return {
    title: column.displayName,
    description: descriptions ? column.description : undefined,
    ...columnAssertions(column, { nullable, shared }),
    default:
      'defaultValue' in column && column.defaultValue !== null ? column.defaultValue : undefined,
    'x-dataverse': { access: accessOf(column), ...remaining(column, descriptions) },
  }
}

/** r read, c send on Create, u send on Update: the flags as told. */
function accessOf(column: ColumnBase): string {
  return (
    (column.validForRead ? 'r' : '') +
    (column.validForCreate ? 'c' : '') +
    (column.validForUpdate ? 'u' : '')
  )
}

function remaining(column: Column, descriptions: boolean): JsonSchema {
  const rest: Record<string, unknown> = {}
  // Columns are plain data; each kind has some of the keys.
  const told = column as unknown as JsonSchema
  for (const key of COLUMN_KEYS) rest[key] = told[key]
  if (column.requiredLevel === 'None') delete rest['requiredLevel']
  if ('options' in column) {
    rest['options'] = column.options.map((option) => optionToJson(option, descriptions))
  }
  if ('targets' in column && sameList(assertedTargets(column), column.targets))
    delete rest['targets']
  return rest
}

function optionToJson(option: ChoiceOption, descriptions: boolean): JsonSchema {
  const told = option as unknown as JsonSchema
  return Object.fromEntries(
    OPTION_KEYS.filter((key) => key !== 'description' || descriptions).map((key) => [
      key,
      told[key],
    ]),
  )
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}

/** The column that `columnToJson` printed. */
export function columnFromJson(logicalName: string, schema: Part): Column {
  const x = schema.member('x-dataverse')
  const base = baseFromJson(logicalName, schema, x)
  const type = x.member('type').oneOf(COLUMN_TYPES)
  switch (type) {
    case 'String':
    case 'Memo':
      return {
        ...base,
        type,
        maxLength: schema.member('maxLength').number(),
        ...x.told({
          format: 'text',
          imeMode: 'text',
          isLocalizable: 'boolean',
          autoNumberFormat: 'text',
        }),
      }
    case 'Integer':
      return { ...base, type, ...range(schema), ...x.told({ format: 'text' }) }
    case 'BigInt':
      return {
        ...base,
        type,
        min: schema.member('minimum').bigint(),
        max: schema.member('maximum').bigint(),
      }
    case 'Decimal':
    case 'Double':
      return {
        ...base,
        type,
        ...range(schema),
        precision: x.member('precision').number(),
        ...x.told({ imeMode: 'text' }),
      }
    case 'Money':
      return {
        ...base,
        type,
        ...range(schema),
        precision: x.member('precision').number(),
        precisionSource: x.member('precisionSource').oneOf([0, 1, 2]),
        isBaseCurrency: x.member('isBaseCurrency').boolean(),
        ...x.told({ imeMode: 'text' }),
      }
    case 'Boolean': {
      const preset = schema.member('default')
      return {
        ...base,
        type,
        defaultValue: preset.isPresent ? preset.boolean() : null,
        ...x.told({
          trueLabel: 'text',
          falseLabel: 'text',
          trueLabels: 'textsByName',
          falseLabels: 'textsByName',
          globalChoiceName: 'text',
        }),
      }
    }
    case 'DateTime':
      return {
        ...base,
        type,
        behavior: x.member('behavior').oneOf(['UserLocal', 'DateOnly', 'TimeZoneIndependent']),
        format: x.member('format').oneOf(['DateOnly', 'DateAndTime']),
        ...x.told({ canChangeBehavior: 'boolean', imeMode: 'text' }),
      }
    case 'Picklist':
    case 'MultiSelectPicklist':
      return { ...base, type, options: options(x, optionFromJson), ...choice(schema, x) }
    case 'State':
      return { ...base, type, options: options(x, stateFromJson), ...choice(schema, x) }
    case 'Status':
      return { ...base, type, options: options(x, statusFromJson), ...choice(schema, x) }
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return { ...base, type, targets: targets(x, schema) }
    case 'PartyList':
      return {
        ...base,
        type,
        targets: targets(x, schema.member('items').member('properties').member('partyid')),
      }
    case 'File':
      return { ...base, type, maxSizeInKB: x.member('maxSizeInKB').number() }
    case 'Image':
      return {
        ...base,
        type,
        maxSizeInKB: x.member('maxSizeInKB').number(),
        ...x.told({
          maxHeight: 'number',
          maxWidth: 'number',
          canStoreFullImage: 'boolean',
          isPrimaryImage: 'boolean',
        }),
      }
    case 'Uniqueidentifier':
    case 'EntityName':
    case 'ManagedProperty':
    case 'Virtual':
    case 'CalendarRules':
      return { ...base, type }
    default:
      return type satisfies never
  }
}

function baseFromJson(logicalName: string, schema: Part, x: Part): ColumnBase {
  const { title, description } = schema.told({ title: 'text', description: 'text' })
  const level = x.member('requiredLevel')
  const source = x.member('sourceType')
  const access = x.member('access').text()
  return {
    logicalName,
    schemaName: x.member('schemaName').text(),
    ...(title !== undefined && { displayName: title }),
    ...(description !== undefined && { description }),
    requiredLevel: level.isPresent ? level.oneOf(REQUIRED_LEVELS) : 'None',
    validForRead: access.includes('r'),
    validForCreate: access.includes('c'),
    validForUpdate: access.includes('u'),
    ...x.told({
      validForForm: 'boolean',
      attributeOf: 'text',
      isSecured: 'boolean',
      isAuditEnabled: 'boolean',
    }),
    ...(source.isPresent && { sourceType: source.oneOf([1, 2, 3]) }),
  }
}

function range(schema: Part) {
  return { min: schema.member('minimum').number(), max: schema.member('maximum').number() }
}

function choice(schema: Part, x: Part) {
  const preset = schema.member('default')
  return {
    defaultValue: preset.isPresent ? preset.number() : null,
    ...x.told({ globalChoiceName: 'text' }),
  }
}

function options<T>(x: Part, read: (option: Part) => T): readonly T[] {
  return x.member('options').items().map(read)
}

function optionFromJson(option: Part): ChoiceOption {
  return {
    value: option.member('value').number(),
    ...option.told({ label: 'text', labels: 'textsByName', description: 'text' }),
  }
}

function stateFromJson(option: Part): StateOption {
  const status = option.member('defaultStatus')
  return {
    ...optionFromJson(option),
    defaultStatus: status.value === null ? null : status.number(),
    ...option.told({ invariantName: 'text' }),
  }
}

function statusFromJson(option: Part): StatusOption {
  return {
    ...optionFromJson(option),
    state: option.member('state').number(),
    ...option.told({ transitionData: 'text' }),
  }
}

/** What is asserted of the reference's table, unless the documents name other tables than that. */
function targets(x: Part, reference: Part): readonly string[] {
  const named = x.member('targets')
  if (named.isPresent) return named.texts()
  const tables = reference.member('properties').member('table').member('enum')
  return tables.isPresent ? tables.texts() : []
}
