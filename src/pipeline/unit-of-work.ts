import { DataverseError } from '../errors/dataverse-error.ts'
import type { OpenTransaction } from '../store/store.ts'
import type { AsyncJob } from './async-steps.ts'

/**
 * One transaction with what belongs to it: whether it is still sound, and the asynchronous steps that are
 * to run once it is committed. The outermost request owns it; requests inside it share it.
 */
export class UnitOfWork {
  readonly tx: OpenTransaction
  readonly jobs: AsyncJob[] = []
  #whenCommitted: (() => void)[] | undefined
  #doomedBy: unknown
  #isDoomed = false
  #isClosed = false

  constructor(tx: OpenTransaction) {
    this.tx = tx
  }

  get isDoomed(): boolean {
    return this.#isDoomed
  }

  /** A request inside it failed: whatever whoever sent it does now, the transaction will not be committed. */
  doom(error: unknown): void {
    if (this.#isDoomed) return
    this.#isDoomed = true
    this.#doomedBy = error
  }

  /** Done once it is committed, or never. */
  onceCommitted(work: () => void): void {
    this.#whenCommitted ??= []
    this.#whenCommitted.push(work)
  }

  committed(): void {
    if (this.#whenCommitted !== undefined) for (const work of this.#whenCommitted) work()
  }

  close(): void {
    this.#isClosed = true
  }

  /** Before a request joins. @throws TRANSACTION_NOT_STARTED when the transaction is doomed or over. */
  assertOpen(): void {
    if (!this.#isClosed && !this.#isDoomed) return
    throw new DataverseError(
      'TRANSACTION_NOT_STARTED',
      'There is no active transaction. This error is usually caused by custom plug-ins that ignore errors from service calls and continue processing.',
      this.#isDoomed ? { cause: this.#doomedBy } : {},
    )
  }

  /** After `who` has returned without an error. @throws TRANSACTION_DOOMED when it caught one it should not have. */
  assertSound(who: string): void {
    if (!this.#isDoomed) return
    throw new DataverseError(
      'TRANSACTION_DOOMED',
      `ISV code reduced the open transaction count. Custom plug-ins should not catch exceptions from OrganizationService calls and continue processing. (${who})`,
      { cause: this.#doomedBy },
    )
  }
}
