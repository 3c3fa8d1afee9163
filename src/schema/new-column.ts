import { DataverseError } from '../errors/dataverse-error.ts'
import type { ChoiceOption, Column, MoneyColumn } from '../metadata/column.ts'
import { currency } from '../metadata/platform/standard-columns.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'
import type { Draft } from './draft.ts'
import { logicalNameOf } from './names.ts'
import { relationshipsOf } from './standard-table.ts'

/** Columns that somebody may add by themselves. */
const OWN_TYPES: ReadonlySet<Column['type']> = new Set([
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
  'Image',
  'File',
])

/**
 * Adds a column with what belongs to it. Rows that are there have no value in it, whatever its default.
 * https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata
 * @throws SCHEMA_NAME_INVALID, COLUMN_EXISTS, INVALID_ARGUMENT, NOT_SUPPORTED
 */
export function addColumn(draft: Draft, tableName: string, told: Column): void {
  const table = draft.table(tableName)
  assertNewColumn(table, told)
  if (!OWN_TYPES.has(told.type)) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      told.type === 'Lookup' || told.type === 'Customer'
        ? `The lookup '${told.logicalName}' is created with its relationship, not by itself.`
        : `Columns of type ${told.type} are the platform's own; '${told.logicalName}' can not be created.`,
    )
  }
  const column = withChoice(draft, tableName, told)
  assertLimits(column)
  draft.addColumns(tableName, [column])
  if (column.type === 'Money') addMoney(draft, tableName, column)
}

/** What holds of lookups, too. */
export function assertNewColumn(table: TableDefinition, column: Column): void {
  logicalNameOf(column.schemaName, 'column')
  if (table.isIntersect === true || table.tableType !== 'Standard') {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `'${table.logicalName}' takes no columns: it is ${table.isIntersect === true ? 'an intersect table' : `a table of type ${table.tableType}`}.`,
    )
  }
  const name = column.logicalName
  if (table.columns.some(({ logicalName }) => logicalName === name)) {
    throw new DataverseError(
      'COLUMN_EXISTS',
      `Attribute ${name} already exists for entity ${table.logicalName}.`,
    )
  }
  if (column.requiredLevel === 'SystemRequired') {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `Only the platform makes columns SystemRequired; '${name}' may be ApplicationRequired.`,
    )
  }
  if (column.sourceType !== undefined) {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `'${name}' is a calculated, rollup or formula column; their formulas are not evaluated.`,
    )
  }
}

/** A column of a global choice takes its options from there. */
function withChoice(draft: Draft, table: string, column: Column): Column {
  if (column.type !== 'Picklist' && column.type !== 'MultiSelectPicklist') return column
  const { globalChoiceName: name } = column
  if (name === undefined) return column
  const choice = draft.findChoice(name)
  if (choice !== undefined) return { ...column, options: choice.options }
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `There is no global choice '${name}' for the column ${table}.${column.logicalName}.`,
  )
}

type Range = readonly [least: number, most: number]

const TEXT: Range = [1, 4_000]
const MEMO: Range = [1, 1_048_576]
const INTEGER: Range = [-2_147_483_648, 2_147_483_647]
const DECIMAL: Range = [-100_000_000_000, 100_000_000_000]
const MONEY: Range = [-922_337_203_685_477, 922_337_203_685_477]
const PRECISIONS = { Decimal: [0, 10], Double: [0, 5], Money: [0, 4] } as const
const IMAGE_SIZE: Range = [1, 30_720]
const FILE_SIZE: Range = [1, 10_485_760]

/**
 * What a custom column may hold at most.
 * https://learn.microsoft.com/power-apps/maker/data-platform/types-of-fields
 * @throws INVALID_ARGUMENT, DATE_FORMAT_INVALID
 */
