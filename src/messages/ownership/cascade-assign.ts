import { isThere, planAssign, type AssignGoal } from '../../cascade/plan-assign.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { isRowRef, type Row } from '../../rows/value.ts'
import { chosenUnit } from './owning-unit.ts'
import type { UpdateRequest } from '../requests.ts'

/**
 * Gives the rows below one that was assigned to its new owner, too: each by an Update of its own, with its
 * steps, which goes on with the rows below that one.
 * Unverified: that it happens after the row itself is stored, and before its PostOperation.
 */
export async function cascadeAssign(
  operation: Operation<UpdateRequest, undefined>,
  row: Row,
): Promise<undefined> {
  const { subject, runtime, tx } = operation
  const goal = goalOf(operation)
  const { catalog } = runtime
  for (const { table, id } of await planAssign({
    table: subject,
    row,
    goal,
    catalog,
    reader: tx,
  })) {
    // A step that ran since the plan was made may have deleted or assigned the row already.
    const present = await tx.get(table, id)
    if (present === undefined || isThere(present, goal)) continue
    const request: UpdateRequest = { table: table.logicalName, id, values: { ...goal } }
    await operation.execute('Update', request)
  }
  return undefined
}

/** The business unit only where the request has chosen one: it follows from the owner otherwise. */
function goalOf({ values, request, runtime }: Operation<UpdateRequest, undefined>): AssignGoal {
  const owner = values['ownerid']
  const isChosen =
    runtime.organization.ownership?.acrossUnits === true && 'owningbusinessunit' in request.values
  const unit = isChosen ? chosenUnit(values) : undefined
  return {
    ...(isRowRef(owner) && { ownerid: owner }),
    ...(unit !== undefined && { owningbusinessunit: unit }),
  }
}
