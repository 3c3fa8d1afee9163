import type { Message } from '../../pipeline/message.ts'
import type { RetrieveUserPrivilegesRequest, RolePrivilegesResponse } from '../requests.ts'
import { accessIn, assertExists, beginWith, rolePrivilege } from './role-privileges.ts'

/**
 * The privileges a user has by own roles and those of teams, each in the widest depth.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveuserprivileges
 */
export const retrieveUserPrivileges: Message<
  'RetrieveUserPrivileges',
  RetrieveUserPrivilegesRequest,
  RolePrivilegesResponse
> = {
  name: 'RetrieveUserPrivileges',
  onlyReads: true,
  begin: ({ UserId }, runtime) =>
    beginWith('systemuser', UserId, runtime, 'RetrieveUserPrivileges'),
  check: assertExists,

  run(operation) {
    const access = accessIn(operation.runtime, 'RetrieveUserPrivileges')
    const held = access.privilegesOf(operation, operation.id)
    return { RolePrivileges: held.map(rolePrivilege) }
  },

  inputParameters: ({ request }) => ({ UserId: request.UserId }),
  outputParameters: ({ response }) => ({ RolePrivileges: response?.RolePrivileges ?? [] }),
}
