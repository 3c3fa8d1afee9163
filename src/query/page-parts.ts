import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import type { QueryLimits } from './context.ts'
import type { Evaluation } from './evaluation.ts'
import type { Frame } from './filter.ts'
import type { Program } from './program.ts'
import type { Page, Query } from './query.ts'
import type { SortKey } from './sort-key.ts'

/** What every way of making a page needs. */
export interface PageParts {
  readonly query: Query
  readonly program: Program
  readonly evaluation: Evaluation
  readonly keys: readonly SortKey[]
  readonly project: (frame: Frame) => Row
}

/**
 * How many rows an answer may hold: as asked for, at most 5000, of elastic tables 500 a page.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results
 */
export function pageSize(
  { page, top }: Query,
  { definition }: Table,
  { rowsPerPage, elasticRowsPerPage }: QueryLimits,
): number {
  if (top !== undefined) return top
  const most = definition.tableType === 'Elastic' ? elasticRowsPerPage : rowsPerPage
  return Math.min(page?.size ?? most, most)
}

/** `totalCount` where the query asks for it. https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/count-rows */
export function total(
  query: Query,
  matching: number,
  limit: number,
): Pick<Page, 'totalCount' | 'totalCountLimitExceeded'> {
  if (query.count !== true) return {}
  return { totalCount: Math.min(matching, limit), totalCountLimitExceeded: matching > limit }
}
