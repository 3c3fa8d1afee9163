import type { CustomMessageDefinition } from '../messages/custom/custom-message.ts'
import type { Currency, DateFormats } from '../messages/columns/formatted-value.ts'
import type { OrganizationService } from '../messages/organization-service.ts'
import type { RequestOptions } from '../messages/requests.ts'
import type { Catalog } from '../metadata/catalog.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import type { Row, Values } from '../rows/value.ts'
import type { SchemaChange, SchemaResult } from '../schema/change.ts'

/**
 * An organization behind the Web API: its messages, and what the Web API needs that is no message.
 * Where they are absent, what would need them is done with messages, or refused by name.
 */
export interface ServedOrganization extends OrganizationService {
  /** Requests that succeed or fail together: change sets, deep inserts. */
  transaction?<T>(work: (org: OrganizationService) => Promise<T>): Promise<T>
  /** A row as it is stored, without a message and so without steps: the names of lookups, currency symbols. */
  peek?(table: string, id: string): Awaitable<Row | undefined>
  /** How the user who calls is shown dates; absent: in the zone that the host tells, as in the United States. */
  dateFormats?(): DateFormats
  /** How amounts in the organization's own currency are shown; absent: as dollars. */
  baseCurrency?(): Currency | undefined
  /** The id of the row with this alternate key. */
  findByKey?(table: string, key: Values): Awaitable<string | undefined>
  /** Messages of its own, by name: `$metadata` tells them, and which of them are functions. */
  readonly customMessages?: ReadonlyMap<string, CustomMessageDefinition>
  /** Tables that change while it runs. */
  readonly schema?: ServedSchema
}

export interface ServedSchema {
  /** The tables as they are now. */
  readonly catalog: Catalog
  change(change: SchemaChange): Promise<SchemaResult>
}

/** Who calls, as the headers of a request tell. */
export interface CallerInfo {
  /** `Authorization`, as it came: the host decides what it is worth. */
  readonly authorization: string | undefined
  /** `CallerObjectId`: the Microsoft Entra object id of the user to act for. */
  readonly objectId: string | undefined
  /** `MSCRMCallerID`: the systemuser to act for. */
  readonly systemUserId: string | undefined
  /** What the caller asks of every message of the request: tag, bypassed steps. */
  readonly options: RequestOptions
}
