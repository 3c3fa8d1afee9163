import type { Row, Value } from '../rows/value.ts'

/** What rows hold in one column, in their order. */
export type ColumnVector = readonly (Value | undefined)[]

/**
 * The columns of a list of rows, each as a list of its own: going through one of those reads memory in its
 * order, where going through rows jumps from one to the next. That is what a scan of many rows waits for.
 */
export class ColumnVectors {
  readonly #rows: readonly Row[]
  readonly #vectors = new Map<string, ColumnVector>()

  constructor(rows: readonly Row[]) {
    this.#rows = rows
  }

  /** Eight bytes a row, made when the column is first asked for. */
  of(column: string): ColumnVector {
    let vector = this.#vectors.get(column)
    if (vector === undefined) {
      vector = this.#rows.map((row) => row[column])
      this.#vectors.set(column, vector)
    }
    return vector
  }
}

/** Lists seen once hold null: whoever writes between two scans would pay for vectors and use them once. */
const known = new WeakMap<readonly Row[], ColumnVectors | null>()

/** The vectors of a list that is gone through for the second time or later; they live as long as it does. */
export function vectorsOf(rows: readonly Row[]): ColumnVectors | undefined {
  const vectors = known.get(rows)
  if (vectors === undefined) {
    known.set(rows, null)
    return undefined
  }
  if (vectors !== null) return vectors
  const made = new ColumnVectors(rows)
  known.set(rows, made)
  return made
}

/** The vectors there are of a list; nothing is made. */
export function knownVectors(rows: Iterable<Row>): ColumnVectors | undefined {
  return Array.isArray(rows) ? (known.get(rows) ?? undefined) : undefined
}
