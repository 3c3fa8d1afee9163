import { randomUUID } from 'node:crypto'
import type { Table } from '../metadata/table.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import type { Row, RowRef, Value } from '../rows/value.ts'
import type { Reader, Transaction } from '../store/store.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { Bypass } from './bypass.ts'
import type { ParameterBag } from './execution-context.ts'
import { serialized, sharedOf } from './shared-variables.ts'
import type { AnyMessage, Message } from './message.ts'
import type { Caller, ClientFacts, Runtime } from './runtime.ts'
import type { StepPlan } from './step-plan.ts'
import type { StepRun } from './step-run.ts'
import type { MessageTrace } from './trace.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** What one caller's request and all it starts have in common. */
export class Call {
  readonly tag: string | undefined
  /** What the caller's client tells of itself; noted with the first request that says so. */
  client: ClientFacts | undefined
  readonly startedMs: number
  /** Since when Depth is counted. */
  readonly countsFromMs: number
  #correlationId: string | undefined

  constructor(startedMs: number, tag?: string, correlationId?: string, countsFromMs = startedMs) {
    this.startedMs = startedMs
    this.tag = tag
    this.client = undefined
    this.#correlationId = correlationId
    this.countsFromMs = countsFromMs
  }

  get startedOn(): Date {
    return new Date(this.startedMs)
  }

  get correlationId(): string {
    return (this.#correlationId ??= randomUUID())
  }

  /**
   * A request of one of its jobs: a pipeline of its own, of the same correlation.
   * Unverified: that the hour is counted from the caller's request, and that Depth starts again after it.
   */
  forJob(nowMs: number): Call {
    const isOver = nowMs - this.countsFromMs > LOOP_WINDOW_MS
    const call = new Call(nowMs, undefined, this.correlationId, isOver ? nowMs : this.countsFromMs)
    call.client = this.client
    return call
  }
}

/** Within this time messages inside messages are counted together. */
const LOOP_WINDOW_MS = 3_600_000

/** Sends a request as part of a running operation: one deeper, in its transaction. */
export type ExecuteNested = (
  message: string,
  request: object,
  parent: AnyOperation,
  how?: NestedOptions,
) => Awaitable<unknown>

export interface NestedOptions {
  /** The row it concerns, where that has just been read. */
  readonly foundRow?: Row
  /** Whose request it is; absent: that of who calls already. */
  readonly caller?: Caller
}

/** What a cascade keeps while it runs: the rows it reaches, and those it is at. */
export interface CascadeState {
  /** @returns whether it was new. */
  reach(table: string, id: string): boolean
  reaches(table: string, id: string): boolean
  begin(table: string, id: string): void
  end(table: string, id: string): void
  isUnderWay(table: string, id: string): boolean
}

export interface OperationParts<Request, Response> {
  readonly message: Message<string, Request, Response>
  readonly request: Request
  readonly origin: Origin
  readonly runtime: Runtime
  readonly committed: Reader
  readonly executeNested: ExecuteNested
}

/** Where a request comes from. */
export interface Origin {
  readonly call: Call
  readonly caller: Caller
  readonly parent?: AnyOperation
  /** The step that sent the request, when one did. */
  readonly sender?: StepRun
  /** The transaction to join, where no operation above has one. */
  readonly unit?: UnitOfWork
}

/**
 * One request on its way through the stages. The pipeline fills it; messages read and write it; steps see
 * it through their event. What is expensive and seldom read is made when asked for.
 */
export class Operation<Request, Response> {
  readonly message: Message<string, Request, Response>
  readonly runtime: Runtime
  readonly call: Call
  readonly caller: Caller
  /** The operation that started this one: a step's, or a cascade's. */
  readonly parent: AnyOperation | undefined
  readonly sender: StepRun | undefined
  /** 1 for a caller's request. */
  readonly depth: number
  /** How many steps stand between this and the caller: what the loop guard counts. Cascades do not add to it. */
  readonly stepDepth: number
  /** Whether a step above it only reads, so that it may write nothing. */
  readonly readsOnly: boolean
  readonly committed: Reader
  /** What the request itself was marked with; those it starts have their own. */
  readonly tag: string | undefined
  readonly #executeNested: ExecuteNested

