import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Row } from '../rows/value.ts'
import { enabledAdministrators } from './administrators.ts'
import { isOn, organizationRow } from './settings.ts'

/**
 * A user is disabled before it is deleted, and somebody must be left to administer the organization.
 * https://learn.microsoft.com/power-platform/admin/delete-users
 * @throws USER_NOT_DISABLED, LAST_ADMINISTRATOR
 */
export async function assertUserDeletable(operation: AnyOperation, user: Row): Promise<void> {
  if (user['isdisabled'] === true) return
  const organization = await organizationRow(operation)
  // Unverified: what the platform says, which asks the directory of its users for it.
  if (!isOn(organization, 'AuthorizationSkipAadUserStateValidation')) {
    throw new DataverseError(
      'USER_NOT_DISABLED',
      `The user with id ${operation.id} is not disabled and cannot be deleted.`,
    )
  }
  await assertNotLastAdministrator(operation)
}

/** @throws LAST_ADMINISTRATOR */
export async function assertUserMayBeDisabled(operation: AnyOperation): Promise<void> {
  await assertNotLastAdministrator(operation)
}

async function assertNotLastAdministrator(operation: AnyOperation): Promise<void> {
  const administrators = await enabledAdministrators(operation)
  const [last, ...others] = administrators ?? []
  if (last === undefined || others.length > 0) return
  if (last[operation.subject.primaryId] !== operation.id) return
  throw new DataverseError(
    'LAST_ADMINISTRATOR',
    'A user cannot be disabled if they are the only user that has the System Administrator Role.',
  )
}

/**
 * Whether deleting the user leaves its row, as one that is deleted: the first time it does.
 * https://learn.microsoft.com/power-platform/admin/delete-users
 */
export function isDeletedSoftly({ logicalName, columns }: Table, row: Row): boolean {
  return (
    logicalName === 'systemuser' &&
    columns.has('deletedstate') &&
    row['deletedstate'] !== SOFT_DELETED
  )
}

export const SOFT_DELETED = 1
