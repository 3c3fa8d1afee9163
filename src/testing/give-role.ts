import type { Emulator } from '../emulator/emulator.ts'
import type { PrivilegeDepth } from '../pipeline/privilege-depths.ts'

interface Ref {
  readonly table: string
  readonly id: string
}

/**
 * Makes a role with these privileges, of an organization that enforces access, and gives it to a user or team:
 * `giveRole(org, user, { prvReadAccount: 'Local' })`.
 * @returns the role, of the root business unit
 */
export async function giveRole(
  org: Emulator,
  holder: Ref,
  privileges: Readonly<Record<string, PrivilegeDepth>>,
  options: {
    readonly name?: string
    /** Whether members of a team that holds it may use it for rows of the team alone. Default: for their own, too. */
    readonly isForTeamOnly?: boolean
  } = {},
): Promise<Ref> {
  const { name = 'Role', isForTeamOnly = false } = options
  const id = await org.create('role', {
    name,
    businessunitid: { table: 'businessunit', id: org.businessUnitId },
    isinherited: isForTeamOnly ? 0 : 1,
  })
  await org.execute('AddPrivilegesRole', {
    RoleId: id,
    Privileges: Object.entries(privileges).map(([PrivilegeName, Depth]) => ({
      PrivilegeName,
      Depth,
    })),
  })
  const role = { table: 'role', id }
  const relationship =
    holder.table === 'team' ? 'teamroles_association' : 'systemuserroles_association'
  await org.associate(holder, relationship, role)
  return role
}
