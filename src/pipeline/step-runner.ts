import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { IdSource } from '../rows/guid.ts'
import type { AsyncJob, AsynchronousService } from './async-steps.ts'
import { isAlone, operationsBeside } from './beside.ts'
import { failureOf, withoutUndeclaredWrites } from './failure.ts'
import type { AnyOperation } from './operation.ts'
import type { Time } from './runtime.ts'
import { assertSerializable } from './shared-variables.ts'
import type { StepLog } from './step-log.ts'
import { StepRun, type ServiceFor } from './step-run.ts'
import type { Step } from './step.ts'
import { assertInTime, withinTime } from './time-limit.ts'
import { traceError, type StepTrace, type TraceListener } from './trace.ts'
import { takeAnswer, takeWrites } from './writes.ts'

export type SyncStage = 'preValidation' | 'preOperation' | 'postOperation'

export interface StepRunnerParts {
  readonly clock: Time
  readonly ids: IdSource
  readonly asynchronous: AsynchronousService
  /** Runs a handler; whoever wires the pipeline may look around it. */
  readonly invoke: (step: Step, run: StepRun) => Awaitable<void>
  readonly serviceFor: ServiceFor
}

/** Runs the steps of operations, and notes the asynchronous ones for later. */
export class StepRunner {
  /** Who is told what ran; nothing is recorded while it is undefined. */
  listener: TraceListener | undefined
  /** Where runs of steps are logged; undefined: nowhere. */
  stepLog: StepLog | undefined
  readonly #clock: Time
  readonly #ids: IdSource
  readonly #asynchronous: AsynchronousService
  readonly #invoke: (step: Step, run: StepRun) => Awaitable<void>
  readonly #serviceFor: ServiceFor

  constructor(parts: StepRunnerParts) {
    this.#clock = parts.clock
    this.#ids = parts.ids
    this.#asynchronous = parts.asynchronous
    this.#invoke = parts.invoke
    this.#serviceFor = parts.serviceFor
  }

  /** The operation's own steps, then those of the operations beside it. */
  // Unverified: the order among a message's steps and those of the messages it is, too.
  runStage(operation: AnyOperation, stage: SyncStage): Awaitable<void> {
    const { plan } = operation
    const ran = plan === undefined ? undefined : this.#runSteps(operation, plan[stage])
    if (isAlone(operation)) return ran
    return isPromise(ran)
      ? ran.then(() => this.#runBeside(operation, stage))
      : this.#runBeside(operation, stage)
  }

  async #runBeside(operation: AnyOperation, stage: SyncStage): Promise<void> {
    for (const other of operationsBeside(operation)) {
      const ran = this.runStage(other, stage)
      if (isPromise(ran)) await ran
    }
  }

