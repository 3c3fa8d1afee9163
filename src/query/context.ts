import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import type { FiscalSettings } from '../time/fiscal.ts'

/** Who asks, when and where: everything a query's answer depends on besides the rows. */
export interface QueryContext {
  readonly now?: Date
  /** The caller. */
  readonly userId?: string
  readonly businessUnitId?: string
  readonly teamIds?: readonly string[]
  /** LCID of the caller's language. */
  readonly languageCode?: number
  /** `usersettings.timezonecode`; absent: 92, UTC. */
  readonly timeZoneCode?: number
  /** Absent: quarters from 1 January. */
  readonly fiscal?: FiscalSettings
  readonly collation?: Collation
  /** By what users report to each other; absent: by their managers. */
  readonly reporting?: 'manager' | 'position'
  /** `organization.quickfindrecordlimitenabled`: whether quick finds are limited. Absent: they are. */
  readonly limitsQuickFind?: boolean
  /** The table with this type number, which columns that name tables may be compared with. */
  tableOfTypeCode?(code: number): string | undefined
  readonly limits?: Partial<QueryLimits>
  /** What the caller is shown of the rows there are; absent: all of it. */
  readonly sight?: Sight | undefined
}

/** Rows as one caller sees them. */
export interface Sight {
  /** What is shown of a row, undefined where nothing is; undefined itself: every row is shown as it is. */
  of(table: Table): ((row: Row) => Row | undefined) | undefined
}

/**
 * How texts are compared. Always without regard to case and to blanks at the end.
 * Unverified: whether accents matter depends on the organization's base language; here they do unless told otherwise.
 */
export interface Collation {
  readonly accents: 'matter' | 'ignored'
}

/** The calendar year in quarters: what a new organization has. */
export const CALENDAR_YEAR: FiscalSettings = {
  startMonth: 1,
  startDay: 1,
  periodType: 'quarterly',
  namedAfter: 'start',
}

export interface QueryLimits {
  readonly rowsPerPage: number
  readonly elasticRowsPerPage: number
  readonly rowsCounted: number
  readonly rowsWithoutCookie: number
  readonly rowsAggregated: number
  readonly rowsQuickFound: number
  readonly links: number
  readonly conditions: number
  readonly hierarchyLevels: number
}

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/filter-rows
 * https://learn.microsoft.com/power-apps/developer/data-platform/quick-find#quick-find-record-limits
 */
export const QUERY_LIMITS: QueryLimits = {
  rowsPerPage: 5000,
  elasticRowsPerPage: 500,
  rowsCounted: 5000,
  rowsWithoutCookie: 50_000,
  rowsAggregated: 50_000,
  rowsQuickFound: 10_000,
  links: 15,
  conditions: 500,
  hierarchyLevels: 100,
}
