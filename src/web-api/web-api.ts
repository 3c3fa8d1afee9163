import { DataverseError } from '../errors/dataverse-error.ts'
import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import { parseAddress, type Segment } from './address/address.ts'
import { readAddressKey } from './address/row-key.ts'
import { answerBatch, type PartContext } from './batch/batch.ts'
import { readCaller } from './caller.ts'
import { allowOrigin, preflight } from './cors.ts'
import { errorAnswer } from './error-answer.ts'
import type { WebApi, WebApiRequest, WebApiResponse } from './http.ts'
import { methodNotAllowed } from './method.ts'
import type { CallerInfo, ServedOrganization } from './organization.ts'
import { segmentNotFound } from './payload/reference.ts'
import { readPreferences } from './preferences.ts'
import { changeDefinitions } from './requests/change-definitions.ts'
import { answerDefinitions, isDefinitions } from './requests/definitions.ts'
import { imageInWebApi, isImageAddress } from './requests/image-address.ts'
import { UploadSessions } from './requests/upload-sessions.ts'
import { answerMetadataChanges, isMetadataChanges } from './requests/metadata-changes.ts'
import { callBound, callUnbound, isOperationName } from './requests/operations.ts'
import { answerRowPath } from './requests/row-path.ts'
import { postRow } from './requests/rows.ts'
import { countRows, readRows } from './requests/row-sets.ts'
import { callSchemaOperation, isSchemaOperation } from './requests/schema-actions.ts'
import { metadataDocument, serviceDocument } from './requests/service-documents.ts'
import type { Scope } from './scope.ts'
import { limitAnswer, type ServiceLimit } from './service-limits.ts'

export interface WebApiOptions {
  /** The tables of an organization whose tables stay as they are; one with a `schema` tells them itself. */
  readonly catalog: Catalog
  /** The organization as this caller may use it. @throws UNAUTHORIZED */
  readonly service: (caller: CallerInfo) => ServedOrganization
  /** IANA name of the caller's time zone, for formatted values. Default UTC. */
  readonly timeZone?: (caller: CallerInfo) => string
  /** Asked before each request, so that a client's retries can be tried: what it returns refuses with 429. */
  readonly limit?: (caller: CallerInfo, request: WebApiRequest) => ServiceLimit | undefined
  /** Uploads that go on from another Web API. Absent: none has begun. */
  readonly uploads?: UploadSessions
}

/**
 * The Web API as a function: OData v4 over an OrganizationService. It answers everything, malformed requests
 * included, with a coded error; it never throws.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/overview
 */
export function createWebApi(options: WebApiOptions): WebApi {
  const server = new Server(options)
  return async (request) => {
    if (request.method === 'OPTIONS') return preflight(request)
    if (request.method !== 'HEAD') return allowOrigin(request, await server.answer(request))
    const response = await server.answer({ ...request, method: 'GET' })
    return allowOrigin(request, { status: response.status, headers: response.headers })
  }
}

class Server {
  readonly #options: WebApiOptions
  readonly #uploads: UploadSessions

  constructor(options: WebApiOptions) {
    this.#options = options
    this.#uploads = options.uploads ?? new UploadSessions()
  }

  async answer(request: WebApiRequest): Promise<WebApiResponse> {
    try {
      const caller = readCaller(request)
      const limit = this.#options.limit?.(caller, request)
      if (limit !== undefined) return limitAnswer(limit)
      if (isImageAddress(request.url)) return await this.#image(request, caller)
      return await this.#answer(request, caller, undefined)
    } catch (error) {
      const answer = errorAnswer(error, readPreferences(request.headers).annotations)
      return answer.status === 401 ? challenged(answer) : answer
    }
  }

