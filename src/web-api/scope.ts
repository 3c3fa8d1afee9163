import { DataverseError } from '../errors/dataverse-error.ts'
import type { Catalog } from '../metadata/catalog.ts'
import type { OrganizationService } from '../messages/organization-service.ts'
import type { RequestOptions } from '../messages/requests.ts'
import type { Address } from './address/address.ts'
import type { WebApiRequest } from './http.ts'
import type { ServedOrganization } from './organization.ts'
import type { Preferences } from './preferences.ts'
import type { UploadSessions } from './requests/upload-sessions.ts'

/** One request with everything its answer is made of. */
export interface Scope {
  readonly request: WebApiRequest
  readonly address: Address
  readonly preferences: Preferences
  readonly catalog: Catalog
  /** What messages are sent to: in a change set, the organization inside its transaction. */
  readonly org: ServedOrganization
  /** The organization as the host gave it. */
  readonly served: ServedOrganization
  /** Goes with every message the request sends. */
  readonly options: RequestOptions
  /** IANA name of the caller's time zone. */
  readonly timeZone: string
  /** Chunked uploads under way. */
  readonly uploads: UploadSessions
  /** In a change set: the addresses behind `$1`. @throws QUERY_INVALID for an id it does not have */
  readonly resolve: ((reference: string) => string) | undefined
}

/** Requests that succeed or fail together; inside a change set, as a part of it. @throws NOT_SUPPORTED */
export function inTransaction<T>(
  { org, served }: Scope,
  work: (org: OrganizationService) => Promise<T>,
): Promise<T> {
  if (org !== served) return work(org)
  if (served.transaction !== undefined) return served.transaction(work)
  throw new DataverseError(
    'NOT_SUPPORTED',
    'This request changes several rows at once and needs an organization with transactions; this one has none.',
  )
}
