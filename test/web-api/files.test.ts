import { MessageService } from '../../src/messages/service.ts'
import type { ServedOrganization } from '../../src/web-api/organization.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { answerOf, ROOT, world } from './world.ts'

interface Stored {
  readonly name: string
  readonly bytes: Buffer
}

/** The emulated organization with the messages of files, which keep one file. */
function withFiles() {
  const { org } = world()
  const sent: string[] = []
  const blocks = new Map<string, Buffer>()
  let file: Stored | undefined
  const messages: Record<string, (request: Record<string, unknown>) => unknown> = {
    InitializeFileBlocksUpload: () => ({ FileContinuationToken: 'token/1' }),
    UploadBlock: ({ BlockId, BlockData }) => {
      blocks.set(BlockId as string, Buffer.from(BlockData as string, 'base64'))
    },
    CommitFileBlocksUpload: ({ FileName, BlockList }) => {
      const parts = (BlockList as readonly string[]).map((id) => blocks.get(id) ?? Buffer.alloc(0))
      file = { name: FileName as string, bytes: Buffer.concat(parts) }
      return { FileId: '11111111-0000-4000-8000-000000000000', FileSizeInBytes: file.bytes.length }
    },
    InitializeFileBlocksDownload: () => ({
      FileContinuationToken: 'token/2',
      FileSizeInBytes: file?.bytes.length ?? 0,
      FileName: file?.name ?? '',
    }),
    DownloadBlock: ({ Offset, BlockLength }) => ({
      Data: file?.bytes
        .subarray(Number(Offset), Number(Offset) + Number(BlockLength))
        .toString('base64'),
    }),
  }
  const service: ServedOrganization = new MessageService(async (message, request) => {
    sent.push(message)
    const own = messages[message]
    return own === undefined
      ? org.execute(message, request)
      : own(request as Record<string, unknown>)
  })
  const api = createWebApi({ catalog: org.catalog, service: () => service })
  const send = async (
    method: string,
    path: string,
    body?: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ) => api({ method, url: path.startsWith('http') ? path : ROOT + path, headers, body })
  return { org, sent, send, stored: () => file }
}

const BYTES = Buffer.from([0, 255, 128, 10, 13, 0])
const MB = 1024 * 1024

