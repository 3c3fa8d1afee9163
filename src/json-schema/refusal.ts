import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from '../metadata/column.ts'
import type { Table } from '../metadata/table.ts'
import { isRowRef } from '../rows/value.ts'
import { assertedTargets, MAX_SELECTIONS } from './column-schema.ts'

/** The part of ajv's error a refusal is made from. */
export interface CheckError {
  readonly keyword: string
  /** JSON pointer from the column's value to the part that was refused. */
  readonly instancePath: string
}

interface Refused {
  readonly table: Table
  readonly column: Column
  readonly value: unknown
  readonly error: CheckError
}

/**
 * The platform's code and text for a value that a column does not take.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
 */
export function valueRefusal({ table, column, value, error }: Refused): DataverseError {
  const { logicalName: name } = column
  const part = partOf(value, error.instancePath)
  switch (error.keyword) {
    case 'maxLength':
      return tooLong(table, column)
    case 'maxItems':
      return outOfRange(table, name, `it takes at most ${MAX_SELECTIONS} options`)
    case 'enum':
      return 'targets' in column
        ? targetRefused(table, column, part)
        : notAnOption(table, column, part)
    case 'minimum':
    case 'maximum':
      return beyondLimits(table, column, part)
    case 'pattern':
      if (column.type === 'String' || column.type === 'Memo') return invalidCharacters(name)
      if (column.type === 'DateTime') return invalidDate(table, column, value)
      return wrongType(table, column, part)
    case 'int64':
      if (value === null) return nullRefused(name)
      return typeof value === 'bigint'
        ? beyondLimits(table, column, value)
        : wrongType(table, column, value)
    default:
      return value === null ? nullRefused(name) : wrongType(table, column, part)
  }
}

/** A name that is not a column of the table. */
export function unknownRefusal(table: Table, name: string): DataverseError {
  return payloadInvalid(
    table,
    `Invalid property '${name}' was found in entity '${table.logicalName}'.`,
  )
}

/** A SystemRequired column that a Create leaves out. */
export function missingRefusal(name: string): DataverseError {
  return new DataverseError('COLUMN_MISSING', `Attribute '${name}' cannot be NULL`)
}

function nullRefused(name: string): DataverseError {
  return new DataverseError('INVALID_ARGUMENT', `Attribute: ${name} cannot be set to NULL`)
}

function tooLong(table: Table, column: Column): DataverseError {
  if (column.type === 'Image') {
    return new DataverseError(
      'IMAGE_NOT_PROCESSED',
      `Error occured when processing image. Reason: File size is too big. Column '${column.logicalName}' of ${table.logicalName} takes at most ${column.maxSizeInKB} KB.`,
    )
  }
  const limit = 'maxLength' in column ? column.maxLength : 0
  return new DataverseError(
    'STRING_TOO_LONG',
    `A validation error occurred.  The length of the '${column.logicalName}' attribute of the '${table.logicalName}' entity exceeded the maximum allowed length of '${limit}'.`,
  )
}

function notAnOption(table: Table, column: Column, part: unknown): DataverseError {
  const accepted = 'options' in column ? column.options.map((option) => option.value) : []
  return new DataverseError(
    'CHOICE_OUT_OF_RANGE',
    `A validation error occurred. The value ${String(part)} of '${column.logicalName}' on record of type '${table.logicalName}' is outside the valid range. Accepted Values: ${accepted.join(',')}`,
  )
}

function beyondLimits(table: Table, column: Column, part: unknown): DataverseError {
  if (!('min' in column)) {
    return outOfRange(
      table,
      column.logicalName,
      `${String(part)} is no participation type (1 to 12)`,
    )
  }
  const isWhole = column.type === 'Integer' || column.type === 'BigInt'
  return new DataverseError(
    isWhole ? 'INTEGER_OUT_OF_RANGE' : 'DECIMAL_OUT_OF_RANGE',
    `A validation error occurred. The value ${String(part)} of '${column.logicalName}' on record of type '${table.logicalName}' is outside of the allowed values for this attribute. Accepted Values: ${column.min} to ${column.max}`,
  )
}

