import { DataverseError } from '../../errors/dataverse-error.ts'
import { isRowRef, type Value } from '../../rows/value.ts'
import { negation } from '../negate.ts'
import { operatorOf } from '../operators.ts'
import type {
  Condition,
  Filter,
  FilterGroup,
  Link,
  LinkFilter,
  LinkType,
  Order,
  Query,
  QueryNode,
} from '../query.ts'

import { choosesColumns } from './chosen-columns.ts'

export interface FetchXmlPrinting {
  /** Without line breaks and blanks, for addresses. */
  readonly isCompact?: boolean
}

/**
 * The query as a FetchXML document, two blanks for each level. Everything FetchXML can say is in it; `not` is
 * told by the opposite operators, and who asks (`context`) is no part of a document.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/overview
 * @throws INVALID_CHARACTERS for text that no XML document can hold
 */
export function printFetchXml(query: Query, { isCompact = false }: FetchXmlPrinting = {}): string {
  const { page, hints } = query
  const fetch = element('fetch', {
    top: query.top,
    count: page?.size,
    page: page?.number,
    'paging-cookie': page?.cookie,
    returntotalrecordcount: flag(query.count),
    distinct: flag(query.distinct),
    aggregate: flag(query.aggregate),
    aggregatelimit: query.aggregateLimit,
    useraworderby: flag(query.choicesByValue),
    'no-lock': flag(hints?.noLock),
    latematerialize: flag(hints?.lateMaterialize),
    options: hints?.options,
    datasource: hints?.dataSource,
  })
  const entity = element('entity', { name: query.table })
  const isAggregate = query.aggregate === true
  const none = isAggregate || choosesColumns(query) ? [] : [element('no-attrs', {})]
  const children = [...none, ...nodeParts(query, isAggregate)]
  const document = { ...fetch, children: [{ ...entity, children }] }
  return isCompact ? compact(document) : printed(document, '')
}

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | undefined>>
  readonly children: readonly Element[]
  readonly text?: string
}

function element(
  name: string,
  attributes: Element['attributes'],
  children: readonly Element[] = [],
): Element {
  return { name, attributes, children }
}

function flag(value: boolean | undefined): string | undefined {
  return value === true ? 'true' : undefined
}

function nodeParts(node: QueryNode, isAggregate: boolean): readonly Element[] {
  return [
    ...(node.columns === 'all'
      ? [element('all-attributes', {})]
      : node.columns.map((name) => element('attribute', { name }))),
    ...(node.aliased ?? []).map(({ column, alias, rowAggregate }) =>
      element('attribute', { name: column, alias, rowaggregate: rowAggregate }),
    ),
    ...(node.groups ?? []).map(({ column, alias, date, utc }) =>
      element('attribute', {
        name: column,
        alias,
        groupby: 'true',
        dategrouping: date,
        usertimezone: utc === true ? 'false' : undefined,
      }),
    ),
    ...(node.aggregates ?? []).map(({ column, alias, function: aggregate, distinct }) =>
      element('attribute', { name: column, alias, aggregate, distinct: flag(distinct) }),
    ),
    ...(node.order ?? []).map((order) => orderElement(order, isAggregate)),
    ...(node.where === undefined ? [] : filterElements(node.where)),
    ...(node.links ?? []).map((link) => linkElement(link, isAggregate)),
  ]
}

function orderElement({ column, descending, link }: Order, isAggregate: boolean): Element {
  return element('order', {
    [isAggregate ? 'alias' : 'attribute']: column,
    descending: flag(descending),
    entityname: link,
  })
}

const LINK_WORDS = {
  inner: 'inner',
  outer: 'outer',
  exists: 'exists',
  in: 'in',
  matchfirst: 'matchfirstrowusingcrossapply',
} as const satisfies Readonly<Record<LinkType, string>>

