/** What ran, as a tree: a message, its steps and cascades in order, and the messages they started. */
export interface MessageTrace {
  readonly kind: 'message'
  readonly message: string
  readonly table: string
  readonly id: string
  readonly depth: number
  /** Logical names of the columns sent. */
  readonly columns: readonly string[]
  readonly children: TraceNode[]
  durationMs: number
  error: TraceError | undefined
}

export interface StepTrace {
  readonly kind: 'step'
  readonly step: string
  readonly message: string
  readonly table: string
  readonly stage: number
  readonly mode: 'sync' | 'async'
  readonly depth: number
  readonly children: TraceNode[]
  /** What the step wrote with `trace`. */
  readonly lines: string[]
  durationMs: number
  error: TraceError | undefined
}

export type TraceNode = MessageTrace | StepTrace

export interface TraceError {
  readonly code: string
  readonly message: string
}

/** Who wants to know. Nothing is recorded while nobody listens. */
export interface TraceListener {
  /** A caller's request, or an asynchronous step, has ended. */
  ended(node: TraceNode): void
}

export function traceError(error: unknown): TraceError {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  return {
    code: typeof code === 'string' ? code : 'UNEXPECTED',
    message: typeof message === 'string' ? message : String(error),
  }
}
