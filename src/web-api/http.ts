/**
 * One request, whoever carries it: node:http, an Azure Function, a part of a batch, a test.
 * A function of these costs a third of one of the web's Request and Response.
 */
export interface WebApiRequest {
  readonly method: string
  /** A path with its query (`/api/data/v9.2/accounts?$top=1`), or an absolute URL. */
  readonly url: string
  /** Names in lower case; several headers of one name joined by a comma. */
  readonly headers: Headers
  readonly body?: string | Uint8Array | undefined
}

export type Headers = Readonly<Record<string, string | undefined>>

export interface WebApiResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Absent: no body, and none of length zero either. */
  readonly body?: string | Uint8Array | undefined
}

export type WebApi = (request: WebApiRequest) => Promise<WebApiResponse>

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors */
export const JSON_TYPE = 'application/json; odata.metadata=minimal'

const NO_CONTENT_HEADERS = { 'OData-Version': '4.0' } as const
const JSON_HEADERS = { 'Content-Type': JSON_TYPE, 'OData-Version': '4.0' } as const
const TEXT_HEADERS = { 'Content-Type': 'text/plain', 'OData-Version': '4.0' } as const

type HeadersOut = WebApiResponse['headers']

export function noContent(headers?: HeadersOut): WebApiResponse {
  return {
    status: 204,
    headers: headers === undefined ? NO_CONTENT_HEADERS : together(NO_CONTENT_HEADERS, headers),
  }
}

/** An answer whose JSON text is already written. */
export function json(
  body: string,
  status = 200,
  headers?: HeadersOut,
  more?: HeadersOut,
): WebApiResponse {
  const isPlain = headers === undefined && more === undefined
  return {
    status,
    headers: isPlain ? JSON_HEADERS : together(JSON_HEADERS, headers, more),
    body,
  }
}

/** Not by spreading, which every answer would pay for with microseconds. */
function together(all: HeadersOut, headers: HeadersOut | undefined, more?: HeadersOut): HeadersOut {
  return Object.assign({}, all, headers, more)
}

export function text(body: string, headers?: HeadersOut): WebApiResponse {
  return {
    status: 200,
    headers: headers === undefined ? TEXT_HEADERS : together(TEXT_HEADERS, headers),
    body,
  }
}

/** The text of a body. Bytes that are not UTF-8 become replacement characters, which the JSON reader then refuses or keeps. */
export function bodyText(request: WebApiRequest): string {
  const { body } = request
  if (body === undefined) return ''
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
}

export function bodyBytes(request: WebApiRequest): Uint8Array {
  const { body } = request
  if (body === undefined) return new Uint8Array()
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body
}
