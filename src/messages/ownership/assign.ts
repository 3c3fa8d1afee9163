import { DataverseError } from '../../errors/dataverse-error.ts'
import { hasOwners } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import { isRowRef } from '../../rows/value.ts'
import { assertOffered, idOf, rowNotFound } from '../not-found.ts'
import { assertRef, reference } from '../parameters.ts'
import type { AssignRequest } from '../requests.ts'
import { columnRaising } from '../rows/update-events.ts'

/**
 * Gives a row to another user or team: an Update of its owner, which runs in this request's context.
 * https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-update-delete#legacy-update-messages
 */
export const assign: Message<'Assign', AssignRequest, undefined> = {
  name: 'Assign',
  isOuterContext: true,
  images: { pre: true, post: true, properties: ['Target'] },

  requestBeside(update) {
    if (columnRaising('Assign', update) === undefined) return undefined
    const assignee = update.values['ownerid']
    if (!isRowRef(assignee)) return undefined
    return { target: { table: update.subject.logicalName, id: update.id }, assignee }
  },

  begin({ target, assignee }, { catalog }) {
    assertRef(target, 'target', 'Assign')
    assertRef(assignee, 'assignee', 'Assign')
    const table = catalog.table(target.table)
    assertOffered(table, 'Assign')
    if (!hasOwners(table)) {
      throw new DataverseError(
        'MESSAGE_NOT_OFFERED',
        `The method being invoked does not support provided entity type: rows of ${table.logicalName} have no owner to be changed by Assign.`,
      )
    }
    idOf(catalog.table(assignee.table), assignee.id, 'Assign')
    return { table, id: idOf(table, target.id, 'Assign') }
  },

  check({ before, subject, id }) {
    if (before === undefined) throw rowNotFound(subject.logicalName, id)
  },

  async run(operation) {
    const { subject, id, request, tx } = operation
    await operation.execute('Update', {
      table: subject.logicalName,
      id,
      values: { ownerid: request.assignee },
    })
    operation.after = await tx.get(subject, id)
    return undefined
  },

  inputParameters: ({ request }) => ({
    Target: reference(request.target),
    Assignee: reference(request.assignee),
  }),
}
