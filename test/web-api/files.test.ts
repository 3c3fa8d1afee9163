import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { MessageService } from '../../src/messages/service.ts'
import { textOf } from '../../src/rows/value.ts'
import { reject } from '../../src/pipeline/reject.ts'
import { thumbnailOf } from '../../src/pictures/thumbnail.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { png } from '../pictures/encode.ts'
import { step } from '../support/steps.ts'
import { answerOf, ROOT, world } from './world.ts'

const BYTES = Buffer.from([0, 255, 128, 10, 13, 0])
const PNG = png({ width: 2, height: 3, samples: (x, y) => [x * 200, y * 100, 0] })
const PNG_SHOWN = Buffer.from(thumbnailOf(PNG, 'image/png'))
const KB = 1024

/** A parcel, and requests to its columns with bytes. */
async function withParcel() {
  const { org, api, send: sendJson } = world()
  const id = await org.create('new_parcel', { new_name: 'P' })
  const send = async (
    method: string,
    path: string,
    body?: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const url = path.startsWith('http') ? path : `${ROOT}new_parcels(${id})/${path}`
    return api({ method, url, headers, body })
  }
  const stored = () =>
    (org.contents().get('fileattachment') ?? []).map((row) => ({
      name: row['filename'],
      bytes: Buffer.from(row['body'] as Uint8Array),
    }))
  return { org, api, id, send, sendJson, stored }
}

const upload = { 'content-type': 'application/octet-stream', 'x-ms-file-name': 'a.pdf' }

