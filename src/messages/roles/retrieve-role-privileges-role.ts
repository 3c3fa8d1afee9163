import type { Message } from '../../pipeline/message.ts'
import type { RetrieveRolePrivilegesRoleRequest, RolePrivilegesResponse } from '../requests.ts'
import { accessIn, assertExists, beginWith, rolePrivilege } from './role-privileges.ts'

/**
 * The privileges in a role.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveroleprivilegesrole
 */
export const retrieveRolePrivilegesRole: Message<
  'RetrieveRolePrivilegesRole',
  RetrieveRolePrivilegesRoleRequest,
  RolePrivilegesResponse
> = {
  name: 'RetrieveRolePrivilegesRole',
  onlyReads: true,
  begin: ({ RoleId }, runtime) => beginWith('role', RoleId, runtime, 'RetrieveRolePrivilegesRole'),
  check: assertExists,

  run(operation) {
    const access = accessIn(operation.runtime, 'RetrieveRolePrivilegesRole')
    const held = access.privilegesOfRole(operation, operation.id)
    return { RolePrivileges: held.map(rolePrivilege) }
  },

  inputParameters: ({ request }) => ({ RoleId: request.RoleId }),
  outputParameters: ({ response }) => ({ RolePrivileges: response?.RolePrivileges ?? [] }),
}
