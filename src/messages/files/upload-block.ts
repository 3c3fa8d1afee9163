import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import { bytesOfBase64, copyOfBytes } from '../../rows/bytes.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { textParameter } from './blocks.ts'
import { assertFileSize, MAX_BLOCK_BYTES } from './file-rules.ts'
import { transfersOf, type Upload } from './transfers.ts'
import type { UploadBlockRequest } from '../requests.ts'

const NAME = 'UploadBlock'

/**
 * Keeps one block of an upload that has begun. A block sent again under the same id takes the place of the first.
 * https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#use-dataverse-messages-to-upload-a-file
 */
export const uploadBlock: Message<typeof NAME, UploadBlockRequest, undefined> = {
  name: NAME,
  onlyReads: true,

  begin({ BlockId, FileContinuationToken }) {
    textParameter(BlockId, 'BlockId', NAME)
    textParameter(FileContinuationToken, 'FileContinuationToken', NAME)
    return { table: undefined, id: EMPTY_GUID }
  },

  run({ request, runtime, caller }) {
    const transfers = transfersOf(runtime)
    const upload = transfers.upload(request.FileContinuationToken, caller.userId)
    assertBlockId(upload, request.BlockId)
    const block = blockOf(request.BlockData)
    const size = upload.size - (upload.blocks.get(request.BlockId)?.length ?? 0) + block.length
    // Unverified: whether the platform waits for the commit before it says so.
    assertFileSize(size, upload.maxSize)
    transfers.addBlock(upload, request.BlockId, block)
    return undefined
  },

  inputParameters: ({ request }) => ({
    BlockId: request.BlockId,
    BlockData: request.BlockData,
    FileContinuationToken: request.FileContinuationToken,
  }),
}

/** In bytes, before it is encoded. */
const MAX_BLOCK_ID_BYTES = 64

// Unverified: the codes of blocks that are refused.
function assertBlockId({ blocks }: Upload, id: string): void {
  const decoded = Buffer.from(id, 'base64')
  if (decoded.toString('base64') !== id || decoded.length > MAX_BLOCK_ID_BYTES) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `BlockId has to be base64 of at most ${MAX_BLOCK_ID_BYTES} bytes; '${id}' is not.`,
    )
  }
  const [first] = blocks.keys()
  if (first === undefined || first.length === id.length) return
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `The ids of a file's blocks have one length: '${first}' and '${id}' differ.`,
  )
}

/** A copy: what the caller does with theirs does not matter any more. */
function blockOf(data: unknown): Uint8Array {
  const block =
    data instanceof Uint8Array
      ? copyOfBytes(data)
      : typeof data === 'string'
        ? bytesOfBase64(data)
        : undefined
  if (block === undefined) {
    throw new DataverseError('INVALID_ARGUMENT', 'BlockData has to be bytes, or base64 text.')
  }
  if (block.length <= MAX_BLOCK_BYTES) return block
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `A block holds at most ${MAX_BLOCK_BYTES} bytes; this one has ${block.length}.`,
  )
}
