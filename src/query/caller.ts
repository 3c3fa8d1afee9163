import type { Column } from '../metadata/column.ts'
import type { Table } from '../metadata/table.ts'
import { EMPTY_GUID } from '../rows/guid.ts'
import { isRowRef, textOf } from '../rows/value.ts'
import type { ConditionParts, RowTest } from './condition.ts'
import { demanded, type Evaluation } from './evaluation.ts'
import { idsBelow } from './hierarchy.ts'
import { operandOf, type Comparable } from './operand.ts'
import type { OperatorOf } from './operators.ts'

/** Operators that ask about the caller: user, business unit, teams, reports, language. */
export function callerTest({
  condition,
  operator,
  value,
  read,
  evaluation,
}: ConditionParts): RowTest {
  const wanted = wantedBy(condition.operator as OperatorOf<'caller'>, read.column, evaluation)
  return operator.empty ? (row) => !wanted.has(value(row)) : (row) => wanted.has(value(row))
}

function wantedBy(
  operator: OperatorOf<'caller'>,
  column: Column,
  evaluation: Evaluation,
): ReadonlySet<Comparable | null> {
  const { context } = evaluation
  switch (operator) {
    case 'eq-userid':
    case 'ne-userid':
      return new Set([demanded(context, 'userId', operator)])
    case 'eq-businessid':
    case 'ne-businessid':
      return new Set([demanded(context, 'businessUnitId', operator)])
    case 'eq-userteams':
      return new Set(demanded(context, 'teamIds', operator))
    case 'eq-useroruserteams':
      return new Set([
        demanded(context, 'userId', operator),
        ...demanded(context, 'teamIds', operator),
      ])
    case 'eq-useroruserhierarchy':
      return callerAndReports(operator, evaluation)
    case 'eq-useroruserhierarchyandteams':
      return withTeams(callerAndReports(operator, evaluation), operator, evaluation)
    case 'eq-userlanguage':
      return new Set([operandOf(column, demanded(context, 'languageCode', operator), evaluation)])
    default:
      return operator satisfies never
  }
}

/**
 * By managers, or by positions: then who holds a position below the caller's reports to the caller.
 * https://learn.microsoft.com/power-platform/admin/hierarchy-security
 */
// Unverified: by managers also where the organization has no hierarchical security model enabled.
function callerAndReports(operator: string, evaluation: Evaluation): ReadonlySet<string> {
  const user = demanded(evaluation.context, 'userId', operator)
  const users = evaluation.source.table('systemuser')
  const below =
    evaluation.context.reporting === 'position'
      ? idsByPosition(users, user, evaluation)
      : idsBelow(users, user, evaluation)
  return new Set([user, ...below])
}

/** Holders of the same position do not report to each other. */
function idsByPosition(users: Table, user: string, evaluation: Evaluation): readonly string[] {
  const source = evaluation.source.whole ?? evaluation.source
  const own = source.get(users, user)?.['positionid']
  if (!isRowRef(own)) return []
  const positions = idsBelow(source.table('position'), own.id, evaluation)
  return [...positions].flatMap((position) =>
    [...source.related(users, 'positionid', position)].map((row) => textOf(row[users.primaryId])),
  )
}

/** The teams of the caller as the context tells them, of everybody else as teammembership does. */
function withTeams(
  users: ReadonlySet<string>,
  operator: string,
  evaluation: Evaluation,
): ReadonlySet<string> {
  const { context } = evaluation
  const source = evaluation.source.whole ?? evaluation.source
  const ids = new Set([...users, ...demanded(context, 'teamIds', operator)])
  const membership = source.table('teammembership')
  for (const user of users) {
    for (const row of source.related(membership, 'systemuserid', user)) {
      const team = row['teamid']
      if (typeof team === 'string' && team !== EMPTY_GUID) ids.add(team)
    }
  }
  return ids
}
