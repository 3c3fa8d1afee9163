import { DataverseError } from '../errors/dataverse-error.ts'
import type { OrganizationFacts } from './runtime.ts'

/**
 * Before anything is done in the name of a user.
 * Unverified: which code an unknown id of a user to act for is refused with.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/impersonate-another-user-web-api
 * https://learn.microsoft.com/power-platform/admin/delete-business-unit
 * @throws ROW_NOT_FOUND, USER_DISABLED, USER_UNIT_DISABLED
 */
export function assertUser(organization: OrganizationFacts, userId: string): void {
  const user = organization.user(userId)
  if (user === undefined) {
    throw new DataverseError(
      'ROW_NOT_FOUND',
      `Entity 'systemuser' With Id = ${userId} Does Not Exist`,
    )
  }
  if (user.isDisabled) {
    throw new DataverseError(
      'USER_DISABLED',
      `The user with id ${userId} is disabled and cannot call the organization, nor be acted for.`,
    )
  }
  // Unverified: the code; nobody signs in whose business unit is disabled.
  if (user.disabledUnit !== null) {
    throw new DataverseError(
      'USER_UNIT_DISABLED',
      `The specified business unit : '${user.disabledUnit}' is disabled. The user with id ${userId} belongs to it.`,
    )
  }
}
