import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Headers } from '../http.ts'
import { decode } from './decode.ts'
import { parseArguments, type Arguments } from './literal.ts'
import { QueryOptions } from './query-options.ts'

/** One step of a path: a name and what stands in parentheses behind it. */
export interface Segment {
  readonly name: string
  /** undefined: no parentheses. */
  readonly arguments: Arguments | undefined
  /** As it stands in the address, decoded. */
  readonly text: string
}

export interface Address {
  /**
   * The service root, a slash at its end, spelt as the caller reached it: clients take the answers' links
   * apart by this prefix.
   */
  readonly root: string
  readonly segments: readonly Segment[]
  readonly options: QueryOptions
  /** What follows the root, without the query, as it was sent. */
  readonly path: string
}

/**
 * The versions that answer alike; each is echoed in every link.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#versions-and-version-compatibility
 */
const ROOT = /\/api\/data\/v9\.[0-2](?=\/|$)/

/** A GET's URL may be so long, and twice that inside a batch. */
const MAX_URL_LENGTH = 32_768
const MAX_URL_LENGTH_IN_BATCH = 65_536

/** @throws RESOURCE_NOT_FOUND outside the service root, QUERY_INVALID for what can't be read */
export function parseAddress(url: string, headers: Headers, inBatch = false): Address {
  if (url.length > (inBatch ? MAX_URL_LENGTH_IN_BATCH : MAX_URL_LENGTH)) {
    throw new DataverseError(
      'QUERY_INVALID',
      `The URL has ${url.length} characters; ${inBatch ? MAX_URL_LENGTH_IN_BATCH : MAX_URL_LENGTH} are allowed. Send it in a $batch.`,
    )
  }
  const questionMark = url.indexOf('?')
  const location = questionMark === -1 ? url : url.slice(0, questionMark)
  const query = questionMark === -1 ? '' : url.slice(questionMark + 1)
  const found = ROOT.exec(location)
  if (found === null) {
    throw new DataverseError(
      'RESOURCE_NOT_FOUND',
      `Resource not found for the segment '${firstSegment(location)}'. The service root is /api/data/v9.2/.`,
    )
  }
  const end = found.index + found[0].length
  const root = `${origin(location.slice(0, found.index), headers)}${found[0]}/`
  const path = location.slice(end + 1)
  return { root, path, segments: parsePath(path), options: new QueryOptions(query) }
}

/** @throws QUERY_INVALID */
export function parsePath(path: string): Segment[] {
  const decoded = decode(path)
  const segments: Segment[] = []
  for (const text of splitPath(decoded)) {
    // Slashes at the end, and doubled ones, mean nothing.
    if (text !== '') segments.push(parseSegment(text))
  }
  return segments
}

function parseSegment(text: string): Segment {
  const open = text.indexOf('(')
  if (open === -1) return { name: text, arguments: undefined, text }
  if (!text.endsWith(')')) {
    throw new DataverseError('QUERY_INVALID', `Bad Request - Error in query syntax: '${text}'.`)
  }
  return { name: text.slice(0, open), arguments: parseArguments(text.slice(open + 1, -1)), text }
}

/** At slashes outside quotes; those inside a key's text belong to it. */
function splitPath(path: string): readonly string[] {
  if (!path.includes("'")) return path.split('/')
  const parts: string[] = []
  let isQuoted = false
  let start = 0
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i)
    if (c === 0x27) isQuoted = !isQuoted
    else if (c === 0x2f && !isQuoted) {
      parts.push(path.slice(start, i))
      start = i + 1
    }
  }
  parts.push(path.slice(start))
  return parts
}

/** Scheme and host of the answers' links: the caller's own, as a proxy or the Host header tell it. */
function origin(before: string, headers: Headers): string {
  const scheme = /^https?:\/\//i.exec(before)
  return scheme === null ? `${serverOf(headers)}${before}` : before
}

/** Scheme and host as a proxy or the Host header tell them. */
export function serverOf(headers: Headers): string {
  const protocol =
    headers['x-forwarded-proto']?.split(',')[0]?.trim() === 'https' ? 'https' : 'http'
  const host = headers['x-forwarded-host']?.split(',')[0]?.trim() ?? headers['host'] ?? 'localhost'
  return `${protocol}://${host}`
}

function firstSegment(location: string): string {
  const path = location.replace(/^https?:\/\/[^/]*/i, '')
  return path.split('/').find((segment) => segment !== '') ?? ''
}
