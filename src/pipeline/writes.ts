import { DataverseError } from '../errors/dataverse-error.ts'
import type { Value } from '../rows/value.ts'
import type { ParameterBag } from './execution-context.ts'
import type { AnyOperation } from './operation.ts'
import type { StepRun } from './step-run.ts'

/**
 * Takes over what a step made of its target. Only columns it declared may differ: the same list says
 * before deployment whether the step can run as a webhook, which cannot change anything.
 */
export function takeWrites(
  run: StepRun,
  target: Readonly<Record<string, Value | undefined>>,
): void {
  const { operation, step } = run
  for (const column in target) {
    if (target[column] !== operation.values[column] && !step.writes.includes(column)) {
      throw undeclared(run, column)
    }
  }
  for (const column in operation.values) {
    if (!(column in target) && !step.writes.includes(column)) throw undeclared(run, column)
  }
  const { message } = operation
  let written: string[] | undefined
  for (const column of step.writes) {
    const value = target[column]
    if (value === operation.values[column]) continue
    ;(written ??= []).push(column)
    if (value === undefined) delete operation.values[column]
    else {
      operation.values[column] =
        message.accept === undefined ? value : message.accept(operation, column, value)
    }
  }
  if (written === undefined) return
  message.written?.(operation, written)
  const all = (operation.stepWrites ??= new Set())
  for (const column of written) all.add(column)
}

/** Takes over what a step made of the answer: what it put there is what the caller gets. */
export function takeAnswer(operation: AnyOperation, answer: ParameterBag): void {
  const { message } = operation
  if (message.answered !== undefined) operation.response = message.answered(operation, answer)
}

function undeclared({ step }: StepRun, column: string): DataverseError {
  return new DataverseError(
    'STEP_WRITE_UNDECLARED',
    `${step.name} sets '${column}' of its target; declare it: writes: ['${column}'].`,
  )
}
