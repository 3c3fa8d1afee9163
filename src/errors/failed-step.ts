import type { DataverseError } from './dataverse-error.ts'

/** Which run of a step an error comes out of, and what that run had traced. */
export interface FailedStep {
  /** Of its sdkmessageprocessingstep row. */
  readonly id: string
  /** What the platform calls the plug-in type: `AccountCredit.stampHold`. */
  readonly name: string
  readonly message: string
  readonly table: string
  readonly depth: number
  readonly correlationId: string
  readonly lines: readonly string[]
}

// Beside the error, which is thrown on as the very object the handler threw.
const failedSteps = new WeakMap<DataverseError, FailedStep>()

/** The innermost step of a request counts; a handler may throw one error object in several requests. */
export function noteFailedStep(error: DataverseError, step: FailedStep): void {
  if (failedSteps.get(error)?.correlationId !== step.correlationId) failedSteps.set(error, step)
}

/** undefined: the platform itself has failed, and no step. */
export function failedStepOf(error: DataverseError): FailedStep | undefined {
  return failedSteps.get(error)
}

/** What one run may trace; older lines give way. https://learn.microsoft.com/power-apps/developer/data-platform/logging-tracing */
const MOST_CHARACTERS = 10_240

/** The newest lines that fit. */
export function traceText(lines: readonly string[], newline = '\n'): string {
  let from = lines.length
  let length = -newline.length
  while (from > 0) {
    const next = length + newline.length + (lines[from - 1]?.length ?? 0)
    if (next > MOST_CHARACTERS) break
    length = next
    from--
  }
  if (from < lines.length) return lines.slice(from).join(newline)
  return lines.at(-1)?.slice(-MOST_CHARACTERS) ?? ''
}
