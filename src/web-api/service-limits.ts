import { JSON_TYPE, type WebApiResponse } from './http.ts'

/** One of the service protection limits, as if it had been reached. */
export interface ServiceLimit {
  readonly kind: keyof typeof LIMITS
  readonly retryAfterSeconds: number
}

/**
 * Codes and texts of the three limits. They are no failures of the organization, so they are no DataverseErrors.
 * Unverified: the number of the concurrency limit.
 * https://learn.microsoft.com/power-apps/developer/data-platform/api-limits
 */
const LIMITS = {
  requests: {
    code: '0x80072322',
    message: 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.',
  },
  time: {
    code: '0x80072321',
    message:
      'Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.',
  },
  concurrency: {
    code: '0x80072326',
    message: 'Number of concurrent requests exceeded the limit of 52.',
  },
} as const

export function limitAnswer({ kind, retryAfterSeconds }: ServiceLimit): WebApiResponse {
  return {
    status: 429,
    headers: {
      'Content-Type': JSON_TYPE,
      'OData-Version': '4.0',
      'Retry-After': String(retryAfterSeconds),
    },
    body: JSON.stringify({ error: LIMITS[kind] }),
  }
}
