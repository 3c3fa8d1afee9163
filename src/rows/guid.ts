import { createHash, randomUUID } from 'node:crypto'

/** The id of nobody: `PrimaryEntityId` where a message concerns no row. */
export const EMPTY_GUID = '00000000-0000-0000-0000-000000000000'

const LOWER = 1
const UPPER = 2
/** What each character may be in a GUID: a digit or lower-case letter, or an upper-case one. */
const HEX_DIGITS = new Uint8Array(128)
for (const digit of '0123456789abcdef') HEX_DIGITS[digit.charCodeAt(0)] = LOWER
for (const digit of 'ABCDEF') HEX_DIGITS[digit.charCodeAt(0)] = UPPER
const DASH = 45

/** The GUID in the platform's spelling (lower case, dashes, no braces), or undefined when it is none. */
export function parseGuid(text: string): string | undefined {
  if (text.length === 36) {
    let seen = LOWER
    // Every request names a row: this loop takes half the time of a regular expression.
    for (let i = 0; i < 36; i++) {
      const code = text.charCodeAt(i)
      if (i === 8 || i === 13 || i === 18 || i === 23) {
        if (code !== DASH) return undefined
      } else {
        const kind = HEX_DIGITS[code] ?? 0
        if (kind === 0) return undefined
        seen |= kind
      }
    }
    return seen === LOWER ? text : text.toLowerCase()
  }
  // The SDK's Guid.Parse takes braces; the Web API does not.
  if (text.length === 38 && text.startsWith('{') && text.endsWith('}')) {
    return parseGuid(text.slice(1, -1))
  }
  return undefined
}

/** Makes ids. An organization has one, so that a test can have repeatable ids. */
export interface IdSource {
  next(): string
}

export const randomIds: IdSource = { next: randomUUID }

/**
 * Sequential GUIDs, as the platform makes them for better clustering: `prefix` (8 hexadecimal digits)
 * tells organizations apart, the rest counts.
 */
export function sequentialIds(prefix: string, start = 1): IdSource {
  let count = start - 1
  return {
    next() {
      count++
      return `${prefix}-0000-4000-8000-${count.toString(16).padStart(12, '0')}`
    },
  }
}

/** Made for this package: the namespace of ids made from names. */
const NAMESPACE = Buffer.from('7d6f9c1e52b84f3da1c0e48b93ad6027', 'hex')

/** The id of what has this name, the same everywhere and always (RFC 9562, version 5). */
export function idOfName(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest()
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex', 0, 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
