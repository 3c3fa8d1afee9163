import type { QueryNode } from '../query.ts'

/** Whether a node names what it brings. */
export function namesColumns({ columns, aliased, groups, aggregates }: QueryNode): boolean {
  return (
    columns === 'all' ||
    columns.length > 0 ||
    [aliased, groups, aggregates].some((part) => part !== undefined)
  )
}

/**
 * Whether a query or a link in it names a column. A document that names none asks for every column of its table,
 * unless `no-attrs` says that it wants none. Unverified: no page tells; clients of the platform report it.
 */
export function choosesColumns(node: QueryNode): boolean {
  return namesColumns(node) || (node.links ?? []).some(choosesColumns)
}
