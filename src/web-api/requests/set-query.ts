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
  const paged = withExtent(scope, query)
  return {
    // Not by spreading, which costs each request microseconds.
    query:
      apply === undefined
        ? Object.assign({}, paged, { columns: columnsOf(selection, expansion) })
        : paged,
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
function withExtent({ address, preferences }: Scope, query: Query): Query {
  const token = address.options.get('$skiptoken')
  const isPaged = preferences.maxPageSize !== undefined || token !== undefined
  if (query.top !== undefined && !isPaged) {
    return query.top <= MAX_PAGE_SIZE ? query : { ...query, top: MAX_PAGE_SIZE }
  }
  const size = preferences.maxPageSize ?? MAX_PAGE_SIZE
  const page: PageRequest =
    token === undefined ? { size, number: 1 } : { size, ...readSkipToken(token) }
  return Object.assign(withoutTop(query), { page })
}

function withoutTop(query: Query): Query {
  const copy: { -readonly [P in keyof Query]: Query[P] } = Object.assign({}, query)
  delete copy.top
  return copy
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
