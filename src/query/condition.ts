import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { Row, Value } from '../rows/value.ts'
import { callerTest } from './caller.ts'
import { familyOf, type ColumnFamily } from './column-family.ts'
import { readColumn, type ReadColumn } from './column-reader.ts'
import { dateTest } from './date-test.ts'
import type { Evaluation } from './evaluation.ts'
import { hierarchyTest } from './hierarchy.ts'
import { likeTest } from './like.ts'
import { asIs, choicesOf, comparableOf, operandOf, type Comparable } from './operand.ts'
import { operatorOf, type Operator, type OperatorName, type OperatorOf } from './operators.ts'
import type { Condition } from './query.ts'

export type RowTest = (row: Row) => boolean
/** Compares a column of the first row with a column of the second. */
export type PairTest = (row: Row, other: Row) => boolean

/** What one kind of operator needs to make a test of a condition. */
export interface ConditionParts {
  readonly condition: Condition
  readonly operator: Operator
  readonly table: Table
  readonly read: ReadColumn
  /** The column's value made comparable. */
  readonly value: (row: Row) => Comparable | null
  readonly evaluation: Evaluation
}

/**
 * Makes a test of a condition, once for a whole evaluation.
 * @throws COLUMN_UNKNOWN, QUERY_CONDITION_INVALID, QUERY_VALUE_INVALID, NOT_SUPPORTED
 */
export function conditionTest(condition: Condition, table: Table, evaluation: Evaluation): RowTest {
  const read = readColumn(table, condition.column, evaluation)
  const operator = checked(condition, table, read)
  const parts: ConditionParts = {
    condition,
    operator,
    table,
    read,
    value: valueOf(read, evaluation),
    evaluation,
  }
  switch (operator.kind) {
    case 'compare':
      return compareTest(parts)
    case 'null':
      return nullTest(parts)
    case 'list':
      return listTest(parts)
    case 'range':
      return rangeTest(parts)
    case 'pattern':
      return patternTest(parts)
    case 'choices':
      return choicesTest(parts)
    case 'window':
    case 'fiscal':
      return dateTest(parts)
    case 'caller':
      return callerTest(parts)
    case 'hierarchy':
      return hierarchyTest(parts)
    default:
      return operator.kind satisfies never
  }
}

/** Refuses an operator on a column it is not for, and a wrong number of values. */
function checked(condition: Condition, table: Table, { column }: ReadColumn): Operator {
  const operator = operatorOf(condition.operator)
  const family = familyOf(column)
  if (!operator.columns.includes(family)) {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `Operator '${condition.operator}' is not valid for column '${condition.column}' of ${table.logicalName}, which is of type ${column.type}.`,
    )
  }
  const expected = operator.values
  const given = condition.values.length
  if (expected === 'list' ? given === 0 : given !== expected) {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `Operator '${condition.operator}' on column '${condition.column}' takes ${expected === 'list' ? 'one or more values' : numbered(expected)}; ${given} given.`,
    )
  }
  return operator
}

function numbered(count: number): string {
  return count === 0 ? 'no value' : count === 1 ? 'one value' : `${count} values`
}

/** A column's value made comparable; for the many columns stored as they compare, just the value. */
export function valueOf(read: ReadColumn, evaluation: Evaluation): (row: Row) => Comparable | null {
  const comparable = comparableOf(read.column, evaluation)
  const { read: stored = read.read, readPlain } = read.written?.() ?? {}
  if (comparable === asIs && readPlain !== undefined) return readPlain
  return (row) => comparable(stored(row))
}

/** Whether the values of a column are compared just as rows hold them. */
export function isPlain({ isStored, column }: ReadColumn, evaluation: Evaluation): boolean {
  return isStored && comparableOf(column, evaluation) === asIs
}

function compareTest(parts: ConditionParts): RowTest {
  const { condition, value, read, evaluation } = parts
  const operand = operandOf(read.column, firstOf(condition), evaluation)
  const operator = condition.operator as OperatorOf<'compare'>
  if (operator === 'eq') return (row) => value(row) === operand
  // An empty column is not equal to any value, so it satisfies.
  if (operator === 'ne') return (row) => value(row) !== operand
  if (typeof operand === 'string' && familyOf(read.column) === 'text') {
    const { compare } = evaluation.text
    const holds = ORDER_TESTS[operator]
    return (row) => {
      const text = value(row)
      return typeof text === 'string' && holds(compare(text, operand))
    }
  }
  switch (operator) {
    case 'gt':
      return (row) => {
        const own = value(row)
        return own !== null && own > operand
      }
    case 'ge':
      return (row) => {
        const own = value(row)
        return own !== null && own >= operand
      }
    case 'lt':
      return (row) => {
        const own = value(row)
        return own !== null && own < operand
      }
    case 'le':
      return (row) => {
        const own = value(row)
        return own !== null && own <= operand
      }
    default:
      return operator satisfies never
  }
}

const ORDER_TESTS = {
  gt: (order: number) => order > 0,
  ge: (order: number) => order >= 0,
  lt: (order: number) => order < 0,
  le: (order: number) => order <= 0,
} satisfies Readonly<Record<string, (order: number) => boolean>>

function nullTest({ condition, read }: ConditionParts): RowTest {
  if (read.isStored) {
    const { logicalName } = read.column
    return condition.operator === 'null'
      ? (row) => (row[logicalName] ?? null) === null
      : (row) => (row[logicalName] ?? null) !== null
  }
  return condition.operator === 'null'
    ? (row) => read.read(row) === null
    : (row) => read.read(row) !== null
}

