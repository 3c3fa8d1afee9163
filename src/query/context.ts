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
  readonly fiscal?: FiscalSettings
  readonly collation?: Collation
  readonly limits?: Partial<QueryLimits>
}

/**
 * How texts are compared. Always without regard to case and to blanks at the end.
 * Unverified: whether accents matter depends on the organization's base language; here they do unless told otherwise.
 */
export interface Collation {
  readonly accents: 'matter' | 'ignored'
}

/**
 * Of `organization`: fiscalcalendarstart, fiscalperiodtype, fiscalyeardisplaycode.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/organization
 */
export interface FiscalSettings {
  /** Month of the year's first day, 1 to 12. */
  readonly startMonth: number
  readonly startDay: number
  readonly period: 'annual' | 'semi-annual' | 'quarterly' | 'monthly' | 'four-week'
  /** Which calendar year a fiscal year is named after: the one it starts in or the one it ends in. */
  readonly namedAfter: 'start' | 'end'
}

/** The calendar year in quarters: what a new organization has. */
export const CALENDAR_YEAR: FiscalSettings = {
  startMonth: 1,
  startDay: 1,
  period: 'quarterly',
  namedAfter: 'start',
}

export interface QueryLimits {
  readonly rowsPerPage: number
  readonly rowsCounted: number
  readonly rowsWithoutCookie: number
  readonly rowsAggregated: number
  readonly links: number
  readonly conditions: number
  readonly hierarchyLevels: number
}

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/filter-rows
 */
export const QUERY_LIMITS: QueryLimits = {
  rowsPerPage: 5000,
  rowsCounted: 5000,
  rowsWithoutCookie: 50_000,
  rowsAggregated: 50_000,
  links: 15,
  conditions: 500,
  hierarchyLevels: 100,
}
