import type { DateTimeColumn } from '../metadata/column.ts'
import { utcFromLocalTime } from '../time/local-time.ts'
import { UTC_CODE } from '../time/zones.ts'
import type { QueryContext } from './context.ts'

/** A day and a time without a zone, as numbers. */
interface Written {
  readonly day: string
  /** `10:00:00`; undefined where only the day is written. */
  readonly time: string | undefined
  /** `Z`, `+02:00`; undefined where none is written. */
  readonly zone: string | undefined
}

const DATE =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i

/**
 * The value of a condition in the shape the column stores, so that both compare as text: `2026-03-02` for
 * behaviour DateOnly, otherwise `2026-03-02T10:00:00Z`. Rows hold whole seconds; a fraction is left out.
 * undefined where the text is no date.
 */
export function dateOperand(
  text: string,
  column: DateTimeColumn,
  context: QueryContext,
): string | undefined {
  const written = writtenDate(text.trim())
  if (written === undefined) return undefined
  const { day, time = '00:00:00', zone } = written
  switch (column.behavior) {
    case 'DateOnly':
      return day
    case 'TimeZoneIndependent':
      return `${day}T${time}Z`
    case 'UserLocal':
      return zone === undefined ? utcOf(day, time, context) : inUtc(`${day}T${time}${zone}`)
    default:
      return column.behavior satisfies never
  }
}

function writtenDate(text: string): Written | undefined {
  const match = DATE.exec(text)
  const [, day, minutes, seconds = '00', zone] = match ?? []
  if (day === undefined) return undefined
  const time = minutes === undefined ? undefined : `${minutes}:${seconds}`
  // The engine's Date takes 30 February for 2 March; writing it back tells.
  const check = new Date(`${day}T${time ?? '00:00:00'}Z`)
  if (Number.isNaN(check.getTime()) || !check.toISOString().startsWith(day)) return undefined
  const offset = zone?.toUpperCase()
  return {
    day,
    time,
    zone:
      offset !== undefined && offset !== 'Z' && !offset.includes(':')
        ? `${offset.slice(0, 3)}:${offset.slice(3)}`
        : offset,
  }
}

function inUtc(text: string): string | undefined {
  const instant = new Date(text)
  return Number.isNaN(instant.getTime()) ? undefined : dateText(instant)
}

/** Unverified: which zone a date without one is in when it comes over HTTP; the caller's is taken. */
function utcOf(day: string, time: string, { timeZoneCode = UTC_CODE }: QueryContext): string {
  if (timeZoneCode === UTC_CODE) return `${day}T${time}Z`
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number)
  const local = { year, month, day: date, hour, minute, second, millisecond: 0 }
  return dateText(utcFromLocalTime(local, timeZoneCode))
}

/** As rows hold it: UTC, whole seconds. */
export function dateText(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`
}