  /** Retrieve and RetrieveMultiple steps may replace it before the main operation. */
  request: Request
  response: Response | undefined
  table: Table | undefined
  id = ''
  /** The target: what the caller sent, then also what the platform and steps add. Empty for messages without one. */
  values: Record<string, Value | undefined>
  relationship: string | undefined
  related: readonly RowRef[] | undefined
  /** The target as PreValidation left it, kept where later steps may ask for it: what the outer context holds. */
  outerValues: Readonly<Record<string, Value | undefined>> | undefined
  /** Columns of the target that steps have set. */
  stepWrites: Set<string> | undefined
  /** 10, 20, 30 or 40. */
  stage = 10
  unit: UnitOfWork | undefined
  /** Whether the transaction began with this operation and ends with it. */
  ownsUnit = false
  plan: StepPlan | undefined
  /** The steps the request leaves out. */
  bypass: Bypass | undefined
  /** The row as whoever sent the request has just read it: it need not be looked up again. */
  foundRow: Row | undefined
  /** The row before the main operation, as stored. */
  before: Row | undefined
  /** The row after it. */
  after: Row | undefined
  /** Of a message about two rows: the second one, as it was before and is after. */
  other: { readonly before: Row; readonly after?: Row | undefined } | undefined
  /** The running cascade this operation belongs to; what it holds is the message's own. */
  cascade: CascadeState | undefined
  trace: MessageTrace | undefined
  /** Of a message over several rows: an operation for each of them. */
  rows: readonly AnyOperation[] | undefined
  /** The operation at whose stages the steps of this one run, where it has none of its own. */
  leader: AnyOperation | undefined
  /** Operations of other messages that have run beside this one: see `Message.alsoRaises`. */
  beside: AnyOperation[] | undefined
  #outerShared: ParameterBag | undefined
  #innerShared: ParameterBag | undefined
  #requestId: string | undefined

  constructor(parts: OperationParts<Request, Response>) {
    this.message = parts.message
    this.request = parts.request
    this.runtime = parts.runtime
    const { call, caller, parent, sender, unit } = parts.origin
    this.call = call
    this.caller = caller
    this.parent = parent
    this.sender = sender
    // Jobs can be so far apart that they are no loop.
    const countsAnew = parent === undefined || call.countsFromMs !== parent.call.countsFromMs
    this.depth = countsAnew ? 1 : takesPlaceOf(parent, sender) ? parent.depth : parent.depth + 1
    this.stepDepth = countsAnew ? 1 : parent.stepDepth + (sender === undefined ? 0 : 1)
    // A job's requests have no transaction to join, though the operation it came from had one.
    this.unit = sender?.job === undefined ? (unit ?? parent?.unit) : undefined
    this.readsOnly =
      sender?.step.isReadOnly === true || (sender?.job === undefined && parent?.readsOnly === true)
    this.committed = parts.committed
    const { tag, client } = parts.request as {
      readonly tag?: string
      readonly client?: ClientFacts
    }
    if (client !== undefined) call.client ??= client
    this.tag = tag ?? (parent === undefined ? call.tag : undefined)
    this.#executeNested = parts.executeNested
    this.response = undefined
    this.table = undefined
    this.values = NO_VALUES
    this.relationship = undefined
    this.related = undefined
    this.outerValues = undefined
    this.stepWrites = undefined
    this.plan = undefined
    this.bypass = undefined
    this.foundRow = undefined
    this.before = undefined
    this.after = undefined
    this.other = undefined
    this.cascade = undefined
    this.trace = undefined
    this.rows = undefined
    this.leader = undefined
    this.beside = undefined
  }

  /** The open transaction. @throws TRANSACTION_NOT_STARTED outside one: a fault of the message that asks. */
  get tx(): Transaction {
    if (this.unit === undefined) {
      throw new DataverseError(
        'TRANSACTION_NOT_STARTED',
        `There is no active transaction: ${this.message.name} asked for one at stage ${this.stage}.`,
      )
    }
    return this.unit.tx
  }

