import { canBeAssigned } from '../cascade/plan-assign.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import { isRowRef, type RowRef } from '../rows/value.ts'
import { idOf, rowNotFound, storedId } from './not-found.ts'
import { ownedRows } from './owned-rows.ts'
import { rowOf, type RowParameter } from './parameters.ts'
import type { UpdateRequest } from './requests.ts'

/** The user or team a parameter names. @throws INVALID_ARGUMENT for a row of another table */
export function principalIn(
  parameter: RowParameter,
  { catalog }: Runtime,
  message: string,
): RowRef {
  const { table, id } = rowOf(parameter)
  if (table !== 'systemuser' && table !== 'team') {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${message}: rows are owned by users and teams, not by ${table}.`,
    )
  }
  return { table, id: idOf(catalog.table(table), id, message) }
}

/** @throws ROW_NOT_FOUND */
export async function assertPrincipals(
  { reader, runtime }: AnyOperation,
  principals: readonly RowRef[],
): Promise<void> {
  for (const { table, id } of principals) {
    if ((await reader.get(runtime.catalog.table(table), id)) === undefined) {
      throw rowNotFound(table, id)
    }
  }
}

/**
 * Gives every row of one user or team to another, each by an Update of its own.
 * Unverified: that rows no client may update keep their owner, as in a cascade.
 */
export async function reassign(operation: AnyOperation, from: RowRef, to: RowRef): Promise<void> {
  for (const { table, rows } of await ownedRows(operation, from)) {
    if (!canBeAssigned(table)) continue
    for (const row of rows) {
      const id = storedId(table, row)
      // A cascade of the one before may have deleted or assigned it already.
      const owner = (await operation.reader.get(table, id))?.['ownerid']
      if (!isRowRef(owner) || owner.id !== from.id) continue
      const request: UpdateRequest = { table: table.logicalName, id, values: { ownerid: to } }
      await operation.execute('Update', request)
    }
  }
}
