import { AsyncLocalStorage } from 'node:async_hooks'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { StepRun } from '../pipeline/step-run.ts'
import type { Step } from '../pipeline/step.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'

/** A handler that is followed, and the one it was called in, of whatever organization. */
interface Followed {
  readonly guard: HandlerGuard
  readonly run: StepRun
  readonly outer: Followed | undefined
}

// One for all organizations of the process: every one that is in use costs every promise its part.
const handlers = new AsyncLocalStorage<Followed>()
let hasAsynchronous = false
/** Handlers whose synchronous part is followed at this moment. */
let following = 0

/**
 * Finds the call that would wait for itself: a handler inside a transaction calls the organization from
 * outside, where its request queues behind the very transaction that waits for the handler. Such a call is
 * refused by name. A handler is followed past its first `await` by asynchronous context, which slows every
 * promise of the process; while all handlers so far were synchronous it is off.
 */
export class HandlerGuard {
  /**
   * Steps that have answered without a promise. One that answers with a promise at times only is not followed
   * the first time it does: a call that waits for itself after that `await` is then not found.
   */
  readonly #synchronous = new Set<Step>()
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
    }
  }

  #follow(step: Step, run: StepRun): Awaitable<void> {
    let outer = handlers.getStore()
    while (outer?.run.hasEnded === true) outer = outer.outer
    following++
    try {
      const ran = handlers.run({ guard: this, run, outer }, () => step.run(run))
      if (isPromise(ran)) hasAsynchronous = true
      else if (step.isAsync !== true) this.#synchronous.add(step)
      return ran
    } finally {
      following--
      if (following === 0 && !hasAsynchronous) handlers.disable()
    }
  }

  /** The handler inside a transaction that the present call comes from. */
  #caller(): StepRun | undefined {
    let followed = handlers.getStore()
    while (followed !== undefined && followed.guard !== this) followed = followed.outer
    const run = this.#onStack ?? followed?.run
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
