import type { Message } from '../pipeline/message.ts'
import type { Operation } from '../pipeline/operation.ts'
import type { Page, Query } from '../query/query.ts'
import { EMPTY_GUID } from '../rows/guid.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import { computedColumns, withComputed } from './computed.ts'
import { assertOffered } from './not-found.ts'
import type { RetrieveMultipleRequest, RetrieveMultipleResponse } from './requests.ts'

type RetrieveMultipleOperation = Operation<RetrieveMultipleRequest, RetrieveMultipleResponse>

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-query-data */
export const retrieveMultiple: Message<
  'RetrieveMultiple',
  RetrieveMultipleRequest,
  RetrieveMultipleResponse
> = {
  name: 'RetrieveMultiple',
  onlyReads: true,

  begin(request, { catalog }) {
    const table = catalog.table(request.query.table)
    assertOffered(table, 'RetrieveMultiple')
    return { table, id: EMPTY_GUID }
  },

  run(operation) {
    const { query } = operation.request
    const computed =
      query.aggregate === true || query.distinct === true
        ? []
        : computedColumns(operation.subject, query.columns)
    const asked = computed.length === 0 ? query : withOwner(query, computed)
    const page = operation.reader.select(asked)
    return isPromise(page)
      ? page.then((found) => answer(operation, found, computed))
      : answer(operation, page, computed)
  },

  inputParameters: ({ request }) => ({ Query: request.query }),
  outputParameters: ({ table, response }) => ({
    BusinessEntityCollection: {
      EntityName: table?.logicalName ?? 'none',
      Entities: response?.rows ?? [],
      MoreRecords: response?.moreRows ?? false,
      PagingCookie: response?.cookie ?? null,
      TotalRecordCount: response?.totalCount ?? -1,
    },
  }),
}

/** The owner must be read to name it. */
function withOwner(query: Query, computed: readonly string[]): Query {
  if (query.columns === 'all') return query
  return {
    ...query,
    columns: [...query.columns.filter((name) => !computed.includes(name)), 'ownerid'],
  }
}

function answer(
  operation: RetrieveMultipleOperation,
  page: Page,
  computed: readonly string[],
): Awaitable<RetrieveMultipleResponse> {
  if (computed.length === 0) return page
  const named = page.rows.map((row) => withComputed(operation, { ...row }, row, computed))
  const whole = (rows: readonly Row[]): RetrieveMultipleResponse => ({ ...page, rows })
  return named.some(isPromise)
    ? Promise.all(named).then(whole)
    : whole(named.filter((row): row is Row => !isPromise(row)))
}
