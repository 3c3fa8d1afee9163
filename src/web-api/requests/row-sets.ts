import type { RetrieveMultipleResponse } from '../../messages/requests.ts'
import type { Table } from '../../metadata/table.ts'
import type { Query } from '../../query/query.ts'
import { metadataVersion } from '../answer/metadata-version.ts'
import { gatherFormats } from '../answer/gather-names.ts'
import { quote } from '../answer/quote.ts'
import { ResultShape } from '../answer/result-shape.ts'
import type { Selection } from '../answer/selection.ts'
import { json, text, type WebApiResponse } from '../http.ts'
import { appliedPreferences } from '../preferences.ts'
import type { Scope } from '../scope.ts'
import { tableView, type Property } from '../table-view.ts'
import { expandedMembers, type Expansion } from './expand.ts'
import { annotatingOf, answerFetch, fetchQuery } from './fetch-rows.ts'
import { setQuery, type SetQuery } from './set-query.ts'
import { nextLink } from './skip-token.ts'
import { asksForChanges, countChanges, readChanges } from './track-changes.ts'

/** Limits a query to the rows of one collection. */
export type Narrow = (query: Query) => Query

const NOTHING_ELSE: Narrow = (query) => query

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview */
export async function readRows(
  scope: Scope,
  table: Table,
  narrow = NOTHING_ELSE,
): Promise<WebApiResponse> {
  const fetched = await fetchQuery(scope, table)
  if (fetched !== undefined) return answerFetch(scope, table, narrow(fetched))
  if (narrow === NOTHING_ELSE && asksForChanges(scope)) return readChanges(scope, table)
  const asked = setQuery(scope, table)
  const query = narrow(asked.query)
  if (asked.isAggregate) {
    const empty = narrow === NOTHING_ELSE ? [] : [...tableView(table).properties.values()]
    return answerGroups(scope, table, query, empty)
  }
  return answerQuery(scope, table, query, asked)
}

/** `set/$count`: counts at most 5000 rows. */
export async function countRows(
  scope: Scope,
  table: Table,
  narrow = NOTHING_ELSE,
): Promise<WebApiResponse> {
  if (narrow === NOTHING_ELSE && asksForChanges(scope)) return countChanges(scope, table)
  return answerCount(scope, narrow(setQuery(scope, table).query))
}

async function answerQuery(
  scope: Scope,
  table: Table,
  query: Query,
  { selection, expansion }: SetQuery,
): Promise<WebApiResponse> {
  const page = await retrieveMultiple(scope, query)
  const { address, preferences, request } = scope
  const { shape } = selection
  const annotating =
    preferences.annotations === undefined
      ? undefined
      : {
          wanted: preferences.annotations,
          formats: await gatherFormats(scope, [{ rows: page.rows, columns: shape.columns }]),
        }
  const expanded =
    expansion.items.length === 0
      ? undefined
      : await expandedMembers(scope, { table, rows: page.rows }, expansion, {
          of: 'set',
          isNested: expansion.isNested,
        })
  const context = `${address.root}$metadata#${table.entitySetName}${chosenNames(selection, expansion)}`
  let body = `{"@odata.context":${quote(context)}`
  body += pageMembers(scope, query, page)
  body += ',"value":['
  let isFirst = true
  for (const row of page.rows) {
    if (!isFirst) body += ','
    isFirst = false
    body = shape.append(body, row, annotating, expanded?.get(row) ?? '')
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

/** What `@odata.context` says was chosen: `(name,primarycontactid(fullname))`, or nothing for everything. */
export function chosenNames({ names = [] }: Selection, { contexts }: Expansion): string {
  const all = contexts.length === 0 ? names : [...names, ...contexts]
  return all.length === 0 ? '' : `(${all.join(',')})`
}

/**
 * `$apply`: groups have neither key nor etag. Those of a row's own collection show every other property, too,
 * which is empty.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/aggregate-data
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-query-data-sample#section-7-aggregate-results
 */
async function answerGroups(
  scope: Scope,
  table: Table,
  query: Query,
  properties: readonly Property[],
): Promise<WebApiResponse> {
  const page = await retrieveMultiple(scope, query)
  const shape = new ResultShape(query, table, scope.catalog)
  const annotating = await annotatingOf(scope, shape, page.rows)
  const shown = new Set(shape.members.map(({ name }) => name))
  const empty = properties
    .filter(({ name, column }) => column.validForRead && !shown.has(name))
    .map(({ name }) => `,${quote(name)}:null`)
    .join('')
  const value = page.rows
    .map((row) => `{${(empty + shape.write(row, annotating)).slice(1)}}`)
    .join(',')
  const context = `${scope.address.root}$metadata#${table.entitySetName}`
  const next =
    page.moreRows && query.page !== undefined
      ? `,"@odata.nextLink":${quote(nextLink(scope, query.page.number + 1, page.cookie))}`
      : ''
  return json(
    `{"@odata.context":${quote(context)}${countMembers(scope, page)},"value":[${value}]${next}}`,
    200,
    appliedPreferences(scope.request.headers, ['odata.include-annotations', 'odata.maxpagesize']),
  )
}

/** What stands before the rows: the count, and annotations of the whole. */
export function pageMembers(scope: Scope, query: Query, page: RetrieveMultipleResponse): string {
  const { preferences, catalog } = scope
  const count = query.count === true ? `,"@odata.count":${page.totalCount ?? 0}` : ''
  const text = count + countMembers(scope, page)
  if (preferences.annotations?.(METADATA_VERSION) !== true) return text
  return `${text},"@${METADATA_VERSION}":${quote(metadataVersion(catalog))}`
}

function countMembers(
  { preferences: { annotations: wanted } }: Scope,
  { totalCount, totalCountLimitExceeded }: RetrieveMultipleResponse,
): string {
  let text = ''
  if (wanted?.(TOTAL_COUNT) === true) text += `,"@${TOTAL_COUNT}":${totalCount ?? -1}`
  if (wanted?.(TOTAL_COUNT_LIMIT) === true) {
    text += `,"@${TOTAL_COUNT_LIMIT}":${totalCountLimitExceeded ?? false}`
  }
  return text
}

const TOTAL_COUNT = 'Microsoft.Dynamics.CRM.totalrecordcount'
const TOTAL_COUNT_LIMIT = 'Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'
const METADATA_VERSION = 'Microsoft.Dynamics.CRM.globalmetadataversion'

async function answerCount(scope: Scope, query: Query): Promise<WebApiResponse> {
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
    return org.execute('RetrieveMultiple', { query, ...options })
  }
  return org.retrieveMultiple(query)
}
