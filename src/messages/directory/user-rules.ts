import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Row } from '../../rows/value.ts'
import { administratorRole, enabledAdministrators } from './administrators.ts'
import { storedId } from '../not-found.ts'
import { isOn, organizationRow } from '../organization/settings.ts'

/**
 * A user is disabled before it is deleted, and somebody must be left to administer the organization.
 * https://learn.microsoft.com/power-platform/admin/delete-users
 * @throws SYSTEM_USER_FIXED, USER_NOT_DISABLED, LAST_ADMINISTRATOR
 */
export async function assertUserDeletable(operation: AnyOperation, user: Row): Promise<void> {
  assertNotSystemUser(operation)
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

/** The platform's own user is nobody's to change. @throws SYSTEM_USER_FIXED */
export function assertNotSystemUser({ id, runtime }: AnyOperation): void {
  if (id !== runtime.organization.systemUserId) return
  throw new DataverseError(
    'SYSTEM_USER_FIXED',
    "No modifications to the 'SYSTEM' or 'INTEGRATION' user are permitted.",
  )
}

/** Somebody keeps the role that allows everything. @throws LAST_ADMINISTRATOR_KEPT */
export async function assertAdministratorLeft(
  operation: AnyOperation,
  roleIds: readonly string[],
  userIds: readonly string[],
): Promise<void> {
  const role = await administratorRole(operation)
  if (role === undefined || !roleIds.includes(role)) return
  const administrators = (await enabledAdministrators(operation)) ?? []
  const users = operation.runtime.catalog.table('systemuser')
  const isLeft = (user: Row) => !userIds.includes(storedId(users, user))
  if (administrators.length === 0 || administrators.some(isLeft)) return
  throw new DataverseError(
    'LAST_ADMINISTRATOR_KEPT',
    'A user cannot be removed from the System Administrator Role if they are the only user that has the role.',
  )
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
