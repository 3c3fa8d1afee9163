import { DataverseError } from '../errors/dataverse-error.ts'

interface Kinds {
  text: string
  number: number
  boolean: boolean
  readonly textsByName: Readonly<Record<string, string>>
}

/** One value of a schema file and where it stands, so that a refusal names the place and what belongs there. */
export class Part {
  readonly value: unknown
  readonly #file: string
  readonly #whole: Part | undefined
  /** The member's name or the item's index in the whole. */
  readonly #step: string | number

  constructor(value: unknown, file: string, whole?: Part, step: string | number = '') {
    this.value = value
    this.#file = file
    this.#whole = whole
    this.#step = step
  }

  refuse(expected: string): never {
    const found = this.value === undefined ? 'nothing' : described(this.value)
    const path = this.#path()
    throw new DataverseError(
      'SCHEMA_INVALID',
      `${this.#file}: ${path === '' ? 'the document' : path} must be ${expected}; found ${found}.`,
    )
  }

  /** Put together only when somebody is refused: thousands of parts are read for each that is. */
  #path(): string {
    if (this.#whole === undefined) return ''
    const path = this.#whole.#path()
    if (typeof this.#step === 'number') return `${path}[${this.#step}]`
    return path === '' ? this.#step : `${path}.${this.#step}`
  }

  get isPresent(): boolean {
    return this.value !== undefined
  }

  member(name: string): Part {
    const members = this.value
    if (members === undefined) return new Part(undefined, this.#file, this, name)
    if (!isObject(members)) this.refuse('an object')
    const value = Object.hasOwn(members, name) ? members[name] : undefined
    return new Part(value, this.#file, this, name)
  }

  entries(): readonly (readonly [string, Part])[] {
    if (!isObject(this.value)) this.refuse('an object')
    return Object.keys(this.value).map((name) => [name, this.member(name)])
  }

  items(): readonly Part[] {
    const items = this.value
    if (!Array.isArray(items)) this.refuse('an array')
    return items.map((item, index) => new Part(item, this.#file, this, index))
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('text')
  }

  number(): number {
    if (typeof this.value === 'bigint') return Number(this.value)
    return typeof this.value === 'number' ? this.value : this.refuse('a number')
  }

  bigint(): bigint {
    if (typeof this.value === 'bigint') return this.value
    return typeof this.value === 'number' && Number.isSafeInteger(this.value)
      ? BigInt(this.value)
      : this.refuse('an integer')
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.refuse('true or false')
  }

  oneOf<const T extends string | number>(choices: readonly T[]): T {
    const choice = choices.find((candidate) => candidate === this.value)
    return choice ?? this.refuse(`one of ${choices.join(', ')}`)
  }

  texts(): readonly string[] {
    return this.items().map((item) => item.text())
  }

  textsByName(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.entries().map(([name, part]) => [name, part.text()]))
  }

  /** The members of these names that are there; the others stay absent. */
  told<const S extends Readonly<Record<string, keyof Kinds>>>(
    kinds: S,
  ): { readonly [K in keyof S]?: Kinds[S[K]] } {
    const told: Record<string, unknown> = {}
    for (const [name, kind] of Object.entries(kinds)) {
      const part = this.member(name)
      if (part.isPresent) told[name] = part[kind]()
    }
    // Each member was read by the kind its name asks for.
    return told as { readonly [K in keyof S]?: Kinds[S[K]] }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function described(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'string' ? `'${value}'` : String(value)
}
