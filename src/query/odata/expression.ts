import { DataverseError } from '../../errors/dataverse-error.ts'
import { syntaxFault } from './fault.ts'
import { tokensOf, type Token } from './tokens.ts'

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** An OData expression as written; `at` is where it begins. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Literal; readonly at: number }
  | { readonly kind: 'path'; readonly segments: readonly string[]; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Literal[]; readonly at: number }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly arguments: readonly Argument[]
      readonly at: number
    }
  | {
      readonly kind: 'compare'
      readonly operator: Comparison
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }
  | {
      readonly kind: 'and' | 'or'
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }
  | { readonly kind: 'not'; readonly operand: Expression; readonly at: number }
  | {
      readonly kind: 'lambda'
      readonly quantifier: 'any' | 'all'
      readonly segments: readonly string[]
      /** Absent in `any()`. */
      readonly variable?: string
      readonly body?: Expression
      readonly at: number
    }

export type Literal =
  | { readonly type: 'string' | 'guid' | 'date'; readonly value: string }
  | { readonly type: 'number'; readonly value: number | bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null'; readonly value: null }

export interface Argument {
  /** Of `Name=value`. */
  readonly name?: string
  readonly value: Expression
}

/** What `@p1` and the like stand for, as written in the URL. */
export type ParameterAliases = Readonly<Record<string, string>>

/**
 * Parses an OData expression: `not` binds stronger than a comparison, that stronger than `and`, that stronger
 * than `or`.
 * Unverified: a page says that all operators have one precedence; the usual one is taken.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows
 * @throws QUERY_INVALID with the position and what was expected there
 */
export function parseExpression(text: string, aliases: ParameterAliases = {}): Expression {
  const reader = new TokenReader(text, aliases)
  const expression = parseBinary(reader, 0)
  if (reader.next.kind !== 'end')
    throw reader.fault("Syntax error: an operator or ')' or the end was expected")
  return expression
}

/** An expression as part of something longer. */
export function readExpression(reader: TokenReader): Expression {
  return parseBinary(reader, 0)
}

/** Expressions inside one another; more are refused before the engine's stack would run out. */
const MAX_DEPTH = 200

export class TokenReader {
  readonly text: string
  readonly aliases: ParameterAliases
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(text: string, aliases: ParameterAliases) {
    this.text = text
    this.aliases = aliases
    this.#tokens = tokensOf(text)
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: this.text.length }
  }

  take(): Token {
    const token = this.next
    this.#at++
    return token
  }

  isSign(sign: string): boolean {
    return this.next.kind === 'sign' && this.next.text === sign
  }

  isWord(word: string): boolean {
    return this.next.kind === 'name' && this.next.text === word
  }

  /** Takes the sign if it comes next. */
  accept(sign: string): boolean {
    if (!this.isSign(sign)) return false
    this.#at++
    return true
  }

  expect(sign: string): void {
    if (!this.accept(sign)) throw this.fault(`Syntax error: '${sign}' was expected`)
  }

  fault(expectation: string, at = this.next.at): DataverseError {
    return syntaxFault(expectation, at, this.text)
  }

  nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      throw this.fault(`The expression is nested more than ${MAX_DEPTH} levels deep`)
    }
    const result = parse()
    this.#depth--
    return result
  }
}

const STRENGTHS: Readonly<Record<string, number>> = { or: 1, and: 2 }
const COMPARISONS: ReadonlySet<string> = new Set<Comparison>(['eq', 'ne', 'gt', 'ge', 'lt', 'le'])
/** Operators of OData that the platform does not know. */
const UNKNOWN_OPERATORS = new Set(['in', 'has', 'add', 'sub', 'mul', 'div', 'divby', 'mod'])
const COMPARISON_STRENGTH = 3

function parseBinary(reader: TokenReader, strength: number): Expression {
  let left = parseUnary(reader)
  for (;;) {
    const { kind, text, at } = reader.next
    if (kind !== 'name') return left
    if (COMPARISONS.has(text)) {
      if (COMPARISON_STRENGTH <= strength) return left
      reader.take()
      left = { kind: 'compare', operator: text as Comparison, left, right: parseUnary(reader), at }
      continue
    }
    if (UNKNOWN_OPERATORS.has(text)) {
      throw reader.fault(`Operator '${text}' is not supported`)
    }
    const own = STRENGTHS[text]
    if (own === undefined || own <= strength) return left
    reader.take()
    left = { kind: own === 1 ? 'or' : 'and', left, right: parseBinary(reader, own), at }
  }
}

function parseUnary(reader: TokenReader): Expression {
  if (!reader.isWord('not')) return parsePrimary(reader)
  const { at } = reader.take()
  return reader.nested(() => ({ kind: 'not', operand: parseUnary(reader), at }))
}

