import { DataverseError } from '../errors/dataverse-error.ts'

interface Kinds {
  text: string
  number: number
  boolean: boolean
}

/** One value of a schema file and where it stands, so that a refusal names the place and what belongs there. */
export class Part {
  readonly value: unknown
  readonly #file: string
  readonly #path: string

  constructor(value: unknown, file: string, path = '') {
    this.value = value
    this.#file = file
    this.#path = path
  }

  refuse(expected: string): never {
    const found = this.value === undefined ? 'nothing' : described(this.value)
    throw new DataverseError(
      'SCHEMA_INVALID',
      `${this.#file}: ${this.#path === '' ? 'the document' : this.#path} must be ${expected}; found ${found}.`,
    )
  }

  get isPresent(): boolean {
    return this.value !== undefined
  }

  member(name: string): Part {
    const members = this.value
    const path = this.#path === '' ? name : `${this.#path}.${name}`
    if (members === undefined) return new Part(undefined, this.#file, path)
    if (!isObject(members)) this.refuse('an object')
    return new Part(Object.hasOwn(members, name) ? members[name] : undefined, this.#file, path)
  }

  entries(): readonly (readonly [string, Part])[] {
    if (!isObject(this.value)) this.refuse('an object')
    return Object.keys(this.value).map((name) => [name, this.member(name)])
  }

  items(): readonly Part[] {
    const items = this.value
    if (!Array.isArray(items)) this.refuse('an array')
    return items.map((item, index) => new Part(item, this.#file, `${this.#path}[${index}]`))
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
