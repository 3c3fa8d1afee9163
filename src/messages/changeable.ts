import { DataverseError } from '../errors/dataverse-error.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import { assertCurrencyCodeUnused } from './creatable.ts'
import { assertBusinessUnitMayBeDisabled } from './directory/business-unit-rules.ts'
import { assertTeamChangeable } from './directory/team-rules.ts'
import { assertNotSystemUser, assertUserMayBeDisabled } from './directory/user-rules.ts'

/** What some platform tables refuse to be changed to; absent: nothing. */
export type ChangeRule = (operation: AnyOperation, before: Row) => Awaitable<void>

const RULES: Readonly<Record<string, ChangeRule>> = {
  team: assertTeamChangeable,
  businessunit: (operation, before) =>
    isBeingDisabled(operation, before) ? assertBusinessUnitMayBeDisabled(operation) : undefined,
  systemuser(operation, before) {
    assertNotSystemUser(operation)
    return isBeingDisabled(operation, before) ? assertUserMayBeDisabled(operation) : undefined
  },
  transactioncurrency(operation, before) {
    assertBaseCurrencyKept(operation, before)
    return assertCurrencyCodeUnused(operation)
  },
}

export function changeRuleOf(table: string): ChangeRule | undefined {
  return RULES[table]
}

function isBeingDisabled({ values }: AnyOperation, before: Row): boolean {
  return values['isdisabled'] === true && before['isdisabled'] !== true
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/transaction-currency-currency-entity */
function assertBaseCurrencyKept({ values, id, runtime }: AnyOperation, before: Row): void {
  if (id !== runtime.organization.baseCurrencyId) return
  const { statecode, exchangerate } = values
  if (statecode !== undefined && statecode !== 0) {
    throw new DataverseError(
      'BASE_CURRENCY_KEPT_ACTIVE',
      'The base currency cannot be deactivated.',
    )
  }
  if (exchangerate !== undefined && exchangerate !== before['exchangerate']) {
    throw new DataverseError(
      'BASE_CURRENCY_RATE_FIXED',
      'The exchange rate of the base currency cannot be modified.',
    )
  }
}
