import type { DataverseError } from '../errors/dataverse-error.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import type { StepRun } from './step-run.ts'

/** Keeps what each run of a step traced, and how it ended. There is one only while somebody wants to know. */
export interface StepLog {
  begin(run: StepRun): RunLog
  /** Writes what was kept since: when the request has ended, whether it was committed or undone. */
  flush(): Awaitable<void>
}

export interface RunLog {
  /** A line the step wrote with `trace`. */
  line(text: string): void
  ended(failure?: DataverseError): void
}
