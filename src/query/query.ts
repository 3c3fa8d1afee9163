import type { Row, Value } from '../rows/value.ts'
import type { QueryContext } from './context.ts'
import type { OperatorName } from './operators.ts'

/** What the questioned table and every linked table have in common. */
export interface QueryNode {
  /** Logical name. */
  readonly table: string
  /** Logical names, or 'all'. */
  readonly columns: readonly string[] | 'all'
  /** Columns that come back under another name. */
  readonly aliased?: readonly AliasedColumn[]
  /** Of an aggregate query: what rows are put together by. */
  readonly groups?: readonly Group[]
  /** Of an aggregate query: what is computed of each group. */
  readonly aggregates?: readonly Aggregate[]
  readonly where?: Filter
  readonly links?: readonly Link[]
  readonly order?: readonly Order[]
}

/** One question to the organization. FetchXML, OData and QueryExpression all become this. */
export interface Query extends QueryNode {
  /**
   * Logical names, or 'all'. The primary id is always read, except by a distinct or an aggregate query.
   */
  readonly columns: readonly string[] | 'all'
  /** At most so many rows; not together with `page`. */
  readonly top?: number
  readonly page?: PageRequest
  /** Whether `Page.totalCount` is wanted. */
  readonly count?: boolean
  /** Rows that are alike in every chosen column come once. */
  readonly distinct?: boolean
  /** Rows are grouped by `groups` and computed by `aggregates` of this node and its links. */
  readonly aggregate?: boolean
  /** Refuses to aggregate more rows than this; the platform's 50,000 stays the upper bound. */
  readonly aggregateLimit?: number
  /** Choices are sorted by value; otherwise by label, as FetchXML and QueryExpression do. */
  readonly choicesByValue?: boolean
  /** Advice about how to answer; none changes the answer. */
  readonly hints?: QueryHints
  /** Who asks and when: what 'today' or 'my teams' mean. Set by RetrieveMultiple, never by a client. */
  readonly context?: QueryContext
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/optimize-performance */
export interface QueryHints {
  readonly noLock?: boolean
  readonly lateMaterialize?: boolean
  /** Names of SQL hints, comma between them. */
  readonly options?: string
  /** `retained` asks for rows of long-term retention, which are not emulated. */
  readonly dataSource?: string
}

export interface PageRequest {
  /** 1 to 5000. */
  readonly size: number
  /** From 1. */
  readonly number: number
  readonly cookie?: string
}

export interface AliasedColumn {
  readonly column: string
  readonly alias: string
  /** Instead of the column's value, the number of rows below this one in its hierarchy. */
  readonly rowAggregate?: 'CountChildren'
}

/** Parts of a date that rows can be grouped by. */
export const DATE_GROUPINGS = [
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'fiscal-period',
  'fiscal-year',
] as const
export type DateGrouping = (typeof DATE_GROUPINGS)[number]

export interface Group {
  readonly column: string
  readonly alias: string
  readonly date?: DateGrouping
  /** Dates are taken apart in UTC instead of the caller's zone. */
  readonly utc?: boolean
}

export const AGGREGATE_FUNCTIONS = ['count', 'countcolumn', 'sum', 'avg', 'min', 'max'] as const
export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number]

export interface Aggregate {
  readonly function: AggregateFunction
  readonly column: string
  readonly alias: string
  /** Of countcolumn: equal values count once. */
  readonly distinct?: boolean
}

/**
 * inner and outer bring rows of the linked table; matchfirst brings one; exists and in only ask whether
 * there is one. https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/join-tables
 */
export const LINK_TYPES = ['inner', 'outer', 'exists', 'in', 'matchfirst'] as const
export type LinkType = (typeof LINK_TYPES)[number]

export interface Link extends QueryNode {
  readonly kind: LinkType
  /** Column of the linked table. */
  readonly from: string
  /** Column of the table this link stands on. */
  readonly to: string
  /** Prefix of its columns in the result; absent: the table's name and the link's number in the query. */
  readonly alias?: string
  /** Marks the table between the two ends of a many-to-many relationship; changes nothing. */
  readonly intersect?: boolean
}

export interface Order {
  /** A column, or in an aggregate query the alias of a group or aggregate. */
  readonly column: string
  readonly descending: boolean
  /** Alias of the link the column belongs to. */
  readonly link?: string
}

export type Filter = FilterGroup | Condition | LinkFilter

export interface FilterGroup {
  readonly kind: 'and' | 'or'
  readonly filters: readonly Filter[]
  /** OData's `not (…)`: the group turned around, operator by operator (see `negate.ts`). */
  readonly negated?: boolean
  /** Advice to SQL Server. */
  readonly hint?: 'union'
  /** The conditions of a quick find, and whether its limit of rows is asked for or not. */
  readonly quickFind?: boolean
  readonly quickFindLimit?: 'enabled' | 'disabled'
}

export interface Condition {
  readonly kind: 'condition'
  readonly column: string
  /** A row of `operators.ts`, by its FetchXML name: eq, ne, lt, like, null, in … */
  readonly operator: OperatorName
  /** Values in the shape of the column (a GUID text for lookups), or as text; as many as the operator takes. */
  readonly values: readonly Value[]
  /** Compares with another column instead of values (FetchXML `valueof`): of this row, or `alias.column`. */
  readonly otherColumn?: string
  /** Alias of the link whose column is looked at, after the tables are joined. */
  readonly link?: string
}

/**
 * Asks about rows of another table inside a filter. `all` is the platform's: related rows exist and none
 * of them matches. https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/filter-rows
 */
export const LINK_QUANTIFIERS = ['any', 'not any', 'all', 'not all'] as const
export type LinkQuantifier = (typeof LINK_QUANTIFIERS)[number]

export interface LinkFilter {
  readonly kind: 'link'
  readonly quantifier: LinkQuantifier
  readonly table: string
  readonly from: string
  readonly to: string
  readonly alias?: string
  readonly intersect?: boolean
  readonly where?: Filter
  readonly links?: readonly Link[]
}

/** One page of rows, in order. */
export interface Page {
  readonly rows: readonly Row[]
  readonly moreRows: boolean
  /** Number of rows that match, whatever the page; only where the query asked; at most 5000 are counted. */
  readonly totalCount?: number
  readonly totalCountLimitExceeded?: boolean
  /** To be sent with the request for the next page. */
  readonly cookie?: string
}
