import type { Catalog } from '../../metadata/catalog.ts'
import { isLookup, type Column } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import type { Link, Query, QueryNode } from '../../query/query.ts'
import { isRowRef, type Row } from '../../rows/value.ts'
import {
  ASSOCIATED_NAVIGATION,
  ATTRIBUTE_NAME,
  FORMATTED_VALUE,
  LOOKUP_LOGICAL_NAME,
} from '../preferences.ts'
import { tableView } from '../table-view.ts'
import { formattedValue } from '../../messages/columns/formatted-value.ts'
import { quote } from './quote.ts'
import type { Annotating } from './row-shape.ts'
import { writeUntyped, writeValue } from './write-value.ts'

/** One member of the rows a query gives, where they are not plain rows of one table. */
interface ResultMember {
  /** Under which the row holds it. */
  readonly key: string
  /** Under which it is written: lookups of the table itself as `_x_value`. */
  readonly name: string
  readonly table: Table
  /** What its value is like; undefined for counts. */
  readonly column: Column | undefined
  /** Of an aggregate: the column it was computed of. */
  readonly source: string | undefined
}

/**
 * How the rows of FetchXML and of `$apply` are written: columns of linked tables behind the link's alias,
 * other members under theirs, empty ones left out.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-fetchxml-web-api
 */
export class ResultShape {
  readonly members: readonly ResultMember[]
  /** Links to rows of lookups that bring columns: what such columns begin with, and the lookup. */
  readonly followed: readonly { readonly alias: string; readonly lookup: string }[]
  readonly #hasEtag: boolean

  constructor(query: Query, table: Table, catalog: Catalog) {
    const links = numbered(query)
    this.members = membersOf(query, table, links, catalog)
    this.followed = links.flatMap(({ link, alias, on }) => {
      const column = catalog.table(on).columns.get(link.to)
      const isShown = this.members.some(({ key }) => key.startsWith(`${alias}.`))
      return isShown && column !== undefined && isLookup(column) ? [{ alias, lookup: link.to }] : []
    })
    this.#hasEtag = query.aggregate !== true && query.distinct !== true
  }

  /** Columns that names are to be looked up for. */
  get lookups(): readonly { readonly key: string; readonly column: Column }[] {
    return this.members.flatMap(({ key, column }) =>
      column !== undefined && isLookup(column) ? [{ key, column }] : [],
    )
  }

  /** The row's members, a comma before each. */
  write(row: Row, annotating: Annotating | undefined): string {
    const version = this.#hasEtag ? row['versionnumber'] : undefined
    let text = typeof version === 'bigint' ? `,"@odata.etag":"W/\\"${version}\\""` : ''
    for (const member of this.members) {
      const value = row[member.key]
      if (value === null || value === undefined) continue
      if (annotating !== undefined) text += annotations(member, row, annotating)
      const written =
        member.column === undefined ? writeUntyped(value) : writeValue(member.column, value)
      text += `,${quote(member.name)}:${written}`
    }
    return text
  }
}

function annotations(
  { key, name, table, column, source }: ResultMember,
  row: Row,
  { wanted, formats }: Annotating,
): string {
  const value = row[key]
  let text = ''
  const add = (term: string, annotation: string | undefined) => {
    if (annotation !== undefined && wanted(term))
      text += `,${quote(`${name}@${term}`)}:${quote(annotation)}`
  }
  add(ATTRIBUTE_NAME, source)
  const formatted =
    column === undefined
      ? typeof value === 'number'
        ? value.toLocaleString('en-US')
        : undefined
      : formattedValue(column, value, row, formats)
  add(FORMATTED_VALUE, formatted)
  if (column !== undefined && isLookup(column) && isRowRef(value)) {
    if (name.startsWith('_')) {
      add(ASSOCIATED_NAVIGATION, tableView(table).navigationOf(column.logicalName, value.table))
    }
    add(LOOKUP_LOGICAL_NAME, value.table)
  }
  return text
}

function membersOf(
  query: Query,
  table: Table,
  links: readonly NumberedLink[],
  catalog: Catalog,
): readonly ResultMember[] {
  const own = nodeMembers(query, table, '')
  const addsKey = query.aggregate !== true && query.distinct !== true
  const key = table.columns.get(table.primaryId)
  if (addsKey && key !== undefined && !own.some((member) => member.key === table.primaryId)) {
    own.push({ key: table.primaryId, name: table.primaryId, table, column: key, source: undefined })
  }
  const linked = links.flatMap(({ link, alias }) =>
    nodeMembers(link, catalog.table(link.table), `${alias}.`),
  )
  return [...own, ...linked]
}

function nodeMembers(node: QueryNode, table: Table, prefix: string): ResultMember[] {
  const columns = node.columns === 'all' ? readable(table) : node.columns
  const plain = columns.map((name): ResultMember => {
    const column = table.columns.get(name)
    const isOwnLookup = prefix === '' && column !== undefined && isLookup(column)
    return {
      key: `${prefix}${name}`,
      name: isOwnLookup ? `_${name}_value` : `${prefix}${name}`,
      table,
      column,
      source: prefix === '' ? undefined : name,
    }
  })
  const aliased = (node.aliased ?? []).map(({ alias, column, rowAggregate }): ResultMember =>
    member(
      table,
      alias,
      rowAggregate === undefined ? table.columns.get(column) : undefined,
      column,
    ),
  )
  const groups = (node.groups ?? []).map(({ alias, column, date }) =>
    member(table, alias, date === undefined ? table.columns.get(column) : undefined, column),
  )
  const aggregates = (node.aggregates ?? []).map(({ alias, column, function: name }) => {
    const isCount = name === 'count' || name === 'countcolumn'
    return member(table, alias, isCount ? undefined : table.columns.get(column), column)
  })
  return [...plain, ...aliased, ...groups, ...aggregates]
}

function member(
  table: Table,
  alias: string,
  column: Column | undefined,
  source: string,
): ResultMember {
  return { key: alias, name: alias, table, column, source }
}

function readable(table: Table): readonly string[] {
  return table.storedColumns.filter((name) => {
    const column = table.columns.get(name)
    return column?.validForRead === true && column.type !== 'Image'
  })
}

interface NumberedLink {
  readonly link: Link
  readonly alias: string
  /** The table it stands on. */
  readonly on: string
}

/** The links that bring columns, with the alias each has or is given: the table's name and its number. */
function numbered(
  { table, links = [] }: { readonly table: string; readonly links?: readonly Link[] },
  from = { count: 0 },
): readonly NumberedLink[] {
  return links.flatMap((link) => {
    if (link.kind === 'exists' || link.kind === 'in') return []
    const alias = link.alias ?? `${link.table}${++from.count}`
    if (link.alias !== undefined) from.count++
    return [{ link, alias, on: table }, ...numbered(link, from)]
  })
}
