import { isAuditedColumn } from '../../metadata/auditing.ts'
import type { Column } from '../../metadata/column.ts'
import { sharedChoiceName } from '../../metadata/global-choice.ts'
import type { Table } from '../../metadata/table.ts'
import { isCustomName } from '../../schema/names.ts'
import { tableView } from '../table-view.ts'
import { choiceSet, isOffering } from './choice-node.ts'
import {
  BEGINNING,
  isCustomTable,
  isPlain,
  label,
  managed,
  metadataId,
  NO_LINKS,
  type MetadataNode,
} from './node.ts'

/** A column as the Attributes of its table show it: plain members first, as the platform prints them. */
export function columnNode(table: Table, column: Column, number: number): MetadataNode {
  const specific = Object.entries(specificMembers(column))
  const isCustom = isCustomColumn(table, column)
  return {
    type: METADATA_TYPES[column.type],
    baseType: 'AttributeMetadata',
    members: {
      ...identity(table, column, number, isCustom),
      ...uses(table, column, isCustom),
      ...Object.fromEntries(specific.filter(([, value]) => isPlain(value))),
      ...manageable(table, column, isCustom),
      ...Object.fromEntries(specific.filter(([, value]) => !isPlain(value))),
    },
    links: choiceLinks(table, column),
  }
}

/** The id of somebody's own table comes with the platform, as its other columns do. */
function isCustomColumn(table: Table, column: Column): boolean {
  const name = column.logicalName
  return (
    name !== table.primaryId &&
    isCustomName(isBaseOfMoney(column) ? name.replace(/_base$/, '') : name)
  )
}

/** Concrete types by column type; ids and companions have none of their own. */
const METADATA_TYPES = {
  String: 'StringAttributeMetadata',
  Memo: 'MemoAttributeMetadata',
  Integer: 'IntegerAttributeMetadata',
  BigInt: 'BigIntAttributeMetadata',
  Decimal: 'DecimalAttributeMetadata',
  Double: 'DoubleAttributeMetadata',
  Money: 'MoneyAttributeMetadata',
  Boolean: 'BooleanAttributeMetadata',
  DateTime: 'DateTimeAttributeMetadata',
  Picklist: 'PicklistAttributeMetadata',
  MultiSelectPicklist: 'MultiSelectPicklistAttributeMetadata',
  State: 'StateAttributeMetadata',
  Status: 'StatusAttributeMetadata',
  Lookup: 'LookupAttributeMetadata',
  Customer: 'LookupAttributeMetadata',
  Owner: 'LookupAttributeMetadata',
  PartyList: 'LookupAttributeMetadata',
  File: 'FileAttributeMetadata',
  Image: 'ImageAttributeMetadata',
  EntityName: 'EntityNameAttributeMetadata',
  ManagedProperty: 'ManagedPropertyAttributeMetadata',
  Uniqueidentifier: 'AttributeMetadata',
  Virtual: 'AttributeMetadata',
  CalendarRules: 'AttributeMetadata',
} as const satisfies Readonly<Record<Column['type'], string>>

/** The older type code calls these virtual. */
const VIRTUAL_CODES: ReadonlySet<string> = new Set([
  'MultiSelectPicklist',
  'File',
  'Image',
  'Virtual',
])

function identity(
  table: Table,
  column: Column,
  number: number,
  isCustom: boolean,
): Readonly<Record<string, unknown>> {
  const name = column.logicalName
  // Unverified: which columns of the platform's own tables may be secured.
  const isSecurable = isCustom && column.attributeOf === undefined && !isBaseOfMoney(column)
  return {
    MetadataId: metadataId('Attribute', `${table.logicalName}.${name}`),
    HasChanged: null,
    AttributeOf: column.attributeOf ?? null,
    AttributeType: VIRTUAL_CODES.has(column.type) ? 'Virtual' : column.type,
    ColumnNumber: number,
    DeprecatedVersion: null,
    IntroducedVersion: '1.0.0.0',
    EntityLogicalName: table.logicalName,
    IsCustomAttribute: isCustom,
    IsPrimaryId: name === table.primaryId,
    IsValidODataAttribute: tableView(table).propertyOf.has(name),
    IsPrimaryName: name === table.primaryName,
    IsValidForCreate: column.validForCreate,
    IsValidForRead: column.validForRead,
    IsValidForUpdate: column.validForUpdate,
    CanBeSecuredForRead: isSecurable,
    CanBeSecuredForCreate: isSecurable && column.validForCreate,
    CanBeSecuredForUpdate: isSecurable && column.validForUpdate,
    IsSecured: column.isSecured ?? false,
  }
}

