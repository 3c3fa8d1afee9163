import { DataverseError } from '../errors/dataverse-error.ts'
import type { Entity, ExecutionContext, ParameterBag } from '../pipeline/execution-context.ts'
import { EMPTY_GUID, parseGuid } from '../rows/guid.ts'
import { parseLossless } from '../rows/lossless-json.ts'
import { decodeEntity, decodeParameter, decodeReference, instantOf } from './decode-value.ts'
import { entriesOf, isObject, NO_KINDS, type KindOf, type WireObject } from './wire.ts'

/**
 * The context in a webhook's body, or in a message of Service Bus. Members the reader does not know are
 * ignored; bags that are missing or null, as in a body the platform has shortened, are empty.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 *
 * `kindOf` matters for two kinds only: without it a date-only column reads as its midnight in UTC, and a
 * 64-bit column as a number while it is small enough for one.
 * @throws CONTEXT_INVALID for what is no context, NOT_SUPPORTED for a column of a type not known here
 */
export function decodeContext(text: string, kindOf?: KindOf): ExecutionContext {
  let parsed: unknown
  try {
    parsed = parseLossless(text)
  } catch (cause) {
    throw invalid(
      `the body is no JSON (${cause instanceof Error ? cause.message : 'unreadable'})`,
      cause,
    )
  }
  return contextOf(parsed, kindOf ?? NO_KINDS)
}

function contextOf(value: unknown, kindOf: KindOf): ExecutionContext {
  if (!isObject(value)) throw invalid('the body is no object')
  const operationId = guid(value, 'OperationId')
  const requestId = value['RequestId']
  return {
    MessageName: requiredText(value, 'MessageName'),
    Stage: requiredNumber(value, 'Stage'),
    Mode: value['Mode'] === 1 ? 1 : 0,
    PrimaryEntityName: requiredText(value, 'PrimaryEntityName'),
    PrimaryEntityId: guid(value, 'PrimaryEntityId'),
    SecondaryEntityName: text(value, 'SecondaryEntityName', 'none'),
    InputParameters: bag(value['InputParameters'], (each) => decodeParameter(each, kindOf)),
    OutputParameters: bag(value['OutputParameters'], (each) => decodeParameter(each, kindOf)),
    SharedVariables: bag(value['SharedVariables'], (each) => decodeParameter(each, kindOf)),
    PreEntityImages: images(value['PreEntityImages'], kindOf),
    PostEntityImages: images(value['PostEntityImages'], kindOf),
    ParentContext: isObject(value['ParentContext'])
      ? contextOf(value['ParentContext'], kindOf)
      : null,
    Depth: typeof value['Depth'] === 'number' ? value['Depth'] : 1,
    CorrelationId: guid(value, 'CorrelationId'),
    OperationId: operationId,
    OperationCreatedOn: instantOf(value['OperationCreatedOn']) ?? new Date(0),
    RequestId: typeof requestId === 'string' ? (parseGuid(requestId) ?? requestId) : null,
    UserId: guid(value, 'UserId'),
    InitiatingUserId: guid(value, 'InitiatingUserId'),
    BusinessUnitId: guid(value, 'BusinessUnitId'),
    OrganizationId: guid(value, 'OrganizationId'),
    OrganizationName: text(value, 'OrganizationName', ''),
    OwningExtension: isObject(value['OwningExtension'])
      ? decodeReference(value['OwningExtension'])
      : NO_STEP,
    IsolationMode: typeof value['IsolationMode'] === 'number' ? value['IsolationMode'] : 1,
    IsInTransaction: value['IsInTransaction'] === true,
    IsExecutingOffline: value['IsExecutingOffline'] === true,
    IsOfflinePlayback: value['IsOfflinePlayback'] === true,
    ...newerMembers(value),
  }
}

const NO_STEP = { LogicalName: 'sdkmessageprocessingstep', Id: EMPTY_GUID, Name: null } as const
const NEWER_MEMBERS = [
  'InitiatingUserAgent',
  'InitiatingUserAzureActiveDirectoryObjectId',
  'UserAzureActiveDirectoryObjectId',
] as const

function newerMembers(value: WireObject) {
  const found: { -readonly [N in (typeof NEWER_MEMBERS)[number]]?: string } = {}
  for (const name of NEWER_MEMBERS) {
    const member = value[name]
    if (typeof member === 'string') found[name] = member
  }
  return found
}

function bag(value: unknown, decode: (value: unknown) => unknown): ParameterBag {
  const found: ParameterBag = {}
  for (const { key, value: each } of entriesOf(value)) found[key] = decode(each)
  return found
}

function images(value: unknown, kindOf: KindOf): Readonly<Record<string, Entity>> {
  const found: Record<string, Entity> = {}
  for (const { key, value: each } of entriesOf(value)) {
    if (isObject(each)) found[key] = decodeEntity(each, kindOf)
  }
  return found
}

function requiredText(value: WireObject, member: string): string {
  const found = value[member]
  if (typeof found !== 'string' || found === '') throw invalid(`${member} is no text`)
  return found
}

function requiredNumber(value: WireObject, member: string): number {
  const found = value[member]
  if (typeof found !== 'number') throw invalid(`${member} is no number`)
  return found
}

function text(value: WireObject, member: string, absent: string): string {
  const found = value[member]
  return typeof found === 'string' ? found : absent
}

function guid(value: WireObject, member: string): string {
  const found = value[member]
  if (found === undefined || found === null) return EMPTY_GUID
  const parsed = typeof found === 'string' ? parseGuid(found) : undefined
  if (parsed === undefined) throw invalid(`${member} is no GUID`)
  return parsed
}

function invalid(complaint: string, cause?: unknown): DataverseError {
  return new DataverseError(
    'CONTEXT_INVALID',
    `This is not a RemoteExecutionContext: ${complaint}.`,
    cause === undefined ? {} : { cause },
  )
}
