import fc from 'fast-check'
import { emulator } from '../../src/testing/emulator.ts'
import { attachments, PAPER, upload } from './file-columns.ts'

const org = emulator({ tables: [PAPER] })

test('a file comes back as it was sent, whatever blocks it is sent and read in', async () => {
  const Target = { table: 'paper', id: await org.create('paper', { name: 'P' }) }
  const parts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 })

  await fc.assert(
    fc.asyncProperty(parts, fc.integer({ min: 1, max: 50 }), async (sent, BlockLength) => {
      await upload(org, Target, 'scan', sent)

      const { FileContinuationToken, FileSizeInBytes } = await org.execute(
        'InitializeFileBlocksDownload',
        { Target, FileAttributeName: 'scan' },
      )
      const read: Uint8Array[] = []
      for (let Offset = 0; Offset < FileSizeInBytes; Offset += BlockLength) {
        const block = { Offset, BlockLength, FileContinuationToken }
        read.push((await org.execute('DownloadBlock', block)).Data)
      }

      expect(Buffer.concat(read)).toEqual(Buffer.concat(sent))
      expect(attachments(org)).toHaveLength(1)
    }),
  )
})
