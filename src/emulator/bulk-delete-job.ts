import { DataverseError } from '../errors/dataverse-error.ts'
import { BULK_DELETE_OPERATIONS, queriesOf } from '../messages/rows/bulk-delete.ts'
import type { StepOrganization } from '../messages/organization-service.ts'
import type { BulkDeleteRequest, BulkDeleteResponse } from '../messages/requests.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import { StepRun } from '../pipeline/step-run.ts'
import type { Step } from '../pipeline/step.ts'
import type { Query } from '../query/query.ts'
import { idOfName } from '../rows/guid.ts'
import { andThen, inTurn } from '../rows/awaitable.ts'
import type { Row, RowRef, Values } from '../rows/value.ts'
import type { Store } from '../store/store.ts'
import { JOB_STATES, JOB_STATUSES } from './job-states.ts'
import { systemStep } from './system-step.ts'

const BULK_DELETE = 13
const NAME = 'Bulk delete'

export interface BulkDeleteParts {
  readonly store: Store
  readonly runtime: () => Runtime
}

/**
 * What a bulk delete job does: it deletes the rows that each query finds, each by a Delete of its own with steps
 * and cascades, and tells in `bulkdeleteoperation` and `bulkdeletefailure` what became of them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/delete-data-bulk
 */
export function bulkDeleteStep(parts: BulkDeleteParts): Step {
  return {
    id: idOfName(`system step\n${NAME}`),
    name: NAME,
    message: 'BulkDelete',
    table: null,
    stage: 40,
    mode: 'async',
    rank: 0,
    preImages: [],
    postImages: [],
    writes: [],
    isSystem: true,
    isAsync: true,
    jobOf: (operation) => ({
      id: jobIdOf(operation),
      values: jobValues(operation.request as BulkDeleteRequest, parts.runtime()),
    }),
    async run(event) {
      if (event instanceof StepRun) return deleteAll(event, parts)
      throw new DataverseError('UNEXPECTED', `${NAME} runs in the pipeline only.`)
    },
  }
}

function jobIdOf({ response }: AnyOperation): string {
  return (response as BulkDeleteResponse).JobId
}

/** It waits for its time where it has one. */
function jobValues({ JobName, StartDateTime }: BulkDeleteRequest, { clock }: Runtime): Values {
  const start = (StartDateTime ?? null) === null ? NaN : Date.parse(String(StartDateTime))
  return {
    name: JobName,
    operationtype: BULK_DELETE,
    ...(start > clock.now().getTime()
      ? {
          statecode: JOB_STATES.Suspended,
          statuscode: JOB_STATUSES.Waiting,
          postponeuntil: new Date(start).toISOString(),
        }
      : {}),
  }
}

async function deleteAll(run: StepRun, parts: BulkDeleteParts): Promise<void> {
  const row = await operationRow(jobIdOf(run.operation), parts)
  const counts = { successcount: 0, failurecount: 0 }
  await tell(row, { statecode: JOB_STATES.Locked, statuscode: JOB_STATUSES.InProgress }, parts)
  const end = (statuscode: number) =>
    tell(row, { ...counts, statecode: JOB_STATES.Completed, statuscode }, parts)
  try {
    await deleteFound(run, { row, counts, parts })
  } catch (error) {
    await end(JOB_STATUSES.Failed)
    throw error
  }
  // Unverified: that a job whose rows stayed has succeeded all the same.
  await end(JOB_STATUSES.Succeeded)
}

interface Progress {
  /** The id of the bulk delete operation. */
  readonly row: string
  /** Written as rows are deleted, or stay. */
  readonly counts: { successcount: number; failurecount: number }
  readonly parts: BulkDeleteParts
}

async function deleteFound(run: StepRun, { row, counts, parts }: Progress): Promise<void> {
  // The pipeline hands out what it was given to offer.
  const org = run.org as StepOrganization
  const request = run.operation.request as BulkDeleteRequest
  for (const [index, query] of queriesOf(request, parts.runtime().catalog).entries()) {
    await tell(row, { processingqeindex: index }, parts)
    for (const target of await found(query, org, parts)) {
      if (await isOver(row, parts)) return
      try {
        await org.delete(target.table, target.id)
        counts.successcount++
      } catch (error) {
        counts.failurecount++
        await record({ target, error, index, row }, parts)
      }
    }
  }
}

/**
 * All rows first: what is deleted must not shift the pages.
 * Unverified: that the query's own page is not heeded.
 */
