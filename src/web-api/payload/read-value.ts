import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Column } from '../../metadata/column.ts'
import { parseGuid } from '../../rows/guid.ts'
import type { Value } from '../../rows/value.ts'

/**
 * A JSON value as the column's value. Types only: whether it is in range, short enough or an option is the
 * message's to say. Numbers may come as text, as a documented body sends them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-properties
 * @throws PAYLOAD_INVALID
 */
export function readValue(column: Column, json: unknown): Value {
  if (json === null) return null
  switch (column.type) {
    case 'String':
    case 'Memo':
    case 'EntityName':
    case 'Image':
      return typeof json === 'string' ? json : refuse(json, column)
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
      return readInt32(column, json)
    case 'BigInt':
      return readInt64(column, json)
    case 'Decimal':
    case 'Double':
    case 'Money':
      return readNumber(column, json)
    case 'Boolean':
      return typeof json === 'boolean' ? json : refuse(json, column)
    case 'DateTime':
      return column.behavior === 'DateOnly' ? readDate(column, json) : readInstant(column, json)
    case 'MultiSelectPicklist':
      return readChoices(column, json)
    case 'Uniqueidentifier':
    case 'File':
      return readGuid(column, json)
    case 'ManagedProperty':
      return readManagedProperty(column, json)
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      throw lookupAsColumn()
    case 'PartyList':
    case 'Virtual':
    case 'CalendarRules':
      return refuse(json, column)
    default:
      return column satisfies never
  }
}

export function lookupAsColumn(): DataverseError {
  return new DataverseError(
    'LOOKUP_WRITTEN_AS_COLUMN',
    'CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.',
  )
}

/** The type `$metadata` gives a column's property. */
export function edmType(column: Column): string {
  switch (column.type) {
    case 'String':
    case 'Memo':
    case 'EntityName':
    case 'MultiSelectPicklist':
      return 'Edm.String'
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
      return 'Edm.Int32'
    case 'BigInt':
      return 'Edm.Int64'
    case 'Decimal':
    case 'Money':
      return 'Edm.Decimal'
    case 'Double':
      return 'Edm.Double'
    case 'Boolean':
      return 'Edm.Boolean'
    case 'DateTime':
      return column.behavior === 'DateOnly' ? 'Edm.Date' : 'Edm.DateTimeOffset'
    case 'Image':
      return 'Edm.Binary'
    case 'ManagedProperty':
      return 'mscrm.BooleanManagedProperty'
    case 'Lookup':
    case 'Customer':
    case 'Owner':
    case 'Uniqueidentifier':
    case 'File':
      return 'Edm.Guid'
    case 'PartyList':
    case 'Virtual':
    case 'CalendarRules':
      return 'Edm.Untyped'
    default:
      return column satisfies never
  }
}

function readInt32(column: Column, json: unknown): number {
  const number = typeof json === 'string' && INTEGER.test(json) ? Number(json) : json
  if (typeof number === 'number' && Number.isInteger(number) && number === (number | 0))
    return number
  return refuse(json, column)
}

const INTEGER = /^[+-]?\d{1,19}$/

function readInt64(column: Column, json: unknown): bigint {
  if (typeof json === 'bigint') return json
  if (typeof json === 'number' && Number.isSafeInteger(json)) return BigInt(json)
  if (typeof json === 'string' && INTEGER.test(json)) return BigInt(json)
  return refuse(json, column)
}

function readNumber(column: Column, json: unknown): number {
  if (typeof json === 'number') return json
  if (typeof json === 'bigint') return Number(json)
  if (typeof json === 'string' && NUMBER.test(json)) {
    const number = Number(json)
    if (Number.isFinite(number)) return number
  }
  return refuse(json, column)
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function readDate(column: Column, json: unknown): string {
  if (typeof json === 'string' && DATE.test(json) && isDay(json)) return json
  return refuse(json, column)
}

const DATE = /^\d{4}-\d{2}-\d{2}$/
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?)?$/i

/**
 * Any offset becomes UTC, no offset is UTC already, fractions of a second are dropped. A column that knows
 * no time zone keeps the digits it was given.
 * https://learn.microsoft.com/power-apps/developer/data-platform/behavior-format-date-time-attribute
 */
function readInstant(column: Column & { readonly type: 'DateTime' }, json: unknown): string {
  if (typeof json !== 'string') return refuse(json, column)
  const parts = INSTANT.exec(json)
  if (parts === null) return refuse(json, column)
  const [, day = '', minutes = '00:00', seconds = '00', offset = 'Z'] = parts
  if (!isDay(day)) return refuse(json, column)
  const local = `${day}T${minutes}:${seconds}`
  const keepsDigits = column.behavior === 'TimeZoneIndependent' || offset === 'Z' || offset === 'z'
  const instant = Date.parse(keepsDigits ? `${local}Z` : `${local}${offset}`)
  if (Number.isNaN(instant)) return refuse(json, column)
  if (keepsDigits) return `${local}Z`
  const text = new Date(instant).toISOString()
  // An offset can lead out of the years four digits hold.
  return text.length === 24 ? `${text.slice(0, 19)}Z` : refuse(json, column)
}

/** Date.parse takes 31 February for 3 March. */
function isDay(day: string): boolean {
  const instant = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(day)
}

/** `"1, 9"`; stored ascending and each value once. */
function readChoices(column: Column, json: unknown): readonly number[] | null {
  if (typeof json !== 'string') return refuse(json, column)
  if (json.trim() === '') return null
  const values = json.split(',').map((part) => {
    const text = part.trim()
    return INTEGER.test(text) ? Number(text) : refuse(json, column)
  })
  return [...new Set(values)].sort((a, b) => a - b)
}

function readGuid(column: Column, json: unknown): string {
  // Braces are the SDK's; the Web API does not read them.
  const guid = typeof json === 'string' && json.length === 36 ? parseGuid(json) : undefined
  return guid ?? refuse(json, column)
}

function readManagedProperty(column: Column, json: unknown): Value {
  if (typeof json !== 'object' || json === null) return refuse(json, column)
  const { Value, CanBeChanged, ManagedPropertyLogicalName } = json as Readonly<
    Record<string, unknown>
  >
  if (typeof Value !== 'boolean') return refuse(json, column)
  return {
    Value,
    ...(typeof CanBeChanged === 'boolean' ? { CanBeChanged } : {}),
    ...(typeof ManagedPropertyLogicalName === 'string' ? { ManagedPropertyLogicalName } : {}),
  }
}

function refuse(json: unknown, column: Column): never {
  throw new DataverseError(
    'PAYLOAD_INVALID',
    `Cannot convert the literal '${literalText(json)}' to the expected type '${edmType(column)}'. (${column.logicalName})`,
  )
}

function literalText(json: unknown): string {
  if (typeof json === 'string') return json.length > 100 ? `${json.slice(0, 100)}…` : json
  if (typeof json === 'object') return Array.isArray(json) ? 'an array' : 'an object'
  return typeof json === 'bigint' ? json.toString() : JSON.stringify(json)
}
