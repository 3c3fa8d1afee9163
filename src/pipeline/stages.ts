import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import type { AnyOperation } from './operation.ts'
import type { StepRunner } from './step-runner.ts'

/**
 * What one operation passes: PreValidation, then, inside the transaction, its own checks, PreOperation, the main
 * operation and PostOperation. Answers without a promise while everything in it is synchronous.
 * https://learn.microsoft.com/power-apps/developer/data-platform/event-framework
 */
export class Stages {
  readonly #steps: StepRunner

  constructor(steps: StepRunner) {
    this.#steps = steps
  }

  preValidate(operation: AnyOperation): Awaitable<void> {
    const read =
      operation.message.readOther === undefined
        ? this.#readBefore(operation)
        : this.#readBoth(operation)
    return isPromise(read)
      ? read.then(() => this.#steps.runStage(operation, 'preValidation'))
      : this.#steps.runStage(operation, 'preValidation')
  }

  /** What happens inside the transaction. */
  inner(operation: AnyOperation): Awaitable<unknown> {
    if (operation.rows !== undefined) return this.#innerOfRows(operation, operation.rows)
    const prepared = this.#prepare(operation)
    return isPromise(prepared)
      ? prepared.then(() => this.#fromPreOperation(operation))
      : this.#fromPreOperation(operation)
  }

  /** Between PreValidation and PreOperation. */
  #prepare(operation: AnyOperation): Awaitable<void> {
    const { message } = operation
    const before = message.images?.pre === true ? this.#readBefore(operation) : undefined
    if (isPromise(before)) {
      return before.then(() => this.#check(operation)).then(() => message.prepare?.(operation))
    }
    const checked = this.#check(operation)
    if (isPromise(checked)) return checked.then(() => message.prepare?.(operation))
    return message.prepare?.(operation)
  }

  /** Whether it is allowed, then whether it can be done. */
  #check(operation: AnyOperation): Awaitable<void> {
    operation.runtime.access?.check(operation)
    return operation.message.check?.(operation)
  }

  #fromPreOperation(operation: AnyOperation): Awaitable<unknown> {
    const { message, plan } = operation
    const passes = plan?.hasInner === true ? message.passes?.(operation) : undefined
    return passes === undefined ? this.#pass(operation) : this.#runPasses(operation, passes)
  }

  /** PreOperation, the main operation and PostOperation once for each target. */
  async #runPasses(
    operation: AnyOperation,
    targets: readonly AnyOperation['values'][],
  ): Promise<unknown> {
    let response: unknown
    for (const [index, values] of targets.entries()) {
      operation.values = values
      if (index > 0) await this.#readBefore(operation)
      response = await this.#pass(operation)
    }
    return response
  }

  #pass(operation: AnyOperation): Awaitable<unknown> {
    operation.stage = 20
    if (operation.plan?.hasPreOperation === true) {
      const ran = this.#steps.runStage(operation, 'preOperation')
      if (isPromise(ran)) return ran.then(() => this.#main(operation))
    }
    return this.#main(operation)
  }

  #main(operation: AnyOperation): Awaitable<unknown> {
    operation.stage = 30
    const { implementation } = operation.message
    if (implementation !== undefined) {
      const ran = this.#steps.runStep(operation, implementation)
      if (isPromise(ran)) return ran.then(() => this.#answer(operation))
    }
    return this.#answer(operation)
  }

  #answer(operation: AnyOperation): Awaitable<unknown> {
    const response = operation.message.run(operation)
    if (isPromise(response)) {
      return response.then((answer) => {
        operation.response = answer
        return this.#after(operation)
      })
    }
    operation.response = response
    return this.#after(operation)
  }

  /** Several rows go through each stage together, and through none alone. */
  // Unverified: that every row's PreOperation steps run before the first row is written.
  async #innerOfRows(operation: AnyOperation, rows: readonly AnyOperation[]): Promise<unknown> {
    for (const row of rows) {
      row.unit = operation.unit
      if (row.plan?.hasInner === true && row.message.hasInnerContext === true) row.keepOuterValues()
      const prepared = this.#prepare(row)
      if (isPromise(prepared)) await prepared
    }
    operation.stage = 20
    await this.#steps.runStage(operation, 'preOperation')
    operation.stage = 30
    for (const row of rows) {
      row.stage = 30
      const response = row.message.run(row)
      row.response = isPromise(response) ? await response : response
    }
    operation.response = await operation.message.run(operation)
    return this.#after(operation)
  }

  /** PostOperation, then the asynchronous steps are noted. */
  #after(operation: AnyOperation): Awaitable<unknown> {
    const { plan } = operation
    operation.stage = 40
    if (plan === undefined || (plan.isEmpty && operation.rows === undefined)) {
      return operation.response
    }
    const ran = this.#steps.runStage(operation, 'postOperation')
    return isPromise(ran)
      ? ran.then(() => this.#steps.queueAsyncSteps(operation))
      : this.#steps.queueAsyncSteps(operation)
  }

  /** The row as it is before the main operation: what pre-images show. Absent rows are the message's to refuse. */
  #readBefore(operation: AnyOperation): Awaitable<void> {
    const { table, message, rows } = operation
    if (table === undefined || message.images?.pre !== true) return undefined
    if (rows !== undefined) return this.#readRowsBefore(rows)
    const { foundRow } = operation
    const found: Awaitable<Row | undefined> =
      foundRow === undefined ? operation.reader.get(table, operation.id) : foundRow
    // Only now: by the next reading a step may have changed it.
    operation.foundRow = undefined
    if (isPromise(found)) {
      return found.then((row) => {
        operation.before = row
      })
    }
    operation.before = found
    return undefined
  }

  async #readBoth(operation: AnyOperation): Promise<void> {
    await this.#readBefore(operation)
    await operation.message.readOther?.(operation)
  }

  async #readRowsBefore(rows: readonly AnyOperation[]): Promise<void> {
    for (const row of rows) await this.#readBefore(row)
  }
}