async function found(
  query: Query,
  org: StepOrganization,
  { runtime }: BulkDeleteParts,
): Promise<readonly RowRef[]> {
  const { primaryId } = runtime().catalog.table(query.table)
  const { table, where, links, order, top } = query
  const asked: Query = {
    table,
    columns: [],
    ...(where === undefined ? {} : { where }),
    ...(links === undefined ? {} : { links }),
    // Which the first rows are depends on it.
    ...(top === undefined || order === undefined ? {} : { order }),
    ...(top === undefined ? {} : { top }),
  }
  const rows: RowRef[] = []
  const seen = new Set<string>()
  for (let number = 1, cookie: string | undefined; ; number++) {
    const next = { size: PAGE, number, ...(cookie === undefined ? {} : { cookie }) }
    const answer = await org.retrieveMultiple(top === undefined ? { ...asked, page: next } : asked)
    for (const row of answer.rows) {
      const id = row[primaryId]
      if (typeof id !== 'string' || seen.has(id)) continue
      seen.add(id)
      rows.push({ table, id })
    }
    if (!answer.moreRows) return rows
    cookie = answer.cookie
  }
}

const PAGE = 5000

async function operationRow(jobId: string, { store, runtime }: BulkDeleteParts): Promise<string> {
  const table = runtime().catalog.table(BULK_DELETE_OPERATIONS)
  const [row] = await store.transaction((tx) => tx.related(table, 'asyncoperationid', jobId))
  const id = row?.[table.primaryId]
  if (typeof id === 'string') return id
  throw new DataverseError('ROW_NOT_FOUND', `The bulk delete operation of job ${jobId} is gone.`)
}

/** The platform's own writing: no message, and so no step. What was canceled stays so. */
async function tell(
  id: string,
  values: Values,
  { store, runtime }: BulkDeleteParts,
): Promise<void> {
  const table = runtime().catalog.table(BULK_DELETE_OPERATIONS)
  await store.transaction(async (tx) => {
    const row = await tx.get(table, id)
    if (row === undefined) return
    const { statecode = null, statuscode = null, ...others } = values
    const state = isCompleted(row) || statecode === null ? {} : { statecode, statuscode }
    await tx.patch(table, row, { ...others, ...state, modifiedon: runtime().nowText() })
  })
}

/** Whether somebody has canceled the job, or deleted its row. */
async function isOver(id: string, { store, runtime }: BulkDeleteParts): Promise<boolean> {
  const row = await store.committed.get(runtime().catalog.table(BULK_DELETE_OPERATIONS), id)
  return row === undefined || isCompleted(row)
}

function isCompleted(row: Row): boolean {
  return row['statecode'] === JOB_STATES.Completed
}

/** Whoever cancels the system job cancels its bulk delete operation. */
// Unverified: that the operation follows, and that a job which is at it stops before the next row.
export const cancelBulkDelete: Step = systemStep(
  { message: 'Update', table: 'asyncoperation', stage: 40 },
  ({ id, after, tx, runtime }) => {
    if (after?.['operationtype'] !== BULK_DELETE || !isCompleted(after)) return undefined
    const table = runtime.catalog.table(BULK_DELETE_OPERATIONS)
    const canceled = { statecode: JOB_STATES.Completed, statuscode: JOB_STATUSES.Canceled }
    return andThen(tx.related(table, 'asyncoperationid', id), (rows) =>
      inTurn(rows, (row) => tx.patch(table, row, { ...canceled, modifiedon: runtime.nowText() })),
    )
  },
)

interface Failure {
  readonly target: RowRef
  readonly error: unknown
  /** Of the query the row was found by. */
  readonly index: number
  readonly row: string
}

const LONGEST_DESCRIPTION = 512

async function record(
  { target, error, index, row }: Failure,
  { store, runtime }: BulkDeleteParts,
): Promise<void> {
  const { catalog, ids } = runtime()
  const table = catalog.table('bulkdeletefailure')
  const { number } = error instanceof DataverseError ? error : {}
  await store.transaction((tx) =>
    tx.insert(table, {
      [table.primaryId]: ids.next(),
      bulkdeleteoperationid: { table: BULK_DELETE_OPERATIONS, id: row },
      regardingobjectid: target,
      regardingobjecttypecode: target.table,
      errordescription: String(error instanceof Error ? error.message : error).slice(
        0,
        LONGEST_DESCRIPTION,
      ),
      errornumber: (number ?? 0) | 0,
      orderedqueryindex: index,
    }),
  )
}
