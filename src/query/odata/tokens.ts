import { syntaxFault } from './fault.ts'

/** A piece of an OData expression. `at` is where it begins in the text. */
export type Token =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'guid'; readonly text: string; readonly at: number }
  | { readonly kind: 'date'; readonly text: string; readonly at: number }
  | { readonly kind: 'sign'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number }

// Longest first: a GUID may begin as a number or a name does.
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/iy
const DATE =
  /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\w-])/iy
const NUMBER = /-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?(?![\w.])/iy
const NAME = /[@$]?[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/uy
const BLANKS = /[ \t\r\n]+/y
const SIGNS = '(),/:=;[]{}'

/** The tokens of an expression, an end token last. @throws QUERY_INVALID with the position */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const blanks = matchAt(BLANKS, text, at)
    if (blanks !== undefined) {
      at += blanks.length
      continue
    }
    const token = tokenAt(text, at)
    tokens.push(token.token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

function tokenAt(text: string, at: number): { readonly token: Token; readonly end: number } {
  const character = text.charAt(at)
  if (character === "'" || character === '"') return stringAt(text, at, character)
  if (SIGNS.includes(character))
    return { token: { kind: 'sign', text: character, at }, end: at + 1 }
  for (const { kind, pattern } of PATTERNS) {
    const found = matchAt(pattern, text, at)
    if (found !== undefined) return { token: { kind, text: found, at }, end: at + found.length }
  }
  throw syntaxFault(`Syntax error: character '${character}' is not valid`, at, text)
}

const PATTERNS = [
  { kind: 'guid', pattern: GUID },
  { kind: 'date', pattern: DATE },
  { kind: 'number', pattern: NUMBER },
  { kind: 'name', pattern: NAME },
] as const

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** In single quotes a doubled quote is one; double quotes delimit the texts of a JSON list, with JSON's escapes. */
function stringAt(
  text: string,
  start: number,
  quote: string,
): { readonly token: Token; readonly end: number } {
  let at = start + 1
  while (at < text.length) {
    if (text.charAt(at) === quote) {
      if (quote === "'" && text.charAt(at + 1) === quote) at++
      else {
        const source = text.slice(start + 1, at)
        const value = quote === "'" ? source.replaceAll("''", "'") : jsonText(source, start, text)
        return { token: { kind: 'string', text: value, at: start }, end: at + 1 }
      }
    } else if (quote === '"' && text.charAt(at) === '\\') at++
    at++
  }
  throw syntaxFault('There is an unterminated literal', text.length, text)
}

function jsonText(source: string, at: number, text: string): string {
  try {
    const value: unknown = JSON.parse(`"${source}"`)
    return String(value)
  } catch (cause) {
    throw syntaxFault(`Syntax error: a JSON text was expected (${String(cause)})`, at, text)
  }
}
