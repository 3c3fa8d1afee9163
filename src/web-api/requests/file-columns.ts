import { DataverseError } from '../../errors/dataverse-error.ts'
import { bodyBytes, noContent, type WebApiResponse } from '../http.ts'
import type { Scope } from '../scope.ts'
import { retrieve, rowId } from './find-row.ts'
import type { PropertyAddress } from './single-property.ts'

/** What a chunk, a block and a part of a download hold. */
const CHUNK_BYTES = 4 * 1024 * 1024

/** Chunked uploads that have begun, by their token; those nobody ends are forgotten, the oldest first. */
export class UploadSessions {
  readonly #sessions = new Map<string, Upload>()

  begin(token: string, upload: Upload): void {
    if (this.#sessions.size >= MAX_SESSIONS) {
      const [oldest] = this.#sessions.keys()
      if (oldest !== undefined) this.#sessions.delete(oldest)
    }
    this.#sessions.set(token, upload)
  }

  get(token: string): Upload | undefined {
    return this.#sessions.get(token)
  }

  end(token: string): void {
    this.#sessions.delete(token)
  }
}

const MAX_SESSIONS = 100

interface Upload {
  readonly fileName: string
  /** Grows with every chunk. */
  readonly blocks: string[]
  /** Of an image, which has no messages of its own: what has arrived. */
  readonly bytes: Uint8Array[]
}

/** `PATCH set(key)/column` with bytes: whole, the start of a chunked upload, or one chunk of it. */
export async function uploadFile(
  scope: Scope,
  address: PropertyAddress,
  sessions: UploadSessions,
): Promise<WebApiResponse> {
  const { headers } = scope.request
  if (headers['x-ms-transfer-mode']?.toLowerCase() === 'chunked') {
    return beginUpload(scope, address, sessions)
  }
  const token = scope.address.options.get('sessiontoken')
  if (token !== undefined) return uploadChunk(scope, address, sessions, token)
  const bytes = bodyBytes(scope.request)
  if (address.property.column.type === 'Image') {
    return writeImage(scope, address, bytes)
  }
  const fileName = fileNameOf(scope)
  const continuation = await initializeUpload(scope, address, fileName)
  const blocks: string[] = []
  for (let from = 0; from === 0 || from < bytes.length; from += CHUNK_BYTES) {
    blocks.push(
      await uploadBlock(
        scope,
        continuation,
        blocks.length,
        bytes.subarray(from, from + CHUNK_BYTES),
      ),
    )
  }
  await commit(scope, continuation, fileName, blocks)
  return noContent()
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#upload-files */
async function beginUpload(
  scope: Scope,
  address: PropertyAddress,
  sessions: UploadSessions,
): Promise<WebApiResponse> {
  const fileName = fileNameOf(scope)
  const isImage = address.property.column.type === 'Image'
  const token = isImage
    ? `image-${await rowId(scope.org, address.table, address.key)}-${address.property.name}`
    : await initializeUpload(scope, address, fileName)
  sessions.begin(token, { fileName, blocks: [], bytes: [] })
  const { root, path } = scope.address
  return {
    status: 200,
    headers: {
      'OData-Version': '4.0',
      Location: `${root}${path}?sessiontoken=${encodeURIComponent(token)}`,
      'x-ms-chunk-size': String(CHUNK_BYTES),
      'Accept-Ranges': 'bytes',
      'Access-Control-Expose-Headers': 'x-ms-chunk-size',
    },
  }
}

async function uploadChunk(
  scope: Scope,
  address: PropertyAddress,
  sessions: UploadSessions,
  token: string,
): Promise<WebApiResponse> {
  const session = sessions.get(token)
  if (session === undefined) {
    throw new DataverseError('INVALID_ARGUMENT', 'There is no upload with this sessiontoken.')
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(scope.request.headers['content-range'] ?? '')
  const bytes = bodyBytes(scope.request)
  const [from, to, total] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])]
  // A file whose size is a multiple of the chunk's gets an empty last chunk from some clients.
  const isEmpty = bytes.length === 0 && from === total
  if (range === null || (!isEmpty && to - from + 1 !== bytes.length)) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      'Content-Range has to be bytes <first>-<last>/<size>, as long as the body.',
    )
  }
  const isImage = address.property.column.type === 'Image'
  if (isImage) session.bytes.push(bytes)
  else if (!isEmpty) {
    session.blocks.push(await uploadBlock(scope, token, session.blocks.length, bytes))
  }
  if (!isEmpty && to + 1 < total) {
    return { status: 206, headers: { 'OData-Version': '4.0' } }
  }
  sessions.end(token)
  if (isImage) return writeImage(scope, address, Buffer.concat(session.bytes))
  await commit(scope, token, session.fileName, session.blocks)
  return noContent()
}

async function writeImage(
  { org, options }: Scope,
  { table, key, property }: PropertyAddress,
  bytes: Uint8Array,
): Promise<WebApiResponse> {
  const value = bytes.length === 0 ? null : Buffer.from(bytes).toString('base64')
  const changes = { [property.column.logicalName]: value }
  await org.update(table.logicalName, await rowId(org, table, key), changes, options)
  return noContent()
}

