import type { Privilege } from '../pipeline/access.ts'
import { PRIVILEGE_DEPTHS } from '../pipeline/privilege-depths.ts'
import type { RowRef } from '../rows/value.ts'
import { idIn, type World } from './world.ts'

/**
 * The id of the role that holds every privilege in every depth, those of tables that come later among them. It
 * has no rows in `roleprivileges`.
 */
export const SYSTEM_ADMINISTRATOR = '0e000000-0000-4000-8000-0000000000a1'

/** A user or team, with all that gives them rights. */
export interface Principal {
  readonly ref: RowRef
  /** The teams a user is in; none of a team. */
  readonly teams: ReadonlySet<string>
  readonly roles: readonly HeldRole[]
  readonly isAdministrator: boolean
}

export interface HeldRole {
  readonly id: string
  /** From where its depth is counted: the business unit of the user or team that holds it. */
  // The platform copies a role into every business unit below its own; here one role stands for all its copies.
  readonly unitId: string
  /** The team that holds it, where a user has it through one. */
  readonly teamId?: string
}

export function principalOf(world: World, ref: RowRef): Principal {
  const isUser = ref.table === 'systemuser'
  const unit = world.unitOf(ref) ?? ''
  const own = isUser
    ? rolesIn(world, 'systemuserroles', 'systemuserid', ref.id, { unitId: unit })
    : rolesIn(world, 'teamroles', 'teamid', ref.id, { unitId: unit })
  const teams = isUser
    ? world
        .related('teammembership', 'systemuserid', ref.id)
        .map((row) => idIn(row, 'teamid') ?? '')
    : []
  const ofTeams = teams.flatMap((teamId) =>
    rolesIn(world, 'teamroles', 'teamid', teamId, {
      unitId: world.unitOf({ table: 'team', id: teamId }) ?? '',
      teamId,
    }),
  )
  const roles = [...own, ...ofTeams]
  const isAdministrator = roles.some(({ id }) => id === SYSTEM_ADMINISTRATOR)
  return { ref, teams: new Set(teams), roles, isAdministrator }
}

function rolesIn(
  world: World,
  table: string,
  column: string,
  holder: string,
  held: Omit<HeldRole, 'id'>,
): readonly HeldRole[] {
  return world
    .related(table, column, holder)
    .map((row) => ({ ...held, id: idIn(row, 'roleid') ?? '' }))
}

/** One role's part in what a principal may do. */
export interface Grant {
  /** One of `PRIVILEGE_DEPTHS`. */
  readonly depth: number
  readonly unitId: string
  readonly teamId?: string | undefined
  /** It counts for rows of the team, not for those of its members. */
  readonly isForTeamOnly: boolean
}

/** What the roles of a principal say of a privilege; none: it is missing. */
export function grantsOf(
  world: World,
  { roles, isAdministrator }: Principal,
  privilege: Privilege,
): readonly Grant[] {
  if (isAdministrator) return [EVERYWHERE]
  if (ADMINISTRATORS_ONLY.has(privilege.name)) return []
  return roles.flatMap(({ id, unitId, teamId }) => {
    const depth = depthIn(world, id, privilege)
    return depth === 0
      ? []
      : [{ depth, unitId, teamId, isForTeamOnly: teamId !== undefined && isTeamOnly(world, id) }]
  })
}

const EVERYWHERE: Grant = { depth: PRIVILEGE_DEPTHS.Global, unitId: '', isForTeamOnly: false }

/**
 * No other role gives these.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-plug-in
 */
const ADMINISTRATORS_ONLY: ReadonlySet<string> = new Set([
  'prvReadSdkMessageProcessingStepSecureConfig',
])

/** In which depth a role holds a privilege; 0: it does not. */
export function depthIn(world: World, roleId: string, privilege: Privilege): number {
  if (roleId === SYSTEM_ADMINISTRATOR) return PRIVILEGE_DEPTHS.Global
  const row = world.joining('roleprivileges', { privilegeid: privilege.id, roleid: roleId })
  const mask = row?.['privilegedepthmask']
  return typeof mask === 'number' ? mask : 0
}

/** https://learn.microsoft.com/power-platform/admin/security-roles-privileges#team-members-privilege-inheritance */
function isTeamOnly(world: World, roleId: string): boolean {
  return world.row({ table: 'role', id: roleId })?.['isinherited'] === 0
}
