import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import { assertOffered } from '../not-found.ts'
import { assertObjects, assertRef, reference } from '../parameters.ts'
import type { DeleteMultipleRequest } from '../requests.ts'

/**
 * Deletes rows of one elastic table together. Its steps run once, those of Delete for every row; a Delete
 * does not run the steps of DeleteMultiple.
 * https://learn.microsoft.com/power-apps/developer/data-platform/bulk-operations
 */
// Where one row fails, the others are gone on the platform; here all stay, and a missing one is refused by name.
export const deleteMultiple: Message<'DeleteMultiple', DeleteMultipleRequest, undefined> = {
  name: 'DeleteMultiple',
  isBatch: true,
  rowRequests: ({ targets }) => ({ message: 'Delete', requests: targets }),

  begin({ targets }, { catalog }) {
    assertObjects(targets, 'targets', 'DeleteMultiple')
    for (const target of targets) assertRef(target, 'target', 'DeleteMultiple')
    const [first] = targets
    if (first === undefined) {
      throw new DataverseError('INVALID_ARGUMENT', 'DeleteMultiple has no targets.')
    }
    const table = catalog.table(first.table)
    if (table.definition.tableType !== 'Elastic') {
      throw new DataverseError(
        'MESSAGE_NOT_OFFERED',
        'DeleteMultiple has not yet been implemented.',
      )
    }
    assertOffered(table, 'DeleteMultiple')
    const stranger = targets.find((target) => target.table !== first.table)
    if (stranger !== undefined) {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `DeleteMultiple deletes rows of one table; these are of ${first.table} and ${stranger.table}.`,
      )
    }
    return { table, id: '' }
  },

  run: () => undefined,
  inputParameters: ({ request }) => ({ Targets: request.targets.map(reference) }),
}
