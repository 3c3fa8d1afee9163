import { DataverseError } from '../errors/dataverse-error.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import { assertBusinessUnitDeletable } from './directory/business-unit-rules.ts'
import { assertTeamDeletable } from './directory/team-rules.ts'
import { assertUserDeletable } from './directory/user-rules.ts'

/** What some platform tables refuse beside their relationships. */
export function assertDeletable(operation: AnyOperation, row: Row): Awaitable<void> {
  return RULES[operation.subject.logicalName]?.(operation, row)
}

const RULES: Readonly<Record<string, (operation: AnyOperation, row: Row) => Awaitable<void>>> = {
  team: assertTeamDeletable,
  systemuser: assertUserDeletable,
  businessunit: assertBusinessUnitDeletable,
  transactioncurrency({ id, runtime }) {
    if (id !== runtime.organization.baseCurrencyId) return
    throw new DataverseError('BASE_CURRENCY_NOT_DELETABLE', 'The base currency cannot be deleted.')
  },
}
