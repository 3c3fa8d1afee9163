import { DataverseError } from '../errors/dataverse-error.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import type { Store } from '../store/store.ts'
import type { AsyncJob, AsynchronousService } from './async-steps.ts'
import type { AnyBatch } from './batch.ts'
import { isAlone, operationsBeside } from './beside.ts'
import { bypassOf } from './bypass.ts'
import { failureOf, withoutUndeclaredWrites } from './failure.ts'
import type { AnyMessage } from './message.ts'
import { Call, Operation, type AnyOperation, type Origin } from './operation.ts'
import type { Caller, Runtime, Time } from './runtime.ts'
import type { StepLog } from './step-log.ts'
import { StepPlans, type StepPlan } from './step-plan.ts'
import { StepRun, type ServiceFor } from './step-run.ts'
import type { Step } from './step.ts'
import { traceError, type MessageTrace, type StepTrace, type TraceListener } from './trace.ts'
import { UnitOfWork } from './unit-of-work.ts'
import { assertInTime } from './time-limit.ts'
import { assertUser } from './users.ts'
import { takeWrites } from './writes.ts'

/** Messages inside messages that steps may start; one more and the platform calls it a loop: DEPTH_EXCEEDED. */
// Unverified: that 8 still runs and 9 is refused.
export const MAX_DEPTH = 8

export interface PipelineParts {
  readonly runtime: Runtime
  readonly clock: Time
  readonly store: Store
  readonly messages: readonly AnyMessage[]
  /** Messages that only send others. */
  readonly batches?: readonly AnyBatch[]
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
  /** Where runs of steps are logged; undefined: nowhere. */
  stepLog: StepLog | undefined
  readonly #runtime: Runtime
  readonly #clock: Time
  readonly #store: Store
  readonly #messages: ReadonlyMap<string, AnyMessage>
  readonly #batches: ReadonlyMap<string, AnyBatch>
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
    this.#batches = new Map(parts.batches?.map((batch) => [batch.name, batch]))
    this.#steps = new StepPlans(parts.steps, this.#messages)
    this.#asynchronous = parts.asynchronous
    this.#invoke = parts.invoke ?? runStep
    this.#beforeTransaction = parts.beforeTransaction
    this.#serviceFor = (run) =>
      parts.service((message, request) => this.#executeFromStep(run, message, request))
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
    const call = new Call(this.#clock.now(), options.tag)
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
  transaction<T>(
    options: ExecuteOptions,
    work: (execute: ExecuteFor) => Promise<T>,
  ): Promise<T> {
    const answer = this.#transaction(options, work)
    return this.stepLog === undefined ? answer : this.#logged(answer)
  }

  async #transaction<T>(
    options: ExecuteOptions,
    work: (execute: ExecuteFor) => Promise<T>,
  ): Promise<T> {
    const call = new Call(this.#clock.now(), options.tag)
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

  #start(name: string, request: object, origin: Origin): Awaitable<unknown> {
    const message = this.#messages.get(name)
    if (message === undefined) return this.#sendBatch(name, request, origin)
    const operation: AnyOperation = new Operation({
      message,
      request,
      origin,
      runtime: this.#runtime,
      committed: this.#store.committed,
      executeNested: this.#executeNested,
    })
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
  ): Awaitable<unknown> =>
    this.#start(message, request, { call: parent.call, caller: parent.caller, parent })

  /** A step's request; as the user the step runs as. */
  #executeFromStep(sender: StepRun, message: string, request: object): Promise<unknown> {
    const parent = sender.operation
    const call = sender.job === undefined ? parent.call : sender.callOfJob(this.#clock)
    const { runAs } = sender.step
    const caller =
      runAs === undefined
        ? parent.caller
        : {
            userId: runAs,
            initiatingUserId: parent.caller.initiatingUserId ?? parent.caller.userId,
          }
    return this.#promised(message, request, { call, caller, parent, sender })
  }

  /** The stages of one operation, in their order. Answers without a promise while everything in it is synchronous. */
  #run(operation: AnyOperation): Awaitable<unknown> {
    try {
      const { plan, opensTransaction } = this.#begin(operation)
      if (plan.hasPreValidation || operation.rows !== undefined) {
        const ran = this.#preValidate(operation)
        if (isPromise(ran)) {
          return ran
            .then(() => this.#afterPreValidation(operation, opensTransaction))
            .catch((error: unknown) => failed(operation, error))
        }
      }
      const answer = this.#afterPreValidation(operation, opensTransaction)
      return isPromise(answer)
        ? answer.catch((error: unknown) => failed(operation, error))
        : answer
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
    if (!plan.isEmpty) operation.bypass = bypassOf(operation)
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

  #preValidate(operation: AnyOperation): Awaitable<void> {
    const read = this.#readBefore(operation)
    return isPromise(read)
      ? read.then(() => this.#runStage(operation, 'preValidation'))
      : this.#runStage(operation, 'preValidation')
  }

  #afterPreValidation(operation: AnyOperation, opensTransaction: boolean): Awaitable<unknown> {
    if (operation.plan?.hasInner === true && operation.message.hasInnerContext === true) {
      operation.keepOuterValues()
    }
    if (!opensTransaction) return this.#inner(operation)
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
      const answer = this.#inner(operation)
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

  /** What happens inside the transaction. Answers without a promise while everything in it is synchronous. */
  #inner(operation: AnyOperation): Awaitable<unknown> {
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
      return before.then(() => message.check?.(operation)).then(() => message.prepare?.(operation))
    }
    const checked = message.check?.(operation)
    if (isPromise(checked)) return checked.then(() => message.prepare?.(operation))
    return message.prepare?.(operation)
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
      const ran = this.#runStage(operation, 'preOperation')
      if (isPromise(ran)) return ran.then(() => this.#main(operation))
    }
    return this.#main(operation)
  }

  #main(operation: AnyOperation): Awaitable<unknown> {
    operation.stage = 30
    const { implementation } = operation.message
    if (implementation !== undefined) {
      const ran = this.#runStep(operation, implementation)
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
    await this.#runStage(operation, 'preOperation')
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
    const ran = this.#runStage(operation, 'postOperation')
    return isPromise(ran)
      ? ran.then(() => this.#queueAsyncSteps(operation, 0))
      : this.#queueAsyncSteps(operation, 0)
  }

  /** The row as it is before the main operation: what pre-images show. Absent rows are the message's to refuse. */
  #readBefore(operation: AnyOperation): Awaitable<void> {
    const { table, message, rows } = operation
    if (table === undefined || message.images?.pre !== true) return undefined
    if (rows !== undefined) return this.#readRowsBefore(rows)
    const found: Awaitable<Row | undefined> = operation.reader.get(table, operation.id)
    if (isPromise(found)) {
      return found.then((row) => {
        operation.before = row
      })
    }
    operation.before = found
    return undefined
  }

  /** The operation's own steps, then those of the operations beside it. */
  // Unverified: the order among a message's steps and those of the messages it is, too.
  #runStage(operation: AnyOperation, stage: SyncStage): Awaitable<void> {
    const { plan } = operation
    const ran = plan === undefined ? undefined : this.#runSteps(operation, plan[stage])
    if (isAlone(operation)) return ran
    return isPromise(ran)
      ? ran.then(() => this.#runBeside(operation, stage))
      : this.#runBeside(operation, stage)
  }

  async #runBeside(operation: AnyOperation, stage: SyncStage): Promise<void> {
    for (const other of operationsBeside(operation)) {
      const ran = this.#runStage(other, stage)
      if (isPromise(ran)) await ran
    }
  }

  async #readRowsBefore(rows: readonly AnyOperation[]): Promise<void> {
    for (const row of rows) await this.#readBefore(row)
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
    const parent = step.isSystem === true ? undefined : operation.trace
    const node = parent === undefined ? undefined : stepNode(operation, step)
    if (node !== undefined) parent?.children.push(node)
    return this.#call(new StepRun(operation, step, this.#serviceFor, node))
  }

