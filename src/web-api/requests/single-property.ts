import { DataverseError } from '../../errors/dataverse-error.ts'
import { isLookup } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import type { RowKey } from '../address/row-key.ts'
import { quote } from '../answer/quote.ts'
import { writeValue } from '../answer/write-value.ts'
import { readCondition } from '../conditions.ts'
import { json, noContent, text, type WebApiResponse } from '../http.ts'
import { readObject } from '../payload/read-json.ts'
import { lookupAsColumn, readValue } from '../payload/read-value.ts'
import type { Scope } from '../scope.ts'
import type { Property } from '../table-view.ts'
import { deleteFile, downloadFile, downloadFullImage, imageAnswer } from './download-file.ts'
import { retrieve, rowId } from './find-row.ts'

/** `set(key)/column`: one property of one row. */
export interface PropertyAddress {
  readonly table: Table
  readonly key: RowKey
  readonly property: Property
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/retrieve-entity-using-web-api#retrieve-a-single-property-value */
export async function getProperty(
  scope: Scope,
  { table, key, property }: PropertyAddress,
  raw: boolean,
): Promise<WebApiResponse> {
  const { column } = property
  if (column.type === 'File') {
    return downloadFile(scope, { table, key, property }, raw ? 'bytes' : 'json')
  }
  if (column.type === 'Image' && scope.address.options.get('size') === 'full') {
    return downloadFullImage(scope, { table, key, property }, raw ? 'bytes' : 'json')
  }
  const id = await rowId(scope.org, table, key)
  const row = await retrieve(scope, table, id, [column.logicalName])
  const value = row[column.logicalName]
  // Unverified: an empty column is answered without a body.
  if (value === null || value === undefined) return noContent()
  if (raw && column.type === 'Image' && typeof value === 'string') return imageAnswer(value)
  const written = writeValue(column, value)
  if (raw) return text(typeof value === 'string' ? value : written.replace(/^"|"$/g, ''))
  const context = `${scope.address.root}$metadata#${table.entitySetName}(${id})/${property.name}`
  return json(`{"@odata.context":${quote(context)},"value":${written}}`)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api#update-a-single-property-value */
export async function putProperty(
  scope: Scope,
  { table, key, property }: PropertyAddress,
): Promise<WebApiResponse> {
  if (isLookup(property.column)) throw lookupAsColumn()
  const body = readObject(scope.request)
  if (!('value' in body)) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `The body has to be {"value": …} for '${property.name}'.`,
    )
  }
  if (property.column.type === 'File') {
    // Unverified: two pages differ on whether null empties the column.
    if (body['value'] === null) return deleteFile(scope, { table, key, property })
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `'${property.name}' is a file: its bytes are sent by PATCH, and DELETE takes it away.`,
    )
  }
  return write(scope, { table, key, property }, readValue(property.column, body['value']))
}

export async function deleteProperty(
  scope: Scope,
  address: PropertyAddress,
): Promise<WebApiResponse> {
  if (address.property.column.type === 'File') return deleteFile(scope, address)
  // A lookup is cleared by its navigation property.
  if (isLookup(address.property.column)) throw lookupAsColumn()
  return write(scope, address, null)
}

async function write(
  { org, options, request }: Scope,
  { table, key, property }: PropertyAddress,
  value: ReturnType<typeof readValue>,
): Promise<WebApiResponse> {
  const condition = readCondition(request.headers, 'if-match')
  const version = condition?.kind === 'versions' ? { ifVersion: condition.versions[0] ?? -1n } : {}
  const id = await rowId(org, table, key)
  const changes = { [property.column.logicalName]: value }
  await org.update(table.logicalName, id, changes, { ...options, ...version })
  return noContent()
}