  /** Where rows are read: the open transaction, or what is committed. */
  get reader(): Reader {
    return this.unit === undefined ? this.committed : this.unit.tx
  }

  /** The table the message is about; for messages that always have one. */
  get subject(): Table {
    if (this.table === undefined) {
      throw new DataverseError('UNEXPECTED', `${this.message.name} has no table.`)
    }
    return this.table
  }

  /** A request of the platform's own (a cascade, the update an association stands for): one deeper. */
  execute(message: string, request: object, how?: NestedOptions): Awaitable<unknown> {
    return this.#executeNested(message, request, this, how)
  }

  /** An operation of the same request: it has this one's place, and runs its steps at this one's stages. */
  alongside(message: AnyMessage, request: unknown): AnyOperation {
    const other: AnyOperation = new Operation<unknown, unknown>({
      message,
      request,
      origin: {
        call: this.call,
        caller: this.caller,
        ...(this.parent === undefined ? {} : { parent: this.parent }),
        ...(this.sender === undefined ? {} : { sender: this.sender }),
      },
      runtime: this.runtime,
      committed: this.committed,
      executeNested: this.#executeNested,
    })
    other.leader = this
    return other
  }

  /** Before the platform and later steps add to the target. */
  keepOuterValues(): void {
    const kept: Record<string, Value | undefined> = {}
    for (const name in this.values) kept[name] = this.values[name]
    this.outerValues = kept
  }

  /**
   * As it is now, for a step that runs later: what happens afterwards to this one, and to those it came from,
   * does not show there. @throws HANDLER_FAILED for a shared variable that cannot travel
   */
  snapshot(): AnyOperation {
    const copy: AnyOperation = new Operation<unknown, unknown>({
      message: this.message,
      request: this.request,
      origin: {
        call: this.call,
        caller: this.caller,
        ...(this.parent === undefined ? {} : { parent: this.parent.snapshot() }),
        ...(this.sender === undefined ? {} : { sender: this.sender }),
      },
      runtime: this.runtime,
      committed: this.committed,
      executeNested: this.#executeNested,
    })
    copy.response = this.response
    copy.table = this.table
    copy.id = this.id
    copy.values = { ...this.values }
    copy.relationship = this.relationship
    copy.related = this.related
    copy.outerValues = this.outerValues
    copy.stage = this.stage
    copy.unit = undefined
    copy.before = this.before
    copy.after = this.after
    copy.other = this.other
    copy.rows = this.rows?.map((row) => row.snapshot())
    copy.#requestId = this.requestId
    copy.#outerShared = serialized(this.outerShared)
    copy.#innerShared =
      this.message.hasInnerContext === true ? serialized(this.innerShared) : copy.#outerShared
    return copy
  }

  get requestId(): string {
    return (this.#requestId ??= this.leader?.requestId ?? randomUUID())
  }

  /** Shared variables of the outer context (PreValidation). The request's own tag is among them. */
  get outerShared(): ParameterBag {
    return (this.#outerShared ??= sharedOf(this.message, this.call.client, this.tag))
  }

  /** Shared variables of the inner context: from PreOperation on. One bag where the message has one context. */
  get innerShared(): ParameterBag {
    return this.message.hasInnerContext === true
      ? (this.#innerShared ??= sharedOf(this.message, this.call.client))
      : this.outerShared
  }
}

/** An operation of any message. */
export type AnyOperation = Operation<unknown, unknown>

/** Whether an operation that `parent` starts is what the caller has asked for, put in other words. */
// Unverified: that the Update of an Assign or SetState has their depth.
function takesPlaceOf({ message }: AnyOperation, sender: StepRun | undefined): boolean {
  if (message.standsForAnother === true) return true
  return sender === undefined && message.isOuterContext === true
}

const NO_VALUES: Record<string, Value | undefined> = Object.freeze({})