export function assertLimits(column: Column): void {
  const within = (what: string, value: number, [least, most]: Range) => {
    if (Number.isFinite(value) && value >= least && value <= most) return
    throw invalid(column, `${what} is ${value}; it may be from ${least} to ${most}`)
  }
  const whole = (what: string, value: number, range: Range) => {
    within(what, value, range)
    if (!Number.isInteger(value)) throw invalid(column, `${what} is ${value}, no whole number`)
  }
  switch (column.type) {
    case 'String':
    case 'Memo':
      whole('MaxLength', column.maxLength, column.type === 'String' ? TEXT : MEMO)
      return
    case 'Integer':
    case 'Decimal':
    case 'Double':
    case 'Money': {
      const range = column.type === 'Integer' ? INTEGER : column.type === 'Money' ? MONEY : DECIMAL
      const check = column.type === 'Integer' ? whole : within
      check('MinValue', column.min, range)
      check('MaxValue', column.max, range)
      if (column.min > column.max) throw invalid(column, 'MinValue is above MaxValue')
      if (column.type !== 'Integer') whole('Precision', column.precision, PRECISIONS[column.type])
      return
    }
    case 'Picklist':
    case 'MultiSelectPicklist':
      assertOptions(column, column.options)
      if (column.defaultValue === null) return
      if (column.type === 'MultiSelectPicklist') throw invalid(column, 'there is no default value')
      if (!column.options.some(({ value }) => value === column.defaultValue)) {
        throw invalid(column, `the default value ${column.defaultValue} is none of its options`)
      }
      return
    case 'Image':
      whole('MaxSizeInKB', column.maxSizeInKB, IMAGE_SIZE)
      return
    case 'File':
      whole('MaxSizeInKB', column.maxSizeInKB, FILE_SIZE)
      return
    case 'DateTime':
      if (column.behavior === 'DateOnly' && column.format !== 'DateOnly') throw badFormat(column)
      return
    case 'Boolean':
    case 'BigInt':
    case 'State':
    case 'Status':
    case 'Lookup':
    case 'Customer':
    case 'Owner':
    case 'PartyList':
    case 'Uniqueidentifier':
    case 'EntityName':
    case 'ManagedProperty':
    case 'Virtual':
    case 'CalendarRules':
      return
    default:
      column satisfies never
  }
}

/** @throws INVALID_ARGUMENT */
export function assertOptions(
  { logicalName }: Pick<Column, 'logicalName'>,
  options: readonly ChoiceOption[],
): void {
  const seen = new Set<number>()
  for (const { value } of options) {
    if (!isOptionValue(value)) throw invalid({ logicalName }, `${value} is no option value`)
    if (seen.has(value)) throw invalid({ logicalName }, `two options have the value ${value}`)
    seen.add(value)
  }
}

export function isOptionValue(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= INTEGER[1]
}

function invalid({ logicalName }: Pick<Column, 'logicalName'>, what: string): DataverseError {
  return new DataverseError('INVALID_ARGUMENT', `Of '${logicalName}', ${what}.`)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/behavior-format-date-time-attribute */
function badFormat({ logicalName }: Pick<Column, 'logicalName'>): DataverseError {
  return new DataverseError(
    'DATE_FORMAT_INVALID',
    `The format of '${logicalName}' can only be DateOnly, as its behavior is.`,
  )
}

/** The same amount in the base currency, and with the first such column the currency itself. */
function addMoney(draft: Draft, tableName: string, column: MoneyColumn): void {
  draft.addColumns(tableName, [
    {
      ...column,
      logicalName: `${column.logicalName}_base`,
      schemaName: `${column.schemaName}_Base`,
      min: MONEY[0],
      max: MONEY[1],
      precision: 4,
      isBaseCurrency: true,
      requiredLevel: 'None',
      validForCreate: false,
      validForUpdate: false,
    },
  ])
  const { columns } = draft.table(tableName)
  if (columns.some(({ logicalName }) => logicalName === 'transactioncurrencyid')) return
  const parts = currency(`transactioncurrency_${tableName}`)
  draft.addColumns(
    tableName,
    parts.map((part) => part.column),
  )
  for (const relationship of relationshipsOf(tableName, parts)) draft.putOneToMany(relationship)
}