function uses(table: Table, column: Column, isCustom: boolean): Readonly<Record<string, unknown>> {
  const name = column.logicalName
  const isOnForms = column.validForForm ?? true
  return {
    // What an organization prints of nearly all its columns.
    IsRetrievable: false,
    IsFilterable: name === table.primaryId || FILTERABLE.has(name),
    IsSearchable: name === table.primaryName,
    IsManaged: !isCustom && !isCustomTable(table),
    LinkedAttributeId: null,
    LogicalName: name,
    IsValidForForm: isOnForms,
    IsRequiredForForm:
      name === 'ownerid' || (name === table.primaryName && column.requiredLevel !== 'None'),
    IsValidForGrid: isOnForms,
    SchemaName: column.schemaName,
    ExternalName: null,
    IsLogical:
      /^address\d_/.test(name) ||
      (column.attributeOf !== undefined && column.type !== 'EntityName'),
    IsDataSourceSecret: false,
    InheritsFrom: null,
    CreatedOn: BEGINNING,
    ModifiedOn: BEGINNING,
    SourceType: CALCULABLE.has(column.type) ? (column.sourceType ?? 0) : null,
    AutoNumberFormat: 'autoNumberFormat' in column ? (column.autoNumberFormat ?? '') : null,
  }
}

const FILTERABLE: ReadonlySet<string> = new Set([
  'createdon',
  'modifiedon',
  'ownerid',
  'owningbusinessunit',
  'statecode',
])

/**
 * Columns of other types are plain ones, always.
 * https://learn.microsoft.com/power-apps/developer/data-platform/calculated-rollup-attributes
 */
const CALCULABLE: ReadonlySet<string> = new Set([
  'Boolean',
  'DateTime',
  'Decimal',
  'Double',
  'Integer',
  'Money',
  'MultiSelectPicklist',
  'Picklist',
  'String',
])

function manageable(
  table: Table,
  column: Column,
  isCustom: boolean,
): Readonly<Record<string, unknown>> {
  const isShownByAnother = column.attributeOf !== undefined
  const isOwnMatter = isCustom || !isShownByAnother
  return {
    AttributeTypeName: { Value: `${column.type}Type` },
    Description: label(column.description),
    DisplayName: label(column.displayName),
    IsAuditEnabled: managed(isAuditedColumn(table, column), 'canmodifyauditsettings'),
    IsGlobalFilterEnabled: managed(false, 'canmodifyglobalfiltersettings'),
    IsSortableEnabled: managed(false, 'canmodifyissortablesettings'),
    IsCustomizable: managed(true, 'iscustomizable'),
    IsRenameable: managed(isOwnMatter, 'isrenameable'),
    IsValidForAdvancedFind: managed(!isShownByAnother, 'canmodifysearchsettings'),
    RequiredLevel: managed(column.requiredLevel, 'canmodifyrequirementlevelsettings'),
    CanModifyAdditionalSettings: managed(isOwnMatter, 'canmodifyadditionalsettings'),
    Settings: [],
  }
}

function isBaseOfMoney(column: Column): boolean {
  return column.type === 'Money' && column.isBaseCurrency
}

