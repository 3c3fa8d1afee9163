/** The four levels a page prints; only SystemRequired is enforced by the server. */
export type RequiredLevel = 'None' | 'SystemRequired' | 'ApplicationRequired' | 'Recommended'

export interface ColumnBase {
  readonly logicalName: string
  readonly schemaName: string
  readonly displayName?: string
  readonly description?: string
  readonly requiredLevel: RequiredLevel
  readonly validForRead: boolean
  readonly validForCreate: boolean
  readonly validForUpdate: boolean
  readonly validForForm?: boolean
  /** The column this one is a companion of (`owneridname` of `ownerid`); such columns are derived. */
  readonly attributeOf?: string
  /** 1 calculated, 2 rollup, 3 formula: values come from the platform, never from a client. */
  readonly sourceType?: 1 | 2 | 3
  readonly isSecured?: boolean
  /** Whether changes are told where the table is audited; absent: see `isAuditedColumn`. */
  readonly isAuditEnabled?: boolean
}

/** One label in several languages, by LCID. */
export type LabelsByLanguage = Readonly<Record<string, string>>

export interface ChoiceOption {
  readonly value: number
  /** In the language of whoever exported it. */
  readonly label?: string
  /** Where the metadata tells labels in more languages than one. */
  readonly labels?: LabelsByLanguage
  readonly description?: string
}
export interface StateOption extends ChoiceOption {
  /** The status a row takes when its state alone changes; null where the page prints none. */
  readonly defaultStatus: number | null
  readonly invariantName?: string
}
export interface StatusOption extends ChoiceOption {
  readonly state: number
  /** `<allowedtransitions …>` as the metadata prints it. */
  readonly transitionData?: string
}

export interface TextColumn extends ColumnBase {
  readonly type: 'String' | 'Memo'
  /** In UTF-16 code units. */
  readonly maxLength: number
  /** Text, TextArea, Email, Url, Phone, Json, RichText …: presentation, never validated. */
  readonly format?: string
  readonly imeMode?: string
  readonly isLocalizable?: boolean
  readonly autoNumberFormat?: string
}
export interface IntegerColumn extends ColumnBase {
  readonly type: 'Integer'
  readonly min: number
  readonly max: number
  /** None, Duration, TimeZone, Language, Locale: presentation. */
  readonly format?: string
}
export interface BigIntColumn extends ColumnBase {
  readonly type: 'BigInt'
  readonly min: bigint
  readonly max: bigint
}
export interface DecimalColumn extends ColumnBase {
  readonly type: 'Decimal' | 'Double'
  readonly min: number
  readonly max: number
  /** Digits after the point; more are rounded away on write. */
  readonly precision: number
  readonly imeMode?: string
}
export interface MoneyColumn extends ColumnBase {
  readonly type: 'Money'
  readonly min: number
  readonly max: number
  readonly precision: number
  /** 0 the column's own precision, 1 Organization.PricingDecimalPrecision, 2 TransactionCurrency.CurrencyPrecision. */
  readonly precisionSource: 0 | 1 | 2
  readonly isBaseCurrency: boolean
  readonly imeMode?: string
}
export interface BooleanColumn extends ColumnBase {
  readonly type: 'Boolean'
  readonly defaultValue: boolean | null
  readonly trueLabel?: string
  readonly falseLabel?: string
  readonly trueLabels?: LabelsByLanguage
  readonly falseLabels?: LabelsByLanguage
  readonly globalChoiceName?: string
}
export interface DateTimeColumn extends ColumnBase {
  readonly type: 'DateTime'
  readonly behavior: 'UserLocal' | 'DateOnly' | 'TimeZoneIndependent'
  /** Presentation; behaviour alone decides what is stored. */
  readonly format: 'DateOnly' | 'DateAndTime'
  readonly canChangeBehavior?: boolean
  readonly imeMode?: string
}
export interface ChoiceColumn extends ColumnBase {
  readonly type: 'Picklist' | 'MultiSelectPicklist'
  readonly options: readonly ChoiceOption[]
  /** null where there is none (blank or -1 in the metadata). */
  readonly defaultValue: number | null
  readonly globalChoiceName?: string
}
export interface StateColumn extends ColumnBase {
  readonly type: 'State'
  readonly options: readonly StateOption[]
  readonly defaultValue: number | null
  readonly globalChoiceName?: string
}
export interface StatusColumn extends ColumnBase {
  readonly type: 'Status'
  readonly options: readonly StatusOption[]
  readonly defaultValue: number | null
  readonly globalChoiceName?: string
}
export interface LookupColumn extends ColumnBase {
  readonly type: 'Lookup' | 'Customer' | 'Owner' | 'PartyList'
  /** Logical names of the tables it may point at; may be empty, and then names no limit. */
  readonly targets: readonly string[]
}
export interface FileColumn extends ColumnBase {
  readonly type: 'File'
  readonly maxSizeInKB: number
}
export interface ImageColumn extends ColumnBase {
  readonly type: 'Image'
  readonly maxSizeInKB: number
  readonly maxHeight?: number
  readonly maxWidth?: number
  readonly canStoreFullImage?: boolean
  readonly isPrimaryImage?: boolean
}
export interface PlainColumn extends ColumnBase {
  /** `Virtual` and `CalendarRules` never hold a value; a page never prints them, live metadata does. */
  readonly type: 'Uniqueidentifier' | 'EntityName' | 'ManagedProperty' | 'Virtual' | 'CalendarRules'
}

export type Column =
  | TextColumn
  | IntegerColumn
  | BigIntColumn
  | DecimalColumn
  | MoneyColumn
  | BooleanColumn
  | DateTimeColumn
  | ChoiceColumn
  | StateColumn
  | StatusColumn
  | LookupColumn
  | FileColumn
  | ImageColumn
  | PlainColumn

export type ColumnType = Column['type']

/** Columns that hold a reference to one row. */
export function isLookup(column: Column): column is LookupColumn & {
  readonly type: 'Lookup' | 'Customer' | 'Owner'
} {
  return column.type === 'Lookup' || column.type === 'Customer' || column.type === 'Owner'
}
