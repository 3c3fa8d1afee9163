import { DataverseError } from '../errors/dataverse-error.ts'
import type { Message } from '../pipeline/message.ts'
import { EMPTY_GUID } from '../rows/guid.ts'
import type { Row } from '../rows/value.ts'
import { CallerContext } from './caller-context.ts'
import { assertOffered } from './not-found.ts'
import { isObject } from './parameters.ts'
import type { RetrieveMultipleRequest, RetrieveMultipleResponse } from './requests.ts'

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
    const { reader, request } = operation
    return reader.select({ ...request.query, context: new CallerContext(operation) })
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
  /** Which page it is, and how many rows there are, stays what the query found. */
  answered({ response }, { BusinessEntityCollection: collection }) {
    const rows = isObject(collection) ? collection['Entities'] : undefined
    if (Array.isArray(rows) && rows.every(isObject)) {
      return { ...response, moreRows: response?.moreRows ?? false, rows: rows as readonly Row[] }
    }
    throw new DataverseError(
      'HANDLER_FAILED',
      'BusinessEntityCollection is not a collection with Entities.',
    )
  },
}
