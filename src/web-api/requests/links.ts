import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import { isRowRef, type RowRef } from '../../rows/value.ts'
import type { RowKey } from '../address/row-key.ts'
import { quote } from '../answer/quote.ts'
import { json, noContent, type WebApiResponse } from '../http.ts'
import { readObject } from '../payload/read-json.ts'
import { assertTarget } from '../payload/read-row.ts'
import { readRowAddress } from '../payload/reference.ts'
import type { Scope } from '../scope.ts'
import type { CollectionNavigation, SingleNavigation } from '../table-view.ts'
import { retrieve, rowId } from './find-row.ts'

/** A row and the lookup on it. */
export interface LookupEnd {
  readonly table: Table
  readonly id: string
  readonly navigation: SingleNavigation
}

/** A row and the collection it has. */
export interface CollectionEnd {
  readonly table: Table
  readonly id: string
  readonly navigation: CollectionNavigation
}

/**
 * `POST …/collection/$ref`; dataverse-schema sends PUT for it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api
 */
export async function addLink(scope: Scope, end: CollectionEnd): Promise<WebApiResponse> {
  const related = await referenced(scope, bodyReference(scope), end.navigation)
  await scope.org.associate(
    { table: end.table.logicalName, id: end.id },
    end.navigation.relationship,
    related,
    linkOptions(scope, end),
  )
  return noContent()
}

/** `DELETE …/collection(key)/$ref`, or `…/collection/$ref?$id=…`. */
export async function removeLink(
  scope: Scope,
  end: CollectionEnd,
  key: RowKey | undefined,
): Promise<WebApiResponse> {
  const related =
    key === undefined
      ? await referenced(scope, queryReference(scope, end), end.navigation)
      : {
          table: end.navigation.table,
          id: await rowId(scope.org, scope.catalog.table(end.navigation.table), key),
        }
  await scope.org.disassociate(
    { table: end.table.logicalName, id: end.id },
    end.navigation.relationship,
    related,
    linkOptions(scope, end),
  )
  return noContent()
}

/**
 * `PUT …/lookup/$ref`.
 * Unverified: whether the platform raises Associate here; it is taken for the Update the page says it equals.
 */
export async function setLink(scope: Scope, end: LookupEnd): Promise<WebApiResponse> {
  const { table, key } = readRowAddress(bodyReference(scope), scope.catalog)
  assertTarget(end.navigation, table)
  const value: RowRef = {
    table: table.logicalName,
    id: await rowId(scope.org, table, key),
  }
  return writeLookup(scope, end, value)
}

/** `DELETE …/lookup/$ref`, also with the `$id` of the row it names. */
export async function clearLink(scope: Scope, end: LookupEnd): Promise<WebApiResponse> {
  return writeLookup(scope, end, null)
}

async function writeLookup(
  { org, options }: Scope,
  { table, id, navigation }: LookupEnd,
  value: RowRef | null,
): Promise<WebApiResponse> {
  await org.update(table.logicalName, id, { [navigation.column.logicalName]: value }, options)
  return noContent()
}

/** `GET …/lookup/$ref`. */
export async function getLink(scope: Scope, end: LookupEnd): Promise<WebApiResponse> {
  const row = await retrieve(scope, end.table, end.id, [end.navigation.column.logicalName])
  const value = row[end.navigation.column.logicalName]
  if (!isRowRef(value) || !leadsTo(end.navigation, value)) return noContent()
  const { root } = scope.address
  const set = scope.catalog.table(value.table).entitySetName
  return json(
    `{"@odata.context":${quote(`${root}$metadata#$ref`)},"@odata.id":${quote(`${root}${set}(${value.id})`)}}`,
  )
}

/** Of a lookup with several properties, only the one of its value's table leads anywhere. */
export function leadsTo({ target }: SingleNavigation, value: RowRef): boolean {
  return target === undefined || target === 'owner' || target === value.table
}

function bodyReference(scope: Scope): string {
  const reference = readObject(scope.request)['@odata.id']
  if (typeof reference !== 'string') {
    throw new DataverseError('PAYLOAD_INVALID', 'The body has to name the other row by @odata.id.')
  }
  return resolved(scope, reference)
}

function queryReference(scope: Scope, { navigation }: CollectionEnd): string {
  const reference = scope.address.options.get('$id')
  if (reference === undefined || reference === '') {
    throw new DataverseError(
      'QUERY_INVALID',
      `Name the row to take out of '${navigation.name}': ${navigation.name}(<key>)/$ref, or $id=<address>.`,
    )
  }
  return resolved(scope, reference)
}

function resolved({ resolve }: Scope, reference: string): string {
  return reference.startsWith('$') && resolve !== undefined ? resolve(reference) : reference
}

async function referenced(
  { catalog, org }: Scope,
  reference: string,
  navigation: CollectionNavigation,
): Promise<RowRef> {
  const { table, key } = readRowAddress(reference, catalog)
  if (table.logicalName !== navigation.table) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `'${navigation.name}' holds rows of '${navigation.table}', not of '${table.logicalName}'.`,
    )
  }
  return { table: table.logicalName, id: await rowId(org, table, key) }
}

function linkOptions({ options }: Scope, { navigation }: CollectionEnd) {
  return navigation.role === undefined ? options : { ...options, role: navigation.role }
}
