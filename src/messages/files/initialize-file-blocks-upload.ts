import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { type Sequence, inSequence, settled } from '../../rows/sequence.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { contentPlace, textParameter } from './blocks.ts'
import { assertFileType } from './file-rules.ts'
import { transfersOf } from './transfers.ts'
import { rowNotFound } from '../not-found.ts'
import { reference, rowOf } from '../parameters.ts'
import type { InitializeFileBlocksUploadRequest, UploadToken } from '../requests.ts'

type UploadOperation = Operation<InitializeFileBlocksUploadRequest, UploadToken>

const NAME = 'InitializeFileBlocksUpload'

/** https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#use-dataverse-messages-to-upload-a-file */
export const initializeFileBlocksUpload: Message<
  typeof NAME,
  InitializeFileBlocksUploadRequest,
  UploadToken
> = {
  name: NAME,
  onlyReads: true,

  begin(request, runtime) {
    contentPlace(request, runtime, NAME)
    textParameter(request.FileName, 'FileName', NAME)
    return { table: undefined, id: EMPTY_GUID }
  },

  run: (operation) => inSequence(begin(operation)),

  inputParameters: ({ request }) => ({
    Target: reference(rowOf(request.Target)),
    FileAttributeName: request.FileAttributeName,
    FileName: request.FileName,
  }),
  outputParameters: ({ response }) => ({ ...response }),
}

function* begin(operation: UploadOperation): Sequence<UploadToken> {
  const { request, runtime, reader, caller } = operation
  const { table, id, column } = contentPlace(request, runtime, NAME)
  if ((yield* settled(reader.get(table, id))) === undefined) {
    throw rowNotFound(table.logicalName, id)
  }
  yield* assertFileType(operation, request.FileName)
  const FileContinuationToken = transfersOf(runtime).beginUpload({
    userId: caller.userId,
    kind: 'File',
    target: { table: table.logicalName, id },
    column: column.logicalName,
    fileName: request.FileName,
    maxSize: column.maxSizeInKB * 1024,
  })
  return { FileContinuationToken }
}
