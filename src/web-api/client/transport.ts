import { setTimeout as delay } from 'node:timers/promises'
import { CODES, type ErrorCode } from '../../errors/codes.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Awaitable } from '../../rows/awaitable.ts'
import { parseLossless } from '../../rows/lossless-json.ts'

export interface TransportOptions {
  /** The environment: `https://contoso.crm.dynamics.com`. A function is asked at the first request. */
  readonly url: string | (() => string)
  /** A bearer token for it, asked for at every request; absent: requests carry none. */
  readonly token?: () => Awaitable<string>
  /** Id of the user whose rights count; needs the privilege to act on behalf of others. */
  readonly callerId?: string
  /** How long one request may take. Default 60 000. */
  readonly timeoutMs?: number
  /** How long a request may be put off altogether while the organization limits the caller. Default 30 000. */
  readonly maxWaitMs?: number
  /** Waits; tests pass one that does not. */
  readonly wait?: (ms: number) => Promise<unknown>
}

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Relative to the service root, encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What a 404 means here, where the organization's own words do not say it. */
  readonly absent?: (cause: DataverseError) => DataverseError
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Headers
  /** The JSON of the body with every digit of its integers; undefined where there is none. */
  readonly json: unknown
}

const SERVICE_PATH = '/api/data/v9.2/'
const RESENT_AFTER_MS = 1_000

/** Sends requests to one organization and turns what it refuses into coded errors. */
export class Transport {
  readonly #options: TransportOptions
  #root: string | undefined

  constructor(options: TransportOptions) {
    this.#options = options
  }

  /** Where the service is; ends in a slash. */
  get root(): string {
    if (this.#root === undefined) {
      const { url } = this.#options
      const told = (typeof url === 'function' ? url() : url).replace(/\/+$/, '')
      this.#root = told.includes('/api/data/') ? `${told}/` : `${told}${SERVICE_PATH}`
    }
    return this.#root
  }

  async send(request: WireRequest): Promise<WireAnswer> {
    const { maxWaitMs = 30_000, wait = delay } = this.#options
    for (let waitedMs = 0; ;) {
      const response = await this.#fetch(request)
      if (response.status !== 429) return answerOf(response, request)
      const pauseMs = retryAfterMs(response)
      if (waitedMs + pauseMs > maxWaitMs) return answerOf(response, request)
      // Nothing has run: the service protection limits refuse before a request is looked at.
      // https://learn.microsoft.com/power-apps/developer/data-platform/api-limits
      await response.body?.cancel()
      await wait(pauseMs)
      waitedMs += Math.max(pauseMs, 1)
    }
  }

  async #fetch({ method, path, headers, body }: WireRequest): Promise<Response> {
    const { token, callerId, timeoutMs = 60_000 } = this.#options
    const url = this.root + path
    try {
      return await fetch(url, {
        method,
        headers: {
          Accept: 'application/json',
          'OData-Version': '4.0',
          'OData-MaxVersion': '4.0',
          'If-None-Match': 'null',
          ...(token === undefined ? {} : { Authorization: `Bearer ${await token()}` }),
          ...(callerId === undefined ? {} : { MSCRMCallerID: callerId }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
          ...headers,
        },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body }),
      })
    } catch (cause) {
      if (cause instanceof DataverseError) throw cause
      throw new DataverseError(
        'ORGANIZATION_UNREACHABLE',
        `${method} ${url.split('?')[0]} was not answered: ${reasonOf(cause)}.`,
        { cause },
      )
    }
  }
}

async function answerOf(response: Response, request: WireRequest): Promise<WireAnswer> {
  const text = await response.text()
  if (!response.ok) {
    const refusal = refusalOf(response.status, text, request)
    throw response.status === 404 && request.absent ? request.absent(refusal) : refusal
  }
  let json: unknown
  try {
    json = text === '' ? undefined : parseLossless(text)
  } catch (cause) {
    throw new DataverseError(
      'ORGANIZATION_REFUSED',
      `${request.method} ${request.path} was answered with ${response.status} and no JSON.`,
      { cause },
    )
  }
  return { status: response.status, headers: response.headers, json }
}

/** A number of seconds, or a date. */
function retryAfterMs(response: Response): number {
  const header = response.headers.get('retry-after')
  if (header === null) return RESENT_AFTER_MS
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000
  return Number.isNaN(ms) ? RESENT_AFTER_MS : Math.max(0, ms)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#parse-errors-from-the-response */
function refusalOf(status: number, text: string, request: WireRequest): DataverseError {
  const { code, message } = errorIn(text)
  const number = code === undefined ? Number.NaN : Number.parseInt(code, 16)
  const known = CODE_OF_NUMBER.get(number) ?? CODE_OF_STATUS[status]
  if (known !== undefined && message !== undefined) return new DataverseError(known, message)
  const told = message ?? 'without saying why'
  return new DataverseError(
    known ?? 'ORGANIZATION_REFUSED',
    `The organization refused ${request.method} ${request.path.split('?')[0]} with ${status}${code === undefined ? '' : ` (${code})`}: ${told}`,
  )
}

function errorIn(text: string): { readonly code?: string; readonly message?: string } {
  try {
    const { error } = JSON.parse(text) as { readonly error?: Record<string, unknown> }
    return {
      ...(typeof error?.['code'] === 'string' && { code: error['code'] }),
      ...(typeof error?.['message'] === 'string' && { message: error['message'] }),
    }
  } catch {
    // A gateway's page, or nothing: the status is all there is to say.
    return {}
  }
}

/** Of codes that share a number the general one. */
const GENERAL = [
  'ROW_NOT_FOUND',
  'INVALID_ARGUMENT',
  'QUERY_INVALID',
  'MESSAGE_UNKNOWN',
] as const satisfies readonly ErrorCode[]
const CODE_OF_NUMBER: ReadonlyMap<number | null, ErrorCode> = new Map(
  [...(Object.keys(CODES) as ErrorCode[]), ...GENERAL].map((code) => [CODES[code], code]),
)

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'ACCESS_DENIED',
  404: 'RESOURCE_NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'THROTTLED',
}

/** fetch hides what happened behind `fetch failed`. */
function reasonOf(thrown: unknown): string {
  const { message, cause } = thrown as { readonly message?: unknown; readonly cause?: unknown }
  if (typeof cause === 'object' && cause !== null && 'message' in cause && cause.message !== '') {
    return String(cause.message)
  }
  return String(message ?? thrown)
}
