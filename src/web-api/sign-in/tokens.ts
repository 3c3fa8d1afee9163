import { createHash, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'

/** What an access token says; times are seconds since 1970. */
export interface Claims {
  readonly aud: string
  readonly iss: string
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  readonly appid: string
  readonly tid: string
  readonly ver: '1.0'
}

/** Access tokens (JSON Web Tokens, RS256), signed with a key that lives as long as this object. */
export class Tokens {
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject
  readonly #keyId: string

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    this.#privateKey = privateKey
    this.#publicKey = publicKey
    const bytes = publicKey.export({ type: 'spki', format: 'der' })
    this.#keyId = createHash('sha256').update(bytes).digest('base64url').slice(0, 27)
  }

  /** The public key as a set of one (RFC 7517), for clients that check what they are given. */
  get keys(): { readonly keys: readonly object[] } {
    const { n, e } = this.#publicKey.export({ format: 'jwk' })
    return { keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: this.#keyId, n, e }] }
  }

  issue(claims: Claims): string {
    const head = encoded({ typ: 'JWT', alg: 'RS256', kid: this.#keyId })
    const signed = `${head}.${encoded(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#privateKey).toString('base64url')}`
  }

  /** What a token of ours says; undefined for any other text. Whether it has expired the caller decides. */
  read(token: string): Claims | undefined {
    const [head, body, signature, ...more] = token.split('.')
    if (head === undefined || body === undefined || signature === undefined || more.length > 0) {
      return undefined
    }
    const isOurs = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      this.#publicKey,
      Buffer.from(signature, 'base64url'),
    )
    // Only what this key has signed is read, and it signs nothing but claims.
    return isOurs
      ? (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims)
      : undefined
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
