import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import { parseGuid } from '../rows/guid.ts'
import type { Row } from '../rows/value.ts'

export function rowNotFound(table: string, id: string): DataverseError {
  return new DataverseError('ROW_NOT_FOUND', `Entity '${table}' With Id = ${id} Does Not Exist`)
}

/** @throws MESSAGE_NOT_OFFERED where the table's documents list messages, and not this one. */
export function assertOffered(table: Table, message: string): void {
  if (!table.offers(message)) throw notOffered(table, message)
}

export function notOffered(table: Table, message: string): DataverseError {
  return new DataverseError(
    'MESSAGE_NOT_OFFERED',
    `The method being invoked does not support provided entity type: ${table.logicalName} has no ${message}.`,
  )
}

/** The id of a stored row. */
export function storedId(table: Table, row: Row): string {
  return row[table.primaryId] as string
}

/** @throws INVALID_ARGUMENT for what is no GUID. */
export function idOf(table: Table, id: unknown, message: string): string {
  if (id === undefined || id === null || id === '') {
    throw new DataverseError('INVALID_ARGUMENT', `Entity Id must be specified for ${message}`)
  }
  const guid = typeof id === 'string' ? parseGuid(id) : undefined
  if (guid !== undefined) return guid
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${typeof id === 'string' ? `'${id}'` : `A value of type ${typeof id}`} is not a GUID: ${message} of ${table.logicalName} needs the row's id.`,
  )
}
