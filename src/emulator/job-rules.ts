import { DataverseError } from '../errors/dataverse-error.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Step } from '../pipeline/step.ts'
import { CLIENT_STATUS, JOB_STATES } from './job-states.ts'
import { systemStep } from './system-step.ts'

const TABLE = 'asyncoperation'
const { Ready, Suspended, Locked, Completed } = JOB_STATES

/**
 * What clients may do to a job, from state to state: cancel it before it is over, resume it, pause it,
 * postpone it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/asynchronous-service
 */
const ALLOWED: Readonly<Record<number, readonly number[]>> = {
  [Ready]: [Suspended, Completed],
  [Suspended]: [Ready, Completed],
  [Locked]: [Suspended, Completed],
  [Completed]: [],
}

/** The platform's own rules for rows of `asyncoperation`. `changed` is told which job was written. */
export function jobRules(changed: (id: string) => void): readonly Step[] {
  return [
    systemStep({ message: 'Create', table: TABLE, stage: 10 }, () => {
      throw new DataverseError(
        'NOT_SUPPORTED',
        'A system job is made by the event it belongs to; Create of asyncoperation is not emulated.',
      )
    }),
    systemStep({ message: 'Update', table: TABLE, stage: 10 }, completeStatus),
    systemStep({ message: 'Update', table: TABLE, stage: 20 }, (operation) => {
      assertAllowed(operation)
      operation.unit?.onceCommitted(() => changed(operation.id))
    }),
    systemStep({ message: 'Delete', table: TABLE, stage: 20 }, assertCompleted),
  ]
}

/** A state sent alone stands for the one status a client may put it into. */
function completeStatus({ values }: AnyOperation): void {
  const state = values['statecode']
  if (typeof state !== 'number' || typeof values['statuscode'] === 'number') return
  const status = CLIENT_STATUS[state]
  if (status !== undefined) values['statuscode'] = status
}

function assertAllowed(operation: AnyOperation): void {
  const { before, values } = operation
  const present = Number(before?.['statecode'])
  const isPostponed = typeof values['postponeuntil'] === 'string'
  if (isPostponed && typeof values['statecode'] !== 'number') postpone(operation, present)
  const { statecode, statuscode } = values
  if (typeof statecode !== 'number') {
    if (typeof statuscode === 'number' && statuscode !== before?.['statuscode']) {
      throw invalidChange(operation.id, present, present)
    }
    return
  }
  const isAllowed = ALLOWED[present]?.includes(statecode) === true
  if (isPostponed && present === Suspended && statecode === Suspended) return
  if (!isAllowed || statuscode !== CLIENT_STATUS[statecode]) {
    throw invalidChange(operation.id, present, statecode)
  }
  // Whoever resumes a postponed job does not wait for its time any more.
  if (statecode === Ready) values['postponeuntil'] = null
}

/** Unverified: that a job that waits already can be given another time. */
function postpone({ id, values }: AnyOperation, present: number): void {
  if (present === Completed) throw invalidChange(id, present, Suspended)
  values['statecode'] = Suspended
  values['statuscode'] = CLIENT_STATUS[Suspended]
}

function assertCompleted({ id, before }: AnyOperation): void {
  if (before?.['statecode'] === Completed) return
  throw new DataverseError(
    'JOB_NOT_COMPLETED',
    `The system job ${id} cannot be deleted: it is not completed; cancel it first.`,
  )
}

function invalidChange(id: string, from: number, to: number): DataverseError {
  return new DataverseError(
    'JOB_STATE_INVALID',
    `The state of the system job ${id} cannot be changed from ${stateName(from)} to ${stateName(to)}.`,
  )
}

function stateName(state: number): string {
  const found = Object.entries(JOB_STATES).find(([, value]) => value === state)
  return found?.[0] ?? String(state)
}
