import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { AccessRight } from '../pipeline/access-rights.ts'
import type { Privilege } from '../pipeline/access.ts'
import { PRIVILEGE_DEPTHS } from '../pipeline/privilege-depths.ts'
import type { RowRef } from '../rows/value.ts'
import { depthIn, type Principal } from './principal.ts'
import type { Privileges } from './privileges.ts'
import type { World } from './world.ts'

/** What a text about a missing privilege tells. */
export interface Missing {
  readonly world: World
  readonly privileges: Privileges
  readonly principal: Principal
  readonly privilege: Privilege
  readonly table?: Table | undefined
  /** Whose request it is. */
  readonly callerId: string
}

/** https://learn.microsoft.com/power-platform/admin/how-record-access-determined#privilege-check */
export function privilegeMissing(missing: Missing): DataverseError {
  const { principal, privilege, table, callerId } = missing
  const { ref } = principal
  const isUser = ref.table === 'systemuser'
  const facts = [
    `Id=${ref.id}`,
    `type=${isUser ? 8 : 9}`,
    `roleCount=${principal.roles.length}`,
    `privilegeCount=${heldBy(missing).length}`,
    ...(isUser ? [`accessMode=${accessMode(missing)}`] : []),
  ]
  const { objectTypeCode } = table?.definition ?? {}
  const concerned =
    table === undefined
      ? ''
      : `${objectTypeCode === undefined ? '' : ` on OTC=${objectTypeCode}`} for entity '${table.logicalName}'`
  return new DataverseError(
    'ACCESS_DENIED',
    `Principal ${isUser ? 'user' : 'team'} (${facts.join(', ')}), is missing ${privilege.name} privilege (Id=${privilege.id})${concerned}. context.Caller=${callerId}`,
  )
}

/** Counted only for the text. */
function heldBy({ world, privileges, principal }: Missing): readonly Privilege[] {
  return [...privileges.all].filter((privilege) =>
    principal.roles.some(({ id }) => depthIn(world, id, privilege) >= PRIVILEGE_DEPTHS.Basic),
  )
}

function accessMode({ world, principal }: Missing): number {
  const mode = world.row(principal.ref)?.['accessmode']
  return typeof mode === 'number' ? mode : 0
}

/** The privilege is there, and does not reach the row. */
export function rowDenied(principalId: string, right: AccessRight, row: RowRef): DataverseError {
  return new DataverseError(
    'ROW_ACCESS_DENIED',
    `Principal with id ${principalId} does not have ${right} right(s) for record with id ${row.id} of entity ${row.table}`,
  )
}

export function ownerCannotRead(owner: RowRef, privilege: Privilege): DataverseError {
  return new DataverseError(
    'OWNER_PRIVILEGE_MISSING',
    `Target user or team does not hold required privileges. (${owner.table} ${owner.id}: ${privilege.name})`,
  )
}

export function cannotActForOthers(userId: string): DataverseError {
  return new DataverseError(
    'IMPERSONATION_DENIED',
    `User does not have the privilege to act on behalf another user. (${userId})`,
  )
}

// Unverified: the platform names the privilege of the very kind of definition (prvCreateEntity, prvWriteAttribute).
export function cannotCustomize(userId: string): DataverseError {
  return new DataverseError(
    'ACCESS_DENIED',
    `Principal user (Id=${userId}, type=8) may not change tables: only System Administrators may.`,
  )
}

/** Sharing gives nobody more than their roles let them have. */
export function memberLacks({ name }: Privilege): DataverseError {
  return new DataverseError(
    'TEAM_MEMBER_PRIVILEGE_MISSING',
    `The user can't be added to the team because the user doesn't have the "${name}" privilege.`,
  )
}
