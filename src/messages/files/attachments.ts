import { DataverseError } from '../../errors/dataverse-error.ts'
import { FILE_ATTACHMENTS } from '../../metadata/content-companions.ts'
import type { Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { type Sequence, settled } from '../../rows/sequence.ts'
import { plainBytes } from '../../rows/bytes.ts'
import type { Row, RowRef } from '../../rows/value.ts'

/** What one file holds, and whose it is. */
export interface Attachment {
  readonly owner: RowRef
  /** The column of the row that shows it. */
  readonly column: string
  readonly fileName: string
  readonly mimeType: string
  readonly bytes: Uint8Array
}

/** Rows of `fileattachment` are the platform's own: written without a message, and so without steps. @returns the id */
export function* insertAttachment(
  { runtime, tx }: AnyOperation,
  { owner, column, fileName, mimeType, bytes }: Attachment,
): Sequence<string> {
  const table = attachmentsTable(runtime.catalog)
  const id = runtime.ids.next()
  yield* settled(
    tx.insert(table, {
      [table.primaryId]: id,
      filename: fileName,
      mimetype: mimeType,
      objectid: Object.freeze({ ...owner }),
      objectidtypecode: owner.table,
      objecttypecode: owner.table,
      regardingfieldname: column,
      body: plainBytes(bytes),
      filesizeinbytes: BigInt(bytes.length),
      createdon: runtime.nowText(),
    }),
  )
  return id
}

/** The attachments of a row that are shown in this column: one at most. */
export function* attachmentsOf(
  { runtime, reader }: AnyOperation,
  ownerId: string,
  column: string,
): Sequence<readonly Row[]> {
  const table = attachmentsTable(runtime.catalog)
  const all = yield* settled(reader.related(table, 'objectid', ownerId))
  return all.filter((row) => row['regardingfieldname'] === column)
}

export function* removeAttachments(
  operation: AnyOperation,
  ownerId: string,
  column: string,
): Sequence<void> {
  const table = attachmentsTable(operation.runtime.catalog)
  for (const row of yield* attachmentsOf(operation, ownerId, column)) {
    yield* settled(operation.tx.remove(table, row))
  }
}

/** @throws ROW_NOT_FOUND for a file that is gone */
export function* attachmentById({ runtime, reader }: AnyOperation, id: string): Sequence<Row> {
  const table = attachmentsTable(runtime.catalog)
  const row = yield* settled(reader.get(table, id))
  if (row !== undefined) return row
  throw new DataverseError(
    'ROW_NOT_FOUND',
    `Entity '${FILE_ATTACHMENTS}' With Id = ${id} Does Not Exist`,
  )
}

export function bytesOf(attachment: Row): Uint8Array {
  const { body } = attachment
  return body instanceof Uint8Array ? body : EMPTY
}

const EMPTY = new Uint8Array()

export function attachmentsTable(catalog: { table(name: string): Table }): Table {
  return catalog.table(FILE_ATTACHMENTS)
}
