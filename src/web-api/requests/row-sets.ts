import type { RetrieveMultipleResponse } from '../../messages/requests.ts'
import type { Table } from '../../metadata/table.ts'
import type { Query } from '../../query/query.ts'
import { gatherFormats } from '../answer/gather-names.ts'
import { quote } from '../answer/quote.ts'
import { json, text, type WebApiResponse } from '../http.ts'
import { appliedPreferences } from '../preferences.ts'
import type { Scope } from '../scope.ts'
import { setQuery, type SetQuery } from './set-query.ts'
import { nextLink } from './skip-token.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview */
export async function readRows(scope: Scope, table: Table): Promise<WebApiResponse> {
  return answerQuery(scope, table, setQuery(scope, table))
}

/** `set/$count`: counts at most 5000 rows. */
export async function countRows(scope: Scope, table: Table): Promise<WebApiResponse> {
  return answerCount(scope, setQuery(scope, table).query)
}

export async function answerQuery(
  scope: Scope,
  table: Table,
  { query, selection }: SetQuery,
): Promise<WebApiResponse> {
  const page = await retrieveMultiple(scope, query)
  const { address, preferences, request } = scope
  const { shape, names } = selection
  const annotating =
    preferences.annotations === undefined
      ? undefined
      : {
          wanted: preferences.annotations,
          formats: await gatherFormats(scope, [{ rows: page.rows, columns: shape.columns }]),
        }
  const chosen = names === undefined ? '' : `(${names.join(',')})`
  let body = `{"@odata.context":${quote(`${address.root}$metadata#${table.entitySetName}${chosen}`)}`
  body += pageMembers(scope, query, page)
  body += ',"value":['
  let comma = '{'
  for (const row of page.rows) {
    // Each row's members begin with a comma, of which the first becomes the brace.
    body += comma + shape.members(row, annotating).slice(1) + '}'
    comma = ',{'
  }
  body += ']'
  const { page: asked } = query
  if (page.moreRows && asked !== undefined) {
    body += `,"@odata.nextLink":${quote(nextLink(scope, asked.number + 1, page.cookie))}`
  }
  return json(
    `${body}}`,
    200,
    appliedPreferences(request.headers, ['odata.include-annotations', 'odata.maxpagesize']),
  )
}

/** What stands before the rows: the count, and annotations of the whole. */
function pageMembers(
  { preferences }: Scope,
  query: Query,
  { totalCount, totalCountLimitExceeded }: RetrieveMultipleResponse,
): string {
  let text = query.count === true ? `,"@odata.count":${totalCount ?? 0}` : ''
  const wanted = preferences.annotations
  if (wanted?.(TOTAL_COUNT) === true) text += `,"@${TOTAL_COUNT}":${totalCount ?? -1}`
  if (wanted?.(TOTAL_COUNT_LIMIT) === true) {
    text += `,"@${TOTAL_COUNT_LIMIT}":${totalCountLimitExceeded ?? false}`
  }
  return text
}

const TOTAL_COUNT = 'Microsoft.Dynamics.CRM.totalrecordcount'
const TOTAL_COUNT_LIMIT = 'Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'

export async function answerCount(scope: Scope, query: Query): Promise<WebApiResponse> {
  const { table, where, links } = query
  const { totalCount } = await retrieveMultiple(scope, {
    table,
    columns: [],
    ...(where === undefined ? {} : { where }),
    ...(links === undefined ? {} : { links }),
    count: true,
    page: { size: 1, number: 1 },
  })
  return text(String(totalCount ?? 0))
}

export async function retrieveMultiple(
  { org, options }: Scope,
  query: Query,
): Promise<RetrieveMultipleResponse> {
  for (const _ in options) {
    return (await org.execute('RetrieveMultiple', {
      query,
      ...options,
    })) as RetrieveMultipleResponse
  }
  return org.retrieveMultiple(query)
}
