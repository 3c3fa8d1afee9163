import type { AnyOperation } from '../../pipeline/operation.ts'
import { andThen, inTurn, type Awaitable } from '../../rows/awaitable.ts'
import { textOf, type Row } from '../../rows/value.ts'
import { ownedRows } from '../ownership/owned-rows.ts'
import { assertAdministratorLeft } from './user-rules.ts'

/** Which links to roles a user or team has. */
const ROLES: Readonly<Record<string, readonly [links: string, column: string]>> = {
  systemuser: ['systemuserroles', 'systemuserid'],
  team: ['teamroles', 'teamid'],
}

/**
 * A user or team that comes to another business unit gives up all roles, and what it owns comes along, unless the
 * organization lets rows lie in other business units than their owners and says otherwise. None of it is an event.
 * https://learn.microsoft.com/power-platform/admin/create-edit-business-units#change-the-business-unit-for-a-user
 * @throws LAST_ADMINISTRATOR_KEPT
 */
export function followUnit(operation: AnyOperation, principal: Row): Awaitable<unknown> {
  const {
    acrossUnits = false,
    keepsRoles,
    followsOwner,
  } = operation.runtime.organization.ownership ?? {}
  const given = acrossUnits && keepsRoles === true ? undefined : giveUpRoles(operation)
  if (acrossUnits && followsOwner === false) return given
  return andThen(given, () => moveOwned(operation, principal))
}

// Unverified: that the only administrator stays where the role is.
function giveUpRoles(operation: AnyOperation): Awaitable<unknown> {
  const { subject, runtime, tx, id } = operation
  const [name = '', column = ''] = ROLES[subject.logicalName] ?? []
  const links = runtime.catalog.find(name)
  if (links === undefined) return undefined
  return andThen(tx.related(links, column, id), (rows) => {
    if (rows.length === 0) return undefined
    const roles = rows.map((row) => textOf(row['roleid']))
    const isUser = subject.logicalName === 'systemuser'
    const kept = isUser ? assertAdministratorLeft(operation, roles, [id]) : undefined
    return andThen(kept, () => inTurn(rows, (row) => tx.remove(links, row)))
  })
}

function moveOwned(operation: AnyOperation, principal: Row): Awaitable<unknown> {
  const { subject, tx, id } = operation
  const unit = { owningbusinessunit: principal['businessunitid'] ?? null }
  return andThen(ownedRows(operation, { table: subject.logicalName, id }), (owned) =>
    inTurn(owned, ({ table, rows }) =>
      table.columns.has('owningbusinessunit')
        ? inTurn(rows, (row) => tx.patch(table, row, unit))
        : undefined,
    ),
  )
}