function parsePrimary(reader: TokenReader): Expression {
  const token = reader.next
  switch (token.kind) {
    case 'sign':
      if (token.text === '(') {
        reader.take()
        return reader.nested(() => {
          const inner = parseBinary(reader, 0)
          if (!reader.accept(')')) throw reader.fault("')' or operator expected")
          return inner
        })
      }
      if (token.text === '[') return parseList(reader)
      throw reader.fault(`Syntax error: an expression was expected, not '${token.text}'`)
    case 'name':
      return parseNamed(reader)
    case 'string':
    case 'number':
    case 'guid':
    case 'date':
      reader.take()
      return { kind: 'literal', value: literalOf(token), at: token.at }
    case 'end':
      throw reader.fault('Expression expected')
    default:
      return token satisfies never
  }
}

function literalOf(token: Token): Literal {
  switch (token.kind) {
    case 'number': {
      const number = Number(token.text)
      const isLarge = !Number.isSafeInteger(number) && /^-?\d+$/.test(token.text)
      return { type: 'number', value: isLarge ? BigInt(token.text) : number }
    }
    case 'string':
    case 'guid':
    case 'date':
      return { type: token.kind, value: token.text }
    case 'name':
    case 'sign':
    case 'end':
      return { type: 'null', value: null }
    default:
      return token satisfies never
  }
}

function parseList(reader: TokenReader): Expression {
  const { at } = reader.take()
  const items: Literal[] = []
  if (reader.accept(']')) return { kind: 'list', items, at }
  for (;;) {
    const item = parsePrimary(reader)
    if (item.kind !== 'literal') {
      throw reader.fault('Syntax error: a list holds only literals; one was expected', item.at)
    }
    items.push(item.value)
    if (reader.accept(']')) return { kind: 'list', items, at }
    if (!reader.accept(',')) {
      throw new DataverseError(
        'QUERY_INVALID',
        "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and properties of an object must be separated by commas.",
      )
    }
  }
}

const WORDS: Readonly<Record<string, Literal>> = {
  true: { type: 'boolean', value: true },
  false: { type: 'boolean', value: false },
  null: { type: 'null', value: null },
}

function parseNamed(reader: TokenReader): Expression {
  const { text, at } = reader.take()
  const word = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined
  if (word !== undefined) return { kind: 'literal', value: word, at }
  if (text.startsWith('@')) return parseAlias(reader, text, at)
  if (reader.isSign('(')) return parseCall(reader, text, at)
  const segments = [text]
  while (reader.accept('/')) {
    const segment = reader.take()
    if (segment.kind !== 'name')
      throw reader.fault('Syntax error: a property was expected', segment.at)
    if ((segment.text === 'any' || segment.text === 'all') && reader.isSign('(')) {
      return parseLambda(reader, segments, segment.text, at)
    }
    segments.push(segment.text)
  }
  return { kind: 'path', segments, at }
}

/** The literal, list or property an alias stands for; one that the URL does not give is null. */
function parseAlias(reader: TokenReader, name: string, at: number): Expression {
  const text = Object.hasOwn(reader.aliases, name) ? reader.aliases[name] : undefined
  if (text === undefined) return { kind: 'literal', value: { type: 'null', value: null }, at }
  // One alias cannot stand for another, nor for itself.
  const inner = new TokenReader(text, {})
  const value = inner.next.text.startsWith('@') ? undefined : parsePrimary(inner)
  if (value !== undefined && inner.next.kind === 'end') {
    if (value.kind === 'literal' || value.kind === 'path' || value.kind === 'list') return value
  }
  throw inner.fault(`Syntax error: parameter alias ${name} must be one value or one property`, 0)
}

function parseCall(reader: TokenReader, name: string, at: number): Expression {
  reader.expect('(')
  const values: Argument[] = []
  if (reader.accept(')')) return { kind: 'call', name, arguments: values, at }
  for (;;) {
    values.push(parseArgument(reader))
    if (reader.accept(')')) return { kind: 'call', name, arguments: values, at }
    if (!reader.accept(',')) throw reader.fault("Syntax error: ',' or ')' was expected")
  }
}

function parseArgument(reader: TokenReader): Argument {
  const value = reader.nested(() => parseBinary(reader, 0))
  if (value.kind !== 'path' || value.segments.length !== 1 || !reader.accept('=')) return { value }
  return { name: value.segments[0] ?? '', value: reader.nested(() => parseBinary(reader, 0)) }
}

function parseLambda(
  reader: TokenReader,
  segments: readonly string[],
  quantifier: 'any' | 'all',
  at: number,
): Expression {
  reader.expect('(')
  if (quantifier === 'any' && reader.accept(')'))
    return { kind: 'lambda', quantifier, segments, at }
  const variable = reader.take()
  if (variable.kind !== 'name') {
    throw reader.fault('Syntax error: the name of a range variable was expected', variable.at)
  }
  reader.expect(':')
  const body = reader.nested(() => parseBinary(reader, 0))
  reader.expect(')')
  return { kind: 'lambda', quantifier, segments, variable: variable.text, body, at }
}
