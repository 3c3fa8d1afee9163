import { deleteRules } from '../cascade/delete-rules.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import { isOwned } from './ownership.ts'

type AnyOperation = Operation<unknown, unknown>

/**
 * What some platform tables refuse beside their relationships.
 * https://learn.microsoft.com/power-apps/developer/data-platform/user-team-entities
 */
export function assertDeletable(operation: AnyOperation, row: Row): Awaitable<void> {
  const { logicalName } = operation.subject
  if (logicalName === 'team') return assertTeamDeletable(operation, row)
  if (
    logicalName === 'transactioncurrency' &&
    operation.id === operation.runtime.organization.baseCurrencyId
  ) {
    throw new DataverseError('BASE_CURRENCY_NOT_DELETABLE', 'The base currency cannot be deleted.')
  }
  return undefined
}

/** A team must own nothing but what is deleted together with its owner row. */
function assertTeamDeletable(operation: AnyOperation, team: Row): Awaitable<void> {
  if (team['isdefault'] === true) {
    throw new DataverseError(
      'DEFAULT_TEAM_NOT_DELETABLE',
      "The default team of a business unit can't be deleted.",
    )
  }
  const { catalog } = operation.runtime
  const goWithOwner = new Set(
    deleteRules(operation.subject, catalog)
      .rules.filter((rule) => rule.column === 'ownerid' && rule.type === 'Cascade')
      .map((rule) => rule.table.logicalName),
  )
  const pending: Promise<unknown>[] = []
  for (const name of catalog.names) {
    const table = catalog.find(name)
    if (table === undefined || !isOwned(table) || goWithOwner.has(name)) continue
    const owned = operation.tx.related(table, 'ownerid', operation.id)
    if (isPromise(owned)) pending.push(owned.then((rows) => assertNone(rows, name)))
    else assertNone(owned, name)
  }
  return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined)
}

function assertNone(owned: readonly Row[], table: string): void {
  if (owned.length === 0) return
  throw new DataverseError(
    'TEAM_OWNS_ROWS',
    `Can't delete a team which owns records. Reassign the records and try again. (${owned.length} of ${table})`,
  )
}
