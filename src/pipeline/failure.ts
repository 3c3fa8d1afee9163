import { DataverseError } from '../errors/dataverse-error.ts'
import { failedStepOf, noteFailedStep } from '../errors/failed-step.ts'
import type { StepRun } from './step-run.ts'
import type { Step } from './step.ts'

/**
 * What the caller sees when a step throws. A refusal passes as it is; a failed call that the step let
 * through keeps its code; anything else is the handler's own fault.
 * https://learn.microsoft.com/power-apps/developer/data-platform/handle-exceptions
 */
export function failureOf(run: StepRun, error: unknown): DataverseError {
  const failure = codedFailure(run.step, error)
  const { step, operation, lines = [] } = run
  // What the platform does itself is no step of anybody's.
  if (step.isSystem !== true) {
    noteFailedStep(failure, {
      id: step.id,
      name: step.name,
      message: operation.message.name,
      table: run.table,
      depth: operation.depth,
      correlationId: operation.call.correlationId,
      lines,
    })
  }
  return failure
}

function codedFailure(step: Step, error: unknown): DataverseError {
  if (error instanceof DataverseError) {
    // A missing row that plug-in code ran into has a code of its own.
    // Unverified: that other platform errors keep theirs on the way out of a step.
    if (error.code !== 'ROW_NOT_FOUND') return error
    const failure = new DataverseError('HANDLER_ROW_NOT_FOUND', error.message, { cause: error })
    const inner = failedStepOf(error)
    if (inner !== undefined) noteFailedStep(failure, inner)
    return failure
  }
  const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new DataverseError(
    'HANDLER_FAILED',
    `An unexpected error occurred from ISV code. (ErrorType = ClientError) Unexpected exception from plug-in (Execute): ${step.name}: ${thrown}`,
    { cause: error },
  )
}

/** A write to the frozen target is named for what it is. */
export function withoutUndeclaredWrites(run: StepRun, error: unknown): unknown {
  if (!(error instanceof TypeError)) return error
  const column = /(?:read only property|add property|delete property) '?([\w]+)'?/.exec(
    error.message,
  )?.[1]
  if (column === undefined || !mayBeTarget(run, column)) return error
  const reason =
    run.operation.stage >= 30
      ? 'after the main operation the target can no longer be changed'
      : `declare it: writes: ['${column}']`
  return new DataverseError(
    'STEP_WRITE_UNDECLARED',
    `${run.step.name} sets '${column}' of its target; ${reason}.`,
    { cause: error },
  )
}

/** The error tells the column, not the object: the target must have been handed out, and have such a column. */
function mayBeTarget(run: StepRun, column: string): boolean {
  return run.hasFrozenTarget && run.operation.table?.columns.has(column) === true
}
