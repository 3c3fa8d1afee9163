import { DataverseError } from '../../errors/dataverse-error.ts'
import { fileNameColumn, imageCompanions } from '../../metadata/content-companions.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { type Sequence, inSequence, settled } from '../../rows/sequence.ts'
import { base64Of } from '../../rows/bytes.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { textOf } from '../../rows/value.ts'
import { attachmentsOf, insertAttachment, removeAttachments } from './attachments.ts'
import { assembled, contentPlace, textParameter } from './blocks.ts'
import { updateContent } from './content-update.ts'
import { assertFileType } from './file-rules.ts'
import { transfersOf, type Upload } from './transfers.ts'
import { rowNotFound } from '../not-found.ts'
import type { CommitFileBlocksUploadRequest, CommitFileBlocksUploadResponse } from '../requests.ts'

type CommitOperation = Operation<CommitFileBlocksUploadRequest, CommitFileBlocksUploadResponse>

const NAME = 'CommitFileBlocksUpload'
const ANY_BYTES = 'application/octet-stream'

/**
 * Puts the blocks of an upload together and into the column: an Update of the row, whose steps run in this
 * request's context.
 * https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#use-dataverse-messages-to-upload-a-file
 */
export const commitFileBlocksUpload: Message<
  typeof NAME,
  CommitFileBlocksUploadRequest,
  CommitFileBlocksUploadResponse
> = {
  name: NAME,
  isOuterContext: true,

  begin({ FileName, FileContinuationToken }) {
    textParameter(FileName, 'FileName', NAME)
    textParameter(FileContinuationToken, 'FileContinuationToken', NAME)
    return { table: undefined, id: EMPTY_GUID }
  },

  run: (operation) => inSequence(commit(operation)),

  inputParameters: ({ request }) => ({
    FileName: request.FileName,
    MimeType: request.MimeType ?? null,
    BlockList: request.BlockList,
    FileContinuationToken: request.FileContinuationToken,
  }),
  outputParameters: ({ response }) => ({ ...response }),
}

function* commit(operation: CommitOperation): Sequence<CommitFileBlocksUploadResponse> {
  const { request, runtime, tx } = operation
  const upload = uploadOf(operation, 'File', NAME)
  const bytes = assembled(upload, request.BlockList, NAME)
  const mimeType = textOf(request.MimeType) || ANY_BYTES
  yield* assertFileType(operation, request.FileName, mimeType)
  // The column may be another one by now.
  const place = { Target: upload.target, FileAttributeName: upload.column }
  const { table, id, column } = contentPlace(place, runtime, NAME)
  if ((yield* settled(tx.get(table, id))) === undefined) throw rowNotFound(table.logicalName, id)
  const FileId =
    column.type === 'Image'
      ? yield* writeImage(operation, upload, bytes)
      : yield* writeFile(operation, upload, mimeType, bytes)
  endOnceCommitted(operation, request.FileContinuationToken)
  return { FileId, FileSizeInBytes: bytes.length }
}

/** @throws INVALID_ARGUMENT for an upload that is committed by another message */
export function uploadOf(
  { runtime, caller, request }: Operation<{ readonly FileContinuationToken: string }, unknown>,
  kind: Upload['kind'],
  message: string,
): Upload {
  const upload = transfersOf(runtime).upload(request.FileContinuationToken, caller.userId)
  if (upload.kind === kind) return upload
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${message} does not end this upload; Commit${upload.kind}BlocksUpload does.`,
  )
}

/** A commit that is undone can be sent again. */
export function endOnceCommitted(
  { runtime, unit }: Operation<unknown, unknown>,
  token: string,
): void {
  unit?.onceCommitted(() => transfersOf(runtime).endUpload(token))
}

function* writeFile(
  operation: CommitOperation,
  { target, column }: Upload,
  mimeType: string,
  bytes: Uint8Array,
): Sequence<string> {
  const fileName = operation.request.FileName
  yield* removeAttachments(operation, target.id, column)
  const fileId = yield* insertAttachment(operation, {
    owner: target,
    column,
    fileName,
    mimeType,
    bytes,
  })
  const values = { [column]: fileId, [fileNameColumn(column)]: fileName }
  yield* settled(updateContent(operation, { ...target, values: {} }, { values }))
  return fileId
}

/** The column of an image takes the image itself. @returns the id of the file, or where none is kept of the image */
function* writeImage(
  operation: CommitOperation,
  { target, column }: Upload,
  bytes: Uint8Array,
): Sequence<string> {
  const image = base64Of(bytes)
  const request = { ...target, values: { [column]: image } }
  yield* settled(
    updateContent(operation, request, { values: {}, fileName: operation.request.FileName }),
  )
  const table = operation.runtime.catalog.table(target.table)
  const row = yield* settled(operation.tx.get(table, target.id))
  const imageId = textOf(row?.[imageCompanions(column).id])
  const [file] = yield* attachmentsOf(operation, imageId, column)
  return textOf(file?.['fileattachmentid']) || imageId
}
