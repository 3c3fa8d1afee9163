import { planDelete, type DeleteAction } from '../cascade/plan-delete.ts'
import type { Message } from '../pipeline/message.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import { assertDeletable } from './deletable.ts'
import { assertOffered, idOf, rowNotFound } from './not-found.ts'
import { removeOwner } from './ownership.ts'
import type { DeleteRequest } from './requests.ts'
import { assertVersion } from './update.ts'

type DeleteOperation = Operation<DeleteRequest, undefined>

/**
 * Deletes a row and what its relationships say: everything is planned, and refused, before anything is
 * written; then unlinked and deleted between PreValidation and PreOperation.
 * https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
 */
export const deleteRow: Message<'Delete', DeleteRequest, undefined> = {
  name: 'Delete',
  hasInnerContext: true,
  images: { pre: true, post: false, properties: ['Target'] },

  begin(request, { catalog }) {
    const table = catalog.table(request.table)
    assertOffered(table, 'Delete')
    return { table, id: idOf(table, request.id, 'Delete') }
  },

  check(operation) {
    const { before, subject, request } = operation
    if (before === undefined) throw rowNotFound(subject.logicalName, operation.id)
    assertVersion(before, request.ifVersion)
    return assertDeletable(operation, before)
  },

  prepare(operation) {
    const { before, subject, runtime, tx } = operation
    if (before === undefined) return undefined
    // One guard for the whole cascade: a row that is being deleted is not deleted again.
    const running = operation.parent?.cascade
    const plan = planDelete({ table: subject, row: before, catalog: runtime.catalog, tx }, running)
    if (isPromise(plan)) {
      return plan.then((planned) => {
        operation.cascade = planned.cascade
        return carryOut(operation, planned.actions, 0)
      })
    }
    operation.cascade = plan.cascade
    return carryOut(operation, plan.actions, 0)
  },

  run(operation) {
    const { tx, subject, id } = operation
    const present = tx.get(subject, id)
    return isPromise(present)
      ? present.then((row) => remove(operation, row))
      : remove(operation, present)
  },

  inputParameters: ({ table, id }) => ({
    Target: { LogicalName: table?.logicalName ?? 'none', Id: id, Name: null },
  }),
}

/** The actions in their order: links first, then the rows, each by a Delete of its own. */
async function deleteEach(
  operation: DeleteOperation,
  actions: readonly DeleteAction[],
  from: number,
): Promise<void> {
  for (let i = from; i < actions.length; i++) {
    const action = actions[i]
    if (action === undefined) continue
    if (action.kind === 'delete') {
      // A step that ran since the plan was made may have deleted it already.
      const present = operation.tx.get(action.table, action.id)
      const row = isPromise(present) ? await present : present
      if (row !== undefined) {
        await operation.execute('Delete', { table: action.table.logicalName, id: action.id })
      }
    } else {
      await write(operation, action)
    }
  }
}

function carryOut(
  operation: DeleteOperation,
  actions: readonly DeleteAction[],
  from: number,
): Awaitable<void> {
  for (let i = from; i < actions.length; i++) {
    const action = actions[i]
    if (action === undefined) continue
    if (action.kind === 'delete') return deleteEach(operation, actions, i)
    const written = write(operation, action)
    if (isPromise(written)) return written.then(() => carryOut(operation, actions, i + 1))
  }
  return undefined
}

/**
 * A link is taken away without an Update of the row: its row version changes, its modification date does not.
 * Unverified: the documentation says only that the value is removed.
 */
function write(
  { tx }: DeleteOperation,
  action: Exclude<DeleteAction, { kind: 'delete' }>,
): Awaitable<unknown> {
  return action.kind === 'unlink'
    ? tx.patch(action.table, action.row, { [action.column]: null })
    : tx.remove(action.table, action.row)
}

function remove(operation: DeleteOperation, row: Row | undefined): Awaitable<undefined> {
  const { tx, subject } = operation
  if (row === undefined) throw rowNotFound(subject.logicalName, operation.id)
  const removed = tx.remove(subject, row)
  if (isPromise(removed)) return removed.then(() => removeOwner(operation)).then(() => undefined)
  const unowned = removeOwner(operation)
  return isPromise(unowned) ? unowned.then(() => undefined) : undefined
}
