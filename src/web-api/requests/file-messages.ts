import { DataverseError } from '../../errors/dataverse-error.ts'
import type { RowRef } from '../../rows/value.ts'
import type { Scope } from '../scope.ts'
import { rowId } from './find-row.ts'
import type { PropertyAddress } from './single-property.ts'

/** What a chunk, a block and a part of a download hold. */
export const CHUNK_BYTES = 4 * 1024 * 1024
/** The most that is uploaded by one request. */
export const MAX_SINGLE_BYTES = 128 * 1024 * 1024

/** The messages files are moved by; an organization that has none says so. */
export async function fileMessage(
  { org }: Scope,
  message: string,
  request: object,
): Promise<unknown> {
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
      `File and image columns need the message ${message}, which this organization does not have.`,
      { cause: error },
    )
  }
}

export async function targetOf({ org }: Scope, { table, key }: PropertyAddress): Promise<RowRef> {
  return { table: table.logicalName, id: await rowId(org, table, key) }
}
