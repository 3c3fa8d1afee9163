import { DataverseError } from '../../errors/dataverse-error.ts'
import { base64Of } from '../../rows/bytes.ts'
import { isPromise } from '../../rows/awaitable.ts'
import { textOf } from '../../rows/value.ts'
import { noContent, type WebApiResponse } from '../http.ts'
import type { Scope } from '../scope.ts'
import { CHUNK_BYTES, fileMessage, targetOf } from './file-messages.ts'
import { retrieve, rowId } from './find-row.ts'
import type { PropertyAddress } from './single-property.ts'

/**
 * The bytes of a file, or with `Range` a part of them; for clients that read JSON, as `{"value": base64}`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#download-files
 */
export async function downloadFile(
  scope: Scope,
  address: PropertyAddress,
  as: 'bytes' | 'json',
): Promise<WebApiResponse> {
  const fileId = await valueOf(scope, address)
  // Unverified: an empty column is answered without a body.
  if (typeof fileId !== 'string') return noContent()
  const found = scope.served.peek?.('fileattachment', fileId)
  const file = isPromise(found) ? await found : found
  return download(scope, address, textOf(file?.['mimetype']) || ANY_BYTES, as)
}

/**
 * The image as it was uploaded, where its column keeps that.
 * https://learn.microsoft.com/power-apps/developer/data-platform/image-column-data#using-web-api
 */
export async function downloadFullImage(
  scope: Scope,
  address: PropertyAddress,
  as: 'bytes' | 'json',
): Promise<WebApiResponse> {
  if (typeof (await valueOf(scope, address)) !== 'string') return noContent()
  try {
    return await download(scope, address, ANY_BYTES, as)
  } catch (error) {
    // The row is there, so that it is the image that is not.
    if (error instanceof DataverseError && error.code === 'ROW_NOT_FOUND') return noContent()
    throw error
  }
}

const ANY_BYTES = 'application/octet-stream'

async function valueOf(scope: Scope, { table, key, property }: PropertyAddress) {
  const name = property.column.logicalName
  const row = await retrieve(scope, table, await rowId(scope.org, table, key), [name])
  return row[name]
}

interface FileInfo {
  readonly FileContinuationToken: string
  readonly FileSizeInBytes: number
  readonly FileName: string
}

async function download(
  scope: Scope,
  address: PropertyAddress,
  mimeType: string,
  as: 'bytes' | 'json',
): Promise<WebApiResponse> {
  const file = (await fileMessage(scope, 'InitializeFileBlocksDownload', {
    Target: await targetOf(scope, address),
    FileAttributeName: address.property.column.logicalName,
  })) as FileInfo
  const size = Number(file.FileSizeInBytes)
  const range = rangeOf(scope, size, as)
  const bytes = await readBytes(scope, file.FileContinuationToken, range)
  const headers = { ...fileHeaders(file, size), ...partHeaders(scope, range, size) }
  const status = range.isPart ? 206 : 200
  if (as === 'bytes') {
    return {
      status,
      headers: {
        ...headers,
        'Content-Type': ANY_BYTES,
        mimetype: isPlain(mimeType) ? mimeType : ANY_BYTES,
      },
      body: bytes,
    }
  }
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ value: base64Of(bytes) }),
  }
}

interface ByteRange {
  readonly isPart: boolean
  readonly first: number
  /** Of an empty file before the first. */
  readonly last: number
}

/**
 * The documentation shows the size behind the range, too: `bytes=0-1023/8192`.
 * Clients that read JSON ask for one more part where the size is a multiple of theirs, and take an empty one.
 */
function rangeOf({ request }: Scope, size: number, as: 'bytes' | 'json'): ByteRange {
  const range = /^bytes=(\d+)-(\d*)(?:\/\d+)?$/.exec(request.headers['range'] ?? '')
  if (range === null) return { isPart: false, first: 0, last: size - 1 }
  const first = Number(range[1])
  const last = range[2] === '' ? first + CHUNK_BYTES - 1 : Number(range[2])
  if (first === size && as === 'json') return { isPart: true, first, last: size - 1 }
  if (last < first || (first >= size && first > 0)) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `Range ${range[0]} is no part of the file, which has ${size} bytes.`,
    )
  }
  return { isPart: true, first, last: Math.min(size - 1, last) }
}

async function readBytes(
  scope: Scope,
  token: string,
  { first, last }: ByteRange,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (let offset = first; offset <= last; offset += CHUNK_BYTES) {
    const { Data } = (await fileMessage(scope, 'DownloadBlock', {
      Offset: offset,
      BlockLength: Math.min(CHUNK_BYTES, last - offset + 1),
      FileContinuationToken: token,
    })) as { readonly Data: string | Uint8Array }
    parts.push(typeof Data === 'string' ? Buffer.from(Data, 'base64') : Data)
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

function fileHeaders({ FileName }: FileInfo, size: number): Readonly<Record<string, string>> {
  // Half a character has no encoding.
  const encoded = encodeURIComponent(FileName.replace(/\p{Surrogate}/gu, '\uFFFD'))
  return {
    'OData-Version': '4.0',
    'x-ms-file-name': isPlain(FileName) ? FileName : encoded,
    'x-ms-file-size': String(size),
    'Content-Disposition': `attachment; filename*=UTF-8''${encoded}`,
    'Access-Control-Expose-Headers': 'x-ms-file-size; x-ms-file-name; x-ms-chunk-size; mimetype',
  }
}

/** Headers carry no other characters. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

function partHeaders(
  { address }: Scope,
  { isPart, first, last }: ByteRange,
  size: number,
): Readonly<Record<string, string>> {
  if (!isPart) return {}
  return {
    'Content-Range': `bytes ${first}-${last}/${size}`,
    'x-ms-chunk-size': String(CHUNK_BYTES),
    ...(last < size - 1 ? { Location: address.root + address.path } : {}),
  }
}

/** `GET set(key)/column/$value` of an image: its bytes. */
export function imageAnswer(base64: string): WebApiResponse {
  const bytes = Buffer.from(base64, 'base64')
  return {
    status: 200,
    headers: {
      'Content-Type': ANY_BYTES,
      'OData-Version': '4.0',
      'x-ms-file-size': String(bytes.length),
    },
    body: bytes,
  }
}

/** `DELETE set(key)/column`. */
export async function deleteFile(scope: Scope, address: PropertyAddress): Promise<WebApiResponse> {
  const fileId = await valueOf(scope, address)
  if (typeof fileId === 'string') await fileMessage(scope, 'DeleteFile', { FileId: fileId })
  return noContent()
}