function linkElement(link: Link, isAggregate: boolean): Element {
  return element(
    'link-entity',
    {
      ...joinAttributes(link),
      'link-type': LINK_WORDS[link.kind],
      intersect: flag(link.intersect),
    },
    nodeParts(link, isAggregate),
  )
}

function joinAttributes({ table, from, to, alias }: Link | LinkFilter) {
  return { name: table, from, to, alias }
}

/** Several filters of a node are joined by `and`; a filter that is none is put in one. */
function filterElements(where: Filter): readonly Element[] {
  const filter = withoutNot(where)
  return filter.kind === 'condition' || filter.kind === 'link'
    ? [element('filter', {}, [filterElement(filter)])]
    : [filterElement(filter)]
}

function filterElement(filter: Filter): Element {
  switch (filter.kind) {
    case 'condition':
      return conditionElement(filter)
    case 'link':
      return element(
        'link-entity',
        {
          ...joinAttributes(filter),
          'link-type': filter.quantifier,
          intersect: flag(filter.intersect),
        },
        [
          ...(filter.where === undefined ? [] : filterElements(filter.where)),
          ...(filter.links ?? []).map((link) => linkElement(link, false)),
        ],
      )
    case 'and':
    case 'or': {
      const group = withoutNot(filter)
      return group.kind === 'condition' || group.kind === 'link'
        ? filterElement(group)
        : groupElement(group)
    }
    default:
      return filter satisfies never
  }
}

function withoutNot(filter: Filter): Filter {
  const isNegated = filter.kind !== 'condition' && filter.kind !== 'link' && filter.negated === true
  return isNegated ? negation({ ...filter, negated: false }) : filter
}

function groupElement({ kind, filters, hint, quickFind, quickFindLimit }: FilterGroup): Element {
  return element(
    'filter',
    {
      type: kind === 'or' ? 'or' : undefined,
      hint,
      isquickfindfields: flag(quickFind),
      overridequickfindrecordlimitenabled: flag(quickFindLimit === 'enabled'),
      overridequickfindrecordlimitdisabled: flag(quickFindLimit === 'disabled'),
    },
    filters.map(filterElement),
  )
}

function conditionElement({ column, operator, values, otherColumn, link }: Condition): Element {
  const attributes = { attribute: column, operator, entityname: link, valueof: otherColumn }
  const isList = operatorOf(operator).values === 'list'
  const texts = values.map(valueText)
  const [only] = texts
  // An empty text as attribute would read as no value at all.
  if (texts.length === 1 && only !== undefined && only !== '' && !isList) {
    return element('condition', { ...attributes, value: only })
  }
  return element(
    'condition',
    attributes,
    texts.map((text) => ({ ...element('value', {}), text })),
  )
}

function valueText(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (isRowRef(value)) return value.id
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'object' && 'Value' in value) return value.Value ? '1' : '0'
  return typeof value === 'object' ? '' : String(value)
}

function printed(element: Element, indent: string): string {
  const { name, children, text } = element
  const start = `${indent}<${name}${attributesOf(element)}`
  if (text !== undefined) return `${start}>${escaped(text)}</${name}>`
  if (children.length === 0) return `${start} />`
  const inner = children.map((child) => printed(child, `${indent}  `)).join('\n')
  return `${start}>\n${inner}\n${indent}</${name}>`
}

function compact(element: Element): string {
  const { name, children, text } = element
  const start = `<${name}${attributesOf(element)}`
  if (text === undefined && children.length === 0) return `${start}/>`
  return `${start}>${text === undefined ? children.map(compact).join('') : escaped(text)}</${name}>`
}

function attributesOf({ attributes }: Element): string {
  return Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escaped(String(value))}"`))
    .join('')
}

/** What XML 1.0 cannot hold. */
const ILLEGAL =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function escaped(text: string): string {
  if (ILLEGAL.test(text)) {
    throw new DataverseError(
      'INVALID_CHARACTERS',
      'A value of the query holds a character that XML cannot hold.',
    )
  }
  return text.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}
