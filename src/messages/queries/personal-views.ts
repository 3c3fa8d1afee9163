import { masksIn } from '../../cascade/shares.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Filter, Link, LinkFilter, Query } from '../../query/query.ts'
import { isRowRef, textOf, type Row } from '../../rows/value.ts'
import { ACCESS_RIGHTS } from '../../pipeline/access-rights.ts'
import { CallerContext } from './caller-context.ts'

/** Personal views. Whose they are decides who sees them, whatever else a user may read. */
export const PERSONAL_VIEWS = 'userquery'

/**
 * A personal view is seen by its owner, the members of the team that owns it, and whom it is shared with.
 * https://learn.microsoft.com/power-apps/developer/data-platform/saved-queries#user-owned-views
 * @throws ACCESS_DENIED
 */
export async function assertSees(operation: AnyOperation, view: Row): Promise<void> {
  if (seesAll(operation)) return
  const owner = view['ownerid']
  const principals = principalsOf(operation)
  if (isRowRef(owner) && principals.includes(owner.id)) return
  if ((await sharedViews(operation, principals)).includes(operation.id)) return
  throw new DataverseError(
    'ACCESS_DENIED',
    `The personal view ${operation.id} belongs to somebody else and is not shared with user ${operation.caller.userId}.`,
  )
}

/** The query over those personal views alone which the caller sees; any other query as it is. */
export async function onlySeen(operation: AnyOperation, query: Query): Promise<Query> {
  if (seesAll(operation)) return query
  const principals = principalsOf(operation)
  const shared = await sharedViews(operation, principals)
  const seen: Filter = {
    kind: 'or',
    filters: [
      { kind: 'condition', column: 'ownerid', operator: 'in', values: principals },
      ...(shared.length === 0
        ? []
        : [{ kind: 'condition', column: 'userqueryid', operator: 'in', values: shared } as const]),
    ],
  }
  return narrowed(query, seen)
}

export function readsPersonalViews({ table, where, links = [] }: Node): boolean {
  return (
    table === PERSONAL_VIEWS ||
    links.some(readsPersonalViews) ||
    (where !== undefined && asksForThem(where))
  )
}

type Node = Query | Link | LinkFilter

/** A filter may look at related rows. */
function asksForThem(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.some(asksForThem)
    case 'link':
      return readsPersonalViews(filter)
    case 'condition':
      return false
    default:
      return filter satisfies never
  }
}

function narrowed<N extends Node>(node: N, seen: Filter): N {
  const { table, links } = node
  const where = node.where && narrowedFilter(node.where, seen)
  const own = where === undefined ? seen : { kind: 'and' as const, filters: [where, seen] }
  const kept = table === PERSONAL_VIEWS ? own : where
  return {
    ...node,
    ...(kept === undefined ? {} : { where: kept }),
    ...(links === undefined ? {} : { links: links.map((link) => narrowed(link, seen)) }),
  }
}

function narrowedFilter(filter: Filter, seen: Filter): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map((part) => narrowedFilter(part, seen)) }
    case 'link':
      return narrowed(filter, seen)
    case 'condition':
      return filter
    default:
      return filter satisfies never
  }
}

/** The platform's own user. */
function seesAll({ caller, runtime }: AnyOperation): boolean {
  return caller.userId === runtime.organization.systemUserId
}

function principalsOf(operation: AnyOperation): readonly string[] {
  const { userId, teamIds } = new CallerContext(operation)
  return [userId, ...teamIds]
}

/** Ids of what is shared with one of them for reading. */
async function sharedViews(
  { reader, runtime }: AnyOperation,
  principals: readonly string[],
): Promise<readonly string[]> {
  const shares = runtime.catalog.find('principalobjectaccess')
  if (shares === undefined) return []
  const ids: string[] = []
  for (const principal of principals) {
    for (const share of await reader.related(shares, 'principalid', principal)) {
      const { own, inherited } = masksIn(share)
      if (share['objecttypecode'] !== PERSONAL_VIEWS) continue
      if (((own | inherited) & ACCESS_RIGHTS.ReadAccess) !== 0) ids.push(textOf(share['objectid']))
    }
  }
  return ids
}
