import { perTable, type Table } from '../../metadata/table.ts'
import { idOfName } from '../../rows/guid.ts'
import type { Value } from '../../rows/value.ts'

const DIRECTORY_ID = 'azureactivedirectoryobjectid'

const isUser = perTable(
  (table: Table) => table.logicalName === 'systemuser' && table.columns.has(DIRECTORY_ID),
)

/**
 * The id a user has in the directory, where the platform finds it by the user's name. There is no directory
 * here: it is made from the user's own id.
 */
export function setDirectoryId(
  table: Table,
  id: string,
  values: Record<string, Value | undefined>,
): void {
  if (isUser(table)) values[DIRECTORY_ID] ??= directoryId(id)
}

/** The directory id of the user with this id. */
export function directoryId(userId: string): string {
  return idOfName(`directory:${userId}`)
}
