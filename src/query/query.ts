import type { Row } from '../rows/value.ts'
import type { Value } from '../rows/value.ts'

/** One question to the organization. FetchXML, OData and QueryExpression all become this. */
export interface Query {
  /** Logical name. */
  readonly table: string
  /** Logical names, or 'all'. The primary id is always read. */
  readonly columns: readonly string[] | 'all'
  readonly where?: Filter
  readonly order?: readonly Order[]
  /** At most so many rows; not together with `page`. */
  readonly top?: number
  readonly page?: PageRequest
  /** Whether `Page.totalCount` is wanted. */
  readonly count?: boolean
}

export interface PageRequest {
  /** 1 to 5000. */
  readonly size: number
  /** From 1. */
  readonly number: number
  readonly cookie?: string
}

export interface Order {
  readonly column: string
  readonly descending: boolean
}

export type Filter = FilterGroup | Condition

export interface FilterGroup {
  readonly kind: 'and' | 'or'
  readonly filters: readonly Filter[]
  /** OData's `not (…)`: the whole group refused where it holds. */
  readonly negated?: boolean
}

export interface Condition {
  readonly kind: 'condition'
  readonly column: string
  /** A row of `operators.ts`, by its FetchXML name: eq, ne, lt, like, null, in … */
  readonly operator: string
  /** Values in the shape of the column (a GUID text for lookups); as many as the operator takes. */
  readonly values: readonly Value[]
  /** Compares with another column of the same row instead of values (FetchXML `valueof`). */
  readonly otherColumn?: string
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
