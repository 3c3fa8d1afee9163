import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { RowRef } from '../../rows/value.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import { rowOf } from '../parameters.ts'
import type { MembersRequest } from '../requests.ts'

/** Which users are in which teams. */
export const TEAM_MEMBERSHIP = 'teammembership_association'

/** AddMembersTeam and RemoveMembersTeam: each joins or parts a team and users, as Associate and Disassociate do. */
export function members<Name extends 'AddMembersTeam' | 'RemoveMembersTeam'>(
  name: Name,
): Message<Name, MembersRequest, undefined> {
  return {
    name,
    isOuterContext: true,

    begin(request, { catalog }) {
      const users = catalog.table('systemuser')
      for (const member of memberIds(request)) idOf(users, member, name)
      const table = catalog.table('team')
      return { table, id: idOf(table, request.TeamId, name) }
    },

    async check({ reader, subject, id }) {
      if ((await reader.get(subject, id)) === undefined) throw rowNotFound(subject.logicalName, id)
    },

    async run(operation) {
      const { id, request, runtime } = operation
      const users = runtime.catalog.table('systemuser')
      const related: RowRef[] = []
      for (const userId of new Set(memberIds(request).map((member) => idOf(users, member, name)))) {
        const isNew = !(await isMember(operation, userId))
        if (isNew === (name === 'AddMembersTeam')) {
          related.push({ table: users.logicalName, id: userId })
        }
      }
      if (related.length === 0) return undefined
      await operation.execute(name === 'AddMembersTeam' ? 'Associate' : 'Disassociate', {
        target: { table: 'team', id },
        relationship: TEAM_MEMBERSHIP,
        related,
      })
      return undefined
    },

    inputParameters: ({ request, id }) => ({ TeamId: id, MemberIds: memberIds(request) }),
  }
}

/** @throws INVALID_ARGUMENT for no lists */
function memberIds({ MemberIds, Members }: MembersRequest): readonly string[] {
  const given: unknown = MemberIds ?? Members
  if (Array.isArray(given)) return MemberIds ?? (Members ?? []).map((each) => rowOf(each).id)
  throw new DataverseError('INVALID_ARGUMENT', 'Members of a team are told as a list of users.')
}

// Unverified: that members who are there already, or not there, are passed over.
async function isMember({ reader, runtime, id }: AnyOperation, userId: string): Promise<boolean> {
  const links = runtime.catalog.table('teammembership')
  const key = { teamid: id, systemuserid: userId }
  return (await reader.byKey(links, links.intersectColumns, key)) !== undefined
}
