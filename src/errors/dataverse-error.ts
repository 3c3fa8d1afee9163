import { CODES, type ErrorCode } from './codes.ts'

/** What a `DataverseError` may carry beside its code and message. */
export interface ErrorDetails {
  /** What was caught, when this error stands for another one. */
  readonly cause?: unknown
  /** HTTP status asked for by a handler; the Web API's own map decides otherwise. */
  readonly httpStatus?: number
  /** Sub-error code given by a handler (`InvalidPluginExecutionException`). */
  readonly subErrorCode?: number
  /** OperationStatus given by a handler: 0 Failed, 1 Canceled, 2 Retry, 3 Suspended, 4 Succeeded. */
  readonly operationStatus?: number
  /** Which request of a batch failed, from 0. */
  readonly requestIndex?: number
  /** The detail map of `InvalidPluginExecutionException`. */
  readonly details?: Readonly<Record<string, string>>
}

/**
 * Every failure this package raises. `code` is ours; `number` is what the platform sends for it
 * (unsigned, `0x80040217` = 2147746327), or null where the platform has none.
 */
export class DataverseError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'DataverseError'
    this.code = code
    this.details = details
  }

  get number(): number | null {
    return CODES[this.code]
  }
}
