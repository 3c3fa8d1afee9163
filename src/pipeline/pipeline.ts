import { DataverseError } from '../errors/dataverse-error.ts'
import { assertRequest } from './assert-request.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import type { Store } from '../store/store.ts'
import type { AsynchronousService } from './async-steps.ts'
import type { AnyBatch } from './batch.ts'
import { bypassOf } from './bypass.ts'
import { assertMaySend, batchInStep } from './may-send.ts'
import type { AnyMessage } from './message.ts'
import { Call, Operation, type AnyOperation, type NestedOptions, type Origin } from './operation.ts'
import { actingAs, nowMs, type Caller, type Runtime, type Time } from './runtime.ts'
import type { StepLog } from './step-log.ts'
import { StepPlans, type StepPlan } from './step-plan.ts'
import { Stages } from './stages.ts'
import type { StepRun } from './step-run.ts'
import { StepRunner } from './step-runner.ts'
import type { Step } from './step.ts'
import { traceError, type MessageTrace, type TraceListener } from './trace.ts'
import { UnitOfWork } from './unit-of-work.ts'

export interface PipelineParts {
  readonly runtime: Runtime
  readonly clock: Time
  readonly store: Store
  readonly messages: readonly AnyMessage[]
  /** Messages that only send others. */
  readonly batches?: readonly AnyBatch[]
  readonly steps: Iterable<Step>
  /** Makes the organization that a step's event offers. */
  readonly service: (execute: ExecuteForStep) => unknown
  readonly asynchronous: AsynchronousService
  /** Runs a handler; whoever wires the pipeline may look around it. */
  readonly invoke?: (step: Step, run: StepRun) => Awaitable<void>
  /** Called before a request that will need a transaction of its own does anything; may refuse. */
  readonly beforeTransaction?: () => void
}

export type ExecuteFor = (message: string, request: object) => Promise<unknown>