  async #image(request: WebApiRequest, caller: CallerInfo): Promise<WebApiResponse> {
    if (request.method !== 'GET') throw methodNotAllowed(request.method, 'an image', 'GET')
    const served = this.#options.service(caller)
    const catalog = served.schema?.catalog ?? this.#options.catalog
    const url = await imageInWebApi(request.url, served, catalog)
    return this.#answer({ ...request, url }, caller, undefined)
  }

  #answer(
    request: WebApiRequest,
    caller: CallerInfo,
    part: PartContext | undefined,
  ): Promise<WebApiResponse> {
    const { catalog, service, timeZone } = this.#options
    const address = parseAddress(request.url, request.headers, part !== undefined)
    const served = service(caller)
    const scope: Scope = {
      request,
      address,
      preferences: readPreferences(request.headers),
      catalog: served.schema?.catalog ?? catalog,
      org: part?.org ?? served,
      served,
      options: optionsOf(caller, address.options.get('tag')),
      timeZone: timeZone?.(caller) ?? 'UTC',
      uploads: this.#uploads,
      resolve: part?.resolve,
    }
    return this.#route(scope, part !== undefined)
  }

  #route(scope: Scope, inBatch: boolean): Promise<WebApiResponse> {
    const [first, ...rest] = scope.address.segments
    if (first === undefined) return serviceDocument(scope)
    if (first.name === '$batch' && first.arguments === undefined) {
      if (inBatch) throw new DataverseError('QUERY_INVALID', 'A batch can not hold another batch.')
      if (scope.request.method !== 'POST')
        throw methodNotAllowed(scope.request.method, '$batch', 'POST')
      return answerBatch(scope, (request, part) => this.#answer(request, readCaller(request), part))
    }
    if (first.name === '$metadata' && rest.length === 0) return metadataDocument(scope)
    if (isDefinitions(first.name)) {
      return scope.request.method === 'GET'
        ? answerDefinitions(scope, scope.address.segments)
        : changeDefinitions(scope, scope.address.segments)
    }
    if (isMetadataChanges(first.name)) return answerMetadataChanges(scope, scope.address.segments)
    if (isSchemaOperation(first.name)) return callSchemaOperation(scope, scope.address.segments)
    const table = catalogTable(scope.catalog, first)
    if (table === undefined) return callUnbound(scope, scope.address.segments)
    assertNoPartition(scope, table)
    const answered =
      first.arguments === undefined
        ? answerSet(scope, table, rest)
        : answerRowPath(scope, { table, key: readAddressKey(table, first.arguments), rest })
    return inSession(scope, table, answered)
  }
}

/** Tells clients that ask without a token where they would get one; there is nobody there to ask. */
function challenged(answer: WebApiResponse): WebApiResponse {
  const challenge =
    'Bearer authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize, resource_id=https://localhost/'
  return { ...answer, headers: { ...answer.headers, 'WWW-Authenticate': challenge } }
}

/**
 * Partitions are of elastic tables; to others the option means nothing, nor does it to POST and PATCH.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-elastic-tables#using-partitionid-parameter
 */
function assertNoPartition({ address, request }: Scope, { logicalName, definition }: Table): void {
  if (definition.tableType !== 'Elastic' || address.options.get('partitionId') === undefined) return
  if (request.method === 'POST' || request.method === 'PATCH') return
  throw new DataverseError(
    'NOT_SUPPORTED',
    `partitionId: rows of the elastic table ${logicalName} are not kept in partitions here.`,
  )
}

/**
 * Whoever wrote to an elastic table is told how to read what was written; here everybody does. A DELETE
 * tells nothing.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-elastic-tables#getting-the-session-token
 */
async function inSession(
  { request }: Scope,
  { definition }: Table,
  answered: Promise<WebApiResponse>,
): Promise<WebApiResponse> {
  const answer = await answered
  const isWrite = request.method === 'POST' || request.method === 'PATCH'
  if (definition.tableType !== 'Elastic' || !isWrite || answer.status >= 400) return answer
  return { ...answer, headers: { ...answer.headers, 'x-ms-session-token': SESSION_TOKEN } }
}

// Unverified: what the parts of a token say.
const SESSION_TOKEN = '240:8#1#7=-1'

function catalogTable(catalog: Catalog, segment: Segment): Table | undefined {
  return segment.name.startsWith('$') ? undefined : catalog.findBySet(segment.name)
}

/** `set` and what may follow it without a key. */
function answerSet(scope: Scope, table: Table, rest: readonly Segment[]): Promise<WebApiResponse> {
  const { method } = scope.request
  const [next, ...more] = rest
  if (next === undefined) {
    if (method === 'GET') return readRows(scope, table)
    if (method === 'POST') return postRow(scope, table)
    throw methodNotAllowed(method, 'an entity set', 'GET, POST')
  }
  if (isOperationName(next.name)) return callBound(scope, { table }, rest)
  if (next.name !== '$count' || more.length > 0) throw segmentNotFound(next.name)
  if (method !== 'GET') throw methodNotAllowed(method, '$count', 'GET')
  return countRows(scope, table)
}

function optionsOf(caller: CallerInfo, tag: string | undefined): Scope['options'] {
  return tag === undefined ? caller.options : { ...caller.options, tag }
}
