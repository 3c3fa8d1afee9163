import { DataverseError } from '../../errors/dataverse-error.ts'

/** As deep as elements of FetchXML may be. */
const MAX_DEPTH = 200

/** One object of a query as JSON: its members are read by name, and those nobody reads are refused. */
export class Members {
  readonly #json: Readonly<Record<string, unknown>>
  readonly path: string

  /** @throws PAYLOAD_INVALID for what is no object, and for members a `type` does not have */
  constructor(json: unknown, path: string, type: string, known: readonly string[]) {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw memberFault(path, `${type} is an object`, json)
    }
    if (path.split('.').length > MAX_DEPTH) {
      throw new DataverseError(
        'PAYLOAD_INVALID',
        `A query is nested more than ${MAX_DEPTH} levels deep.`,
      )
    }
    this.#json = json as Readonly<Record<string, unknown>>
    this.path = path
    for (const name in json) {
      if (known.includes(name) || name.includes('@') || name === 'ExtensionData') continue
      throw new DataverseError(
        'PAYLOAD_INVALID',
        `${path}: ${type} has no member '${name}'; it has ${known.join(', ')}.`,
      )
    }
  }

  has(name: string): boolean {
    return this.value(name) !== undefined
  }

  text(name: string): string | undefined {
    const value = this.value(name)
    if (value === undefined || value === '') return undefined
    if (typeof value === 'string') return value
    throw this.#fault(name, 'a text', value)
  }

  required(name: string): string {
    const text = this.text(name)
    if (text !== undefined) return text
    throw this.#fault(name, 'a text', undefined)
  }

  flag(name: string): boolean {
    const value = this.value(name)
    if (value === undefined) return false
    if (typeof value === 'boolean') return value
    throw this.#fault(name, 'true or false', value)
  }

  number(name: string): number | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    throw this.#fault(name, 'a whole number', value)
  }

  /** A value of an enumeration by its name. */
  word<W extends string>(name: string, words: readonly W[]): W | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const word = words.find((candidate) => candidate === text)
    if (word !== undefined) return word
    throw this.#fault(name, `one of ${words.join(', ')}`, text)
  }

  list<T>(name: string, read: (item: unknown, path: string) => T): readonly T[] {
    const value = this.value(name)
    if (value === undefined) return []
    if (!Array.isArray(value)) throw this.#fault(name, 'a list', value)
    return value.map((item: unknown, at) => read(item, `${this.path}.${name}[${at}]`))
  }

  object<T>(name: string, read: (value: unknown, path: string) => T): T | undefined {
    const value = this.value(name)
    return value === undefined ? undefined : read(value, `${this.path}.${name}`)
  }

  /** Absent and null are one. */
  value(name: string): unknown {
    return Object.hasOwn(this.#json, name) ? (this.#json[name] ?? undefined) : undefined
  }

  #fault(name: string, expected: string, found: unknown): DataverseError {
    return memberFault(`${this.path}.${name}`, `${expected} was expected`, found)
  }
}

export function memberFault(path: string, expected: string, found: unknown): DataverseError {
  return new DataverseError('PAYLOAD_INVALID', `${path}: ${expected}, not ${shown(found)}.`)
}

const LONGEST_QUOTE = 60

/** A short word for it: an object or a list may be of any size and depth. */
function shown(found: unknown): string {
  if (found === undefined) return 'nothing'
  if (found === null) return 'null'
  if (Array.isArray(found)) return 'a list'
  if (typeof found === 'object') return 'an object'
  if (typeof found === 'number' || typeof found === 'boolean' || typeof found === 'bigint') {
    return String(found)
  }
  if (typeof found !== 'string') return `a ${typeof found}`
  return JSON.stringify(found.length > LONGEST_QUOTE ? `${found.slice(0, LONGEST_QUOTE)}…` : found)
}

/** For lists of texts. */
export function textItem(item: unknown, path: string): string {
  if (typeof item === 'string') return item
  throw memberFault(path, 'a text was expected', item)
}
