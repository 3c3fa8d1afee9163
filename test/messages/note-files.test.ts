import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import type { EntityParameter } from '../../src/messages/parameters.ts'
import { base64Of } from '../../src/rows/bytes.ts'
import { textOf } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { madeUp } from '../support/tables.ts'
import { blockId } from './file-columns.ts'

const NOTE_ID = '00000000-0000-4000-8000-0000000000a1'

const ATTACHMENT = madeUp(
  'ActivityMimeAttachment',
  [
    text('FileName', 255),
    text('MimeType', 256),
    text('Body', 1_000_000),
    lookup('ObjectId', to('account', 'account_mimeattachment')),
  ],
  { ownership: 'None', primaryName: 'filename' },
)

const note = (columns: object = {}) => ({
  LogicalName: 'annotation',
  Id: NOTE_ID,
  Attributes: { subject: 'N', filename: 'a.txt', mimetype: 'text/plain', ...columns },
})

/** Uploads 'hello world' in two blocks. */
async function upload(
  org: ReturnType<typeof emulator>,
  kind: 'Annotation' | 'Attachment',
  Target: EntityParameter,
) {
  const { FileContinuationToken } = await org.execute(`Initialize${kind}BlocksUpload`, { Target })
  const BlockList = [blockId(0), blockId(1)]
  for (const [index, part] of ['hello ', 'world'].entries()) {
    await org.execute('UploadBlock', {
      BlockId: BlockList[index] ?? '',
      BlockData: base64Of(Buffer.from(part)),
      FileContinuationToken,
    })
  }
  const request = { Target, BlockList, FileContinuationToken }
  return kind === 'Annotation'
    ? org.execute('CommitAnnotationBlocksUpload', request)
    : org.execute('CommitAttachmentBlocksUpload', request)
}

describe('the file of a note (attachment-annotation-files)', () => {
  test('makes the note, or replaces what it holds', async () => {
    const org = emulator({ tables: [] })

    const committed = await upload(org, 'Annotation', note())
    await upload(org, 'Annotation', note({ subject: 'M' }))

    expect(committed).toEqual({ AnnotationId: NOTE_ID, FileSizeInBytes: 11 })
    expect(org.contents().get('annotation')).toMatchObject([
      {
        subject: 'M',
        filename: 'a.txt',
        documentbody: base64Of(Buffer.from('hello world')),
        filesize: 11,
        isdocument: true,
      },
    ])
  })

  test('is read in blocks', async () => {
    const org = emulator({ tables: [] })
    await upload(org, 'Annotation', note())

    const file = await org.execute('InitializeAnnotationBlocksDownload', {
      Target: { table: 'annotation', id: NOTE_ID },
    })
    const { Data } = await org.execute('DownloadBlock', {
      Offset: 6,
      BlockLength: 100,
      FileContinuationToken: file.FileContinuationToken,
    })

    expect(file).toMatchObject({ FileName: 'a.txt', FileSizeInBytes: 11 })
    expect(Buffer.from(Data).toString()).toBe('world')
  })

  test('written as text has its size told, too', async () => {
    const org = emulator({ tables: [] })
    const id = await org.create('annotation', { documentbody: 'YWJj', filename: 'a.txt' })

    expect(org.peek('annotation', id)).toMatchObject({ filesize: 3, isdocument: true })
    await org.update('annotation', id, { documentbody: null })
    expect(org.peek('annotation', id)).toMatchObject({ filesize: 0, isdocument: false })
  })
})

test('an attachment is made, and not replaced', async () => {
  const org = emulator({ tables: [ATTACHMENT] })
  const Target = {
    LogicalName: 'activitymimeattachment',
    Id: '',
    Attributes: { filename: 'a.txt', mimetype: 'text/plain' },
  }

  const committed = await upload(org, 'Attachment', Target)
  const { rows } = await org.retrieveMultiple({ table: 'activitymimeattachment', columns: 'all' })
  const again = { ...Target, Id: textOf(rows[0]?.['activitymimeattachmentid']) }

  expect(committed).toMatchObject({ ActivityMimeAttachmentId: again.Id, FileSizeInBytes: 11 })
  await refused(org, () => upload(org, 'Attachment', again), { code: 'DUPLICATE_ROW' })
})

describe('refused is', () => {
  test.each([
    ['a note without an id', { ...note(), Id: '' }, 'INVALID_ARGUMENT'],
    ['a row of another table', { ...note(), LogicalName: 'account' }, 'INVALID_ARGUMENT'],
    ['a name that is blocked', note({ filename: 'a.exe' }), 'FILE_TYPE_BLOCKED'],
    ['a type that is blocked', note({ mimetype: 'image/svg+xml' }), 'MIME_TYPE_BLOCKED'],
  ])('%s', async (_, Target, code) => {
    const org = emulator({ tables: [] })

    await refused(org, () => org.execute('InitializeAnnotationBlocksUpload', { Target }), { code })
  })

  test('more than the organization lets notes hold, in blocks and as text', async () => {
    const org = emulator({ tables: [] })
    await org.update('organization', org.organizationId, { maxuploadfilesize: 12 })

    await refused(org, () => upload(org, 'Annotation', note()), { code: 'FILE_TOO_LARGE' })
    await refused(
      org,
      () => org.create('annotation', { documentbody: base64Of(Buffer.from('hello world')) }),
      { code: 'FILE_TOO_LARGE' },
    )
  })

  test('an upload that another message ends', async () => {
    const org = emulator({ tables: [] })
    const { FileContinuationToken } = await org.execute('InitializeAnnotationBlocksUpload', {
      Target: note(),
    })

    await refused(
      org,
      () =>
        org.execute('CommitFileBlocksUpload', {
          FileName: 'a',
          BlockList: [],
          FileContinuationToken,
        }),
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('an attachment where its table is not imported', async () => {
    const org = emulator({ tables: [] })
    const Target = { table: 'activitymimeattachment', id: NOTE_ID }

    await refused(org, () => org.execute('InitializeAttachmentBlocksDownload', { Target }), {
      code: 'TABLE_UNKNOWN',
    })
  })
})
