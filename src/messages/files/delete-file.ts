import { DataverseError } from '../../errors/dataverse-error.ts'
import { fileNameColumn } from '../../metadata/content-companions.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { type Sequence, inSequence, settled } from '../../rows/sequence.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { isRowRef, textOf } from '../../rows/value.ts'
import { attachmentById, attachmentsTable } from './attachments.ts'
import { updateContent } from './content-update.ts'
import { IMAGE_DESCRIPTORS } from './images.ts'
import { idOf } from '../not-found.ts'
import type { DeleteFileRequest } from '../requests.ts'

const NAME = 'DeleteFile'

/**
 * Takes a file away and empties its column: an Update of the row, whose steps run in this request's context.
 * https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#use-the-deletefile-message
 */
export const deleteFile: Message<typeof NAME, DeleteFileRequest, undefined> = {
  name: NAME,
  isOuterContext: true,

  begin({ FileId }, { catalog }) {
    idOf(attachmentsTable(catalog), FileId, NAME)
    return { table: undefined, id: EMPTY_GUID }
  },

  run: (operation) => inSequence(remove(operation)),

  inputParameters: ({ request }) => ({ FileId: request.FileId }),
}

function* remove(operation: Operation<DeleteFileRequest, undefined>): Sequence<undefined> {
  const { request, runtime, tx } = operation
  const table = attachmentsTable(runtime.catalog)
  const file = yield* attachmentById(operation, idOf(table, request.FileId, NAME))
  const owner = file['objectid']
  const column = textOf(file['regardingfieldname'])
  // Unverified: what the platform does with the id of an image's file.
  if (!isRowRef(owner) || owner.table === IMAGE_DESCRIPTORS) {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `${NAME} of an image is not emulated; set '${column}' of its row to null.`,
    )
  }
  yield* settled(tx.remove(table, file))
  const values = { [column]: null, [fileNameColumn(column)]: null }
  yield* settled(updateContent(operation, { ...owner, values: {} }, { values }))
  return undefined
}
