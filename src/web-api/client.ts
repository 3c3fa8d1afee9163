import { DataverseError } from '../errors/dataverse-error.ts'
import type {
  OrganizationService,
  RequestFor,
  ResponseFor,
  StepOrganization,
} from '../messages/organization-service.ts'
import type {
  RequestOptions,
  RetrieveMultipleResponse,
  UpsertResponse,
  VersionCondition,
} from '../messages/requests.ts'
import type { AnswerRow } from '../query/builder.ts'
import type { Query } from '../query/query.ts'
import { base64Of } from '../rows/bytes.ts'
import { printLossless } from '../rows/lossless-json.ts'
import type { ColumnOf, RowOf, StoredColumnOf, TableName } from '../rows/tables.ts'
import { isRowRef, type Row, type RowRef, type Value, type Values } from '../rows/value.ts'
import { pathOf, payloadOf } from './client/payload.ts'
import { LOOKUP_TABLES, propertyOf, readRow, resultColumns } from './client/read-row.ts'
import { RemoteTables, type RemoteLink, type RemoteTable } from './client/remote-tables.ts'
import { Transport, type TransportOptions } from './client/transport.ts'
import { printFetchXml } from '../query/fetchxml/print.ts'

type Json = Readonly<Record<string, unknown>>
type LinkOptions = RequestOptions & { readonly role?: 'Referencing' | 'Referenced' }

/** The Web API takes no longer URL outside of a batch. */
const MAX_URL_LENGTH = 32_768

/**
 * A real organization, called through its Web API. What the wire names differently (sets, navigation
 * properties) is asked of the organization itself, once for each table.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/overview
 */
export class WebApiClient implements StepOrganization {
  readonly tables: RemoteTables
  readonly #options: TransportOptions
  readonly #transport: Transport

