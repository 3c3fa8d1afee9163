import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { AsyncJob, AsynchronousService } from '../pipeline/async-steps.ts'
import type { ExecutionContext } from '../pipeline/execution-context.ts'
import type { Runtime, Time } from '../pipeline/runtime.ts'
import type { Step } from '../pipeline/step.ts'
import { traceError, type TraceError } from '../pipeline/trace.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import { isRowRef, textOf, type Row, type Values } from '../rows/value.ts'
import type { MemoryStore } from '../store/memory/store.ts'
import type { Transaction } from '../store/store.ts'
import { jobState, newJobRow, type JobState } from './job-rows.ts'
import { JOB_STATES, JOB_STATUSES } from './job-states.ts'

/**
 * A job whose step asks for it is tried so often; then it has failed.
 * https://learn.microsoft.com/power-apps/developer/data-platform/handle-exceptions
 */
const ATTEMPTS = 4
/**
 * What becomes of a job whose step asks for it with its failure. Unverified: all but Retry.
 * https://learn.microsoft.com/dotnet/api/microsoft.xrm.sdk.operationstatus
 */
const OPERATION_STATUS = { Canceled: 1, Retry: 2, Suspended: 3, Succeeded: 4 } as const
/**
 * A post to a service bus that fails is sent again after a minute, then after twice as long each time.
 * Unverified: the first interval, and after how many attempts the job has failed.
 * https://learn.microsoft.com/power-apps/developer/data-platform/azure-integration
 */
const POSTS = 8
const FIRST_INTERVAL_MS = 60_000
/** Jobs that run at the same time where they start by themselves. */
const AT_ONCE = 8
const LONGEST_TIMER_MS = 2_147_483_647

/** What a job's row cannot hold. */
interface Work {
  readonly job: AsyncJob
  error: TraceError | undefined
}

export interface JobsParts {
  readonly store: MemoryStore
  readonly runtime: Runtime
  readonly clock: Time
  /** The event as text, for the column that holds it; undefined: nothing can be said of it. */
  readonly printContext: ((context: ExecutionContext) => string | undefined) | undefined
  /** Whether jobs start by themselves, several at the same time, as in a server; or wait for `settle`. */
  readonly runsAtOnce: boolean
}

/**
 * The asynchronous service. A job is a row of `asyncoperation`, written with the event that made it and gone
 * with its rollback; the rows say what is to be done, so that whoever changes or restores them changes that.
 * Where jobs wait for `settle` they run one after the other in the order of their commits: a test that is
 * repeated sees the same thing. A failed job leaves the others alone.
 * https://learn.microsoft.com/power-apps/developer/data-platform/asynchronous-service
 */
