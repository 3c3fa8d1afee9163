import { DataverseError } from '../../errors/dataverse-error.ts'
import type { RequestOptions } from '../../messages/requests.ts'
import type { RowRef, Value } from '../../rows/value.ts'
import type { ServedOrganization } from '../organization.ts'
import type { CollectionPayload, RowPayload } from '../payload/read-row.ts'
import { lookupAsColumn } from '../payload/read-value.ts'
import { inTransaction, type Scope } from '../scope.ts'
import { rowId } from './find-row.ts'

/** Creates the row and what its body brings with it, all or nothing. @returns its id */
export async function createFrom(scope: Scope, payload: RowPayload): Promise<string> {
  const { org, options } = scope
  if (payload.createdFirst.length === 0 && payload.collections.length === 0) {
    return org.create(payload.table.logicalName, await valuesOf(org, payload), options)
  }
  return inTransaction(scope, (inside) => createDeep(inside, payload, options))
}

/** Rows that lookups name first, then the row, then those that name it. */
async function createDeep(
  org: ServedOrganization,
  payload: RowPayload,
  options: RequestOptions,
): Promise<string> {
  const values = { ...(await valuesOf(org, payload)) }
  for (const { column, payload: nested } of payload.createdFirst) {
    values[column] = {
      table: nested.table.logicalName,
      id: await createDeep(org, nested, options),
    }
  }
  const table = payload.table.logicalName
  const id = await org.create(table, values, options)
  for (const collection of payload.collections) {
    await fillCollection(org, { table, id }, collection, options)
  }
  return id
}

async function fillCollection(
  org: ServedOrganization,
  target: RowRef,
  { navigation, created, bound }: CollectionPayload,
  options: RequestOptions,
): Promise<void> {
  const related: RowRef[] = []
  for (const payload of created) {
    if (navigation.link.kind === 'one-to-many') {
      const values = { ...payload.values, [navigation.link.column]: target }
      await createDeep(org, { ...payload, values }, options)
    } else {
      const table = payload.table.logicalName
      related.push({ table, id: await createDeep(org, payload, options) })
    }
  }
  for (const { table, key } of bound) {
    related.push({ table: table.logicalName, id: await rowId(org, table, key) })
  }
  if (related.length === 0) return
  await org.associate(target, navigation.relationship, related, {
    ...options,
    ...(navigation.role === undefined ? {} : { role: navigation.role }),
  })
}

/**
 * The columns a PATCH writes: related rows are created with a row, not with a change of it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api
 * @throws LOOKUP_WRITTEN_AS_COLUMN, PAYLOAD_INVALID
 */
export async function changesOf(
  org: ServedOrganization,
  payload: RowPayload,
): Promise<Record<string, Value>> {
  if (payload.createdFirst.length > 0) throw lookupAsColumn()
  const [collection] = payload.collections
  if (collection !== undefined) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `The collection '${collection.navigation.name}' can be filled when a row is created; later its members are added and removed by $ref.`,
    )
  }
  // What the body does not list is no party any more.
  return { ...(await valuesOf(org, { ...payload, parties: undefined })), ...payload.parties }
}

async function valuesOf(
  org: ServedOrganization,
  { values, boundByKey, parties }: RowPayload,
): Promise<Record<string, Value>> {
  if (boundByKey.length === 0 && parties === undefined) return values
  const all = { ...values }
  for (const [column, list] of Object.entries(parties ?? {})) {
    if (list !== null) all[column] = list
  }
  for (const { column, address } of boundByKey) {
    all[column] = {
      table: address.table.logicalName,
      id: await rowId(org, address.table, address.key),
    }
  }
  return all
}
