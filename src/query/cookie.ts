import { DataverseError } from '../errors/dataverse-error.ts'
import type { Entry } from './first-rows.ts'
import type { Comparable } from './operand.ts'
import type { SortKey } from './sort-key.ts'

/** Where a page ended: the values of its last row, one for each sort key. */
export type Position = readonly (Comparable | null)[]

/**
 * The cookie of a page: an element for each column the rows are sorted by, the primary id last, with what the
 * first and the last row hold.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results
 */
export function printCookie(
  page: number,
  keys: readonly SortKey[],
  first: Entry,
  last: Entry,
): string {
  const elements = keys.map(
    (key) =>
      `<${key.column} ${printed('last', key.print(last.frame))} ${printed('first', key.print(first.frame))} />`,
  )
  return `<cookie page="${page}">${elements.join('')}</cookie>`
}

/** Unverified: how the platform writes an empty column. */
function printed(name: 'first' | 'last', value: string | null): string {
  return value === null ? `${name}null="1"` : `${name}="${escaped(value)}"`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

const ELEMENT = /<([a-z_][a-z0-9_]*)((?:\s+[a-z]+="[^"]*")*)\s*\/>/gi
const ATTRIBUTE = /([a-z]+)="([^"]*)"/gi

/** The position a cookie tells. @throws QUERY_PAGING_INVALID where the cookie is not one of this query */
export function parseCookie(cookie: string, keys: readonly SortKey[]): Position {
  const elements = [...cookie.matchAll(ELEMENT)]
  return keys.map((key, at) => {
    const [, name, attributes = ''] = elements[at] ?? []
    const values = new Map([...attributes.matchAll(ATTRIBUTE)].map((match) => [match[1], match[2]]))
    const last = values.get('last')
    if (name === key.column && values.has('lastnull')) return null
    const position =
      name === key.column && last !== undefined ? key.parse(unescaped(last)) : undefined
    if (position !== undefined) return position
    throw new DataverseError(
      'QUERY_PAGING_INVALID',
      `The paging cookie does not belong to this query: it tells nothing of the last '${key.column}'.`,
    )
  })
}

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos|#39);/g, (_, name: string) => UNESCAPES[name] ?? '')
}

const UNESCAPES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
}