function specificMembers(column: Column): Readonly<Record<string, unknown>> {
  switch (column.type) {
    case 'String':
    case 'Memo':
      return {
        // Json and RichText are known by their newer name only.
        Format: OLD_FORMATS.has(column.format ?? 'Text') ? (column.format ?? 'Text') : 'Text',
        FormatName: { Value: column.format ?? 'Text' },
        ImeMode: column.imeMode ?? 'Auto',
        IsLocalizable: column.isLocalizable ?? false,
        MaxLength: column.maxLength,
        ...(column.type === 'String'
          ? { YomiOf: null, DatabaseLength: column.maxLength * 2, ...FORMULA }
          : {}),
      }
    case 'Integer':
      return {
        Format: column.format ?? 'None',
        MaxValue: column.max,
        MinValue: column.min,
        ...FORMULA,
      }
    case 'BigInt':
      return { MaxValue: column.max, MinValue: column.min }
    case 'Decimal':
    case 'Double':
      return {
        ImeMode: column.imeMode ?? 'Disabled',
        MaxValue: column.max,
        MinValue: column.min,
        Precision: column.precision,
        ...FORMULA,
      }
    case 'Money':
      return {
        CalculationOf: column.isBaseCurrency ? column.logicalName.replace(/_base$/, '') : null,
        ImeMode: column.imeMode ?? 'Disabled',
        IsBaseCurrency: column.isBaseCurrency,
        MaxValue: column.max,
        MinValue: column.min,
        Precision: column.precision,
        PrecisionSource: column.precisionSource,
        ...FORMULA,
      }
    case 'DateTime': {
      const canChange = canChangeBehavior(column)
      return {
        Format: column.format,
        ImeMode: column.imeMode ?? 'Inactive',
        DateTimeBehavior: { Value: column.behavior },
        CanChangeDateTimeBehavior: managed(canChange, 'canmodifybehavior', canChange),
        ...FORMULA,
      }
    }
    case 'Boolean':
      return { DefaultValue: column.defaultValue, ...FORMULA }
    case 'Picklist':
      return {
        DefaultFormValue: column.defaultValue ?? -1,
        ParentEnumAttributeLogicalName: null,
        ParentPicklistLogicalName: null,
        ChildPicklistLogicalNames: [],
        ...FORMULA,
      }
    case 'MultiSelectPicklist':
      return { DefaultFormValue: column.defaultValue ?? -1, ...FORMULA }
    case 'State':
    case 'Status':
      return { DefaultFormValue: column.defaultValue, ParentEnumAttributeLogicalName: null }
    case 'Lookup':
    case 'Customer':
    case 'Owner':
    case 'PartyList':
      return { Format: 'None', Targets: column.targets }
    case 'File':
      return { MaxSizeInKB: column.maxSizeInKB }
    case 'Image':
      return {
        CanStoreFullImage: column.canStoreFullImage ?? false,
        IsPrimaryImage: column.isPrimaryImage ?? false,
        MaxHeight: column.maxHeight ?? 144,
        MaxSizeInKB: column.maxSizeInKB,
        MaxWidth: column.maxWidth ?? 144,
      }
    case 'EntityName':
      return {
        DefaultFormValue: null,
        IsEntityReferenceStored: column.attributeOf !== undefined,
        ParentEnumAttributeLogicalName: null,
      }
    case 'ManagedProperty':
      return {
        ManagedPropertyLogicalName: column.logicalName,
        ParentAttributeName: '',
        ParentComponentType: 0,
        ValueAttributeTypeCode: 'Boolean',
      }
    case 'Uniqueidentifier':
    case 'Virtual':
    case 'CalendarRules':
      return {}
    default:
      return column satisfies never
  }
}

/**
 * Somebody's own column may change from the behavior all have first to another one.
 * https://learn.microsoft.com/power-apps/developer/data-platform/behavior-format-date-time-attribute#change-the-behavior-of-a-datetime-column
 */
function canChangeBehavior(column: Column & { readonly type: 'DateTime' }): boolean {
  const { canChangeBehavior: told, logicalName, behavior } = column
  return told ?? (isCustomName(logicalName) && behavior === 'UserLocal')
}

const FORMULA = { FormulaDefinition: '', SourceTypeMask: 0 } as const
const OLD_FORMATS: ReadonlySet<string> = new Set([
  'Text',
  'TextArea',
  'Email',
  'Url',
  'Phone',
  'PhoneticGuide',
  'TickerSymbol',
  'VersionNumber',
])

/** A shared choice stands under both names: clients that read options ask for `OptionSet` alone. */
function choiceLinks(table: Table, column: Column): MetadataNode['links'] {
  if (!isOffering(column)) return NO_LINKS
  const set = () => choiceSet(table, column)
  return {
    OptionSet: set,
    GlobalOptionSet: sharedChoiceName(table.logicalName, column) === undefined ? () => null : set,
  }
}
