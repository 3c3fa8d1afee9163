import { hexCode } from '../errors/codes.ts'
import type { DataverseError } from '../errors/dataverse-error.ts'
import { traceText } from '../errors/failed-step.ts'
import type { Table } from '../metadata/table.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import type { RunLog, StepLog } from '../pipeline/step-log.ts'
import type { StepRun } from '../pipeline/step-run.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import { textOf, type Row, type Values } from '../rows/value.ts'
import type { MemoryStore } from '../store/memory/store.ts'
import type { MemoryTransaction } from '../store/memory/transaction.ts'

/**
 * organization.plugintracelogsetting.
 * https://learn.microsoft.com/power-apps/developer/data-platform/logging-tracing
 */
export const TRACE_LOG = { Off: 0, Exception: 1, All: 2 } as const

const KEPT_MS = 24 * 3_600_000
const PLUGIN = 1

export interface TraceLogParts {
  readonly store: MemoryStore
  readonly runtime: Runtime
  /** Whether the call comes from a handler that holds the transaction the rows would wait for. */
  readonly isInsideTransaction: () => boolean
}

/**
 * Writes `plugintracelog`: a row for every run of a step, or for those that fail. The rows are written when the
 * request has ended, in a transaction of their own, so that they outlive a rollback.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/plugintracelog
 */
export class TraceLog implements StepLog {
  readonly #parts: TraceLogParts
  /** Whether runs that end well are kept. */
  keepsAll = false
  #pending: Values[] = []
  #purgedAtMs: number

  constructor(parts: TraceLogParts) {
    this.#parts = parts
    this.#purgedAtMs = parts.runtime.clock.now().getTime()
  }

  begin(run: StepRun): RunLog {
    const { runtime } = this.#parts
    const startedOn = runtime.nowText()
    const began = performance.now()
    const lines: string[] = []
    return {
      line: (text) => void lines.push(text),
      ended: (failure) => {
        if (failure === undefined && !this.keepsAll) return
        const text = traceText(lines)
        const durationMs = Math.round(performance.now() - began)
        this.#pending.push({
          plugintracelogid: runtime.ids.next(),
          ...runValues(run, runtime),
          messageblock: text === '' ? null : text,
          exceptiondetails: failure === undefined ? null : detailsOf(failure),
          // A handler is made once, when the organization begins; no event waits for that.
          performanceconstructorstarttime: startedOn,
          performanceconstructorduration: 0,
          performanceexecutionstarttime: startedOn,
          performanceexecutionduration: durationMs,
        })
      },
    }
  }

  flush(): Awaitable<void> {
    if (this.#pending.length === 0 || this.#parts.isInsideTransaction()) return undefined
    const rows = this.#pending
    this.#pending = []
    return this.#parts.store.transaction((tx) => {
      for (const row of rows) tx.insert(this.#table, row)
      this.#purge(tx)
    })
  }

  get #table(): Table {
    return this.#parts.runtime.catalog.table('plugintracelog')
  }

  /** Once a day, rows older than a day. */
  #purge(tx: MemoryTransaction): void {
    const now = this.#parts.runtime.clock.now().getTime()
    if (now - this.#purgedAtMs < KEPT_MS) return
    this.#purgedAtMs = now
    const isOld = (row: Row) => Date.parse(textOf(row['createdon'])) < now - KEPT_MS
    for (const row of tx.scan(this.#table).filter(isOld)) tx.remove(this.#table, row)
  }
}

/** Secure configuration is for administrators only and stays out. */
function runValues({ operation, step, job }: StepRun, runtime: Runtime): Values {
  const { call, caller, depth, message, requestId, table } = operation
  return {
    typename: step.name,
    messagename: message.name,
    primaryentity: table?.logicalName ?? 'none',
    configuration: step.configuration ?? null,
    mode: job === undefined ? 0 : 1,
    operationtype: PLUGIN,
    depth,
    correlationid: call.correlationId,
    requestid: requestId,
    pluginstepid: step.id,
    issystemcreated: false,
    organizationid: runtime.organization.id,
    createdon: runtime.nowText(),
    createdby: Object.freeze({ table: 'systemuser', id: caller.userId }),
  }
}

function detailsOf(failure: DataverseError): string {
  const { cause } = failure.details
  const origin = cause instanceof Error ? (cause.stack ?? cause.message) : undefined
  const head = `${hexCode(failure.code) ?? failure.code}: ${failure.message}`
  return origin === undefined ? head : `${head}\n${origin}`
}
