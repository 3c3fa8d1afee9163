import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import { parseODataQuery } from '../../query/odata/parse-query.ts'
import type { PageRequest, Query } from '../../query/query.ts'
import { selectionOf, type Selection } from '../answer/selection.ts'
import { MAX_PAGE_SIZE } from '../preferences.ts'
import type { Scope } from '../scope.ts'
import { readExpansion, type Expansion } from './expand.ts'
import { readSkipToken } from './skip-token.ts'

/** What the options of an address ask of a set. */
export interface SetQuery {
  readonly query: Query
  readonly selection: Selection
  readonly expansion: Expansion
  /** `$apply`: the rows are groups, not rows of the table. */
  readonly isAggregate: boolean
}

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview
 * @throws QUERY_INVALID
 */
export function setQuery(scope: Scope, table: Table): SetQuery {
  const { options } = scope.address
  assertSupported(options.names)
  refuseChangeTracking(scope)
  const selection = selectionOf(table, options.get('$select'))
  const expansion = readExpansion(options.get('$expand'), table, scope.catalog)
  const apply = options.get('$apply')
  const { query } = parseODataQuery(
    {
      filter: options.get('$filter'),
      orderby: options.get('$orderby'),
      top: options.get('$top'),
      count: options.get('$count'),
      apply,
      aliases: options.aliases,
    },
    table,
    scope.catalog,
  )
  const { top, ...asked } = query
  const paged = { ...asked, ...extent(scope, top) }
  return {
    query: apply === undefined ? { ...paged, columns: columnsOf(selection, expansion) } : paged,
    selection,
    expansion,
    isAggregate: apply !== undefined,
  }
}

/** Logical names to ask for: those shown, and those that lead to what is expanded. */
export function columnsOf(
  { columns }: Selection,
  { columns: needed }: Expansion,
): readonly string[] | 'all' {
  if (columns === undefined) return 'all'
  return needed.length === 0 ? columns : [...new Set([...columns, ...needed])]
}

/** `$top`, or pages: where a page size is asked for, `$top` is not heeded. */
function extent(
  { address, preferences }: Scope,
  top: number | undefined,
): { readonly top: number } | { readonly page: PageRequest } {
  const token = address.options.get('$skiptoken')
  if (top !== undefined && preferences.maxPageSize === undefined && token === undefined) {
    return { top: Math.min(top, MAX_PAGE_SIZE) }
  }
  const size = preferences.maxPageSize ?? MAX_PAGE_SIZE
  return { page: token === undefined ? { size, number: 1 } : { size, ...readSkipToken(token) } }
}

const SUPPORTED: ReadonlySet<string> = new Set([
  '$select',
  '$filter',
  '$orderby',
  '$top',
  '$count',
  '$expand',
  '$apply',
  '$skiptoken',
  '$deltatoken',
])

/** The changes of a set are asked for where it stands alone: see `track-changes.ts`. */
function refuseChangeTracking({ address, preferences }: Scope): void {
  if (!preferences.trackChanges && address.options.get('$deltatoken') === undefined) return
  throw new DataverseError(
    'NOT_SUPPORTED',
    'Change tracking (odata.track-changes, $deltatoken) of related rows is not emulated; ask the set itself.',
  )
}

/** Options are case-sensitive, and `$skip`, `$search` and `$format` are not offered. @throws QUERY_INVALID */
export function assertSupported(names: Iterable<string>): void {
  for (const name of names) {
    if (name.startsWith('$') && !SUPPORTED.has(name)) {
      throw new DataverseError('QUERY_INVALID', `The query parameter ${name} is not supported.`)
    }
  }
}