  /** `tables`: what is known of the organization's tables already. */
  constructor(options: TransportOptions, tables?: RemoteTables) {
    this.#options = options
    this.#transport = new Transport(options)
    this.tables = tables ?? new RemoteTables(this.#transport)
  }

  /** Whose token it is needs the privilege to act on behalf of others. */
  as(userId: string): OrganizationService {
    return new WebApiClient({ ...this.#options, callerId: userId }, this.tables)
  }

  /** @throws NOT_SUPPORTED */
  asSystem(): OrganizationService {
    throw new DataverseError(
      'NOT_SUPPORTED',
      'SYSTEM calls from inside the platform only; over the Web API a handler calls as the user of its token, or as one it may act for: org.as(userId).',
    )
  }

  async create(table: string, values: Values, options: RequestOptions = {}): Promise<string> {
    const remote = await this.tables.table(table)
    const { headers } = await this.#transport.send({
      method: 'POST',
      path: remote.entitySetName + query({ tag: options.tag }),
      headers: optionHeaders(options),
      body: await payloadOf('create', remote, values, this.tables),
    })
    const id = /\(([0-9a-f-]{36})\)$/i.exec(headers.get('odata-entityid') ?? '')?.[1]
    if (id !== undefined) return id.toLowerCase()
    throw new DataverseError(
      'ORGANIZATION_REFUSED',
      `The organization did not tell the id of the ${table} it made.`,
    )
  }

  async retrieve<const T extends TableName, const C extends ColumnOf<T> = StoredColumnOf<T>>(
    table: T,
    id: string,
    columns?: readonly C[],
  ): Promise<RowOf<T, C>> {
    const remote = await this.tables.table(table)
    const $select = columns?.map((column) => propertyOf(remote, column)).join(',')
    const { json } = await this.#transport.send({
      method: 'GET',
      path: `${remote.entitySetName}(${id})${query({ $select })}`,
      headers: { Prefer: LOOKUP_TABLES },
    })
    // The types come from generated tables; what arrives is what the organization holds.
    return readRow(json as Json, remote, columns ?? []) as RowOf<T, C>
  }

  async update(
    table: string,
    id: string,
    values: Values,
    options: RequestOptions & VersionCondition = {},
  ): Promise<void> {
    const remote = await this.tables.table(table)
    await this.#transport.send({
      method: 'PATCH',
      path: `${remote.entitySetName}(${id})${query({ tag: options.tag })}`,
      // Without a condition the Web API would create the row.
      headers: { 'If-Match': etagOf(options) ?? '*', ...optionHeaders(options) },
      body: await payloadOf('update', remote, values, this.tables),
    })
  }

  async upsert(
    table: string,
    idOrKey: string | Values,
    values: Values,
    options: RequestOptions & { readonly only?: 'create' | 'update' } = {},
  ): Promise<UpsertResponse> {
    const remote = await this.tables.table(table)
    const key = typeof idOrKey === 'string' ? idOrKey : alternateKey(remote, idOrKey)
    const { status, json } = await this.#transport.send({
      method: 'PATCH',
      path: `${remote.entitySetName}(${key})${query({ $select: remote.primaryId, tag: options.tag })}`,
      headers: {
        Prefer: 'return=representation',
        ...(options.only === 'create' && { 'If-None-Match': '*' }),
        ...(options.only === 'update' && { 'If-Match': '*' }),
        ...optionHeaders(options),
      },
      body: await payloadOf('update', remote, values, this.tables),
    })
    return { id: String((json as Json)[remote.primaryId]), created: status === 201 }
  }

  async delete(
    table: string,
    id: string,
    options: RequestOptions & VersionCondition = {},
  ): Promise<void> {
    const etag = etagOf(options)
    await this.#transport.send({
      method: 'DELETE',
      path: `${(await this.tables.names(table)).entitySetName}(${id})${query({ tag: options.tag })}`,
      headers: { ...(etag !== undefined && { 'If-Match': etag }), ...optionHeaders(options) },
    })
  }

  /** One request for each related row, so several rows are not one transaction. */
  async associate(
    target: RowRef,
    relationship: string,
    related: RowRef | readonly RowRef[],
    options: LinkOptions = {},
  ): Promise<void> {
    const { path, link } = await this.#link(target, relationship, options)
    for (const row of asList(related)) {
      const id = this.#transport.root + (await pathOf(row, this.tables)).slice(1)
      await this.#transport.send({
        method: link.leadsTo === 'one' ? 'PUT' : 'POST',
        path: `${path}/$ref${query({ tag: options.tag })}`,
        headers: optionHeaders(options),
        body: JSON.stringify({ '@odata.id': id }),
      })
    }
  }

  /** One request for each related row, so several rows are not one transaction. */
  async disassociate(
    target: RowRef,
    relationship: string,
    related: RowRef | readonly RowRef[],
    options: LinkOptions = {},
  ): Promise<void> {
    const { path, link } = await this.#link(target, relationship, options)
    for (const row of asList(related)) {
      const key = link.leadsTo === 'one' ? '' : `(${row.id})`
      await this.#transport.send({
        method: 'DELETE',
        path: `${path}${key}/$ref${query({ tag: options.tag })}`,
        headers: optionHeaders(options),
      })
    }
  }

  retrieveMultiple<Q extends Query>(asked: Q): Promise<RetrieveMultipleResponse<AnswerRow<Q>>> {
    // What comes over the wire is taken for what the query asked.
    return this.#retrieveMultiple(asked) as Promise<RetrieveMultipleResponse<AnswerRow<Q>>>
  }

  async #retrieveMultiple(asked: Query): Promise<RetrieveMultipleResponse> {
    const remote = await this.tables.table(asked.table)
    const path = `${remote.entitySetName}${query({ fetchXml: printFetchXml(asked, { isCompact: true }) })}`
    if (this.#transport.root.length + path.length > MAX_URL_LENGTH) {
      throw new DataverseError(
        'NOT_SUPPORTED',
        `The query of ${asked.table} makes a URL of more than ${MAX_URL_LENGTH} characters, which only a batch takes.`,
      )
    }
    const { json } = await this.#transport.send({
      method: 'GET',
      path,
      headers: { Prefer: `${LOOKUP_TABLES.slice(0, -1)},${PAGING_ANNOTATIONS}"` },
    })
    return pageOf(json as Json, asked, remote)
  }

  /**
   * Any message by name. Those with a method above go there; of the others a known function is a GET and
   * everything else an unbound action, which custom APIs are.
   */
  execute<const N extends string>(message: N, request: RequestFor<N>): Promise<ResponseFor<N>> {
    // What comes over the wire is taken for what the message declares.
    return this.#execute(message, request) as Promise<ResponseFor<N>>
  }

  async #execute(message: string, request: object): Promise<unknown> {
    const own = OWN_MESSAGES[message]
    if (own !== undefined) return own(this, request as never)
    const parameters = await this.#parameters(request)
    const { json } = FUNCTIONS.has(message)
      ? await this.#transport.send({ method: 'GET', path: functionCall(message, parameters) })
      : await this.#transport.send({
          method: 'POST',
          path: message,
          body: printLossless(parameters),
        })
    if (typeof json !== 'object' || json === null) return {}
    return Object.fromEntries(Object.entries(json).filter(([name]) => !name.startsWith('@')))
  }

  async #link(target: RowRef, relationship: string, { role }: LinkOptions) {
    const remote = await this.tables.table(target.table)
    const link = remote.links.find(
      (each: RemoteLink) =>
        each.relationship === relationship && (role === undefined || each.role === role),
    )
    if (link === undefined) {
      throw new DataverseError(
        'RELATIONSHIP_UNKNOWN',
        `${target.table} has no relationship '${relationship}'.`,
      )
    }
    return { link, path: `${remote.entitySetName}(${target.id})/${link.navigation}` }
  }

  /** Rows among the parameters travel with their type and their key. */
  async #parameters(request: object): Promise<Record<string, unknown>> {
    const parameters: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(request)) {
      parameters[name] = Array.isArray(value)
        ? await Promise.all(value.map((each) => this.#parameter(each)))
        : await this.#parameter(value)
    }
    return parameters
  }

  async #parameter(value: unknown): Promise<unknown> {
    if (value instanceof Uint8Array) return base64Of(value)
    if (!isRowRef(value)) return value
    const { primaryId } = await this.tables.names(value.table)
    return { '@odata.type': `Microsoft.Dynamics.CRM.${value.table}`, [primaryId]: value.id }
  }
}

