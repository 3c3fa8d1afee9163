import { syntaxFault } from './fault.ts'

/** The parts of a text between separators that stand outside quotes and parentheses. @throws QUERY_INVALID */
export function splitOutside(text: string, separator: ',' | ';'): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    // A doubled quote closes and opens again, which comes to the same.
    if (character === "'") isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (character === '(') depth++
    else if (character === ')') {
      if (--depth < 0) throw syntaxFault("Syntax error: ')' closes nothing", at, text)
    } else if (character === separator && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  if (isQuoted) throw syntaxFault('There is an unterminated literal', text.length, text)
  if (depth > 0) throw syntaxFault("Syntax error: ')' was expected", text.length, text)
  return [...parts, text.slice(start)]
}
