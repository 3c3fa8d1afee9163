import type { Headers } from './http.ts'

/** What `If-Match` or `If-None-Match` asks for. */
export type EtagCondition =
  | { readonly kind: 'any' }
  /** Row versions; a tag that is none of ours matches nothing. */
  | { readonly kind: 'versions'; readonly versions: readonly bigint[] }

/**
 * `*`, etags weak or strong, or several of them. The word `null`, which clients send against browser caches,
 * is no condition.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/perform-conditional-operations-using-web-api
 */
export function readCondition(
  headers: Headers,
  name: 'if-match' | 'if-none-match',
): EtagCondition | undefined {
  const header = headers[name]?.trim()
  if (header === undefined || header === '' || header === 'null') return undefined
  if (header === '*') return { kind: 'any' }
  const versions: bigint[] = []
  for (const [, digits] of header.matchAll(/(?:W\/)?"(\d{1,19})"/g)) {
    if (digits !== undefined) versions.push(BigInt(digits))
  }
  return { kind: 'versions', versions }
}
