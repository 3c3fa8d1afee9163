import type { Message } from '../../pipeline/message.ts'
import type { RolePrivilegesRequest } from '../requests.ts'
import {
  accessIn,
  assertExists,
  beginGiving,
  give,
  givenIn,
  takeAllAway,
} from './role-privileges.ts'

/**
 * Gives a role these privileges in place of all it has.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/replaceprivilegesrole
 */
export const replacePrivilegesRole: Message<
  'ReplacePrivilegesRole',
  RolePrivilegesRequest,
  undefined
> = {
  name: 'ReplacePrivilegesRole',
  begin: (request, runtime) => beginGiving(request, runtime, 'ReplacePrivilegesRole'),
  check: assertExists,

  async run(operation) {
    const access = accessIn(operation.runtime, 'ReplacePrivilegesRole')
    const given = givenIn(operation.request, access)
    await takeAllAway(operation)
    for (const one of given) await give(operation, one)
    return undefined
  },

  inputParameters: ({ request }) => ({ RoleId: request.RoleId, Privileges: request.Privileges }),
}
