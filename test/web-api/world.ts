import type { HandlerClass } from '../../src/authoring/step-types.ts'
import type { Column, LookupColumn } from '../../src/metadata/column.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import type { WebApi, WebApiResponse } from '../../src/web-api/http.ts'
import { createWebApi, type WebApiOptions } from '../../src/web-api/web-api.ts'

export const ROOT = 'http://localhost:8080/api/data/v9.2/'

const base = (schemaName: string) => ({
  logicalName: schemaName.toLowerCase(),
  schemaName,
  requiredLevel: 'None' as const,
  validForRead: true,
  validForCreate: true,
  validForUpdate: true,
})

const text = (schemaName: string): Column => ({
  ...base(schemaName),
  type: 'String',
  maxLength: 100,
})
const lookup = (schemaName: string, ...targets: string[]): LookupColumn => ({
  ...base(schemaName),
  type: 'Lookup',
  targets,
})

/** A custom table with a column of nearly every kind, two alternate keys, and links of every kind. */
export const PARCEL: TableDefinition = {
  logicalName: 'new_parcel',
  schemaName: 'new_Parcel',
  displayName: 'Parcel',
  entitySetName: 'new_parcels',
  primaryId: 'new_parcelid',
  primaryName: 'new_name',
  tableType: 'Standard',
  ownership: 'OrganizationOwned',
  isCustom: true,
  columns: [
    { ...base('new_parcelId'), type: 'Uniqueidentifier', validForUpdate: false },
    text('new_name'),
    text('new_Code'),
    { ...base('new_Count'), type: 'Integer', min: 0, max: 1_000_000 },
    {
      ...base('new_Big'),
      type: 'BigInt',
      min: -9223372036854775808n,
      max: 9223372036854775807n,
    },
    { ...base('new_Weight'), type: 'Decimal', min: 0, max: 1000, precision: 3 },
    { ...base('new_Ratio'), type: 'Double', min: 0, max: 1000, precision: 5 },
    {
      ...base('new_Fragile'),
      type: 'Boolean',
      defaultValue: null,
      trueLabel: 'Fragile',
      falseLabel: 'Sturdy',
    },
    {
      ...base('new_Size'),
      type: 'Picklist',
      defaultValue: null,
      options: [
        { value: 1, label: 'Small' },
        { value: 2, label: 'Large' },
      ],
    },
    {
      ...base('new_Tags'),
      type: 'MultiSelectPicklist',
      defaultValue: null,
      options: [
        { value: 1, label: 'Red' },
        { value: 9, label: 'Blue' },
      ],
    },
    { ...base('new_Due'), type: 'DateTime', behavior: 'DateOnly', format: 'DateOnly' },
    { ...base('new_Sent'), type: 'DateTime', behavior: 'UserLocal', format: 'DateAndTime' },
    {
      ...base('new_Clock'),
      type: 'DateTime',
      behavior: 'TimeZoneIndependent',
      format: 'DateAndTime',
    },
    {
      ...base('new_Photo'),
      type: 'Image',
      maxSizeInKB: 100,
      isPrimaryImage: true,
      canStoreFullImage: true,
    },
    {
      ...base('new_Paper'),
      type: 'File',
      maxSizeInKB: 100,
      validForCreate: false,
      validForUpdate: false,
    },
    lookup('new_ParentId', 'new_parcel'),
    lookup('new_AccountId', 'account'),
    lookup('new_Receiver', 'account', 'contact'),
    {
      ...base('VersionNumber'),
      type: 'BigInt',
      min: -9223372036854775808n,
      max: 9223372036854775807n,
      validForCreate: false,
      validForUpdate: false,
    },
  ],
  keys: [
    { logicalName: 'new_code', schemaName: 'new_code', displayName: 'Code', columns: ['new_code'] },
    { logicalName: 'new_two', schemaName: 'new_two', columns: ['new_name', 'new_count'] },
    { logicalName: 'new_of', schemaName: 'new_of', columns: ['new_accountid', 'new_count'] },
  ],
  manyToOne: [
    {
      schemaName: 'new_parcel_parent',
      referencedTable: 'new_parcel',
      referencingTable: 'new_parcel',
      referencingColumn: 'new_parentid',
      referencingNavigation: 'new_ParentId',
      referencedNavigation: 'new_parcel_children',
      cascade: { delete: 'Restrict' },
    },
    {
      schemaName: 'new_parcel_account',
      referencedTable: 'account',
      referencingTable: 'new_parcel',
      referencingColumn: 'new_accountid',
      referencingNavigation: 'new_AccountId',
      referencedNavigation: 'new_account_parcels',
      cascade: { delete: 'RemoveLink' },
    },
    ...['account', 'contact'].map((target) => ({
      schemaName: `new_parcel_receiver_${target}`,
      referencedTable: target,
      referencingTable: 'new_parcel',
      referencingColumn: 'new_receiver',
      referencingNavigation: `new_Receiver_${target}`,
      referencedNavigation: `new_${target}_received`,
      cascade: { delete: 'RemoveLink' as const },
    })),
  ],
  oneToMany: [],
  manyToMany: [
    {
      schemaName: 'new_parcel_contact',
      intersectTable: 'new_parcel_contact',
      sides: [
        { table: 'new_parcel', intersectColumn: 'new_parcelid', navigation: 'new_parcel_contact' },
        { table: 'contact', intersectColumn: 'contactid', navigation: 'new_parcel_contact' },
      ],
    },
  ],
}

const TABLES = [PARCEL]

export interface World {
  readonly org: Emulator
  readonly api: WebApi
  /** Sends a request; a body that is no text is sent as JSON. */
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON. */
  // A test looks into the answers it asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any
}

/** An organization and its Web API. */
export function world(
  options: {
    readonly handlers?: readonly HandlerClass[]
    readonly steps?: readonly Step[]
    readonly api?: Partial<WebApiOptions>
  } = {},
): World {
  const org = emulator({
    tables: TABLES,
    ...(options.handlers === undefined ? {} : { handlers: options.handlers }),
    ...(options.steps === undefined ? {} : { steps: options.steps }),
  })
  const api = createWebApi({ catalog: org.catalog, service: () => org, ...options.api })
  return {
    org,
    api,
    async send(method, path, body, headers = {}) {
      const url = /^https?:|^\/api/.test(path) ? path : `/api/data/v9.2/${path}`
      return answerOf(
        await api({
          method,
          url,
          headers: { host: 'localhost:8080', ...headers },
          body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
        }),
      )
    },
  }
}

export function answerOf({ status, headers, body }: WebApiResponse): Answer {
  const written =
    typeof body === 'string' ? body : body === undefined ? '' : Buffer.from(body).toString()
  return {
    status,
    headers,
    text: written,
    get json(): unknown {
      return JSON.parse(written) as unknown
    },
  }
}

/** The id in an `OData-EntityId`. */
export function idIn(answer: Answer): string {
  return /\(([0-9a-f-]{36})\)$/.exec(answer.headers['OData-EntityId'] ?? '')?.[1] ?? ''
}
