import { foldText } from '../../query/collation.ts'
import type { Value } from '../../rows/value.ts'
import type { Entry } from './entry.ts'

/** What one value leads to: most lead to one row, some to a hundred thousand. */
export type Bucket = Entry | ReadonlySet<Entry>

/** From what a column holds, as text, to the rows that hold it. Empty columns are not in it. */
export class ColumnIndex {
  readonly column: string
  readonly textOf: (value: Value | undefined) => string | undefined
  readonly #buckets = new Map<string, Entry | Set<Entry>>()

  constructor(column: string, textOf: (value: Value | undefined) => string | undefined) {
    this.column = column
    this.textOf = textOf
  }

  find(text: string): Bucket | undefined {
    return this.#buckets.get(text)
  }

  add(text: string, entry: Entry): void {
    const bucket = this.#buckets.get(text)
    if (bucket === undefined) this.#buckets.set(text, entry)
    else if (bucket instanceof Set) bucket.add(entry)
    else this.#buckets.set(text, new Set([bucket, entry]))
  }

  remove(text: string, entry: Entry): void {
    const bucket = this.#buckets.get(text)
    if (bucket instanceof Set) {
      bucket.delete(entry)
      if (bucket.size === 0) this.#buckets.delete(text)
    } else if (bucket === entry) {
      this.#buckets.delete(text)
    }
  }
}

/** The id a lookup or intersect id column holds. GUIDs are unique, so the table does not matter. */
export function idIn(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && 'id' in value) return value.id
  return undefined
}

/** What equal values of a column have in common; undefined for an empty one. */
export function equalityText(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return foldText(value)
  return typeof value === 'object' || value === undefined ? idIn(value) : String(value)
}
