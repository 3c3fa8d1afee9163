import { AsyncLocalStorage } from 'node:async_hooks'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { StepRun } from '../pipeline/step-run.ts'
import type { Step } from '../pipeline/step.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'

/**
 * Finds the call that would wait for itself: a handler inside a transaction calls the organization from
 * outside, where its request queues behind the very transaction that waits for the handler. Such a call is
 * refused by name. A handler is followed past its first `await` by asynchronous context, which slows every
 * promise of the process; while all handlers so far were synchronous it is off.
 */
export class HandlerGuard {
  readonly #async = new AsyncLocalStorage<StepRun>()
  /**
   * Steps that have answered without a promise. One that answers with a promise at times only is not followed
   * the first time it does: a call that waits for itself after that `await` is then not found.
   */
  readonly #synchronous = new WeakSet<Step>()
  #hasAsynchronous = false
  /** The handler whose synchronous part is on the stack. */
  #onStack: StepRun | undefined

  readonly invoke = (step: Step, run: StepRun): Awaitable<void> => {
    // Outside a transaction nothing waits for the handler.
    if (run.operation.unit === undefined) return step.run(run)
    const outer = this.#onStack
    this.#onStack = run
    try {
      const ran = this.#synchronous.has(step) ? step.run(run) : this.#follow(step, run)
      if (isPromise(ran)) this.#synchronous.delete(step)
      return ran
    } finally {
      this.#onStack = outer
      if (outer === undefined && !this.#hasAsynchronous) this.#async.disable()
    }
  }

  #follow(step: Step, run: StepRun): Awaitable<void> {
    const ran = this.#async.run(run, () => step.run(run))
    if (isPromise(ran)) this.#hasAsynchronous = true
    else if (step.isAsync !== true) this.#synchronous.add(step)
    return ran
  }

  /** The handler inside a transaction that the present call comes from. */
  #caller(): StepRun | undefined {
    const run = this.#onStack ?? this.#async.getStore()
    return run === undefined || run.hasEnded ? undefined : run
  }

  readonly isInside = (): boolean => this.#caller() !== undefined

  /** @throws OUTER_CALL_WOULD_DEADLOCK */
  readonly assertOutside = (): void => {
    const run = this.#caller()
    if (run === undefined) return
    throw new DataverseError(
      'OUTER_CALL_WOULD_DEADLOCK',
      `${run.step.name} calls the organization from outside its own transaction and would wait for itself; call event.org instead.`,
    )
  }
}
