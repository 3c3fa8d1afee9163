import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from '../metadata/column.ts'
import type { Row, Value } from '../rows/value.ts'
import { familyOf } from './column-family.ts'
import { readColumn } from './column-reader.ts'
import { valueOf } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import type { Frame, Place } from './filter.ts'
import type { Comparable } from './operand.ts'
import type { Aggregate } from './query.ts'

/** Computes one value of the rows of a group. */
export interface Accumulator {
  add(frame: Frame): void
  result(): Value
}

type Read = (frame: Frame) => Comparable | null

/**
 * Prepares an aggregate; what it gives makes an accumulator for each group. Empty columns are left out,
 * except by count.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data
 * @throws QUERY_CONDITION_INVALID for a column it cannot compute
 */
export function accumulatorOf(
  aggregate: Aggregate,
  place: Place,
  evaluation: Evaluation,
): () => Accumulator {
  const column = readColumn(place.table, aggregate.column, evaluation.source)
  const value = valueOf(column, evaluation)
  const read: Read = (frame) => {
    const row: Row | undefined = frame[place.slot]
    return row === undefined ? null : value(row)
  }
  switch (aggregate.function) {
    case 'count':
      return () => new Counted(() => true)
    case 'countcolumn':
      return aggregate.distinct === true
        ? () => new DistinctCounted(read)
        : () => new Counted((frame) => read(frame) !== null)
    case 'sum':
      refuseUnless(['number'], aggregate, column.column)
      return column.column.type === 'BigInt'
        ? () => new BigSummed(read)
        : () => new Summed(read, precisionOf(column.column))
    case 'avg':
      refuseUnless(['number'], aggregate, column.column)
      return () =>
        new Averaged(read, column.column.type === 'Integer' || column.column.type === 'BigInt')
    case 'min':
    case 'max': {
      refuseUnless(['number', 'date'], aggregate, column.column)
      const isMax = aggregate.function === 'max'
      return () => new Extreme(read, isMax)
    }
    default:
      return aggregate.function satisfies never
  }
}

function refuseUnless(
  families: readonly string[],
  { function: name, column }: Aggregate,
  { type }: Column,
): void {
  const family = familyOf({ type } as Column)
  if (families.includes(family)) return
  throw new DataverseError(
    'QUERY_CONDITION_INVALID',
    `'${name}' cannot be computed of '${column}', a ${type} column.`,
  )
}

/** Digits after the point that a sum can have; undefined where it is a floating-point number. */
function precisionOf(column: Column): number | undefined {
  return column.type === 'Decimal' || column.type === 'Money' ? column.precision : undefined
}

class Counted implements Accumulator {
  readonly #counts: (frame: Frame) => boolean
  #count = 0

  constructor(counts: (frame: Frame) => boolean) {
    this.#counts = counts
  }

  add(frame: Frame): void {
    if (this.#counts(frame)) this.#count++
  }

  result(): number {
    return this.#count
  }
}

class DistinctCounted implements Accumulator {
  readonly #read: Read
  readonly #seen = new Set<Comparable>()

  constructor(read: Read) {
    this.#read = read
  }

  add(frame: Frame): void {
    const value = this.#read(frame)
    if (value !== null) this.#seen.add(value)
  }

  result(): number {
    return this.#seen.size
  }
}

/** A group without values sums up to 0. */
class Summed implements Accumulator {
  readonly #read: Read
  readonly #precision: number | undefined
  #sum = 0

  constructor(read: Read, precision: number | undefined) {
    this.#read = read
    this.#precision = precision
  }

  add(frame: Frame): void {
    const value = this.#read(frame)
    if (value !== null) this.#sum += Number(value)
  }

  result(): number {
    // The platform adds decimals exactly; what floating point adds beyond their digits is taken away.
    return this.#precision === undefined ? this.#sum : Number(this.#sum.toFixed(this.#precision))
  }
}

class BigSummed implements Accumulator {
  readonly #read: Read
  #sum = 0n

  constructor(read: Read) {
    this.#read = read
  }

  add(frame: Frame): void {
    const value = this.#read(frame)
    if (value !== null) this.#sum += BigInt(value)
  }

  result(): bigint {
    return this.#sum
  }
}

class Averaged implements Accumulator {
  readonly #read: Read
  readonly #isWhole: boolean
  #sum = 0
  #count = 0

  constructor(read: Read, isWhole: boolean) {
    this.#read = read
    this.#isWhole = isWhole
  }

  add(frame: Frame): void {
    const value = this.#read(frame)
    if (value === null) return
    this.#sum += Number(value)
    this.#count++
  }

  result(): number | null {
    if (this.#count === 0) return null
    const mean = this.#sum / this.#count
    // Unverified: that the mean of whole numbers is cut off, as SQL Server does, and not rounded.
    return this.#isWhole ? Math.trunc(mean) : mean
  }
}

class Extreme implements Accumulator {
  readonly #read: Read
  readonly #isMax: boolean
  #extreme: Comparable | null = null

  constructor(read: Read, isMax: boolean) {
    this.#read = read
    this.#isMax = isMax
  }

  add(frame: Frame): void {
    const value = this.#read(frame)
    if (value === null) return
    const extreme = this.#extreme
    if (extreme === null || (this.#isMax ? value > extreme : value < extreme)) this.#extreme = value
  }

  result(): Value {
    return this.#extreme
  }
}
