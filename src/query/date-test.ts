import { DataverseError } from '../errors/dataverse-error.ts'
import type { DateTimeColumn } from '../metadata/column.ts'
import { boundsOf, type Calendar } from '../time/calendar.ts'
import {
  boundsOfFiscalPeriod,
  boundsOfFiscalYear,
  fiscalPeriodOf,
  periodsPerYear,
} from '../time/fiscal.ts'
import { localTimeFromUtc } from '../time/local-time.ts'
import { UTC_CODE } from '../time/zones.ts'
import type { ConditionParts, RowTest } from './condition.ts'
import { CALENDAR_YEAR } from './context.ts'
import { dateText } from './date-text.ts'
import {
  windowOf,
  type DayOperator,
  type Moment,
  type Span,
  type WindowOperator,
} from './date-window.ts'
import { demanded } from './evaluation.ts'
import { operandOf, shown } from './operand.ts'
import type { OperatorOf } from './operators.ts'

/** Operators over dates that mean a span of time: counted from now, around a day, or fiscal. */
export function dateTest(parts: ConditionParts): RowTest {
  const column = dateColumn(parts)
  if (parts.operator.kind === 'fiscal') return fiscalTest(parts, column)
  const operator = parts.condition.operator as OperatorOf<'window'>
  if (operator === 'on' || operator === 'on-or-after' || operator === 'on-or-before') {
    return dayTest(operator, parts, column)
  }
  return spanTest(nowSpan(operator, parts, column), calendarOf(parts), parts, column)
}

function dateColumn({ condition, table, read }: ConditionParts): DateTimeColumn {
  const { column } = read
  if (column.type === 'DateTime') return column
  throw new DataverseError(
    'QUERY_CONDITION_INVALID',
    `Operator '${condition.operator}' needs a date; '${condition.column}' of ${table.logicalName} is of type ${column.type}.`,
  )
}

function calendarOf({ evaluation }: ConditionParts): Calendar {
  return { timeZoneCode: evaluation.context.timeZoneCode ?? UTC_CODE }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/behavior-format-date-time-attribute */
const FINER_THAN_DAYS = /-(hours|minutes)$/

function nowSpan(operator: WindowOperator, parts: ConditionParts, column: DateTimeColumn): Span {
  const { condition, evaluation } = parts
  if (column.behavior === 'DateOnly' && FINER_THAN_DAYS.test(operator)) {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `Operator '${operator}' is not valid for column '${condition.column}', which holds dates without time.`,
    )
  }
  const moment: Moment = {
    now: afterItsSecond(demanded(evaluation.context, 'now', operator)),
    calendar: calendarOf(parts),
    fiscal: evaluation.context.fiscal ?? CALENDAR_YEAR,
  }
  return windowOf(operator, moment, condition.values.length === 0 ? 0 : wholeNumber(parts, 0, 1))
}

/**
 * Rows hold whole seconds, and a request hardly ever comes at one: what was written in this second, a row made by
 * the caller just before, has been and does not lie ahead. A clock that stands still may well stand at one.
 */
function afterItsSecond(now: Date): Date {
  return now.getUTCMilliseconds() === 0 ? new Date(now.getTime() + 1) : now
}

/** A value that counts something. @throws QUERY_VALUE_INVALID unless it is a whole number from `least` on */
function wholeNumber({ condition }: ConditionParts, at: number, least: number): number {
  const value = condition.values[at]
  const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= least) return number
  throw new DataverseError(
    'QUERY_VALUE_INVALID',
    `Operator '${condition.operator}' on column '${condition.column}' takes a whole number from ${least} on, not ${shown(value ?? null)}.`,
  )
}

/** A day of the caller's calendar around the value; of dates without a zone, the day they name. */
function dayTest(operator: DayOperator, parts: ConditionParts, column: DateTimeColumn): RowTest {
  const { condition, read, evaluation } = parts
  const operand = String(operandOf(read.column, condition.values[0] ?? null, evaluation))
  const zone = column.behavior === 'UserLocal' ? calendarOf(parts) : UTC
  const { start, end } = boundsOf('day', new Date(operand), zone)
  switch (operator) {
    case 'on':
      return spanTest({ start, end }, zone, parts, column)
    case 'on-or-after':
      return spanTest({ start }, zone, parts, column)
    case 'on-or-before':
      return spanTest({ end }, zone, parts, column)
    default:
      return operator satisfies never
  }
}

