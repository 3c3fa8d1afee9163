import { isOn, settingOf } from '../messages/organization/settings.ts'
import type { OwnershipRules } from '../pipeline/runtime.ts'
import type { Row } from '../rows/value.ts'

/** BypassBusinessLogicExecutionStepIdsLimit, where nobody changed it. */
const STEP_ID_LIMIT = 3

/**
 * How many steps a request may name that it leaves out.
 * https://learn.microsoft.com/power-apps/developer/data-platform/bypass-custom-business-logic
 */
export function bypassedStepLimit(organization: Row | undefined): number {
  const set = Number(settingOf(organization, 'BypassBusinessLogicExecutionStepIdsLimit'))
  return Number.isInteger(set) && set > 0 ? set : STEP_ID_LIMIT
}

/**
 * Whether rows may lie in another business unit than their owners.
 * https://learn.microsoft.com/power-platform/admin/environment-database-settings
 */
export function ownershipRules(organization: Row | undefined): OwnershipRules {
  const follows = settingOf(organization, 'AlwaysMoveRecordToOwnerBusinessUnit')
  return {
    acrossUnits: isOn(organization, 'EnableOwnershipAcrossBusinessUnits'),
    followsOwner: follows?.toLowerCase() !== 'false',
    keepsRoles: isOn(organization, 'DoNotRemoveRolesOnChangeBusinessUnit'),
  }
}
