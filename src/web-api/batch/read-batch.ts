import { DataverseError } from '../../errors/dataverse-error.ts'
import { bodyText, type WebApiRequest } from '../http.ts'
import { addHeader, boundaryOf, lineEnd, splitParts, type Part } from './multipart.ts'

export interface BatchRequest {
  readonly method: string
  /** As it stands in the part: absolute, from the host's root, from the service root, or `$1…`. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly contentId: string | undefined
}

export type BatchItem =
  | { readonly kind: 'request'; readonly request: BatchRequest }
  | { readonly kind: 'change-set'; readonly requests: readonly BatchRequest[] }

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api */
const MAX_REQUESTS = 1000

/** @throws PAYLOAD_INVALID */
export function readBatch(request: WebApiRequest): readonly BatchItem[] {
  const boundary = boundaryOf(request.headers['content-type'])
  if (boundary === undefined) {
    throw invalid('A $batch needs Content-Type: multipart/mixed with a boundary.')
  }
  const parts = splitParts(bodyText(request), boundary)
  if (parts === undefined) throw invalid(`The body has no delimiter '--${boundary}'.`)
  const items = parts.filter((part) => !isEmpty(part)).map(readItem)
  const count = items.reduce(
    (sum, item) => sum + (item.kind === 'request' ? 1 : item.requests.length),
    0,
  )
  if (count > MAX_REQUESTS) {
    throw invalid(`The batch has ${count} requests; at most ${MAX_REQUESTS} are allowed.`)
  }
  return items
}

function readItem(part: Part): BatchItem {
  const boundary = boundaryOf(part.headers['content-type'])
  if (boundary === undefined) return { kind: 'request', request: readRequest(part) }
  const parts = splitParts(part.content, boundary)
  if (parts === undefined) throw invalid(`A change set has no delimiter '--${boundary}'.`)
  return {
    kind: 'change-set',
    requests: parts.filter((each) => !isEmpty(each)).map(readRequest),
  }
}

function isEmpty({ headers, content }: Part): boolean {
  return content.trim() === '' && Object.keys(headers).length === 0
}

/** `METHOD url HTTP/1.1`, headers, an empty line, the body. Spaces in the URL occur. */
function readRequest({ headers: outer, content }: Part): BatchRequest {
  const text = content.replace(/^(?:[ \t]*\r?\n)+/, '')
  const line = lineEnd(text, 0)
  const first = /^([A-Za-z]+)[ \t]+(.+?)(?:[ \t]+HTTP\/[\d.]+)?[ \t]*$/.exec(text.slice(0, line.at))
  if (first === null) {
    throw invalid(
      `'${text.slice(0, Math.min(line.at, 80))}' is no request line, as in GET accounts HTTP/1.1.`,
    )
  }
  const headers: Record<string, string> = {}
  let position = line.next
  while (position < text.length) {
    const end = lineEnd(text, position)
    const header = text.slice(position, end.at)
    position = end.next
    if (header.trim() === '') break
    addHeader(headers, header)
  }
  const [, method = '', url = ''] = first
  return {
    method: method.toUpperCase(),
    url,
    headers,
    body: text.slice(position),
    contentId: outer['content-id'] ?? headers['content-id'],
  }
}

function invalid(message: string): DataverseError {
  return new DataverseError('PAYLOAD_INVALID', message)
}
