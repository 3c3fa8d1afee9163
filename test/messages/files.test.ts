import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { attachments, blockId, download, PAPER, PNG, upload } from './file-columns.ts'

const MISSING = '00000000-0000-4000-8000-00000000dead'

async function world(options: Parameters<typeof emulator>[0] = {}) {
  const org = emulator({ tables: [PAPER], ...options })
  const target = { table: 'paper', id: await org.create('paper', { name: 'P' }) }
  const begin = (FileName = 'scan.pdf', FileAttributeName = 'scan') =>
    org.execute('InitializeFileBlocksUpload', { Target: target, FileAttributeName, FileName })
  return { org, target, begin }
}

describe('an upload (file-column-data)', () => {
  test('puts the blocks together in the order of BlockList', async () => {
    const { org, target, begin } = await world()
    const { FileContinuationToken } = await begin()
    const send = (number: number, text: string) =>
      org.execute('UploadBlock', {
        BlockId: blockId(number),
        BlockData: Buffer.from(text),
        FileContinuationToken,
      })

    await send(1, 'world')
    await send(0, 'hello ')
    const committed = await org.execute('CommitFileBlocksUpload', {
      FileName: 'greeting.txt',
      MimeType: 'text/plain',
      BlockList: [blockId(0), blockId(1)],
      FileContinuationToken,
    })

    expect(await download(org, target, 'scan')).toBe('hello world')
    expect(committed.FileSizeInBytes).toBe(11)
    expect(attachments(org)).toMatchObject([
      {
        fileattachmentid: committed.FileId,
        filename: 'greeting.txt',
        mimetype: 'text/plain',
        objectid: target,
        objecttypecode: 'paper',
        regardingfieldname: 'scan',
        filesizeinbytes: 11n,
      },
    ])
    // Not a Buffer, which prints itself as numbers.
    expect(attachments(org)[0]?.['body']).toEqual(Uint8Array.from(Buffer.from('hello world')))
  })

  test('shows the id of the file in the column, and its name beside it', async () => {
    const { org, target } = await world()

    const { FileId } = await upload(org, target, 'scan', ['x'])

    expect(await org.retrieve('paper', target.id)).toMatchObject({
      scan: FileId,
      scan_name: 'scan.pdf',
      draft: null,
      draft_name: null,
    })
  })

  test('takes the place of the file that was there', async () => {
    const { org, target } = await world()
    await upload(org, target, 'scan', ['first'])

    await upload(org, target, 'scan', ['second'])

    expect(await download(org, target, 'scan')).toBe('second')
    expect(attachments(org)).toHaveLength(1)
  })

  test('is an Update whose steps see the column, at the depth of the request', async () => {
    const seen: unknown[] = []
    const { org, target } = await world({
      steps: [
        step(
          { message: 'Update', stage: 20, table: 'paper', columns: ['scan'] },
          ({ target: changed, context }) => {
            seen.push([Object.keys(changed).includes('scan'), context.Depth])
          },
        ),
      ],
    })

    await org.update('paper', target.id, { name: 'Q' })
    await upload(org, target, 'scan', ['x'])

    expect(seen).toEqual([[true, 1]])
  })

  test('that a step refuses leaves nothing, and can be committed again', async () => {
    let refuses = true
    const { org, target, begin } = await world({
      steps: [
        step({ message: 'Update', stage: 40, table: 'paper' }, ({ reject }) => {
          if (refuses) reject('no')
        }),
      ],
    })
    const { FileContinuationToken } = await begin()
    await org.execute('UploadBlock', {
      BlockId: blockId(0),
      BlockData: Buffer.from('x'),
      FileContinuationToken,
    })
    const request = { FileName: 'a.txt', BlockList: [blockId(0)], FileContinuationToken }

    await refused(org, () => org.execute('CommitFileBlocksUpload', request), {
      code: 'HANDLER_REJECTED',
    })
    refuses = false
    await org.execute('CommitFileBlocksUpload', request)

    expect(await download(org, target, 'scan')).toBe('x')
    await refused(org, () => org.execute('CommitFileBlocksUpload', request), {
      code: 'INVALID_ARGUMENT',
    })
  })

  test('does not share bytes with those who sent or read them', async () => {
    const { org, target } = await world()
    const mine = Buffer.from('abc')
    await upload(org, target, 'scan', [mine])
    mine.fill(0)
    const { FileContinuationToken } = await org.execute('InitializeFileBlocksDownload', {
      Target: target,
      FileAttributeName: 'scan',
    })
    const { Data } = await org.execute('DownloadBlock', {
      Offset: 0,
      BlockLength: 3,
      FileContinuationToken,
    })
    Data.fill(0)

    expect(await download(org, target, 'scan')).toBe('abc')
  })

  test('is read in blocks', async () => {
    const { org, target } = await world()
    await upload(org, target, 'scan', ['abcdef'])
    const file = await org.execute('InitializeFileBlocksDownload', {
      Target: target,
      FileAttributeName: 'scan',
    })
    const { FileContinuationToken } = file
    const read = async (Offset: number, BlockLength: number) => {
      const request = { Offset, BlockLength, FileContinuationToken }
      return Buffer.from((await org.execute('DownloadBlock', request)).Data).toString()
    }

    expect(file).toMatchObject({
      FileName: 'scan.pdf',
      FileSizeInBytes: 6,
      IsChunkingSupported: true,
    })
    expect([await read(0, 4), await read(4, 4), await read(6, 4)]).toEqual(['abcd', 'ef', ''])
  })
})

