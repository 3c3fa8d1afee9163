import type { AsyncJob, AsynchronousService } from '../pipeline/async-steps.ts'
import { traceError, type TraceError } from '../pipeline/trace.ts'

/** What became of an asynchronous step. */
export interface JobState {
  readonly id: string
  /** The step's name. */
  readonly step: string
  readonly message: string
  readonly table: string
  readonly rowId: string
  readonly depth: number
  readonly createdOn: Date
  readonly state: 'ready' | 'succeeded' | 'failed'
  readonly error: TraceError | undefined
}

interface Entry {
  readonly job: AsyncJob
  state: JobState['state']
  error: TraceError | undefined
}

/**
 * Runs asynchronous steps after their transaction is committed, one after the other in the order they were
 * made: a test that settles twice sees the same thing twice. A failed step leaves the others alone.
 */
export class Jobs implements AsynchronousService {
  readonly #entries: Entry[] = []
  #next = 0
  #settling: Promise<void> | undefined
  readonly #runsAtOnce: boolean

  /** `runsAtOnce`: jobs start by themselves, as in a server; otherwise they wait for `settle`. */
  constructor({ runsAtOnce = false }: { readonly runsAtOnce?: boolean } = {}) {
    this.#runsAtOnce = runsAtOnce
  }

  add(jobs: readonly AsyncJob[]): void {
    for (const job of jobs) this.#entries.push({ job, state: 'ready', error: undefined })
    if (this.#runsAtOnce) setImmediate(() => void this.settle())
  }

  /** Runs every waiting job, and those that they bring about, until none is left. */
  async settle(): Promise<void> {
    this.#settling ??= this.#runAll().finally(() => {
      this.#settling = undefined
    })
    await this.#settling
  }

  async #runAll(): Promise<void> {
    for (let entry = this.#entries[this.#next]; entry !== undefined; entry = this.#entries[this.#next]) {
      this.#next++
      try {
        await entry.job.run()
        entry.state = 'succeeded'
      } catch (error) {
        entry.state = 'failed'
        entry.error = traceError(error)
      }
    }
  }

  /** All jobs so far, oldest first. */
  get states(): readonly JobState[] {
    return this.#entries.map(({ job, state, error }) => ({
      id: job.id,
      step: job.step.name,
      message: job.operation.message.name,
      table: job.operation.table?.logicalName ?? 'none',
      rowId: job.operation.id,
      depth: job.operation.depth,
      createdOn: job.createdOn,
      state,
      error,
    }))
  }

  /** How many there are, to come back to with `forgetAfter`. */
  get mark(): { readonly length: number; readonly next: number } {
    return { length: this.#entries.length, next: this.#next }
  }

  /** Jobs made since the mark never were; those it saw waiting wait again. */
  returnTo(mark: { readonly length: number; readonly next: number }): void {
    this.#entries.length = Math.min(this.#entries.length, mark.length)
    this.#next = Math.min(this.#next, mark.next)
    for (const entry of this.#entries.slice(this.#next)) {
      entry.state = 'ready'
      entry.error = undefined
    }
  }
}
