import { perTable, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { type Awaitable } from '../../rows/awaitable.ts'
import { type Sequence, inSequence } from '../../rows/sequence.ts'
import { textOf } from '../../rows/value.ts'
import { assertFileSize, assertFileType, maxNoteBytes } from './file-rules.ts'
import { forgetImage, imageColumnsOf, keepImages, writtenImages } from './images.ts'

/** Tables whose rows hold one file each in a column of text, from before there were file columns. */
export const BODY_COLUMNS: Readonly<Record<string, string | undefined>> = {
  annotation: 'documentbody',
  activitymimeattachment: 'body',
}

/** Whether a Create or Update of the table may write images, or the file of a note. */
export const holdsContent = perTable(
  (table: Table): boolean =>
    imageColumnsOf(table).length > 0 || BODY_COLUMNS[table.logicalName] !== undefined,
)

/** Checks the images and files of a target, and sets what the platform derives from them. */
export function keepContent(operation: AnyOperation, fileName?: string): Awaitable<void> {
  return inSequence(keep(operation, fileName))
}

function* keep(operation: AnyOperation, fileName: string | undefined): Sequence<void> {
  const images = writtenImages(operation)
  if (images.length > 0) yield* keepImages(operation, images, fileName)
  const body = BODY_COLUMNS[operation.subject.logicalName]
  if (body !== undefined && body in operation.values) yield* keepBody(operation, body)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/attachment-annotation-files */
function* keepBody(operation: AnyOperation, body: string): Sequence<void> {
  const { values, before, subject } = operation
  const text = textOf(values[body])
  const bytes = Buffer.byteLength(text, 'base64')
  if (text !== '') {
    assertFileSize(bytes, yield* maxNoteBytes(operation))
    const after = (column: string) => textOf(values[column] ?? before?.[column])
    yield* assertFileType(operation, after('filename'), after('mimetype'))
  }
  if (subject.columns.has('filesize')) values['filesize'] = bytes
  if (subject.columns.has('isdocument')) values['isdocument'] = text !== ''
}

/** Full-sized images go with their row. What is in file columns is the cascade's. */
export function removeContent(operation: AnyOperation): Awaitable<void> {
  const full = imageColumnsOf(operation.subject).filter((column) => column.canStoreFullImage)
  return full.length === 0 ? undefined : inSequence(forgetAll(operation, full))
}

function* forgetAll(
  operation: AnyOperation,
  columns: ReturnType<typeof imageColumnsOf>,
): Sequence<void> {
  for (const column of columns) yield* forgetImage(operation, column, operation.before)
}
