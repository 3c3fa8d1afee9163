import { randomUUID } from 'node:crypto'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { RowRef } from '../../rows/value.ts'
import type { Runtime } from '../../pipeline/runtime.ts'

/**
 * Uploads that have begun and not ended, and files being downloaded, by the token their requests carry. What was
 * sent in blocks is in no row until it is committed, so no transaction and no snapshot holds it.
 */
class Transfers {
  readonly #uploads = new Map<string, Upload>()
  readonly #downloads = new Map<string, Download>()

  beginUpload(upload: Omit<Upload, 'blocks' | 'size'>): string {
    return keep(this.#uploads, MAX_UPLOADS, { ...upload, blocks: new Map(), size: 0 })
  }

  beginDownload(download: Download): string {
    return keep(this.#downloads, MAX_DOWNLOADS, download)
  }

  /** @throws INVALID_ARGUMENT for a token that is none, or another user's */
  upload(token: string, userId: string): Upload {
    return owned(this.#uploads.get(token), userId, 'upload')
  }

  /** @throws INVALID_ARGUMENT for a token that is none, or another user's */
  download(token: string, userId: string): Download {
    return owned(this.#downloads.get(token), userId, 'download')
  }

  /** A block takes the place of one with its id. */
  addBlock(upload: Upload, id: string, block: Uint8Array): void {
    upload.size += block.length - (upload.blocks.get(id)?.length ?? 0)
    upload.blocks.set(id, block)
    this.#makeRoomFor(upload)
  }

  #makeRoomFor(present: Upload): void {
    let bytes = 0
    for (const { size } of this.#uploads.values()) bytes += size
    for (const [token, upload] of this.#uploads) {
      if (bytes <= MAX_BYTES) return
      if (upload === present) continue
      bytes -= upload.size
      this.#uploads.delete(token)
    }
  }

  endUpload(token: string): void {
    this.#uploads.delete(token)
  }
}

export interface Upload {
  /** Whose token it is. */
  readonly userId: string
  /** The message that began it, and so what it can be committed by. */
  readonly kind: 'File' | 'Annotation' | 'Attachment'
  readonly target: RowRef
  /** Of a file: the column it is for. */
  readonly column: string
  readonly fileName: string
  /** In bytes; more is refused as soon as it is sent. */
  readonly maxSize: number
  /** Written by `addBlock` alone. */
  readonly blocks: Map<string, Uint8Array>
  /** Of all blocks. Written by `addBlock` alone. */
  size: number
}

export interface Download {
  readonly userId: string
  /** The row that holds the bytes: of `fileattachment`, or a note. */
  readonly source: RowRef
}

/** Those nobody ends are forgotten, the oldest first: when there are so many, or hold so much. */
const MAX_UPLOADS = 100
const MAX_BYTES = 1024 * 1024 * 1024
const MAX_DOWNLOADS = 1000

const transfers = new WeakMap<Runtime, Transfers>()

/** Those of the organization. */
export function transfersOf(runtime: Runtime): Transfers {
  let known = transfers.get(runtime)
  if (known === undefined) {
    known = new Transfers()
    transfers.set(runtime, known)
  }
  return known
}

/** What was begun in one organization goes on in another that takes its place. */
export function handOverTransfers(from: Runtime, to: Runtime): void {
  transfers.set(to, transfersOf(from))
}

function keep<T>(map: Map<string, T>, most: number, transfer: T): string {
  if (map.size >= most) {
    const [oldest] = map.keys()
    if (oldest !== undefined) map.delete(oldest)
  }
  const token = Buffer.from(randomUUID()).toString('base64')
  map.set(token, transfer)
  return token
}

function owned<T extends { readonly userId: string }>(
  transfer: T | undefined,
  userId: string,
  what: string,
): T {
  if (transfer?.userId === userId) return transfer
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `There is no ${what} with this FileContinuationToken: it was not begun by this user, or has ended.`,
  )
}
