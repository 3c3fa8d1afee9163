import { createHash, timingSafeEqual } from 'node:crypto'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseGuid, randomIds } from '../../rows/guid.ts'
import { serverOf } from '../address/address.ts'
import { bodyText, type WebApi, type WebApiRequest, type WebApiResponse } from '../http.ts'
import { Tokens } from './tokens.ts'

export interface AuthorityOptions {
  /** The directory: part of the addresses of its endpoints. */
  readonly tenantId: string
  /** The secret of a client; undefined: there is no such client. */
  readonly secretOf: (clientId: string) => string | undefined
  readonly nowMs: () => number
}

/** How long a token lasts, seconds: as long as the directory's at most. */
const LIFETIME = 3_599

/**
 * A directory that gives tokens for client credentials, and the guard of a Web API that takes only those. Its
 * answers have the form of the Microsoft identity platform's, so that clients need no other address than its own.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export class Authority {
  readonly #options: AuthorityOptions
  readonly #tokens = new Tokens()

  constructor(options: AuthorityOptions) {
    this.#options = options
  }

  /** The Web API with this directory beside it; requests that ask without a token learn where to get one. */
  guard(api: WebApi): WebApi {
    return async (request) => {
      const own = this.#answer(request)
      if (own !== undefined) return own
      const answer = await api(request)
      return answer.status === 401 ? this.#challenged(request, answer) : answer
    }
  }

  /**
   * The client that `Authorization` was given to.
   * @throws UNAUTHORIZED for no token, one of somebody else, or one that has expired
   */
  clientOf(authorization: string | undefined): string {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? '') ?? []
    if (token === undefined) throw unauthorized('The request has no bearer token.')
    const claims = this.#tokens.read(token)
    if (claims === undefined) throw unauthorized('The bearer token was not given by this server.')
    if (claims.exp <= this.#seconds()) throw unauthorized('The bearer token has expired.')
    return claims.appid
  }

  #answer(request: WebApiRequest): WebApiResponse | undefined {
    const [, tenant = '', ...rest] = addressOf(request).pathname.split('/')
    const { tenantId } = this.#options
    const isOurs = tenant.toLowerCase() === tenantId || NAMES_OF_ANY.has(tenant.toLowerCase())
    if (!isOurs) return undefined
    switch (rest.join('/').toLowerCase()) {
      case 'v2.0/.well-known/openid-configuration':
      case '.well-known/openid-configuration':
        return answer(200, this.#configuration(request))
      case 'discovery/v2.0/keys':
      case 'discovery/keys':
        return answer(200, this.#tokens.keys)
      case 'oauth2/v2.0/token':
      case 'oauth2/token':
        return request.method === 'POST' ? this.#give(request) : answer(405, undefined)
      case 'oauth2/v2.0/authorize':
      case 'oauth2/authorize':
        return refused(400, 'unsupported_response_type', ONLY_CLIENTS('interactive'))
      case 'oauth2/v2.0/devicecode':
      case 'oauth2/devicecode':
        return refused(400, 'unsupported_grant_type', ONLY_CLIENTS('device_code'))
      default:
        return undefined
    }
  }

  #configuration(request: WebApiRequest): object {
    const root = `${originOf(request)}/${this.#options.tenantId}`
    return {
      issuer: `${root}/v2.0`,
      authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
      token_endpoint: `${root}/oauth2/v2.0/token`,
      jwks_uri: `${root}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    }
  }

  #give(request: WebApiRequest): WebApiResponse {
    const form = new URLSearchParams(bodyText(request))
    const grant = form.get('grant_type')
    if (grant === null) return refused(400, 'invalid_request', MISSING('grant_type'))
    if (grant !== 'client_credentials') {
      return refused(400, 'unsupported_grant_type', ONLY_CLIENTS(grant))
    }
    const { clientId, secret } = credentialsOf(request, form)
    if (clientId === null) return refused(400, 'invalid_request', MISSING('client_id'))
    const known = this.#options.secretOf(parseGuid(clientId) ?? clientId)
    if (known === undefined) {
      return refused(400, 'unauthorized_client', [
        700016,
        `Application with identifier '${clientId}' was not found in the directory.`,
      ])
    }
    if (secret === null || !areEqual(secret, known)) {
      return refused(401, 'invalid_client', [7000215, 'Invalid client secret provided.'])
    }
    const resource = resourceOf(form)
    if (resource === undefined) {
      return refused(400, 'invalid_scope', [
        1002012,
        `The scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource, such as ${originOf(request)}/.default.`,
      ])
    }
    if (!isSameServer(resource, originOf(request))) {
      return refused(400, 'invalid_resource', [
        500011,
        `The resource principal named ${resource} was not found in the tenant named ${this.#options.tenantId}. Tokens are given for ${originOf(request)}.`,
      ])
    }
    return this.#granted(request, parseGuid(clientId) ?? clientId, resource)
  }

  #granted(request: WebApiRequest, appid: string, aud: string): WebApiResponse {
    const now = this.#seconds()
    const { tenantId: tid } = this.#options
    const access_token = this.#tokens.issue({
      aud,
      iss: `${originOf(request)}/${tid}/`,
      iat: now,
      nbf: now,
      exp: now + LIFETIME,
      appid,
      tid,
      ver: '1.0',
    })
    const times = { expires_in: LIFETIME, ext_expires_in: LIFETIME }
    return answer(200, { token_type: 'Bearer', ...times, access_token })
  }

  #challenged(request: WebApiRequest, refusal: WebApiResponse): WebApiResponse {
    const origin = originOf(request)
    const uri = `${origin}/${this.#options.tenantId}/oauth2/authorize`
    return {
      ...refusal,
      headers: {
        ...refusal.headers,
        'WWW-Authenticate': `Bearer authorization_uri=${uri}, resource_id=${origin}/`,
      },
    }
  }

  #seconds(): number {
    return Math.floor(this.#options.nowMs() / 1000)
  }
}

