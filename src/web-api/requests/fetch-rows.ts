import { DataverseError } from '../../errors/dataverse-error.ts'
import type { RetrieveMultipleResponse } from '../../messages/requests.ts'
import type { Table } from '../../metadata/table.ts'
import { parseFetchXml } from '../../query/fetchxml/parse.ts'
import type { Query } from '../../query/query.ts'
import { parseGuid } from '../../rows/guid.ts'
import { isRowRef } from '../../rows/value.ts'
import { gatherFormats } from '../answer/gather-names.ts'
import { quote } from '../answer/quote.ts'
import { ResultShape } from '../answer/result-shape.ts'
import type { Annotating } from '../answer/row-shape.ts'
import { json, type WebApiResponse } from '../http.ts'
import { appliedPreferences, CURRENT_ENTITY_FIELD, MAX_PAGE_SIZE } from '../preferences.ts'
import type { Scope } from '../scope.ts'
import { pageMembers, retrieveMultiple } from './row-sets.ts'
import { nextLink, pagingElement, readSkipToken } from './skip-token.ts'

/** The query of `fetchXml=`, `savedQuery=` or `userQuery=`; undefined where the address has none of them. */
export async function fetchQuery(scope: Scope, table: Table): Promise<Query | undefined> {
  const { options } = scope.address
  if (options.raw === '') return undefined
  const fetchXml = options.get('fetchXml')
  if (fetchXml !== undefined) return paged(scope, parsed(scope, table, fetchXml))
  for (const [option, view] of VIEWS) {
    const id = options.get(option)
    if (id !== undefined) return paged(scope, await viewQuery(scope, table, view, id))
  }
  if (options.get('sql') !== undefined) {
    throw new DataverseError('NOT_SUPPORTED', 'The sql query option is not evaluated.')
  }
  return undefined
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/retrieve-and-execute-predefined-queries */
const VIEWS = [
  ['savedQuery', 'savedquery'],
  ['userQuery', 'userquery'],
] as const

async function viewQuery(scope: Scope, table: Table, view: string, id: string): Promise<Query> {
  const guid = parseGuid(id.trim())
  if (guid === undefined) throw new DataverseError('QUERY_INVALID', `'${id}' is no id of a view.`)
  const { fetchxml } = await scope.org.retrieve(view, guid, ['fetchxml'])
  if (typeof fetchxml !== 'string') {
    throw new DataverseError('QUERY_INVALID', `The view ${guid} has no fetchxml.`)
  }
  return parsed(scope, table, fetchxml)
}

function parsed(scope: Scope, table: Table, fetchXml: string): Query {
  const query = parseFetchXml(fetchXml, scope.catalog)
  if (query.table === table.logicalName) return query
  throw new DataverseError(
    'QUERY_INVALID',
    `The query asks for '${query.table}', but '${table.entitySetName}' holds rows of '${table.logicalName}'.`,
  )
}

/** The page asked for by the query itself, by a token, or by a preference. */
function paged({ address, preferences }: Scope, query: Query): Query {
  const count = address.options.get('$count') === 'true' ? { count: true } : {}
  if (query.top !== undefined) return { ...query, ...count }
  const token = address.options.get('$skiptoken')
  const size = preferences.maxPageSize ?? query.page?.size ?? MAX_PAGE_SIZE
  if (token !== undefined) return { ...query, ...count, page: { size, ...readSkipToken(token) } }
  return { ...query, ...count, page: query.page ?? { size, number: 1 } }
}

/** Rows of FetchXML: what is empty is left out, and the next page is told by annotations. */
export async function answerFetch(
  scope: Scope,
  table: Table,
  asked: Query,
): Promise<WebApiResponse> {
  const { address, preferences, request } = scope
  const query = withCurrency(asked, table)
  const page = await retrieveMultiple(scope, withVersion(query, table))
  const shape = new ResultShape(query, table, scope.catalog)
  const annotating = await annotatingOf(scope, shape, page.rows)
  const context = `${address.root}$metadata#${table.entitySetName}${contextOf(query, shape)}`
  let body = `{"@odata.context":${quote(context)}${pageMembers(scope, query, page)}`
  body += pagingAnnotations(scope, query, page)
  body += linkAnnotations(scope, shape)
  body += `,"value":[${page.rows.map((row) => `{${shape.write(row, annotating).slice(1)}}`).join(',')}]`
  // Unverified: a link beside the annotations, where the caller set the page size by a preference.
  const isLinked =
    preferences.maxPageSize !== undefined || address.options.get('$skiptoken') !== undefined
  if (page.moreRows && isLinked && query.page !== undefined) {
    body += `,"@odata.nextLink":${quote(nextLink(scope, query.page.number + 1, page.cookie))}`
  }
  return json(
    `${body}}`,
    200,
    appliedPreferences(request.headers, ['odata.include-annotations', 'odata.maxpagesize']),
  )
}

/**
 * Amounts come with the currency they are in. Unverified: of rows that are distinct they do not, the currency being
 * no column those are compared by; nor of linked rows.
 */
function withCurrency(query: Query, table: Table): Query {
  const { columns } = query
  const isPlain = query.aggregate !== true && query.distinct !== true
  if (!isPlain || columns === 'all' || columns.includes(CURRENCY)) return query
  if (!table.columns.has(CURRENCY)) return query
  const hasAmount = columns.some((name) => table.columns.get(name)?.type === 'Money')
  return hasAmount ? { ...query, columns: [...columns, CURRENCY] } : query
}

const CURRENCY = 'transactioncurrencyid'

/** Rows of their own have etags, and those are made of the version. */
function withVersion(query: Query, table: Table): Query {
  const isPlain = query.aggregate !== true && query.distinct !== true
  if (!isPlain || query.columns === 'all' || !table.columns.has('versionnumber')) return query
  if (query.columns.includes('versionnumber')) return query
  return { ...query, columns: [...query.columns, 'versionnumber'] }
}

export async function annotatingOf(
  scope: Scope,
  shape: ResultShape,
  rows: RetrieveMultipleResponse['rows'],
): Promise<Annotating | undefined> {
  const wanted = scope.preferences.annotations
  if (wanted === undefined) return undefined
  // Names are looked up by what rows hold under the columns' names; here they stand under aliases.
  const renamed = shape.lookups.map(({ key, column }) => ({
    columns: [column],
    rows: rows.flatMap((row) => {
      const value = row[key]
      return isRowRef(value) ? [{ [column.logicalName]: value }] : []
    }),
  }))
  return { wanted, formats: await gatherFormats(scope, renamed) }
}

function contextOf(query: Query, shape: ResultShape): string {
  if (query.aggregate === true || query.columns === 'all') return ''
  const lookups = new Set(shape.lookups.map(({ column }) => column.logicalName))
  const names: string[] = []
  const expanded: string[] = []
  for (const { key, name } of shape.members) {
    if (key.includes('.')) continue
    names.push(name)
    if (name.startsWith('_') && lookups.has(key)) {
      names.push(key)
      expanded.push(`${key}()`)
    }
  }
  return `(${[...names, ...expanded].join(',')})`
}

const COOKIE = 'Microsoft.Dynamics.CRM.fetchxmlpagingcookie'
const MORE = 'Microsoft.Dynamics.CRM.morerecords'

/** Both are absent on the last page. */
function pagingAnnotations(
  { preferences }: Scope,
  query: Query,
  { moreRows, cookie }: RetrieveMultipleResponse,
): string {
  const wanted = preferences.annotations
  if (!moreRows || wanted === undefined) return ''
  const number = (query.page?.number ?? 1) + 1
  let text = ''
  if (wanted(COOKIE)) text += `,"@${COOKIE}":${quote(pagingElement(number, cookie, 2))}`
  if (wanted(MORE)) text += `,"@${MORE}":true`
  return text
}

/**
 * Which lookups links follow. Unverified: that other links, from a row to those below it, are not told of.
 */
function linkAnnotations({ preferences }: Scope, { followed }: ResultShape): string {
  if (preferences.annotations?.(CURRENT_ENTITY_FIELD) !== true) return ''
  return followed
    .map(({ alias, lookup }) => `,${quote(`@${alias}.${CURRENT_ENTITY_FIELD}`)}:${quote(lookup)}`)
    .join('')
}
