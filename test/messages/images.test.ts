import { base64Of } from '../../src/rows/bytes.ts'
import { imageFormat } from '../../src/messages/files/image-format.ts'
import { clockAt, emulator } from '../../src/testing/index.ts'
import { Clock } from '../../src/authoring/services.ts'
import type { Values } from '../../src/rows/value.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { SAMPLES } from '../pictures/samples.ts'
import {
  attachments,
  download,
  GIF,
  GIF_SHOWN,
  PAPER,
  PNG,
  PNG_SHOWN,
  upload,
} from './file-columns.ts'

const cover = base64Of(PNG)
const other = base64Of(GIF)

const world = () =>
  emulator({ tables: [PAPER], services: [[Clock, clockAt('2026-03-02T10:00:00Z')]] })

describe('an image (image-column-data)', () => {
  test('is set by Create and Update as base64, with its id, time and address beside it', async () => {
    const org = world()

    const id = await org.create('paper', { cover })
    const row = await org.retrieve('paper', id, [
      'cover',
      'coverid',
      'cover_timestamp',
      'cover_url',
    ])

    const { coverid } = row
    expect(row).toMatchObject({
      cover: PNG_SHOWN,
      coverid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      cover_timestamp: 639080424000000000n,
      cover_url: `/Image/download.aspx?Entity=paper&Attribute=cover&Id=${String(coverid)}&Timestamp=639080424000000000`,
    })
  })

  test('is another one with another id', async () => {
    const org = world()
    const id = await org.create('paper', { cover })
    const before = org.peek('paper', id)

    await org.update('paper', id, { cover: other })

    expect(org.peek('paper', id)?.['cover']).toBe(GIF_SHOWN)
    expect(org.peek('paper', id)?.['coverid']).not.toBe(before?.['coverid'])
    expect(await download(org, { table: 'paper', id }, 'cover')).toBe(Buffer.from(GIF).toString())
    expect(attachments(org)).toHaveLength(1)
  })

  test('is not among all columns', async () => {
    const org = world()
    const id = await org.create('paper', { cover })

    const { rows } = await org.retrieveMultiple({ table: 'paper', columns: 'all' })

    expect(await org.retrieve('paper', id)).not.toHaveProperty('cover')
    expect(rows[0]).not.toHaveProperty('cover')
    expect(rows[0]).toHaveProperty('cover_url')
  })

  test('is taken away by null, with what was kept of it', async () => {
    const org = world()
    const id = await org.create('paper', { cover })

    await org.update('paper', id, { cover: null })

    expect(org.peek('paper', id)).toMatchObject({
      cover: null,
      coverid: null,
      cover_timestamp: null,
      cover_url: null,
    })
    expect(attachments(org)).toEqual([])
  })

  test('is left alone by an Update of other columns', async () => {
    const org = world()
    const id = await org.create('paper', { cover })
    const before = org.peek('paper', id)

    await org.update('paper', id, { name: 'Q', coverid: null, cover_url: 'x' })

    expect(org.peek('paper', id)).toMatchObject({
      cover: PNG_SHOWN,
      coverid: before?.['coverid'],
      cover_url: before?.['cover_url'],
    })
  })

  test('is uploaded like a file, and then has its name', async () => {
    const org = world()
    const id = await org.create('paper', {})

    const { FileId } = await upload(org, { table: 'paper', id }, 'cover', [PNG], 'front.png')

    expect(org.peek('paper', id)?.['cover']).toBe(PNG_SHOWN)
    expect(attachments(org)).toMatchObject([
      { fileattachmentid: FileId, filename: 'front.png', mimetype: 'image/png' },
    ])
  })

  test('is kept in full only where its column says so', async () => {
    const org = world()
    const id = await org.create('paper', {})

    await org.update('paper', id, { stamp: other })

    expect(org.peek('paper', id)?.['stamp']).toBe(GIF_SHOWN)
    expect(attachments(org)).toEqual([])
    await refused(org, () => download(org, { table: 'paper', id }, 'stamp'), {
      code: 'ROW_NOT_FOUND',
      message: expect.stringContaining('No FileAttachment records found') as string,
    })
  })

  test('goes with its row', async () => {
    const org = world()
    const id = await org.create('paper', { cover })

    await org.delete('paper', id)

    expect(attachments(org)).toEqual([])
  })

  test('is a small jpeg for steps after the main operation, and whole for those before', async () => {
    const seen: unknown[] = []
    const see = (stage: 20 | 40) =>
      step({ message: 'Create', table: 'paper', stage }, ({ target }) => {
        seen.push((target as Values)['cover'])
      })
    const org = emulator({ tables: [PAPER], steps: [see(20), see(40)] })

    await org.create('paper', { cover })

    expect(seen).toEqual([cover, PNG_SHOWN])
  })

  test('of a row an organization begins with is kept like any other', () => {
    const org = emulator({ tables: [PAPER], rows: [{ table: 'paper', values: { cover } }] })

    expect(attachments(org)).toMatchObject([{ mimetype: 'image/png' }])
  })
})

describe('refused is', () => {
  test('another image than the primary one on Create', async () => {
    const org = world()

    await refused(org, () => org.create('paper', { stamp: cover }), {
      code: 'IMAGE_NOT_PRIMARY',
      message:
        'Non-primary image attribute stamp of entity paper is not allowed to upload during Create operation.',
    })
  })

  test.each([
    ['what is no picture', base64Of(Buffer.from('plain text')), 'IMAGE_NOT_PROCESSED'],
    ['an empty picture', '', 'IMAGE_NOT_PROCESSED'],
    ['half a picture', base64Of(PNG.subarray(0, 40)), 'IMAGE_NOT_PROCESSED'],
    ['a tiff as fax machines make them', SAMPLES.tiffFax, 'NOT_SUPPORTED'],
    ['what is no base64', '???', 'PAYLOAD_INVALID'],
    [
      'more than the column takes',
      base64Of(Buffer.concat([PNG, Buffer.alloc(2000)])),
      'IMAGE_NOT_PROCESSED',
    ],
    [
      'a little more than the column takes',
      base64Of(Buffer.concat([PNG, Buffer.alloc(1025 - PNG.length)])),
      'IMAGE_NOT_PROCESSED',
    ],
  ])('%s', async (_, value, code) => {
    const org = world()
    const id = await org.create('paper', { cover })

    await refused(org, () => org.update('paper', id, { cover: value }), { code })
  })
})

test.each([
  ['image/gif', [0x47, 0x49, 0x46, 0x38, 0x39]],
  ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
  ['image/png', [...PNG]],
  ['image/bmp', [0x42, 0x4d, 0]],
  ['image/tiff', [0x49, 0x49, 0x2a, 0]],
  ['image/tiff', [0x4d, 0x4d, 0, 0x2a]],
  [undefined, [0x89, 0x50]],
  [undefined, []],
])('%s is told by its first bytes', (mimeType, bytes) => {
  expect(imageFormat(Uint8Array.from(bytes))?.mimeType).toBe(mimeType)
})
