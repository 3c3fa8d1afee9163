import { DataverseError } from '../../errors/dataverse-error.ts'
import { dictionaryOf } from '../../messages/dictionary.ts'
import type { RetrieveCurrentOrganizationResponse } from '../../messages/organization/retrieve-current-organization.ts'
import type { Table } from '../../metadata/table.ts'
import type { RowRef } from '../../rows/value.ts'
import type { Segment } from '../address/address.ts'
import type { RowKey } from '../address/row-key.ts'
import { declared } from '../definitions/csdl-operations.ts'
import { OPERATIONS, type DeclaredOperation } from '../definitions/operations.ts'
import { writeResponse } from '../answer/write-response.ts'
import type { WebApiResponse } from '../http.ts'
import { methodNotAllowed } from '../method.ts'
import { checkParameters } from '../payload/check-parameters.ts'
import { readArgument, readParameter } from '../payload/read-parameter.ts'
import { readObject } from '../payload/read-json.ts'
import { segmentNotFound } from '../payload/reference.ts'
import type { Scope } from '../scope.ts'
import { callBulk, isBulk } from './bulk.ts'
import { rowId } from './find-row.ts'

const NAMESPACE = 'Microsoft.Dynamics.CRM.'

/** Behind a row or a set, functions and actions are told from properties by their namespace. */
export function isOperationName(name: string): boolean {
  return name.startsWith(NAMESPACE)
}

/** What an operation is bound to: a row, or with no key a whole set. */
export interface Binding {
  readonly table: Table
  readonly key?: RowKey
}

/** `WhoAmI`, `POST Merge`. https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-actions */
export async function callUnbound(
  scope: Scope,
  segments: readonly Segment[],
): Promise<WebApiResponse> {
  const [segment] = segments
  // Unbound operations stand without their namespace; with it they are not found. Those over several rows are
  // bound to a set.
  if (segment === undefined || isOperationName(segment.name) || isBulk(segment.name)) {
    throw segmentNotFound(segment?.name ?? '')
  }
  assertPlace(scope, segment.name, undefined)
  return call(scope, segment.name, segments, {})
}

export async function callBound(
  scope: Scope,
  { table, key }: Binding,
  segments: readonly Segment[],
): Promise<WebApiResponse> {
  const name = segments[0]?.name.slice(NAMESPACE.length) ?? ''
  assertPlace(scope, name, { table, ...(key !== undefined && { key }) })
  if (key === undefined) {
    return isBulk(name) && segments.length === 1
      ? callBulk(scope, table, name)
      : call(scope, name, segments, {})
  }
  if (isBulk(name)) throw segmentNotFound(segments[0]?.name ?? '')
  const row: RowRef = {
    table: table.logicalName,
    id: await rowId(scope.org, table, key),
  }
  const parameter = BINDING_PARAMETERS[name]
  const bound =
    parameter === undefined ? { Target: row } : { [parameter.name]: parameter.isId ? row.id : row }
  return call(scope, name, segments, bound)
}

/**
 * Whose binding parameter the message knows under another name than Target.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/functions
 */
const BINDING_PARAMETERS: Readonly<
  Record<string, { readonly name: string; readonly isId: boolean } | undefined>
> = {
  RetrievePrincipalAccess: { name: 'Principal', isId: false },
  RetrieveUserPrivileges: { name: 'UserId', isId: true },
  RetrieveUserPrivilegeByPrivilegeName: { name: 'UserId', isId: true },
  AddMembersTeam: { name: 'TeamId', isId: true },
  RemoveMembersTeam: { name: 'TeamId', isId: true },
  ReassignObjectsSystemUser: { name: 'UserId', isId: true },
  AddUserToRecordTeam: { name: 'SystemUserId', isId: true },
  RemoveUserFromRecordTeam: { name: 'SystemUserId', isId: true },
  AddToQueue: { name: 'DestinationQueueId', isId: true },
  AddPrivilegesRole: { name: 'RoleId', isId: true },
  RemovePrivilegeRole: { name: 'RoleId', isId: true },
  ReplacePrivilegesRole: { name: 'RoleId', isId: true },
  PublishDuplicateRule: { name: 'DuplicateRuleId', isId: true },
  SendEmail: { name: 'EmailId', isId: true },
}

/**
 * An operation is found where it is bound, and nowhere else.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-functions#bound-and-unbound-functions
 */
function assertPlace(scope: Scope, name: string, binding: Binding | undefined): void {
  const operation = operationNamed(scope, name)
  if (operation === undefined || isBoundTo(operation.boundTo, binding)) return
  throw segmentNotFound(binding === undefined ? name : `${NAMESPACE}${name}`)
}

function isBoundTo(type: string | undefined, binding: Binding | undefined): boolean {
  if (type === undefined || binding === undefined) return type === binding
  const name = `mscrm.${binding.table.logicalName}`
  if (binding.key === undefined) return type === `Collection(${name})`
  return type === name || (type === 'mscrm.principal' && PRINCIPALS.has(name))
}

