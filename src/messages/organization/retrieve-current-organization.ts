import type { Message } from '../../pipeline/message.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { inSequence, settled, type Sequence } from '../../rows/sequence.ts'
import { textOf } from '../../rows/value.ts'
import { dictionaryOf, type Dictionary } from '../dictionary.ts'
import type { RequestOptions } from '../requests.ts'
import { PLATFORM_VERSION } from './retrieve-version.ts'

const NAME = 'RetrieveCurrentOrganization'

export interface RetrieveCurrentOrganizationRequest extends RequestOptions {
  /** Which addresses are wanted: Default, Internet or Intranet. */
  readonly AccessType?: string
}
export interface RetrieveCurrentOrganizationResponse {
  readonly Detail: {
    readonly OrganizationId: string
    readonly FriendlyName: string
    readonly OrganizationVersion: string
    readonly EnvironmentId: string
    readonly DatacenterId: string
    readonly Geo: string
    readonly TenantId: string
    readonly UrlName: string
    readonly UniqueName: string
    readonly State: string
    readonly Endpoints: Dictionary<string>
  }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrievecurrentorganization */
export const retrieveCurrentOrganization: Message<
  typeof NAME,
  RetrieveCurrentOrganizationRequest,
  RetrieveCurrentOrganizationResponse
> = {
  name: NAME,
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  run: (operation) => inSequence(detail(operation)),
  inputParameters: ({ request }) => ({ AccessType: request.AccessType ?? 'Default' }),
  outputParameters: ({ response }) => ({ ...response }),
}

function* detail({ runtime, reader }: AnyOperation): Sequence<RetrieveCurrentOrganizationResponse> {
  const { organization, catalog } = runtime
  const row = yield* settled(reader.get(catalog.table('organization'), organization.id))
  const name = textOf(row?.['name'])
  return {
    Detail: {
      OrganizationId: organization.id,
      FriendlyName: name,
      OrganizationVersion: PLATFORM_VERSION,
      EnvironmentId: organization.environmentId,
      // It is in nobody's data center.
      DatacenterId: EMPTY_GUID,
      Geo: 'NA',
      TenantId: organization.tenantId,
      UrlName: name,
      UniqueName: organization.name,
      State: 'Enabled',
      // At which address it is served, if at any, only its host knows.
      Endpoints: dictionaryOf([]),
    },
  }
}
