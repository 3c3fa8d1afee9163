import { DataverseError } from '../errors/dataverse-error.ts'
import { fiscalPeriodOf, type FiscalPeriodType } from '../time/fiscal.ts'
import { localTimeFromUtc } from '../time/local-time.ts'
import { UTC_CODE } from '../time/zones.ts'
import type { ReadColumn } from './column-reader.ts'
import { CALENDAR_YEAR } from './context.ts'
import type { Evaluation } from './evaluation.ts'
import type { DateGrouping, Group } from './query.ts'

/**
 * What dates are grouped by: a part of the date in the caller's zone, or its fiscal period.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data
 */
export function dateGroupOf(
  grouping: DateGrouping,
  group: Group,
  { column }: ReadColumn,
  { context }: Evaluation,
): (text: string) => number | string {
  if (column.type !== 'DateTime') {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `'${group.column}' is of type ${column.type}; only dates can be grouped by ${grouping}.`,
    )
  }
  const isLocal = column.behavior === 'UserLocal' && group.utc !== true
  const calendar = { timeZoneCode: isLocal ? (context.timeZoneCode ?? UTC_CODE) : UTC_CODE }
  const fiscal = context.fiscal ?? CALENDAR_YEAR
  const local = (text: string) => localTimeFromUtc(new Date(text), calendar.timeZoneCode)
  switch (grouping) {
    case 'day':
      return (text) => local(text).day
    case 'week':
      return (text) => weekOf(local(text))
    case 'month':
      return (text) => local(text).month
    case 'quarter':
      return (text) =>
        fiscalPeriodOf(new Date(text), { ...fiscal, periodType: 'quarterly' }, calendar).period
    case 'year':
      return (text) => local(text).year
    case 'fiscal-period':
      return (text) => {
        const { year, period } = fiscalPeriodOf(new Date(text), fiscal, calendar)
        return `${PERIOD_NAMES[fiscal.periodType]} ${period} FY${year}`
      }
    case 'fiscal-year':
      return (text) => `FY${fiscalPeriodOf(new Date(text), fiscal, calendar).year}`
    default:
      return grouping satisfies never
  }
}

/** Unverified: the names of periods other than quarters. */
const PERIOD_NAMES = {
  annual: 'Year',
  semiannual: 'Semester',
  quarterly: 'Quarter',
  monthly: 'Month',
  'four-week': 'Period',
} as const satisfies Readonly<Record<FiscalPeriodType, string>>

const DAY_MS = 86_400_000

/** Weeks begin on Sunday; 1 January is in week 1. */
function weekOf({
  year,
  month,
  day,
}: {
  readonly year: number
  readonly month: number
  readonly day: number
}): number {
  const first = Date.UTC(year, 0, 1)
  const dayOfYear = Math.round((Date.UTC(year, month - 1, day) - first) / DAY_MS)
  return Math.floor((dayOfYear + new Date(first).getUTCDay()) / 7) + 1
}
