import type { AsyncJob } from '../pipeline/async-steps.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import type { TraceError } from '../pipeline/trace.ts'
import { EMPTY_GUID } from '../rows/guid.ts'
import { isRowRef, textOf, type Row, type RowRef, type Values } from '../rows/value.ts'
import { JOB_STATES, JOB_STATUSES } from './job-states.ts'

/** What became of an asynchronous step. */
export interface JobState {
  readonly id: string
  /** The step's name. */
  readonly step: string
  readonly message: string
  readonly table: string
  readonly rowId: string
  readonly depth: number
  readonly createdOn: Date
  /** `waiting`: postponed or paused. */
  readonly state: 'ready' | 'waiting' | 'running' | 'succeeded' | 'failed' | 'canceled'
  /** How many times it was tried again. */
  readonly retries: number
  readonly error: TraceError | undefined
}

const SYSTEM_EVENT = 1
const NAME_LENGTH = 256

/**
 * The row of a new job. `extension` is its step.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/asyncoperation
 */
export function newJobRow(
  { id, step, operation }: AsyncJob,
  extension: RowRef,
  sequence: bigint,
  runtime: Runtime,
): Values {
  const now = runtime.nowText()
  const user = ref('systemuser', operation.caller.userId)
  const { call, id: rowId } = operation
  const concerns = operation.table?.logicalName
  return {
    asyncoperationid: id,
    name: step.name.slice(0, NAME_LENGTH),
    operationtype: SYSTEM_EVENT,
    owningextensionid: extension,
    messagename: operation.message.name,
    primaryentitytype: concerns ?? 'none',
    regardingobjectid:
      concerns === undefined || rowId === '' || rowId === EMPTY_GUID ? null : ref(concerns, rowId),
    regardingobjecttypecode: concerns ?? null,
    correlationid: call.correlationId,
    correlationupdatedtime: now,
    requestid: operation.requestId,
    depth: operation.depth,
    sequence,
    retrycount: 0,
    statecode: JOB_STATES.Ready,
    statuscode: JOB_STATUSES.WaitingForResources,
    ownerid: user,
    owneridtype: 'systemuser',
    owninguser: user,
    owningbusinessunit: ref('businessunit', runtime.organization.businessUnitOf(user.id)),
    createdon: now,
    createdby: user,
    modifiedon: now,
    modifiedby: user,
    ...step.jobOf?.(operation).values,
  }
}

export function jobState(row: Row, error: TraceError | undefined): JobState {
  const regarding = row['regardingobjectid']
  const state = stateOf(row)
  return {
    id: textOf(row['asyncoperationid']),
    step: textOf(row['name']),
    message: textOf(row['messagename']),
    table: textOf(row['primaryentitytype']),
    rowId: isRowRef(regarding) ? regarding.id : '',
    depth: Number(row['depth']),
    createdOn: new Date(textOf(row['createdon'])),
    state,
    retries: Number(row['retrycount']),
    error: state === 'failed' ? error : undefined,
  }
}

function stateOf({ statecode, statuscode }: Row): JobState['state'] {
  if (statecode === JOB_STATES.Ready) return 'ready'
  if (statecode === JOB_STATES.Suspended) return 'waiting'
  if (statecode === JOB_STATES.Locked) return 'running'
  if (statuscode === JOB_STATUSES.Succeeded) return 'succeeded'
  return statuscode === JOB_STATUSES.Canceled ? 'canceled' : 'failed'
}

function ref(table: string, id: string): RowRef {
  return Object.freeze({ table, id })
}
