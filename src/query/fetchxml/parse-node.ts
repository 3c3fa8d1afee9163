import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import {
  AGGREGATE_FUNCTIONS,
  DATE_GROUPINGS,
  type Aggregate,
  type AliasedColumn,
  type Filter,
  type Group,
  type Link,
  type LinkFilter,
  type LinkQuantifier,
  type LinkType,
  type Order,
  type QueryNode,
} from '../query.ts'
import { parseFilter } from './parse-filter.ts'
import { namesColumns } from './chosen-columns.ts'
import { derivedJoin } from './derived-join.ts'
import { booleanAttribute, checkElement, requiredAttribute, wordAttribute } from './vocabulary.ts'
import { elementFault, placeOfElement, type XmlElement } from './xml.ts'

/** What an element is read in. */
export interface ParseSite {
  /** The table of the element around it. */
  readonly table: string
  readonly aggregate: boolean
  readonly catalog: Catalog | undefined
}

/** `entity` or `link-entity`, whose table is `site.table`. */
export function parseNode(element: XmlElement, site: ParseSite): Writable<QueryNode> {
  checkElement(element)
  const { table } = site
  const columns: string[] = []
  const aliased: AliasedColumn[] = []
  const groups: Group[] = []
  const aggregates: Aggregate[] = []
  const order: Order[] = []
  const filters: Filter[] = []
  const links: Link[] = []
  let all = false
  for (const child of element.children) {
    switch (child.name) {
      case 'all-attributes':
        checkElement(child)
        all = true
        break
      case 'attribute':
        parseAttribute(child, site, { columns, aliased, groups, aggregates })
        break
      case 'order':
        order.push(parseOrder(child, site.aggregate))
        break
      case 'filter':
        filters.push(parseFilter(child, site))
        break
      case 'link-entity':
        links.push(parseLink(child, site))
        break
      default:
        checkElement(child)
    }
  }
  const [only] = filters
  const where = filters.length > 1 ? ({ kind: 'and', filters } as const) : only
  // Property by property: on Node 20 an object made by spreading is slow to be added to.
  const node: Writable<QueryNode> = { table, columns: all ? 'all' : columns }
  if (aliased.length > 0) node.aliased = aliased
  if (groups.length > 0) node.groups = groups
  if (aggregates.length > 0) node.aggregates = aggregates
  if (order.length > 0) node.order = order
  if (links.length > 0) node.links = links
  if (where !== undefined) node.where = where
  return node
}

/** A query while it is being read from a document. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] }

interface Columns {
  readonly columns: string[]
  readonly aliased: AliasedColumn[]
  readonly groups: Group[]
  readonly aggregates: Aggregate[]
}

function parseAttribute(
  element: XmlElement,
  { aggregate: isAggregate }: ParseSite,
  into: Columns,
): void {
  checkElement(element)
  const column = requiredAttribute(element, 'name')
  const { alias } = element.attributes
  const aggregate = wordAttribute(element, 'aggregate', AGGREGATE_FUNCTIONS)
  const isGroup = booleanAttribute(element, 'groupby')
  const rowAggregate = wordAttribute(element, 'rowaggregate', ['CountChildren'])
  if (!isAggregate && (aggregate !== undefined || isGroup)) {
    throw elementFault(
      element,
      `'${column}' is ${isGroup ? 'grouped' : 'aggregated'}, but <fetch> has no aggregate='true'.`,
    )
  }
  if (alias === undefined || alias === '') {
    if (!isAggregate && rowAggregate === undefined) {
      into.columns.push(column)
      return
    }
    throw new DataverseError(
      'QUERY_ALIAS_MISSING',
      `${placeOfElement(element)}: '${column}' needs an alias.`,
    )
  }
  const date = wordAttribute(element, 'dategrouping', DATE_GROUPINGS)
  const distinct = booleanAttribute(element, 'distinct')
  const utc = !booleanAttribute(element, 'usertimezone', true)
  if (isGroup) {
    into.groups.push({
      column,
      alias,
      ...(date === undefined ? {} : { date }),
      ...(utc ? { utc } : {}),
    })
  } else if (aggregate !== undefined) {
    into.aggregates.push({ function: aggregate, column, alias, ...(distinct ? { distinct } : {}) })
  } else {
    into.aliased.push({ column, alias, ...(rowAggregate === undefined ? {} : { rowAggregate }) })
  }
}

export function parseOrder(element: XmlElement, isAggregate: boolean): Order {
  checkElement(element)
  const { alias, entityname } = element.attributes
  if (alias !== undefined && !isAggregate) {
    throw elementFault(
      element,
      "only an aggregate query is sorted by alias; expected the attribute 'attribute'.",
    )
  }
  return {
    column: alias ?? requiredAttribute(element, 'attribute'),
    descending: booleanAttribute(element, 'descending'),
    ...(entityname === undefined || entityname === '' ? {} : { link: entityname }),
  }
}

// Unverified: that a natural join is an inner one, as those who saw its SQL report; pages only name it.
const LINK_KINDS = {
  inner: 'inner',
  natural: 'inner',
  outer: 'outer',
  exists: 'exists',
  in: 'in',
  matchfirstrowusingcrossapply: 'matchfirst',
} as const satisfies Readonly<Record<string, LinkType>>

const QUANTIFIERS = {
  any: 'any',
  'not any': 'not any',
  all: 'all',
  'not all': 'not all',
} as const satisfies Readonly<Record<string, LinkQuantifier>>

function parseLink(element: XmlElement, site: ParseSite): Link {
  const kind = linkWord(element, LINK_KINDS, 'inner')
  const { node, joined } = parseJoined(element, site)
  if ((kind === 'exists' || kind === 'in') && namesColumns(node)) {
    throw elementFault(
      element,
      `a link of type ${kind} only asks for rows and cannot give columns.`,
    )
  }
  return { ...node, ...joined, kind }
}

/** A link inside a filter. */
export function parseLinkFilter(element: XmlElement, site: ParseSite): LinkFilter {
  const quantifier = linkWord(element, QUANTIFIERS, undefined)
  const { node, joined } = parseJoined(element, site)
  const { table, where, links } = node
  if (namesColumns(node) || node.order !== undefined) {
    throw elementFault(
      element,
      'a link inside a filter only asks for rows and cannot give or sort columns.',
    )
  }
  return {
    kind: 'link',
    quantifier,
    table,
    ...joined,
    ...(where === undefined ? {} : { where }),
    ...(links === undefined ? {} : { links }),
  }
}

function linkWord<W extends string>(
  element: XmlElement,
  words: Readonly<Record<string, W>>,
  absent: W | undefined,
): W {
  const text = element.attributes['link-type']
  const word = text !== undefined && Object.hasOwn(words, text) ? words[text] : undefined
  const found = text === undefined || text === '' ? absent : word
  if (found !== undefined) return found
  throw new DataverseError(
    'QUERY_LINK_TYPE_INVALID',
    `${placeOfElement(element)}: link-type='${text ?? ''}' is not valid here; expected ${Object.keys(words).join(', ')}.`,
  )
}

function parseJoined(element: XmlElement, site: ParseSite) {
  const table = requiredAttribute(element, 'name')
  const node = parseNode(element, { ...site, table })
  const { from, to, alias } = element.attributes
  const columns =
    from && to
      ? { from, to }
      : derivedJoin({ element, table, parent: site.table, catalog: site.catalog })
  const joined = {
    ...columns,
    ...(alias === undefined || alias === '' ? {} : { alias }),
    ...(booleanAttribute(element, 'intersect') ? { intersect: true } : {}),
  }
  return { node, joined }
}
