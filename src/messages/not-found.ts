import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import { parseGuid } from '../rows/guid.ts'
import type { Row } from '../rows/value.ts'

export function rowNotFound(table: string, id: string): DataverseError {
  return new DataverseError('ROW_NOT_FOUND', `Entity '${table}' With Id = ${id} Does Not Exist`)
}

/** @throws MESSAGE_NOT_OFFERED where the table's documents list messages, and not this one. */
export function assertOffered(table: Table, message: string): void {
  if (table.offers(message)) return
  throw new DataverseError(
    'MESSAGE_NOT_OFFERED',
    `The method being invoked does not support provided entity type: ${table.logicalName} has no ${message}.`,
  )
}

/** The id of a stored row. */
export function storedId(table: Table, row: Row): string {
  return row[table.primaryId] as string
}

/** @throws INVALID_ARGUMENT for what is no GUID. */
export function idOf(table: Table, id: string | undefined, message: string): string {
  if (id === undefined || id === '') {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `Entity Id must be specified for ${message} (table ${table.logicalName}).`,
    )
  }
  const guid = parseGuid(id)
  if (guid !== undefined) return guid
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `'${id}' is not a GUID: ${message} of ${table.logicalName} needs the row's id.`,
  )
}
