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
  Order,
  Query,
  QueryNode,
} from '../query.ts'
import { AGGREGATE_WORDS, DATE_WORDS, JOIN_WORDS, QUANTIFIER_WORDS } from './words.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * The query as a QueryExpression, with the members of the class under their names. What FetchXML alone can say is
 * refused by name. Unverified: the platform's conversion may leave it out.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryexpression
 * @throws NOT_SUPPORTED
 */
export function printQueryExpression(query: Query): Json {
  refuseFetchOnly(query)
  const { page, hints } = query
  return {
    EntityName: query.table,
    ColumnSet: columnSet(query),
    Criteria: criteria(query.where),
    LinkEntities: (query.links ?? []).map((link) => linkEntity(link, query)),
    Orders: orders(query, query),
    PageInfo: {
      PageNumber: page?.number ?? 0,
      Count: page?.size ?? 0,
      PagingCookie: page?.cookie ?? null,
      ReturnTotalRecordCount: query.count === true,
    },
    TopCount: query.top ?? null,
    Distinct: query.distinct === true,
    NoLock: hints?.noLock === true,
    QueryHints: hints?.options ?? null,
    DataSource: hints?.dataSource ?? null,
    ForceSeek: false,
    SubQueryExpression: null,
  }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/queryexpression/order-rows */
function refuseFetchOnly({ choicesByValue, aggregateLimit }: Query): void {
  if (choicesByValue === true) throw fetchOnly('useraworderby')
  if (aggregateLimit !== undefined) throw fetchOnly('aggregatelimit')
}

function fetchOnly(what: string): DataverseError {
  return new DataverseError('NOT_SUPPORTED', `QueryExpression has no ${what}; FetchXML alone has.`)
}

function columnSet({ columns, aliased, groups, aggregates }: QueryNode): Json {
  const expressions = [
    ...(aliased ?? []).map(({ column, alias, rowAggregate }) => {
      if (rowAggregate !== undefined) throw fetchOnly('rowaggregate')
      return attribute(column, alias)
    }),
    ...(groups ?? []).map(({ column, alias, date, utc }) => {
      if (date !== undefined && utc !== true) {
        throw fetchOnly("parts of dates in the caller's time zone")
      }
      return {
        ...attribute(column, alias),
        HasGroupBy: true,
        DateTimeGrouping: date === undefined ? 'None' : DATE_WORDS[date],
      }
    }),
    ...(aggregates ?? []).map(({ column, alias, function: name, distinct }) => {
      if (distinct === true) throw fetchOnly('distinct aggregates')
      return { ...attribute(column, alias), AggregateType: AGGREGATE_WORDS[name] }
    }),
  ]
  return {
    AllColumns: columns === 'all',
    Columns: columns === 'all' ? [] : columns,
    AttributeExpressions: expressions,
  }
}

function attribute(column: string, alias: string): Json {
  return {
    AttributeName: column,
    Alias: alias,
    AggregateType: 'None',
    HasGroupBy: false,
    DateTimeGrouping: 'None',
  }
}

function orders({ order = [] }: { readonly order?: readonly Order[] }, query: Query): unknown {
  return order.map(({ column, descending, link }) => ({
    ...(query.aggregate === true
      ? { AttributeName: null, Alias: column }
      : { AttributeName: column, Alias: null }),
    OrderType: descending ? 'Descending' : 'Ascending',
    EntityName: link ?? null,
  }))
}

function linkEntity(link: Link, query: Query): Json {
  return {
    ...joined(link),
    JoinOperator: JOIN_WORDS[link.kind],
    Columns: columnSet(link),
    LinkCriteria: criteria(link.where),
    LinkEntities: (link.links ?? []).map((each) => linkEntity(each, query)),
    Orders: orders(link, query),
  }
}

function joined({ table, from, to, alias }: Link | LinkFilter): Json {
  return {
    LinkToEntityName: table,
    LinkToAttributeName: from,
    LinkFromAttributeName: to,
    EntityAlias: alias ?? null,
  }
}

/** A node's filter is always a group. */
function criteria(where: Filter | undefined): Json {
  return filterExpression(where === undefined ? { kind: 'and', filters: [] } : groupOf(where))
}

function groupOf(filter: Filter): FilterGroup {
  if (filter.kind === 'condition' || filter.kind === 'link') {
    return { kind: 'and', filters: [filter] }
  }
  return filter.negated === true ? groupOf(negation({ ...filter, negated: false })) : filter
}

/** A FilterExpression asks about one linked table; further ones stand in filters of their own. */
function filterExpression({ kind, filters, hint, quickFind, quickFindLimit }: FilterGroup): Json {
  if (quickFindLimit !== undefined) throw fetchOnly(`overridequickfindrecordlimit${quickFindLimit}`)
  const conditions = filters.filter((filter) => filter.kind === 'condition')
  const [asked, ...others] = filters.filter((filter) => filter.kind === 'link')
  const groups = filters.filter((filter) => filter.kind === 'and' || filter.kind === 'or')
  return {
    FilterOperator: kind === 'or' ? 'Or' : 'And',
    FilterHint: hint ?? null,
    Conditions: conditions.map(conditionExpression),
    Filters: [...groups, ...others].map((filter) => filterExpression(groupOf(filter))),
    IsQuickFindFilter: quickFind === true,
    AnyAllFilterLinkEntity: asked === undefined ? null : linkOfFilter(asked),
  }
}

function linkOfFilter(filter: LinkFilter): Json {
  const links: readonly Link[] = filter.links ?? []
  const inner: Query = { table: filter.table, columns: [] }
  return {
    ...joined(filter),
    JoinOperator: QUANTIFIER_WORDS[filter.quantifier],
    LinkCriteria: criteria(filter.where),
    LinkEntities: links.map((link) => linkEntity(link, inner)),
  }
}

function conditionExpression({ column, operator, values, otherColumn, link }: Condition): Json {
  if (otherColumn?.includes('.') === true) {
    throw fetchOnly('comparison of columns of two tables')
  }
  return {
    EntityName: link ?? null,
    AttributeName: column,
    Operator: operatorOf(operator).condition,
    Values:
      otherColumn === undefined
        ? values.map(typedValue)
        : [{ Value: otherColumn, Type: 'System.String' }],
    CompareColumns: otherColumn !== undefined,
  }
}

/** A value with its .NET type. Values of FetchXML are texts. */
function typedValue(value: Value): Json {
  if (value === null) return { Value: null, Type: null }
  if (typeof value === 'number') {
    return { Value: value, Type: Number.isInteger(value) ? 'System.Int32' : 'System.Double' }
  }
  if (typeof value === 'bigint') return { Value: value, Type: 'System.Int64' }
  if (typeof value === 'boolean') return { Value: value, Type: 'System.Boolean' }
  if (typeof value === 'string') return { Value: value, Type: 'System.String' }
  if (isRowRef(value)) return { Value: value.id, Type: 'System.Guid' }
  if (Array.isArray(value)) return { Value: value.join(','), Type: 'System.String' }
  return 'Value' in value
    ? { Value: value.Value, Type: 'System.Boolean' }
    : { Value: null, Type: null }
}
