import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'

export interface WhoAmIResponse {
  readonly BusinessUnitId: string
  readonly UserId: string
  readonly OrganizationId: string
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/whoami */
export const whoAmI: Message<'WhoAmI', object, WhoAmIResponse> = {
  name: 'WhoAmI',
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  run: ({ caller, runtime: { organization } }) => ({
    BusinessUnitId: organization.businessUnitOf(caller.userId),
    UserId: caller.userId,
    OrganizationId: organization.id,
  }),
  inputParameters: () => ({}),
  outputParameters: ({ response }) => ({ ...response }),
}
