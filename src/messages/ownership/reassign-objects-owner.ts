import { reference } from '../parameters.ts'
import { reassignment } from './reassign.ts'
import type { ReassignObjectsOwnerRequest } from '../requests.ts'

/**
 * Gives all rows of a user or team to another one.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/reassignobjectsowner
 */
export const reassignObjectsOwner = reassignment(
  'ReassignObjectsOwner',
  ({ FromPrincipal, ToPrincipal }: ReassignObjectsOwnerRequest) => ({
    from: FromPrincipal,
    to: ToPrincipal,
  }),
  ({ from, to }) => ({ FromPrincipal: reference(from), ToPrincipal: reference(to) }),
)
