import { DataverseError } from '../errors/dataverse-error.ts'
import type { LocalTime } from '../time/local-time.ts'

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/** An instant among parameters: a Date, or ISO 8601 text, in UTC where it tells no offset. @throws INVALID_DATE */
export function instantIn(name: string, value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value
  const text = typeof value === 'string' ? value.trim() : ''
  const match = DATE_TIME.exec(text)
  const isZoned = match?.[7] !== undefined || match?.[4] === undefined
  const instant = match === null ? Number.NaN : Date.parse(isZoned ? text : `${text}Z`)
  if (!Number.isNaN(instant)) return new Date(instant)
  throw invalid(name, value)
}

/** What a clock shows: the digits as they are, whatever offset stands behind them. @throws INVALID_DATE */
export function localTimeIn(name: string, value: unknown): LocalTime {
  const digits = value instanceof Date ? value.toISOString() : value
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
  if (Number.isNaN(Date.parse(`${localTimeText(local)}Z`))) throw invalid(name, value)
  return local
}

/** `2026-03-02T10:00:00`, without an offset. */
export function localTimeText(local: LocalTime): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${String(local.year).padStart(4, '0')}-${two(local.month)}-${two(local.day)}`
  return `${day}T${two(local.hour)}:${two(local.minute)}:${two(local.second)}`
}

function invalid(name: string, value: unknown): DataverseError {
  return new DataverseError(
    'INVALID_DATE',
    `${name} is a date and time such as 2026-03-02T10:00:00Z, not ${typeof value === 'string' ? `'${value}'` : typeof value}.`,
  )
}
