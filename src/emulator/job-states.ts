/**
 * The states of a system job and their status codes.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/asyncoperation
 */
export const JOB_STATES = {
  Ready: 0,
  Suspended: 1,
  Locked: 2,
  Completed: 3,
} as const

export const JOB_STATUSES = {
  WaitingForResources: 0,
  Waiting: 10,
  InProgress: 20,
  Succeeded: 30,
  Failed: 31,
  Canceled: 32,
} as const

/** The one status a client may put a job of each state into. */
export const CLIENT_STATUS: Readonly<Record<number, number>> = {
  [JOB_STATES.Ready]: JOB_STATUSES.WaitingForResources,
  [JOB_STATES.Suspended]: JOB_STATUSES.Waiting,
  [JOB_STATES.Completed]: JOB_STATUSES.Canceled,
}