/** Tenants that stand for whichever the client is of. */
const NAMES_OF_ANY: ReadonlySet<string> = new Set(['common', 'organizations'])

type Reason = readonly [code: number, text: string]

const MISSING = (name: string): Reason => [
  900144,
  `The request body must contain the following parameter: '${name}'.`,
]

const ONLY_CLIENTS = (grant: string): Reason => [
  70003,
  `The app requested an unsupported grant type '${grant}'. Only client_credentials is emulated.`,
]

/** In the body, or in the `Authorization` header as RFC 6749 allows. */
function credentialsOf(request: WebApiRequest, form: URLSearchParams) {
  const [, basic] = /^Basic +(\S+)$/i.exec(request.headers['authorization'] ?? '') ?? []
  if (basic === undefined) {
    return { clientId: form.get('client_id'), secret: form.get('client_secret') }
  }
  const [id = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  return { clientId: unescaped(id), secret: unescaped(secret.join(':')) }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // It was sent as it is.
    return text
  }
}

/** What the token is for: `scope` (v2) or `resource` (v1). */
function resourceOf(form: URLSearchParams): string | undefined {
  const scope = form.get('scope')?.trim()
  const text = scope === undefined ? (form.get('resource') ?? '') : resourceIn(scope)
  return URL.canParse(text) ? new URL(text).origin : undefined
}

/** Of one scope, not of several. */
function resourceIn(scope: string): string {
  return scope.endsWith(DEFAULT_SCOPE) && !/\s/.test(scope)
    ? scope.slice(0, -DEFAULT_SCOPE.length)
    : ''
}

/** One directory serves one organization, at whatever name it is called; what speaks TLS before it is no matter. */
function isSameServer(resource: string, origin: string): boolean {
  const [asked, own] = [new URL(resource), new URL(origin)]
  const isLoopback = ({ hostname }: URL) => LOOPBACK.has(hostname)
  if (isLoopback(asked) && isLoopback(own)) return asked.port === own.port
  return (
    asked.hostname === own.hostname && (asked.port === own.port || asked.protocol !== own.protocol)
  )
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

const DEFAULT_SCOPE = '.default'

function originOf(request: WebApiRequest): string {
  return addressOf(request).origin
}

/** What is no address, or comes with a Host that is none, is for the Web API to refuse. */
function addressOf({ url, headers }: WebApiRequest): URL {
  const root = serverOf(headers)
  return URL.canParse(url, root) ? new URL(url, root) : new URL('http://localhost')
}

/** In a time that tells nothing about where they differ. */
function areEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function refused(status: number, error: string, [code, text]: Reason): WebApiResponse {
  return answer(status, {
    error,
    error_description: `AADSTS${code}: ${text}`,
    error_codes: [code],
    timestamp: new Date()
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z/, 'Z'),
    trace_id: randomIds.next(),
    correlation_id: randomIds.next(),
  })
}

function answer(status: number, body: object | undefined): WebApiResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

function unauthorized(message: string): DataverseError {
  return new DataverseError('UNAUTHORIZED', message)
}
