import type { WebApiResponse } from '../http.ts'

/** An answer inside a batch, with the Content-ID of the request it answers. */
export interface PartAnswer {
  readonly response: WebApiResponse
  readonly contentId: string | undefined
}

export type BatchAnswer =
  | { readonly kind: 'response'; readonly answer: PartAnswer }
  | { readonly kind: 'change-set'; readonly answers: readonly PartAnswer[] }

/** Letters, digits and spaces: what clients read as a reason. */
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  206: 'Partial Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
}

/** The body of a batch's answer. It begins with its delimiter: clients take the first line for it. */
export function writeBatch(
  answers: readonly BatchAnswer[],
  boundary: string,
  newId: () => string,
): string {
  let text = ''
  for (const each of answers) {
    text += `--${boundary}\r\n`
    text +=
      each.kind === 'response' ? writePart(each.answer) : writeChangeSet(each.answers, newId())
  }
  return `${text}--${boundary}--\r\n`
}

function writeChangeSet(answers: readonly PartAnswer[], id: string): string {
  const boundary = `changesetresponse_${id}`
  let text = `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n`
  for (const answer of answers) text += `--${boundary}\r\n${writePart(answer)}`
  return `${text}--${boundary}--\r\n\r\n`
}

function writePart({ response, contentId }: PartAnswer): string {
  const { status, headers, body } = response
  let text = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n'
  if (contentId !== undefined) text += `Content-ID: ${contentId}\r\n`
  text += `\r\nHTTP/1.1 ${status} ${REASONS[status] ?? 'Status'}\r\n`
  for (const [name, value] of Object.entries(headers)) {
    text += `${name}: ${name === 'Content-Type' ? streaming(value) : value}\r\n`
  }
  const content =
    body === undefined || typeof body === 'string' ? body : Buffer.from(body).toString('latin1')
  return `${text}\r\n${content ?? ''}\r\n`
}

function streaming(type: string): string {
  return type.includes('odata.metadata') ? `${type}; odata.streaming=true` : type
}
