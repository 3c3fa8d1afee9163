import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseLossless } from '../../rows/lossless-json.ts'

/** A value written in an address: in a key, as an argument of a function, behind an alias. */
export type Literal =
  | { readonly kind: 'string'; readonly value: string }
  /** A number, GUID, date, true or false: what it is, its column or parameter says. */
  | { readonly kind: 'bare'; readonly text: string }
  | { readonly kind: 'null' }
  /** `Microsoft.Dynamics.CRM.EndpointAccessType'Default'` */
  | { readonly kind: 'enum'; readonly type: string; readonly value: string }
  /** A record or a collection, as JSON. */
  | { readonly kind: 'json'; readonly value: unknown }
  /** `@p1`, its value elsewhere in the query. */
  | { readonly kind: 'alias'; readonly name: string }

/** What stands in parentheses behind a name. */
export interface Arguments {
  /** `accounts(<guid>)`: values without names. */
  readonly positional: readonly Literal[]
  readonly named: ReadonlyMap<string, Literal>
}

export const NULL_LITERAL: Literal = { kind: 'null' }

/** The text between a pair of parentheses. @throws QUERY_INVALID */
export function parseArguments(text: string): Arguments {
  const positional: Literal[] = []
  const named = new Map<string, Literal>()
  for (const part of splitOutside(text, ',')) {
    const trimmed = part.trim()
    if (trimmed === '') continue
    const named_ = NAMED.exec(trimmed)
    if (named_ === null) {
      positional.push(parseLiteral(trimmed))
      continue
    }
    const [, name = '', value = ''] = named_
    if (named.has(name)) {
      throw new DataverseError('QUERY_INVALID', `The name '${name}' stands twice in '(${text})'.`)
    }
    named.set(name, parseLiteral(value))
  }
  if (positional.length > 0 && named.size > 0) throw syntaxError(text)
  return { positional, named }
}

const NAMED = /^([A-Za-z_][\w]*)\s*=\s*([^]*)$/

/** @throws QUERY_INVALID */
export function parseLiteral(source: string): Literal {
  const text = source.trim()
  const first = text[0]
  if (first === undefined) throw syntaxError(source)
  if (first === "'") return { kind: 'string', value: unquoted(text) }
  if (first === '@') return { kind: 'alias', name: text }
  if (first === '{' || first === '[') return { kind: 'json', value: parseJsonLiteral(text) }
  if (text === 'null') return NULL_LITERAL
  const typed = ENUM.exec(text)
  if (typed !== null) {
    const [, type = '', quoted = ''] = typed
    return { kind: 'enum', type, value: unquoted(quoted) }
  }
  if (!BARE.test(text)) throw syntaxError(source)
  return { kind: 'bare', text }
}

const ENUM = /^([A-Za-z_][\w.]*)('(?:[^']|'')*')$/
const BARE = /^[\w.:+-]+$/

function unquoted(text: string): string {
  if (!STRING.test(text)) {
    throw new DataverseError(
      'QUERY_INVALID',
      `There is an unterminated literal at position ${text.length} in '${text}'.`,
    )
  }
  return text.slice(1, -1).replaceAll("''", "'")
}

const STRING = /^'(?:[^']|'')*'$/

/** JSON as clients write it in addresses: strings in single quotes occur (`['a','b']`). */
function parseJsonLiteral(text: string): unknown {
  try {
    return parseLossless(text)
  } catch {
    // Not JSON as it stands; the quotes may be single ones.
  }
  try {
    return parseLossless(text.replace(SINGLE_QUOTED, (quoted) => JSON.stringify(unquoted(quoted))))
  } catch (cause) {
    throw new DataverseError('QUERY_INVALID', `Invalid JSON in '${text}'.`, { cause })
  }
}

const SINGLE_QUOTED = /'(?:[^']|'')*'/g

/** The parts of `text` between `separator`s that stand outside quotes and brackets. */
export function splitOutside(text: string, separator: string): string[] {
  if (!text.includes(separator)) return [text]
  const parts: string[] = []
  let depth = 0
  let start = 0
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++
      else if (c === quote) quote = ''
    } else if (c === "'" || (c === '"' && depth > 0)) quote = c
    else if (c === '(' || c === '[' || c === '{') depth++
    else if (c === ')' || c === ']' || c === '}') depth--
    else if (c === separator && depth <= 0) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

function syntaxError(text: string): DataverseError {
  return new DataverseError('QUERY_INVALID', `Bad Request - Error in query syntax: '${text}'.`)
}
