import type { Message } from '../../pipeline/message.ts'
import type {
  RetrieveUserPrivilegeByPrivilegeNameRequest,
  RolePrivilegesResponse,
} from '../requests.ts'
import { accessIn, assertExists, beginWith, rolePrivilege } from './role-privileges.ts'

/**
 * Whether a user has one privilege, and in which depth.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveuserprivilegebyprivilegename
 */
export const retrieveUserPrivilegeByPrivilegeName: Message<
  'RetrieveUserPrivilegeByPrivilegeName',
  RetrieveUserPrivilegeByPrivilegeNameRequest,
  RolePrivilegesResponse
> = {
  name: 'RetrieveUserPrivilegeByPrivilegeName',
  onlyReads: true,
  begin: ({ UserId }, runtime) =>
    beginWith('systemuser', UserId, runtime, 'RetrieveUserPrivilegeByPrivilegeName'),
  check: assertExists,

  run(operation) {
    const access = accessIn(operation.runtime, 'RetrieveUserPrivilegeByPrivilegeName')
    const { PrivilegeName } = operation.request
    const held = access
      .privilegesOf(operation, operation.id)
      .filter(({ privilege }) => privilege.name === PrivilegeName)
    return { RolePrivileges: held.map(rolePrivilege) }
  },

  inputParameters: ({ request }) => ({
    UserId: request.UserId,
    PrivilegeName: request.PrivilegeName,
  }),
  outputParameters: ({ response }) => ({ RolePrivileges: response?.RolePrivileges ?? [] }),
}
