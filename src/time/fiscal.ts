import { addDays } from 'date-fns/addDays'
import { addMonths } from 'date-fns/addMonths'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { Bounds, Calendar } from './calendar.ts'
import { instantOf, wallClockAt } from './local-time.ts'
import { WallClock } from './wall-clock.ts'

/** How an organization divides its years. */
export interface FiscalSettings {
  /** Month (1 to 12) and day on which every fiscal year begins. */
  readonly startMonth: number
  readonly startDay: number
  readonly periodType: FiscalPeriodType
  /** Whether a fiscal year is called after the calendar year it begins or ends in. */
  readonly namedAfter: 'start' | 'end'
}

export type FiscalPeriodType = 'annual' | 'semiannual' | 'quarterly' | 'monthly' | 'four-week'

/** One period, by the name of its year and its number in it, from 1. */
export interface FiscalPeriod {
  readonly year: number
  readonly period: number
}

interface Division {
  readonly periods: number
  readonly length: { readonly months: number } | { readonly days: number }
}

const DIVISIONS: Readonly<Record<FiscalPeriodType, Division>> = {
  annual: { periods: 1, length: { months: 12 } },
  semiannual: { periods: 2, length: { months: 6 } },
  quarterly: { periods: 4, length: { months: 3 } },
  monthly: { periods: 12, length: { months: 1 } },
  // Unverified: that the day or two a year has beyond 13 times 28 belong to its last period.
  'four-week': { periods: 13, length: { days: 28 } },
}

/** `organization.fiscalperiodtype`. Unverified: these numbers. */
const PERIOD_TYPES: ReadonlyMap<number, FiscalPeriodType> = new Map([
  [2000, 'annual'],
  [2001, 'semiannual'],
  [2002, 'quarterly'],
  [2003, 'monthly'],
  [2004, 'four-week'],
])

/** `organization.fiscalyeardisplaycode` of organizations that name a year after its end. Unverified: the number. */
const NAMED_AFTER_END = 2

/** Of the row of `organization`; what is empty there is as in a new organization: quarters from 1 January. */
export interface OrganizationFiscalColumns {
  readonly fiscalcalendarstart?: string | null
  readonly fiscalperiodtype?: number | null
  readonly fiscalyeardisplaycode?: number | null
}

/** @throws INVALID_ARGUMENT for a period type or a start that is none */
export function fiscalSettings(organization: OrganizationFiscalColumns): FiscalSettings {
  const { fiscalcalendarstart, fiscalperiodtype, fiscalyeardisplaycode } = organization
  const periodType = PERIOD_TYPES.get(fiscalperiodtype ?? 2002)
  if (periodType === undefined) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `fiscalperiodtype is ${String(fiscalperiodtype)}; it is one of ${[...PERIOD_TYPES.keys()].join(', ')}.`,
    )
  }
  // Unverified: that the day counts as it is written, in UTC, whatever zone it was entered in.
  const start = /^\d{4}-(\d{2})-(\d{2})/.exec(fiscalcalendarstart ?? '2000-01-01')
  if (start === null) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `fiscalcalendarstart is '${String(fiscalcalendarstart)}', which is not a date.`,
    )
  }
  return {
    startMonth: Number(start[1]),
    startDay: Number(start[2]),
    periodType,
    namedAfter: fiscalyeardisplaycode === NAMED_AFTER_END ? 'end' : 'start',
  }
}

/** The period that `at` lies in. */
export function fiscalPeriodOf(
  at: Date,
  settings: FiscalSettings,
  calendar: Pick<Calendar, 'timeZoneCode'>,
): FiscalPeriod {
  const clock = wallClockAt(at, calendar.timeZoneCode)
  const startYear = startYearOf(clock, settings)
  let period = 1
  while (
    period < DIVISIONS[settings.periodType].periods &&
    periodStart(startYear, period + 1, settings) <= clock
  ) {
    period++
  }
  return { year: nameOf(startYear, settings), period }
}

/** How many periods a fiscal year has. */
export function periodsPerYear(settings: FiscalSettings): number {
  return DIVISIONS[settings.periodType].periods
}

/** The period `count` ones later; earlier when negative. */
export function addFiscalPeriods(
  { year, period }: FiscalPeriod,
  count: number,
  settings: FiscalSettings,
): FiscalPeriod {
  const { periods } = DIVISIONS[settings.periodType]
  const index = period - 1 + count
  const years = Math.floor(index / periods)
  return { year: year + years, period: index - years * periods + 1 }
}

/**
 * From the first instant of the period on, up to but without the first of the next.
 * @throws INVALID_ARGUMENT where the year has no such period
 */
export function boundsOfFiscalPeriod(
  { year, period }: FiscalPeriod,
  settings: FiscalSettings,
  calendar: Pick<Calendar, 'timeZoneCode'>,
): Bounds {
  const { periods } = DIVISIONS[settings.periodType]
  if (!Number.isInteger(period) || period < 1 || period > periods) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `Fiscal period ${period} does not exist; a ${settings.periodType} fiscal year has ${periods}.`,
    )
  }
  const startYear = startYearNamed(year, settings)
  const next =
    period < periods
      ? periodStart(startYear, period + 1, settings)
      : yearStart(startYear + 1, settings)
  return {
    start: instantOf(periodStart(startYear, period, settings), calendar.timeZoneCode),
    end: instantOf(next, calendar.timeZoneCode),
  }
}

/** The fiscal year of this name, whole. */
export function boundsOfFiscalYear(
  year: number,
  settings: FiscalSettings,
  calendar: Pick<Calendar, 'timeZoneCode'>,
): Bounds {
  const startYear = startYearNamed(year, settings)
  return {
    start: instantOf(yearStart(startYear, settings), calendar.timeZoneCode),
    end: instantOf(yearStart(startYear + 1, settings), calendar.timeZoneCode),
  }
}

/** The calendar year in which the fiscal year around `clock` begins. */
function startYearOf(clock: WallClock, settings: FiscalSettings): number {
  const year = clock.getFullYear()
  return yearStart(year, settings) <= clock ? year : year - 1
}

/** A year that begins on 1 January ends in the year it begins in. */
function nameShift({ startMonth, startDay, namedAfter }: FiscalSettings): number {
  return namedAfter === 'end' && !(startMonth === 1 && startDay === 1) ? 1 : 0
}

function nameOf(startYear: number, settings: FiscalSettings): number {
  return startYear + nameShift(settings)
}

function startYearNamed(name: number, settings: FiscalSettings): number {
  return name - nameShift(settings)
}

function yearStart(year: number, { startMonth, startDay }: FiscalSettings): WallClock {
  const first = new WallClock(0)
  first.setFullYear(year, startMonth - 1, 1)
  const next = addDays(first, startDay - 1)
  // 29 February in a year without one: its last day.
  return next.getMonth() === first.getMonth() ? next : addDays(addMonths(first, 1), -1)
}

function periodStart(startYear: number, period: number, settings: FiscalSettings): WallClock {
  const start = yearStart(startYear, settings)
  const { length } = DIVISIONS[settings.periodType]
  return 'months' in length
    ? addMonths(start, length.months * (period - 1))
    : addDays(start, length.days * (period - 1))
}
