/** One request of a batch. */
export interface BatchItem {
  readonly message: string
  readonly request: object
}

/** How a batch sends its requests: as the caller of the batch, each at depth 1. */
export interface BatchSender {
  /** In a transaction of its own. */
  execute(item: BatchItem): Promise<unknown>
  /** All that `work` sends in one transaction. */
  transaction<T>(work: (send: (item: BatchItem) => Promise<unknown>) => Promise<T>): Promise<T>
}

/** A message that only sends others: it has no steps, and no transaction beside theirs. */
export interface Batch<Name extends string, Request, Response> {
  readonly name: Name
  run(request: Request, sender: BatchSender): Promise<Response>
}

export type AnyBatch = Batch<string, never, unknown>
