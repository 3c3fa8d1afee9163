import { DataverseError } from '../../errors/dataverse-error.ts'
import type { LocalTime } from '../../time/local-time.ts'
import { isRealDate } from '../columns/coerce.ts'

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/** An instant among parameters: a Date, or ISO 8601 text, in UTC where it tells no offset. @throws INVALID_DATE */
export function instantIn(name: string, value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value
  const local = localTimeIn(name, value)
  const text = String(value).trim()
  const offset = DATE_TIME.exec(text)?.[7]
  const instant = Date.parse(offset === undefined ? `${localTimeText(local)}Z` : text)
  if (!Number.isNaN(instant)) return new Date(instant)
  throw invalid(name, value)
}

/** What a clock shows: the digits as they are, whatever offset stands behind them. @throws INVALID_DATE */
export function localTimeIn(name: string, value: unknown): LocalTime {
  // A Date that is none has no digits; its text is refused as others are.
  const digits = value instanceof Date ? (value.toJSON() as string | null) : value
  const match = DATE_TIME.exec(typeof digits === 'string' ? digits.trim() : '')
  if (match === null) throw invalid(name, value)
  const [, year, month, day, hour = 0, minute = 0, second = 0] = match
  const local = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: 0,
  }
  if (!isRealDate(`${localTimeText(local)}Z`)) throw invalid(name, value)
  return local
}

/** `2026-03-02T10:00:00`, without an offset. @throws INVALID_DATE for a year of five digits, as zones may make of 9999 */
export function localTimeText(local: LocalTime): string {
  if (local.year > 9999 || local.year < 0) throw beyondCalendar()
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${String(local.year).padStart(4, '0')}-${two(local.month)}-${two(local.day)}`
  return `${day}T${two(local.hour)}:${two(local.minute)}:${two(local.second)}`
}

/** `2026-03-02T10:00:00Z`. @throws INVALID_DATE as `localTimeText` */
export function utcText(utc: Date): string {
  const text = utc.toISOString()
  if (!/^\d{4}-/.test(text)) throw beyondCalendar()
  return `${text.slice(0, 19)}Z`
}

function beyondCalendar(): DataverseError {
  return new DataverseError('INVALID_DATE', 'The time there is not in the years 0 to 9999.')
}

function invalid(name: string, value: unknown): DataverseError {
  return new DataverseError(
    'INVALID_DATE',
    `${name} is a date and time such as 2026-03-02T10:00:00Z, not ${typeof value === 'string' ? `'${value}'` : typeof value}.`,
  )
}
