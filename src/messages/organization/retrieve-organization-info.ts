import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'

export interface RetrieveOrganizationInfoResponse {
  readonly organizationInfo: {
    readonly InstanceType: string
    readonly Solutions: readonly never[]
  }
}

/**
 * What kind of organization it is, and its solutions, of which there are none here.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveorganizationinfo
 */
export const retrieveOrganizationInfo: Message<
  'RetrieveOrganizationInfo',
  object,
  RetrieveOrganizationInfoResponse
> = {
  name: 'RetrieveOrganizationInfo',
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  run: () => ({ organizationInfo: { InstanceType: 'Developer', Solutions: [] } }),
  inputParameters: () => ({}),
  outputParameters: ({ response }) => ({ ...response }),
}
