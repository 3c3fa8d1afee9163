import { DataverseError } from '../errors/dataverse-error.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { randomIds } from '../rows/guid.ts'
import type { Row } from '../rows/value.ts'
import type { Store } from '../store/store.ts'
import type { AsyncJob, AsynchronousService } from './async-steps.ts'
import { failureOf, withoutUndeclaredWrites } from './failure.ts'
import type { AnyMessage } from './message.ts'
import { Call, Operation, type AnyOperation } from './operation.ts'
import type { Caller, Runtime, Time } from './runtime.ts'
import { StepPlans } from './step-plan.ts'
import { StepRun, type ServiceFor } from './step-run.ts'
import type { Step } from './step.ts'
import { traceError, type MessageTrace, type StepTrace, type TraceListener } from './trace.ts'
import { UnitOfWork } from './unit-of-work.ts'
import { takeWrites } from './writes.ts'

/** Messages inside messages that steps may start; one more and the platform calls it a loop: DEPTH_EXCEEDED. */
// Unverified: that 8 still runs and 9 is refused.
export const MAX_DEPTH = 8

export interface PipelineParts {
  readonly runtime: Runtime
  readonly clock: Time
  readonly store: Store
  readonly messages: readonly AnyMessage[]
  readonly steps: Iterable<Step>
  /** Makes the organization that a step's event offers. */
  readonly service: (execute: ExecuteFor) => unknown
  readonly asynchronous: AsynchronousService
  /** Runs a handler; whoever wires the pipeline may look around it. */
  readonly invoke?: (step: Step, run: StepRun) => Awaitable<void>
  /** Called before a request that will need a transaction of its own does anything; may refuse. */
  readonly beforeTransaction?: () => void
}

export type ExecuteFor = (message: string, request: object) => Promise<unknown>

export interface ExecuteOptions {
  readonly caller: Caller
  readonly tag?: string
}

/**
 * The event execution pipeline: every request passes PreValidation, the transaction with PreOperation, the
 * main operation and PostOperation, and, once committed, its asynchronous steps.
 * https://learn.microsoft.com/power-apps/developer/data-platform/event-framework
 */
export class Pipeline {
  /** Who is told what ran; nothing is recorded while it is undefined. */
  listener: TraceListener | undefined
  readonly #runtime: Runtime
  readonly #clock: Time
  readonly #store: Store
  readonly #messages: ReadonlyMap<string, AnyMessage>
  #steps: StepPlans
  readonly #asynchronous: AsynchronousService
  readonly #invoke: (step: Step, run: StepRun) => Awaitable<void>
  readonly #beforeTransaction: (() => void) | undefined
  readonly #serviceFor: ServiceFor

