import { DataverseError } from '../errors/dataverse-error.ts'
import { isLookup } from '../metadata/column.ts'
import type { OneToMany, Table } from '../metadata/table.ts'
import { isRowRef, type Row } from '../rows/value.ts'
import type { ConditionParts, RowTest } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import { operandOf } from './operand.ts'
import type { OperatorOf } from './operators.ts'

/**
 * Operators that ask where a row is in its hierarchy: of the table itself when the column is its key, of the
 * table a lookup points at otherwise.
 * https://learn.microsoft.com/power-apps/developer/data-platform/query-hierarchical-data
 */
export function hierarchyTest(parts: ConditionParts): RowTest {
  const { condition, operator, value, read, evaluation } = parts
  const start = String(operandOf(read.column, condition.values[0] ?? null, evaluation))
  const wanted = wantedBy(
    condition.operator as OperatorOf<'hierarchy'>,
    hierarchicalTable(parts),
    start,
    evaluation,
  )
  return operator.empty
    ? (row) => !wanted.has(String(value(row)))
    : (row) => wanted.has(String(value(row)))
}

function wantedBy(
  operator: OperatorOf<'hierarchy'>,
  table: Table,
  start: string,
  evaluation: Evaluation,
): ReadonlySet<string> {
  switch (operator) {
    case 'under':
    case 'not-under':
      return idsBelow(table, start, evaluation)
    case 'eq-or-under':
      return new Set([start, ...idsBelow(table, start, evaluation)])
    case 'above':
      return idsAbove(table, start, evaluation)
    case 'eq-or-above':
      return new Set([start, ...idsAbove(table, start, evaluation)])
    default:
      return operator satisfies never
  }
}

function hierarchicalTable({ condition, table, read, evaluation }: ConditionParts): Table {
  const { column } = read
  const candidates = isLookup(column)
    ? column.targets.map((target) => evaluation.source.table(target))
    : [table]
  const own = candidates.find((candidate) => hierarchyOf(candidate) !== undefined)
  const isKey = isLookup(column) || column.logicalName === table.primaryId
  if (own !== undefined && isKey) return own
  throw new DataverseError(
    'QUERY_CONDITION_INVALID',
    `Operator '${condition.operator}' needs a hierarchy; column '${condition.column}' of ${table.logicalName} is neither the key nor a lookup of a table with a hierarchical relationship.`,
  )
}

/** The relationship of a table with itself that is marked hierarchical; a table has at most one. */
export function hierarchyOf(table: Table): OneToMany | undefined {
  return table.manyToOne.find(
    (relationship) =>
      relationship.isHierarchical && relationship.referencedTable === table.logicalName,
  )
}

/** Ids of the rows below one, without it, level by level. */
export function idsBelow(table: Table, id: string, evaluation: Evaluation): ReadonlySet<string> {
  const { limits } = evaluation
  const source = evaluation.source.whole ?? evaluation.source
  const column = parentColumn(table)
  const found = new Set<string>()
  let level: readonly string[] = [id]
  for (let depth = 0; level.length > 0 && depth < limits.hierarchyLevels; depth++) {
    const next: string[] = []
    for (const parent of level) {
      for (const child of source.related(table, column, parent)) {
        const childId = child[table.primaryId]
        // A loop cannot be written, but what is imported may have one.
        if (typeof childId !== 'string' || childId === id || found.has(childId)) continue
        found.add(childId)
        next.push(childId)
      }
    }
    level = next
  }
  return found
}

/** Ids of the rows above one, without it. */
function idsAbove(table: Table, id: string, evaluation: Evaluation): ReadonlySet<string> {
  const { limits } = evaluation
  const source = evaluation.source.whole ?? evaluation.source
  const column = parentColumn(table)
  const found = new Set<string>()
  let row: Row | undefined = source.get(table, id)
  for (let depth = 0; row !== undefined && depth < limits.hierarchyLevels; depth++) {
    const parent = row[column]
    if (!isRowRef(parent) || parent.id === id || found.has(parent.id)) break
    found.add(parent.id)
    row = source.get(table, parent.id)
  }
  return found
}

function parentColumn(table: Table): string {
  const relationship = hierarchyOf(table)
  if (relationship !== undefined) return relationship.referencingColumn
  throw new DataverseError(
    'QUERY_CONDITION_INVALID',
    `${table.logicalName} has no relationship with itself that is marked hierarchical.`,
  )
}
