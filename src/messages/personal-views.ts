import { masksIn } from '../cascade/shares.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Filter, Link, Query } from '../query/query.ts'
import { isRowRef, textOf, type Row } from '../rows/value.ts'
import { ACCESS_RIGHTS } from './access-rights.ts'
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

export function readsPersonalViews({ table, links = [] }: Query | Link): boolean {
  return table === PERSONAL_VIEWS || links.some(readsPersonalViews)
}

function narrowed<N extends Query | Link>(node: N, seen: Filter): N {
  const { table, where, links } = node
  const own = where === undefined ? seen : { kind: 'and' as const, filters: [where, seen] }
  return {
    ...node,
    ...(table === PERSONAL_VIEWS ? { where: own } : {}),
    ...(links === undefined ? {} : { links: links.map((link) => narrowed(link, seen)) }),
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
