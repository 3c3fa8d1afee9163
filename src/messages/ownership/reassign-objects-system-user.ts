import { reference } from '../parameters.ts'
import { reassignment } from './reassign.ts'
import type { ReassignObjectsSystemUserRequest } from '../requests.ts'

/**
 * Gives all rows of a user to another user or team.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/reassignobjectssystemuser
 */
export const reassignObjectsSystemUser = reassignment(
  'ReassignObjectsSystemUser',
  ({ UserId, ReassignPrincipal }: ReassignObjectsSystemUserRequest) => ({
    from: { table: 'systemuser', id: UserId },
    to: ReassignPrincipal,
  }),
  ({ from, to }) => ({ UserId: from.id, ReassignPrincipal: reference(to) }),
)
