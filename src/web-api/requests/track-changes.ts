import { DataverseError } from '../../errors/dataverse-error.ts'
import type { EntityChange, RetrieveEntityChangesResponse } from '../../messages/requests.ts'
import type { Table } from '../../metadata/table.ts'
import { gatherFormats } from '../answer/gather-names.ts'
import { quote } from '../answer/quote.ts'
import type { Annotating } from '../answer/row-shape.ts'
import { selectionOf, type Selection } from '../answer/selection.ts'
import { json, text, type WebApiResponse } from '../http.ts'
import { appliedPreferences, MAX_PAGE_SIZE } from '../preferences.ts'
import type { Scope } from '../scope.ts'
import { assertSupported } from './set-query.ts'

/** Whether the request asks for a set with its changes: at first by `Prefer`, then by the links it was given. */
export function asksForChanges({ address: { options }, preferences }: Scope): boolean {
  return (
    preferences.trackChanges ||
    options.get('$deltatoken') !== undefined ||
    CURSOR.test(options.get('$skiptoken') ?? '')
  )
}

/** What RetrieveEntityChanges gives as a cookie; other pages have other ones. */
const CURSOR = /^(?:changed|deleted):/

/**
 * The rows of a set with a link to what changes from now on, or what has changed since such a link was given.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-change-tracking-synchronize-data-external-systems#retrieve-changes-for-a-table-using-the-web-api
 */
export async function readChanges(scope: Scope, table: Table): Promise<WebApiResponse> {
  assertTrackable(scope)
  const { address, preferences, request } = scope
  const selection = selectionOf(table, address.options.get('$select'))
  const { EntityChanges } = await changesOf(scope, table, selection.columns ?? 'all', {
    size: preferences.maxPageSize ?? MAX_PAGE_SIZE,
    cookie: address.options.get('$skiptoken'),
  })
  const { Changes, MoreRecords, PagingCookie, DataToken } = EntityChanges
  const annotating = await annotatingOf(scope, selection, Changes)
  const chosen = selection.names === undefined ? '' : `(${selection.names.join(',')})`
  const delta = address.options.get('$deltatoken') === undefined ? '' : '/$delta'
  let body = `{"@odata.context":${quote(`${address.root}$metadata#${table.entitySetName}${chosen}${delta}`)}`
  if (!MoreRecords) body += `,"@odata.deltaLink":${quote(deltaLink(scope, DataToken))}`
  body += `,"value":[${Changes.map((change) => item(scope, table, selection, change, annotating)).join(',')}]`
  if (PagingCookie !== null) body += `,"@odata.nextLink":${quote(nextPage(scope, PagingCookie))}`
  return json(
    `${body}}`,
    200,
    appliedPreferences(request.headers, [
      'odata.include-annotations',
      'odata.maxpagesize',
      'odata.track-changes',
    ]),
  )
}

/** `set/$count?$deltatoken=…`: how many rows there are in it, however many pages they take. */
export async function countChanges(scope: Scope, table: Table): Promise<WebApiResponse> {
  assertTrackable(scope)
  let count = 0
  let cookie: string | null | undefined
  do {
    const { EntityChanges } = await changesOf(scope, table, [], { size: MAX_PAGE_SIZE, cookie })
    count += EntityChanges.Changes.length
    cookie = EntityChanges.PagingCookie
  } while (cookie !== null)
  return text(String(count))
}

/** @throws QUERY_INVALID */
function assertTrackable({ address: { options } }: Scope): void {
  assertSupported(options.names)
  for (const name of ['filter', 'orderby', 'expand', 'top', 'apply']) {
    if (options.get(`$${name}`) === undefined) continue
    throw new DataverseError(
      'QUERY_INVALID',
      `The "${name}" query parameter isn't supported when Change Tracking is enabled.`,
    )
  }
}

function changesOf(
  { org, address, options }: Scope,
  table: Table,
  Columns: readonly string[] | 'all',
  page: { readonly size: number; readonly cookie: string | null | undefined },
): Promise<RetrieveEntityChangesResponse> {
  const DataVersion = address.options.get('$deltatoken')
  return org.execute('RetrieveEntityChanges', {
    EntityName: table.logicalName,
    Columns,
    ...(DataVersion === undefined ? {} : { DataVersion }),
    PageInfo: { Count: page.size, PagingCookie: page.cookie ?? null },
    ...options,
  })
}

async function annotatingOf(
  scope: Scope,
  { shape }: Selection,
  changes: readonly EntityChange[],
): Promise<Annotating | undefined> {
  const wanted = scope.preferences.annotations
  if (wanted === undefined) return undefined
  const rows = changes.flatMap((change) =>
    change.Type === 'NewOrUpdated' ? [change.NewOrUpdatedEntity] : [],
  )
  return { wanted, formats: await gatherFormats(scope, [{ rows, columns: shape.columns }]) }
}

function item(
  { address }: Scope,
  table: Table,
  { shape }: Selection,
  change: EntityChange,
  annotating: Annotating | undefined,
): string {
  if (change.Type === 'NewOrUpdated') {
    return `{${shape.members(change.NewOrUpdatedEntity, annotating).slice(1)}}`
  }
  const context = `${address.root}$metadata#${table.entitySetName}/$deletedEntity`
  return `{"@odata.context":${quote(context)},"id":${quote(change.RemovedItem.id)},"reason":"deleted"}`
}

function deltaLink(scope: Scope, token: string): string {
  return linkWith(scope, `$deltatoken=${encoded(token)}`, 'deltatoken|skiptoken')
}

function nextPage(scope: Scope, cookie: string): string {
  return linkWith(scope, `$skiptoken=${encoded(cookie)}`, 'skiptoken')
}

/** The present address with its query as it was sent, but for what takes the place of `replaced`. */
function linkWith({ address }: Scope, option: string, replaced: string): string {
  const gone = new RegExp(`^(?:\\$|%24)(?:${replaced})=`, 'i')
  const kept = address.options.raw.split('&').filter((pair) => pair !== '' && !gone.test(pair))
  return `${address.root}${address.path}?${[...kept, option].join('&')}`
}

/** As the platform writes tokens: exclamation marks encoded, too, and digits in lower case. */
function encoded(token: string): string {
  return encodeURIComponent(token)
    .replaceAll('!', '%21')
    .replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
}
