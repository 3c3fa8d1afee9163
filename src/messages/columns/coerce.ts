import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Column, DateTimeColumn } from '../../metadata/column.ts'
import { parseGuid } from '../../rows/guid.ts'
import { isRowRef, type RowRef, type Value } from '../../rows/value.ts'
import { partiesCoercer } from '../activities/parties.ts'

/**
 * Brings a sent value into the shape the column holds. What it can't read it gives back as it is, for the
 * payload's schema to refuse; only dates it refuses itself, since reading them is checking them, and a missing
 * owner, which has an error of its own.
 */
export type Coercer = (value: Value) => Value

export function coercerOf(column: Column): Coercer {
  switch (column.type) {
    case 'String':
    case 'Memo':
    case 'EntityName':
      // An empty text is stored as null. Unverified: several emulators agree, the documentation is silent.
      return (value) => (value === '' ? null : value)
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
      return (value) => (typeof value === 'string' ? integerOf(value) : value)
    case 'BigInt':
      return bigintOf
    case 'Decimal':
    case 'Double':
      return rounding(column.precision)
    case 'Money':
      // The currency's or the organization's precision is not known yet; `setMoney` rounds to it.
      return rounding(column.precisionSource === 0 ? column.precision : MOST_MONEY_DIGITS)
    case 'DateTime':
      return dateCoercer(column)
    case 'MultiSelectPicklist':
      return choicesOf
    case 'Lookup':
    case 'Customer':
      return refOf
    case 'Owner':
      return ownerOf
    case 'Uniqueidentifier':
    case 'File':
      return (value) => (typeof value === 'string' ? (parseGuid(value) ?? value) : value)
    case 'ManagedProperty':
      return frozenCopy
    case 'PartyList':
      return partiesCoercer(column, refOf)
    case 'Boolean':
    case 'Image':
    case 'Virtual':
    case 'CalendarRules':
      return (value) => value
    default:
      return column satisfies never
  }
}

/** A currency's precision is at most this. */
const MOST_MONEY_DIGITS = 10

/** Rows share their values with whoever reads: what the client keeps must not be theirs. */
function frozenCopy(value: Value): Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.freeze({ ...value })
    : value
}

/** A quoted number is read where it is one to the digit; a documented request sends them so. */
function integerOf(text: string): Value {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : text
}

function bigintOf(value: Value): Value {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : value
}

/** More digits than the column's precision are rounded away, half away from zero. Unverified: the midpoint rule. */
function rounding(precision: number): Coercer {
  const factor = 10 ** precision
  return (value) => {
    const number =
      typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || Number.isInteger(number)) return number
    return round(number, factor)
  }
}

/** `number` to 1/`factor`; the epsilon lifts decimals such as 1.005, which binary keeps a hair too low. */
export function round(number: number, factor: number): number {
  const scaled = Math.abs(number) * factor
  if (!(scaled < Number.MAX_SAFE_INTEGER)) return number
  const rounded = Math.round(scaled * (1 + Number.EPSILON)) / factor
  return number < 0 && rounded !== 0 ? -rounded : rounded
}

function choicesOf(value: Value): Value {
  const numbers =
    typeof value === 'string' && /^\s*-?\d+(\s*,\s*-?\d+)*\s*$/.test(value)
      ? value.split(',').map(Number)
      : value
  if (!Array.isArray(numbers) || !numbers.every((n): n is number => typeof n === 'number')) {
    return numbers
  }
  return numbers.length === 0 ? null : Object.freeze([...new Set(numbers)].sort((a, b) => a - b))
}

/** @throws OWNER_MISSING for null */
function ownerOf(value: Value): Value {
  if (value !== null) return refOf(value)
  throw new DataverseError('OWNER_MISSING', 'Item does not have an owner.')
}

/** References are frozen: rows share them with whoever reads. */
function refOf(value: Value): Value {
  if (!isRowRef(value)) return value
  const id = parseGuid(value.id) ?? value.id
  if (Object.isFrozen(value) && id === value.id) return value
  const ref: RowRef = { table: value.table, id }
  return Object.freeze(ref)
}

const SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i

/**
 * Dates are kept as text in UTC to the second. Behaviour DateOnly keeps the day, TimeZoneIndependent the
 * digits as given; a text without an offset counts as UTC.
 * https://learn.microsoft.com/power-apps/developer/data-platform/behavior-format-date-time-attribute
 */
function dateCoercer(column: DateTimeColumn): Coercer {
  const { behavior, logicalName } = column
  return (value) => {
    if (value === null) return null
    const given = value as unknown
    if (given instanceof Date) {
      if (Number.isNaN(given.getTime())) throw invalidDate(logicalName, 'Invalid Date')
      return inRange(logicalName, cut(given.toISOString(), behavior))
    }
    if (typeof value !== 'string') return value
    if (behavior !== 'DateOnly' && SECONDS.test(value) && isRealDate(value)) {
      return inRange(logicalName, value)
    }
    const parts = DATE_TIME.exec(value.trim())
    if (parts === null) throw invalidDate(logicalName, value)
    const [, day = '', time = '00:00', seconds = '00', offset = 'Z'] = parts
    const digits = `${day}T${time}:${seconds}Z`
    if (!isRealDate(digits)) throw invalidDate(logicalName, value)
    if (behavior === 'DateOnly') return inRange(logicalName, day)
    if (behavior === 'TimeZoneIndependent' || offset === 'Z' || offset === 'z') {
      return inRange(logicalName, digits)
    }
    const utc = new Date(`${digits.slice(0, -1)}${withColon(offset)}`)
    if (Number.isNaN(utc.getTime())) throw invalidDate(logicalName, value)
    return inRange(logicalName, cut(utc.toISOString(), behavior))
  }
}

function cut(iso: string, behavior: DateTimeColumn['behavior']): string {
  return behavior === 'DateOnly' ? iso.slice(0, 10) : `${iso.slice(0, 19)}Z`
}

function withColon(offset: string): string {
  return offset.includes(':') ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`
}

/** Whether the digits of `YYYY-MM-DDThh:mm:ssZ` name a moment; Date.parse would take 30 February for 2 March. */
export function isRealDate(digits: string): boolean {
  const month = twoDigits(digits, 5)
  const day = twoDigits(digits, 8)
  if (month < 1 || month > 12 || day < 1) return false
  const isLeapDay = month === 2 && day === 29
  if (isLeapDay ? !isLeapYear(Number(digits.slice(0, 4))) : day > (DAYS[month - 1] ?? 0))
    return false
  return twoDigits(digits, 11) < 24 && twoDigits(digits, 14) < 60 && twoDigits(digits, 17) < 60
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const ZERO = 48

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function inRange(column: string, text: string): string {
  // A year of five digits begins with a sign.
  if (text.startsWith('+')) throw invalidDate(column, text)
  if (text >= FIRST_DAY) return text
  throw new DataverseError(
    'INVALID_DATE',
    `DateTime is less than minumum value supported by CrmDateTime. Actual value: ${asPrinted(text)}, Minimum value supported: ${asPrinted(FIRST_DAY)}`,
  )
}

const FIRST_DAY = '1753-01-01'

/** `01/31/1752 10:00:00`, as the platform tells it. */
function asPrinted(text: string): string {
  const [year = '', month = '', day = ''] = text.slice(0, 10).split('-')
  return `${month}/${day}/${year} ${text.slice(11, 19) || '00:00:00'}`
}

function invalidDate(column: string, value: string): DataverseError {
  return new DataverseError(
    'INVALID_DATE',
    `'${value}' is not a date and time for column ${column}; send ISO 8601 such as 2026-03-02T10:00:00Z.`,
  )
}
