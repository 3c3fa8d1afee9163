import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { QUERY_LIMITS } from '../context.ts'
import { parseFetchXml } from '../fetchxml/parse.ts'
import type { Condition, Order, PageRequest, Query, QueryHints } from '../query.ts'
import { Members, memberFault, textItem } from './members.ts'
import { nodeParts, parseLinks, parseOrder } from './parse-node.ts'
import { parseFilter, valueOf } from './parse-filter.ts'

/**
 * The query of a QueryExpression as JSON, with the members of the class under their names: so parameters of
 * actions hold it. A FetchExpression and a QueryByAttribute are taken as well, being told by their members.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryexpression
 * @throws PAYLOAD_INVALID naming the member, QUERY_OPERATOR_UNKNOWN, QUERY_LINK_TYPE_INVALID, FETCHXML_INVALID,
 * NOT_SUPPORTED for SubQueryExpression
 */
export function parseQueryExpression(json: unknown, catalog?: Catalog, path = 'Query'): Query {
  const kind = kindOf(json, path)
  switch (kind) {
    case 'FetchExpression': {
      const fetch = new Members(json, path, kind, ['Query'])
      return parseFetchXml(fetch.required('Query'), catalog)
    }
    case 'QueryByAttribute':
      return parseByAttribute(new Members(json, path, kind, [...SHARED, 'Attributes', 'Values']))
    case 'QueryExpression':
      return parseExpression(new Members(json, path, kind, [...SHARED, ...OWN]))
    default:
      return kind satisfies never
  }
}

const SHARED = ['EntityName', 'ColumnSet', 'Orders', 'PageInfo', 'TopCount'] as const
const OWN = [
  'Criteria',
  'LinkEntities',
  'Distinct',
  'NoLock',
  'QueryHints',
  'SubQueryExpression',
  'DataSource',
  'ForceSeek',
] as const

function kindOf(json: unknown, path: string) {
  if (typeof json !== 'object' || json === null) {
    throw memberFault(path, 'a QueryExpression was expected', json)
  }
  if ('Query' in json) return 'FetchExpression'
  return 'Attributes' in json ? 'QueryByAttribute' : 'QueryExpression'
}

function parseExpression(members: Members): Query {
  if (members.has('SubQueryExpression')) {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `${members.path}: SubQueryExpression is not evaluated.`,
    )
  }
  // Advice to SQL Server, as the hints are.
  members.flag('ForceSeek')
  const { isAggregate, ...node } = nodeParts(members, 'ColumnSet')
  const where = members.object('Criteria', parseFilter)
  const links = parseLinks(members)
  const aggregates = isAggregate || links.some((link) => link.isAggregate)
  const hints = parseHints(members)
  return {
    table: members.required('EntityName'),
    ...node,
    ...(where === undefined ? {} : { where }),
    ...(links.length === 0 ? {} : { links: links.map(({ link }) => link) }),
    ...ordered(members, aggregates),
    ...parseRange(members),
    ...(members.flag('Distinct') ? { distinct: true } : {}),
    ...(aggregates ? { aggregate: true } : {}),
    ...(hints === undefined ? {} : { hints }),
  }
}

/** Each column equals its value, or is empty where that is null. */
function parseByAttribute(members: Members): Query {
  const columns = members.list('Attributes', textItem)
  const values = members.list('Values', valueOf)
  if (columns.length !== values.length) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `${members.path}: a QueryByAttribute has as many Values as Attributes; these are ${values.length} and ${columns.length}.`,
    )
  }
  const filters = columns.map((column, at): Condition => {
    const value = values[at] ?? null
    return value === null
      ? { kind: 'condition', column, operator: 'null', values: [] }
      : { kind: 'condition', column, operator: 'eq', values: [value] }
  })
  const { isAggregate, ...node } = nodeParts(members, 'ColumnSet')
  return {
    table: members.required('EntityName'),
    ...node,
    ...(filters.length === 0 ? {} : { where: { kind: 'and', filters } }),
    ...ordered(members, isAggregate),
    ...parseRange(members),
    ...(isAggregate ? { aggregate: true } : {}),
  }
}

function ordered(members: Members, isAggregate: boolean): { readonly order?: readonly Order[] } {
  const order = members.list('Orders', (item, path) => parseOrder(item, path, isAggregate))
  return order.length === 0 ? {} : { order }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/queryexpression/page-results */
function parseRange(members: Members): Pick<Query, 'top' | 'page' | 'count'> {
  const top = members.number('TopCount')
  const paging = members.object('PageInfo', (json, path) => {
    const info = new Members(json, path, 'PagingInfo', [
      'PageNumber',
      'Count',
      'PagingCookie',
      'ReturnTotalRecordCount',
    ])
    const page = pageOf(info)
    return {
      ...(page === undefined ? {} : { page }),
      ...(info.flag('ReturnTotalRecordCount') ? { count: true } : {}),
    }
  })
  return { ...(top === undefined ? {} : { top }), ...paging }
}

/** A PagingInfo nobody filled in asks for nothing. */
function pageOf(info: Members): PageRequest | undefined {
  const size = info.number('Count') ?? 0
  const number = info.number('PageNumber') ?? 0
  const cookie = info.text('PagingCookie')
  if (size === 0 && number <= 1 && cookie === undefined) return undefined
  return {
    size: size === 0 ? QUERY_LIMITS.rowsPerPage : size,
    number: number === 0 ? 1 : number,
    ...(cookie === undefined ? {} : { cookie }),
  }
}

function parseHints(members: Members): QueryHints | undefined {
  const options = members.text('QueryHints')
  const dataSource = members.text('DataSource')
  const hints = {
    ...(members.flag('NoLock') ? { noLock: true } : {}),
    ...(options === undefined ? {} : { options }),
    ...(dataSource === undefined ? {} : { dataSource }),
  }
  return Object.keys(hints).length === 0 ? undefined : hints
}
