import type { Table } from '../metadata/table.ts'
import { familyOf } from './column-family.ts'
import { readColumn } from './column-reader.ts'
import type { Evaluation } from './evaluation.ts'
import { operandOf, shown, type Comparable } from './operand.ts'
import type { Condition, Filter } from './query.ts'
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
  equal?: Comparable | null
  from?: Bound
  to?: Bound
  text: string
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
    const operands = part.values.map((value) => operandOf(read.column, value, evaluation))
    found = narrowed(found, part, operands)
    if (found?.equal !== undefined) return found
  }
  return found
}

/** The bounds with one condition more. Of two that bound the same side the later one counts: rows are tested again. */
function narrowed(
  known: Bounds | undefined,
  { operator }: Condition,
  [first = '', last = '']: readonly Comparable[],
): Bounds | undefined {
  const bounds = known ?? { text: '' }
  // An empty column satisfies no comparison; it comes before all others.
  const notEmpty = bounds.from ?? { value: null, isBehind: true }
  switch (operator) {
    case 'eq':
      return { ...bounds, equal: first }
    case 'null':
      return { ...bounds, equal: null }
    case 'not-null':
      return { ...bounds, from: notEmpty, text: `${bounds.text} not empty` }
    case 'gt':
    case 'ge':
      return {
        ...bounds,
        from: { value: first, isBehind: operator === 'gt' },
        text: `${bounds.text} ${operator} ${shown(first)}`,
      }
    case 'lt':
    case 'le':
      return {
        ...bounds,
        from: notEmpty,
        to: { value: first, isBehind: operator === 'le' },
        text: `${bounds.text} ${operator} ${shown(first)}`,
      }
    case 'between':
      return {
        ...bounds,
        from: { value: first, isBehind: false },
        to: { value: last, isBehind: true },
        text: `${bounds.text} between ${shown(first)} and ${shown(last)}`,
      }
    default:
      return known
  }
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
