import { DataverseError } from '../../errors/dataverse-error.ts'
import { imageCompanions } from '../../metadata/content-companions.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { type Sequence, inSequence, settled } from '../../rows/sequence.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { textOf, type Row } from '../../rows/value.ts'
import { attachmentById, attachmentsOf, bytesOf } from './attachments.ts'
import { contentPlace, type ContentPlace } from './blocks.ts'
import { transfersOf } from './transfers.ts'
import { rowNotFound } from '../not-found.ts'
import { reference, rowOf } from '../parameters.ts'
import type { FileTarget, InitializeFileBlocksDownloadResponse } from '../requests.ts'

type DownloadOperation = Operation<FileTarget, InitializeFileBlocksDownloadResponse>

const NAME = 'InitializeFileBlocksDownload'

/** https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#use-dataverse-messages-to-download-a-file */
export const initializeFileBlocksDownload: Message<
  typeof NAME,
  FileTarget,
  InitializeFileBlocksDownloadResponse
> = {
  name: NAME,
  onlyReads: true,

  begin(request, runtime) {
    contentPlace(request, runtime, NAME)
    return { table: undefined, id: EMPTY_GUID }
  },

  run: (operation) => inSequence(begin(operation)),

  inputParameters: ({ request }) => ({
    Target: reference(rowOf(request.Target)),
    FileAttributeName: request.FileAttributeName,
  }),
  outputParameters: ({ response }) => ({ ...response }),
}

function* begin(operation: DownloadOperation): Sequence<InitializeFileBlocksDownloadResponse> {
  const { request, runtime, reader, caller } = operation
  const place = contentPlace(request, runtime, NAME)
  const row = yield* settled(reader.get(place.table, place.id))
  if (row === undefined) throw rowNotFound(place.table.logicalName, place.id)
  const file = yield* fileOf(operation, place, row)
  const source = { table: 'fileattachment', id: textOf(file['fileattachmentid']) }
  return {
    FileContinuationToken: transfersOf(runtime).beginDownload({ userId: caller.userId, source }),
    FileSizeInBytes: bytesOf(file).length,
    FileName: textOf(file['filename']),
    IsChunkingSupported: true,
  }
}

function* fileOf(
  operation: DownloadOperation,
  { table, id, column }: ContentPlace,
  row: Row,
): Sequence<Row> {
  const name = column.logicalName
  if (column.type === 'Image') {
    const imageId = textOf(row[imageCompanions(name).id])
    const [full] = yield* attachmentsOf(operation, imageId, name)
    if (full !== undefined) return full
    throw new DataverseError(
      'ROW_NOT_FOUND',
      `No FileAttachment records found for imagedescriptorId: ${imageId || EMPTY_GUID} for image attribute: ${name} of ${table.logicalName} record with id ${id}.`,
    )
  }
  const fileId = row[name]
  if (typeof fileId === 'string') return yield* attachmentById(operation, fileId)
  // Unverified: the text.
  throw new DataverseError(
    'ROW_NOT_FOUND',
    `No file attachment found for attribute: ${name} EntityId: ${id}.`,
  )
}
