import type { TextRules } from './collation.ts'

export type TextTest = (text: string) => boolean

/**
 * Whether a text fits a LIKE pattern: `%` any text, `_` one character, `[a-f]` one of a set, `[^a-f]` none of it;
 * `[%]`, `[_]` and `[[]` are the characters themselves.
 * https://learn.microsoft.com/power-apps/developer/data-platform/wildcard-characters
 */
export function likeTest(pattern: string, { lower }: TextRules): TextTest {
  const wanted = lower(pattern)
  const plain = plainTest(wanted, lower)
  if (plain !== undefined) return plain
  const tokens = tokensOf(wanted)
  return (text) => matches(tokens, lower(text))
}

/** Patterns whose only wildcards are % at the ends. */
function plainTest(wanted: string, lower: (text: string) => string): TextTest | undefined {
  const fixedStart = !wanted.startsWith('%')
  const fixedEnd = !wanted.endsWith('%')
  const body = wanted.slice(fixedStart ? 0 : 1, fixedEnd ? undefined : -1)
  if (/[%_[]/.test(body)) return undefined
  if (fixedStart && fixedEnd) return (text) => lower(text) === body
  if (fixedStart) return (text) => lower(text).startsWith(body)
  if (fixedEnd) return (text) => lower(text).endsWith(body)
  return (text) => lower(text).includes(body)
}

type Token =
  | { readonly kind: 'any text' }
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'any character' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly members: readonly Span[] }

/** Characters from the first to the second. */
type Span = readonly [string, string]

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '%') {
      if (tokens.at(-1)?.kind !== 'any text') tokens.push({ kind: 'any text' })
    } else if (character === '_') tokens.push({ kind: 'any character' })
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 1)
      // A bracket that is never closed matches nothing, as in SQL Server.
      if (end === -1) return [...tokens, { kind: 'set', negated: false, members: [] }]
      tokens.push(setOf(pattern.slice(at + 1, end)))
      at = end
    } else tokens.push({ kind: 'character', character })
  }
  return tokens
}

function setOf(content: string): Token {
  const negated = content.startsWith('^')
  const characters = negated ? content.slice(1) : content
  const members: Span[] = []
  for (let at = 0; at < characters.length; at++) {
    const from = characters.charAt(at)
    const to = characters.charAt(at + 2)
    if (characters.charAt(at + 1) === '-' && to !== '') {
      members.push([from, to])
      at += 2
    } else members.push([from, from])
  }
  return { kind: 'set', negated, members }
}

/**
 * Only the last `%` is ever tried again, one character further: what an earlier one took needs no second
 * look. So the time grows with text × pattern at most, which a regular expression does not promise.
 */
function matches(tokens: readonly Token[], text: string): boolean {
  let at = 0
  let token = 0
  let retryToken = -1
  let retryAt = 0
  while (at < text.length) {
    const current = tokens[token]
    if (current?.kind === 'any text') {
      retryToken = ++token
      retryAt = at
    } else if (current !== undefined && accepts(current, text.charAt(at))) {
      at++
      token++
    } else if (retryToken !== -1) {
      token = retryToken
      at = ++retryAt
    } else return false
  }
  while (tokens[token]?.kind === 'any text') token++
  return token === tokens.length
}

function accepts(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'character':
      return token.character === character
    case 'any character':
      return true
    case 'set':
      return (
        token.members.some(([from, to]) => from <= character && character <= to) !== token.negated
      )
    case 'any text':
      return false
    default:
      return token satisfies never
  }
}
