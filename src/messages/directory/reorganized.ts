import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import { isRowRef } from '../../rows/value.ts'
import { reference } from '../parameters.ts'
import type { ReorganizedRequest } from '../requests.ts'
import { columnRaising } from '../rows/update-events.ts'

/**
 * A message that is only raised: by an Update of the column that says where a user, team, business unit or
 * facility belongs. Requests of it are the old specialised ones, in whose place an Update is sent today.
 */
export function reorganized<Name extends 'SetParent' | 'SetBusiness'>(
  name: Name,
  parameter: string,
): Message<Name, ReorganizedRequest, undefined> {
  return {
    name,

    requestBeside(update) {
      const column = columnRaising(name, update)
      if (column === undefined) return undefined
      const to = update.values[column]
      return {
        target: { table: update.subject.logicalName, id: update.id },
        to: isRowRef(to) ? to : null,
      }
    },

    begin() {
      throw new DataverseError(
        'NOT_SUPPORTED',
        `Requests of ${name} are not emulated; send an Update of the column, which raises its steps.`,
      )
    },
    run: () => undefined,

    // Unverified: the parameters of the old requests have a name for each table.
    inputParameters: ({ request }) => ({
      Target: reference(request.target),
      [parameter]: request.to === null ? null : request.to.id,
    }),
  }
}
