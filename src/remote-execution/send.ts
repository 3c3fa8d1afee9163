import { DataverseError } from '../errors/dataverse-error.ts'
import type { ExecutionContext } from '../pipeline/execution-context.ts'
import type { Row } from '../rows/value.ts'
import { encodeWebhook } from './encode.ts'
import { NO_KINDS, type KindOf } from './wire.ts'

/** The part of `fetch` a post needs. */
export type Post = (url: string, request: PostedRequest) => Promise<PostAnswer>

export interface PostAnswer {
  readonly status: number
  /** Nobody reads it. */
  readonly body?: { cancel(): Promise<void> } | null
}

export interface PostedRequest {
  readonly method: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

export interface SenderOptions {
  /** What `x-ms-dynamics-organization` tells. Default `emulated.example`. */
  readonly organizationDomain?: string
  /** Default: `fetch`. */
  readonly post?: Post
  /** How long a webhook may take. Default 60 000, as Dataverse waits. */
  readonly timeoutMs?: number
}

/** Posts the event of a step to the service endpoint the step is registered for. */
export type Sender = (
  endpoint: Row,
  event: { readonly context: ExecutionContext },
  kindOf?: KindOf,
) => Promise<void>

const TIMEOUT_MS = 60_000
const WEBHOOK = 8
const AUTHENTICATION = { Key: 4, Headers: 5, Query: 6 } as const

/** Answers that may be over soon: tried once more. */
const PASSING: ReadonlySet<number> = new Set([502, 503, 504])

/**
 * Calls webhooks as Dataverse does: it looks at the status only, and waits a minute for it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 * @throws WEBHOOK_REFUSED, WEBHOOK_TIMED_OUT, WEBHOOK_UNREACHABLE, WEBHOOK_HEADERS_INVALID,
 * WEBHOOK_QUERY_INVALID, WEBHOOK_TOO_LARGE; NOT_SUPPORTED for Service Bus and what else is no webhook
 */
export function webhookSender(options: SenderOptions = {}): Sender {
  const { organizationDomain = 'emulated.example' } = options
  return async (endpoint, { context }, kindOf = NO_KINDS) => {
    const { url, headers } = addressOf(endpoint)
    const encoded = encodeWebhook(context, kindOf, organizationDomain)
    const send = () =>
      statusOf(url, { body: encoded.body, headers: { ...encoded.headers, ...headers } }, options)
    const first = await send()
    const status = PASSING.has(first) ? await send() : first
    if (status >= 200 && status < 300) return
    throw new DataverseError(
      'WEBHOOK_REFUSED',
      `The webhook call failed because the HTTP response was ${status}: ${nameOf(endpoint)}.`,
    )
  }
}

async function statusOf(
  url: URL,
  { body, headers }: Pick<PostedRequest, 'body' | 'headers'>,
  { post = fetch, timeoutMs = TIMEOUT_MS }: SenderOptions,
): Promise<number> {
  // The key of a webhook is in the query, which errors do not repeat.
  const called = `${url.origin}${url.pathname}`
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    // A redirection is an answer outside 2xx, and not followed.
    const answer = await post(url.href, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal,
    })
    // One left unread would hold its connection, and with it the process. How the rest ends tells nothing.
    answer.body?.cancel().catch(() => undefined)
    return answer.status
  } catch (cause) {
    throw signal.aborted
      ? new DataverseError(
          'WEBHOOK_TIMED_OUT',
          `The webhook call failed because ${called} did not answer within ${timeoutMs / 1000} seconds.`,
          { cause },
        )
      : new DataverseError(
          'WEBHOOK_UNREACHABLE',
          `The webhook call failed because ${called} could not be called.`,
          { cause },
        )
  }
}

interface Address {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** Where the endpoint is, with what authenticates the call. */
function addressOf(endpoint: Row): Address {
  if (endpoint['contract'] !== WEBHOOK) {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `The service endpoint ${nameOf(endpoint)} is no webhook; posts to Service Bus, Event Hubs and Event Grid are not emulated.`,
    )
  }
  const url = urlOf(endpoint)
  const value = textIn(endpoint, 'authvalue')
  const type = endpoint['authtype']
  if (type === AUTHENTICATION.Key) {
    url.searchParams.set('code', value)
    return { url, headers: {} }
  }
  if (type === AUTHENTICATION.Headers) return { url, headers: headersIn(endpoint, value) }
  if (type === AUTHENTICATION.Query) {
    for (const [name, text] of settingsIn(endpoint, value, 'WEBHOOK_QUERY_INVALID')) {
      url.searchParams.append(name, text)
    }
    return { url, headers: {} }
  }
  throw new DataverseError(
    'NOT_SUPPORTED',
    `The webhook ${nameOf(endpoint)} has the authentication type ${typeof type === 'number' ? type : 'none'}; webhooks have 4 (key), 5 (headers) and 6 (query).`,
  )
}

function urlOf(endpoint: Row): URL {
  const text = textIn(endpoint, 'url')
  try {
    return new URL(text)
  } catch (cause) {
    throw new DataverseError(
      'WEBHOOK_UNREACHABLE',
      `The webhook call failed because the url of ${nameOf(endpoint)} is none: '${text}'.`,
      { cause },
    )
  }
}

function headersIn(endpoint: Row, value: string): Readonly<Record<string, string>> {
  const settings = settingsIn(endpoint, value, 'WEBHOOK_HEADERS_INVALID')
  try {
    return Object.fromEntries(new Headers(settings))
  } catch (cause) {
    throw new DataverseError(
      'WEBHOOK_HEADERS_INVALID',
      `The webhook call failed because the headers of ${nameOf(endpoint)} cannot be sent.`,
      { cause },
    )
  }
}

/** `<settings><setting name="…" value="…" /></settings>` */
function settingsIn(
  endpoint: Row,
  value: string,
  code: 'WEBHOOK_HEADERS_INVALID' | 'WEBHOOK_QUERY_INVALID',
): [name: string, value: string][] {
  const settings = [...value.matchAll(SETTING)].map(
    ([, name = '', text = '']): [string, string] => [unescaped(name), unescaped(text)],
  )
  if (settings.length > 0) return settings
  throw new DataverseError(
    code,
    `The webhook call failed because the authvalue of ${nameOf(endpoint)} has no <setting name="…" value="…" />.`,
  )
}

const SETTING = /<setting\s+name\s*=\s*"([^"]*)"\s+value\s*=\s*"([^"]*)"\s*\/?>/g

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole)
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function textIn(endpoint: Row, column: string): string {
  const value = endpoint[column]
  return typeof value === 'string' ? value : ''
}

function nameOf(endpoint: Row): string {
  return textIn(endpoint, 'name')
}
