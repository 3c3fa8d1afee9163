import type {
  ChoiceOption,
  Column,
  ColumnBase,
  ColumnType,
  RequiredLevel,
  StateOption,
  StatusOption,
} from '../../column.ts'
import { present } from '../present.ts'
import { TYPE_LIMITS } from '../type-limits.ts'
import { unreadable } from '../unreadable.ts'
import { membersOf, plainText, type Facts } from './facts.ts'
import type { Entry, OptionRow } from './section.ts'

export const REQUIRED_LEVELS = [
  'None',
  'SystemRequired',
  'ApplicationRequired',
  'Recommended',
] as const satisfies readonly RequiredLevel[]

export const COLUMN_TYPES = [
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
] as const satisfies readonly ColumnType[]

export const DATE_BEHAVIORS = ['UserLocal', 'DateOnly', 'TimeZoneIndependent'] as const

export interface ColumnContext {
  readonly fileName: string
  readonly section: 'writable' | 'read-only'
  readonly primaryId: string | undefined
  /** The pages before 2024 print IsValidForCreate and IsValidForUpdate, and only when false. */
  readonly printsFlags: boolean
}

/** One column of a page. */
export function readColumn(entry: Entry, context: ColumnContext): Column {
  const { facts } = entry
  facts.required('Type')
  const type = facts.oneOf('Type', COLUMN_TYPES) ?? 'Virtual'
  const base = columnBase(entry, context)
  switch (type) {
    case 'String':
    case 'Memo':
      return {
        ...base,
        type,
        maxLength: facts.integer('MaxLength') ?? TYPE_LIMITS.text.maxLength,
        ...present({
          // Format keeps the older value (Text) where FormatName says Json or RichText.
          format: facts.text('FormatName') ?? facts.text('Format'),
          imeMode: facts.text('ImeMode'),
          isLocalizable: facts.flag('IsLocalizable'),
        }),
      }
    case 'Integer':
      return {
        ...base,
        type,
        min: facts.integer('MinValue') ?? TYPE_LIMITS.integer.min,
        max: facts.integer('MaxValue') ?? TYPE_LIMITS.integer.max,
        ...present({ format: facts.text('Format') }),
      }
    case 'BigInt':
      return {
        ...base,
        type,
        min: facts.bigint('MinValue') ?? TYPE_LIMITS.bigInt.min,
        max: facts.bigint('MaxValue') ?? TYPE_LIMITS.bigInt.max,
      }
    case 'Decimal':
    case 'Double': {
      const limits = type === 'Decimal' ? TYPE_LIMITS.decimal : TYPE_LIMITS.double
      return { ...base, type, ...bounds(facts, limits) }
    }
    case 'Money':
      return {
        ...base,
        type,
        ...bounds(facts, TYPE_LIMITS.money),
        precisionSource: precisionSource(facts),
        // Pages before 2024 have no such row; the platform's names do not differ from it.
        isBaseCurrency: facts.flag('IsBaseCurrency') ?? base.logicalName.endsWith('_base'),
      }
    case 'Boolean':
      return {
        ...base,
        type,
        defaultValue: facts.flag('DefaultValue') ?? null,
        ...present({
          trueLabel: facts.text('True Label') ?? labelOf(entry.options, '1'),
          falseLabel: facts.text('False Label') ?? labelOf(entry.options, '0'),
          globalChoiceName: facts.text('GlobalChoiceName'),
        }),
      }
    case 'DateTime': {
      const behavior = facts.oneOf('DateTimeBehavior', DATE_BEHAVIORS) ?? 'UserLocal'
      return {
        ...base,
        type,
        behavior,
        format:
          facts.oneOf('Format', ['DateOnly', 'DateAndTime']) ??
          (behavior === 'DateOnly' ? 'DateOnly' : 'DateAndTime'),
        ...present({
          canChangeBehavior: facts.flag('CanChangeDateTimeBehavior'),
          imeMode: facts.text('ImeMode'),
        }),
      }
    }
    case 'Picklist':
    case 'MultiSelectPicklist':
      return { ...base, type, ...choice(facts), options: choiceOptions(entry, context.fileName) }
    case 'State':
      return { ...base, type, ...choice(facts), options: stateOptions(entry, context.fileName) }
    case 'Status':
      return { ...base, type, ...choice(facts), options: statusOptions(entry, context.fileName) }
    case 'Lookup':
    case 'Customer':
    case 'Owner':
    case 'PartyList':
      return { ...base, type, targets: facts.list('Targets') }
    case 'File':
      return {
        ...base,
        type,
        maxSizeInKB: facts.integer('MaxSizeInKB') ?? TYPE_LIMITS.file.maxSizeInKB,
      }
    case 'Image':
      return {
        ...base,
        type,
        maxSizeInKB: facts.integer('MaxSizeInKB') ?? TYPE_LIMITS.image.maxSizeInKB,
        ...present({
          maxHeight: facts.integer('MaxHeight'),
          maxWidth: facts.integer('MaxWidth'),
          canStoreFullImage: facts.flag('CanStoreFullImage'),
          isPrimaryImage: facts.flag('IsPrimaryImage'),
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

function columnBase(entry: Entry, context: ColumnContext): ColumnBase {
  const { facts } = entry
  const logicalName = facts.required('LogicalName')
  return {
    logicalName,
    schemaName: entry.name,
    requiredLevel: facts.oneOf('RequiredLevel', REQUIRED_LEVELS) ?? 'None',
    validForRead: facts.flag('IsValidForRead') ?? true,
    ...writability(logicalName, facts, context),
    ...present({
      displayName: facts.text('DisplayName'),
      description: facts.text('Description'),
      validForForm: facts.flag('IsValidForForm'),
    }),
  }
}

/** Migration columns: taken on Create, never on Update. */
const CREATE_ONLY: ReadonlySet<string> = new Set(['overriddencreatedon', 'importsequencenumber'])

/**
 * Pages of 2024 and later tell by the section only whether a client may write a column at all; which
 * of Create and Update take it is the same on nearly all tables.
 * https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata
 */
function writability(logicalName: string, facts: Facts, context: ColumnContext) {
  if (context.section === 'read-only') return { validForCreate: false, validForUpdate: false }
  if (context.printsFlags) {
    return {
      validForCreate: facts.flag('IsValidForCreate') ?? true,
      validForUpdate: facts.flag('IsValidForUpdate') ?? true,
    }
  }
  return {
    // Unverified for a single table: pages that print the flag have it False on nearly every statecode.
    validForCreate: logicalName !== 'statecode',
    validForUpdate: logicalName !== context.primaryId && !CREATE_ONLY.has(logicalName),
  }
}

function bounds(
  facts: Facts,
  limits: { readonly min: number; readonly max: number; readonly precision: number },
) {
  return {
    min: facts.number('MinValue') ?? limits.min,
    max: facts.number('MaxValue') ?? limits.max,
    precision: facts.integer('Precision') ?? limits.precision,
    ...present({ imeMode: facts.text('ImeMode') }),
  }
}

/** Printed as a number, in newer pages with its meaning behind it: `1 (Organization.PricingDecimalPrecision)`. */
export function precisionSource(facts: Facts): 0 | 1 | 2 {
  const text = facts.text('PrecisionSource')
  if (text === undefined) return 0
  const number = Number(/^\d+/.exec(text)?.[0])
  if (number === 0 || number === 1 || number === 2) return number
  throw facts.refused('PrecisionSource', 'PrecisionSource 0, 1 or 2')
}

/** -1 and blank both mean that there is no default. */
export function defaultChoice(facts: Facts): number | null {
  const value = facts.integer('DefaultFormValue')
  return value === undefined || value === -1 ? null : value
}

function choice(facts: Facts) {
  return {
    defaultValue: defaultChoice(facts),
    ...present({ globalChoiceName: facts.text('GlobalChoiceName') }),
  }
}

function choiceOptions(entry: Entry, fileName: string): readonly ChoiceOption[] {
  return (entry.options ?? []).map((row) => optionOf(row, fileName))
}

/** The options an extension page changes: each with what is printed of it. */
export function changedOptions(entry: Entry, fileName: string): readonly ChoiceOption[] {
  return (entry.options ?? []).map((row) => ({
    ...optionOf(row, fileName),
    ...present({
      defaultStatus: wholeNumber(cell(row, 'DefaultStatus'), row, fileName, 'DefaultStatus'),
      invariantName: cell(row, 'InvariantName'),
      state: wholeNumber(cell(row, 'State'), row, fileName, 'State'),
      transitionData: transitionData(row),
    }),
  }))
}

function stateOptions(entry: Entry, fileName: string): readonly StateOption[] {
  return (entry.options ?? []).map((row) => ({
    ...optionOf(row, fileName),
    defaultStatus: wholeNumber(cell(row, 'DefaultStatus'), row, fileName, 'DefaultStatus') ?? null,
    ...present({ invariantName: cell(row, 'InvariantName') }),
  }))
}

function statusOptions(entry: Entry, fileName: string): readonly StatusOption[] {
  return (entry.options ?? []).map((row) => {
    const state = wholeNumber(cell(row, 'State'), row, fileName, 'State')
    if (state === undefined) {
      throw unreadable({ fileName, line: row.line }, 'the State of a status', 'none')
    }
    return {
      ...optionOf(row, fileName),
      state,
      ...present({ transitionData: transitionData(row) }),
    }
  })
}

function transitionData(row: OptionRow): string | undefined {
  const transitions = cell(row, 'TransitionData')
  return transitions === 'None' ? undefined : transitions
}

function optionOf(row: OptionRow, fileName: string): ChoiceOption {
  const value = wholeNumber(cell(row, 'Value'), row, fileName, 'Value')
  if (value === undefined) {
    throw unreadable({ fileName, line: row.line }, 'the value of an option', 'none')
  }
  return { value, ...present({ label: cell(row, 'Label'), description: cell(row, 'Description') }) }
}

/** From its own column, or from `Label: **Active**<br />State:0` in the column Details. */
function cell(row: OptionRow, name: string): string | undefined {
  const own = row.cells.get(name.toLowerCase())
  if (own !== undefined) {
    const text = plainText(own)
    return text === '' ? undefined : text
  }
  return membersOf(row.cells.get('details') ?? '').get(name) ?? undefined
}

function wholeNumber(text: string | undefined, row: OptionRow, fileName: string, name: string) {
  if (text === undefined) return undefined
  if (/^-?\d+$/.test(text)) return Number(text)
  throw unreadable({ fileName, line: row.line }, `a whole number as ${name}`, `'${text}'`)
}

function labelOf(options: readonly OptionRow[] | undefined, value: string): string | undefined {
  const row = options?.find((option) => cell(option, 'Value') === value)
  return row === undefined ? undefined : cell(row, 'Label')
}