/** The messages that are methods, taken apart as their requests are written. */
const OWN_MESSAGES: Readonly<
  Record<string, (client: WebApiClient, request: never) => Promise<unknown>>
> = {
  Create: async (client, { table, id, values, ...options }: Request) => {
    const { primaryId } = await client.tables.names(table)
    const all = id === undefined ? values : { ...values, [primaryId]: id }
    return { id: await client.create(table, all, options) }
  },
  Retrieve: async (client, { table, id, columns }: Request) => ({
    row: await client.retrieve(table, id, columns === 'all' ? undefined : columns),
  }),
  RetrieveMultiple: (client, request: { readonly query: Query }) =>
    client.retrieveMultiple(request.query),
  Update: async (client, { table, id, values, ...options }: Request) => {
    await client.update(table, id, values, options)
    return {}
  },
  Upsert: (client, { table, id, key, values, ...options }: Request) =>
    client.upsert(table, id ?? key ?? {}, values, options),
  Delete: async (client, { table, id, ...options }: Request) => {
    await client.delete(table, id, options)
    return {}
  },
  Associate: async (client, { target, relationship, related, ...options }: LinkRequest) => {
    await client.associate(target, relationship, related, options)
    return {}
  },
  Disassociate: async (client, { target, relationship, related, ...options }: LinkRequest) => {
    await client.disassociate(target, relationship, related, options)
    return {}
  },
}