  #call(run: StepRun): Awaitable<void> {
    const began = run.traceNode === undefined ? 0 : performance.now()
    if (this.stepLog !== undefined && run.step.isSystem !== true) {
      run.logTo(this.stepLog.begin(run))
    }
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
  #queueAsyncSteps(operation: AnyOperation, from: number): Awaitable<unknown> {
    const { plan, unit } = operation
    if (plan === undefined || unit === undefined) return operation.response
    for (let i = from; i < plan.async.length; i++) {
      const step = plan.async[i]
      if (step === undefined || !concerns(step, operation)) continue
      const job = this.#job(operation, step)
      unit.jobs.push(job)
      const recorded = this.#asynchronous.record(job, unit.tx)
      if (isPromise(recorded)) {
        return recorded.then(() => this.#queueAsyncSteps(operation, i + 1))
      }
    }
    return isAlone(operation) ? operation.response : this.#queueBeside(operation)
  }

  async #queueBeside(operation: AnyOperation): Promise<unknown> {
    for (const other of operationsBeside(operation)) {
      const queued = this.#queueAsyncSteps(other, 0)
      if (isPromise(queued)) await queued
    }
    return operation.response
  }

  #job(operation: AnyOperation, step: Step): AsyncJob {
    const job = { id: this.#runtime.ids.next(), createdOn: this.#clock.now() }
    const frozen = operation.snapshot()
    return {
      ...job,
      step,
      operation: frozen,
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

type SyncStage = 'preValidation' | 'preOperation' | 'postOperation'

const runStep = (step: Step, run: StepRun): Awaitable<void> => step.run(run)

/** Before a step's request joins its operation. */
function assertMaySend(sender: StepRun, operation: AnyOperation): void {
  if (sender.hasEnded) {
    throw new DataverseError(
      'TRANSACTION_NOT_STARTED',
      `${sender.step.name} sent ${operation.message.name} after it had ended; await every call of event.org.`,
    )
  }
  assertInTime(sender)
  const { runAs } = sender.step
  if (runAs !== undefined) assertUser(operation.runtime.organization, runAs)
  if (operation.stepDepth > MAX_DEPTH) throw tooDeep()
  if (operation.message.isBatch === true) throw batchInStep(sender, operation.message.name)
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
    run.log?.ended()
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

/** Of a request that was refused before it was understood. */
function sentTable(request: unknown): string {
  const { table } = request as { readonly table?: unknown }
  return typeof table === 'string' ? table : 'none'
}

function sentColumns(request: unknown): readonly string[] {
  const { values } = request as { readonly values?: object }
  return values === undefined ? [] : Object.keys(values)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/best-practices/business-logic/avoid-batch-requests-plugin */
function batchInStep({ step }: StepRun, message: string): DataverseError {
  return new DataverseError(
    'NOT_SUPPORTED',
    `${step.name} sends ${message}; batches and bulk messages inside steps are not supported. Send the requests one by one.`,
  )
}

function tooDeep(): DataverseError {
  return new DataverseError(
    'DEPTH_EXCEEDED',
    'This workflow job was canceled because the workflow that started it included an infinite loop. Correct the workflow logic and try again.',
  )
}
