import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { EntityCollection } from '../../pipeline/execution-context.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { assertOffered } from '../not-found.ts'
import { assertObjects } from '../parameters.ts'

type AnyOperation = Operation<unknown, unknown>

/**
 * The table, where it takes the message for these rows.
 * @throws MESSAGE_NOT_OFFERED, INVALID_ARGUMENT for none, NOT_SUPPORTED for elastic tables
 */
export function assertSeveral(table: Table, message: string, targets: readonly unknown[]): Table {
  assertOffered(table, message)
  assertObjects(targets, 'targets', message)
  if (targets.length === 0) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${message} of ${table.logicalName} has no targets.`,
    )
  }
  if (table.definition.tableType === 'Elastic') {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `${message} of ${table.logicalName}: elastic tables keep the rows that succeeded when others fail, which is not emulated.`,
    )
  }
  return table
}

/**
 * A request for one row is one of the message for several, too, with one target. What its steps see comes
 * from the operation of the row, so there is nothing more to say.
 */
export function besideSingle(
  message: string,
  { subject }: AnyOperation,
): { readonly table: string; readonly targets: readonly never[] } | undefined {
  return subject.isEvent(message) ? { table: subject.logicalName, targets: [] } : undefined
}

export function targetsOf({ table, rows = [] }: AnyOperation): EntityCollection {
  const name = table?.logicalName ?? 'none'
  return {
    EntityName: name,
    Entities: rows.map(({ id, values }) => ({ LogicalName: name, Id: id, Attributes: values })),
  }
}
