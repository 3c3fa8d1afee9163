import { DataverseError } from '../../errors/dataverse-error.ts'
import { hasOwners, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import { andThen, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type RowRef, type Value, type Values } from '../../rows/value.ts'
import { coercerOf } from '../columns/coerce.ts'
import { rowNotFound } from '../not-found.ts'

const UNIT = 'owningbusinessunit'

/**
 * The business unit that a request wants a row to lie in, taken over where rows may lie in another one than
 * their owners; elsewhere it follows the owner whatever is sent.
 * https://learn.microsoft.com/power-platform/admin/wp-security-cds#matrix-data-access-structure-modernized-business-units
 */
export function takeUnit(
  table: Table,
  sent: Values,
  values: Record<string, Value | undefined>,
  { organization }: Runtime,
): void {
  if (!(UNIT in sent) || !hasOwners(table) || organization.ownership?.acrossUnits !== true) return
  const column = table.columns.get(UNIT)
  const value = sent[UNIT]
  if (column === undefined || value === undefined || value === null) return
  const unit = coercerOf(column)(value)
  if (!isRowRef(unit) || unit.table !== 'businessunit') {
    throw new DataverseError('INVALID_ARGUMENT', `${UNIT} names a row of businessunit.`)
  }
  values[UNIT] = unit
}

/** The business unit the request has chosen, if it has; known from when `takeUnit` has run to `setOwner`. */
export function chosenUnit(
  values: Readonly<Record<string, Value | undefined>>,
): RowRef | undefined {
  const unit = values[UNIT]
  return isRowRef(unit) ? unit : undefined
}

/** Whether a row that changes its owner stays in its business unit. */
export function keepsUnit({ before, runtime }: AnyOperation): boolean {
  const rules = runtime.organization.ownership
  return before !== undefined && rules?.acrossUnits === true && !rules.followsOwner
}

/** @throws ROW_NOT_FOUND, BUSINESS_UNIT_DISABLED */
export function assertUnitTakesRows(
  { reader, runtime }: AnyOperation,
  unit: Value | undefined,
): Awaitable<void> {
  if (!isRowRef(unit)) return undefined
  return andThen(reader.get(runtime.catalog.table(unit.table), unit.id), (row) => {
    if (row === undefined) throw rowNotFound(unit.table, unit.id)
    if (row['isdisabled'] !== true) return
    throw new DataverseError(
      'BUSINESS_UNIT_DISABLED',
      'The specified business unit cannot be assigned to because it is disabled.',
    )
  })
}