  #runSteps(operation: AnyOperation, steps: readonly Step[]): Awaitable<void> {
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]
      if (step === undefined || !concerns(step, operation)) continue
      const ran = this.runStep(operation, step)
      if (isPromise(ran)) return this.#runStepsLater(operation, steps, i + 1, ran)
    }
    return undefined
  }

  async #runStepsLater(
    operation: AnyOperation,
    steps: readonly Step[],
    from: number,
    pending: Promise<void>,
  ): Promise<void> {
    await pending
    for (const step of steps.slice(from)) {
      if (concerns(step, operation)) await this.runStep(operation, step)
    }
  }

  runStep(operation: AnyOperation, step: Step): Awaitable<void> {
    const parent = step.isSystem === true ? undefined : operation.trace
    const node = parent === undefined ? undefined : stepNode(operation, step)
    if (node !== undefined) parent?.children.push(node)
    return this.#call(new StepRun(operation, step, this.#serviceFor, node))
  }

  #call(run: StepRun): Awaitable<void> {
    const began = run.traceNode === undefined ? 0 : performance.now()
    if (this.stepLog !== undefined && run.step.isSystem !== true) {
      run.log = this.stepLog.begin(run)
    }
    try {
      const ran = this.#invoke(run.step, run)
      if (isPromise(ran)) {
        return withinTime(run, ran).then(
          () => stepEnded(run, began),
          (error: unknown) => stepFailed(run, began, error),
        )
      }
    } catch (error) {
      stepFailed(run, began, error)
    }
    return stepEnded(run, began)
  }

  /** Each asynchronous step is kept with the event as it is now; it runs after the commit, or never. */
  queueAsyncSteps(operation: AnyOperation, from = 0): Awaitable<unknown> {
    const { plan, unit } = operation
    if (plan === undefined || unit === undefined) return operation.response
    for (let i = from; i < plan.async.length; i++) {
      const step = plan.async[i]
      if (step === undefined || !concerns(step, operation)) continue
      const job = this.#job(operation, step)
      unit.jobs.push(job)
      const recorded = this.#asynchronous.record(job, unit.tx)
      if (isPromise(recorded)) {
        return recorded.then(() => this.queueAsyncSteps(operation, i + 1))
      }
    }
    return isAlone(operation) ? operation.response : this.#queueBeside(operation)
  }

  async #queueBeside(operation: AnyOperation): Promise<unknown> {
    for (const other of operationsBeside(operation)) {
      const queued = this.queueAsyncSteps(other)
      if (isPromise(queued)) await queued
    }
    return operation.response
  }

  #job(operation: AnyOperation, step: Step): AsyncJob {
    const job = {
      id: step.jobOf?.(operation).id ?? this.#ids.next(),
      createdOn: this.#clock.now(),
    }
    const frozen = operation.snapshot()
    const serviceFor = this.#serviceFor
    return {
      ...job,
      step,
      operation: frozen,
      get context() {
        const facts = { ...job, startedOn: job.createdOn }
        return new StepRun(frozen, step, serviceFor, undefined, facts).context
      },
      run: async () => {
        const node = this.listener === undefined ? undefined : stepNode(frozen, step)
        try {
          const facts = { ...job, startedOn: this.#clock.now() }
          await this.#call(new StepRun(frozen, step, this.#serviceFor, node, facts))
        } finally {
          if (node !== undefined) this.listener?.ended(node)
          await this.stepLog?.flush()
        }
      },
    }
  }
}

/**
 * Whether the step is registered for what this operation does. A filtering column counts when the caller sent
 * it, changed or not, or a step set it.
 * Unverified: that columns which the platform alone added do not count, and those of earlier steps do.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-plug-in
 */
function concerns(step: Step, operation: AnyOperation): boolean {
  if (operation.bypass?.(step) === true) return false
  if (step.relationship !== undefined && step.relationship !== operation.relationship) return false
  if (step.columns === undefined) return true
  // Unverified: that one of several rows is enough.
  if (operation.rows !== undefined) return operation.rows.some((row) => concerns(step, row))
  const { values, stepWrites } = operation
  const sent = operation.outerValues ?? values
  for (const column of step.columns) {
    if (column in values && (column in sent || stepWrites?.has(column) === true)) return true
  }
  return false
}

/** A step has returned: what it wrote is taken over, unless it took a failed request for done. */
function stepEnded(run: StepRun, began: number): void {
  run.hasEnded = true
  if (run.traceNode !== undefined) run.traceNode.durationMs = performance.now() - began
  try {
    run.operation.unit?.assertSound(run.step.name)
    assertInTime(run)
    if (run.written !== undefined) takeWrites(run, run.written)
    run.takeRowWrites()
    if (run.answer !== undefined) takeAnswer(run.operation, run.answer)
    if (run.shared !== undefined) assertSerializable(run.shared)
    run.log?.ended()
  } catch (error) {
    stepFailed(run, began, error)
  }
}

function stepFailed(run: StepRun, began: number, error: unknown): never {
  run.hasEnded = true
  const failure = failureOf(run, withoutUndeclaredWrites(run, error))
  if (run.traceNode !== undefined) {
    run.traceNode.durationMs = performance.now() - began
    run.traceNode.error = traceError(failure)
  }
  run.log?.ended(failure)
  throw failure
}

function stepNode(operation: AnyOperation, step: Step): StepTrace {
  return {
    kind: 'step',
    step: step.name,
    message: operation.message.name,
    table: operation.table?.logicalName ?? 'none',
    stage: step.stage,
    mode: step.mode,
    depth: operation.depth,
    children: [],
    lines: [],
    durationMs: 0,
    error: undefined,
  }
}
