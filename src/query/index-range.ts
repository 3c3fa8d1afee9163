import type { Table } from '../metadata/table.ts'
import { familyOf } from './column-family.ts'
import { readColumn } from './column-reader.ts'
import type { Evaluation } from './evaluation.ts'
import { operandOf, shown, type Comparable } from './operand.ts'
import type { OperatorName } from './operators.ts'
import type { Filter } from './query.ts'
import { rangeOf, type SortedPlace, type SortedRange, type SortedRows } from './sorted-rows.ts'

/** The part of an index in which rows can match. */
export interface IndexRange {
  readonly range: SortedRange
  /** What the first columns hold in all of it. */
  readonly values: readonly (Comparable | null)[]
  /** Whether it is less than all of the index. */
  readonly isPart: boolean
  /** For `explain`. */
  readonly text: string
}

/** What must hold of every row narrows an index: values of its first columns, then a range of the next one. */
export function indexRange(
  { columns }: SortedRows,
  conjuncts: readonly Filter[],
  table: Table,
  evaluation: Evaluation,
): IndexRange {
  const values: (Comparable | null)[] = []
  const texts: string[] = []
  for (const column of columns) {
    const bounds = boundsOf(column, conjuncts, table, evaluation)
    if (bounds?.equal !== undefined) {
      values.push(bounds.equal)
      texts.push(`${column} ${shown(bounds.equal)}`)
      continue
    }
    if (bounds === undefined) break
    return {
      range: { from: placed(bounds.from, values), to: placed(bounds.to, values) ?? endOf(values) },
      values,
      isPart: true,
      text: [...texts, `${column}${bounds.text}`].join(', '),
    }
  }
  const isPart = values.length > 0
  return { range: isPart ? rangeOf(values) : {}, values, isPart, text: texts.join(', ') }
}

interface Bound {
  readonly value: Comparable | null
  readonly isBehind: boolean
}

/** What conditions say of one column: the value it has, or between which it is. */
interface Bounds {
  readonly equal?: Comparable | null
  readonly from?: Bound
  readonly to?: Bound
  readonly text: string
}

/** undefined where they say nothing that an index knows. */
function boundsOf(
  column: string,
  conjuncts: readonly Filter[],
  table: Table,
  evaluation: Evaluation,
): Bounds | undefined {
  let found: Bounds | undefined
  for (const part of conjuncts) {
    if (part.kind !== 'condition' || part.column !== column) continue
    if (part.link !== undefined || part.otherColumn !== undefined) continue
    const read = readColumn(table, column, evaluation)
    // Indexes know texts with their accents.
    const isKnown =
      familyOf(read.column) !== 'text' || evaluation.context.collation?.accents !== 'ignored'
    if (!read.isStored || !isKnown) return undefined
    const narrow = NARROWED[part.operator]
    if (narrow === undefined) continue
    const [first = '', last = ''] = part.values.map((value) =>
      operandOf(read.column, value, evaluation),
    )
    found = narrow(found ?? { text: '' }, first, last)
    if (found.equal !== undefined) return found
  }
  return found
}

type Narrow = (bounds: Bounds, first: Comparable, last: Comparable) => Bounds

/**
 * What a condition adds to the bounds. Of two that bound the same side the later one counts: rows are tested again.
 * An empty column satisfies no comparison; it comes before all others.
 */
const NARROWED: Readonly<Partial<Record<OperatorName, Narrow>>> = {
  eq: (bounds, equal) => ({ ...bounds, equal }),
  null: (bounds) => ({ ...bounds, equal: null }),
  'not-null': (bounds) => ({ ...bounds, from: notEmpty(bounds), text: `${bounds.text} not empty` }),
  gt: (bounds, value) => ({
    ...bounds,
    from: { value, isBehind: true },
    text: `${bounds.text} gt ${shown(value)}`,
  }),
  ge: (bounds, value) => ({
    ...bounds,
    from: { value, isBehind: false },
    text: `${bounds.text} ge ${shown(value)}`,
  }),
  lt: (bounds, value) => ({
    ...bounds,
    from: notEmpty(bounds),
    to: { value, isBehind: false },
    text: `${bounds.text} lt ${shown(value)}`,
  }),
  le: (bounds, value) => ({
    ...bounds,
    from: notEmpty(bounds),
    to: { value, isBehind: true },
    text: `${bounds.text} le ${shown(value)}`,
  }),
  between: (bounds, first, last) => ({
    ...bounds,
    from: { value: first, isBehind: false },
    to: { value: last, isBehind: true },
    text: `${bounds.text} between ${shown(first)} and ${shown(last)}`,
  }),
}

function notEmpty({ from }: Bounds): Bound {
  return from ?? { value: null, isBehind: true }
}

function placed(
  bound: Bound | undefined,
  values: readonly (Comparable | null)[],
): SortedPlace | undefined {
  return bound === undefined
    ? undefined
    : { values: [...values, bound.value], isBehind: bound.isBehind }
}

/** Behind all that hold the same first values. */
function endOf(values: readonly (Comparable | null)[]): SortedPlace | undefined {
  return values.length === 0 ? undefined : { values, isBehind: true }
}
