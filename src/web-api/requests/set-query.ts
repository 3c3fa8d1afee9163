import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { PageRequest, Query } from '../../query/query.ts'
import { selectionOf, type Selection } from '../answer/selection.ts'
import { MAX_PAGE_SIZE } from '../preferences.ts'
import type { Scope } from '../scope.ts'
import { readSkipToken } from './skip-token.ts'

/** What the options of an address ask of a set. */
export interface SetQuery {
  readonly query: Query
  readonly selection: Selection
}

/** @throws QUERY_INVALID */
export function setQuery(scope: Scope, table: Table): SetQuery {
  const { options } = scope.address
  const selection = selectionOf(table, options.get('$select'))
  return {
    query: {
      table: table.logicalName,
      columns: selection.columns ?? 'all',
      choicesByValue: true,
      ...extent(scope),
      ...(options.get('$count') === 'true' ? { count: true } : {}),
    },
    selection,
  }
}

/** `$top`, or pages: a page size asked for makes `$top` unheeded. */
function extent({ address, preferences }: Scope): {
  readonly top?: number
  readonly page?: PageRequest
} {
  const top = address.options.get('$top')
  const token = address.options.get('$skiptoken')
  if (top !== undefined && preferences.maxPageSize === undefined && token === undefined) {
    return { top: readTop(top) }
  }
  const size = preferences.maxPageSize ?? MAX_PAGE_SIZE
  return { page: token === undefined ? { size, number: 1 } : { size, ...readSkipToken(token) } }
}

function readTop(text: string): number {
  if (/^\d{1,9}$/.test(text.trim())) return Math.min(Number(text), MAX_PAGE_SIZE)
  throw new DataverseError(
    'QUERY_INVALID',
    `Invalid value '${text}' for $top query option found. The $top query option requires a non-negative integer value.`,
  )
}
