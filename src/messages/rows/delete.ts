import { DataverseError } from '../../errors/dataverse-error.ts'
import { planDelete, type DeleteAction } from '../../cascade/plan-delete.ts'
import type { Message } from '../../pipeline/message.ts'
import { FILE_ATTACHMENTS } from '../../metadata/content-companions.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { andThen, isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { followUnlinked, forgetActivity, isActivity } from '../activities/activity.ts'
import type { Row } from '../../rows/value.ts'
import { isAudited, writeAudit } from '../columns/audit.ts'
import { assertDeletable } from '../deletable.ts'
import { leaveDirectory, removeDefaultTeam, removeSettings } from '../directory/directory.ts'
import { holdsContent, removeContent } from '../files/content.ts'
import { assertOffered, idOf, rowNotFound } from '../not-found.ts'
import { removeOwner } from '../ownership/ownership.ts'
import type { DeleteRequest } from '../requests.ts'
import { removeShares } from '../sharing/sharing.ts'
import { markPartiesDeleted } from '../activities/parties.ts'
import { trackDeletion } from '../tracking/tracked-deletions.ts'
import { assertVersion } from './update.ts'
import { isDeletedSoftly, SOFT_DELETED } from '../directory/user-rules.ts'

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
    if (before === undefined) throw missing(operation)
    assertVersion(subject, before, request)
    return assertDeletable(operation, before)
  },

  prepare(operation) {
    const { before, subject } = operation
    if (before === undefined || isDeletedSoftly(subject, before)) return undefined
    if (subject.logicalName === 'businessunit') {
      return andThen(removeDefaultTeam(operation), () => cascade(operation, before))
    }
    return cascade(operation, before)
  },

  run(operation) {
    const { before, subject } = operation
    return before !== undefined && isDeletedSoftly(subject, before)
      ? deleteSoftly(operation, before)
      : remove(operation)
  },

  inputParameters: ({ table, id }) => ({
    Target: { LogicalName: table?.logicalName ?? 'none', Id: id, Name: null },
  }),
}

/** Among several rows of an elastic table, the platform deletes the others and lists this one. */
function missing({ subject, id, leader }: DeleteOperation): DataverseError {
  const absent = rowNotFound(subject.logicalName, id)
  return leader === undefined
    ? absent
    : new DataverseError(
        'NOT_SUPPORTED',
        `${absent.message}. ${leader.message.name} of ${subject.logicalName}: elastic tables delete the other rows all the same, which is not emulated.`,
        { cause: absent },
      )
}

function cascade(operation: DeleteOperation, row: Row): Awaitable<void> {
  const { subject, runtime, tx } = operation
  // One guard for the whole cascade: a row that is being deleted is not deleted again.
  const running = operation.parent?.cascade
  const plan = planDelete({ table: subject, row, catalog: runtime.catalog, tx }, running)
  if (isPromise(plan)) {
    return plan.then((planned) => {
      operation.cascade = planned.cascade
      return carryOut(operation, planned.actions)
    })
  }
  operation.cascade = plan.cascade
  return carryOut(operation, plan.actions)
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
  if (action.kind !== 'delete') return write(operation, action)
  // Nobody's steps run for the contents of a row's files.
  if (action.table.logicalName === FILE_ATTACHMENTS) return removeFile(operation, action)
  return deleteChild(operation, action)
}

function removeFile(
  { tx }: DeleteOperation,
  { table, id }: Extract<DeleteAction, { kind: 'delete' }>,
): Awaitable<unknown> {
  const found = tx.get(table, id)
  const remove = (row: Row | undefined) => (row === undefined ? undefined : tx.remove(table, row))
  return isPromise(found) ? found.then(remove) : remove(found)
}

