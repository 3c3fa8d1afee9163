import { DataverseError } from '../../errors/dataverse-error.ts'
import { FILE_ATTACHMENTS } from '../../metadata/content-companions.ts'
import type { Message } from '../../pipeline/message.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { type Sequence, inSequence, settled } from '../../rows/sequence.ts'
import { copyOfBytes } from '../../rows/bytes.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { textOf, type RowRef } from '../../rows/value.ts'
import { attachmentById, bytesOf } from './attachments.ts'
import { textParameter } from './blocks.ts'
import { BODY_COLUMNS } from './content.ts'
import { transfersOf } from './transfers.ts'
import { rowNotFound } from '../not-found.ts'
import type { DownloadBlockRequest, DownloadBlockResponse } from '../requests.ts'

const NAME = 'DownloadBlock'

/** https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#use-dataverse-messages-to-download-a-file */
export const downloadBlock: Message<typeof NAME, DownloadBlockRequest, DownloadBlockResponse> = {
  name: NAME,
  onlyReads: true,

  begin({ Offset, BlockLength, FileContinuationToken }) {
    textParameter(FileContinuationToken, 'FileContinuationToken', NAME)
    assertCount(Offset, 'Offset')
    assertCount(BlockLength, 'BlockLength')
    return { table: undefined, id: EMPTY_GUID }
  },

  run(operation) {
    const { request, runtime, caller } = operation
    const { source } = transfersOf(runtime).download(request.FileContinuationToken, caller.userId)
    return inSequence(read(operation, source, request))
  },

  inputParameters: ({ request }) => ({
    Offset: request.Offset,
    BlockLength: request.BlockLength,
    FileContinuationToken: request.FileContinuationToken,
  }),
  outputParameters: ({ response }) => ({ ...response }),
}

function assertCount(value: unknown, name: string): void {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return
  throw new DataverseError('INVALID_ARGUMENT', `${NAME} needs the whole number ${name}, 0 or more.`)
}

/** A copy of the part: the stored bytes are nobody's to write to. */
function* read(
  operation: AnyOperation,
  source: RowRef,
  { Offset, BlockLength }: DownloadBlockRequest,
): Sequence<DownloadBlockResponse> {
  const bytes = yield* contentIn(operation, source)
  if (Offset > bytes.length) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `Offset ${Offset} lies behind the end of the file, which has ${bytes.length} bytes.`,
    )
  }
  return { Data: copyOfBytes(bytes, Offset, Offset + BlockLength) }
}

function* contentIn(operation: AnyOperation, { table: name, id }: RowRef): Sequence<Uint8Array> {
  if (name === FILE_ATTACHMENTS) return bytesOf(yield* attachmentById(operation, id))
  const row = yield* settled(operation.reader.get(operation.runtime.catalog.table(name), id))
  if (row === undefined) throw rowNotFound(name, id)
  return Buffer.from(textOf(row[BODY_COLUMNS[name] ?? '']), 'base64')
}
