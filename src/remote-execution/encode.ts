import { DataverseError } from '../errors/dataverse-error.ts'
import type { ExecutionContext, ParameterBag } from '../pipeline/execution-context.ts'
import { printLossless } from '../rows/lossless-json.ts'
import { encodeEntity, encodeParameter, encodeReference, wireDate } from './encode-value.ts'
import { SIZE_EXCEEDED_HEADER, type KindOf, type WireObject } from './wire.ts'

/** How long a whole payload may be; a longer one is shortened. */
export const WEBHOOK_MAX_BYTES = 256 * 1024
export const SERVICE_BUS_MAX_BYTES = 192 * 1024

/** A context as the platform prints it, whatever its length. */
export function encodeContext(context: ExecutionContext, kindOf: KindOf): string {
  return wireText(wireContext(context, kindOf))
}

/**
 * `encodeContext` for those who only keep it: undefined where a query in it cannot be written.
 * @throws HANDLER_FAILED for what a step has put into it without end
 */
export function printContext(context: ExecutionContext, kindOf: KindOf): string | undefined {
  for (let at: ExecutionContext | null = context; at !== null; at = at.ParentContext) {
    if (hasQueryOfOurs(at)) return undefined
  }
  try {
    return encodeContext(context, kindOf)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new DataverseError(
      'HANDLER_FAILED',
      `The context of ${context.MessageName} of ${context.PrimaryEntityName} cannot be serialized: what a step has put into its shared variables has no end.`,
      { cause },
    )
  }
}

export interface EncodedContext {
  readonly body: string
  /** Whether members were taken out because the body was too long. */
  readonly isReduced: boolean
}

/**
 * A context within `maxBytes`: one that is longer loses its parent context, input parameters and images.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 * @throws WEBHOOK_TOO_LARGE when that is not enough
 */
export function encodeWithin(
  maxBytes: number,
  context: ExecutionContext,
  kindOf: KindOf,
): EncodedContext {
  const whole = wireContext(context, kindOf)
  const body = wireText(whole)
  if (Buffer.byteLength(body) <= maxBytes) return { body, isReduced: false }
  // Unverified: whether the members become empty or disappear.
  const reduced = wireText({ ...whole, ...REMOVED })
  if (Buffer.byteLength(reduced) <= maxBytes) return { body: reduced, isReduced: true }
  throw new DataverseError(
    'WEBHOOK_TOO_LARGE',
    `The context of ${context.MessageName} of ${context.PrimaryEntityName} is longer than ${maxBytes} bytes even without its parent context, input parameters and images.`,
  )
}

export interface WebhookRequest extends EncodedContext {
  readonly headers: Readonly<Record<string, string>>
}

/** The request a webhook receives, but for what authenticates it. */
export function encodeWebhook(
  context: ExecutionContext,
  kindOf: KindOf,
  organizationDomain: string,
): WebhookRequest {
  const encoded = encodeWithin(WEBHOOK_MAX_BYTES, context, kindOf)
  return {
    ...encoded,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-ms-dynamics-organization': organizationDomain,
      'x-ms-dynamics-entity-name': context.PrimaryEntityName,
      'x-ms-dynamics-request-name': context.MessageName,
      'x-ms-correlation-request-id': context.CorrelationId,
      // Unverified: the value. Receivers look for the header's presence.
      ...(encoded.isReduced ? { [SIZE_EXCEEDED_HEADER]: 'true' } : {}),
    },
  }
}

const REMOVED = {
  InputParameters: [],
  ParentContext: null,
  PostEntityImages: [],
  PreEntityImages: [],
} as const

/** Members in the order of the wire, which is alphabetical. */
function wireContext(context: ExecutionContext, kindOf: KindOf): WireObject {
  refuseQuery(context)
  const userAgent = context.InitiatingUserAgent
  const initiatingObjectId = context.InitiatingUserAzureActiveDirectoryObjectId
  const objectId = context.UserAzureActiveDirectoryObjectId
  return {
    BusinessUnitId: context.BusinessUnitId,
    CorrelationId: context.CorrelationId,
    Depth: context.Depth,
    ...(userAgent === undefined ? {} : { InitiatingUserAgent: userAgent }),
    ...(initiatingObjectId === undefined
      ? {}
      : { InitiatingUserAzureActiveDirectoryObjectId: initiatingObjectId }),
    InitiatingUserId: context.InitiatingUserId,
    InputParameters: bag(context.InputParameters, kindOf),
    IsExecutingOffline: context.IsExecutingOffline,
    IsInTransaction: context.IsInTransaction,
    IsOfflinePlayback: context.IsOfflinePlayback,
    IsolationMode: context.IsolationMode,
    MessageName: context.MessageName,
    Mode: context.Mode,
    OperationCreatedOn: wireDate(context.OperationCreatedOn, context.Mode === 1 ? '+0000' : ''),
    OperationId: context.OperationId,
    OrganizationId: context.OrganizationId,
    OrganizationName: context.OrganizationName,
    OutputParameters: bag(context.OutputParameters, kindOf),
    OwningExtension: encodeReference(context.OwningExtension),
    ParentContext:
      context.ParentContext === null ? null : wireContext(context.ParentContext, kindOf),
    PostEntityImages: images(context.PostEntityImages, kindOf),
    PreEntityImages: images(context.PreEntityImages, kindOf),
    PrimaryEntityId: context.PrimaryEntityId,
    PrimaryEntityName: context.PrimaryEntityName,
    RequestId: context.RequestId,
    SecondaryEntityName: context.SecondaryEntityName,
    SharedVariables: bag(context.SharedVariables, kindOf),
    Stage: context.Stage,
    ...(objectId === undefined ? {} : { UserAzureActiveDirectoryObjectId: objectId }),
    UserId: context.UserId,
  }
}

/** A query of ours is none of the three classes the platform sends. */
function hasQueryOfOurs({ MessageName, InputParameters }: ExecutionContext): boolean {
  if (MessageName !== 'RetrieveMultiple') return false
  const query = InputParameters['Query']
  return typeof query === 'object' && query !== null && !('__type' in query)
}

function refuseQuery(context: ExecutionContext): void {
  if (!hasQueryOfOurs(context)) return
  throw new DataverseError(
    'NOT_SUPPORTED',
    'The Query of a RetrieveMultiple is not written as a QueryExpression, so its context cannot be sent.',
  )
}

function bag(parameters: ParameterBag, kindOf: KindOf) {
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: encodeParameter(value, kindOf) }))
}

function images(all: ExecutionContext['PreEntityImages'], kindOf: KindOf) {
  return Object.entries(all).map(([key, entity]) => ({ key, value: encodeEntity(entity, kindOf) }))
}

/** Slashes are escaped, and control characters by number, as the platform's serializer does both. */
function wireText(value: unknown): string {
  return printLossless(value).replace(/\\.|\//g, (token) => SPELT[token] ?? token)
}

const SPELT: Readonly<Record<string, string>> = {
  '/': '\\/',
  '\\b': '\\u0008',
  '\\f': '\\u000c',
  '\\n': '\\u000a',
  '\\r': '\\u000d',
  '\\t': '\\u0009',
}