/** A step that ran since the plan was made may have deleted the row already. */
function deleteChild(
  operation: DeleteOperation,
  { table, id }: Extract<DeleteAction, { kind: 'delete' }>,
): Awaitable<unknown> {
  if (!table.offers('Delete')) {
    // Unverified: that this is the failure it stands for.
    throw new DataverseError(
      'CASCADE_DELETE_REFUSED',
      `Object is not allowed to be deleted: ${operation.subject.logicalName} ${operation.id} takes ${table.logicalName} ${id} along, and rows of ${table.logicalName} cannot be deleted.`,
    )
  }
  const request: DeleteRequest = { table: table.logicalName, id }
  const found = operation.tx.get(table, id)
  const present = operation.depth % LEVELS_ON_STACK === 0 ? Promise.resolve(found) : found
  if (isPromise(present)) {
    return present.then((row) =>
      row === undefined ? undefined : operation.execute('Delete', request, { foundRow: row }),
    )
  }
  return present === undefined
    ? undefined
    : operation.execute('Delete', request, { foundRow: present })
}

/** Every so many levels a cascade goes on in a turn of its own: no depth of rows exhausts the stack. */
const LEVELS_ON_STACK = 64

/**
 * A link is taken away without an Update of the row: its row version changes, its modification date does not.
 * Unverified: the documentation says only that the value is removed.
 */
function write(
  operation: DeleteOperation,
  action: Exclude<DeleteAction, { kind: 'delete' }>,
): Awaitable<unknown> {
  const { tx } = operation
  const { table, row } = action
  if (action.kind !== 'unlink') return tx.remove(table, row)
  const unlinked = tx.patch(table, row, { [action.column]: null })
  return isActivity(table)
    ? andThen(unlinked, (stored) => followUnlinked(operation, table, stored, action.column))
    : unlinked
}

/**
 * The first time a user is deleted its row stays, with what it owns, and it is in no team and has no role any
 * more; the second time it goes.
 * https://learn.microsoft.com/power-platform/admin/delete-users
 */
function deleteSoftly(operation: DeleteOperation, user: Row): Awaitable<undefined> {
  const { tx, subject } = operation
  const marked = tx.patch(subject, user, { deletedstate: SOFT_DELETED, isdisabled: true })
  return andThen(
    andThen(marked, () => leaveDirectory(operation)),
    () => undefined,
  )
}

function remove(operation: DeleteOperation): Awaitable<undefined> {
  const { tx, subject, before } = operation
  if (before === undefined) throw rowNotFound(subject.logicalName, operation.id)
  const removed = tx.remove(subject, before)
  operation.cascade?.end(subject.logicalName, operation.id)
  if (isActivity(subject)) {
    return andThen(removed, () => andThen(forgetActivity(operation), () => removeParts(operation)))
  }
  if (isPromise(removed)) return removed.then(() => removeParts(operation))
  return removeParts(operation)
}

/** Its images, and the trace that change tracking wants of it. */
function removeParts(operation: DeleteOperation): Awaitable<undefined> {
  const { subject } = operation
  const cleared = holdsContent(subject) ? removeContent(operation) : undefined
  if (isPromise(cleared)) return cleared.then(() => trackAndRemove(operation))
  return trackAndRemove(operation)
}

function trackAndRemove(operation: DeleteOperation): Awaitable<undefined> {
  if (!isAudited(operation.subject)) return track(operation)
  return andThen(writeAudit(operation, 'Delete', operation.before, undefined), () =>
    track(operation),
  )
}

function track(operation: DeleteOperation): Awaitable<undefined> {
  const tracked = trackDeletion(operation, operation.subject, operation.id)
  return isPromise(tracked) ? tracked.then(() => removeWith(operation)) : removeWith(operation)
}

/** What the platform keeps about a row: that it was a party, its owner row, its shares, a user's settings. */
function removeWith(operation: DeleteOperation): Awaitable<undefined> {
  if (operation.subject.logicalName === 'systemuser') {
    return andThen(removeSettings(operation), () => removeKept(operation))
  }
  return removeKept(operation)
}

function removeKept(operation: DeleteOperation): Awaitable<undefined> {
  const marked = markPartiesDeleted(operation)
  return isPromise(marked) ? marked.then(() => removeOwned(operation)) : removeOwned(operation)
}

function removeOwned(operation: DeleteOperation): Awaitable<undefined> {
  const unowned = removeOwner(operation)
  if (isPromise(unowned)) return unowned.then(() => removeShares(operation)).then(() => undefined)
  const unshared = removeShares(operation)
  return isPromise(unshared) ? unshared.then(() => undefined) : undefined
}
