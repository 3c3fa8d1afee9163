import type { Awaitable } from '../rows/awaitable.ts'
import type { RowRef, Value } from '../rows/value.ts'
import type { Table } from '../metadata/table.ts'
import type { ParameterBag } from './execution-context.ts'
import type { AnyOperation, Operation } from './operation.ts'
import type { Runtime } from './runtime.ts'
import type { Step } from './step.ts'

/** What a request concerns: the table whose steps run, the row whose images they see. */
export interface Subject {
  /** undefined: the message has no table, and its steps are those registered without one. */
  readonly table: Table | undefined
  readonly id: string
  /** Create and Update: the target, a copy of its own that steps may change. */
  readonly values?: Record<string, Value | undefined>
  /** Associate and Disassociate. */
  readonly relationship?: string
  readonly related?: readonly RowRef[]
}

/**
 * A message is one object of this shape. Its functions decide and write; when they run, who sees what and
 * what is undone is the pipeline's.
 */
export interface Message<Name extends string, Request, Response> {
  readonly name: Name
  /** It writes nothing: no transaction is opened for it unless steps run inside one. */
  readonly onlyReads?: boolean
  /** It only finds out which other message is meant: that one takes its place, at its depth. */
  readonly standsForAnother?: boolean
  /** What it starts runs in its context: ParentContext of those inner stages shows this one. */
  readonly isOuterContext?: boolean
  /** For callers only: a step that sends it is refused by name. */
  readonly isBatch?: boolean
  /**
   * Messages of which a request of this one is a request, too: their steps run with its own, stage by stage.
   * Which of its requests are, they say themselves (`requestBeside`).
   */
  readonly alsoRaises?: readonly string[]
  /**
   * Create, Update and Delete have an outer context at PreValidation and an inner one from PreOperation on,
   * joined by ParentContext; other messages have one.
   */
  readonly hasInnerContext?: boolean
  /** Which images its steps may have, and under which parameter name they are registered. */
  readonly images?: {
    readonly pre: boolean
    readonly post: boolean
    readonly properties: readonly string[]
  }
  /** The request of this message that `other` is, too; undefined where it is none. */
  requestBeside?(other: AnyOperation): Request | undefined
  /** Of a message over several rows: the message of one row, and its request for each of them. */
  rowRequests?(request: Request): { readonly message: string; readonly requests: readonly object[] }
  /**
   * PreOperation, the main operation and PostOperation run once for each of these targets, in their order.
   * Asked where steps run there; undefined: once, for the target as it is.
   */
  passes?(
    operation: Operation<Request, Response>,
  ): readonly Record<string, Value | undefined>[] | undefined
  /**
   * Understands the request, before PreValidation: tables, columns and values; defaults.
   * Refuses what can't be understood. Reads no rows and writes none.
   */
  begin(request: Request, runtime: Runtime): Subject
  /** Of a message about two rows: reads the second one, for the images PreValidation has of it. */
  readOther?(operation: Operation<Request, Response>): Awaitable<void>
  /**
   * After PreValidation, inside the transaction, before `prepare`: whether the row exists, what the platform
   * sets itself (owner, state, time). Writes nothing.
   */
  check?(operation: Operation<Request, Response>): Awaitable<void>
  /** Between PreValidation and PreOperation, inside the transaction: where the platform cascades. */
  prepare?(operation: Operation<Request, Response>): Awaitable<void>
  /** Code that is run at stage 30 before `run`, as steps are run at theirs: what a custom message is. */
  readonly implementation?: Step
  /** Stage 30, the main operation: the only other place a message writes rows. */
  run(operation: Operation<Request, Response>): Awaitable<Response>
  /** A value a step sets in the target, understood and checked as if it had been sent. */
  accept?(operation: Operation<Request, Response>, column: string, value: Value): Value
  /** After one step's values were accepted: takes back what was derived from the columns they replace. */
  written?(operation: Operation<Request, Response>, columns: readonly string[]): void
  /** The parameter bags of the execution context, built when a step asks for them. */
  inputParameters(operation: Operation<Request, Response>): ParameterBag
  outputParameters?(operation: Operation<Request, Response>): ParameterBag
  /**
   * The response that `outputParameters` say, after a synchronous step at PostOperation had them in its hands.
   * Absent: they take no change. @throws HANDLER_FAILED for what is no such response
   */
  answered?(operation: Operation<Request, Response>, output: ParameterBag): Response
}

/** A message of any name, as the pipeline keeps them. What its requests hold only the message itself knows. */
export type AnyMessage = Message<string, unknown, unknown>
