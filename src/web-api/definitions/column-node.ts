import { isAuditedColumn } from '../../metadata/auditing.ts'
import type { Column } from '../../metadata/column.ts'
import { sharedChoiceName } from '../../metadata/global-choice.ts'
import type { Table } from '../../metadata/table.ts'
import { isCustomName } from '../../schema/names.ts'
import { tableView } from '../table-view.ts'
import { choiceSet, isOffering } from './choice-node.ts'
import { BEGINNING, label, managed, metadataId, NO_LINKS, type MetadataNode } from './node.ts'

/** A column as the Attributes of its table show it. */
export function columnNode(table: Table, column: Column, number: number): MetadataNode {
  const specific = specificMembers(column)
  return {
    type: METADATA_TYPES[column.type],
    baseType: 'AttributeMetadata',
    members: { ...commonMembers(table, column, number), ...specific },
    links: choiceLinks(table, column),
  }
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

function commonMembers(
  table: Table,
  column: Column,
  number: number,
): Readonly<Record<string, unknown>> {
  const name = column.logicalName
  const isCustom = isCustomName(isBaseOfMoney(column) ? name.replace(/_base$/, '') : name)
  return {
    MetadataId: metadataId('Attribute', `${table.logicalName}.${name}`),
    HasChanged: null,
    AttributeOf: column.attributeOf ?? null,
    AttributeType: VIRTUAL_CODES.has(column.type) ? 'Virtual' : column.type,
    AttributeTypeName: { Value: `${column.type}Type` },
    AutoNumberFormat: 'autoNumberFormat' in column ? (column.autoNumberFormat ?? '') : null,
    CanBeSecuredForCreate: false,
    CanBeSecuredForRead: false,
    CanBeSecuredForUpdate: false,
    CanModifyAdditionalSettings: managed(true, 'canmodifyadditionalsettings'),
    ColumnNumber: number,
    CreatedOn: BEGINNING,
    DeprecatedVersion: null,
    Description: label(column.description),
    DisplayName: label(column.displayName),
    EntityLogicalName: table.logicalName,
    ExternalName: null,
    InheritsFrom: null,
    IntroducedVersion: '1.0.0.0',
    IsAuditEnabled: managed(isAuditedColumn(table, column), 'canmodifyauditsettings'),
    IsCustomAttribute: isCustom,
    IsCustomizable: managed(true, 'iscustomizable'),
    IsDataSourceSecret: false,
    IsFilterable: false,
    IsGlobalFilterEnabled: managed(false, 'canmodifyglobalfiltersettings'),
    IsLogical: column.attributeOf !== undefined,
    IsManaged: !isCustom,
    IsPrimaryId: name === table.primaryId,
    IsPrimaryName: name === table.primaryName,
    IsRenameable: managed(true, 'isrenameable'),
    IsRequiredForForm: false,
    IsRetrievable: column.validForRead,
    IsSearchable: false,
    IsSecured: column.isSecured ?? false,
    IsSortableEnabled: managed(false, 'canmodifyissortablesettings'),
    IsValidForAdvancedFind: managed(true, 'canmodifysearchsettings'),
    IsValidForCreate: column.validForCreate,
    IsValidForForm: column.validForForm ?? true,
    IsValidForGrid: column.validForForm ?? true,
    IsValidForRead: column.validForRead,
    IsValidForUpdate: column.validForUpdate,
    IsValidODataAttribute: tableView(table).propertyOf.has(name),
    LinkedAttributeId: null,
    LogicalName: name,
    ModifiedOn: BEGINNING,
    RequiredLevel: managed(column.requiredLevel, 'canmodifyrequirementlevelsettings'),
    SchemaName: column.schemaName,
    Settings: [],
    SourceType: column.sourceType ?? 0,
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
    case 'DateTime':
      return {
        Format: column.format,
        ImeMode: column.imeMode ?? 'Inactive',
        DateTimeBehavior: { Value: column.behavior },
        CanChangeDateTimeBehavior: managed(column.canChangeBehavior ?? false, 'canmodifybehavior'),
        ...FORMULA,
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
      return { DefaultFormValue: -1, ...FORMULA }
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
