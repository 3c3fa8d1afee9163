import { DataverseError } from '../../errors/dataverse-error.ts'
import type { OrganizationService } from '../../messages/organization-service.ts'
import { randomIds } from '../../rows/guid.ts'
import { errorAnswer } from '../error-answer.ts'
import type { Headers, WebApiRequest, WebApiResponse } from '../http.ts'
import { readPreferences } from '../preferences.ts'
import { inTransaction, type Scope } from '../scope.ts'
import { readBatch, type BatchItem, type BatchRequest } from './read-batch.ts'
import { writeBatch, type BatchAnswer, type PartAnswer } from './write-batch.ts'

/** What a part runs in: nothing of its own, or its change set. */
export interface PartContext {
  readonly org?: OrganizationService
  readonly resolve?: (reference: string) => string
}

/** Answers one request as if it had come alone; failures are thrown. */
export type AnswerPart = (request: WebApiRequest, context: PartContext) => Promise<WebApiResponse>

/**
 * Requests one after the other, change sets all or nothing. The first failure ends it, and its status is
 * the batch's, unless the caller wants to go on.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api
 */
export async function answerBatch(scope: Scope, answerPart: AnswerPart): Promise<WebApiResponse> {
  const answers: BatchAnswer[] = []
  let status = 200
  for (const item of readBatch(scope.request)) {
    const answer = await answerItem(scope, item, answerPart)
    answers.push(answer)
    const failed = answer.kind === 'response' ? answer.answer.response.status : 200
    if (failed >= 400 && !scope.preferences.continueOnError) {
      status = failed
      break
    }
  }
  const boundary = `batchresponse_${randomIds.next()}`
  return {
    status,
    headers: { 'Content-Type': `multipart/mixed; boundary=${boundary}`, 'OData-Version': '4.0' },
    body: writeBatch(answers, boundary, () => randomIds.next()),
  }
}

function answerItem(scope: Scope, item: BatchItem, answerPart: AnswerPart): Promise<BatchAnswer> {
  return item.kind === 'request'
    ? answerAlone(scope, item.request, answerPart)
    : answerChangeSet(scope, item.requests, answerPart)
}

async function answerAlone(
  scope: Scope,
  part: BatchRequest,
  answerPart: AnswerPart,
): Promise<BatchAnswer> {
  const { contentId } = part
  const request = asRequest(scope, part, part.url)
  try {
    const response = await answerPart(request, {})
    return { kind: 'response', answer: { response, contentId } }
  } catch (error) {
    return { kind: 'response', answer: { response: failure(error, request), contentId } }
  }
}

/** A failing change set is answered by the one answer that failed, and nothing of it stays. */
async function answerChangeSet(
  scope: Scope,
  parts: readonly BatchRequest[],
  answerPart: AnswerPart,
): Promise<BatchAnswer> {
  let running: BatchRequest | undefined
  const run = async (org: OrganizationService): Promise<BatchAnswer> => {
    const answers: PartAnswer[] = []
    const references = new Map<string, string>()
    const resolve = (reference: string) => resolveReference(references, reference)
    for (const part of parts) {
      running = part
      if (part.method === 'GET') {
        throw new DataverseError('QUERY_INVALID', 'A change set can not hold GET requests.')
      }
      const url = part.url.startsWith('$') ? resolve(part.url) : part.url
      const response = await answerPart(asRequest(scope, part, url), { org, resolve })
      const made = response.headers['OData-EntityId'] ?? response.headers['Location']
      if (part.contentId !== undefined && made !== undefined) references.set(part.contentId, made)
      answers.push({ response, contentId: part.contentId })
    }
    return { kind: 'change-set', answers }
  }
  try {
    return await inTransaction(scope, run)
  } catch (error) {
    const response = failure(error, running)
    return { kind: 'response', answer: { response, contentId: running?.contentId } }
  }
}

/** `$1` and what follows it, as the address of what request 1 made. */
function resolveReference(references: ReadonlyMap<string, string>, reference: string): string {
  const found = /^\$([^/?]+)([^]*)$/.exec(reference)
  const address = found?.[1] === undefined ? undefined : references.get(found[1])
  if (address !== undefined) return `${address}${found?.[2] ?? ''}`
  throw new DataverseError(
    'QUERY_INVALID',
    `Content-ID Reference: '$${found?.[1] ?? ''}' does not exist in the batch context.`,
  )
}

function asRequest(scope: Scope, part: BatchRequest, url: string): WebApiRequest {
  return {
    method: part.method,
    url: absolute(scope.address.root, url),
    headers: { ...inherited(scope.request.headers), ...part.headers },
    body: part.body.trim() === '' ? undefined : part.body,
  }
}

function absolute(root: string, url: string): string {
  if (/^https?:\/\//i.test(url)) return url
  if (url.startsWith('/')) return root.replace(/^(https?:\/\/[^/]+).*$/i, '$1') + url
  return root + url
}

/** Who calls, and what is bypassed, is said once for the batch; preferences and conditions are each part's own. */
function inherited(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    if (INHERITED.has(name) || name.startsWith('mscrm')) kept[name] = value
  }
  return kept
}

const INHERITED = new Set([
  'authorization',
  'callerobjectid',
  'host',
  'x-forwarded-host',
  'x-forwarded-proto',
])

function failure(
  error: unknown,
  request: { readonly headers: Headers } | undefined,
): WebApiResponse {
  return errorAnswer(
    error,
    request === undefined ? undefined : readPreferences(request.headers).annotations,
  )
}