const UTC: Calendar = { timeZoneCode: UTC_CODE }

/** Bounds as the column spells dates (for those without a zone: what the clock of `zone` shows), so that rows compare as text. */
function spanTest(
  { start, end }: Span,
  zone: Calendar,
  { value }: ConditionParts,
  column: DateTimeColumn,
): RowTest {
  const from = start === undefined ? undefined : boundText(start, column, zone)
  const to = end === undefined ? undefined : boundText(end, column, zone)
  return (row) => {
    const own = value(row)
    return (
      typeof own === 'string' &&
      (from === undefined || own >= from) &&
      (to === undefined || own < to)
    )
  }
}

/** Before every date and after every date a column can hold. */
const FIRST = '0000'
const LAST = 'A'

/**
 * The first text of the column's shape that is not before the bound: rows hold whole seconds, or whole days
 * where the column has no time.
 */
function boundText(bound: Date, column: DateTimeColumn, { timeZoneCode }: Calendar): string {
  const second = new Date(Math.ceil(bound.getTime() / 1000) * 1000)
  const year = second.getUTCFullYear()
  if (year < 1000) return FIRST
  if (year > 9998) return LAST
  if (column.behavior === 'UserLocal') return dateText(second)
  const local = localTimeFromUtc(second, timeZoneCode)
  const digits = new Date(
    Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second),
  )
  if (column.behavior === 'TimeZoneIndependent') return dateText(digits)
  const midnight = Math.ceil(digits.getTime() / DAY_MS) * DAY_MS
  return dateText(new Date(midnight)).slice(0, 10)
}

const DAY_MS = 86_400_000

/** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators */
function fiscalTest(parts: ConditionParts, column: DateTimeColumn): RowTest {
  const { evaluation } = parts
  const settings = evaluation.context.fiscal ?? CALENDAR_YEAR
  const calendar = calendarOf(parts)
  const operator = parts.condition.operator as OperatorOf<'fiscal'>
  if (operator === 'in-fiscal-year') {
    return spanTest(
      boundsOfFiscalYear(fiscalYear(parts, 0), settings, calendar),
      calendar,
      parts,
      column,
    )
  }
  const period = fiscalPeriod(parts, periodsPerYear(settings))
  if (operator === 'in-fiscal-period') {
    const zone = column.behavior === 'UserLocal' ? calendar : UTC
    const { value } = parts
    return (row) => {
      const own = value(row)
      return (
        typeof own === 'string' && fiscalPeriodOf(new Date(own), settings, zone).period === period
      )
    }
  }
  const { start, end } = boundsOfFiscalPeriod(
    { year: fiscalYear(parts, 1), period },
    settings,
    calendar,
  )
  switch (operator) {
    case 'in-fiscal-period-and-year':
      return spanTest({ start, end }, calendar, parts, column)
    case 'in-or-after-fiscal-period-and-year':
      return spanTest({ start }, calendar, parts, column)
    case 'in-or-before-fiscal-period-and-year':
      return spanTest({ end }, calendar, parts, column)
    default:
      return operator satisfies never
  }
}

function fiscalYear(parts: ConditionParts, at: number): number {
  const year = wholeNumber(parts, at, 1)
  if (year <= 9998) return year
  throw new DataverseError(
    'QUERY_VALUE_INVALID',
    `Fiscal year ${year} is not a year dates can have.`,
  )
}

/** Unverified: that periods are numbered from 1 whatever their length; some tools count half-years and months from 101. */
function fiscalPeriod(parts: ConditionParts, periods: number): number {
  const period = wholeNumber(parts, 0, 1)
  if (period <= periods) return period
  throw new DataverseError(
    'QUERY_VALUE_INVALID',
    `Fiscal period ${period} does not exist; a fiscal year has ${periods}.`,
  )
}