const PRINCIPALS: ReadonlySet<string> = new Set(['mscrm.systemuser', 'mscrm.team'])

/** undefined: nothing is declared of it, the message itself knows what it takes. */
function operationNamed({ served }: Scope, name: string): DeclaredOperation | undefined {
  const custom = served.customMessages?.get(name)
  if (custom !== undefined) return declared(custom)
  return Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined
}

async function call(
  scope: Scope,
  name: string,
  [segment, ...rest]: readonly Segment[],
  bound: Readonly<Record<string, unknown>>,
): Promise<WebApiResponse> {
  if (rest[0] !== undefined) throw segmentNotFound(rest[0].name)
  if (NOT_EXPOSED.has(name) || !/^[A-Za-z_]\w*$/.test(name)) throw segmentNotFound(name)
  const { method } = scope.request
  const sent =
    method === 'GET'
      ? functionArguments(scope, name, segment)
      : method === 'POST'
        ? actionParameters(scope, name)
        : undefined
  if (sent === undefined) throw methodNotAllowed(method, `'${name}'`, 'GET or POST')
  // A custom message looks at its parameters itself.
  const operation = isCustom(name) ? undefined : operationNamed(scope, name)
  if (operation !== undefined) checkParameters(name, operation, sent)
  const request = { ...sent, ...bound, ...scope.options }
  const response = await execute(scope, name, request)
  return writeResponse(
    scope,
    name,
    name === 'RetrieveCurrentOrganization'
      ? withEndpoints(scope, response as RetrieveCurrentOrganizationResponse)
      : response,
  )
}

/** Only where it is served is known at which address. The platform's SOAP endpoints are not. */
function withEndpoints(
  { address }: Scope,
  { Detail }: RetrieveCurrentOrganizationResponse,
): RetrieveCurrentOrganizationResponse {
  const application = address.root.slice(0, address.root.lastIndexOf('api/data/'))
  const Endpoints = dictionaryOf([['WebApplication', application]])
  return { Detail: { ...Detail, Endpoints } }
}

/** The name of a custom message begins with its publisher's prefix. */
export function isCustom(name: string): boolean {
  return name.includes('_')
}

/**
 * Operations the platform has sets and verbs for, and so no action.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/actions
 */
const NOT_EXPOSED: ReadonlySet<string> = new Set([
  'Create',
  'Retrieve',
  'RetrieveMultiple',
  'Update',
  'Upsert',
  'Delete',
  'Associate',
  'Disassociate',
  'Assign',
  'SetState',
  'SetStateDynamicEntity',
  'ExecuteMultiple',
  'ExecuteTransaction',
])

/**
 * Functions are called by GET. Of what nobody declares the name tells: by the platform's naming, what only reads
 * is a function; a custom message may be either.
 */
function isFunction(scope: Scope, name: string): boolean {
  const kind = operationNamed(scope, name)?.kind
  return kind === undefined ? FUNCTION_NAME.test(name) : kind === 'function'
}

const FUNCTION_NAME = /^(?:Retrieve|Get|Is|Validate|Search)[A-Z]\w*$/

/** @throws QUERY_INVALID, and where nothing of that name is a function */
export function functionArguments(
  scope: Scope,
  name: string,
  segment: Segment | undefined,
): Record<string, unknown> {
  const { address, catalog } = scope
  // Actions are not found by GET.
  const isUndeclared = operationNamed(scope, name) === undefined
  if (!isFunction(scope, name) && !(isCustom(name) && isUndeclared)) throw segmentNotFound(name)
  const given = segment?.arguments
  if (given !== undefined && given.positional.length > 0) {
    throw new DataverseError('QUERY_INVALID', `The parameters of '${name}' have to be named.`)
  }
  const values: Record<string, unknown> = {}
  for (const [parameter, literal] of given?.named ?? []) {
    const resolved = literal.kind === 'alias' ? address.options.alias(literal.name) : literal
    values[parameter] = readArgument({ catalog }, resolved)
  }
  return values
}

function actionParameters(scope: Scope, name: string): Record<string, unknown> {
  if (isFunction(scope, name)) throw methodNotAllowed('POST', `the function '${name}'`, 'GET')
  const values: Record<string, unknown> = {}
  for (const [parameter, value] of Object.entries(readObject(scope.request))) {
    if (!parameter.includes('@')) values[parameter] = readParameter(scope, value)
  }
  return values
}

async function execute({ org }: Scope, name: string, request: object): Promise<unknown> {
  try {
    return await org.execute(name, request)
  } catch (error) {
    const isThisOne =
      error instanceof DataverseError &&
      error.code === 'MESSAGE_UNKNOWN' &&
      error.message.includes(`'${name}'`)
    throw isThisOne ? segmentNotFound(name) : error
  }
}
