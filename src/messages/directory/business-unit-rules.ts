import { DataverseError } from '../../errors/dataverse-error.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { isRowRef, textOf, type Row } from '../../rows/value.ts'
import { enabledAdministrators } from './administrators.ts'
import { defaultTeamOf } from './directory.ts'
import { ownedRows } from '../ownership/owned-rows.ts'

/**
 * A business unit is disabled and emptied before it is deleted; its default team goes with it.
 * https://learn.microsoft.com/power-platform/admin/delete-business-unit
 * @throws BUSINESS_UNIT_ENABLED, BUSINESS_UNIT_HAS_CHILDREN, BUSINESS_UNIT_TEAM_OWNS_ROWS,
 * BUSINESS_UNIT_HAS_QUEUES, DELETE_RESTRICTED
 */
export async function assertBusinessUnitDeletable(
  operation: AnyOperation,
  unit: Row,
): Promise<void> {
  const { id, runtime } = operation
  // The root one cannot be disabled.
  if (unit['isdisabled'] !== true) {
    throw new DataverseError(
      'BUSINESS_UNIT_ENABLED',
      'Not disabled business unit cannot be deleted.',
    )
  }
  if ((await belongingTo(operation, 'businessunit', 'parentbusinessunitid')).length > 0) {
    throw new DataverseError(
      'BUSINESS_UNIT_HAS_CHILDREN',
      'Business unit has a child business unit and cannot be deleted.',
    )
  }
  const team = await defaultTeamOf(operation, id)
  const teamId = team?.[runtime.catalog.table('team').primaryId]
  if (typeof teamId === 'string') {
    if ((await ownedRows(operation, { table: 'team', id: teamId })).length > 0) {
      throw new DataverseError(
        'BUSINESS_UNIT_TEAM_OWNS_ROWS',
        `Business unit default team owns records. Business unit (Id = ${id}) cannot be deleted. Reassign the records owned by default team and try again.`,
      )
    }
  }
  const queues = await belongingTo(operation, 'queue', 'businessunitid')
  if (queues.length > 0) {
    throw new DataverseError(
      'BUSINESS_UNIT_HAS_QUEUES',
      `There are ${queues.length} queues referencing this BusinessUnit with id =${id}, Name = ${textOf(unit['name'])}. Please delete the queues before deleting this business unit or assign to a different Business Unit.`,
    )
  }
  for (const name of ['systemuser', 'team']) {
    const others = (await belongingTo(operation, name, 'businessunitid')).filter(
      (row) => row !== team,
    )
    if (others.length > 0) {
      throw new DataverseError(
        'DELETE_RESTRICTED',
        `The object you tried to delete is associated with another object and cannot be deleted. (businessunitid of ${others.length} of ${name})`,
      )
    }
  }
}

/** @throws ROOT_BUSINESS_UNIT_KEPT, BUSINESS_UNIT_HOLDS_ADMINISTRATORS */
export async function assertBusinessUnitMayBeDisabled(operation: AnyOperation): Promise<void> {
  const { id, runtime } = operation
  if (id === runtime.organization.rootBusinessUnitId) {
    throw new DataverseError(
      'ROOT_BUSINESS_UNIT_KEPT',
      'The root business unit cannot be disabled.',
    )
  }
  const administrators = await enabledAdministrators(operation)
  if (administrators === undefined) return
  const units = await unitsBelow(operation)
  const isOutside = (user: Row) => {
    const unit = user['businessunitid']
    return !isRowRef(unit) || !units.has(unit.id)
  }
  if (!administrators.some(isOutside)) {
    throw new DataverseError(
      'BUSINESS_UNIT_HOLDS_ADMINISTRATORS',
      'Business unit cannot be disabled: no active user with system admin role exists outside of business unit subtree.',
    )
  }
}

/** The unit itself among them. */
async function unitsBelow({ id, reader, subject }: AnyOperation): Promise<ReadonlySet<string>> {
  const units = new Set([id])
  for (const unit of units) {
    for (const row of await reader.related(subject, 'parentbusinessunitid', unit)) {
      units.add(row[subject.primaryId] as string)
    }
  }
  return units
}

async function belongingTo(
  { id, reader, runtime }: AnyOperation,
  name: string,
  column: string,
): Promise<readonly Row[]> {
  const table = runtime.catalog.find(name)
  if (table?.lookupColumns.includes(column) !== true) return []
  return reader.related(table, column, id)
}
