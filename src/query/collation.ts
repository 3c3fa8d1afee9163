import type { Collation } from './context.ts'

/** The platform's way of comparing texts. */
export interface TextRules {
  /** For patterns: case (and accents, where they do not matter) taken away. */
  readonly lower: (text: string) => string
  /** For equality: `lower` without blanks at the end. Texts are equal when this is the same. */
  readonly fold: (text: string) => string
  /** Order of two folded texts: by alphabet, zero only for the same text. */
  readonly compare: (a: string, b: string) => number
}

const MARKS = /\p{Mn}+/gu
const NOT_ASCII = /[^\x00-\x7f]/

// Without options V8 compares ASCII texts without going through ICU.
const alphabet = new Intl.Collator('en')

/** Unverified: the alphabet of organizations in other languages; English order stands for all of them. */
function compare(a: string, b: string): number {
  if (a === b) return 0
  return alphabet.compare(a, b) || (a < b ? -1 : 1)
}

function trimBlanks(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--
  return end === text.length ? text : text.slice(0, end)
}

const lowerCase = (text: string) => text.toLowerCase()

function lowerBase(text: string): string {
  const lower = text.toLowerCase()
  return NOT_ASCII.test(lower) ? lower.normalize('NFD').replace(MARKS, '') : lower
}

const ACCENTS_MATTER: TextRules = {
  lower: lowerCase,
  fold: (text) => trimBlanks(text.toLowerCase()),
  compare,
}
const ACCENTS_IGNORED: TextRules = {
  lower: lowerBase,
  fold: (text) => trimBlanks(lowerBase(text)),
  compare,
}

export function textRules(collation: Collation | undefined): TextRules {
  return collation?.accents === 'ignored' ? ACCENTS_IGNORED : ACCENTS_MATTER
}

/** `text` as equal texts have it in common: for keys, indexes and duplicate checks. */
export const foldText = ACCENTS_MATTER.fold

/** Characters of a GUID's text in the order SQL Server looks at them: the last group first, the first bytewise backwards. */
const GUID_ORDER = [
  24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 19, 20, 21, 22, 16, 17, 14, 15, 11, 12, 9, 10, 6,
  7, 4, 5, 2, 3, 0, 1,
] as const

/**
 * Order of two lower-case GUIDs as SQL Server sorts uniqueidentifier.
 * https://learn.microsoft.com/sql/connect/ado-net/sql/compare-guid-uniqueidentifier-values
 */
export function compareGuids(a: string, b: string): number {
  if (a === b) return 0
  for (let place = 0; place < GUID_ORDER.length; place++) {
    const at = GUID_ORDER[place] ?? 0
    const difference = a.charCodeAt(at) - b.charCodeAt(at)
    if (difference !== 0) return difference
  }
  return 0
}