describe('file columns (file-column-data)', () => {
  test('a whole file is uploaded and comes back byte for byte', async () => {
    const { send } = await withParcel()

    const up = await send('PATCH', 'new_paper', BYTES, upload)
    const down = await send('GET', 'new_paper/$value')
    const json = answerOf(await send('GET', 'new_paper?size=full'))

    expect(up.status).toBe(204)
    expect(down).toMatchObject({
      status: 200,
      headers: {
        'x-ms-file-name': 'a.pdf',
        'x-ms-file-size': '6',
        mimetype: 'application/pdf',
        'Access-Control-Expose-Headers':
          'x-ms-file-size; x-ms-file-name; x-ms-chunk-size; mimetype',
      },
    })
    expect(Buffer.from(down.body as Uint8Array)).toEqual(BYTES)
    expect(json.json).toEqual({ value: BYTES.toString('base64') })
    expect(json.headers['Content-Disposition']).toBe("attachment; filename*=UTF-8''a.pdf")
  })

  test('the row shows the id of the file and its name, and the file beside it', async () => {
    const { id, send, sendJson } = await withParcel()
    await send('PATCH', 'new_paper', BYTES, upload)

    const row = await sendJson('GET', `new_parcels(${id})?$select=new_paper,new_paper_name`)
    const expanded = await sendJson(
      'GET',
      `new_parcels(${id})?$select=new_name&$expand=new_parcel_FileAttachments($select=filename,filesizeinbytes,mimetype,regardingfieldname)`,
    )

    expect(row.json).toMatchObject({
      new_paper: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      new_paper_name: 'a.pdf',
    })
    expect(expanded.json.new_parcel_FileAttachments).toMatchObject([
      {
        filename: 'a.pdf',
        filesizeinbytes: 6,
        mimetype: 'application/pdf',
        regardingfieldname: 'new_paper',
        fileattachmentid: row.json.new_paper,
      },
    ])
  })

  test('chunks follow the location they were given', async () => {
    const { send, stored, id } = await withParcel()

    const begun = await send('PATCH', 'new_paper?x-ms-file-name=%C3%A9.bin', undefined, {
      'x-ms-transfer-mode': 'chunked',
    })
    const location = begun.headers['Location'] ?? ''
    const chunk = (body: Uint8Array, range: string) =>
      send('PATCH', location, body, { 'content-range': range })
    const first = await chunk(BYTES.subarray(0, 4), 'bytes 0-3/6')
    const last = await chunk(BYTES.subarray(4), 'bytes 4-5/6')
    const again = await chunk(BYTES.subarray(4), 'bytes 4-5/6')
    const down = await send('GET', 'new_paper/$value')

    expect(begun.status).toBe(200)
    expect(begun.headers).toMatchObject({ 'x-ms-chunk-size': '4194304', 'Accept-Ranges': 'bytes' })
    expect(location.startsWith(`${ROOT}new_parcels(${id})/new_paper?sessiontoken=`)).toBe(true)
    expect([first.status, last.status, again.status]).toEqual([206, 204, 400])
    expect(stored()).toEqual([{ name: 'é.bin', bytes: BYTES }])
    expect(down.headers['x-ms-file-name']).toBe('%C3%A9.bin')
  })

  test('the name in the header goes before that in the address', async () => {
    const { send, stored } = await withParcel()

    await send('PATCH', 'new_paper?x-ms-file-name=b.pdf', BYTES, upload)

    expect(stored()).toMatchObject([{ name: 'a.pdf' }])
  })

  test('an empty chunk behind the last one is taken, and ends nothing that is not whole', async () => {
    const { send, stored } = await withParcel()
    const begun = await send('PATCH', 'new_paper', undefined, {
      'x-ms-transfer-mode': 'chunked',
      'x-ms-file-name': 'a',
    })
    const chunk = (body: Uint8Array, range: string) =>
      send('PATCH', begun.headers['Location'] ?? '', body, { 'content-range': range })

    const first = await chunk(BYTES.subarray(0, 4), 'bytes 0-3/6')
    const early = await chunk(new Uint8Array(), 'bytes 6-5/6')
    const before = stored()
    const last = await chunk(BYTES.subarray(4), 'bytes 4-5/6')
    const empty = await chunk(new Uint8Array(), 'bytes 6-5/6')

    expect([first.status, early.status, last.status, empty.status]).toEqual([206, 400, 204, 204])
    expect([before, stored()]).toEqual([[], [{ name: 'a', bytes: BYTES }]])
  })

  test('chunks may be sent in parallel, in any order, and again', async () => {
    const { send, stored } = await withParcel()
    const begun = await send('PATCH', 'new_paper', undefined, {
      'x-ms-transfer-mode': 'chunked',
      'x-ms-file-name': 'a',
    })
    const chunk = (first: number, last: number) =>
      send('PATCH', begun.headers['Location'] ?? '', BYTES.subarray(first, last + 1), {
        'content-range': `bytes ${first}-${last}/6`,
      })

    const answers = await Promise.all([chunk(4, 5), chunk(0, 1), chunk(0, 1), chunk(2, 3)])

    expect(answers.map(({ status }) => status)).toEqual([206, 206, 206, 204])
    expect(stored()).toEqual([{ name: 'a', bytes: BYTES }])
  })

  test('a chunk that ended an upload which was refused can be sent again', async () => {
    let isRefused = true
    const { org, api } = world({
      steps: [
        step({ message: 'Update', table: 'new_parcel' }, () => {
          if (isRefused) reject('Not now.')
        }),
      ],
    })
    const url = `${ROOT}new_parcels(${await org.create('new_parcel', { new_name: 'P' })})/new_paper`
    const begun = await api({
      method: 'PATCH',
      url,
      headers: { 'x-ms-transfer-mode': 'chunked', 'x-ms-file-name': 'a' },
    })
    const chunk = () =>
      api({
        method: 'PATCH',
        url: begun.headers['Location'] ?? '',
        headers: { 'content-range': 'bytes 0-5/6' },
        body: BYTES,
      })

    const refused = await chunk()
    const before = org.contents().has('fileattachment')
    isRefused = false
    const again = await chunk()

    expect([refused.status, before, again.status]).toEqual([400, false, 204])
    expect(org.contents().get('fileattachment')).toHaveLength(1)
  })

  test.each([
    ['the column of the file', '/Attributes(LogicalName=%27new_paper%27)', ['b.png']],
    ['the column of the image', '/Attributes(LogicalName=%27new_photo%27)', ['a.pdf']],
    ['the table', '', []],
  ])('contents go with %s, those of others stay', async (_, place, left) => {
    const { send, sendJson, stored } = await withParcel()
    await send('PATCH', 'new_paper', BYTES, upload)
    await send('PATCH', 'new_photo', PNG, { ...upload, 'x-ms-file-name': 'b.png' })

    const { status } = await sendJson(
      'DELETE',
      `EntityDefinitions(LogicalName='new_parcel')${place}`,
    )

    expect([status, stored().map(({ name }) => name)]).toEqual([204, left])
  })

  test('a name with half a character comes back with a replacement', async () => {
    const { org, id, send } = await withParcel()
    const Target = { table: 'new_parcel', id }
    const FileName = 'a\uD800.pdf'
    const { FileContinuationToken } = await org.execute('InitializeFileBlocksUpload', {
      Target,
      FileAttributeName: 'new_paper',
      FileName,
    })
    await org.execute('CommitFileBlocksUpload', { FileName, BlockList: [], FileContinuationToken })

    const down = await send('GET', 'new_paper/$value')

    expect([down.status, down.headers['x-ms-file-name']]).toEqual([200, 'a%EF%BF%BD.pdf'])
  })

  test('a type that no header can carry is told as any bytes', async () => {
    const { org, id, send } = await withParcel()
    const { FileContinuationToken } = await org.execute('InitializeFileBlocksUpload', {
      Target: { table: 'new_parcel', id },
      FileAttributeName: 'new_paper',
      FileName: 'a.pdf',
    })
    await org.execute('CommitFileBlocksUpload', {
      FileName: 'a.pdf',
      MimeType: 'text/plain\r\nX-Other: 1',
      BlockList: [],
      FileContinuationToken,
    })

    const down = await send('GET', 'new_paper/$value')

    expect([down.status, down.headers['mimetype']]).toEqual([200, 'application/octet-stream'])
  })

  test('an upload into a column that is another one by now is refused, and writes nothing', async () => {
    const { org, id, sendJson, stored } = await withParcel()
    const attributes = "EntityDefinitions(LogicalName='new_parcel')/Attributes"
    const { FileContinuationToken } = await org.execute('InitializeFileBlocksUpload', {
      Target: { table: 'new_parcel', id },
      FileAttributeName: 'new_paper',
      FileName: 'a.pdf',
    })
    await sendJson('DELETE', `${attributes}(LogicalName='new_paper')`)
    await sendJson('POST', attributes, {
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      SchemaName: 'new_Paper',
    })

    const commit = { FileName: 'a.pdf', BlockList: [], FileContinuationToken }
    await expect(org.execute('CommitFileBlocksUpload', commit)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })

    expect([stored(), org.peek('new_parcel', id)?.['new_paper']]).toEqual([[], null])
  })

  test.each([
    ['bytes=1-2', 206, 'bytes 1-2/6', BYTES.subarray(1, 3)],
    ['bytes=4-100', 206, 'bytes 4-5/6', BYTES.subarray(4)],
    ['bytes=3-', 206, 'bytes 3-5/6', BYTES.subarray(3)],
    ['bytes=0-1/6', 206, 'bytes 0-1/6', BYTES.subarray(0, 2)],
  ])('the range %s is a part', async (range, status, told, body) => {
    const { send } = await withParcel()
    await send('PATCH', 'new_paper', BYTES, upload)

    const part = await send('GET', 'new_paper/$value', undefined, { range })

    expect(part).toMatchObject({
      status,
      headers: { 'Content-Range': told, 'x-ms-chunk-size': '4194304', 'x-ms-file-size': '6' },
    })
    expect(Buffer.from(part.body as Uint8Array)).toEqual(Buffer.from(body))
  })

  test.each(['bytes=6-7', 'bytes=3-2'])('the range %s is refused', async (range) => {
    const { send } = await withParcel()
    await send('PATCH', 'new_paper', BYTES, upload)

    expect((await send('GET', 'new_paper/$value', undefined, { range })).status).toBe(400)
  })

  test('DELETE takes the file away, and an empty column is answered without a body', async () => {
    const { send, stored } = await withParcel()
    await send('PATCH', 'new_paper', BYTES, upload)

    const deleted = await send('DELETE', 'new_paper')
    const again = await send('DELETE', 'new_paper')
    const empty = await send('GET', 'new_paper/$value')

    expect([deleted.status, again.status, empty.status]).toEqual([204, 204, 204])
    expect(stored()).toEqual([])
  })

  test('PUT empties the column, and sets nothing else', async () => {
    const { id, send, sendJson, stored } = await withParcel()
    await send('PATCH', 'new_paper', BYTES, upload)

    const set = await sendJson('PUT', `new_parcels(${id})/new_paper`, { value: id })
    expect([set.status, stored()]).toMatchObject([400, [{ name: 'a.pdf' }]])
    const emptied = await sendJson('PUT', `new_parcels(${id})/new_paper`, { value: null })
    expect([emptied.status, stored()]).toEqual([204, []])
  })

  test.each([
    ['without a name', BYTES, {}, '0x80040203'],
    ['of a kind that is blocked', BYTES, { 'x-ms-file-name': 'a.exe' }, '0x80043e09'],
    ['that is too large', Buffer.alloc(100 * KB + 1), upload, '0x80044a02'],
  ])('a file %s is refused, and the one before it stays', async (_, body, headers, code) => {
    const { send, stored } = await withParcel()
    await send('PATCH', 'new_paper', BYTES, upload)

    const answer = answerOf(await send('PATCH', 'new_paper', body, headers))

    expect([answer.status, answer.json.error.code]).toEqual([400, code])
    expect(stored()).toMatchObject([{ name: 'a.pdf' }])
  })

  test('a file of over 128 MB is not taken in one request', async () => {
    const { send } = await withParcel()

    const answer = await send('PATCH', 'new_paper', new Uint8Array(128 * KB * KB + 1), upload)

    expect(answer.status).toBe(413)
  })

  test.each(['bytes 0-99/100', 'bytes 0-5/4', 'bytes 0-5', ''])(
    'a chunk whose range %j is not its length is refused',
    async (range) => {
      const { send, stored } = await withParcel()
      const begun = await send('PATCH', 'new_paper', undefined, {
        'x-ms-transfer-mode': 'chunked',
        'x-ms-file-name': 'a',
      })

      const answer = await send('PATCH', begun.headers['Location'] ?? '', BYTES, {
        'content-range': range,
      })

      expect(answer.status).toBe(400)
      expect(stored()).toEqual([])
    },
  )

  test('a row that is not there has no files', async () => {
    const { api } = await withParcel()
    const missing = `${ROOT}new_parcels(00000000-0000-4000-8000-00000000dead)/new_paper`
    const send = (method: string, path: string, body?: Uint8Array) =>
      api({ method, url: path, headers: upload, body })

    expect((await send('PATCH', missing, BYTES)).status).toBe(404)
    expect((await send('GET', `${missing}/$value`)).status).toBe(404)
    expect((await send('DELETE', missing)).status).toBe(404)
  })

  test('an organization without the messages of files is told so by name', async () => {
    const { org, id } = await withParcel()
    const service = new MessageService(async (message, request) => {
      if (!message.includes('Blocks')) return org.execute(message, request)
      throw new DataverseError('MESSAGE_UNKNOWN', `There is no message '${message}'.`)
    })
    const api = createWebApi({ catalog: org.catalog, service: () => service })

    const answer = answerOf(
      await api({
        method: 'PATCH',
        url: `${ROOT}new_parcels(${id})/new_paper`,
        headers: upload,
        body: BYTES,
      }),
    )

    expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
    expect(answer.json.error.message).toContain('InitializeFileBlocksUpload')
  })
})

