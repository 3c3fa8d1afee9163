import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Value } from '../../rows/value.ts'
import { assertOffered, idOf, rowNotFound } from '../not-found.ts'
import { assertRef, reference } from '../parameters.ts'
import type { SetStateRequest } from '../requests.ts'
import { columnRaising } from './update-events.ts'

/** As a status: the default one of the state. */
const DEFAULT_STATUS = -1

/**
 * Changes state and status of a row: an Update of the two, which runs in this request's context.
 * https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-update-delete#legacy-update-messages
 */
export const setState: Message<'SetState', SetStateRequest, undefined> = {
  name: 'SetState',
  isOuterContext: true,
  images: { pre: true, post: true, properties: ['EntityMoniker'] },

  requestBeside(update) {
    if (columnRaising('SetState', update) === undefined) return undefined
    const { values, before, subject, id } = update
    return {
      target: { table: subject.logicalName, id },
      state: numberIn(values['statecode']) ?? numberIn(before?.['statecode']) ?? 0,
      status: numberIn(values['statuscode']) ?? DEFAULT_STATUS,
    }
  },

  begin({ target }, { catalog }) {
    assertRef(target, 'target', 'SetState')
    const table = catalog.table(target.table)
    assertOffered(table, 'SetState')
    if (table.columns.get('statecode')?.type !== 'State') {
      throw new DataverseError(
        'STATE_MISSING',
        `${table.logicalName} has no state code: SetState has nothing to set.`,
      )
    }
    return { table, id: idOf(table, target.id, 'SetState') }
  },

  check({ before, subject, id }) {
    if (before === undefined) throw rowNotFound(subject.logicalName, id)
  },

  async run(operation) {
    const { subject, id, request, tx } = operation
    const { state, status = DEFAULT_STATUS } = request
    await operation.execute('Update', {
      table: subject.logicalName,
      id,
      values:
        status === DEFAULT_STATUS ? { statecode: state } : { statecode: state, statuscode: status },
    })
    operation.after = await tx.get(subject, id)
    return undefined
  },

  inputParameters: ({ request }) => ({
    EntityMoniker: reference(request.target),
    State: { Value: request.state },
    Status: { Value: request.status ?? DEFAULT_STATUS },
  }),
}

function numberIn(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
