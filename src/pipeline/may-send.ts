import { DataverseError } from '../errors/dataverse-error.ts'
import type { AnyOperation } from './operation.ts'
import type { StepRun } from './step-run.ts'
import { assertInTime } from './time-limit.ts'
import { assertUser } from './users.ts'

/** Messages inside messages that steps may start; one more and the platform calls it a loop: DEPTH_EXCEEDED. */
// Unverified: that 8 still runs and 9 is refused.
export const MAX_DEPTH = 8

/** Before a step's request joins its operation. */
export function assertMaySend(sender: StepRun, operation: AnyOperation): void {
  if (sender.hasEnded) {
    throw new DataverseError(
      'TRANSACTION_NOT_STARTED',
      `${sender.step.name} sent ${operation.message.name} after it had ended; await every call of event.org.`,
    )
  }
  assertInTime(sender)
  const { caller, runtime } = operation
  // SYSTEM signs in nowhere and counts as disabled; steps call as SYSTEM all the same.
  if (caller !== sender.operation.caller && caller.userId !== runtime.organization.systemUserId) {
    assertUser(runtime.organization, caller.userId)
  }
  if (operation.readsOnly && operation.message.onlyReads !== true) {
    throw new DataverseError(
      'READ_INTENT_INCOMPATIBLE',
      `${sender.step.name} sends ${operation.message.name}, but a step that may use a read-only connection is at work; only what reads can be sent.`,
    )
  }
  if (operation.stepDepth > MAX_DEPTH) throw tooDeep()
  if (operation.message.isBatch === true) throw batchInStep(sender, operation.message.name)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/best-practices/business-logic/avoid-batch-requests-plugin */
export function batchInStep({ step }: StepRun, message: string): DataverseError {
  return new DataverseError(
    'NOT_SUPPORTED',
    `${step.name} sends ${message}; batches and bulk messages inside steps are not supported. Send the requests one by one.`,
  )
}

function tooDeep(): DataverseError {
  return new DataverseError(
    'DEPTH_EXCEEDED',
    'This workflow job was canceled because the workflow that started it included an infinite loop. Correct the workflow logic and try again.',
  )
}
