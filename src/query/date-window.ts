import { add, boundsOf, startOf, type Calendar, type CalendarUnit } from '../time/calendar.ts'
import {
  addFiscalPeriods,
  boundsOfFiscalPeriod,
  boundsOfFiscalYear,
  fiscalPeriodOf,
  periodsPerYear,
  type FiscalSettings,
} from '../time/fiscal.ts'
import type { OperatorOf } from './operators.ts'

/** From `start` on, up to but without `end`; open where one is absent. */
export interface Span {
  readonly start?: Date
  readonly end?: Date
}

/** What a window is counted from. */
export interface Moment {
  readonly now: Date
  readonly calendar: Calendar
  readonly fiscal: FiscalSettings
}

/** Operators that name a day in their value instead of counting from now. */
export type DayOperator = 'on' | 'on-or-after' | 'on-or-before'
export type WindowOperator = Exclude<OperatorOf<'window'>, DayOperator>

/** The time an operator means; `x` is its value, 0 where it takes none. */
type WindowOf = (moment: Moment, x: number) => Span

/**
 * What each relative date operator means, in the caller's time zone.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators
 */
const WINDOWS = {
  yesterday: whole('day', -1),
  today: whole('day', 0),
  tomorrow: whole('day', 1),
  'last-week': whole('week', -1),
  'this-week': whole('week', 0),
  'next-week': whole('week', 1),
  'last-month': whole('month', -1),
  'this-month': whole('month', 0),
  'next-month': whole('month', 1),
  'last-year': whole('year', -1),
  'this-year': whole('year', 0),
  'next-year': whole('year', 1),

  'last-seven-days': (moment) => ({ start: dayFrom(moment, -7), end: moment.now }),
  'next-seven-days': (moment) => ({ start: moment.now, end: dayFrom(moment, 8) }),
  'last-x-hours': (moment, x) => ({ start: hourFrom(moment, -x), end: moment.now }),
  'next-x-hours': (moment, x) => ({ start: moment.now, end: hourFrom(moment, x + 1) }),
  'last-x-days': (moment, x) => ({ start: dayFrom(moment, -x), end: moment.now }),
  'next-x-days': (moment, x) => ({ start: moment.now, end: dayFrom(moment, x + 1) }),
  'last-x-weeks': (moment, x) => ({ start: dayFrom(moment, -7 * x), end: moment.now }),
  'next-x-weeks': (moment, x) => ({ start: moment.now, end: dayFrom(moment, 7 * x + 1) }),
  'last-x-months': (moment, x) => ({ start: dayIn('month', moment, -x), end: moment.now }),
  'next-x-months': (moment, x) => ({ start: moment.now, end: dayIn('month', nextDay(moment), x) }),
  'last-x-years': (moment, x) => ({ start: dayIn('year', moment, -x), end: moment.now }),
  'next-x-years': (moment, x) => ({ start: moment.now, end: dayIn('year', nextDay(moment), x) }),

  'olderthan-x-minutes': ({ now, calendar }, x) => ({
    end: add(startOf('minute', now, calendar), 'minute', -x, calendar),
  }),
  'olderthan-x-hours': (moment, x) => ({ end: hourFrom(moment, -x) }),
  'olderthan-x-days': (moment, x) => ({ end: dayFrom(moment, -x) }),
  'olderthan-x-weeks': (moment, x) => ({ end: dayFrom(moment, -7 * x) }),
  'olderthan-x-months': (moment, x) => ({ end: dayIn('month', moment, -x) }),
  'olderthan-x-years': (moment, x) => ({ end: dayIn('year', moment, -x) }),

  'this-fiscal-year': (moment) => fiscalYear(moment, 0),
  'last-fiscal-year': (moment) => fiscalYear(moment, -1),
  'next-fiscal-year': (moment) => fiscalYear(moment, 1),
  'last-x-fiscal-years': (moment, x) => ({ ...fiscalYear(moment, -x), end: moment.now }),
  'next-x-fiscal-years': (moment, x) => ({ ...fiscalYear(moment, x), start: moment.now }),
  'this-fiscal-period': (moment) => fiscalPeriod(moment, 0),
  'last-fiscal-period': (moment) => fiscalPeriod(moment, -1),
  'next-fiscal-period': (moment) => fiscalPeriod(moment, 1),
  'last-x-fiscal-periods': (moment, x) => ({ ...fiscalPeriod(moment, -x), end: moment.now }),
  'next-x-fiscal-periods': (moment, x) => ({ ...fiscalPeriod(moment, x), start: moment.now }),
} as const satisfies Readonly<Record<WindowOperator, WindowOf>>

/** At most so many units in a year. */
const IN_A_YEAR: ReadonlyMap<string, number> = new Map([
  ['minutes', 366 * 24 * 60],
  ['hours', 366 * 24],
  ['days', 366],
  ['weeks', 53],
  ['months', 12],
  ['years', 1],
])

export function windowOf(operator: WindowOperator, moment: Moment, x: number): Span {
  const { now, fiscal } = moment
  const unit = operator.slice(operator.lastIndexOf('-') + 1)
  const inAYear = unit === 'periods' ? periodsPerYear(fiscal) : IN_A_YEAR.get(unit)
  const window: WindowOf = WINDOWS[operator]
  if (inAYear === undefined) return window(moment, x)
  // A column holds dates from 1753 to 9999; farther away no date can be computed, nor is one needed.
  const isNext = operator.startsWith('next')
  const years = isNext ? 9997 - now.getUTCFullYear() : now.getUTCFullYear() - 1000
  if (x <= years * inAYear) return window(moment, x)
  if (isNext) return { start: now }
  return operator.startsWith('last') ? { end: now } : { start: now, end: now }
}

function whole(unit: CalendarUnit, offset: number): WindowOf {
  return ({ now, calendar }) => boundsOf(unit, now, calendar, offset)
}

/** Midnight so many days from today. */
function dayFrom({ now, calendar }: Moment, days: number): Date {
  return boundsOf('day', now, calendar, days).start
}

function hourFrom({ now, calendar }: Moment, hours: number): Date {
  return add(startOf('hour', now, calendar), 'hour', hours, calendar)
}

/** Midnight of the same day so many months or years away. */
function dayIn(unit: 'month' | 'year', { now, calendar }: Moment, count: number): Date {
  return startOf('day', add(now, unit, count, calendar), calendar)
}

function nextDay(moment: Moment): Moment {
  return { ...moment, now: add(moment.now, 'day', 1, moment.calendar) }
}

function fiscalYear({ now, calendar, fiscal }: Moment, offset: number) {
  return boundsOfFiscalYear(fiscalPeriodOf(now, fiscal, calendar).year + offset, fiscal, calendar)
}

function fiscalPeriod({ now, calendar, fiscal }: Moment, offset: number) {
  const period = addFiscalPeriods(fiscalPeriodOf(now, fiscal, calendar), offset, fiscal)
  return boundsOfFiscalPeriod(period, fiscal, calendar)
}
