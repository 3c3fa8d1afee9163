import type { SavedSequence } from '../messages/columns/number-sequences.ts'
import type { Values } from '../rows/value.ts'
import { JOB_STATES, JOB_STATUSES } from './job-states.ts'

/** What an organization holds, to go on with in another process; its tables and handlers are given anew there. */
export interface SavedOrganization {
  /** By table, as stored: with row versions and the contents of files. */
  readonly rows: ReadonlyMap<string, readonly Values[]>
  /** Of auto-number columns. */
  readonly sequences: readonly SavedSequence[]
  /** Tables whose deletions are kept, each with the version from which on. */
  readonly followed: ReadonlyMap<string, bigint>
}

/**
 * The rows an organization goes on with. A job that had not ended is canceled: what it would have done was held
 * by the process that is gone.
 */
export function rowsToGoOnWith({
  rows,
}: SavedOrganization): ReadonlyMap<string, readonly Values[]> {
  const jobs = rows.get('asyncoperation')?.map((job) => (isEnded(job) ? job : canceled(job)))
  return jobs === undefined ? rows : new Map([...rows, ['asyncoperation', jobs]])
}

function isEnded(job: Values): boolean {
  return job['statecode'] === JOB_STATES.Completed
}

function canceled(job: Values): Values {
  return Object.assign({}, job, {
    statecode: JOB_STATES.Completed,
    statuscode: JOB_STATUSES.Canceled,
    message: 'The organization was closed before the job could run.',
  })
}