describe('the contents of files', () => {
  test('come back with a snapshot', async () => {
    const { org, target } = await world()
    await upload(org, target, 'scan', ['first'])
    const snapshot = org.snapshot()
    await upload(org, target, 'scan', ['second'])
    await org.delete('paper', target.id)

    org.restore(snapshot)

    expect(await download(org, target, 'scan')).toBe('first')
  })

  test('go with their row, without a Delete of their own', async () => {
    const { org, target } = await world()
    await upload(org, target, 'scan', ['a'])
    await upload(org, target, 'draft', ['b'])

    await org.delete('paper', target.id)

    expect(attachments(org)).toEqual([])
  })

  test('are given to nobody who reads rows', async () => {
    const { org, target } = await world()
    const { FileId } = await upload(org, target, 'scan', ['a'])

    expect(await org.retrieve('fileattachment', FileId)).not.toHaveProperty('body')
    expect(await org.retrieve('fileattachment', FileId, ['body'])).toMatchObject({ body: null })
    const { rows } = await org.retrieveMultiple({ table: 'fileattachment', columns: ['body'] })
    expect(rows).toEqual([{ fileattachmentid: FileId, body: null }])
  })

  test('are told by the relationship of their table', async () => {
    const { org, target } = await world()
    await upload(org, target, 'scan', ['abc'])

    const { rows } = await org.retrieveMultiple({
      table: 'paper',
      columns: ['name'],
      links: [
        {
          kind: 'inner',
          table: 'fileattachment',
          from: 'objectid',
          to: 'paperid',
          alias: 'f',
          columns: ['filesizeinbytes', 'regardingfieldname'],
        },
      ],
    })

    expect(rows).toMatchObject([{ 'f.filesizeinbytes': 3n, 'f.regardingfieldname': 'scan' }])
    expect(org.catalog.relationship('paper_FileAttachments')).toMatchObject({
      referencedTable: 'paper',
      cascade: { delete: 'Cascade' },
    })
  })
})

describe('DeleteFile', () => {
  test('takes the file away and empties its column by an Update', async () => {
    const updates: unknown[] = []
    const { org, target } = await world({
      steps: [
        step({ message: 'Update', stage: 40, table: 'paper' }, ({ target: changed }) => {
          updates.push(changed['scan'])
        }),
      ],
    })
    const { FileId } = await upload(org, target, 'scan', ['a'])

    await org.execute('DeleteFile', { FileId })

    expect(attachments(org)).toEqual([])
    expect(org.peek('paper', target.id)).toMatchObject({ scan: null, scan_name: null })
    expect(updates).toEqual([FileId, null])
  })

  test('of a file that is not there is refused', async () => {
    const { org } = await world()

    await refused(org, () => org.execute('DeleteFile', { FileId: MISSING }), {
      code: 'ROW_NOT_FOUND',
    })
  })

  test('of the file of an image is refused by name', async () => {
    const { org, target } = await world()
    const { FileId } = await upload(org, target, 'cover', [PNG], 'a.png')

    await refused(org, () => org.execute('DeleteFile', { FileId }), { code: 'NOT_SUPPORTED' })
  })
})

describe('a file column', () => {
  test('is left alone by Create and Update', async () => {
    const { org, target } = await world()
    const { FileId } = await upload(org, target, 'scan', ['a'])

    await org.update('paper', target.id, { scan: null, scan_name: 'other' })
    const created = await org.create('paper', { scan: FileId })

    expect(org.peek('paper', target.id)).toMatchObject({ scan: FileId, scan_name: 'scan.pdf' })
    expect(org.peek('paper', created)).toMatchObject({ scan: null })
  })
})

