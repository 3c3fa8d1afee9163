import type {
  ChoiceOption,
  Column,
  ColumnBase,
  ColumnType,
  StateOption,
  StatusOption,
} from '../../column.ts'
import { present } from '../present.ts'
import { TYPE_LIMITS } from '../type-limits.ts'
import type { Members } from './members.ts'

const TYPE_NAMES = {
  StringType: 'String',
  MemoType: 'Memo',
  IntegerType: 'Integer',
  BigIntType: 'BigInt',
  DecimalType: 'Decimal',
  DoubleType: 'Double',
  MoneyType: 'Money',
  BooleanType: 'Boolean',
  DateTimeType: 'DateTime',
  PicklistType: 'Picklist',
  MultiSelectPicklistType: 'MultiSelectPicklist',
  StateType: 'State',
  StatusType: 'Status',
  LookupType: 'Lookup',
  CustomerType: 'Customer',
  OwnerType: 'Owner',
  PartyListType: 'PartyList',
  FileType: 'File',
  ImageType: 'Image',
  UniqueidentifierType: 'Uniqueidentifier',
  EntityNameType: 'EntityName',
  ManagedPropertyType: 'ManagedProperty',
  VirtualType: 'Virtual',
  CalendarRulesType: 'CalendarRules',
} as const satisfies Readonly<Record<string, ColumnType>>

type TypeName = keyof typeof TYPE_NAMES
const KNOWN_TYPE_NAMES = Object.keys(TYPE_NAMES) as TypeName[]
const KNOWN_TYPES = Object.values(TYPE_NAMES)