describe('the messages of files over the Web API', () => {
  test('upload, download and delete', async () => {
    const { id, sendJson } = await withParcel()
    const Target = { '@odata.type': 'Microsoft.Dynamics.CRM.new_parcel', new_parcelid: id }
    const BlockId = Buffer.from('b1').toString('base64')

    const begun = await sendJson('POST', 'InitializeFileBlocksUpload', {
      Target,
      FileName: 'a.txt',
      FileAttributeName: 'new_paper',
    })
    const { FileContinuationToken } = begun.json
    const block = await sendJson('POST', 'UploadBlock', {
      BlockId,
      BlockData: BYTES.toString('base64'),
      FileContinuationToken,
    })
    const committed = await sendJson('POST', 'CommitFileBlocksUpload', {
      FileName: 'a.txt',
      MimeType: 'text/plain',
      BlockList: [BlockId],
      FileContinuationToken,
    })
    const download = await sendJson('POST', 'InitializeFileBlocksDownload', {
      Target,
      FileAttributeName: 'new_paper',
    })
    const data = await sendJson('POST', 'DownloadBlock', {
      Offset: 1,
      BlockLength: 2,
      FileContinuationToken: download.json.FileContinuationToken,
    })
    const deleted = await sendJson('POST', 'DeleteFile', { FileId: committed.json.FileId })

    expect([begun.status, block.status, committed.status, deleted.status]).toEqual([
      200, 204, 200, 204,
    ])
    expect(begun.json['@odata.context']).toBe(
      `${ROOT}$metadata#Microsoft.Dynamics.CRM.InitializeFileBlocksUploadResponse`,
    )
    expect(committed.json).toMatchObject({ FileSizeInBytes: 6 })
    expect(download.json).toMatchObject({
      FileName: 'a.txt',
      FileSizeInBytes: 6,
      IsChunkingSupported: true,
    })
    expect(data.json.Data).toBe(BYTES.subarray(1, 3).toString('base64'))
  })

  test('GetFileSasUrl is refused by its name', async () => {
    const { sendJson } = await withParcel()

    const answer = await sendJson('GET', "GetFileSasUrl(FileAttributeName='new_paper')")

    expect([answer.status, answer.json.error.message]).toEqual([
      501,
      expect.stringContaining("'GetFileSasUrl'"),
    ])
  })
})

