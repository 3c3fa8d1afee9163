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
  const offsets = offsetsOf(iana)
  const day = Math.floor(instant / DAY_MS)
  let offset = offsets.byDay.get(day)
  if (offset === undefined) {
    const first = shownOffset(day * DAY_MS, offsets.format)
    const last = shownOffset((day + 1) * DAY_MS - 1, offsets.format)
    offset = first === last ? first : MOVES
    if (offsets.byDay.size >= MAX_DAYS_KEPT) offsets.byDay.clear()
    offsets.byDay.set(day, offset)
  }
  return Number.isNaN(offset) ? shownOffset(instant, offsets.format) : offset
}

interface Offsets {
  readonly format: Intl.DateTimeFormat
  /** By days since 1970 of UTC. Only offsetAt writes it. */
  readonly byDay: Map<number, number>
}

/** The offset of a day on which the clock is moved. */
const MOVES = Number.NaN

/** About thirty years; rows of one query seldom span more. */
const MAX_DAYS_KEPT = 10_000

const OFFSETS = new Map<string, Offsets>()

function offsetsOf(iana: string): Offsets {
  const known = OFFSETS.get(iana)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: iana,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const made = { format, byDay: new Map<number, number>() }
  OFFSETS.set(iana, made)
  return made
}

/**
 * Asked of Intl and not of date-fns-tz, whose conversions go through the fields of host-local dates and so depend
 * on the zone of the process: wrong by an hour inside the host's own skipped hour, different for repeated hours.
 */
function shownOffset(instant: number, format: Intl.DateTimeFormat): number {
  const shown = [0, 0, 0, 0, 0, 0]
  for (const { type, value } of format.formatToParts(instant)) {
    const place = PLACES.get(type)
    if (place !== undefined) shown[place] = Number(value)
  }
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = shown
  // Clocks are set in whole seconds; the fraction is the instant's own.
  const wholeSecond = Math.floor(instant / 1000) * 1000
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecond
}

const PLACES: ReadonlyMap<string, number> = new Map([
  ['year', 0],
  ['month', 1],
  ['day', 2],
  ['hour', 3],
  ['minute', 4],
  ['second', 5],
])
