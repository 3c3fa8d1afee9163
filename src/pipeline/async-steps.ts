import type { Awaitable } from '../rows/awaitable.ts'
import type { Transaction } from '../store/store.ts'
import type { ExecutionContext } from './execution-context.ts'
import type { AnyOperation } from './operation.ts'
import type { Step } from './step.ts'

/**
 * One asynchronous step waiting to run: the step with the event as it was when the operation ended.
 * https://learn.microsoft.com/power-apps/developer/data-platform/asynchronous-service
 */
export interface AsyncJob {
  readonly id: string
  readonly step: Step
  readonly operation: AnyOperation
  readonly createdOn: Date
  /** What its step will see, but for when it ran. */
  readonly context: ExecutionContext
  /** Runs it: outside any transaction, its requests one deeper than the operation. */
  run(): Promise<void>
}

/** Keeps jobs and runs them. */
export interface AsynchronousService {
  /** Inside the transaction: what is written here is gone with it. */
  record(job: AsyncJob, tx: Transaction): Awaitable<unknown>
  /** Once the transaction is committed. */
  add(jobs: readonly AsyncJob[]): void
}