  constructor(parts: PipelineParts) {
    this.#runtime = parts.runtime
    this.#clock = parts.clock
    this.#store = parts.store
    this.#messages = new Map(parts.messages.map((message) => [message.name, message]))
    this.#steps = new StepPlans(parts.steps)
    this.#asynchronous = parts.asynchronous
    this.#invoke = parts.invoke ?? runStep
    this.#beforeTransaction = parts.beforeTransaction
    this.#serviceFor = (run) =>
      parts.service((message, request) => this.#executeFromStep(run, message, request))
  }

  /** Replaces the registered steps; requests that are running keep theirs. */
  useSteps(steps: Iterable<Step>): void {
    this.#steps = new StepPlans(steps)
  }

  /** A caller's request: depth 1, a transaction of its own. */
  execute(message: string, request: object, options: ExecuteOptions): Promise<unknown> {
    const call = new Call(this.#clock.now(), options.tag)
    return this.#start(message, request, { call, caller: options.caller })
  }

  /**
   * Several requests that succeed or fail together (ExecuteTransaction, a change set). Each has depth 1; its
   * PreValidation runs inside the transaction that is open already.
   */
  async transaction<T>(
    options: ExecuteOptions,
    work: (execute: ExecuteFor) => Promise<T>,
  ): Promise<T> {
    const call = new Call(this.#clock.now(), options.tag)
    this.#beforeTransaction?.()
    const unit = await this.#open()
    const execute: ExecuteFor = (message, request) =>
      this.#start(message, request, { call, caller: options.caller, unit })
    try {
      const result = await work(execute)
      await this.#commit(unit)
      return result
    } catch (error) {
      unit.close()
      await unit.tx.rollback()
      throw error
    }
  }

  #start(name: string, request: object, origin: Origin): Promise<unknown> {
    const message = this.#messages.get(name)
    if (message === undefined) {
      return Promise.reject(new DataverseError('MESSAGE_UNKNOWN', `There is no message '${name}'.`))
    }
    const operation: AnyOperation = new Operation({
      message,
      request,
      runtime: this.#runtime,
      committed: this.#store.committed,
      executeNested: this.#executeNested,
      ...origin,
    })
    const isTraced =
      this.listener !== undefined ||
      operation.sender?.traceNode !== undefined ||
      operation.parent?.trace !== undefined
    return isTraced ? this.#traced(operation) : this.#run(operation)
  }

  /** The platform's own nested request: a cascade, the update that an association stands for. */
  readonly #executeNested = (
    message: string,
    request: object,
    parent: AnyOperation,
  ): Promise<unknown> =>
    this.#start(message, request, { call: parent.call, caller: parent.caller, parent })

  /** A step's request; as the user the step runs as. */
  #executeFromStep(sender: StepRun, message: string, request: object): Promise<unknown> {
    const parent = sender.operation
    const { runAs } = sender.step
    const caller =
      runAs === undefined
        ? parent.caller
        : {
            userId: runAs,
            initiatingUserId: parent.caller.initiatingUserId ?? parent.caller.userId,
          }
    return this.#start(message, request, { call: parent.call, caller, parent, sender })
  }

  /** The stages of one operation, in their order. */
  async #run(operation: AnyOperation): Promise<unknown> {
    const { message, sender } = operation
    let opened: UnitOfWork | undefined
    try {
      if (sender !== undefined) assertMaySend(sender, operation)
      operation.unit?.assertOpen()
      const subject = message.begin(operation.request, this.#runtime)
      operation.table = subject.table
      operation.id = subject.id
      if (subject.values !== undefined) operation.values = subject.values
      operation.relationship = subject.relationship
      operation.related = subject.related
      const plan = this.#steps.plan(message.name, subject.table?.logicalName ?? 'none')
      operation.plan = plan
      const opensTransaction =
        operation.unit === undefined && (message.onlyReads !== true || plan.hasInner)
      // A call that would wait for itself is refused before its PreValidation does anything.
      if (opensTransaction) this.#beforeTransaction?.()

      if (plan.preValidation.length > 0) {
        const read = this.#readBefore(operation)
        if (isPromise(read)) await read
        const ran = this.#runSteps(operation, plan.preValidation)
        if (isPromise(ran)) await ran
      }

      if (plan.hasInner && subject.values !== undefined) operation.keepOuterValues()
      if (opensTransaction) {
        const begun = this.#open()
        opened = isPromise(begun) ? await begun : begun
        operation.unit = opened
      }
      const answer = this.#inner(operation)
      const response = isPromise(answer) ? await answer : answer

      if (opened !== undefined) {
        const committed = this.#commit(opened)
        if (isPromise(committed)) await committed
      }
      return response
    } catch (error) {
      if (opened !== undefined) {
        opened.close()
        const undone = opened.tx.rollback()
        if (isPromise(undone)) await undone
      } else {
        // When a request fails inside a transaction that is not its own, the transaction is lost, caught or not.
        operation.unit?.doom(error)
      }
      throw error
    }
  }

