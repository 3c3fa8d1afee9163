import { negation } from '../../query/negate.ts'
import type {
  Aggregate,
  Condition,
  Filter,
  Group,
  Link,
  LinkFilter,
  Order,
  Query,
  QueryNode,
} from '../../query/query.ts'
import { printLossless } from '../../rows/lossless-json.ts'
import { isRowRef, type Value } from '../../rows/value.ts'

/**
 * A query as FetchXML: the one language of the Web API that says all a query can.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/index
 */
export function writeFetchXml(query: Query): string {
  return element(
    'fetch',
    {
      top: query.top,
      count: query.page?.size,
      page: query.page?.number,
      'paging-cookie': query.page?.cookie,
      returntotalrecordcount: query.count,
      distinct: query.distinct,
      aggregate: query.aggregate,
      aggregatelimit: query.aggregateLimit,
      useraworderby: query.choicesByValue,
    },
    [element('entity', { name: query.table }, nodeParts(query))],
  )
}

function nodeParts(node: QueryNode): string[] {
  return [
    ...(node.columns === 'all'
      ? [element('all-attributes', {})]
      : node.columns.map((name) => element('attribute', { name }))),
    ...(node.aliased ?? []).map(({ column, alias, rowAggregate }) =>
      element('attribute', { name: column, alias, rowaggregate: rowAggregate }),
    ),
    ...(node.groups ?? []).map(group),
    ...(node.aggregates ?? []).map(aggregate),
    ...(node.order ?? []).map((each) => order(each, node)),
    ...(node.where === undefined ? [] : [filter(node.where)]),
    ...(node.links ?? []).map(link),
  ]
}

function group({ column, alias, date, utc }: Group): string {
  return element('attribute', {
    name: column,
    alias,
    groupby: true,
    dategrouping: date,
    usertimezone: utc === true ? 'false' : undefined,
  })
}

function aggregate({ function: name, column, alias, distinct }: Aggregate): string {
  return element('attribute', { name: column, alias, aggregate: name, distinct })
}

/** In an aggregate query a column of the order is an alias. */
function order({ column, descending, link: entityname }: Order, node: QueryNode): string {
  const aliases = [...(node.groups ?? []), ...(node.aggregates ?? [])]
  const isAlias = aliases.some(({ alias }) => alias === column)
  return element('order', { [isAlias ? 'alias' : 'attribute']: column, descending, entityname })
}

const LINK_TYPES: Readonly<Record<Link['kind'], string>> = {
  inner: 'inner',
  outer: 'outer',
  exists: 'exists',
  in: 'in',
  matchfirst: 'matchfirstrowusingcrossapply',
}

function link(node: Link): string {
  const { table: name, from, to, alias, kind, intersect } = node
  const attributes = { name, from, to, alias, 'link-type': LINK_TYPES[kind], intersect }
  return element('link-entity', attributes, nodeParts(node))
}

/** A filter stands in a `filter` element of its own, a single condition too. */
function filter(where: Filter): string {
  if (where.kind === 'and' || where.kind === 'or') {
    if (where.negated === true)
      return filter(negation({ kind: where.kind, filters: where.filters }))
    return element('filter', { type: where.kind }, where.filters.map(part))
  }
  return element('filter', { type: 'and' }, [part(where)])
}

function part(where: Filter): string {
  switch (where.kind) {
    case 'and':
    case 'or':
      return filter(where)
    case 'condition':
      return condition(where)
    case 'link':
      return linkFilter(where)
    default:
      return where satisfies never
  }
}

function condition({ column, operator, values, otherColumn, link: entityname }: Condition): string {
  const attributes = { entityname, attribute: column, operator, valueof: otherColumn }
  const [first, ...more] = values
  if (first === undefined) return element('condition', attributes)
  if (more.length === 0 && !TAKE_LISTS.has(operator)) {
    return element('condition', { ...attributes, value: textOf(first) })
  }
  const list = values.map((each) => `<value>${escaped(textOf(each))}</value>`)
  return element('condition', attributes, list)
}

const TAKE_LISTS: ReadonlySet<string> = new Set([
  'in',
  'not-in',
  'contain-values',
  'not-contain-values',
])

function linkFilter(where: LinkFilter): string {
  const { table: name, from, to, alias, quantifier, intersect, links = [] } = where
  return element('link-entity', { name, from, to, alias, 'link-type': quantifier, intersect }, [
    ...(where.where === undefined ? [] : [filter(where.where)]),
    ...links.map(link),
  ])
}

function textOf(value: Value): string {
  if (isRowRef(value)) return value.id
  return typeof value === 'object' ? printLossless(value) : String(value)
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** false is what an absent attribute says. */
function element(name: string, attributes: Attributes, parts: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('')
  return parts.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${parts.join('')}</${name}>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (each) => `&#${each.charCodeAt(0)};`)
}
