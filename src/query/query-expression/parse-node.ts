import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Aggregate, AliasedColumn, Group, Link, LinkType, Order, QueryNode } from '../query.ts'
import { Members, textItem } from './members.ts'
import { parseFilter } from './parse-filter.ts'
import { AGGREGATE_WORDS, DATE_WORDS, JOIN_WORDS, nameOfWord } from './words.ts'

type Columns = Pick<QueryNode, 'columns' | 'aliased' | 'groups' | 'aggregates'>

/** What a ColumnSet chooses. https://learn.microsoft.com/power-apps/developer/data-platform/org-service/queryexpression/select-columns */
export function nodeParts(
  members: Members,
  name: string,
): Columns & { readonly isAggregate: boolean } {
  return members.object(name, parseColumnSet) ?? { columns: [], isAggregate: false }
}

function parseColumnSet(json: unknown, path: string): Columns & { readonly isAggregate: boolean } {
  const set = new Members(json, path, 'ColumnSet', [
    'AllColumns',
    'Columns',
    'AttributeExpressions',
  ])
  const columns: string[] = [...set.list('Columns', textItem)]
  const aliased: AliasedColumn[] = []
  const groups: Group[] = []
  const aggregates: Aggregate[] = []
  for (const expression of set.list('AttributeExpressions', parseExpression)) {
    if ('function' in expression) aggregates.push(expression)
    else if ('utc' in expression) groups.push(expression)
    else if (expression.alias === '') columns.push(expression.column)
    else aliased.push(expression)
  }
  return {
    columns: set.flag('AllColumns') ? 'all' : columns,
    ...(aliased.length === 0 ? {} : { aliased }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(aggregates.length === 0 ? {} : { aggregates }),
    isAggregate: groups.length > 0 || aggregates.length > 0,
  }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/queryexpression/aggregate-data */
function parseExpression(json: unknown, path: string): Aggregate | Group | AliasedColumn {
  const members = new Members(json, path, 'XrmAttributeExpression', [
    'AttributeName',
    'Alias',
    'AggregateType',
    'HasGroupBy',
    'DateTimeGrouping',
  ])
  const column = members.required('AttributeName')
  const alias = members.text('Alias') ?? ''
  const type = members.word('AggregateType', ['None', ...Object.values(AGGREGATE_WORDS)]) ?? 'None'
  const part = members.word('DateTimeGrouping', ['None', ...Object.values(DATE_WORDS)]) ?? 'None'
  const aggregate = nameOfWord(AGGREGATE_WORDS, type)
  const date = nameOfWord(DATE_WORDS, part)
  const isGroup = members.flag('HasGroupBy')
  if (aggregate === undefined && !isGroup) return { column, alias }
  if (alias === '') {
    throw new DataverseError('QUERY_ALIAS_MISSING', `${path}: '${column}' needs an alias.`)
  }
  return aggregate === undefined
    ? { column, alias, utc: true, ...(date === undefined ? {} : { date }) }
    : { function: aggregate, column, alias }
}

export interface ParsedLink {
  readonly link: Link
  readonly isAggregate: boolean
}

const LINK_MEMBERS = [
  'LinkFromEntityName',
  'LinkFromAttributeName',
  'LinkToEntityName',
  'LinkToAttributeName',
  'JoinOperator',
  'EntityAlias',
  'Columns',
  'LinkCriteria',
  'LinkEntities',
  'Orders',
  'ForceSeek',
] as const

export function linkMembers(json: unknown, path: string): Members {
  return new Members(json, path, 'LinkEntity', LINK_MEMBERS)
}

export function parseLinks(members: Members): readonly ParsedLink[] {
  return members.list('LinkEntities', parseLink)
}

function parseLink(json: unknown, path: string): ParsedLink {
  const members = linkMembers(json, path)
  members.flag('ForceSeek')
  const { isAggregate, ...node } = nodeParts(members, 'Columns')
  const links = parseLinks(members)
  const aggregates = isAggregate || links.some((link) => link.isAggregate)
  const where = members.object('LinkCriteria', parseFilter)
  const order = members.list('Orders', (item, at) => parseOrder(item, at, aggregates))
  const link: Link = {
    kind: linkKindOf(members),
    ...joinedBy(members),
    ...node,
    ...(where === undefined ? {} : { where }),
    ...(links.length === 0 ? {} : { links: links.map((each) => each.link) }),
    ...(order.length === 0 ? {} : { order }),
  }
  return { link, isAggregate: aggregates }
}

/** Unverified: that a natural join is an inner one, as those who saw its SQL report; pages only name it. */
function linkKindOf(members: Members): LinkType {
  return members.text('JoinOperator') === 'Natural' ? 'inner' : joinOf(members, JOIN_WORDS, 'inner')
}

export function joinOf<N extends string>(
  members: Members,
  words: Readonly<Record<N, string>>,
  absent: N | undefined,
): N {
  const word = members.text('JoinOperator')
  const name = word === undefined ? absent : nameOfWord(words, word)
  if (name !== undefined) return name
  throw new DataverseError(
    'QUERY_LINK_TYPE_INVALID',
    `${members.path}: JoinOperator '${word ?? ''}' is not valid here; expected ${Object.values(words).join(', ')}.`,
  )
}

export function joinedBy(members: Members): Pick<Link, 'table' | 'from' | 'to' | 'alias'> {
  const alias = members.text('EntityAlias')
  return {
    table: members.required('LinkToEntityName'),
    from: members.required('LinkToAttributeName'),
    to: members.required('LinkFromAttributeName'),
    ...(alias === undefined ? {} : { alias }),
  }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/queryexpression/order-rows */
export function parseOrder(json: unknown, path: string, isAggregate: boolean): Order {
  const members = new Members(json, path, 'OrderExpression', [
    'AttributeName',
    'OrderType',
    'Alias',
    'EntityName',
  ])
  const alias = members.text('Alias')
  const link = members.text('EntityName')
  const type = members.word('OrderType', ['Ascending', 'Descending'])
  if (alias !== undefined && !isAggregate) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `${path}.Alias: only an aggregate query is sorted by alias; AttributeName was expected.`,
    )
  }
  return {
    column: alias ?? members.required('AttributeName'),
    descending: type === 'Descending',
    ...(link === undefined ? {} : { link }),
  }
}
