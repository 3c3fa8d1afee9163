import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Link, Order, Query } from '../query.ts'
import { parseApply } from './apply.ts'
import { parseExpand, type Expand } from './expand.ts'
import type { ParameterAliases } from './expression.ts'
import { parseFilter } from './filter.ts'
import { parseOrderBy } from './order-by.ts'
import { AliasSource, Paths } from './paths.ts'
import { parseSelect } from './select.ts'

/** System query options as the URL has them, decoded, without the leading `$`. */
export interface ODataOptions {
  readonly select?: string | undefined
  readonly filter?: string | undefined
  readonly orderby?: string | undefined
  readonly top?: string | number | undefined
  readonly count?: string | boolean | undefined
  readonly expand?: string | undefined
  readonly apply?: string | undefined
  /** Parameter aliases by name, `@` included. */
  readonly aliases?: ParameterAliases | undefined
}

export interface ODataQuery {
  readonly query: Query
  /** The properties $select named, as it named them; absent without $select. */
  readonly selected?: readonly string[]
  readonly expands: readonly Expand[]
}

/** An alias is a property that is nowhere declared. https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/aggregate-data */
function assertNoAlias(orderBy: string, apply: string): void {
  const aliases = [...apply.matchAll(/\sas\s+(\w+)/g)].map(([, alias]) => alias)
  if (!aliases.includes(/\w+/.exec(orderBy)?.[0])) return
  throw new DataverseError(
    'QUERY_INVALID',
    'The query node SingleValueOpenPropertyAccess is not supported',
  )
}

/**
 * The query that system query options ask over `table`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview
 * @throws QUERY_INVALID saying what was expected where
 */
export function parseODataQuery(options: ODataOptions, table: Table, catalog: Catalog): ODataQuery {
  const top = parseTop(options.top)
  const count = parseCount(options.count)
  if (options.apply !== undefined) {
    const beside = BESIDE_APPLY.find((name) => options[name] !== undefined)
    if (beside !== undefined) {
      throw new DataverseError('QUERY_INVALID', `$${beside} cannot be used together with $apply.`)
    }
    const groups = parseApply(options.apply, table, catalog, options.aliases)
    const order = orderOfGroups(options, groups, table, catalog)
    const query = {
      ...groups,
      ...(order.length > 0 && { order }),
      ...(top !== undefined && { top }),
    }
    return { query, expands: [] }
  }
  const aliases = new AliasSource()
  const parameters = options.aliases ?? {}
  const filter =
    options.filter === undefined
      ? undefined
      : parseFilter(options.filter, table, catalog, parameters, aliases)
  const orderPaths = new Paths(table, catalog, aliases)
  const order: readonly Order[] =
    options.orderby === undefined ? [] : parseOrderBy(options.orderby, orderPaths, parameters)
  const links: readonly Link[] = [...(filter?.links ?? []), ...orderPaths.links()]
  const select =
    options.select === undefined ? undefined : parseSelect(options.select, table, catalog)
  return {
    query: {
      table: table.logicalName,
      columns: select?.columns ?? 'all',
      choicesByValue: true,
      ...(filter === undefined ? {} : { where: filter.where }),
      ...(links.length === 0 ? {} : { links }),
      ...(order.length === 0 ? {} : { order }),
      ...(top === undefined ? {} : { top }),
      ...(count ? { count } : {}),
    },
    ...(select === undefined ? {} : { selected: select.properties }),
    expands: options.expand === undefined ? [] : parseExpand(options.expand, table, catalog),
  }
}

// Unverified: no page says what these do beside $apply.
const BESIDE_APPLY = ['select', 'filter', 'expand', 'count'] as const

/**
 * Groups are sorted by what they are grouped by, never by what is computed of them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/aggregate-data
 */
function orderOfGroups(
  { orderby, apply = '', aliases }: ODataOptions,
  { groups = [] }: Query,
  table: Table,
  catalog: Catalog,
): readonly Order[] {
  if (orderby === undefined) return []
  assertNoAlias(orderby, apply)
  return parseOrderBy(orderby, new Paths(table, catalog, new AliasSource()), aliases).map(
    ({ column, descending, link }) => {
      const group = link === undefined ? groups.find((each) => each.column === column) : undefined
      if (group !== undefined) return { column: group.alias, descending }
      throw new DataverseError(
        'QUERY_INVALID',
        `$orderby beside $apply sorts by columns of groupby; '${column}' is none of '${table.logicalName}'.`,
      )
    },
  )
}

function parseTop(top: string | number | undefined): number | undefined {
  if (top === undefined) return undefined
  if (
    typeof top === 'string' ? /^\d{1,9}$/.test(top.trim()) : Number.isSafeInteger(top) && top >= 0
  )
    return Number(top)
  throw new DataverseError(
    'QUERY_INVALID',
    `Invalid value '${top}' for $top query option found. The $top query option requires a non-negative integer value.`,
  )
}

function parseCount(count: string | boolean | undefined): boolean {
  if (count === undefined || count === 'false' || count === false) return false
  if (count === 'true' || count === true) return true
  throw new DataverseError(
    'QUERY_INVALID',
    `Invalid value '${count}' for $count query option found. Valid values are 'true' and 'false'.`,
  )
}
