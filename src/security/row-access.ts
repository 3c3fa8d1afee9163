import type { Table } from '../metadata/table.ts'
import { ALL_RIGHTS } from '../pipeline/access-rights.ts'
import { PRIVILEGE_DEPTHS } from '../pipeline/privilege-depths.ts'
import type { Row } from '../rows/value.ts'
import { grantsOf, type Grant, type Principal } from './principal.ts'
import { TABLE_RIGHTS, type Privileges, type TableRight } from './privileges.ts'
import { idIn, type World } from './world.ts'

/**
 * Whether a principal who holds a privilege may use it on this row: as its owner, by the depth of a role, or
 * because the row is shared. Access by the hierarchy of managers is not emulated: it is off where nobody turns it on.
 * https://learn.microsoft.com/power-platform/admin/how-record-access-determined#access-check
 */
export function reaches(
  world: World,
  { principal, grants, right }: Reach,
  table: Table,
  row: Row,
): boolean {
  return (
    grants.some((grant) => covers(world, principal, grant, table, row)) ||
    (grants.length > 0 && (sharedMask(world, principal, table, row) & right) !== 0)
  )
}

export interface Reach {
  readonly principal: Principal
  readonly grants: readonly Grant[]
  /** One of `ACCESS_RIGHTS`. */
  readonly right: number
}

/** Whether it needs no look at the row. */
export function coversAll(grants: readonly Grant[], table: Table): boolean {
  return grants.some(({ depth }) => depth >= PRIVILEGE_DEPTHS.Global) || !isPlaced(table)
}

/** Whether rows of the table belong to somebody: a user, a team, a business unit. */
function isPlaced({ ownership }: Table): boolean {
  return ownership !== 'OrganizationOwned' && ownership !== 'None'
}

function covers(world: World, principal: Principal, grant: Grant, table: Table, row: Row): boolean {
  const { depth, unitId } = grant
  if (coversAll([grant], table)) return true
  if (isOwnRow(principal, grant, table, row)) return true
  const unit = idIn(row, hasOwner(table) ? 'owningbusinessunit' : 'businessunitid')
  if (unit === undefined || depth < PRIVILEGE_DEPTHS.Local) return false
  return unit === unitId || (depth >= PRIVILEGE_DEPTHS.Deep && world.isBelow(unit, unitId))
}

/** In any depth a principal may do with own rows, and those of own teams, what the privilege says. */
function isOwnRow(
  { ref, teams }: Principal,
  { isForTeamOnly, teamId }: Grant,
  table: Table,
  row: Row,
): boolean {
  // Unverified: that the row of a user is their own.
  const owner = idIn(row, hasOwner(table) ? 'ownerid' : table.primaryId)
  if (owner === undefined) return false
  if (isForTeamOnly) return owner === teamId
  return owner === ref.id || teams.has(owner)
}

function hasOwner({ ownership }: Table): boolean {
  return ownership === 'UserOwned' || ownership === 'TeamOwned'
}

/** What was shared with a user or team, or with the teams of the user, and what came down from rows above. */
function sharedMask(world: World, { ref, teams }: Principal, table: Table, row: Row): number {
  const id = idIn(row, table.primaryId)
  if (id === undefined || !hasOwner(table)) return 0
  let mask = 0
  for (const principalid of [ref.id, ...teams]) {
    const share = world.joining('principalobjectaccess', { objectid: id, principalid })
    if (share === undefined) continue
    mask |= maskIn(share, 'accessrightsmask') | maskIn(share, 'inheritedaccessrightsmask')
  }
  return mask
}

function maskIn(share: Row, column: string): number {
  const mask = share[column]
  return typeof mask === 'number' ? mask : 0
}

/** Everything a principal may do with a row. */
export function rightsOn(
  world: World,
  privileges: Privileges,
  principal: Principal,
  table: Table,
  row: Row,
): number {
  if (principal.isAdministrator) return ALL_RIGHTS
  let mask = 0
  for (const [name, right] of Object.entries(TABLE_RIGHTS)) {
    const privilege = privileges.of(table, name as TableRight)
    if (privilege === undefined) continue
    const grants = grantsOf(world, principal, privilege)
    if (reaches(world, { principal, grants, right }, table, row)) mask |= right
  }
  return mask
}