/** The members of the requests that concern one row. */
interface Request extends RequestOptions, VersionCondition {
  readonly table: string
  readonly id: string
  readonly key?: Values
  readonly values: Values
  readonly columns?: readonly string[] | 'all'
  readonly only?: 'create' | 'update'
}
interface LinkRequest extends LinkOptions {
  readonly target: RowRef
  readonly relationship: string
  readonly related: readonly RowRef[]
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/functions */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'WhoAmI',
  'RetrieveVersion',
  'RetrieveTotalRecordCount',
  'RetrieveCurrentOrganization',
  'FormatAddress',
  'GetTimeZoneCodeByLocalizedName',
  'LocalTimeFromUtcTime',
  'UtcTimeFromLocalTime',
])

function functionCall(message: string, parameters: Json): string {
  const names = Object.keys(parameters)
  const aliases = names.map((name, index) => `${name}=@p${index}`).join(',')
  const literals = names.map((name, index) => [`@p${index}`, literal(parameters[name])])
  return `${message}(${aliases})${query(Object.fromEntries(literals) as Record<string, string>)}`
}

function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  return printLossless(value)
}

function alternateKey(table: RemoteTable, key: Values): string {
  return Object.entries(key)
    .map(([column, value]) => `${propertyOf(table, column)}=${keyLiteral(value ?? null)}`)
    .join(',')
}

function keyLiteral(value: Value): string {
  return encodeURIComponent(isRowRef(value) ? value.id : literal(value))
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const ANNOTATION = '@Microsoft.Dynamics.CRM.'
const PAGING_ANNOTATIONS = [
  'Microsoft.Dynamics.CRM.fetchxmlpagingcookie',
  'Microsoft.Dynamics.CRM.morerecords',
  'Microsoft.Dynamics.CRM.totalrecordcount',
  'Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded',
].join(',')

/** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results */
function pageOf(json: Json, asked: Query, remote: RemoteTable): RetrieveMultipleResponse {
  const rows = json['value'] as readonly Json[]
  const columns = resultColumns(asked, remote)
  const total = json[`${ANNOTATION}totalrecordcount`]
  const cookie = cookieIn(json[`${ANNOTATION}fetchxmlpagingcookie`])
  return {
    rows: rows.map((row): Row => readRow(row, remote, columns)),
    moreRows: json[`${ANNOTATION}morerecords`] === true,
    ...(asked.count === true && typeof total === 'number' && { totalCount: total }),
    ...(asked.count === true && {
      totalCountLimitExceeded: json[`${ANNOTATION}totalrecordcountlimitexceeded`] === true,
    }),
    ...(cookie !== undefined && { cookie }),
  }
}

/** The cookie proper stands in an attribute of the one that is sent, encoded twice. */
function cookieIn(annotation: unknown): string | undefined {
  if (typeof annotation !== 'string') return undefined
  const inner = /pagingcookie="([^"]*)"/.exec(annotation)?.[1]
  return inner === undefined ? undefined : decodeURIComponent(decodeURIComponent(inner))
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters */
function optionHeaders(options: RequestOptions): Readonly<Record<string, string>> {
  const { sync, async, stepIds = [], plugins } = options.bypass ?? {}
  const kinds = [
    ...(sync === true ? ['CustomSync'] : []),
    ...(async === true ? ['CustomAsync'] : []),
  ]
  const headers = {
    BypassBusinessLogicExecution: kinds.join(','),
    BypassBusinessLogicExecutionStepIds: stepIds.join(','),
    BypassCustomPluginExecution: plugins === true ? 'true' : undefined,
    SuppressDuplicateDetection: options.suppressDuplicateDetection,
    SuppressCallbackRegistrationExpanderJob: options.suppressCallbackRegistrationExpanderJob,
    SolutionUniqueName: options.solutionUniqueName,
  }
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => [`MSCRM.${name}`, String(value)]),
  )
}

function etagOf({ ifVersion }: VersionCondition): string | undefined {
  return ifVersion === undefined ? undefined : `W/"${ifVersion}"`
}

function query(options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return given.length === 0 ? '' : `?${given.join('&')}`
}

function asList(rows: RowRef | readonly RowRef[]): readonly RowRef[] {
  return isRowRef(rows) ? [rows] : rows
}
