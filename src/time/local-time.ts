import { formatInTimeZone } from 'date-fns-tz/formatInTimeZone'
import { DataverseError } from '../errors/dataverse-error.ts'
import { WallClock } from './wall-clock.ts'
import { zoneOfCode } from './zones.ts'

/** What a clock and a calendar in some time zone show. */
export interface LocalTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

/** @throws INVALID_ARGUMENT for a number no time zone has, INVALID_DATE for a Date that is none */
export function localTimeFromUtc(utc: Date, timeZoneCode: number): LocalTime {
  const clock = wallClockAt(utc, timeZoneCode)
  return {
    year: clock.getFullYear(),
    month: clock.getMonth() + 1,
    day: clock.getDate(),
    hour: clock.getHours(),
    minute: clock.getMinutes(),
    second: clock.getSeconds(),
    millisecond: clock.getMilliseconds(),
  }
}

/**
 * The instant at which the clock shows `local`. An hour that is skipped in spring is taken as if the clock had
 * not been moved yet (02:30 becomes what the moved clock calls 03:30); of an hour that comes twice in autumn the
 * first is taken.
 *
 * Unverified: how the platform decides either case.
 * @throws INVALID_ARGUMENT for a number no time zone has
 */
export function utcFromLocalTime(local: LocalTime, timeZoneCode: number): Date {
  const clock = new WallClock(0)
  clock.setFullYear(local.year, local.month - 1, local.day)
  clock.setHours(local.hour, local.minute, local.second, local.millisecond)
  return instantOf(clock, timeZoneCode)
}

/** What has to be added to standard time to come to UTC: 300 for Eastern Standard Time. */
export function standardBiasMinutes(timeZoneCode: number): number {
  const { iana } = zoneOfCode(timeZoneCode)
  const offsets = [0, 6].map((month) => offsetAt(Date.UTC(2026, month, 1), iana))
  // Clocks are put forward in summer. Adding 0 keeps UTC from having a bias of -0.
  return -Math.min(...offsets) / MINUTE_MS + 0
}

export function wallClockAt(utc: Date, timeZoneCode: number): WallClock {
  const instant = utc.getTime()
  if (Number.isNaN(instant)) throw new DataverseError('INVALID_DATE', 'The date is not a date.')
  return new WallClock(instant + offsetAt(instant, zoneOfCode(timeZoneCode).iana))
}

const DAY_MS = 86_400_000

export function instantOf(clock: WallClock, timeZoneCode: number): Date {
  const { iana } = zoneOfCode(timeZoneCode)
  const shown = clock.getTime()
  // Clocks are not moved twice within two days, so these are the offsets on either side of a move near `shown`.
  const before = offsetAt(shown - DAY_MS, iana)
  const after = offsetAt(shown + DAY_MS, iana)
  const earlier = shown - before
  if (before === after || offsetAt(earlier, iana) === before) return new Date(earlier)
  const later = shown - after
  return new Date(offsetAt(later, iana) === after ? later : earlier)
}

/** What the zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, iana: string): number {
  let offsets = OFFSETS.get(iana)
  if (offsets === undefined) {
    offsets = new Map()
    OFFSETS.set(iana, offsets)
  }
  const day = Math.floor(instant / DAY_MS)
  let offset = offsets.get(day)
  if (offset === undefined) {
    const first = shownOffset(day * DAY_MS, iana)
    const last = shownOffset((day + 1) * DAY_MS - 1, iana)
    offset = first === last ? first : MOVES
    if (offsets.size >= MAX_DAYS_KEPT) offsets.clear()
    offsets.set(day, offset)
  }
  return Number.isNaN(offset) ? shownOffset(instant, iana) : offset
}

/** By zone and by days since 1970 of UTC: finding an offset takes longer than all that is done with it. */
const OFFSETS = new Map<string, Map<number, number>>()

/** The offset of a day on which the clock is moved. */
const MOVES = Number.NaN

/** About thirty years; rows of one query seldom span more. */
const MAX_DAYS_KEPT = 10_000

/**
 * The offset alone, to the minute (as all have been since 1972), is what date-fns-tz reads off the instant itself. Its other conversions go
 * through the fields of host-local dates: wrong by an hour inside the host's own skipped hour.
 */
function shownOffset(instant: number, iana: string): number {
  const [, sign, hours, minutes] =
    /^([+-])(\d{2}):(\d{2})$/.exec(formatInTimeZone(new Date(instant), iana, 'xxx')) ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS
  return sign === '-' ? -offset : offset
}

const MINUTE_MS = 60_000
