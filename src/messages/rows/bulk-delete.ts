import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { printFetchXml } from '../../query/fetchxml/print.ts'
import { parseQueryExpression } from '../../query/query-expression/parse.ts'
import type { Query } from '../../query/query.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { assertOffered } from '../not-found.ts'
import type { BulkDeleteRequest, BulkDeleteResponse } from '../requests.ts'

/** A row for each job, beside the system job that does the work. */
export const BULK_DELETE_OPERATIONS = 'bulkdeleteoperation'

/**
 * Submits a job that deletes the rows of some queries, in their order. What the job does is the asynchronous
 * service's; the answer names the system job.
 * https://learn.microsoft.com/power-apps/developer/data-platform/delete-data-bulk
 * @throws INVALID_ARGUMENT, PAYLOAD_INVALID, NOT_SUPPORTED for jobs that recur or send mail
 */
export const bulkDelete: Message<'BulkDelete', BulkDeleteRequest, BulkDeleteResponse> = {
  name: 'BulkDelete',

  begin(request, { catalog }) {
    assertRequest(request)
    for (const { table, aggregate } of queriesOf(request, catalog)) {
      assertOffered(catalog.table(table), 'Delete')
      if (aggregate === true) {
        throw new DataverseError(
          'INVALID_ARGUMENT',
          `BulkDelete deletes rows; a query over ${table} asks for groups.`,
        )
      }
    }
    return { table: undefined, id: EMPTY_GUID }
  },

  async run(operation) {
    const JobId = operation.runtime.ids.next()
    await operation.tx.insert(
      operation.runtime.catalog.table(BULK_DELETE_OPERATIONS),
      newOperation(operation, JobId),
    )
    return { JobId }
  },

  inputParameters: ({ request: { QuerySet, JobName, RecurrencePattern, StartDateTime } }) => ({
    QuerySet,
    JobName,
    RecurrencePattern: RecurrencePattern ?? '',
    StartDateTime: StartDateTime ?? null,
  }),
  outputParameters: ({ response }) => ({ ...response }),
}

/** What the job is to delete. */
export function queriesOf(
  { QuerySet }: Pick<BulkDeleteRequest, 'QuerySet'>,
  catalog: Catalog,
): readonly Query[] {
  return QuerySet.map((json, at) => parseQueryExpression(json, catalog, `QuerySet[${at}]`))
}

function assertRequest(request: BulkDeleteRequest): void {
  const { QuerySet, JobName, StartDateTime } = request
  if (!Array.isArray(QuerySet) || QuerySet.length === 0) {
    throw new DataverseError('INVALID_ARGUMENT', "BulkDelete needs queries in 'QuerySet'.")
  }
  if (typeof JobName !== 'string' || JobName === '') {
    throw new DataverseError('INVALID_ARGUMENT', "BulkDelete needs the parameter 'JobName'.")
  }
  if ((StartDateTime ?? null) !== null && Number.isNaN(Date.parse(String(StartDateTime)))) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `'${String(StartDateTime)}', the StartDateTime of BulkDelete, is no point in time.`,
    )
  }
  const { RecurrencePattern = '', SendEmailNotification = false, SourceImportId } = request
  if (RecurrencePattern !== '') throw notEmulated('that recurs (RecurrencePattern)')
  if (SendEmailNotification) throw notEmulated('that sends mail (SendEmailNotification)')
  if ((SourceImportId ?? null) !== null) throw notEmulated('of an import (SourceImportId)')
}

function notEmulated(what: string): DataverseError {
  return new DataverseError('NOT_SUPPORTED', `A bulk delete job ${what} is not emulated.`)
}

function newOperation(
  { request, runtime, caller }: Operation<BulkDeleteRequest, BulkDeleteResponse>,
  jobId: string,
) {
  const now = runtime.nowText()
  const user = { table: 'systemuser', id: caller.userId }
  const queries = queriesOf(request, runtime.catalog)
  return {
    bulkdeleteoperationid: runtime.ids.next(),
    asyncoperationid: { table: 'asyncoperation', id: jobId },
    name: request.JobName,
    // Unverified: what is around several documents.
    orderedquerysetxml: queries.map((query) => printFetchXml(query, { isCompact: true })).join(''),
    isrecurring: false,
    processingqeindex: 0,
    successcount: 0,
    failurecount: 0,
    statecode: 0,
    statuscode: 0,
    createdon: now,
    createdby: user,
    modifiedon: now,
    modifiedby: user,
  }
}
