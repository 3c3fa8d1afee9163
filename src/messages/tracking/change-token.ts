import { DataverseError } from '../../errors/dataverse-error.ts'

/** Up to where a client knows the rows of a table, and when that was. */
export interface ChangeToken {
  readonly version: bigint
  readonly atMs: number
}

/** `919042!08/22/2017 08:10:44`, in UTC. https://learn.microsoft.com/power-apps/developer/data-platform/use-change-tracking-synchronize-data-external-systems */
export function printToken({ version, atMs }: ChangeToken): string {
  const [year = '', month = '', day = '', time = ''] = new Date(atMs).toISOString().split(/[-T.]/)
  return `${version}!${month}/${day}/${year} ${time}`
}

/** @throws INVALID_ARGUMENT */
export function readToken(text: string): ChangeToken {
  const parts = /^(\d{1,19})!(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d:\d\d)$/.exec(text)
  const atMs = parts === null ? NaN : Date.parse(`${parts[4]}-${parts[2]}-${parts[3]}T${parts[5]}Z`)
  if (parts !== null && !Number.isNaN(atMs)) return { version: BigInt(parts[1] ?? ''), atMs }
  // Unverified: the code.
  throw new DataverseError('INVALID_ARGUMENT', `'${text}' is no token of RetrieveEntityChanges.`)
}

/** Where the next page goes on. */
export interface ChangeCursor {
  /** What the first page was asked at; what changes later is for the next token. */
  readonly until: ChangeToken
  readonly phase: 'changed' | 'deleted'
  /** The version of the last row of the page before. */
  readonly after: bigint
}

export function printCursor({ until, phase, after }: ChangeCursor): string {
  return `${phase}:${after}:${printToken(until)}`
}

/** @throws INVALID_ARGUMENT */
export function readCursor(text: string): ChangeCursor {
  const [, phase, after, token] = /^(changed|deleted):(\d{1,19}):(.*)$/.exec(text) ?? []
  if (phase === 'changed' || phase === 'deleted') {
    return { until: readToken(token ?? ''), phase, after: BigInt(after ?? '') }
  }
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `'${text}' is no paging cookie of RetrieveEntityChanges.`,
  )
}
