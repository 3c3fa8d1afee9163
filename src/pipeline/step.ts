import type { Awaitable } from '../rows/awaitable.ts'
import type { Values } from '../rows/value.ts'
import type { AnyOperation } from './operation.ts'
import type { StepEvent } from './step-event.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/event-framework */
export const STAGES = {
  PreValidation: 10,
  PreOperation: 20,
  MainOperation: 30,
  PostOperation: 40,
} as const
export type StageName = keyof typeof STAGES
/** The stages steps are registered on. */
export type StepStage = 10 | 20 | 40

/** A row as it was before or is after the operation, limited to the columns asked for. */
export interface ImageSpec {
  /** The key under which a step finds it. */
  readonly alias: string
  readonly columns: readonly string[] | 'all'
  /** Of a message about two rows: the parameter that names the second one. Absent: the row the message is about. */
  readonly property?: string
}

/** One registration: this message, on this table, at this stage → this code. */
export interface Step {
  /** A GUID. */
  readonly id: string
  /** What errors, traces and registrations call it: `AccountCredit.stampHold`. */
  readonly name: string
  readonly message: string
  /** Logical name; null: every table that has the message, and messages without a table. */
  readonly table: string | null
  /** For Associate and Disassociate: only over this relationship (its schema name). */
  readonly relationship?: string
  /** 30: the code of a custom message itself. */
  readonly stage: StepStage | 30
  readonly mode: 'sync' | 'async'
  /** Lower first; the platform's "execution order". */
  readonly rank: number
  /** Runs only when the target holds one of these; absent: always. For Update only. */
  readonly columns?: readonly string[]
  readonly preImages: readonly ImageSpec[]
  readonly postImages: readonly ImageSpec[]
  /** Columns of the target the step may set (stages 10 and 20). */
  readonly writes: readonly string[]
  /** The user whose rights its calls use; absent: the calling user. */
  readonly runAs?: string
  readonly configuration?: string
  readonly secureConfiguration?: string
  /** It is no code of this organization, but an endpoint that the event is posted to. */
  readonly postsTo?: 'webhook' | 'service-bus'
  /** It only reads: what it sends may write nothing. */
  readonly isReadOnly?: boolean
  /** Asynchronous steps: whether the job is deleted once it has succeeded. */
  readonly asyncAutoDelete?: boolean
  /** The platform's own: neither traced nor bypassed, and not among the registered steps. */
  readonly isSystem?: boolean
  /** Asynchronous steps of the platform's own: the id of their job, and what else its row holds. */
  jobOf?(operation: AnyOperation): { readonly id: string; readonly values: Values }
  /** Known to answer with a promise (an `async` method). */
  readonly isAsync?: boolean
  run(event: StepEvent): Awaitable<void>
}
