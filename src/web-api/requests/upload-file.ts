import { DataverseError } from '../../errors/dataverse-error.ts'
import { bodyBytes, noContent, type WebApiResponse } from '../http.ts'
import type { Scope } from '../scope.ts'
import { CHUNK_BYTES, fileMessage, MAX_SINGLE_BYTES, targetOf } from './file-messages.ts'
import type { PropertyAddress } from './single-property.ts'
import type { Upload } from './upload-sessions.ts'

/**
 * `PATCH set(key)/column` with bytes: whole, the start of a chunked upload, or one chunk of it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#upload-files
 */
export async function uploadFile(scope: Scope, address: PropertyAddress): Promise<WebApiResponse> {
  const { headers } = scope.request
  // The address decides: published clients go on sending the header of the beginning with each chunk.
  const token = scope.address.options.get('sessiontoken')
  if (token !== undefined) return uploadChunk(scope, token)
  if (headers['x-ms-transfer-mode']?.toLowerCase() === 'chunked') {
    return beginUpload(scope, address)
  }
  const bytes = bodyBytes(scope.request)
  if (bytes.length > MAX_SINGLE_BYTES) {
    throw new DataverseError(
      'PAYLOAD_TOO_LARGE',
      `A file of more than ${MAX_SINGLE_BYTES} bytes is uploaded in chunks.`,
    )
  }
  const fileName = fileNameOf(scope)
  const continuation = await initializeUpload(scope, address, fileName)
  const blocks: string[] = []
  for (let from = 0; from === 0 || from < bytes.length; from += CHUNK_BYTES) {
    const block = bytes.subarray(from, from + CHUNK_BYTES)
    blocks.push(await uploadBlock(scope, continuation, from, block))
  }
  await commit(scope, continuation, fileName, blocks)
  return noContent()
}

async function beginUpload(scope: Scope, address: PropertyAddress): Promise<WebApiResponse> {
  const fileName = fileNameOf(scope)
  const token = await initializeUpload(scope, address, fileName)
  scope.uploads.begin(token, { fileName, chunks: new Map() })
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

/** The chunk that makes the file whole ends the upload, whichever of them it is. */
async function uploadChunk(scope: Scope, token: string): Promise<WebApiResponse> {
  const session = scope.uploads.get(token)
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(scope.request.headers['content-range'] ?? '')
  const bytes = bodyBytes(scope.request)
  const [from, to, total] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])]
  // A file whose size is a multiple of the chunk's gets an empty last chunk from some clients.
  const isEmpty = bytes.length === 0 && from === total
  if (session?.isEnded === true && isEmpty) return noContent()
  if (session === undefined || session.isEnded === true) {
    throw new DataverseError('INVALID_ARGUMENT', 'There is no upload with this sessiontoken.')
  }
  const isFitting = to - from + 1 === bytes.length && to < total
  if (range === null || !(isEmpty || (isFitting && bytes.length > 0))) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      'Content-Range has to be bytes <first>-<last>/<size>, as long as the body.',
    )
  }
  if (!isEmpty) {
    const blockId = await uploadBlock(scope, token, from, bytes)
    session.chunks.set(from, { blockId, length: bytes.length })
  }
  const blocks = wholeFile(session, total)
  if (blocks === undefined && isEmpty) {
    throw new DataverseError('INVALID_ARGUMENT', 'Chunks of the file are missing before its end.')
  }
  if (blocks === undefined) return { status: 206, headers: { 'OData-Version': '4.0' } }
  await commit(scope, token, session.fileName, blocks)
  // One that was refused can be sent again.
  scope.uploads.end(token)
  return noContent()
}

/** The blocks in the order of the file; undefined: some are still to come. */
function wholeFile({ chunks }: Upload, total: number): readonly string[] | undefined {
  const blocks: string[] = []
  let offset = 0
  for (let chunk = chunks.get(0); chunk !== undefined; chunk = chunks.get(offset)) {
    blocks.push(chunk.blockId)
    offset += chunk.length
  }
  return offset === total ? blocks : undefined
}

function fileNameOf({ request, address }: Scope): string {
  const name = request.headers['x-ms-file-name'] ?? address.options.get('x-ms-file-name')
  if (name !== undefined && name !== '') return name
  throw new DataverseError('INVALID_ARGUMENT', 'Name the file by x-ms-file-name.')
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
  offset: number,
  bytes: Uint8Array,
): Promise<string> {
  const BlockId = Buffer.from(String(offset).padStart(12, '0')).toString('base64')
  await fileMessage(scope, 'UploadBlock', {
    BlockId,
    BlockData: bytes,
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
    MimeType: mimeTypeOf(fileName),
    BlockList: blocks,
    FileContinuationToken: token,
  })
}

// Unverified: the types that the platform makes of the endings of names.
const MIME_TYPES: Readonly<Record<string, string | undefined>> = {
  bmp: 'image/bmp',
  csv: 'text/csv',
  gif: 'image/gif',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  txt: 'text/plain',
  xml: 'text/xml',
  zip: 'application/zip',
}

function mimeTypeOf(fileName: string): string {
  const extension = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''
  return MIME_TYPES[extension] ?? 'application/octet-stream'
}
