import type { AlternateKey } from '../../metadata/table-definition.ts'
import type { Values } from '../../rows/value.ts'
import { equalityText } from './column-index.ts'
import type { Entry } from './entry.ts'

/** Finds the one row that holds certain values in the columns of a key: an alternate key, or the pair of an intersect row. */
export class KeyIndex {
  readonly columns: readonly string[]
  /** undefined: the two ids of an intersect table, whose repetition is a duplicate row. */
  readonly key: AlternateKey | undefined
  readonly #only: string | undefined
  readonly #entries = new Map<string, Entry>()

  constructor(columns: readonly string[], key?: AlternateKey) {
    this.columns = columns
    this.#only = columns.length === 1 ? columns[0] : undefined
    this.key = key
  }

  /** What these values are found under; undefined where a column is empty: such rows are not in the index. */
  textOf(values: Values): string | undefined {
    if (this.#only !== undefined) return equalityText(values[this.#only])
    let text = ''
    for (const column of this.columns) {
      const part = equalityText(values[column])
      if (part === undefined) return undefined
      // The length keeps 'a' + 'bc' and 'ab' + 'c' apart.
      text += `${part.length} ${part}`
    }
    return text
  }

  /** Whether both rows have the very same values in the key's columns. */
  isSame(a: Values, b: Values): boolean {
    return this.columns.every((column) => a[column] === b[column])
  }

  find(text: string): Entry | undefined {
    return this.#entries.get(text)
  }

  set(text: string, entry: Entry): void {
    this.#entries.set(text, entry)
  }

  delete(text: string): void {
    this.#entries.delete(text)
  }
}
