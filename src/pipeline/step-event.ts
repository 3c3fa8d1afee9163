import type { Row, RowRef, Value, Values } from '../rows/value.ts'
import type { ExecutionContext, ParameterBag } from './execution-context.ts'

/**
 * What a step is given: one object, of which it takes what it uses. Every member may be destructured;
 * the expensive ones are built when first read. Which members have a value depends on the message:
 * `authoring/` types that per decorator.
 */
export interface StepEvent {
  /** The row the message is about; EMPTY_GUID where there is none. */
  readonly id: string
  /** Its table; `none` where there is none. */
  readonly table: string
  /**
   * Create and Update: the columns sent, plus what the platform and earlier steps added. At stages 10 and
   * 20 a step may set the columns it declared in `writes`. Empty for other messages.
   */
  readonly target: Record<string, Value | undefined>
  /** The step's own pre-image (the one without a name of its own, or the first). */
  readonly preImage: Values
  readonly postImage: Values
  /** By alias. */
  readonly preImages: Readonly<Record<string, Values>>
  readonly postImages: Readonly<Record<string, Values>>
  /** Messages over several rows: each with its target and images. Empty for other messages. */
  readonly rows: readonly EventRow[]
  /** Associate and Disassociate: the relationship's schema name and the rows at its other end. */
  readonly relationship: string
  readonly related: readonly RowRef[]
  /** Retrieve and RetrieveMultiple before the main operation: the question, which a step may replace. */
  query: unknown
  /** Retrieve and RetrieveMultiple after it: what the caller will get, which a step may replace. */
  result: Row | readonly Row[] | undefined
  /** Parameters of a custom message. */
  readonly parameters: ParameterBag
  readonly sharedVariables: ParameterBag
  /** The organization, for calls that belong to this operation: same transaction, one deeper. A StepOrganization. */
  readonly org: unknown
  readonly context: ExecutionContext
  /** Refuses the operation: the caller sees `message`. Never returns. */
  readonly reject: Reject
  /** Writes a line to the step's trace. */
  readonly trace: (line: string) => void
  readonly configuration: string | undefined
  readonly secureConfiguration: string | undefined
}

/** One row of a message over several: what an event of that row alone would say of it. */
export type EventRow = Pick<
  StepEvent,
  'id' | 'target' | 'preImage' | 'postImage' | 'preImages' | 'postImages'
>

/**
 * The statuses a handler may ask for.
 * https://learn.microsoft.com/dotnet/api/microsoft.xrm.sdk.pluginhttpstatuscode
 */
export const PLUGIN_HTTP_STATUSES = [
  400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 417, 424, 429, 500, 502, 503, 504,
] as const
export type PluginHttpStatus = (typeof PLUGIN_HTTP_STATUSES)[number]

/** The options of `reject`, as `InvalidPluginExecutionException` takes them. */
export interface RejectOptions {
  /** Default 400. */
  readonly httpStatus?: PluginHttpStatus
  readonly subErrorCode?: number
  /** 0 Failed, 1 Canceled, 2 Retry (asynchronous steps: tried again), 3 Suspended, 4 Succeeded. */
  readonly operationStatus?: number
  readonly details?: Readonly<Record<string, string>>
}
export type Reject = (message: string, options?: RejectOptions) => never
