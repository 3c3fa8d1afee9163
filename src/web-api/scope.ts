import type { Catalog } from '../metadata/catalog.ts'
import type { RequestOptions } from '../messages/requests.ts'
import type { Address } from './address/address.ts'
import type { WebApiRequest } from './http.ts'
import type { ServedOrganization } from './organization.ts'
import type { Preferences } from './preferences.ts'

/** One request with everything its answer is made of. */
export interface Scope {
  readonly request: WebApiRequest
  readonly address: Address
  readonly preferences: Preferences
  readonly catalog: Catalog
  readonly org: ServedOrganization
  /** Goes with every message the request sends. */
  readonly options: RequestOptions
  /** IANA name of the caller's time zone. */
  readonly timeZone: string
  /** In a change set: the addresses behind `$1`. @throws QUERY_INVALID for an id it does not have */
  readonly resolve: ((reference: string) => string) | undefined
}
