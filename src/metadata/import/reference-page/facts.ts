import MarkdownIt from 'markdown-it'
import { unreadable } from '../unreadable.ts'

const { unescapeAll } = new MarkdownIt().utils
const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/
const INTEGER = /^-?\d+$/

interface Fact {
  /** As printed, bold and backticks included. */
  readonly printed: string
  readonly line: number
}

/**
 * The named facts printed about one thing (a table, a column, a relationship). Every dialect of the
 * pages prints the same names, in tables or in bold lines and in its own order, so readers ask by name.
 * A fact that is absent or blank is undefined; one that cannot be what was asked for is refused.
 */
export class Facts {
  readonly #facts = new Map<string, Fact>()
  readonly #fileName: string
  readonly #subject: string
  readonly #line: number

  constructor(fileName: string, subject: string, line: number) {
    this.#fileName = fileName
    this.#subject = subject
    this.#line = line
  }

  add(name: string, printed: string, line: number): void {
    if (!this.#facts.has(name)) this.#facts.set(name, { printed: printed.trim(), line })
  }

  /** Continues a fact that stretches over several lines. */
  append(name: string, printed: string): void {
    const fact = this.#facts.get(name)
    if (fact !== undefined) {
      this.#facts.set(name, { ...fact, printed: (fact.printed + printed).trim() })
    }
  }

  get names(): readonly string[] {
    return [...this.#facts.keys()]
  }

  has(name: string): boolean {
    return this.#facts.has(name)
  }

  text(name: string): string | undefined {
    const fact = this.#facts.get(name)
    if (fact === undefined) return undefined
    const text = plainText(fact.printed)
    return text === '' ? undefined : text
  }

  required(name: string): string {
    const text = this.text(name)
    if (text !== undefined) return text
    throw this.#refused(name, `a row ${name} of ${this.#subject}`, 'none')
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (/^(true|1)$/i.test(text)) return true
    if (/^(false|0)$/i.test(text)) return false
    throw this.#refused(name, `${name} True or False`, `'${text}'`)
  }

  number(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (NUMBER.test(text)) return Number(text)
    throw this.#refused(name, `a number as ${name}`, `'${text}'`)
  }

  integer(name: string): number | undefined {
    const number = this.number(name)
    if (number === undefined || Number.isInteger(number)) return number
    throw this.#refused(name, `a whole number as ${name}`, `'${number}'`)
  }

  /** A number of 64 bits, every digit kept. */
  bigint(name: string): bigint | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (INTEGER.test(text)) return BigInt(text)
    throw this.#refused(name, `a whole number as ${name}`, `'${text}'`)
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const known = allowed.find((value) => value === text)
    if (known !== undefined) return known
    throw this.#refused(name, `${name} to be one of ${allowed.join(', ')}`, `'${text}'`)
  }

  /** Names separated by commas, with or without blanks. */
  list(name: string): readonly string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  }

  /** `Behavior: …<br />Group: …` as its members; a member without a value is null. */
  members(name: string): ReadonlyMap<string, string | null> | undefined {
    const fact = this.#facts.get(name)
    if (fact === undefined || fact.printed === '') return undefined
    return membersOf(fact.printed)
  }

  refused(name: string, expected: string): Error {
    return this.#refused(name, expected, `'${this.text(name) ?? ''}'`)
  }

  #refused(name: string, expected: string, found: string) {
    const line = this.#facts.get(name)?.line ?? this.#line
    return unreadable({ fileName: this.#fileName, line }, expected, found)
  }
}

/** Without the bold or backticks around it, and without Markdown's escapes. */
export function plainText(printed: string): string {
  const text = printed.trim()
  if (/^(`+|\*{4})$/.test(text)) return ''
  const code = /^`([^`]*)`$/.exec(text)
  if (code?.[1] !== undefined) return code[1].trim()
  const bold = text.length > 4 ? /^\*\*([^]*)\*\*$/.exec(text) : null
  const link = /^\[([^\]]*)\]\([^)]*\)$/.exec(bold?.[1] ?? text)
  return unescapeAll(link?.[1] ?? bold?.[1] ?? text).trim()
}

const MEMBER = /^\s*([A-Za-z][A-Za-z0-9 ]*?)\s*:([^]*)$/

/** The `Name: value` parts of a cell, by name; a part without a name belongs to the one before it. */
export function membersOf(printed: string): ReadonlyMap<string, string | null> {
  const parts: [string, string][] = []
  for (const part of printed.split(/<br\s*\/?>/)) {
    const member = MEMBER.exec(part)
    const last = parts.at(-1)
    if (member?.[1] !== undefined && member[2] !== undefined) parts.push([member[1], member[2]])
    else if (last !== undefined) last[1] += `<br />${part}`
  }
  return new Map(
    parts.map(([name, value]) => {
      const text = plainText(value)
      return [name, text === '' ? null : text]
    }),
  )
}
