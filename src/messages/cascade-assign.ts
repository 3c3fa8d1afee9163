import { planAssign } from '../cascade/plan-assign.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isRowRef, type Row } from '../rows/value.ts'
import type { UpdateRequest } from './requests.ts'

/**
 * Gives the rows below one that was assigned to its new owner, too: each by an Update of its own, with its
 * steps, which goes on with the rows below that one.
 * Unverified: that it happens after the row itself is stored, and before its PostOperation.
 */
export async function cascadeAssign(
  operation: Operation<UpdateRequest, undefined>,
  row: Row,
): Promise<undefined> {
  const { subject, values, runtime, tx } = operation
  const owner = values['ownerid']
  if (!isRowRef(owner)) return undefined
  const { catalog } = runtime
  for (const { table, id } of await planAssign({
    table: subject,
    row,
    owner,
    catalog,
    reader: tx,
  })) {
    // A step that ran since the plan was made may have deleted or assigned the row already.
    const present = (await tx.get(table, id))?.['ownerid']
    if (!isRowRef(present) || present.id === owner.id) continue
    const request: UpdateRequest = { table: table.logicalName, id, values: { ownerid: owner } }
    await operation.execute('Update', request)
  }
  return undefined
}
