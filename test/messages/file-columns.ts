import { base64Of } from '../../src/rows/bytes.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import type { Column } from '../../src/metadata/column.ts'
import type { OrganizationService } from '../../src/messages/organization-service.ts'
import type { RowRef } from '../../src/rows/value.ts'
import { thumbnailOf } from '../../src/pictures/thumbnail.ts'
import { png } from '../pictures/encode.ts'
import { SAMPLES } from '../pictures/samples.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

const base = (schemaName: string) => ({
  logicalName: schemaName.toLowerCase(),
  schemaName,
  requiredLevel: 'None' as const,
  validForRead: true,
  validForCreate: true,
  validForUpdate: true,
})

const part = (column: Column) => ({ column, references: [] })

/** Two files of 8 KB at most, and three images. */
export const PAPER = madeUp('Paper', [
  text('Name', 50),
  part({ ...base('Scan'), type: 'File', maxSizeInKB: 8 }),
  part({ ...base('Draft'), type: 'File', maxSizeInKB: 8 }),
  part({
    ...base('Cover'),
    type: 'Image',
    maxSizeInKB: 1,
    isPrimaryImage: true,
    canStoreFullImage: true,
  }),
  part({ ...base('Stamp'), type: 'Image', maxSizeInKB: 1, isPrimaryImage: false }),
  ...standardColumns('paper'),
])

/** Two pictures, and what a column shows of them. */
export const PNG: Uint8Array = png({ width: 3, height: 2, samples: (x, y) => [x * 80, y * 200, 0] })
export const GIF: Uint8Array = Buffer.from(SAMPLES.gifInterlaced, 'base64')
export const PNG_SHOWN = base64Of(thumbnailOf(PNG, 'image/png'))
export const GIF_SHOWN = base64Of(thumbnailOf(GIF, 'image/gif'))

export const blockId = (number: number) => Buffer.from(`block-${number}`).toString('base64')

/** Sends `parts` as the blocks of one file. */
export async function upload(
  org: OrganizationService,
  Target: RowRef,
  FileAttributeName: string,
  parts: readonly (Uint8Array | string)[],
  FileName = 'scan.pdf',
) {
  const { FileContinuationToken } = await org.execute('InitializeFileBlocksUpload', {
    Target,
    FileAttributeName,
    FileName,
  })
  const BlockList: string[] = []
  for (const part of parts) {
    const BlockId = blockId(BlockList.length)
    const BlockData = typeof part === 'string' ? base64Of(Buffer.from(part)) : part
    await org.execute('UploadBlock', { BlockId, BlockData, FileContinuationToken })
    BlockList.push(BlockId)
  }
  return org.execute('CommitFileBlocksUpload', {
    FileName,
    MimeType: 'application/pdf',
    BlockList,
    FileContinuationToken,
  })
}

/** What the column holds, as one block. */
export async function download(
  org: OrganizationService,
  Target: RowRef,
  FileAttributeName: string,
): Promise<string> {
  const { FileContinuationToken, FileSizeInBytes } = await org.execute(
    'InitializeFileBlocksDownload',
    { Target, FileAttributeName },
  )
  const { Data } = await org.execute('DownloadBlock', {
    Offset: 0,
    BlockLength: FileSizeInBytes,
    FileContinuationToken,
  })
  return Buffer.from(Data).toString()
}

export const attachments = (org: Emulator) => org.contents().get('fileattachment') ?? []
