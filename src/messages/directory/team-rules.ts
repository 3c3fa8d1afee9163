import { DataverseError } from '../../errors/dataverse-error.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { andThen, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'
import { ownedRows, rowsLeftBy } from '../ownership/owned-rows.ts'

/** Such a team shares rows among its members and owns none. */
export const ACCESS_TEAM = 1

/**
 * A team must own nothing but what is deleted together with its owner row.
 * https://learn.microsoft.com/power-apps/developer/data-platform/user-team-entities
 * @throws DEFAULT_TEAM_NOT_DELETABLE, TEAM_OWNS_ROWS
 */
export function assertTeamDeletable(operation: AnyOperation, team: Row): Awaitable<void> {
  if (team['isdefault'] === true) {
    throw new DataverseError(
      'DEFAULT_TEAM_NOT_DELETABLE',
      "The default team of a business unit can't be deleted.",
    )
  }
  return andThen(rowsLeftBy(operation, { table: 'team', id: operation.id }), ([owned]) => {
    if (owned === undefined) return
    throw new DataverseError(
      'TEAM_OWNS_ROWS',
      `Can't delete a team which owns records. Reassign the records and try again. (${owned.rows.length} of ${owned.table.logicalName})`,
    )
  })
}

/** @throws DEFAULT_TEAM_NAME_FIXED, DEFAULT_TEAM_UNIT_FIXED, TEAM_TYPE_FIXED */
export function assertTeamChangeable(operation: AnyOperation, team: Row): Awaitable<void> {
  const { values, id } = operation
  const { name, teamtype, businessunitid: unit } = values
  if (team['isdefault'] === true && name !== undefined && name !== team['name']) {
    throw new DataverseError(
      'DEFAULT_TEAM_NAME_FIXED',
      `The default business unit team name can't be updated (TeamId = ${id}).`,
    )
  }
  if (team['isdefault'] === true && unit !== undefined && !isSame(unit, team['businessunitid'])) {
    throw new DataverseError(
      'DEFAULT_TEAM_UNIT_FIXED',
      `The default business unit team parent can't be set (TeamId = ${id}).`,
    )
  }
  if (teamtype !== ACCESS_TEAM || team['teamtype'] === ACCESS_TEAM) return undefined
  return andThen(ownedRows(operation, { table: 'team', id }), (owned) => {
    if (owned.length === 0) return
    throw new DataverseError(
      'TEAM_TYPE_FIXED',
      'You cannot modify the type of the team because there are records owned by the team.',
    )
  })
}

function isSame(unit: Value, present: Value | undefined): boolean {
  return isRowRef(unit) && isRowRef(present) && unit.id === present.id
}

/** @throws ACCESS_TEAM_WITHOUT_ROLES */
export async function assertTakeRoles(
  { reader, runtime }: AnyOperation,
  teamIds: readonly string[],
): Promise<void> {
  const teams = runtime.catalog.table('team')
  for (const id of teamIds) {
    if ((await reader.get(teams, id))?.['teamtype'] !== ACCESS_TEAM) continue
    throw new DataverseError(
      'ACCESS_TEAM_WITHOUT_ROLES',
      `Cannot assign roles or profiles to an access team (TeamId = ${id}).`,
    )
  }
}

/**
 * The users of a business unit are the members of its default team; nobody else comes or goes.
 * @throws DEFAULT_TEAM_MEMBERS_FIXED, DEFAULT_TEAM_MEMBERS_KEPT
 */
export async function assertMembersMayChange(
  { reader, runtime }: AnyOperation,
  teamIds: readonly string[],
  message: 'Associate' | 'Disassociate',
): Promise<void> {
  const teams = runtime.catalog.table('team')
  for (const id of teamIds) {
    if ((await reader.get(teams, id))?.['isdefault'] !== true) continue
    throw message === 'Associate'
      ? new DataverseError(
          'DEFAULT_TEAM_MEMBERS_FIXED',
          `Can't add members to the default business unit team (TeamId = ${id}).`,
        )
      : new DataverseError(
          'DEFAULT_TEAM_MEMBERS_KEPT',
          `Can't remove members from the default business unit team (TeamId = ${id}).`,
        )
  }
}
