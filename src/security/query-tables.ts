import type { Filter, Link, LinkFilter, Query } from '../query/query.ts'

/** A table a query reads, and the columns of it that decide which rows there are. */
export interface QueriedTable {
  readonly table: string
  readonly columns: ReadonlySet<string>
}

type Node = Query | Link | LinkFilter

interface Found {
  readonly alias: string | undefined
  readonly table: string
  readonly columns: Set<string>
}

/** Every table of a query, those of its links and of links in filters among them. */
export function tablesIn(query: Query): readonly QueriedTable[] {
  const found: Found[] = []
  const filters: Owned[] = []
  visit(query, undefined, found, filters)
  // Only now: a filter may name a link that comes after it. Those in it are put at the end of the same list.
  for (const { filter, own } of filters) visitFilter(filter, own, found, filters)
  return found
}

/** A filter, and the table whose columns it looks at where it names no other. */
interface Owned {
  readonly filter: Filter
  readonly own: Found
}

function visit(node: Node, above: Found | undefined, found: Found[], filters: Owned[]): void {
  const alias = 'alias' in node ? node.alias : undefined
  const own: Found = { alias, table: node.table, columns: new Set() }
  found.push(own)
  if ('from' in node) {
    own.columns.add(node.from)
    above?.columns.add(node.to)
  }
  for (const link of node.links ?? []) visit(link, own, found, filters)
  if (node.where !== undefined) filters.push({ filter: node.where, own })
}

function visitFilter(filter: Filter, own: Found, found: Found[], filters: Owned[]): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const part of filter.filters) visitFilter(part, own, found, filters)
      return
    case 'link':
      visit(filter, own, found, filters)
      return
    case 'condition': {
      const { column, link, otherColumn } = filter
      named(link, own, found).columns.add(column)
      const [first = '', second] = otherColumn?.split('.') ?? []
      if (second !== undefined) named(first, own, found).columns.add(second)
      else if (first !== '') own.columns.add(first)
      return
    }
    default:
      filter satisfies never
  }
}

function named(alias: string | undefined, own: Found, found: readonly Found[]): Found {
  return alias === undefined ? own : (found.find((other) => other.alias === alias) ?? own)
}
