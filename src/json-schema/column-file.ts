import type {
  ChoiceOption,
  Column,
  ColumnBase,
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

/** Everything a column's documents tell, in the order a file prints it. */
const COLUMN_KEYS = [
  'type',
  'schemaName',
  'requiredLevel',
  'validForForm',
  'attributeOf',
  'sourceType',
  'isSecured',
  'format',
  'imeMode',
  'isLocalizable',
  'autoNumberFormat',
  'precision',
  'precisionSource',
  'isBaseCurrency',
  'trueLabel',
  'falseLabel',
  'globalChoiceName',
  'behavior',
  'canChangeBehavior',
  'targets',
  'maxSizeInKB',
  'maxHeight',
  'maxWidth',
  'canStoreFullImage',
  'isPrimaryImage',
  'options',
] as const satisfies readonly KeysOf<Column>[]

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

// A property added to Column and printed nowhere does not compile here.
const FORGOTTEN: Record<
  Exclude<KeysOf<Column>, (typeof COLUMN_KEYS)[number] | ElsewhereKey>,
  never
> = {}
void FORGOTTEN

const OPTION_KEYS = [
  'value',
  'label',
  'description',
  'state',
  'defaultStatus',
  'invariantName',
  'transitionData',
] as const satisfies readonly KeysOf<StateOption | StatusOption>[]

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

/** r read, c send on Create, u send on Update. */
export function accessOf(column: ColumnBase): string {
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

const COLUMN_TYPES = [
  'String',
  'Memo',
  'Integer',
  'BigInt',
  'Decimal',
  'Double',
  'Money',
  'Boolean',
  'DateTime',
  'Picklist',
  'MultiSelectPicklist',
  'State',
  'Status',
  'Lookup',
  'Customer',
  'Owner',
  'PartyList',
  'File',
  'Image',
  'Uniqueidentifier',
  'EntityName',
  'ManagedProperty',
  'Virtual',
  'CalendarRules',
] as const

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
        ...x.told({ trueLabel: 'text', falseLabel: 'text', globalChoiceName: 'text' }),
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

const REQUIRED_LEVELS = [
  'None',
  'SystemRequired',
  'ApplicationRequired',
  'Recommended',
] as const satisfies readonly RequiredLevel[]

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
    ...x.told({ validForForm: 'boolean', attributeOf: 'text', isSecured: 'boolean' }),
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
    ...option.told({ label: 'text', description: 'text' }),
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
