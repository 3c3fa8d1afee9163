import type { Catalog } from '../../metadata/catalog.ts'
import { QUERY_LIMITS } from '../context.ts'
import type { Query, QueryHints } from '../query.ts'
import { choosesColumns } from './chosen-columns.ts'
import { parseNode, parseOrder, type Writable } from './parse-node.ts'
import { booleanAttribute, checkElement, numberAttribute, requiredAttribute } from './vocabulary.ts'
import { elementFault, readXml, type XmlElement } from './xml.ts'

/**
 * The query a FetchXML document asks. Values stay text; the query's evaluation knows the columns' types.
 * `catalog` is needed only for links that leave out `from` and `to`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/overview
 * @throws FETCHXML_INVALID with line and column and what was expected; QUERY_OPERATOR_UNKNOWN, QUERY_LINK_TYPE_INVALID
 */
export function parseFetchXml(text: string, catalog?: Catalog): Query {
  const fetch = readXml(text)
  if (fetch.name !== 'fetch') {
    throw elementFault(fetch, `<${fetch.name}> is not a query; <fetch> was expected.`)
  }
  checkElement(fetch)
  const entities = fetch.children.filter(({ name }) => name === 'entity')
  const [entity] = entities
  if (entity === undefined || entities.length > 1) {
    throw elementFault(
      entities[1] ?? fetch,
      `<fetch> holds one <entity>; this one has ${entities.length === 0 ? 'none' : entities.length}.`,
    )
  }
  const table = requiredAttribute(entity, 'name')
  const aggregate = booleanAttribute(fetch, 'aggregate')
  const query: Writable<Query> = parseNode(entity, { table, aggregate, catalog })
  if (!aggregate && !choosesColumns(query) && !hasNoAttributes(entity)) query.columns = 'all'
  for (const child of fetch.children) {
    if (child.name === 'order') query.order = [...(query.order ?? []), parseOrder(child, aggregate)]
  }
  parseRange(fetch, query)
  const aggregateLimit = numberAttribute(fetch, 'aggregatelimit')
  const hints = parseHints(fetch)
  if (booleanAttribute(fetch, 'returntotalrecordcount')) query.count = true
  if (booleanAttribute(fetch, 'distinct')) query.distinct = true
  if (aggregate) query.aggregate = true
  if (aggregateLimit !== undefined) query.aggregateLimit = aggregateLimit
  if (booleanAttribute(fetch, 'useraworderby')) query.choicesByValue = true
  if (hints !== undefined) query.hints = hints
  return query
}

function hasNoAttributes(entity: XmlElement): boolean {
  return entity.children.some(({ name }) => name === 'no-attrs')
}

/** How many rows, or which page. https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results */
function parseRange(fetch: XmlElement, query: Writable<Query>): void {
  const top = numberAttribute(fetch, 'top')
  const count = numberAttribute(fetch, 'count')
  const number = numberAttribute(fetch, 'page')
  const cookie = fetch.attributes['paging-cookie']
  if (top !== undefined) {
    const other = ['count', 'page', 'returntotalrecordcount'].find(
      (name) => name in fetch.attributes,
    )
    if (other !== undefined) {
      throw elementFault(fetch, `top cannot be used together with ${other}.`)
    }
    query.top = top
    return
  }
  if (count === undefined && number === undefined && !cookie) return
  query.page = {
    // Unverified: that a larger count is answered by as many rows as a page may have.
    size: Math.min(count ?? QUERY_LIMITS.rowsPerPage, QUERY_LIMITS.rowsPerPage),
    number: number ?? 1,
    ...(cookie ? { cookie } : {}),
  }
}

function parseHints(fetch: XmlElement): QueryHints | undefined {
  const { options, datasource } = fetch.attributes
  const noLock = booleanAttribute(fetch, 'no-lock')
  const lateMaterialize = booleanAttribute(fetch, 'latematerialize')
  if (!noLock && !lateMaterialize && !options && !datasource) return undefined
  return {
    ...(noLock ? { noLock } : {}),
    ...(lateMaterialize ? { lateMaterialize } : {}),
    ...(options ? { options } : {}),
    ...(datasource ? { dataSource: datasource } : {}),
  }
}
