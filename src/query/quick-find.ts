import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import { accessTo } from './access.ts'
import type { Evaluation } from './evaluation.ts'
import { isLocal } from './filter.ts'
import { prepare } from './program.ts'
import type { Filter, FilterGroup, Query } from './query.ts'

/**
 * Refuses a quick find that finds too much. The rows of its filter alone count: the platform looks at it before
 * every other filter, and before it looks at what the caller may read.
 * https://learn.microsoft.com/power-apps/developer/data-platform/quick-find#how-the-search-item-limit-is-calculated
 * @throws QUICK_FIND_LIMIT_EXCEEDED
 */
export function checkQuickFind(query: Query, table: Table, evaluation: Evaluation): void {
  for (const filter of quickFindsIn(query.where)) {
    if (!isLimited(filter, evaluation)) continue
    const whole = { ...evaluation, source: evaluation.source.whole ?? evaluation.source }
    const isOwn = isLocal(filter, { slot: 0, alias: '', table })
    const selection = { where: filter, ...(isOwn ? {} : { links: query.links }) }
    const limit = evaluation.limits.rowsQuickFound
    let found = 0
    const { rows } = accessTo(table, selection, whole)
    prepare(table, selection, whole).run(rows(), () => ++found <= limit)
    if (found > limit) {
      throw new DataverseError(
        'QUICK_FIND_LIMIT_EXCEEDED',
        'The number of records for this search exceeds the Quick Search record limit. Please refine your query and try again.',
      )
    }
  }
}

/** A filter can ask for the limit, or against it, whatever the organization's setting. */
function isLimited({ quickFindLimit }: FilterGroup, { context }: Evaluation): boolean {
  if (quickFindLimit !== undefined) return quickFindLimit === 'enabled'
  return context.limitsQuickFind ?? true
}

function quickFindsIn(
  filter: Filter | undefined,
  found: FilterGroup[] = [],
): readonly FilterGroup[] {
  if (filter === undefined || filter.kind === 'condition' || filter.kind === 'link') return found
  if (filter.quickFind === true) found.push(filter)
  else for (const part of filter.filters) quickFindsIn(part, found)
  return found
}