/** `GET set(key)/column/$value` of an image: its bytes. */
export function imageAnswer(base64: string): WebApiResponse {
  const bytes = Buffer.from(base64, 'base64')
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'OData-Version': '4.0',
      'x-ms-file-size': String(bytes.length),
    },
    body: bytes,
  }
}

/**
 * The bytes of a file, or with `Range` a part of them; for clients that read JSON, as `{"value": base64}`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#download-files
 */
export async function downloadFile(
  scope: Scope,
  address: PropertyAddress,
  as: 'bytes' | 'json',
): Promise<WebApiResponse> {
  const file = (await fileMessage(scope, 'InitializeFileBlocksDownload', {
    Target: await targetOf(scope, address),
    FileAttributeName: address.property.column.logicalName,
  })) as {
    readonly FileContinuationToken: string
    readonly FileSizeInBytes: number
    readonly FileName: string
  }
  const size = Number(file.FileSizeInBytes)
  const range = /^bytes=(\d+)-(\d*)$/.exec(scope.request.headers['range'] ?? '')
  const first = range === null ? 0 : Number(range[1])
  const last = Math.min(
    size - 1,
    range === null ? size - 1 : range[2] === '' ? first + CHUNK_BYTES - 1 : Number(range[2]),
  )
  const parts: Buffer[] = []
  for (let offset = first; offset <= last; offset += CHUNK_BYTES) {
    const { Data } = (await fileMessage(scope, 'DownloadBlock', {
      Offset: offset,
      BlockLength: Math.min(CHUNK_BYTES, last - offset + 1),
      FileContinuationToken: file.FileContinuationToken,
    })) as { readonly Data: string }
    parts.push(Buffer.from(Data, 'base64'))
  }
  const bytes = Buffer.concat(parts)
  const headers = {
    'OData-Version': '4.0',
    'x-ms-file-name': file.FileName,
    'x-ms-file-size': String(size),
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.FileName)}`,
    ...(range === null
      ? {}
      : {
          'Content-Range': `bytes ${first}-${last}/${size}`,
          'x-ms-chunk-size': String(CHUNK_BYTES),
        }),
    ...(last < size - 1 ? { Location: scope.address.root + scope.address.path } : {}),
  }
  const status = range === null ? 200 : 206
  return as === 'bytes'
    ? {
        status,
        headers: {
          ...headers,
          'Content-Type': 'application/octet-stream',
          mimetype: 'application/octet-stream',
        },
        body: bytes,
      }
    : {
        status,
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify({ value: bytes.toString('base64') }),
      }
}

/** `DELETE set(key)/column`. */
export async function deleteFile(scope: Scope, address: PropertyAddress): Promise<WebApiResponse> {
  const { table, key, property } = address
  const name = property.column.logicalName
  const row = await retrieve(scope, table, await rowId(scope.org, table, key), [name])
  if (typeof row[name] === 'string') await fileMessage(scope, 'DeleteFile', { FileId: row[name] })
  return noContent()
}

async function initializeUpload(
  scope: Scope,
  address: PropertyAddress,
  fileName: string,
): Promise<string> {
  const response = (await fileMessage(scope, 'InitializeFileBlocksUpload', {
    Target: await targetOf(scope, address),
    FileName: fileName,
    FileAttributeName: address.property.column.logicalName,
  })) as { readonly FileContinuationToken: string }
  return response.FileContinuationToken
}

/** @returns the block's id: texts of one length, as the platform wants them */
async function uploadBlock(
  scope: Scope,
  token: string,
  number: number,
  bytes: Uint8Array,
): Promise<string> {
  const BlockId = Buffer.from(String(number).padStart(12, '0')).toString('base64')
  await fileMessage(scope, 'UploadBlock', {
    BlockId,
    BlockData: Buffer.from(bytes).toString('base64'),
    FileContinuationToken: token,
  })
  return BlockId
}

async function commit(
  scope: Scope,
  token: string,
  fileName: string,
  blocks: readonly string[],
): Promise<void> {
  await fileMessage(scope, 'CommitFileBlocksUpload', {
    FileName: fileName,
    MimeType: 'application/octet-stream',
    BlockList: blocks,
    FileContinuationToken: token,
  })
}

async function targetOf({ org }: Scope, { table, key }: PropertyAddress) {
  return { table: table.logicalName, id: await rowId(org, table, key) }
}

function fileNameOf({ request, address }: Scope): string {
  const name = request.headers['x-ms-file-name'] ?? address.options.get('x-ms-file-name')
  if (name !== undefined && name !== '') return name
  throw new DataverseError('INVALID_ARGUMENT', 'Name the file by x-ms-file-name.')
}

/** The messages files are moved by; an organization that has none says so. */
async function fileMessage({ org }: Scope, message: string, request: object): Promise<unknown> {
  try {
    return await org.execute(message, request)
  } catch (error) {
    const isThisOne =
      error instanceof DataverseError &&
      error.code === 'MESSAGE_UNKNOWN' &&
      error.message.includes(`'${message}'`)
    if (!isThisOne) throw error
    throw new DataverseError(
      'NOT_SUPPORTED',
      `File columns need the message ${message}, which this organization does not have.`,
      { cause: error },
    )
  }
}