  #open(): Awaitable<UnitOfWork> {
    const begun = this.#store.begin()
    return isPromise(begun) ? begun.then((tx) => new UnitOfWork(tx)) : new UnitOfWork(begun)
  }

  /** Commits, then hands over the asynchronous steps: they run after the commit, or never. */
  #commit(unit: UnitOfWork): Awaitable<void> {
    unit.assertSound('a failed request was taken for done')
    unit.close()
    const committed = unit.tx.commit()
    if (isPromise(committed)) return committed.then(() => this.#handOver(unit))
    return this.#handOver(unit)
  }

  #handOver(unit: UnitOfWork): void {
    if (unit.jobs.length > 0) this.#asynchronous.add(unit.jobs)
  }

  /** What happens inside the transaction. Answers without a promise while everything in it is synchronous. */
  #inner(operation: AnyOperation): Awaitable<unknown> {
    const { message, plan } = operation
    const needsBefore = message.images?.pre === true
    const before = needsBefore ? this.#readBefore(operation) : undefined
    if (isPromise(before)) return this.#innerLater(operation, before, 0)
    const checked = message.check?.(operation)
    if (isPromise(checked)) return this.#innerLater(operation, checked, 1)
    const prepared = message.prepare?.(operation)
    if (isPromise(prepared)) return this.#innerLater(operation, prepared, 2)
    operation.stage = 20
    if (plan !== undefined && plan.preOperation.length > 0) {
      const ran = this.#runSteps(operation, plan.preOperation)
      if (isPromise(ran)) return this.#innerLater(operation, ran, 3)
    }
    operation.stage = 30
    const response = message.run(operation)
    if (isPromise(response)) return this.#innerLater(operation, response, 4)
    operation.response = response
    return this.#after(operation)
  }

  /** `#inner` from the point where it met a promise: `done` of its parts have been started. */
  async #innerLater(
    operation: AnyOperation,
    pending: Promise<unknown>,
    done: 0 | 1 | 2 | 3 | 4,
  ): Promise<unknown> {
    const { message, plan } = operation
    let result = await pending
    if (done < 1) await message.check?.(operation)
    if (done < 2) await message.prepare?.(operation)
    if (done < 3) {
      operation.stage = 20
      if (plan !== undefined) await this.#runSteps(operation, plan.preOperation)
    }
    if (done < 4) {
      operation.stage = 30
      result = await message.run(operation)
    }
    operation.response = result
    return this.#after(operation)
  }

  /** PostOperation, then the asynchronous steps are noted. */
  #after(operation: AnyOperation): Awaitable<unknown> {
    const { plan } = operation
    operation.stage = 40
    if (plan === undefined || plan.isEmpty) return operation.response
    const ran = this.#runSteps(operation, plan.postOperation)
    if (isPromise(ran)) {
      return ran.then(() => {
        this.#queueAsyncSteps(operation)
        return operation.response
      })
    }
    this.#queueAsyncSteps(operation)
    return operation.response
  }

  /** The row as it is before the main operation: what pre-images show. Absent rows are the message's to refuse. */
  #readBefore(operation: AnyOperation): Awaitable<void> {
    const { table, message } = operation
    if (table === undefined || message.images?.pre !== true) return undefined
    const found: Awaitable<Row | undefined> = operation.reader.get(table, operation.id)
    if (isPromise(found)) {
      return found.then((row) => {
        operation.before = row
      })
    }
    operation.before = found
    return undefined
  }

  #runSteps(operation: AnyOperation, steps: readonly Step[]): Awaitable<void> {
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]
      if (step === undefined || !concerns(step, operation)) continue
      const ran = this.#runStep(operation, step)
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
      if (concerns(step, operation)) await this.#runStep(operation, step)
    }
  }

  #runStep(operation: AnyOperation, step: Step): Awaitable<void> {
    const parent = operation.trace
    const node = parent === undefined ? undefined : stepNode(operation, step)
    if (node !== undefined) parent?.children.push(node)
    return this.#call(new StepRun(operation, step, this.#serviceFor, node))
  }

  #call(run: StepRun): Awaitable<void> {
    const began = run.traceNode === undefined ? 0 : performance.now()
    try {
      const ran = this.#invoke(run.step, run)
      if (isPromise(ran)) {
        return ran.then(
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
  #queueAsyncSteps(operation: AnyOperation): void {
    const { plan, unit } = operation
    if (plan === undefined || unit === undefined) return
    for (const step of plan.async) {
      if (concerns(step, operation)) unit.jobs.push(this.#job(operation, step))
    }
  }

  #job(operation: AnyOperation, step: Step): AsyncJob {
    const job = { id: randomIds.next(), createdOn: this.#clock.now() }
    const frozen = operation.snapshot()
    return {
      ...job,
      step,
      operation: frozen,
      run: async () => {
        const node = this.listener === undefined ? undefined : stepNode(frozen, step)
        try {
          await this.#call(new StepRun(frozen, step, this.#serviceFor, node, job))
        } finally {
          if (node !== undefined) this.listener?.ended(node)
        }
      },
    }
  }

  async #traced(operation: AnyOperation): Promise<unknown> {
    const began = performance.now()
    const node: MessageTrace = {
      kind: 'message',
      message: operation.message.name,
      get table() {
        return operation.table?.logicalName ?? 'none'
      },
      get id() {
        return operation.id
      },
      depth: operation.depth,
      columns: sentColumns(operation.request),
      children: [],
      durationMs: 0,
      error: undefined,
    }
    operation.trace = node
    const above = operation.sender?.traceNode ?? operation.parent?.trace
    above?.children.push(node)
    try {
      return await this.#run(operation)
    } catch (error) {
      node.error = traceError(error)
      throw error
    } finally {
      node.durationMs = performance.now() - began
      if (above === undefined) this.listener?.ended(node)
    }
  }
}

/** Where a request comes from. */
interface Origin {
  readonly call: Call
  readonly caller: Caller
  readonly parent?: AnyOperation
  readonly sender?: StepRun
  /** The transaction to join, where no operation above has one. */
  readonly unit?: UnitOfWork
}

const runStep = (step: Step, run: StepRun): Awaitable<void> => step.run(run)

/** Before a step's request joins its operation. */
function assertMaySend(sender: StepRun, operation: AnyOperation): void {
  if (sender.hasEnded) {
    throw new DataverseError(
      'TRANSACTION_NOT_STARTED',
      `${sender.step.name} sent ${operation.message.name} after it had ended; await every call of event.org.`,
    )
  }
  if (operation.stepDepth > MAX_DEPTH) throw tooDeep()
}

/**
 * Whether the step is registered for what this operation does. A filtering column counts when the caller sent
 * it, changed or not, or a step set it.
 * Unverified: that columns which the platform alone added do not count, and those of earlier steps do.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-plug-in
 */
function concerns(step: Step, operation: AnyOperation): boolean {
  if (step.relationship !== undefined && step.relationship !== operation.relationship) return false
  if (step.columns === undefined) return true
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
    if (run.written !== undefined) takeWrites(run, run.written)
  } catch (error) {
    stepFailed(run, began, error)
  }
}

function stepFailed(run: StepRun, began: number, error: unknown): never {
  run.hasEnded = true
  const failure = failureOf(run.step, withoutUndeclaredWrites(run, error))
  if (run.traceNode !== undefined) {
    run.traceNode.durationMs = performance.now() - began
    run.traceNode.error = traceError(failure)
  }
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

function sentColumns(request: unknown): readonly string[] {
  const { values } = request as { readonly values?: object }
  return values === undefined ? [] : Object.keys(values)
}

function tooDeep(): DataverseError {
  return new DataverseError(
    'DEPTH_EXCEEDED',
    'This workflow job was canceled because the workflow that started it included an infinite loop. Correct the workflow logic and try again.',
  )
}
