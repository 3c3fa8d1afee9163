import { planDelete, type DeleteAction } from '../cascade/plan-delete.ts'
import type { Message } from '../pipeline/message.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { assertDeletable } from './deletable.ts'
import { assertOffered, idOf, rowNotFound } from './not-found.ts'
import { removeOwner } from './ownership.ts'
import type { DeleteRequest } from './requests.ts'
import { removeShares } from './sharing.ts'
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
        return carryOut(operation, planned.actions)
      })
    }
    operation.cascade = plan.cascade
    return carryOut(operation, plan.actions)
  },

  run: remove,

  inputParameters: ({ table, id }) => ({
    Target: { LogicalName: table?.logicalName ?? 'none', Id: id, Name: null },
  }),
}

/** The actions in their order: links first, then the rows, each by a Delete of its own. */
function carryOut(operation: DeleteOperation, actions: readonly DeleteAction[]): Awaitable<void> {
  for (let i = 0; i < actions.length; i++) {
    const action = actions[i]
    if (action === undefined) continue
    const done = carryOutOne(operation, action)
    if (isPromise(done)) return carryOutLater(operation, actions.slice(i + 1), done)
  }
  return undefined
}

/** A loop, and not one promise inside the other: a cascade may reach many rows. */
async function carryOutLater(
  operation: DeleteOperation,
  actions: readonly DeleteAction[],
  pending: Promise<unknown>,
): Promise<void> {
  await pending
  for (const action of actions) {
    const done = carryOutOne(operation, action)
    if (isPromise(done)) await done
  }
}

function carryOutOne(operation: DeleteOperation, action: DeleteAction): Awaitable<unknown> {
  return action.kind === 'delete' ? deleteChild(operation, action) : write(operation, action)
}

/** A step that ran since the plan was made may have deleted the row already. */
function deleteChild(
  operation: DeleteOperation,
  { table, id }: Extract<DeleteAction, { kind: 'delete' }>,
): Awaitable<unknown> {
  const request: DeleteRequest = { table: table.logicalName, id }
  const found = operation.tx.get(table, id)
  const present = operation.depth % LEVELS_ON_STACK === 0 ? Promise.resolve(found) : found
  if (isPromise(present)) {
    return present.then((row) =>
      row === undefined ? undefined : operation.execute('Delete', request, row),
    )
  }
  return present === undefined ? undefined : operation.execute('Delete', request, present)
}

/** Every so many levels a cascade goes on in a turn of its own: no depth of rows exhausts the stack. */
const LEVELS_ON_STACK = 64

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

function remove(operation: DeleteOperation): Awaitable<undefined> {
  const { tx, subject, before } = operation
  if (before === undefined) throw rowNotFound(subject.logicalName, operation.id)
  const removed = tx.remove(subject, before)
  operation.cascade?.end(subject.logicalName, operation.id)
  if (isPromise(removed)) return removed.then(() => removeWith(operation))
  return removeWith(operation)
}

/** What the platform keeps about a row: its owner row, its shares. */
function removeWith(operation: DeleteOperation): Awaitable<undefined> {
  const unowned = removeOwner(operation)
  if (isPromise(unowned)) return unowned.then(() => removeShares(operation)).then(() => undefined)
  const unshared = removeShares(operation)
  return isPromise(unshared) ? unshared.then(() => undefined) : undefined
}
