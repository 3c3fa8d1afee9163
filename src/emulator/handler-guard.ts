import { AsyncLocalStorage } from 'node:async_hooks'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { StepRun } from '../pipeline/step-run.ts'
import type { Step } from '../pipeline/step.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'

/**
 * Finds the call that would wait for itself: a handler inside a transaction calls the organization from
 * outside, where its request queues behind the very transaction that waits for the handler. Such a call is
 * refused by name. Keeping track costs asynchronous handlers only.
 */
export class HandlerGuard {
  readonly #async = new AsyncLocalStorage<StepRun>()
  /** Steps known to answer with a promise. */
  readonly #asynchronous = new WeakSet<Step>()
  /** The handler whose synchronous part is on the stack. */
  #onStack: StepRun | undefined

  readonly invoke = (step: Step, run: StepRun): Awaitable<void> => {
    // Outside a transaction nothing waits for the handler.
    if (run.operation.unit === undefined) return step.run(run)
    const outer = this.#onStack
    this.#onStack = run
    try {
      if (this.#asynchronous.has(step) || step.isAsync === true) {
        return this.#async.run(run, () => step.run(run))
      }
      const ran = step.run(run)
      if (isPromise(ran)) this.#asynchronous.add(step)
      return ran
    } finally {
      this.#onStack = outer
    }
  }

  /** @throws OUTER_CALL_WOULD_DEADLOCK */
  readonly assertOutside = (): void => {
    const run = this.#onStack ?? this.#async.getStore()
    if (run === undefined || run.hasEnded) return
    throw new DataverseError(
      'OUTER_CALL_WOULD_DEADLOCK',
      `${run.step.name} calls the organization from outside its own transaction and would wait for itself; call event.org instead.`,
    )
  }
}
