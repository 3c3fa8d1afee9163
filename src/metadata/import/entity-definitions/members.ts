import { unreadable } from '../unreadable.ts'

export interface JsonDocument {
  readonly fileName: string
  readonly text: string
}

/**
 * The members of one JSON object of a document, each read as what it must be. A member that is missing
 * is read as null, and null as undefined: exports leave out what is null.
 */
export class Members {
  readonly #json: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly #document: JsonDocument

  constructor(json: unknown, path: string, document: JsonDocument) {
    if (!isObject(json)) {
      throw unreadable(placeOf(document, path), `an object as ${path}`, kindOf(json))
    }
    this.#json = json
    this.#path = path
    this.#document = document
  }

  /** The same object under another name, once the name is known. */
  named(path: string): Members {
    return new Members(this.#json, path, this.#document)
  }

  text(name: string): string | undefined {
    const value = this.#value(name)
    if (value === undefined || value === '') return undefined
    if (typeof value === 'string') return value
    throw this.#refused(name, 'text', value)
  }

  required(name: string): string {
    const text = this.text(name)
    if (text !== undefined) return text
    throw this.missing(name)
  }

  requiredNumber(name: string): number {
    const number = this.number(name)
    if (number !== undefined) return number
    throw this.missing(name)
  }

  missing(name: string, found = 'none'): Error {
    return unreadable(placeOf(this.#document, this.#path), `${name} of ${this.#path}`, found)
  }

  refused(expected: string, found: string): Error {
    const place = placeOf(this.#document, this.#path)
    return unreadable(place, `${expected}, ${this.#path}`, found)
  }

  /** A boolean, or a managed property that holds one. */
  flag(name: string): boolean | undefined {
    const value = unwrapped(this.#value(name))
    if (value === undefined || typeof value === 'boolean') return value
    throw this.#refused(name, 'true or false', value)
  }

  /** An answer to a request with IEEE754Compatible=true has decimals, and whole numbers of 64 bits, as text. */
  number(name: string): number | undefined {
    const value = this.#value(name)
    if (value === undefined || typeof value === 'number') return value
    if (typeof value === 'bigint') return Number(value)
    if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
    throw this.#refused(name, 'a number', value)
  }

  /** A number of 64 bits, every digit kept. */
  bigint(name: string): bigint | undefined {
    const value = this.#value(name)
    if (value === undefined || typeof value === 'bigint') return value
    if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
    if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value)
    throw this.#refused(name, 'a whole number', value)
  }

  /** A value of an enumeration, alone or inside `{ "Value": … }`. */
  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = unwrapped(this.#value(name))
    if (value === undefined || value === '') return undefined
    const known = allowed.find((candidate) => candidate === value)
    if (known !== undefined) return known
    throw this.#refused(name, `one of ${allowed.join(', ')}`, value)
  }

  /** Text, alone or inside `{ "Value": … }`. */
  wrappedText(name: string): string | undefined {
    const value = unwrapped(this.#value(name))
    if (value === undefined || value === '') return undefined
    if (typeof value === 'string') return value
    throw this.#refused(name, 'text', value)
  }

  /** A label in the language of whoever exported it, else in the first one there is. */
  label(name: string): string | undefined {
    const label = this.object(name)
    if (label === undefined) return undefined
    return (
      label.object('UserLocalizedLabel')?.text('Label') ??
      label.objects('LocalizedLabels')[0]?.text('Label')
    )
  }

  /** A label by language, where there are several. */
  labels(name: string): Readonly<Record<string, string>> | undefined {
    const all = this.object(name)?.objects('LocalizedLabels') ?? []
    if (all.length < 2) return undefined
    const labels = all.flatMap((label) => {
      const language = label.number('LanguageCode')
      const text = label.text('Label')
      return language === undefined || text === undefined ? [] : [[String(language), text] as const]
    })
    return Object.fromEntries(labels)
  }

  texts(name: string): readonly string[] {
    return this.#array(name).map((item, i) => {
      if (typeof item === 'string') return item
      throw this.#refused(`${name}[${i}]`, 'text', item)
    })
  }

  object(name: string): Members | undefined {
    const value = this.#value(name)
    return value === undefined
      ? undefined
      : new Members(value, `${this.#path}.${name}`, this.#document)
  }

  objects(name: string): readonly Members[] {
    return this.#array(name).map(
      (item, i) => new Members(item, `${this.#path}.${name}[${i}]`, this.#document),
    )
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined
  }

  /** Members that are plain values, by name. */
  plain(): Readonly<Record<string, string | number | boolean | null>> {
    const values: Record<string, string | number | boolean | null> = {}
    for (const [name, value] of Object.entries(this.#json)) {
      if (value === null || typeof value === 'string') values[name] = value
      else if (typeof value === 'number' || typeof value === 'boolean') values[name] = value
    }
    return values
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#json, name) ? (this.#json[name] ?? undefined) : undefined
  }

  #array(name: string): readonly unknown[] {
    const value = this.#value(name)
    if (value === undefined) return []
    if (Array.isArray(value)) return value
    throw this.#refused(name, 'an array', value)
  }

  #refused(name: string, expected: string, found: unknown) {
    return unreadable(
      placeOf(this.#document, this.#path),
      `${expected} as ${name} of ${this.#path}`,
      kindOf(found),
    )
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? `'${value}'` : `${value as number | bigint | boolean}`
}

function unwrapped(value: unknown): unknown {
  return isObject(value) ? (value['Value'] ?? undefined) : value
}

/** The line where the thing at fault is named; looked for only once something is at fault. */
function placeOf({ fileName, text }: JsonDocument, path: string) {
  const name = /^[^.[]+/.exec(path)?.[0] ?? path
  const [table = '', column] = name.split('/')
  const tableAt = text.indexOf(`"${table}"`)
  const at = column === undefined ? tableAt : text.indexOf(`"${column}"`)
  return { fileName, line: at < 0 ? undefined : text.slice(0, at).split('\n').length }
}
