import { DataverseError } from '../../errors/dataverse-error.ts'
import { columnOf } from '../../metadata/catalog.ts'
import type { FileColumn, ImageColumn } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import { idOf } from '../not-found.ts'
import { rowOf } from '../parameters.ts'
import type { FileTarget } from '../requests.ts'
import { assertFileSize } from './file-rules.ts'
import type { Upload } from './transfers.ts'

/** Where a file is or is to be. */
export interface ContentPlace {
  readonly table: Table
  readonly id: string
  readonly column: FileColumn | ImageColumn
}

/** @throws INVALID_ARGUMENT for a column that holds neither a file nor an image */
export function contentPlace(
  { Target, FileAttributeName: name }: FileTarget,
  { catalog }: Runtime,
  message: string,
): ContentPlace {
  const target = rowOf(Target)
  const table = catalog.table(target.table)
  const id = idOf(table, target.id, message)
  const column = columnOf(table, textParameter(name, 'FileAttributeName', message))
  if (column.type === 'File' || column.type === 'Image') return { table, id, column }
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${message} needs a file or image column; ${column.logicalName} of ${table.logicalName} is ${column.type}.`,
  )
}

/** @throws INVALID_ARGUMENT for what is no text, or an empty one */
export function textParameter(value: unknown, name: string, message: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new DataverseError('INVALID_ARGUMENT', `${message} needs the text ${name}.`)
}

/** The file that the blocks of this list are, in its order. @throws INVALID_ARGUMENT, FILE_TOO_LARGE */
export function assembled(
  upload: Upload,
  blockList: readonly string[],
  message: string,
): Uint8Array {
  const parts = listOf(blockList, message).map((id) => {
    const block = upload.blocks.get(id)
    if (block !== undefined) return block
    throw new DataverseError('INVALID_ARGUMENT', `BlockList names '${id}', which was not uploaded.`)
  })
  // A list may name one block any number of times: how long it all is comes before putting it together.
  assertFileSize(
    parts.reduce((size, part) => size + part.length, 0),
    upload.maxSize,
  )
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

function listOf(blockList: unknown, message: string): readonly string[] {
  if (Array.isArray(blockList)) return blockList.map(String)
  throw new DataverseError('INVALID_ARGUMENT', `${message} needs the list BlockList.`)
}
