import { createHash, timingSafeEqual } from 'node:crypto'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { ReceivedRequest } from '../remote-execution/receive.ts'
import type { Environment } from './remote-organization.ts'

/** One thing a caller must show. */
interface Key {
  readonly place: 'query parameter' | 'header'
  readonly name: string
  readonly digest: Buffer
}

/** The part of a request that may hold keys. */
export interface Shown {
  readonly query: URLSearchParams
  readonly headers: ReceivedRequest['headers']
}

/**
 * What callers must show, as a service endpoint is registered: `DATAVERSE_WEBHOOK_KEY` with the type WebhookKey,
 * `DATAVERSE_WEBHOOK_QUERY` with HttpQueryString, `DATAVERSE_WEBHOOK_HEADERS` with HttpHeader. Both of these are
 * pairs as in an address, `x-api-key=s3cret&x-team=7`. Whatever is set is demanded.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-web-hook
 */
export class WebhookKeys {
  readonly #keys: readonly Key[]

  /** @throws INVALID_ARGUMENT for pairs that are none */
  constructor({
    DATAVERSE_WEBHOOK_KEY: code = '',
    DATAVERSE_WEBHOOK_QUERY: query = '',
    DATAVERSE_WEBHOOK_HEADERS: headers = '',
  }: Environment) {
    this.#keys = [
      ...(code === ''
        ? []
        : [{ place: 'query parameter', name: 'code', digest: digest(code) } as const]),
      ...pairs('DATAVERSE_WEBHOOK_QUERY', query).map(
        ([name, value]) => ({ place: 'query parameter', name, digest: digest(value) }) as const,
      ),
      ...pairs('DATAVERSE_WEBHOOK_HEADERS', headers).map(
        ([name, value]) =>
          ({ place: 'header', name: name.toLowerCase(), digest: digest(value) }) as const,
      ),
    ]
  }

  /** Whether callers must show anything. */
  get areDemanded(): boolean {
    return this.#keys.length > 0
  }

  /** The first key that is missing or wrong, as a message names it. */
  missing({ query, headers }: Shown): string | undefined {
    const key = this.#keys.find(({ place, name, digest: known }) => {
      const shown = place === 'header' ? headers[name] : query.get(name)
      // Digests are of one length, and comparing them takes the same time wherever they differ.
      return typeof shown !== 'string' || !timingSafeEqual(digest(shown), known)
    })
    return key && `${key.place} ${key.name}`
  }
}

function pairs(variable: string, text: string): readonly (readonly [string, string])[] {
  const found = [...new URLSearchParams(text)]
  if (found.every(([name, value]) => name !== '' && value !== '')) return found
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${variable} is not pairs of names and values as in an address: name=value&name=value.`,
  )
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
