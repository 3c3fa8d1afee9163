import type { Catalog } from '../../metadata/catalog.ts'
import { QUERY_LIMITS } from '../context.ts'
import type { PageRequest, Query, QueryHints } from '../query.ts'
import { parseNode, parseOrder } from './parse-node.ts'
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
  const node = parseNode(entity, { table, aggregate, catalog })
  const outside = fetch.children.filter(({ name }) => name === 'order')
  const order = [...(node.order ?? []), ...outside.map((child) => parseOrder(child, aggregate))]
  const hints = parseHints(fetch)
  return {
    ...node,
    ...(order.length === 0 ? {} : { order }),
    ...parseRange(fetch),
    ...(booleanAttribute(fetch, 'returntotalrecordcount') ? { count: true } : {}),
    ...(booleanAttribute(fetch, 'distinct') ? { distinct: true } : {}),
    ...(aggregate ? { aggregate } : {}),
    ...ifDefined('aggregateLimit', numberAttribute(fetch, 'aggregatelimit')),
    ...(booleanAttribute(fetch, 'useraworderby') ? { choicesByValue: true } : {}),
    ...(hints === undefined ? {} : { hints }),
  }
}

/** How many rows, or which page. https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results */
function parseRange(fetch: XmlElement): Pick<Query, 'top' | 'page'> {
  const top = numberAttribute(fetch, 'top')
  const count = numberAttribute(fetch, 'count')
  const number = numberAttribute(fetch, 'page')
  const cookie = fetch.attributes['paging-cookie']
  if (top !== undefined) {
    const other = ['count', 'page', 'returntotalrecordcount'].find(
      (name) => name in fetch.attributes,
    )
    if (other === undefined) return { top }
    throw elementFault(fetch, `top cannot be used together with ${other}.`)
  }
  if (count === undefined && number === undefined && !cookie) return {}
  const page: PageRequest = {
    // Unverified: that a larger count is answered by as many rows as a page may have.
    size: Math.min(count ?? QUERY_LIMITS.rowsPerPage, QUERY_LIMITS.rowsPerPage),
    number: number ?? 1,
    ...(cookie ? { cookie } : {}),
  }
  return { page }
}

function parseHints(fetch: XmlElement): QueryHints | undefined {
  const { options, datasource } = fetch.attributes
  const hints: QueryHints = {
    ...(booleanAttribute(fetch, 'no-lock') ? { noLock: true } : {}),
    ...(booleanAttribute(fetch, 'latematerialize') ? { lateMaterialize: true } : {}),
    ...(options === undefined || options === '' ? {} : { options }),
    ...(datasource === undefined || datasource === '' ? {} : { dataSource: datasource }),
  }
  return Object.keys(hints).length === 0 ? undefined : hints
}

function ifDefined<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}
