import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseLossless } from '../../rows/lossless-json.ts'
import { bodyText, type WebApiRequest } from '../http.ts'

/**
 * The body of a request. dataverse-ify sends its object as JSON inside a JSON string; the platform reads that.
 * @throws PAYLOAD_INVALID
 */
export function readJson(request: WebApiRequest): unknown {
  const text = bodyText(request)
  const body = parse(text)
  return typeof body === 'string' && body.trimStart().startsWith('{') ? parse(body) : body
}

/** A body that has to be an object; absent or empty: no members. */
export function readObject(request: WebApiRequest): Readonly<Record<string, unknown>> {
  if (request.body === undefined || request.body.length === 0) return {}
  const body = readJson(request)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DataverseError('PAYLOAD_INVALID', 'A JSON object is expected in the body.')
  }
  return body as Readonly<Record<string, unknown>>
}

function parse(text: string): unknown {
  try {
    return parseLossless(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataverseError('PAYLOAD_INVALID', `Invalid JSON. ${reason}`, { cause })
  }
}