describe('refused is', () => {
  test.each([
    ['a column that holds no file', { FileAttributeName: 'name' }, 'INVALID_ARGUMENT'],
    ['a column that is not there', { FileAttributeName: 'nothing' }, 'COLUMN_UNKNOWN'],
    ['a row that is not there', { Target: { table: 'paper', id: MISSING } }, 'ROW_NOT_FOUND'],
    ['a file without a name', { FileName: '' }, 'INVALID_ARGUMENT'],
    ['a name that ends as blocked ones do', { FileName: 'Setup.EXE' }, 'FILE_TYPE_BLOCKED'],
  ])('%s', async (_, part, code) => {
    const { org, target } = await world()
    const request = { Target: target, FileAttributeName: 'scan', FileName: 'a.pdf', ...part }

    await refused(org, () => org.execute('InitializeFileBlocksUpload', request), { code })
  })

  test.each([
    ['an id that is no base64', { BlockId: '?' }, 'INVALID_ARGUMENT'],
    ['an id of over 64 bytes', { BlockId: 'A'.repeat(88) }, 'INVALID_ARGUMENT'],
    ['an id of another length', { BlockId: 'QQ==' }, 'INVALID_ARGUMENT'],
    ['data that is no base64', { BlockData: '?' }, 'INVALID_ARGUMENT'],
    ['data that is nothing', { BlockData: null }, 'INVALID_ARGUMENT'],
    ['more than the column takes', { BlockData: Buffer.alloc(8 * 1024) }, 'FILE_TOO_LARGE'],
    ['a token that is none', { FileContinuationToken: 'x' }, 'INVALID_ARGUMENT'],
  ])('a block with %s', async (_, part, code) => {
    const { org, target, begin } = await world()
    const { FileContinuationToken } = await begin()
    const block = { BlockId: blockId(0), BlockData: Buffer.from('a'), FileContinuationToken }
    await org.execute('UploadBlock', block)

    // What is no request at all comes from the Web API.
    const wrong = { ...block, BlockId: blockId(1), ...part } as typeof block
    await refused(org, () => org.execute('UploadBlock', wrong), { code })

    await org.execute('CommitFileBlocksUpload', {
      FileName: 'a',
      BlockList: [blockId(0)],
      FileContinuationToken,
    })
    expect(await download(org, target, 'scan')).toBe('a')
  })

  test('a block of over 4 MB', async () => {
    const table = {
      ...PAPER,
      columns: PAPER.columns.map((column) =>
        column.type === 'File' ? { ...column, maxSizeInKB: 10_000 } : column,
      ),
    }
    const { org, begin } = await world({ tables: [table] })
    const { FileContinuationToken } = await begin()
    const BlockData = Buffer.alloc(4 * 1024 * 1024 + 1)

    await refused(
      org,
      () => org.execute('UploadBlock', { BlockId: 'AA==', BlockData, FileContinuationToken }),
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('a commit whose list makes more of the blocks than the column takes', async () => {
    const { org, begin } = await world()
    const { FileContinuationToken } = await begin()
    const block = { BlockId: blockId(0), BlockData: Buffer.alloc(1024), FileContinuationToken }
    await org.execute('UploadBlock', block)
    const BlockList = Array.from({ length: 1_000 }, () => blockId(0))

    await refused(
      org,
      () =>
        org.execute('CommitFileBlocksUpload', {
          FileName: 'a',
          BlockList,
          FileContinuationToken,
        }),
      { code: 'FILE_TOO_LARGE' },
    )
  })

  test('a commit that names a block which was not sent', async () => {
    const { org, begin } = await world()
    const { FileContinuationToken } = await begin()

    await refused(
      org,
      () =>
        org.execute('CommitFileBlocksUpload', {
          FileName: 'a',
          BlockList: [blockId(0)],
          FileContinuationToken,
        }),
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('a MIME type that is blocked, and one that is not allowed where some are', async () => {
    const { org, begin } = await world()
    const { FileContinuationToken } = await begin()
    const commit = (MimeType: string) =>
      org.execute('CommitFileBlocksUpload', {
        FileName: 'a',
        MimeType,
        BlockList: [],
        FileContinuationToken,
      })

    await refused(org, () => commit('image/svg+xml'), { code: 'MIME_TYPE_BLOCKED' })
    await org.update('organization', org.organizationId, { allowedmimetypes: 'text/plain' })
    await refused(org, () => commit('application/pdf'), { code: 'MIME_TYPE_NOT_ALLOWED' })
    expect(await commit('text/plain')).toMatchObject({ FileSizeInBytes: 0 })
  })

  test("another user's token", async () => {
    const { org, begin } = await world()
    const { FileContinuationToken } = await begin()
    const seller = await org.create('systemuser', {
      lastname: 'Seller',
      domainname: 'seller@emulated.example',
      internalemailaddress: 'seller@emulated.example',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })

    await refused(
      org,
      () =>
        org.as(seller).execute('UploadBlock', {
          BlockId: blockId(0),
          BlockData: Buffer.from('a'),
          FileContinuationToken,
        }),
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('reading a column without a file, or beyond its end', async () => {
    const { org, target } = await world()
    const begin = () =>
      org.execute('InitializeFileBlocksDownload', { Target: target, FileAttributeName: 'scan' })

    await refused(org, begin, { code: 'ROW_NOT_FOUND' })
    await upload(org, target, 'scan', ['abc'])
    const { FileContinuationToken } = await begin()
    const read = (Offset: number) =>
      org.execute('DownloadBlock', { Offset, BlockLength: 1, FileContinuationToken })
    await refused(org, () => read(4), { code: 'INVALID_ARGUMENT' })
    await refused(org, () => read(-1), { code: 'INVALID_ARGUMENT' })
    await org.delete('paper', target.id)
    await refused(org, () => read(0), { code: 'ROW_NOT_FOUND' })
  })
})
