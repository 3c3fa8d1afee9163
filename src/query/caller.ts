import { EMPTY_GUID } from '../rows/guid.ts'
import type { ConditionParts, RowTest } from './condition.ts'
import { demanded, type Evaluation } from './evaluation.ts'
import { idsBelow } from './hierarchy.ts'
import type { Comparable } from './operand.ts'
import type { OperatorOf } from './operators.ts'

/** Operators that ask about the caller: user, business unit, teams, reports, language. */
export function callerTest({ condition, operator, value, evaluation }: ConditionParts): RowTest {
  const wanted = wantedBy(condition.operator as OperatorOf<'caller'>, evaluation)
  return operator.empty ? (row) => !wanted.has(value(row)) : (row) => wanted.has(value(row))
}

function wantedBy(
  operator: OperatorOf<'caller'>,
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
      return new Set([demanded(context, 'languageCode', operator)])
    default:
      return operator satisfies never
  }
}

/** Unverified: of the two hierarchy models (manager, position) the manager one is taken. */
function callerAndReports(operator: string, evaluation: Evaluation): ReadonlySet<string> {
  const user = demanded(evaluation.context, 'userId', operator)
  const below = idsBelow(evaluation.source.table('systemuser'), user, evaluation)
  return new Set([user, ...below])
}

/** The teams of the caller as the context tells them, of everybody else as teammembership does. */
function withTeams(
  users: ReadonlySet<string>,
  operator: string,
  evaluation: Evaluation,
): ReadonlySet<string> {
  const { source, context } = evaluation
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
