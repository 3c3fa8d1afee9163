import type { Row, Value } from '../rows/value.ts'
import type { Comparable } from './operand.ts'

/** How a stored column is read from a row. */
export interface WrittenReader {
  readonly read: (row: Row) => Value
  /** For columns that compare as they are stored: the value, null where it is empty. */
  readonly readPlain: (row: Row) => Comparable | null
}

/**
 * Functions of this column alone. Read by one function for all columns, a value is looked up by its name row
 * after row; here the engine knows where in the row it stands.
 */
export function writeReader(column: string): WrittenReader {
  // The name passes through JSON.stringify: nothing of it is read as code.
  const value = `row[${JSON.stringify(column)}]`
  const make = new Function(`return {
    read: (row) => ${value} ?? null,
    readPlain: (row) => typeof ${value} === 'object' ? null : ${value} ?? null,
  }`) as () => WrittenReader
  return make()
}
