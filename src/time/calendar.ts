import { addDays } from 'date-fns/addDays'
import { addMonths } from 'date-fns/addMonths'
import { startOfDay } from 'date-fns/startOfDay'
import { startOfMonth } from 'date-fns/startOfMonth'
import { startOfQuarter } from 'date-fns/startOfQuarter'
import { startOfWeek } from 'date-fns/startOfWeek'
import { startOfYear } from 'date-fns/startOfYear'
import { instantOf, wallClockAt } from './local-time.ts'
import type { WallClock } from './wall-clock.ts'

/** Whose days and weeks are meant. */
export interface Calendar {
  readonly timeZoneCode: number
  /** 0 Sunday, as absent, to 6 Saturday (`organization.weekstartdaycode`). */
  readonly weekStartsOn?: 0 | 1 | 2 | 3 | 4 | 5 | 6
}

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'

/** From `start` on, up to but without `end`. */
export interface Bounds {
  readonly start: Date
  readonly end: Date
}

/** The day, week, month … that `at` lies in, or the one `offset` later; earlier when negative. */
export function boundsOf(unit: CalendarUnit, at: Date, calendar: Calendar, offset = 0): Bounds {
  if (unit === 'minute' || unit === 'hour') {
    const start = add(startOf(unit, at, calendar), unit, offset, calendar)
    return { start, end: add(start, unit, 1, calendar) }
  }
  // On the wall clock first: where midnight is skipped on one end, the other must not be moved with it.
  const first = firstOf(unit, wallClockAt(at, calendar.timeZoneCode), calendar)
  return {
    start: instantOf(shifted(first, unit, offset), calendar.timeZoneCode),
    end: instantOf(shifted(first, unit, offset + 1), calendar.timeZoneCode),
  }
}

/**
 * Where the unit that `at` lies in begins: the first instant of the day, also where the clock skips midnight.
 * @throws INVALID_ARGUMENT for a number no time zone has
 */
export function startOf(unit: CalendarUnit, at: Date, calendar: Calendar): Date {
  const clock = wallClockAt(at, calendar.timeZoneCode)
  if (unit === 'minute' || unit === 'hour') {
    // By the instant: of an hour that comes twice, the one that `at` lies in.
    const minutes = unit === 'hour' ? clock.getMinutes() : 0
    const passedMs = (minutes * 60 + clock.getSeconds()) * 1000 + clock.getMilliseconds()
    return new Date(at.getTime() - passedMs)
  }
  return instantOf(firstOf(unit, clock, calendar), calendar.timeZoneCode)
}

const MINUTE_MS = 60_000

/**
 * `count` units later by the calendar, at the same time of day; earlier when negative. Minutes and hours are
 * counted as they pass. A day the month does not have becomes its last one. For the start of a day so many
 * months ago, add first and then take the start: the start of this day may not be midnight.
 */
export function add(at: Date, unit: CalendarUnit, count: number, calendar: Calendar): Date {
  if (unit === 'minute') return new Date(at.getTime() + count * MINUTE_MS)
  if (unit === 'hour') return new Date(at.getTime() + count * 60 * MINUTE_MS)
  // Not through the wall clock, which would turn the second of two equal hours into the first.
  if (count === 0) return at
  return instantOf(
    shifted(wallClockAt(at, calendar.timeZoneCode), unit, count),
    calendar.timeZoneCode,
  )
}

type DayUnit = Exclude<CalendarUnit, 'minute' | 'hour'>

function firstOf(unit: DayUnit, clock: WallClock, calendar: Calendar): WallClock {
  switch (unit) {
    case 'day':
      return startOfDay(clock)
    case 'week':
      return startOfWeek(clock, { weekStartsOn: calendar.weekStartsOn ?? 0 })
    case 'month':
      return startOfMonth(clock)
    case 'quarter':
      return startOfQuarter(clock)
    case 'year':
      return startOfYear(clock)
    default:
      return unit satisfies never
  }
}

function shifted(clock: WallClock, unit: DayUnit, count: number): WallClock {
  switch (unit) {
    case 'day':
      return addDays(clock, count)
    case 'week':
      return addDays(clock, count * 7)
    case 'month':
      return addMonths(clock, count)
    case 'quarter':
      return addMonths(clock, count * 3)
    case 'year':
      return addMonths(clock, count * 12)
    default:
      return unit satisfies never
  }
}
