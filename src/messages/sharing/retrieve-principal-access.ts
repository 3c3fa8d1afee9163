import type { Message } from '../../pipeline/message.ts'
import { isRowRef } from '../../rows/value.ts'
import { ALL_RIGHTS, rightsIn } from '../../pipeline/access-rights.ts'
import { reference, rowOf } from '../parameters.ts'
import type {
  RetrievePrincipalAccessRequest,
  RetrievePrincipalAccessResponse,
} from '../requests.ts'
import { beginSharing, existing, masksOf } from './sharing.ts'

/**
 * The rights of a user or team on a row. Where access is enforced, they are what roles, ownership and sharing give;
 * elsewhere all for its owner, and what was shared.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveprincipalaccess
 */
export const retrievePrincipalAccess: Message<
  'RetrievePrincipalAccess',
  RetrievePrincipalAccessRequest,
  RetrievePrincipalAccessResponse
> = {
  name: 'RetrievePrincipalAccess',
  onlyReads: true,

  begin: ({ Target, Principal }, runtime) =>
    beginSharing(Target, Principal, runtime, 'RetrievePrincipalAccess'),

  async run(operation) {
    const { subject, id, request } = operation
    const row = await existing(operation, { table: subject.logicalName, id })
    const principal = rowOf(request.Principal)
    await existing(operation, principal)
    const { access } = operation.runtime
    if (access !== undefined) {
      return { AccessRights: rightsIn(access.rightsOn(operation, principal, subject, row)) }
    }
    const owner = row['ownerid']
    if (isRowRef(owner) && owner.id === principal.id) return { AccessRights: rightsIn(ALL_RIGHTS) }
    const { own, inherited } = await masksOf(operation, principal.id)
    return { AccessRights: rightsIn(own | inherited) }
  },

  inputParameters: ({ request }) => ({
    Target: reference(rowOf(request.Target)),
    Principal: reference(rowOf(request.Principal)),
  }),
  outputParameters: ({ response }) => ({ AccessRights: response?.AccessRights ?? 'None' }),
}