function outOfRange(table: Table, name: string, why: string): DataverseError {
  return new DataverseError(
    'VALUE_OUT_OF_RANGE',
    `The value is out of range. Column '${name}' of ${table.logicalName}: ${why}.`,
  )
}

// Unverified: code and text of a reference to a table the lookup does not point at.
function targetRefused(table: Table, column: Column, part: unknown): DataverseError {
  const targets = 'targets' in column ? assertedTargets(column) : []
  return new DataverseError(
    'INVALID_ARGUMENT',
    `'${String(part)}' is not a valid target of column '${column.logicalName}' of ${table.logicalName}, which takes ${targets.join(', ')}.`,
  )
}

function invalidCharacters(name: string): DataverseError {
  return new DataverseError(
    'INVALID_CHARACTERS',
    `The field '${name}' contains one or more invalid characters.`,
  )
}

function invalidDate(table: Table, column: Column, value: unknown): DataverseError {
  return new DataverseError(
    'INVALID_DATE',
    `Column '${column.logicalName}' of ${table.logicalName} takes ${expected(column)}; found ${described(value)}.`,
  )
}

function wrongType(table: Table, column: Column, part: unknown): DataverseError {
  if (column.type === 'Boolean' && typeof part === 'number')
    return notTwoOptions(table, column, part)
  return payloadInvalid(
    table,
    `Column '${column.logicalName}' of ${table.logicalName} takes ${expected(column)}; found ${described(part)}.`,
  )
}

// Unverified: the text.
function notTwoOptions(table: Table, column: Column, part: number): DataverseError {
  return new DataverseError(
    'BOOLEAN_OUT_OF_RANGE',
    `A validation error occurred. The value ${part} of '${column.logicalName}' on record of type '${table.logicalName}' is outside the valid range. Accepted Values: true,false`,
  )
}

function payloadInvalid(table: Table, detail: string): DataverseError {
  return new DataverseError(
    'PAYLOAD_INVALID',
    `Error identified in Payload provided by the user for Entity :'${table.entitySetName}': ${detail}`,
  )
}

function expected(column: Column): string {
  switch (column.type) {
    case 'String':
    case 'Memo':
      return 'text'
    case 'EntityName':
      return 'the logical name of a table'
    case 'Integer':
      return 'a whole number'
    case 'BigInt':
      return 'a bigint'
    case 'Decimal':
    case 'Double':
    case 'Money':
      return 'a number'
    case 'Boolean':
      return 'true or false'
    case 'DateTime':
      return column.behavior === 'DateOnly'
        ? `a date such as '2026-03-02'`
        : `a date and time such as '2026-03-02T10:00:00Z'`
    case 'Picklist':
    case 'State':
    case 'Status':
      return 'the number of an option'
    case 'MultiSelectPicklist':
      return 'an array of option numbers'
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return 'a reference { table, id } with a GUID as its id'
    case 'PartyList':
      return 'an array of parties { partyid, participationtypemask }'
    case 'Uniqueidentifier':
    case 'File':
      return 'a GUID'
    case 'Image':
      return 'base64 text'
    case 'ManagedProperty':
      return 'a managed property { Value: true or false }'
    case 'Virtual':
    case 'CalendarRules':
      return 'no value'
    default:
      return column satisfies never
  }
}

const LONGEST_QUOTE = 60

function described(value: unknown): string {
  if (typeof value === 'string') {
    const isLong = value.length > LONGEST_QUOTE
    return `text '${isLong ? `${value.slice(0, LONGEST_QUOTE)}…` : value}'`
  }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return `${typeof value} ${String(value)}`
  }
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (isRowRef(value)) return `a reference to ${value.table} ${value.id}`
  return Array.isArray(value) ? 'an array' : 'an object'
}

function partOf(value: unknown, pointer: string): unknown {
  if (pointer === '') return value
  return pointer
    .slice(1)
    .split('/')
    .reduce<unknown>(
      (part, key) =>
        typeof part === 'object' && part !== null
          ? (part as Readonly<Record<string, unknown>>)[key]
          : undefined,
      value,
    )
}
