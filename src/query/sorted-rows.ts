import type { Row } from '../rows/value.ts'
import type { Comparable } from './operand.ts'

/** The rows of a table in the order of an index. */
export interface SortedRows {
  /**
   * What they are sorted by: values as queries compare them, ascending, empty first. The primary id is the last,
   * so that no two rows are alike.
   */
  readonly columns: readonly string[]
  /** How many rows there are in a range, without going through them. */
  count(range: SortedRange): number
  /** Its rows; they are found while they are asked for. */
  rows(range: SortedRange): Iterable<Row>
  /** The same from the end, but rows that are alike in the first `alike` columns stay as they are sorted. */
  backwards(range: SortedRange, alike: number): Iterable<Row>
}

/** From one place to another; absent: from the beginning, to the end. */
export interface SortedRange {
  readonly from?: SortedPlace | undefined
  readonly to?: SortedPlace | undefined
}

/** Before all rows that hold these values in the first columns, or behind them. */
export interface SortedPlace {
  readonly values: SortedValues
  readonly isBehind: boolean
}

export type SortedValues = readonly (Comparable | null)[]

/** All rows that hold these values in the first columns. */
export function rangeOf(values: SortedValues): SortedRange {
  return { from: { values, isBehind: false }, to: { values, isBehind: true } }
}