export class Jobs implements AsynchronousService {
  readonly #parts: JobsParts
  /** Kept by the row's own reference to its step: as long as anybody can come back to the row, and no longer. */
  readonly #work = new WeakMap<object, Work>()
  /** Ids of unfinished jobs that do not run, in the order they are taken. */
  readonly #waiting = new Set<string>()
  readonly #running = new Set<string>()
  #sequence = 0n
  #settled: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(parts: JobsParts) {
    this.#parts = parts
  }

  record(job: AsyncJob, tx: Transaction): Awaitable<unknown> {
    const { runtime, printContext } = this.#parts
    const extension = Object.freeze({ table: 'sdkmessageprocessingstep', id: job.step.id })
    this.#work.set(extension, { job, error: undefined })
    const row = newJobRow(job, extension, ++this.#sequence, runtime)
    const data = printContext?.(job.context)
    return tx.insert(this.#table, data === undefined ? row : { ...row, data })
  }

  add(jobs: readonly AsyncJob[]): void {
    for (const { id } of jobs) this.#waiting.add(id)
    this.#start()
  }

  /** Somebody changed the row of this job. */
  changed(id: string): void {
    if (!this.#running.has(id)) this.#waiting.add(id)
    this.#start()
  }

  /** Another organization takes this one's place: what waits here is not to run any more. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** Runs every job that is due, and those that they bring about, until none is left. */
  async settle(): Promise<void> {
    if (this.#settled === undefined) {
      let resolve = (): void => undefined
      const promise = new Promise<void>((settled) => {
        resolve = settled
      })
      this.#settled = { promise, resolve }
    }
    const { promise } = this.#settled
    this.#runDue()
    await promise
  }

  /** All jobs, oldest first. */
  get states(): readonly JobState[] {
    return this.#rows().map((row) => jobState(row, this.#workOf(row)?.error))
  }

  /** @throws STORE_BUSY while jobs run */
  assertIdle(): void {
    if (this.#running.size === 0) return
    throw new DataverseError(
      'STORE_BUSY',
      'A snapshot is to be restored while asynchronous steps run; await settle first.',
    )
  }

  /** The rows were put back to what they once were. */
  restored(): void {
    this.#waiting.clear()
    const unfinished = this.#rows().filter((row) => row['statecode'] !== JOB_STATES.Completed)
    for (const row of unfinished) this.#waiting.add(idOf(row))
    this.#start()
  }

  get #table(): Table {
    return this.#parts.runtime.catalog.table('asyncoperation')
  }

  #rows(): readonly Row[] {
    return this.#parts.store.committed
      .scan(this.#table)
      .filter((row) => this.#workOf(row) !== undefined)
      .sort((a, b) => Number(a['sequence']) - Number(b['sequence']))
  }

  #workOf(row: Row): Work | undefined {
    const extension = row['owningextensionid']
    return isRowRef(extension) ? this.#work.get(extension) : undefined
  }

  /** Where jobs start by themselves: in a turn of their own, when the request that made them is answered. */
  #start(): void {
    if (this.#parts.runsAtOnce && !this.#isStopped) setImmediate(() => this.#runDue())
  }

  #runDue(): void {
    const atOnce = this.#parts.runsAtOnce ? AT_ONCE : 1
    while (this.#running.size < atOnce) {
      const row = this.#takeDue()
      const work = row === undefined ? undefined : this.#workOf(row)
      if (row === undefined || work === undefined) break
      const id = idOf(row)
      this.#running.add(id)
      const next = (): void => {
        this.#running.delete(id)
        this.#runDue()
      }
      void this.#run(id, work).then(next, next)
    }
    if (this.#running.size > 0) return
    this.#settled?.resolve()
    this.#settled = undefined
    this.#awaitPostponed()
  }

  /** The first job that is due; those that turn out to be over are forgotten. */
  #takeDue(): Row | undefined {
    if (this.#isStopped) return undefined
    const { store, clock } = this.#parts
    const table = this.#table
    const now = clock.now().getTime()
    for (const id of this.#waiting) {
      const row = store.committed.get(table, id)
      if (row === undefined || this.#workOf(row) === undefined) {
        this.#waiting.delete(id)
        continue
      }
      if (row['statecode'] === JOB_STATES.Suspended && !isOver(row['postponeuntil'], now)) continue
      this.#waiting.delete(id)
      if (row['statecode'] !== JOB_STATES.Completed) return row
    }
    return undefined
  }

  async #run(id: string, work: Work): Promise<void> {
    const { clock, runtime } = this.#parts
    const began = clock.now().getTime()
    await this.#change(id, {
      statecode: JOB_STATES.Locked,
      statuscode: JOB_STATUSES.InProgress,
      startedon: runtime.nowText(),
      postponeuntil: null,
    })
    try {
      await work.job.run()
    } catch (error) {
      await this.#failed(id, work, error, began)
      return
    }
    if (work.job.step.asyncAutoDelete === true) await this.#remove(id)
    else await this.#finish(id, { statuscode: JOB_STATUSES.Succeeded }, began)
  }

  async #failed(id: string, work: Work, error: unknown, began: number): Promise<void> {
    const told = traceError(error)
    const failure = {
      errorcode: error instanceof DataverseError ? (error.number ?? 0) | 0 : 0,
      message: told.message,
      friendlymessage: told.message,
    }
    const { store } = this.#parts
    const retries = Number(store.committed.get(this.#table, id)?.['retrycount'] ?? 0)
    const { operationStatus } = error instanceof DataverseError ? error.details : {}
    const { Retry, Suspended, Canceled, Succeeded } = OPERATION_STATUS
    if (operationStatus === Retry && retries + 1 < ATTEMPTS) {
      // Unverified: how long the platform waits in between; here the next attempt is due at once.
      await this.#putBack(id, { ...failure, ...READY, retrycount: retries + 1 })
    } else if (operationStatus === Suspended) {
      // Until somebody resumes it.
      await this.#putBack(id, { ...failure, ...WAITING })
    } else if (isPassing(work.job.step, error) && retries + 1 < POSTS) {
      const until = this.#parts.clock.now().getTime() + FIRST_INTERVAL_MS * 2 ** retries
      const postponeuntil = new Date(until).toISOString()
      await this.#putBack(id, { ...failure, ...WAITING, postponeuntil, retrycount: retries + 1 })
    } else if (operationStatus === Succeeded) {
      await this.#finish(id, { ...failure, statuscode: JOB_STATUSES.Succeeded }, began)
    } else {
      work.error = told
      const isCanceled = operationStatus === Canceled
      const statuscode = isCanceled ? JOB_STATUSES.Canceled : JOB_STATUSES.Failed
      await this.#finish(id, { ...failure, statuscode }, began)
    }
  }

  /** To be run again, later. */
  async #putBack(id: string, values: Values): Promise<void> {
    if (await this.#change(id, values)) this.#waiting.add(id)
  }

  async #finish(id: string, values: Values, began: number): Promise<void> {
    const { clock, runtime } = this.#parts
    await this.#change(id, {
      ...values,
      statecode: JOB_STATES.Completed,
      completedon: runtime.nowText(),
      // Unverified: the unit; seconds here.
      executiontimespan: (clock.now().getTime() - began) / 1000,
    })
  }

  /** Writes to the row of a job, unless it is gone or was canceled. @returns whether it was written */
  #change(id: string, values: Values): Promise<boolean> {
    const { store, runtime } = this.#parts
    const table = this.#table
    return store.transaction((tx) => {
      const row = tx.get(table, id)
      if (row === undefined || row['statecode'] === JOB_STATES.Completed) return false
      tx.patch(table, row, { ...values, modifiedon: runtime.nowText() })
      return true
    })
  }

  #remove(id: string): Promise<void> {
    const { store } = this.#parts
    const table = this.#table
    return store.transaction((tx) => {
      const row = tx.get(table, id)
      if (row !== undefined && row['statecode'] !== JOB_STATES.Completed) tx.remove(table, row)
    })
  }

  /** Where jobs start by themselves, a postponed one does so when its time has come. */
  #awaitPostponed(): void {
    if (!this.#parts.runsAtOnce || this.#isStopped) return
    clearTimeout(this.#timer)
    const { store, clock } = this.#parts
    const times = [...this.#waiting].flatMap((id) => {
      const until = store.committed.get(this.#table, id)?.['postponeuntil']
      return typeof until === 'string' ? [Date.parse(until)] : []
    })
    if (times.length === 0) return
    const ms = Math.max(0, Math.min(...times) - clock.now().getTime())
    this.#timer = setTimeout(() => this.#runDue(), Math.min(ms, LONGEST_TIMER_MS))
    this.#timer.unref()
  }
}

const READY = { statecode: JOB_STATES.Ready, statuscode: JOB_STATUSES.WaitingForResources }
const WAITING = { statecode: JOB_STATES.Suspended, statuscode: JOB_STATUSES.Waiting }

/** What the bus or the network is at fault for, and not the platform itself. */
function isPassing(step: Step, error: unknown): boolean {
  if (step.postsTo !== 'service-bus') return false
  return !(error instanceof DataverseError) || error.code === 'HANDLER_FAILED'
}

function isOver(until: unknown, now: number): boolean {
  return typeof until === 'string' && Date.parse(until) <= now
}

function idOf(row: Row): string {
  return textOf(row['asyncoperationid'])
}
