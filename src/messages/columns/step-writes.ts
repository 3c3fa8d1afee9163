import { DataverseError } from '../../errors/dataverse-error.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { Value } from '../../rows/value.ts'
import { coercerOf, type Coercer } from './coerce.ts'
import { forgetOwner } from '../ownership/ownership.ts'
import { undeclared } from './payload.ts'

type AnyOperation = Operation<unknown, unknown>

/** Steps may set columns that clients may not, so every column can be read. */
const coercers = perTable(
  (table: Table): ReadonlyMap<string, Coercer> =>
    new Map([...table.columns.values()].map((column) => [column.logicalName, coercerOf(column)])),
)

/**
 * A step's value for a column of the target, read and checked as a client's would be.
 * @throws COLUMN_UNKNOWN for a column the table does not have, INVALID_ARGUMENT for another id
 */
export function acceptWrite(operation: AnyOperation, column: string, value: Value): Value {
  const table = operation.subject
  const coerce = coercers(table).get(column)
  if (coerce === undefined) throw undeclared(table, column)
  const coerced = coerce(value)
  if (column === table.primaryId && coerced !== operation.id) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `The id of a row is not for a step to set: ${column} of ${table.logicalName} ${operation.id}.`,
    )
  }
  operation.runtime.payloads.validateWrite(table, column, coerced)
  return coerced
}

/** What the platform derived at PreOperation from a column that a step has replaced is derived again. */
export function forgetDerived(operation: AnyOperation, columns: readonly string[]): void {
  if (operation.stage < 20) return
  const { values } = operation
  if (columns.includes('ownerid')) forgetOwner(values)
  if (columns.includes('statecode') && !columns.includes('statuscode')) delete values['statuscode']
}
