import type { Message } from '../../pipeline/message.ts'
import type { RolePrivilegesRequest } from '../requests.ts'
import { accessIn, assertExists, beginGiving, give, givenIn } from './role-privileges.ts'

/**
 * Gives a role privileges beside those it has; one it has gets the depth that is told.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/addprivilegesrole
 */
export const addPrivilegesRole: Message<'AddPrivilegesRole', RolePrivilegesRequest, undefined> = {
  name: 'AddPrivilegesRole',
  begin: (request, runtime) => beginGiving(request, runtime, 'AddPrivilegesRole'),
  check: assertExists,

  async run(operation) {
    const access = accessIn(operation.runtime, 'AddPrivilegesRole')
    const given = givenIn(operation.request, access)
    for (const one of given) await give(operation, one)
    return undefined
  },

  inputParameters: ({ request }) => ({ RoleId: request.RoleId, Privileges: request.Privileges }),
}
