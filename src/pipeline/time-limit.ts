import { DataverseError } from '../errors/dataverse-error.ts'
import { nowMs } from './runtime.ts'
import type { StepRun } from './step-run.ts'

/**
 * How long a whole message operation may take, with all its steps and what they start.
 * https://learn.microsoft.com/power-apps/developer/data-platform/write-plug-in
 */
export const TIME_LIMIT_MS = 120_000

/**
 * Looked at when a step has ended, and before what it sends is begun: a step that never returns is not stopped.
 * Unverified: which of the three timeouts (client, host, worker of the sandbox) a caller sees.
 * @throws STEP_TIMED_OUT
 */
export function assertInTime({ operation, step, job }: StepRun): void {
  const startedMs = job === undefined ? operation.call.startedMs : job.startedOn.getTime()
  const tookMs = nowMs(operation.runtime.clock) - startedMs
  if (tookMs <= TIME_LIMIT_MS) return
  throw new DataverseError(
    'STEP_TIMED_OUT',
    `The plug-in execution failed because the operation has timed-out at the Sandbox Client. System.TimeoutException: ${step.name} ended ${Math.round(tookMs / 1000)} seconds after the operation began; ${TIME_LIMIT_MS / 1000} are the most.`,
  )
}