describe('file columns', () => {
  test('a whole file is uploaded and comes back byte for byte', async () => {
    const { org, send, stored } = withFiles()
    const id = await org.create('new_parcel', { new_name: 'P' })

    const up = await send('PATCH', `new_parcels(${id})/new_paper`, BYTES, {
      'content-type': 'application/octet-stream',
      'x-ms-file-name': 'a.bin',
    })
    const down = await send('GET', `new_parcels(${id})/new_paper/$value`)
    const json = answerOf(await send('GET', `new_parcels(${id})/new_paper?size=full`))

    expect(up.status).toBe(204)
    expect(stored()).toEqual({ name: 'a.bin', bytes: BYTES })
    expect(down).toMatchObject({
      status: 200,
      headers: { 'x-ms-file-name': 'a.bin', 'x-ms-file-size': '6' },
      body: BYTES,
    })
    expect(json.json).toEqual({ value: BYTES.toString('base64') })
  })

  test('a file over 4 MB is sent in blocks', async () => {
    const { org, sent, send, stored } = withFiles()
    const id = await org.create('new_parcel', { new_name: 'P' })
    const large = Buffer.alloc(9 * MB, 7)

    await send('PATCH', `new_parcels(${id})/new_paper`, large, { 'x-ms-file-name': 'large' })
    const down = await send('GET', `new_parcels(${id})/new_paper/$value`)

    expect(sent.filter((message) => message === 'UploadBlock')).toHaveLength(3)
    expect(stored()?.bytes.equals(large)).toBe(true)
    expect(Buffer.from(down.body as Uint8Array).equals(large)).toBe(true)
  })

  test('chunks follow the location they were given', async () => {
    const { org, send, stored } = withFiles()
    const id = await org.create('new_parcel', { new_name: 'P' })

    const begun = await send(
      'PATCH',
      `new_parcels(${id})/new_paper?x-ms-file-name=c.bin`,
      undefined,
      {
        'x-ms-transfer-mode': 'chunked',
      },
    )
    const location = begun.headers['Location'] ?? ''
    const first = await send('PATCH', location, BYTES.subarray(0, 4), {
      'content-range': 'bytes 0-3/6',
    })
    const last = await send('PATCH', location, BYTES.subarray(4), {
      'content-range': 'bytes 4-5/6',
    })
    const again = await send('PATCH', location, BYTES.subarray(4), {
      'content-range': 'bytes 4-5/6',
    })

    expect(begun.status).toBe(200)
    expect(begun.headers).toMatchObject({ 'x-ms-chunk-size': '4194304', 'Accept-Ranges': 'bytes' })
    expect(location).toBe(`${ROOT}new_parcels(${id})/new_paper?sessiontoken=token%2F1`)
    expect([first.status, last.status, again.status]).toEqual([206, 204, 400])
    expect(stored()).toEqual({ name: 'c.bin', bytes: BYTES })
  })

  test('a range is a part', async () => {
    const { org, send } = withFiles()
    const id = await org.create('new_parcel', { new_name: 'P' })
    await send('PATCH', `new_parcels(${id})/new_paper`, BYTES, { 'x-ms-file-name': 'a.bin' })

    const part = await send('GET', `new_parcels(${id})/new_paper/$value`, undefined, {
      range: 'bytes=1-2',
    })

    expect(part).toMatchObject({
      status: 206,
      headers: { 'Content-Range': 'bytes 1-2/6' },
      body: BYTES.subarray(1, 3),
    })
  })

  test.each([
    [{}, 400],
    [{ 'x-ms-file-name': 'a', 'content-range': 'x' }, 204],
  ])('a file needs a name: %j', async (headers, status) => {
    const { org, send } = withFiles()
    const id = await org.create('new_parcel', { new_name: 'P' })

    expect((await send('PATCH', `new_parcels(${id})/new_paper`, BYTES, headers)).status).toBe(
      status,
    )
  })

  test('a chunk whose range is not its length is refused', async () => {
    const { org, send, stored } = withFiles()
    const id = await org.create('new_parcel', { new_name: 'P' })
    const begun = await send('PATCH', `new_parcels(${id})/new_paper`, undefined, {
      'x-ms-transfer-mode': 'chunked',
      'x-ms-file-name': 'a',
    })

    const answer = await send('PATCH', begun.headers['Location'] ?? '', BYTES, {
      'content-range': 'bytes 0-99/100',
    })

    expect(answer.status).toBe(400)
    expect(stored()).toBeUndefined()
  })

  test('without the messages of files they are refused by name', async () => {
    const { org, api } = world()
    const id = await org.create('new_parcel', { new_name: 'P' })

    const answer = answerOf(
      await api({
        method: 'PATCH',
        url: `${ROOT}new_parcels(${id})/new_paper`,
        headers: { 'x-ms-file-name': 'a' },
        body: BYTES,
      }),
    )

    expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
    expect(answer.json.error.message).toContain('InitializeFileBlocksUpload')
  })
})

describe('image columns', () => {
  test('bytes are stored, shown as base64 when chosen, and given back raw', async () => {
    const { org, send } = withFiles()
    const id = await org.create('new_parcel', { new_name: 'P' })

    const up = await send('PATCH', `new_parcels(${id})/new_photo`, BYTES, {
      'content-type': 'application/octet-stream',
      'x-ms-file-name': 'a.png',
    })
    const chosen = answerOf(await send('GET', `new_parcels(${id})?$select=new_photo`))
    const whole = answerOf(await send('GET', `new_parcels(${id})`))
    const raw = await send('GET', `new_parcels(${id})/new_photo/$value?size=full`)
    const removed = await send('DELETE', `new_parcels(${id})/new_photo`)

    expect([up.status, removed.status]).toEqual([204, 204])
    expect(chosen.json.new_photo).toBe(BYTES.toString('base64'))
    expect(whole.json).not.toHaveProperty('new_photo')
    expect(raw.body).toEqual(BYTES)
    expect(await org.retrieve('new_parcel', id)).toMatchObject({ new_photo: null })
  })

  test('chunks of an image are put together', async () => {
    const { org, send } = withFiles()
    const id = await org.create('new_parcel', { new_name: 'P' })
    const begun = await send('PATCH', `new_parcels(${id})/new_photo`, undefined, {
      'x-ms-transfer-mode': 'chunked',
      'x-ms-file-name': 'a.png',
    })
    const location = begun.headers['Location'] ?? ''

    await send('PATCH', location, BYTES.subarray(0, 3), { 'content-range': 'bytes 0-2/6' })
    await send('PATCH', location, BYTES.subarray(3), { 'content-range': 'bytes 3-5/6' })

    expect((await send('GET', `new_parcels(${id})/new_photo/$value`)).body).toEqual(BYTES)
  })
})
