import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { Message } from '../pipeline/message.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row, Values } from '../rows/value.ts'
import { coercerOf } from './coerce.ts'
import { columnOf } from '../metadata/catalog.ts'
import { idOf, rowNotFound, storedId } from './not-found.ts'
import type { UpsertRequest, UpsertResponse } from './requests.ts'

type UpsertOperation = Operation<UpsertRequest, UpsertResponse>

/**
 * Finds the row by id or key, then is an Update or a Create; its events are theirs, itself it has none.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-upsert-insert-update-record
 */
export const upsert: Message<'Upsert', UpsertRequest, UpsertResponse> = {
  name: 'Upsert',
  standsForAnother: true,

  begin(request, { catalog }) {
    const table = catalog.table(request.table)
    if (request.key === undefined) return { table, id: idOf(table, request.id, 'Upsert') }
    keyColumns(table, request.key)
    return { table, id: '' }
  },

  run(operation) {
    const found = foundRow(operation, operation.request)
    return isPromise(found)
      ? found.then((row) => resolve(operation, row))
      : resolve(operation, found)
  },

  inputParameters: ({ request }) => ({
    Target: { LogicalName: request.table, Id: request.id ?? '', Attributes: request.values },
  }),
  outputParameters: ({ table, response }) => ({
    RecordCreated: response?.created ?? false,
    Target: { LogicalName: table?.logicalName ?? 'none', Id: response?.id ?? '' },
  }),
}

async function resolve(operation: UpsertOperation, row: Row | undefined): Promise<UpsertResponse> {
  const { request, subject } = operation
  const table = subject.logicalName
  if (row !== undefined) {
    if (request.only === 'create') {
      throw new DataverseError('DUPLICATE_ROW', 'A record with matching key values already exists.')
    }
    const id = storedId(subject, row)
    await operation.execute('Update', { table, id, values: without(request.values, request.key) })
    return { id, created: false }
  }
  if (request.only === 'update') {
    throw request.key === undefined
      ? rowNotFound(table, operation.id)
      : new DataverseError(
          'ROW_NOT_FOUND_BY_KEY',
          `A record with the specified key values does not exist in ${table} entity`,
        )
  }
  const values = { ...request.key, ...request.values }
  const created = await operation.execute('Create', {
    table,
    ...(request.key === undefined ? { id: operation.id } : {}),
    values,
  })
  return { id: (created as { readonly id: string }).id, created: true }
}

/** The row that is meant, by key where one is given. */
export function foundRow(
  { subject, tx }: Operation<unknown, unknown>,
  { id, key }: Pick<UpsertRequest, 'id' | 'key'>,
): Awaitable<Row | undefined> {
  return key === undefined
    ? tx.get(subject, idOf(subject, id, 'Upsert'))
    : tx.byKey(subject, keyColumns(subject, key), coercedKey(subject, key))
}

/** The key that has exactly these columns, in its own order. @throws KEY_NOT_DEFINED */
export function keyColumns(table: Table, values: Values): readonly string[] {
  const names = Object.keys(values)
  const key = table.keys.find(
    ({ columns }) => columns.length === names.length && columns.every((c) => names.includes(c)),
  )
  if (key !== undefined) return key.columns
  throw new DataverseError(
    'KEY_NOT_DEFINED',
    `The specified key attributes are not a defined key for the ${table.logicalName} entity (${names.join(', ')}).`,
  )
}

/** The key's values in the shape their columns hold. */
export function coercedKey(table: Table, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === undefined ? null : coercerOf(columnOf(table, name))(value),
    ]),
  )
}

export function without(values: Values, key: Values | undefined): Values {
  if (key === undefined) return values
  return Object.fromEntries(Object.entries(values).filter(([name]) => !(name in key)))
}
