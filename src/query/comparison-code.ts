import type { Table } from '../metadata/table.ts'
import { readColumn } from './column-reader.ts'
import { isPlain } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import { negation } from './negate.ts'
import { operandOf, type Comparable } from './operand.ts'
import type { OperatorName } from './operators.ts'
import type { Condition, Filter } from './query.ts'

/** How code calls what it works on: no value of a query is part of the code itself. */
export interface CodeNames {
  column(name: string): string
  operand(value: Comparable): string
}

/**
 * A filter as an expression: one that only compares stored columns with values, and that a test was made of, so
 * that it is valid; undefined for all others.
 */
export function comparisonCode(
  filter: Filter,
  table: Table,
  evaluation: Evaluation,
  names: CodeNames,
): string | undefined {
  const write = (part: Filter): string | undefined => {
    switch (part.kind) {
      case 'condition':
        return conditionCode(part, table, evaluation, names)
      case 'link':
        return undefined
      case 'and':
      case 'or': {
        if (part.negated === true) return write(negation({ ...part, negated: false }))
        const parts = part.filters.map(write)
        if (parts.includes(undefined)) return undefined
        // An `or` of nothing asks for nothing.
        if (parts.length === 0) return 'true'
        return `(${parts.join(part.kind === 'and' ? ' && ' : ' || ')})`
      }
      default:
        return part satisfies never
    }
  }
  return write(filter)
}

function conditionCode(
  { column, operator, values, link, otherColumn }: Condition,
  table: Table,
  evaluation: Evaluation,
  names: CodeNames,
): string | undefined {
  const write = COMPARISONS[operator]
  if (write === undefined || link !== undefined || otherColumn !== undefined) return undefined
  const read = readColumn(table, column, evaluation)
  if (!isPlain(read, evaluation)) return undefined
  const operands = values.map((value) => names.operand(operandOf(read.column, value, evaluation)))
  return `(${write(names.column(column), operands)})`
}

type Write = (value: string, operands: readonly string[]) => string

/**
 * What the tests of `condition.ts` ask. The type is looked at because null, an object to JavaScript, would
 * compare as 0.
 */
const COMPARISONS: Readonly<Partial<Record<OperatorName, Write>>> = {
  eq: (value, [operand]) => `${value} === ${operand}`,
  ne: (value, [operand]) => `${value} !== ${operand}`,
  gt: (value, [operand]) => `typeof ${value} !== 'object' && ${value} > ${operand}`,
  ge: (value, [operand]) => `typeof ${value} !== 'object' && ${value} >= ${operand}`,
  lt: (value, [operand]) => `typeof ${value} !== 'object' && ${value} < ${operand}`,
  le: (value, [operand]) => `typeof ${value} !== 'object' && ${value} <= ${operand}`,
  between: (value, [low, high]) =>
    `typeof ${value} !== 'object' && ${value} >= ${low} && ${value} <= ${high}`,
  'not-between': (value, [low, high]) =>
    `typeof ${value} === 'object' || ${value} === undefined || ${value} < ${low} || ${value} > ${high}`,
  null: (value) => `${value} === null || ${value} === undefined`,
  'not-null': (value) => `${value} !== null && ${value} !== undefined`,
}