/** One entry of `Attributes`. */
export function readColumn(attribute: Members): Column {
  const type = typeOf(attribute)
  const base = columnBase(attribute)
  switch (type) {
    case 'String':
    case 'Memo':
      return {
        ...base,
        type,
        maxLength: attribute.number('MaxLength') ?? TYPE_LIMITS.text.maxLength,
        ...present({
          format: attribute.wrappedText('FormatName') ?? attribute.text('Format'),
          imeMode: attribute.text('ImeMode'),
          isLocalizable: attribute.flag('IsLocalizable'),
          autoNumberFormat: attribute.text('AutoNumberFormat'),
        }),
      }
    case 'Integer':
      return {
        ...base,
        type,
        min: attribute.number('MinValue') ?? TYPE_LIMITS.integer.min,
        max: attribute.number('MaxValue') ?? TYPE_LIMITS.integer.max,
        ...present({ format: attribute.text('Format') }),
      }
    case 'BigInt':
      return {
        ...base,
        type,
        ...bigBounds(attribute),
      }
    case 'Decimal':
    case 'Double': {
      const limits = type === 'Decimal' ? TYPE_LIMITS.decimal : TYPE_LIMITS.double
      return { ...base, type, ...bounds(attribute, limits) }
    }
    case 'Money':
      return {
        ...base,
        type,
        ...bounds(attribute, TYPE_LIMITS.money),
        precisionSource: precisionSource(attribute),
        isBaseCurrency: attribute.flag('IsBaseCurrency') ?? base.logicalName.endsWith('_base'),
      }
    case 'Boolean': {
      const choice = attribute.object('OptionSet')
      return {
        ...base,
        type,
        defaultValue: attribute.flag('DefaultValue') ?? null,
        ...present({
          trueLabel: choice?.object('TrueOption')?.label('Label'),
          falseLabel: choice?.object('FalseOption')?.label('Label'),
          trueLabels: choice?.object('TrueOption')?.labels('Label'),
          falseLabels: choice?.object('FalseOption')?.labels('Label'),
          globalChoiceName: choice?.text('Name'),
        }),
      }
    }
    case 'DateTime': {
      const behavior =
        attribute.oneOf('DateTimeBehavior', ['UserLocal', 'DateOnly', 'TimeZoneIndependent']) ??
        'UserLocal'
      return {
        ...base,
        type,
        behavior,
        format:
          attribute.oneOf('Format', ['DateOnly', 'DateAndTime']) ??
          (behavior === 'DateOnly' ? 'DateOnly' : 'DateAndTime'),
        ...present({
          canChangeBehavior: attribute.flag('CanChangeDateTimeBehavior'),
          imeMode: attribute.text('ImeMode'),
        }),
      }
    }
    case 'Picklist':
    case 'MultiSelectPicklist':
      return {
        ...base,
        type,
        ...choiceOf(attribute),
        options: optionsOf(attribute).map(choiceOption),
      }
    case 'State':
      return {
        ...base,
        type,
        ...choiceOf(attribute),
        options: optionsOf(attribute).map(stateOption),
      }
    case 'Status':
      return {
        ...base,
        type,
        ...choiceOf(attribute),
        options: optionsOf(attribute).map(statusOption),
      }
    case 'Lookup':
    case 'Customer':
    case 'Owner':
    case 'PartyList':
      return { ...base, type, targets: attribute.texts('Targets') }
    case 'File':
      return {
        ...base,
        type,
        maxSizeInKB: attribute.number('MaxSizeInKB') ?? TYPE_LIMITS.file.maxSizeInKB,
      }
    case 'Image':
      return {
        ...base,
        type,
        maxSizeInKB: attribute.number('MaxSizeInKB') ?? TYPE_LIMITS.image.maxSizeInKB,
        ...present({
          maxHeight: attribute.number('MaxHeight'),
          maxWidth: attribute.number('MaxWidth'),
          canStoreFullImage: attribute.flag('CanStoreFullImage'),
          isPrimaryImage: attribute.flag('IsPrimaryImage'),
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

/**
 * AttributeType is Virtual for images, files and multiple choices; only AttributeTypeName and the
 * declared type of the object tell them apart.
 * https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata
 */
function typeOf(attribute: Members): ColumnType {
  const typeName = attribute.oneOf('AttributeTypeName', KNOWN_TYPE_NAMES)
  if (typeName !== undefined) return TYPE_NAMES[typeName]
  const declared = /\.(?:Complex)?(\w+)AttributeMetadata$/.exec(
    attribute.text('@odata.type') ?? '',
  )?.[1]
  if (declared === 'MultiSelectPicklist' || declared === 'Image' || declared === 'File')
    return declared
  const type = attribute.oneOf('AttributeType', KNOWN_TYPES)
  if (type !== undefined) return type
  throw attribute.missing('AttributeTypeName')
}

function columnBase(attribute: Members): ColumnBase {
  const logicalName = attribute.required('LogicalName')
  const sourceType = attribute.number('SourceType')
  return {
    logicalName,
    schemaName: attribute.text('SchemaName') ?? logicalName,
    requiredLevel:
      attribute.oneOf('RequiredLevel', [
        'None',
        'SystemRequired',
        'ApplicationRequired',
        'Recommended',
      ]) ?? 'None',
    // Not told means not ruled out.
    validForRead: attribute.flag('IsValidForRead') ?? true,
    validForCreate: attribute.flag('IsValidForCreate') ?? true,
    validForUpdate: attribute.flag('IsValidForUpdate') ?? true,
    ...present({
      displayName: attribute.label('DisplayName'),
      description: attribute.label('Description'),
      validForForm: attribute.flag('IsValidForForm'),
      attributeOf: attribute.text('AttributeOf'),
      isSecured: attribute.flag('IsSecured'),
      isAuditEnabled: attribute.flag('IsAuditEnabled'),
    }),
    ...(sourceType === 1 || sourceType === 2 || sourceType === 3 ? { sourceType } : {}),
  }
}

/** What went through a double on its way (any tool in JavaScript) is rounded beyond 64 bits. */
function bigBounds(attribute: Members): { readonly min: bigint; readonly max: bigint } {
  const { min: lowest, max: highest } = TYPE_LIMITS.bigInt
  const min = attribute.bigint('MinValue') ?? lowest
  const max = attribute.bigint('MaxValue') ?? highest
  return { min: min < lowest ? lowest : min, max: max > highest ? highest : max }
}

function bounds(
  attribute: Members,
  limits: { readonly min: number; readonly max: number; readonly precision: number },
) {
  return {
    min: attribute.number('MinValue') ?? limits.min,
    max: attribute.number('MaxValue') ?? limits.max,
    precision: attribute.number('Precision') ?? limits.precision,
    ...present({ imeMode: attribute.text('ImeMode') }),
  }
}

function precisionSource(attribute: Members): 0 | 1 | 2 {
  const source = attribute.number('PrecisionSource')
  return source === 1 || source === 2 ? source : 0
}

/** -1 and null both mean that there is no default. The name stands on local choices too. */
function choiceOf(attribute: Members) {
  const value = attribute.number('DefaultFormValue')
  return {
    defaultValue: value === undefined || value === -1 ? null : value,
    ...present({ globalChoiceName: optionSetOf(attribute)?.text('Name') }),
  }
}

function optionSetOf(attribute: Members): Members | undefined {
  return attribute.object('OptionSet') ?? attribute.object('GlobalOptionSet')
}

/** In display order, which is not the order of the values. A live service leaves them out unless asked by type. */
function optionsOf(attribute: Members): readonly Members[] {
  return optionSetOf(attribute)?.objects('Options') ?? []
}

function choiceOption(option: Members): ChoiceOption {
  return {
    value: option.requiredNumber('Value'),
    ...present({
      label: option.label('Label'),
      labels: option.labels('Label'),
      description: option.label('Description'),
    }),
  }
}

function stateOption(option: Members): StateOption {
  return {
    ...choiceOption(option),
    defaultStatus: option.number('DefaultStatus') ?? null,
    ...present({ invariantName: option.text('InvariantName') }),
  }
}

function statusOption(option: Members): StatusOption {
  return {
    ...choiceOption(option),
    state: option.requiredNumber('State'),
    ...present({ transitionData: option.text('TransitionData') }),
  }
}
