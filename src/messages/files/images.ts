import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Column, ImageColumn } from '../../metadata/column.ts'
import { imageCompanions } from '../../metadata/content-companions.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { nowMs } from '../../pipeline/runtime.ts'
import type { Sequence } from '../../rows/sequence.ts'
import { base64Of, bytesOfBase64 } from '../../rows/bytes.ts'
import type { Row, Value } from '../../rows/value.ts'
import { insertAttachment, removeAttachments } from './attachments.ts'
import { imageFormat, type ImageFormat } from './image-format.ts'

/** Full-sized images belong to rows of this table, one for every image, of which no document tells more. */
export const IMAGE_DESCRIPTORS = 'imagedescriptor'

export const imageColumnsOf = perTable((table: Table): readonly ImageColumn[] =>
  [...table.columns.values()].filter((column: Column) => column.type === 'Image'),
)

/** Image columns among the target's. */
export function writtenImages({ subject, values }: AnyOperation): readonly ImageColumn[] {
  const images = imageColumnsOf(subject)
  return images.length === 0 ? images : images.filter(({ logicalName }) => logicalName in values)
}

/**
 * Checks the images of a target, and sets what the platform keeps beside them. Full-sized images are kept where the
 * column says so.
 * https://learn.microsoft.com/power-apps/developer/data-platform/image-column-data
 * @throws IMAGE_NOT_PRIMARY, IMAGE_NOT_PROCESSED, PAYLOAD_INVALID
 */
export function* keepImages(
  operation: AnyOperation,
  columns: readonly ImageColumn[],
  fileName?: string,
): Sequence<void> {
  for (const column of columns) {
    const value = operation.values[column.logicalName]
    if (value === undefined) continue
    if (operation.before === undefined && value !== null) assertPrimary(operation, column)
    if (typeof value === 'string') {
      yield* keepImage(operation, column, fileName, decoded(operation, column, value))
    } else {
      yield* forgetImage(operation, column, operation.before)
      setCompanions(operation, column, null, null, null)
    }
  }
}

/** Of a row that is deleted, or of an image that another one replaces. */
export function* forgetImage(
  operation: AnyOperation,
  column: ImageColumn,
  row: Row | undefined,
): Sequence<void> {
  const id = row?.[imageCompanions(column.logicalName).id]
  if (typeof id === 'string') yield* removeAttachments(operation, id, column.logicalName)
}

/** The column shows a small square of the image: what was sent is kept in full beside it, or not at all. */
function* keepImage(
  operation: AnyOperation,
  column: ImageColumn,
  fileName: string | undefined,
  { bytes, format }: Picture,
): Sequence<void> {
  const { runtime, subject, before, values } = operation
  const { logicalName } = column
  const thumbnail = thumbnailOf(operation, column, { bytes, format })
  const id = runtime.ids.next()
  const ticks = BigInt(nowMs(runtime.clock)) * TICKS_PER_MS + TICKS_BEFORE_1970
  yield* forgetImage(operation, column, before)
  // Unverified: that steps after the main operation see the small image in their target, as the row has it.
  values[logicalName] = thumbnail
  setCompanions(
    operation,
    column,
    id,
    ticks,
    `/Image/download.aspx?Entity=${subject.logicalName}&Attribute=${logicalName}&Id=${id}&Timestamp=${ticks}`,
  )
  if (column.canStoreFullImage !== true) return
  yield* insertAttachment(operation, {
    owner: { table: IMAGE_DESCRIPTORS, id },
    column: logicalName,
    fileName: fileName ?? `${logicalName}.${format.extension}`,
    mimeType: format.mimeType,
    bytes,
  })
}

/** Timestamps are counted as .NET counts them: tenths of a microsecond since the year 1. */
const TICKS_PER_MS = 10_000n
const TICKS_BEFORE_1970 = 621_355_968_000_000_000n

function setCompanions(
  { values }: AnyOperation,
  { logicalName }: ImageColumn,
  id: Value,
  timestamp: Value,
  url: Value,
): void {
  const names = imageCompanions(logicalName)
  values[names.id] = id
  values[names.timestamp] = timestamp
  values[names.url] = url
}

/** One image column, or the one that is marked, is the primary image. */
function assertPrimary({ subject }: AnyOperation, column: ImageColumn): void {
  if (column.isPrimaryImage === true) return
  const isTold =
    column.isPrimaryImage === false ||
    imageColumnsOf(subject).some(({ isPrimaryImage }) => isPrimaryImage === true)
  if (!isTold) return
  throw new DataverseError(
    'IMAGE_NOT_PRIMARY',
    `Non-primary image attribute ${column.logicalName} of entity ${subject.logicalName} is not allowed to upload during Create operation.`,
  )
}

interface Picture {
  readonly bytes: Uint8Array
  readonly format: ImageFormat
}

function decoded(operation: AnyOperation, column: ImageColumn, text: string): Picture {
  const { subject } = operation
  const bytes = bytesOfBase64(text)
  if (bytes === undefined || text.length % 4 !== 0) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `Column '${column.logicalName}' of ${subject.logicalName} takes base64 text.`,
    )
  }
  if (bytes.length > column.maxSizeInKB * 1024) throw imageTooLarge(column, bytes.length)
  const format = imageFormat(bytes)
  if (format !== undefined) return { bytes, format }
  throw imageNotProcessed(operation, column)
}

/** @throws IMAGE_NOT_PROCESSED; NOT_SUPPORTED for a picture that cannot be decoded here. */
function thumbnailOf(
  operation: AnyOperation,
  column: ImageColumn,
  { bytes, format }: Picture,
): string {
  try {
    return base64Of(operation.runtime.thumbnailOf(bytes, format.mimeType))
  } catch (cause) {
    const isDamaged = cause instanceof DataverseError && cause.code === 'IMAGE_NOT_PROCESSED'
    throw isDamaged ? imageNotProcessed(operation, column, cause) : cause
  }
}

function imageNotProcessed(
  { subject, id }: AnyOperation,
  { logicalName }: ImageColumn,
  cause?: unknown,
): DataverseError {
  return new DataverseError(
    'IMAGE_NOT_PROCESSED',
    `Error occured when processing image. Reason: Update image properties failed for objectid: ${id}, logicalName: ${subject.logicalName}, attribute: ${logicalName}`,
    { cause },
  )
}

export function imageTooLarge({ maxSizeInKB }: ImageColumn, bytes: number): DataverseError {
  const megabytes = (number: number) => Math.floor(number / (1024 * 1024))
  return new DataverseError(
    'IMAGE_NOT_PROCESSED',
    `Error occured when processing image. Reason: File size is too big. MaxSize: ${megabytes(maxSizeInKB * 1024)} MB, Uploaded filesize: ${megabytes(bytes)} MB.`,
  )
}