/** Longest text `in` compares. https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators */
const LONGEST_LISTED_TEXT = 850

function listTest({ condition, operator, value, read, evaluation }: ConditionParts): RowTest {
  const wanted = new Set<Comparable | null>()
  for (const given of condition.values) {
    if (typeof given === 'string' && given.length > LONGEST_LISTED_TEXT) {
      throw new DataverseError(
        'QUERY_VALUE_INVALID',
        `Operator '${condition.operator}' on column '${condition.column}' compares texts of at most ${LONGEST_LISTED_TEXT} characters; one has ${given.length}.`,
      )
    }
    wanted.add(operandOf(read.column, given, evaluation))
  }
  return operator.empty ? (row) => !wanted.has(value(row)) : (row) => wanted.has(value(row))
}

function rangeTest({ condition, operator, value, read, evaluation }: ConditionParts): RowTest {
  const [first = null, last = null] = condition.values
  const low = operandOf(read.column, first, evaluation)
  const high = operandOf(read.column, last, evaluation)
  return operator.empty
    ? (row) => {
        const own = value(row)
        return own === null || own < low || own > high
      }
    : (row) => {
        const own = value(row)
        return own !== null && own >= low && own <= high
      }
}

function patternTest({ condition, operator, read, evaluation }: ConditionParts): RowTest {
  const text = patternText(firstOf(condition))
  const test = likeTest(
    patternOf(condition.operator as OperatorOf<'pattern'>, text),
    evaluation.text,
  )
  const { empty } = operator
  const readText = read.written?.().read ?? read.read
  return (row) => {
    const own = readText(row)
    return typeof own === 'string' ? test(own) !== empty : empty
  }
}

/** Documents hold text; whoever builds a query may give a number. */
function patternText(value: Value): string {
  return typeof value === 'object' ? '' : String(value)
}

function patternOf(operator: OperatorOf<'pattern'>, text: string): string {
  switch (operator) {
    case 'like':
    case 'not-like':
      return text
    case 'begins-with':
    case 'not-begin-with':
      return `${text}%`
    case 'ends-with':
    case 'not-end-with':
      return `%${text}`
    default:
      return operator satisfies never
  }
}

function choicesTest({ condition, operator, read, evaluation }: ConditionParts): RowTest {
  for (const value of condition.values) operandOf(read.column, value, evaluation)
  const wanted = new Set(condition.values.flatMap((value) => choicesOf(value) ?? []))
  const { empty } = operator
  return (row) => {
    const own = read.read(row)
    if (!Array.isArray(own)) return empty
    return (own as readonly Value[]).some((option) => wanted.has(option as number)) !== empty
  }
}

function firstOf({ values }: Condition): Value {
  return values[0] ?? null
}

const COMPARED = new Set<OperatorName>(['eq', 'ne', 'gt', 'ge', 'lt', 'le'])

/** The two columns of a `valueof` condition. */
export interface ColumnPair {
  readonly condition: Condition
  readonly table: Table
  readonly other: { readonly table: Table; readonly column: string }
}

/**
 * Compares two columns: of one row, or of two joined ones.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/filter-rows
 * @throws QUERY_CONDITION_INVALID when the operator cannot, or the columns are not of one type
 */
export function pairTest(
  { condition, table, other }: ColumnPair,
  evaluation: Evaluation,
): PairTest {
  const { operator } = condition
  const left = readColumn(table, condition.column, evaluation)
  const right = readColumn(other.table, other.column, evaluation)
  if (!COMPARED.has(operator) || condition.values.length > 0) {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `Two columns can be compared by eq, ne, gt, ge, lt and le and without a value; the condition on '${condition.column}' has ${COMPARED.has(operator) ? 'a value too' : `'${operator}'`}.`,
    )
  }
  const family = familyOf(left.column)
  if (
    !operatorOf(operator).columns.includes(family) ||
    comparedAs(family) !== comparedAs(familyOf(right.column))
  ) {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `Columns '${condition.column}' (${left.column.type}) and '${other.column}' (${right.column.type}) cannot be compared by '${operator}'.`,
    )
  }
  const leftValue = valueOf(left, evaluation)
  const rightValue = valueOf(right, evaluation)
  const order = family === 'text' ? textOrder(evaluation) : plainOrder
  const holds = PAIR_TESTS[operator as OperatorOf<'compare'>]
  return (row, otherRow) => {
    const a = leftValue(row)
    const b = rightValue(otherRow)
    // Unverified: that an empty column satisfies `ne` here as it does against a value.
    if (a === null) return operator === 'ne'
    return b !== null && holds(order(a, b))
  }
}

const PAIR_TESTS = {
  ...ORDER_TESTS,
  eq: (order: number) => order === 0,
  ne: (order: number) => order !== 0,
} satisfies Readonly<Record<OperatorOf<'compare'>, (order: number) => boolean>>

function comparedAs(family: ColumnFamily): string {
  return family === 'lookup' || family === 'owner' || family === 'id' ? 'reference' : family
}

function plainOrder(a: Comparable, b: Comparable): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function textOrder({ text }: Evaluation) {
  return (a: Comparable, b: Comparable) => text.compare(String(a), String(b))
}
