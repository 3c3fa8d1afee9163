import { perTable, type Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import { vectorsOf, type ColumnVector } from './column-vectors.ts'
import { comparisonCode, type CodeNames } from './comparison-code.ts'
import type { RowTest } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import { every } from './filter.ts'
import { asArray } from './find-rows.ts'
import type { Bound } from './first-rows.ts'
import type { Comparable } from './operand.ts'
import type { Filter } from './query.ts'

/** One thing that must hold of a row; `filter` where it is a filter that the test was made of. */
export interface RowPart {
  readonly test: RowTest
  readonly filter?: Filter
}

/** Rows whose number in `column` is behind `bound` are not wanted, whatever else holds of them. */
export interface ScanBound {
  readonly column: string
  readonly descending: boolean
  readonly bound: Bound
}

/** What of the rows need not be looked at. */
export interface ScanLimits {
  readonly bound?: ScanBound | undefined
  /** The place in an array to begin at. */
  readonly start?: number | undefined
  /** Most rows will not be asked for. */
  readonly endsEarly?: boolean
}

/** Shows `visit` the rows that pass, until it answers false; `at` is the row's place in an array. */
export type Scan = (rows: Iterable<Row>, visit: Visit, limits?: ScanLimits) => void
export type Visit = (row: Row, at: number) => boolean

/** For fewer rows a loop of their own does not pay. */
const FEW = 256

/** What is looked for: rows of `table` of which every part holds, which `test` asks at once. */
export interface Wanted {
  readonly table: Table
  readonly parts: readonly RowPart[]
  readonly test: RowTest | undefined
}

/** Prepares going through rows. */
export function scanOf(wanted: Wanted, evaluation: Evaluation): Scan {
  const { test } = wanted
  return (rows, visit, limits) => {
    const all = limits?.endsEarly === true ? rows : asArray(rows)
    const start = limits?.start ?? 0
    if (!Array.isArray(all)) {
      let at = 0
      for (const row of all) {
        if ((test === undefined || test(row)) && !visit(row, at)) return
        at++
      }
      return
    }
    const list = all as readonly Row[]
    // Where the end comes early it mostly comes among these.
    const few = limits?.endsEarly === true || list.length < FEW ? start + FEW : start
    const end = Math.min(few, list.length)
    for (let at = start; at < end; at++) {
      const row = list[at]
      if (row !== undefined && (test === undefined || test(row)) && !visit(row, at)) return
    }
    if (end < list.length) writtenScan(wanted, evaluation, { ...limits, start: end })(list, visit)
  }
}

/**
 * A loop written out for this table and these comparisons. The engine compiles it as a whole, so that a row
 * costs about as much as in a loop written by hand, and no call for each comparison.
 */
export function writtenScan(
  { table, parts }: Pick<Wanted, 'table' | 'parts'>,
  evaluation: Evaluation,
  { bound, start = 0 }: ScanLimits = {},
): (rows: readonly Row[], visit: Visit) => void {
  return (rows, visit) => {
    const vectors = vectorsOf(rows)
    const columns: ColumnVector[] = []
    const operands: Comparable[] = []
    const names: CodeNames = {
      column(name) {
        if (vectors === undefined) return `rows[at][${JSON.stringify(name)}]`
        const vector = vectors.of(name)
        const known = columns.indexOf(vector)
        return `column${known === -1 ? columns.push(vector) - 1 : known}[at]`
      },
      operand: (value) => `operand${operands.push(value) - 1}`,
    }
    const comparisons: string[] = []
    const tests: RowTest[] = []
    for (const { test, filter } of parts) {
      const code =
        filter === undefined ? undefined : comparisonCode(filter, table, evaluation, names)
      if (code === undefined) tests.push(test)
      else comparisons.push(code)
    }
    if (bound !== undefined) comparisons.push(boundCode(bound, names))
    const test = tests.length === 0 ? undefined : every(tests)
    const text = scanText({ comparisons, columns, operands, isTested: test !== undefined })
    loopOf(table, text)({ rows, start, visit, columns, operands, test, bound: bound?.bound })
  }
}

/** An empty column is no number, and nothing is behind NaN: such rows are left to whoever keeps the bound. */
function boundCode({ column, descending }: ScanBound, names: CodeNames): string {
  const value = names.column(column)
  return `!(typeof ${value} === 'number' && ${value} ${descending ? '<' : '>'} bound.value)`
}

/** What a written loop is given. */
interface LoopInput {
  readonly rows: readonly Row[]
  readonly start: number
  readonly visit: Visit
  readonly columns: readonly ColumnVector[]
  readonly operands: readonly Comparable[]
  readonly test: RowTest | undefined
  readonly bound: Bound | undefined
}

interface LoopParts extends Pick<LoopInput, 'columns' | 'operands'> {
  readonly comparisons: readonly string[]
  readonly isTested: boolean
}

function scanText({ comparisons, columns, operands, isTested }: LoopParts): string {
  return [
    'const { rows, start, visit, test, bound } = input',
    ...columns.map((_, at) => `const column${at} = input.columns[${at}]`),
    ...operands.map((_, at) => `const operand${at} = input.operands[${at}]`),
    'const end = rows.length',
    'for (let at = start; at < end; at++) {',
    ...(comparisons.length === 0 ? [] : [`if (!(${comparisons.join(' && ')})) continue`]),
    'const row = rows[at]',
    ...(isTested ? ['if (!test(row)) continue'] : []),
    'if (!visit(row, at)) return',
    '}',
  ].join('\n')
}

type Loop = (input: LoopInput) => void

const loopsOf = perTable(() => new Map<string, Loop>())

function loopOf(table: Table, text: string): Loop {
  const loops = loopsOf(table)
  let loop = loops.get(text)
  if (loop === undefined) {
    // Columns pass through JSON.stringify and values are given to the loop: nothing of a query is read as code.
    loop = new Function('input', text) as Loop
    // Whoever asks ever new questions must not fill the memory with them.
    if (loops.size >= 200) loops.clear()
    loops.set(text, loop)
  }
  return loop
}
