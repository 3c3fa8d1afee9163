import type { ColumnChange } from '../../table-definition.ts'
import {
  changedOptions,
  COLUMN_TYPES,
  DATE_BEHAVIORS,
  defaultChoice,
  precisionSource,
  REQUIRED_LEVELS,
} from './columns.ts'
import type { Facts } from './facts.ts'
import type { Entry } from './section.ts'

type Reader = (facts: Facts, row: string) => unknown

const text: Reader = (facts, row) => facts.text(row)
const flag: Reader = (facts, row) => facts.flag(row)
/** The page does not say of which type the column is: every digit is kept until that is known. */
const bound: Reader = (facts, row) => {
  const value = facts.number(row)
  return value === undefined || Number.isSafeInteger(value) || !Number.isInteger(value)
    ? value
    : BigInt(/^-?\d+$/.test(facts.text(row) ?? '') ? (facts.text(row) ?? value) : value)
}
const integer: Reader = (facts, row) => facts.integer(row)

/** A printed row, the property of `Column` it changes, and how it is read. A later row of one property wins. */
const CHANGES: readonly (readonly [row: string, property: string, read: Reader])[] = [
  ['Description', 'description', text],
  ['DisplayName', 'displayName', text],
  ['IsValidForForm', 'validForForm', flag],
  ['IsValidForRead', 'validForRead', flag],
  ['IsValidForCreate', 'validForCreate', flag],
  ['IsValidForUpdate', 'validForUpdate', flag],
  ['RequiredLevel', 'requiredLevel', (facts, row) => facts.oneOf(row, REQUIRED_LEVELS)],
  ['Type', 'type', (facts, row) => facts.oneOf(row, COLUMN_TYPES)],
  ['Format', 'format', text],
  ['FormatName', 'format', text],
  ['ImeMode', 'imeMode', text],
  ['IsLocalizable', 'isLocalizable', flag],
  ['MaxLength', 'maxLength', integer],
  ['MinValue', 'min', bound],
  ['MaxValue', 'max', bound],
  ['Precision', 'precision', integer],
  ['PrecisionSource', 'precisionSource', precisionSource],
  ['IsBaseCurrency', 'isBaseCurrency', flag],
  ['DateTimeBehavior', 'behavior', (facts, row) => facts.oneOf(row, DATE_BEHAVIORS)],
  ['CanChangeDateTimeBehavior', 'canChangeBehavior', flag],
  ['DefaultValue', 'defaultValue', (facts, row) => facts.flag(row) ?? null],
  ['DefaultFormValue', 'defaultValue', defaultChoice],
  ['True Label', 'trueLabel', text],
  ['False Label', 'falseLabel', text],
  ['GlobalChoiceName', 'globalChoiceName', text],
  ['MaxSizeInKB', 'maxSizeInKB', integer],
  ['MaxHeight', 'maxHeight', integer],
  ['MaxWidth', 'maxWidth', integer],
  ['CanStoreFullImage', 'canStoreFullImage', flag],
  ['IsPrimaryImage', 'isPrimaryImage', flag],
]

/** A column another product changes: only the changed rows are printed, and of Targets only the added ones. */
export function readColumnChange(entry: Entry, fileName: string): ColumnChange {
  const { facts } = entry
  const changes: Record<string, unknown> = {}
  for (const [row, property, read] of CHANGES) {
    if (!facts.has(row)) continue
    const value = read(facts, row)
    if (value !== undefined) changes[property] = value
  }
  if (entry.options !== undefined) changes['options'] = changedOptions(entry, fileName)
  const logicalName = facts.text('LogicalName')
  return {
    schemaName: entry.name,
    ...(logicalName === undefined ? {} : { logicalName }),
    ...(facts.has('Targets') ? { addedTargets: facts.list('Targets') } : {}),
    changes,
  }
}
