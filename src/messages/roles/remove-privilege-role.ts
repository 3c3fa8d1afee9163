import type { Message } from '../../pipeline/message.ts'
import type { RemovePrivilegeRoleRequest } from '../requests.ts'
import { accessIn, assertExists, beginWith, takeAway } from './role-privileges.ts'

/**
 * Takes a privilege away from a role.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/removeprivilegerole
 */
// Unverified: that a privilege the role does not have passes in silence.
export const removePrivilegeRole: Message<
  'RemovePrivilegeRole',
  RemovePrivilegeRoleRequest,
  undefined
> = {
  name: 'RemovePrivilegeRole',
  begin: ({ RoleId }, runtime) => beginWith('role', RoleId, runtime, 'RemovePrivilegeRole'),
  check: assertExists,

  async run(operation) {
    const access = accessIn(operation.runtime, 'RemovePrivilegeRole')
    await takeAway(operation, access.privilege({ id: operation.request.PrivilegeId }))
    return undefined
  },

  inputParameters: ({ request }) => ({
    RoleId: request.RoleId,
    PrivilegeId: request.PrivilegeId,
  }),
}