/** As `userId`, where it is given: otherwise as the user the step runs as. */
export type ExecuteForStep = (message: string, request: object, userId?: string) => Promise<unknown>

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
  readonly #runtime: Runtime
  readonly #clock: Time
  readonly #store: Store
  readonly #messages: ReadonlyMap<string, AnyMessage>
  readonly #batches: ReadonlyMap<string, AnyBatch>
  #steps: StepPlans
  readonly #asynchronous: AsynchronousService
  readonly #beforeTransaction: (() => void) | undefined
  readonly #runner: StepRunner
  readonly #stages: Stages

  constructor(parts: PipelineParts) {
    this.#runtime = parts.runtime
    this.#clock = parts.clock
    this.#store = parts.store
    this.#messages = new Map(parts.messages.map((message) => [message.name, message]))
    this.#batches = new Map(parts.batches?.map((batch) => [batch.name, batch]))
    this.#steps = new StepPlans(parts.steps, this.#messages)
    this.#asynchronous = parts.asynchronous
    this.#beforeTransaction = parts.beforeTransaction
    this.#runner = new StepRunner({
      clock: parts.clock,
      ids: parts.runtime.ids,
      asynchronous: parts.asynchronous,
      invoke: parts.invoke ?? ((step, run) => step.run(run)),
      serviceFor: (run) =>
        parts.service((message, request, userId) =>
          this.#executeFromStep(run, message, request, userId),
        ),
    })
    this.#stages = new Stages(this.#runner)
  }

  /** Who is told what ran; nothing is recorded while it is undefined. */
  get listener(): TraceListener | undefined {
    return this.#runner.listener
  }
  set listener(listener: TraceListener | undefined) {
    this.#runner.listener = listener
  }

  /** Where runs of steps are logged; undefined: nowhere. */
  get stepLog(): StepLog | undefined {
    return this.#runner.stepLog
  }
  set stepLog(log: StepLog | undefined) {
    this.#runner.stepLog = log
  }

  /** Replaces the registered steps; requests that are running keep theirs. */
  useSteps(steps: Iterable<Step>): void {
    this.#steps = new StepPlans(steps, this.#messages)
  }

  /** Replaces one step, or adds or removes it; requests that are running keep theirs. */
  changeStep(former: Step | undefined, present: Step | undefined): void {
    this.#steps.change(former, present)
  }

  /** A caller's request: depth 1, a transaction of its own. */
  execute(message: string, request: object, options: ExecuteOptions): Promise<unknown> {
    const call = new Call(nowMs(this.#clock), options.tag)
    const answer = this.#promised(message, request, { call, caller: options.caller })
    return this.stepLog === undefined ? answer : this.#logged(answer)
  }

  /** Once the request has ended, one way or the other. */
  async #logged<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } finally {
      await this.stepLog?.flush()
    }
  }

  /**
   * Several requests that succeed or fail together (ExecuteTransaction, a change set). Each has depth 1; its
   * PreValidation runs inside the transaction that is open already.
   */
  transaction<T>(options: ExecuteOptions, work: (execute: ExecuteFor) => Promise<T>): Promise<T> {
    const answer = this.#transaction(options, work)
    return this.stepLog === undefined ? answer : this.#logged(answer)
  }

  async #transaction<T>(
    options: ExecuteOptions,
    work: (execute: ExecuteFor) => Promise<T>,
  ): Promise<T> {
    const call = new Call(nowMs(this.#clock), options.tag)
    this.#beforeTransaction?.()
    const unit = await this.#open()
    const execute: ExecuteFor = (message, request) =>
      this.#promised(message, request, { call, caller: options.caller, unit })
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

  #start(name: string, request: object, origin: Origin, foundRow?: Row): Awaitable<unknown> {
    const message = this.#messages.get(name)
    assertRequest(name, request)
    if (message === undefined) return this.#sendBatch(name, request, origin)
    const operation: AnyOperation = new Operation({
      message,
      request,
      origin,
      runtime: this.#runtime,
      committed: this.#store.committed,
      executeNested: this.#executeNested,
    })
    operation.foundRow = foundRow
    const isTraced =
      this.listener !== undefined ||
      operation.sender?.traceNode !== undefined ||
      operation.parent?.trace !== undefined
    return isTraced ? this.#traced(operation) : this.#run(operation)
  }

  /** What is no message may be a batch of them. */
  #sendBatch(name: string, request: object, { sender, unit, caller }: Origin): Promise<unknown> {
    const batch = this.#batches.get(name)
    if (batch === undefined) {
      throw new DataverseError('MESSAGE_UNKNOWN', `There is no message '${name}'.`)
    }
    if (sender !== undefined) throw batchInStep(sender, name)
    if (unit !== undefined) {
      throw new DataverseError('NOT_SUPPORTED', `${name} cannot be part of a transaction.`)
    }
    // A batch knows what its own requests hold.
    return batch.run(request as never, {
      execute: (item) => this.execute(item.message, item.request, { caller }),
      transaction: (work) =>
        this.transaction({ caller }, (execute) =>
          work((item) => execute(item.message, item.request)),
        ),
    })
  }

  /** `#start` for those who always get a promise. */
  #promised(name: string, request: object, origin: Origin): Promise<unknown> {
    try {
      const answer = this.#start(name, request, origin)
      return isPromise(answer) ? answer : Promise.resolve(answer)
    } catch (error) {
      // What was thrown is passed on as it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      return Promise.reject(error)
    }
  }

  /** The platform's own nested request: a cascade, the update that an association stands for. */
  readonly #executeNested = (
    message: string,
    request: object,
    parent: AnyOperation,
    how?: NestedOptions,
  ): Awaitable<unknown> => {
    const { call, caller } = parent
    return this.#start(
      message,
      request,
      { call, caller: how?.caller ?? caller, parent },
      how?.foundRow,
    )
  }

  /** A step's request: as the user it asks for, or as the one it runs as. */
  #executeFromStep(
    sender: StepRun,
    message: string,
    request: object,
    userId = sender.step.runAs,
  ): Promise<unknown> {
    const parent = sender.operation
    const call = sender.job === undefined ? parent.call : sender.callOfJob(this.#clock)
    const caller = userId === undefined ? parent.caller : actingAs(userId, parent.caller)
    return this.#promised(message, request, { call, caller, parent, sender })
  }

  /** The stages of one operation, in their order. Answers without a promise while everything in it is synchronous. */
  #run(operation: AnyOperation): Awaitable<unknown> {
    try {
      const { plan, opensTransaction } = this.#begin(operation)
      if (plan.hasPreValidation || operation.rows !== undefined) {
        const ran = this.#stages.preValidate(operation)
        if (isPromise(ran)) {
          return ran
            .then(() => this.#afterPreValidation(operation, opensTransaction))
            .catch((error: unknown) => failed(operation, error))
        }
      }
      const answer = this.#afterPreValidation(operation, opensTransaction)
      return isPromise(answer) ? answer.catch((error: unknown) => failed(operation, error)) : answer
    } catch (error) {
      return failed(operation, error)
    }
  }

  /** What the request is about, and the steps it concerns. */
  #begin(operation: AnyOperation): Begun {
    const { message, sender } = operation
    if (sender !== undefined) assertMaySend(sender, operation)
    operation.unit?.assertOpen()
    const plan = this.#understand(operation)
    if (message.rowRequests !== undefined) this.#understandRows(operation)
    const opensTransaction =
      operation.unit === undefined && (message.onlyReads !== true || plan.hasInner)
    // A call that would wait for itself is refused before its PreValidation does anything.
    if (opensTransaction) this.#beforeTransaction?.()
    return { plan, opensTransaction }
  }

  #understand(operation: AnyOperation): StepPlan {
    const { message } = operation
    const subject = message.begin(operation.request, this.#runtime)
    operation.table = subject.table
    operation.id = subject.id
    if (subject.values !== undefined) operation.values = subject.values
    operation.relationship = subject.relationship
    operation.related = subject.related
    const plan = this.#steps.plan(message.name, subject.table?.logicalName ?? 'none')
    operation.plan = plan
    this.#runtime.access?.checkBypass(operation)
    if (!plan.isEmpty || 'bypass' in (operation.request as object)) {
      operation.bypass = bypassOf(operation)
    }
    return plan
  }

  /** Every row is understood before any step runs. */
  #understandRows(operation: AnyOperation): void {
    const asked = operation.message.rowRequests?.(operation.request)
    const message = asked === undefined ? undefined : this.#messages.get(asked.message)
    if (asked === undefined || message === undefined) return
    operation.rows = asked.requests.map((request) => {
      const row = operation.alongside(message, request)
      this.#understand(row)
      return row
    })
  }

  #afterPreValidation(operation: AnyOperation, opensTransaction: boolean): Awaitable<unknown> {
    if (operation.plan?.hasInner === true && operation.message.hasInnerContext === true) {
      operation.keepOuterValues()
    }
    if (!opensTransaction) return this.#stages.inner(operation)
    const opened = this.#open()
    return isPromise(opened)
      ? opened.then((unit) => this.#withinTransaction(operation, unit))
      : this.#withinTransaction(operation, opened)
  }

  /** The outermost request owns the transaction: it commits what came of all, or undoes it. */
  #withinTransaction(operation: AnyOperation, unit: UnitOfWork): Awaitable<unknown> {
    operation.unit = unit
    operation.ownsUnit = true
    try {
      const answer = this.#stages.inner(operation)
      if (isPromise(answer)) {
        return answer
          .then(async (response) => {
            await this.#commit(unit)
            return response
          })
          .catch((error: unknown) => rolledBack(unit, error))
      }
      const committed = this.#commit(unit)
      return isPromise(committed)
        ? committed.then(() => answer).catch((error: unknown) => rolledBack(unit, error))
        : answer
    } catch (error) {
      return rolledBack(unit, error)
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
    unit.committed()
    if (unit.jobs.length > 0) this.#asynchronous.add(unit.jobs)
  }

  async #traced(operation: AnyOperation): Promise<unknown> {
    const began = performance.now()
    const node: MessageTrace = {
      kind: 'message',
      message: operation.message.name,
      get table() {
        return operation.table?.logicalName ?? sentTable(operation.request)
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

interface Begun {
  readonly plan: StepPlan
  readonly opensTransaction: boolean
}

/** When a request fails inside a transaction that is not its own, the transaction is lost, caught or not. */
function failed(operation: AnyOperation, error: unknown): never {
  if (!operation.ownsUnit) operation.unit?.doom(error)
  throw error
}

/** The transaction undone; whoever waits for it is told why. */
function rolledBack(unit: UnitOfWork, error: unknown): Promise<never> | never {
  unit.close()
  const undone = unit.tx.rollback()
  if (isPromise(undone)) {
    return undone.then(() => {
      throw error
    })
  }
  throw error
}

/** Of a request that was refused before it was understood. */
function sentTable(request: unknown): string {
  const { table } = request as { readonly table?: unknown }
  return typeof table === 'string' ? table : 'none'
}

function sentColumns(request: unknown): readonly string[] {
  const { values } = request as { readonly values?: object }
  return values === undefined ? [] : Object.keys(values)
}
