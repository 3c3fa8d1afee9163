import { DataverseError } from '../errors/dataverse-error.ts'
import { nowMs } from './runtime.ts'
import type { StepRun } from './step-run.ts'

/**
 * How long a whole message operation may take, with all its steps and what they start.
 * https://learn.microsoft.com/power-apps/developer/data-platform/write-plug-in
 */
export const TIME_LIMIT_MS = 120_000

/**
 * Looked at when a step has ended, and before what it sends is begun. The platform's own, such as a bulk delete job,
 * takes the time it takes.
 * Unverified: which of the three timeouts (client, host, worker of the sandbox) a caller sees.
 * @throws STEP_TIMED_OUT
 */
export function assertInTime(run: StepRun): void {
  if (run.step.isSystem === true) return
  if (nowMs(run.operation.runtime.clock) - beganMs(run) > TIME_LIMIT_MS) throw timedOut(run)
}

/**
 * What a step answers, unless its time is over first: whoever waits for a step that never returns is told so,
 * and what that step does afterwards comes to nothing.
 */
export function withinTime(run: StepRun, ran: Promise<void>): Promise<void> {
  const { clock } = run.operation.runtime
  if (clock.onceAt === undefined || run.step.isSystem === true) return ran
  return new Promise((resolve, reject) => {
    const stopWaiting = clock.onceAt?.(beganMs(run) + TIME_LIMIT_MS + 1, () =>
      reject(timedOut(run)),
    )
    ran.then(
      () => {
        stopWaiting?.()
        resolve()
      },
      (error: unknown) => {
        stopWaiting?.()
        // What was thrown is passed on as it is.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(error)
      },
    )
  })
}

function beganMs({ operation, job }: StepRun): number {
  return job === undefined ? operation.call.startedMs : job.startedOn.getTime()
}

function timedOut(run: StepRun): DataverseError {
  const tookMs = nowMs(run.operation.runtime.clock) - beganMs(run)
  return new DataverseError(
    'STEP_TIMED_OUT',
    `The plug-in execution failed because the operation has timed-out at the Sandbox Client. System.TimeoutException: ${run.step.name} was at it ${Math.round(tookMs / 1000)} seconds after the operation began; ${TIME_LIMIT_MS / 1000} are the most.`,
  )
}
