import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from '../metadata/column.ts'
import type { Row, Value } from '../rows/value.ts'
import { familyOf } from './column-family.ts'
import { readColumn } from './column-reader.ts'
import type { ColumnVector } from './column-vectors.ts'
import { isPlain, valueOf } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import type { Frame, Place } from './filter.ts'
import { asIs, type Comparable } from './operand.ts'
import type { Aggregate } from './query.ts'

/** Computes one value of the rows of a group, of what they hold in one column. */
export abstract class Accumulator {
  abstract add(value: Comparable | null): void
  abstract result(): Value

  /** Adds what a column's values, each comparable as it is stored, are at these places. */
  addEach(values: ColumnVector, places: Int32Array): void {
    for (const place of places) this.add(asIs(values[place] ?? null))
  }
}

/** An aggregate made ready: an accumulator for each group, and the value a row adds to it. */
export interface PreparedAggregate {
  readonly aggregate: Aggregate
  readonly make: () => Accumulator
  readonly read: (frame: Frame) => Comparable | null
  /** The column whose stored values are added just as they are; undefined where they are computed. */
  readonly plainColumn: string | undefined
}

/**
 * Prepares an aggregate. Empty columns are left out, except by count.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data
 * @throws QUERY_CONDITION_INVALID for a column it cannot compute
 */
export function prepareAggregate(
  aggregate: Aggregate,
  place: Place,
  evaluation: Evaluation,
): PreparedAggregate {
  const column = readColumn(place.table, aggregate.column, evaluation)
  const value = valueOf(column, evaluation)
  return {
    aggregate,
    make: accumulatorOf(aggregate, column.column),
    // A row counts whatever it holds.
    read: (frame) => {
      const row: Row | undefined = aggregate.function === 'count' ? undefined : frame[place.slot]
      return row === undefined ? null : value(row)
    },
    plainColumn: isPlain(column, evaluation) ? aggregate.column : undefined,
  }
}

/**
 * What is computed of no rows at all. A sum is empty then: 0 is the sum of rows that are empty in the column.
 * Unverified: no page shows it; clients of the platform report it.
 */
export function ofNoRows({ aggregate, make }: PreparedAggregate): Accumulator {
  return aggregate.function === 'sum' ? new Empty() : make()
}

function accumulatorOf(aggregate: Aggregate, column: Column): () => Accumulator {
  switch (aggregate.function) {
    case 'count':
      return () => new Counted(true)
    case 'countcolumn':
      return aggregate.distinct === true ? () => new DistinctCounted() : () => new Counted(false)
    case 'sum':
      refuseUnless(['number'], aggregate, column)
      return column.type === 'BigInt'
        ? () => new BigSummed()
        : () => new Summed(precisionOf(column))
    case 'avg':
      refuseUnless(['number'], aggregate, column)
      return () => new Averaged(column.type === 'Integer' || column.type === 'BigInt')
    case 'min':
    case 'max': {
      refuseUnless(['number', 'date'], aggregate, column)
      const isMax = aggregate.function === 'max'
      return () => new Extreme(isMax)
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

class Counted extends Accumulator {
  readonly #countsEmpty: boolean
  #count = 0

  constructor(countsEmpty: boolean) {
    super()
    this.#countsEmpty = countsEmpty
  }

  add(value: Comparable | null): void {
    if (this.#countsEmpty || value !== null) this.#count++
  }

  override addEach(values: ColumnVector, places: Int32Array): void {
    if (this.#countsEmpty) this.#count += places.length
    else super.addEach(values, places)
  }

  result(): number {
    return this.#count
  }
}

class DistinctCounted extends Accumulator {
  readonly #seen = new Set<Comparable>()

  add(value: Comparable | null): void {
    if (value !== null) this.#seen.add(value)
  }

  result(): number {
    return this.#seen.size
  }
}

/** What sums and averages are made of. */
abstract class Totalled extends Accumulator {
  protected sum = 0
  protected count = 0

  add(value: Comparable | null): void {
    if (value === null) return
    this.sum += Number(value)
    this.count++
  }

  /** A loop of its own: mostly there are only numbers, and then it needs no call. */
  override addEach(values: ColumnVector, places: Int32Array): void {
    let { sum, count } = this
    for (const place of places) {
      const value = values[place] ?? null
      if (value === null || typeof value === 'object') continue
      sum += typeof value === 'number' ? value : Number(value)
      count++
    }
    this.sum = sum
    this.count = count
  }
}

class Empty extends Accumulator {
  add(): void {}

  result(): null {
    return null
  }
}

/** A group without values sums up to 0. */
class Summed extends Totalled {
  readonly #precision: number | undefined

  constructor(precision: number | undefined) {
    super()
    this.#precision = precision
  }

  result(): number {
    // The platform adds decimals exactly; what floating point adds beyond their digits is taken away.
    return this.#precision === undefined ? this.sum : Number(this.sum.toFixed(this.#precision))
  }
}

class BigSummed extends Accumulator {
  #sum = 0n

  add(value: Comparable | null): void {
    if (value !== null) this.#sum += BigInt(value)
  }

  result(): bigint {
    return this.#sum
  }
}

class Averaged extends Totalled {
  readonly #isWhole: boolean

  constructor(isWhole: boolean) {
    super()
    this.#isWhole = isWhole
  }

  result(): number | null {
    if (this.count === 0) return null
    const mean = this.sum / this.count
    // Unverified: that the mean of whole numbers is cut off, as SQL Server does, and not rounded.
    return this.#isWhole ? Math.trunc(mean) : mean
  }
}

class Extreme extends Accumulator {
  readonly #isMax: boolean
  #extreme: Comparable | null = null

  constructor(isMax: boolean) {
    super()
    this.#isMax = isMax
  }

  add(value: Comparable | null): void {
    if (value === null) return
    const extreme = this.#extreme
    if (extreme === null || (this.#isMax ? value > extreme : value < extreme)) this.#extreme = value
  }

  result(): Value {
    return this.#extreme
  }
}
