import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Column } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import { isRowRef } from '../../rows/value.ts'
import type { Segment } from '../address/address.ts'
import { readAddressKey, type RowKey } from '../address/row-key.ts'
import { noContent, type WebApiResponse } from '../http.ts'
import { methodNotAllowed } from '../method.ts'
import { segmentNotFound } from '../payload/reference.ts'
import type { Scope } from '../scope.ts'
import { tableView, type CollectionNavigation, type SingleNavigation } from '../table-view.ts'
import { retrieve, rowId } from './find-row.ts'
import { addLink, clearLink, getLink, leadsTo, removeLink, setLink } from './links.ts'
import { callBound, isOperationName } from './operations.ts'
import { countRelated, postRelated, readRelated, replaceParties } from './related-rows.ts'
import { deleteRow, getRow, patchRow } from './rows.ts'
import { deleteProperty, getProperty, putProperty } from './single-property.ts'
import { uploadFile } from './upload-file.ts'

/** A row an address has come to, and the segments it goes on with. */
interface Place {
  readonly table: Table
  readonly key: RowKey
  readonly rest: readonly Segment[]
}

/** `set(key)` and everything behind it. */
export async function answerRowPath(scope: Scope, place: Place): Promise<WebApiResponse> {
  const { table, key, rest } = place
  const [segment] = rest
  if (segment === undefined) return answerRow(scope, table, key)
  if (isOperationName(segment.name)) return callBound(scope, { table, key }, rest)
  const view = tableView(table)
  const navigation = view.navigations.get(segment.name)
  // A lookup's navigation property may have the name of its column.
  if (navigation?.kind === 'single') return answerLookup(scope, place, navigation)
  if (navigation?.kind === 'collection') return answerCollection(scope, place, segment, navigation)
  const property = view.properties.get(segment.name)
  if (property === undefined) throw unknownSegment(scope, segment.name)
  return answerProperty(scope, { table, key, property }, rest)
}

/** What is posted to a name that is none was meant for an action, whose namespace is missing. */
function unknownSegment({ request }: Scope, name: string): DataverseError {
  return request.method === 'POST'
    ? new DataverseError('QUERY_INVALID', 'Request message has unresolved parameters')
    : segmentNotFound(name)
}

function answerRow(scope: Scope, table: Table, key: RowKey): Promise<WebApiResponse> {
  switch (scope.request.method) {
    case 'GET':
      return getRow(scope, table, key)
    case 'PATCH':
      return patchRow(scope, table, key)
    case 'DELETE':
      return deleteRow(scope, table, key)
    default:
      throw methodNotAllowed(scope.request.method, 'a row', 'GET, PATCH, DELETE')
  }
}

function answerProperty(
  scope: Scope,
  address: Parameters<typeof getProperty>[1],
  [, value, ...more]: readonly Segment[],
): Promise<WebApiResponse> {
  const isRaw = value?.name === '$value'
  const beyond = isRaw ? more[0] : value
  if (beyond !== undefined) throw segmentNotFound(beyond.name)
  switch (scope.request.method) {
    case 'GET':
      return getProperty(scope, address, isRaw)
    case 'PUT':
      if (!isRaw) return putProperty(scope, address)
      break
    case 'DELETE':
      if (!isRaw) return deleteProperty(scope, address)
      break
    case 'PATCH':
      if (!isRaw && holdsBytes(address.property.column)) {
        return uploadFile(scope, address)
      }
      break
  }
  throw methodNotAllowed(scope.request.method, 'a property', isRaw ? 'GET' : 'GET, PUT, DELETE')
}

function holdsBytes({ type }: Column): boolean {
  return type === 'File' || type === 'Image'
}

async function answerLookup(
  scope: Scope,
  { table, key, rest }: Place,
  navigation: SingleNavigation,
): Promise<WebApiResponse> {
  const [, next, ...more] = rest
  const id = await rowId(scope.org, table, key)
  const { method } = scope.request
  if (next?.name === '$ref' && more.length === 0) {
    const end = { table, id, navigation }
    if (method === 'PUT') return setLink(scope, end)
    if (method === 'DELETE') return clearLink(scope, end)
    if (method === 'GET') return getLink(scope, end)
    throw methodNotAllowed(method, 'the reference of a lookup', 'GET, PUT, DELETE')
  }
  // DELETE without $ref clears nothing: the row it leads to is not this address's to delete.
  if (method !== 'GET')
    throw methodNotAllowed(method, 'a lookup', 'GET, and PUT or DELETE of its $ref')
  const row = await retrieve(scope, table, id, [navigation.column.logicalName])
  const value = row[navigation.column.logicalName]
  if (!isRowRef(value) || !leadsTo(navigation, value)) {
    // Unverified: as OData has it, an empty lookup is no content, and what is behind it is nowhere.
    if (next === undefined) return noContent()
    throw new DataverseError(
      'ROW_NOT_FOUND',
      `'${navigation.name}' of ${table.logicalName} with id ${id} is empty.`,
    )
  }
  const target = scope.catalog.table(value.table)
  return answerRowPath(scope, {
    table: target,
    key: { kind: 'id', id: value.id },
    rest: next === undefined ? [] : [next, ...more],
  })
}

async function answerCollection(
  scope: Scope,
  { table, key, rest: [, next, ...more] }: Place,
  segment: Segment,
  navigation: CollectionNavigation,
): Promise<WebApiResponse> {
  const end = { table, id: await rowId(scope.org, table, key), navigation }
  const { method } = scope.request
  const member =
    segment.arguments === undefined
      ? undefined
      : readAddressKey(scope.catalog.table(navigation.table), segment.arguments)
  if (next?.name === '$ref' && more.length === 0) {
    if (method === 'DELETE') return removeLink(scope, end, member)
    if (member === undefined && (method === 'POST' || method === 'PUT')) return addLink(scope, end)
    if (member === undefined && method === 'GET') return readRelated(scope, end, 'references')
    throw methodNotAllowed(method, 'the references of a collection', 'GET, POST, DELETE')
  }
  if (member !== undefined) {
    // Unverified: that the row is a member of the collection is not looked at.
    const child = scope.catalog.table(navigation.table)
    return answerRowPath(scope, {
      table: child,
      key: member,
      rest: next === undefined ? [] : [next, ...more],
    })
  }
  if (next === undefined) {
    if (method === 'GET') return readRelated(scope, end, 'rows')
    if (method === 'POST') return postRelated(scope, end)
    if (method === 'PUT' && navigation.table === 'activityparty') return replaceParties(scope, end)
    throw methodNotAllowed(method, 'a collection', 'GET, POST')
  }
  if (next.name === '$count' && more.length === 0 && method === 'GET')
    return countRelated(scope, end)
  throw segmentNotFound(next.name)
}
