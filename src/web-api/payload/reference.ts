import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { parsePath } from '../address/address.ts'
import { readKey, type RowKey } from '../address/row-key.ts'

/** One row named by an address: `contacts(<guid>)`, `/contacts(key='v')`, an absolute URL. */
export interface RowAddress {
  readonly table: Table
  readonly key: RowKey
}

/**
 * What `@odata.bind`, `@odata.id` and `$id` hold. Absolute, from the host's root, or from the service root:
 * clients send all three.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api
 * @throws RESOURCE_NOT_FOUND, QUERY_INVALID
 */
export function readRowAddress(reference: string, catalog: Catalog): RowAddress {
  const path = reference.replace(SERVICE_ROOT, '').replace(/[?#].*$/s, '')
  const [segment, ...rest] = parsePath(path)
  if (segment === undefined || rest.length > 0 || segment.arguments === undefined) {
    throw new DataverseError(
      'QUERY_INVALID',
      `'${reference}' does not name a row; expected <entity set>(<key>), as in contacts(5e9bafa0-…).`,
    )
  }
  const table = catalog.findBySet(segment.name)
  if (table === undefined) throw segmentNotFound(segment.name)
  return { table, key: readKey(table, segment.arguments) }
}

const SERVICE_ROOT = /^.*?\/api\/data\/v9\.[0-2]\//is

export function segmentNotFound(segment: string): DataverseError {
  return new DataverseError(
    'RESOURCE_NOT_FOUND',
    `Resource not found for the segment '${segment}'.`,
  )
}
