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

/** `DELETE set(key)/column`. */
export async function deleteFile(scope: Scope, address: PropertyAddress): Promise<WebApiResponse> {
  const { table, key, property } = address
  const name = property.column.logicalName
  const row = await retrieve(scope, table, await rowId(scope.org, table, key), [name])
  if (typeof row[name] === 'string') await fileMessage(scope, 'DeleteFile', { FileId: row[name] })
  return noContent()
}
