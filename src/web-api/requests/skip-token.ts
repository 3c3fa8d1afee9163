import { DataverseError } from '../../errors/dataverse-error.ts'
import type { PageRequest } from '../../query/query.ts'
import type { Scope } from '../scope.ts'

/**
 * Where the page after this one begins, as `$skiptoken` and FetchXML's paging cookie say it: an element that
 * holds the page's number and, percent-encoded, the inner cookie.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/page-results
 */
export function pagingElement(
  number: number,
  cookie: string | undefined,
  encodings: 1 | 2,
): string {
  let inner = cookie ?? ''
  for (let i = 0; i < encodings; i++) inner = lowerHexEncoded(inner)
  return `<cookie pagenumber="${number}" pagingcookie="${inner}" istracking="False" />`
}

/** The platform writes lower-case hexadecimal digits and encodes the equals sign. */
function lowerHexEncoded(text: string): string {
  return encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
}

/** The address of the next page: the present one, its query kept verbatim, with another token. */
export function nextLink({ address }: Scope, number: number, cookie: string | undefined): string {
  const token = encodeURI(pagingElement(number, cookie, 1))
  const kept = address.options.raw
    .split('&')
    .filter((pair) => pair !== '' && !/^(?:\$|%24)skiptoken=/i.test(pair))
  return `${address.root}${address.path}?${[...kept, `$skiptoken=${token}`].join('&')}`
}

/** @throws QUERY_INVALID for a token this service did not make */
export function readSkipToken(token: string): Pick<PageRequest, 'number' | 'cookie'> {
  const element = decodedUntil(token, '<')
  const number = Number(/pagenumber="(\d{1,9})"/.exec(element)?.[1])
  if (!(number >= 1)) throw malformed()
  // A token decoded once more than it was encoded has quotes inside its quotes.
  const inner = /pagingcookie="([^]*)" istracking=/.exec(element)?.[1] ?? ''
  if (inner === '') return { number }
  const cookie = decodedUntil(inner, '<')
  if (!cookie.startsWith('<')) throw malformed()
  return { number, cookie }
}

function decodedUntil(text: string, start: string): string {
  let decoded = text
  for (let i = 0; i < 3 && !decoded.startsWith(start); i++) {
    try {
      decoded = decodeURIComponent(decoded)
    } catch {
      throw malformed()
    }
  }
  return decoded
}

function malformed(): DataverseError {
  return new DataverseError(
    'QUERY_INVALID',
    'Malformed $skiptoken: follow @odata.nextLink as it was given.',
  )
}