describe('image columns (image-column-data)', () => {
  test('bytes are stored, shown as base64 when chosen, and given back raw', async () => {
    const { id, org, send, sendJson } = await withParcel()

    const up = await send('PATCH', 'new_photo', PNG, { ...upload, 'x-ms-file-name': 'a.png' })
    const chosen = await sendJson('GET', `new_parcels(${id})?$select=new_photo`)
    const whole = await sendJson('GET', `new_parcels(${id})`)
    const raw = await send('GET', 'new_photo/$value')
    const full = await send('GET', 'new_photo/$value?size=full')

    expect(up.status).toBe(204)
    expect(chosen.json.new_photo).toBe(PNG_SHOWN.toString('base64'))
    expect(whole.json).not.toHaveProperty('new_photo')
    expect(whole.json).toMatchObject({
      new_photoid: org.peek('new_parcel', id)?.['new_photoid'],
      new_photo_url: expect.stringContaining('/Image/download.aspx?Entity=new_parcel') as string,
    })
    expect(raw.body).toEqual(PNG_SHOWN)
    expect(full).toMatchObject({ status: 200, headers: { 'x-ms-file-name': 'a.png' } })
    expect(Buffer.from(full.body as Uint8Array)).toEqual(PNG)
  })

  test.each([
    ['PATCH of the row', 'PATCH', '', { new_photo: null }],
    ['PUT of the column', 'PUT', '/new_photo', { value: null }],
    ['DELETE of the column', 'DELETE', '/new_photo', undefined],
  ])('are emptied by %s', async (_, method, path, body) => {
    const { id, send, sendJson, stored } = await withParcel()
    await send('PATCH', 'new_photo', PNG, { ...upload, 'x-ms-file-name': 'a.png' })

    const emptied = await sendJson(method, `new_parcels(${id})${path}`, body)
    const full = await send('GET', 'new_photo/$value?size=full')

    expect([emptied.status, full.status]).toEqual([204, 204])
    expect(stored()).toEqual([])
  })

  test('are found at the address that their url column holds', async () => {
    const { id, org, api, send } = await withParcel()
    await send('PATCH', 'new_photo', PNG, { ...upload, 'x-ms-file-name': 'a.png' })
    const url = textOf((await org.retrieve('new_parcel', id, ['new_photo_url'])).new_photo_url)
    const get = (address: string) => api({ method: 'GET', url: address, headers: {} })

    const shown = await get(`http://localhost:8080${url}`)
    const whole = await get(`${url}&Full=true`)
    const lower = await get(url.toLowerCase())

    expect(url).toMatch(/^\/Image\/download\.aspx\?Entity=new_parcel&Attribute=new_photo&Id=/)
    expect([shown.status, shown.body]).toEqual([200, PNG_SHOWN])
    expect([lower.status, lower.body]).toEqual([200, PNG_SHOWN])
    expect([whole.status, Buffer.from(whole.body as Uint8Array)]).toEqual([200, PNG])
    expect(whole.headers['x-ms-file-name']).toBe('a.png')
  })

  test.each([
    'Entity=new_parcel&Attribute=new_photo&Id=00000000-0000-4000-8000-00000000dead',
    'Entity=new_parcel&Attribute=new_photo&Id=x',
    'Entity=new_parcel&Attribute=new_paper&Id=00000000-0000-4000-8000-00000000dead',
    'Entity=nothing&Attribute=new_photo&Id=00000000-0000-4000-8000-00000000dead',
    '',
  ])('at /Image/download.aspx?%s is none', async (query) => {
    const { api } = await withParcel()
    const url = `/Image/download.aspx?${query}`

    const answers = ['GET', 'PATCH'].map((method) => api({ method, url, headers: {} }))

    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 405])
  })

  test('chunks of an image are put together', async () => {
    const { send } = await withParcel()
    const begun = await send('PATCH', 'new_photo', undefined, {
      'x-ms-transfer-mode': 'chunked',
      'x-ms-file-name': 'a.png',
    })
    const location = begun.headers['Location'] ?? ''

    await send('PATCH', location, PNG.subarray(0, 3), {
      'content-range': `bytes 0-2/${PNG.length}`,
    })
    await send('PATCH', location, PNG.subarray(3), {
      'content-range': `bytes 3-${PNG.length - 1}/${PNG.length}`,
    })

    expect((await send('GET', 'new_photo/$value')).body).toEqual(PNG_SHOWN)
  })

  test('what is no picture is refused', async () => {
    const { send, stored } = await withParcel()

    const answer = answerOf(await send('PATCH', 'new_photo', BYTES, upload))

    expect([answer.status, answer.json.error.code]).toEqual([400, '0x80072553'])
    expect(stored()).toEqual([])
  })
})
