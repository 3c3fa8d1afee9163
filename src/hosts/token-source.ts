import { DataverseError } from '../errors/dataverse-error.ts'
import type { Environment } from './remote-organization.ts'

/** The directory that gives tokens, unless `DATAVERSE_AUTHORITY` names another. */
const AUTHORITY = 'https://login.microsoftonline.com'
/** A token is not used when it is about to expire on the way. */
const MARGIN_MS = 60_000
const TIMEOUT_MS = 30_000

type Clock = () => number

/**
 * What gives bearer tokens for the organization at `url`: with `DATAVERSE_CLIENT_ID`, `DATAVERSE_CLIENT_SECRET` and
 * `DATAVERSE_TENANT_ID` the directory, asked again before a token expires; otherwise `DATAVERSE_TOKEN`, which is used
 * as it is. undefined: none of them is set.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @throws INVALID_ARGUMENT where a part of the client's credentials is missing
 */
export function tokenSource(
  environment: Environment,
  url: () => string,
  nowMs: Clock = Date.now,
): (() => string | Promise<string>) | undefined {
  const { DATAVERSE_CLIENT_ID: clientId, DATAVERSE_TOKEN: token } = environment
  if (clientId === undefined || clientId === '') {
    return token === undefined || token === '' ? undefined : () => token
  }
  const directory = new Directory(
    {
      authority: environment['DATAVERSE_AUTHORITY'] || AUTHORITY,
      tenantId: needed(environment, 'DATAVERSE_TENANT_ID'),
      clientId,
      secret: needed(environment, 'DATAVERSE_CLIENT_SECRET'),
    },
    nowMs,
  )
  return () => directory.token(url())
}

function needed(environment: Environment, variable: string): string {
  const value = environment[variable]
  if (value !== undefined && value !== '') return value
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `DATAVERSE_CLIENT_ID is set, but ${variable} is not; a token is given for both.`,
  )
}

interface Credentials {
  readonly authority: string
  readonly tenantId: string
  readonly clientId: string
  readonly secret: string
}

class Directory {
  readonly #credentials: Credentials
  readonly #nowMs: Clock
  /** The token that is used, or being asked for: steps that run at once ask once. */
  #token: Promise<string> | undefined
  #endsMs = 0

  constructor(credentials: Credentials, nowMs: Clock) {
    this.#credentials = credentials
    this.#nowMs = nowMs
  }

  token(url: string): Promise<string> {
    if (this.#token === undefined || this.#endsMs <= this.#nowMs()) {
      this.#endsMs = Infinity
      this.#token = this.#ask(url).catch((error: unknown) => {
        this.#token = undefined
        throw error
      })
    }
    return this.#token
  }

  async #ask(url: string): Promise<string> {
    const { authority, tenantId, clientId, secret } = this.#credentials
    const address = `${authority.replace(/\/+$/, '')}/${tenantId}/oauth2/v2.0/token`
    const askedMs = this.#nowMs()
    const answer = await posted(address, {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope: `${new URL(url).origin}/.default`,
    })
    const { access_token: token, expires_in: seconds } = answer
    if (typeof token !== 'string') throw refused(address, answer)
    this.#endsMs = askedMs + Number(seconds ?? 0) * 1_000 - MARGIN_MS
    return token
  }
}

type Answer = Readonly<Record<string, unknown>>

async function posted(address: string, form: Readonly<Record<string, string>>): Promise<Answer> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return (await response.json()) as Answer
  } catch (cause) {
    throw new DataverseError(
      'ORGANIZATION_UNREACHABLE',
      `${address} gave no token: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  }
}

/** The directory says what is wrong; it never repeats a secret. */
function refused(address: string, { error, error_description: why }: Answer): DataverseError {
  const [told = ''] = typeof why === 'string' ? why.split(/\r?\n/) : []
  const reason = [typeof error === 'string' ? error : 'no reason told', told].filter(Boolean)
  return new DataverseError(
    'UNAUTHORIZED',
    `${address} gave no token for DATAVERSE_CLIENT_ID: ${reason.join(': ')}`,
  )
}
