import { DataverseError } from '../../errors/dataverse-error.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, Values } from '../../rows/value.ts'
import { coercerOf } from '../columns/coerce.ts'
import { defaultOf } from './create.ts'
import { columnOf } from '../../metadata/catalog.ts'
import { idOf, rowNotFound, storedId } from '../not-found.ts'
import type { UpsertRequest, UpsertResponse } from '../requests.ts'

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
    const sent = columnsOfFound(subject, request.values, request.key)
    const others = overwritten(subject)
    const values = others === undefined ? sent : { ...others, ...sent }
    await operation.execute('Update', { table, id, values })
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

/**
 * A row of an elastic table is written as a whole: what is not sent is as in a new row.
 * Unverified: which columns stay; here owner, state, key and what a row cannot be without.
 */
const overwritten = perTable((table: Table): Values | undefined => {
  if (table.definition.tableType !== 'Elastic') return undefined
  const kept = new Set(['partitionid', ...table.keys.flatMap(({ columns }) => columns)])
  const columns = [...table.columns.values()].filter(
    ({ logicalName, type, requiredLevel, validForUpdate }) =>
      validForUpdate &&
      requiredLevel !== 'SystemRequired' &&
      type !== 'State' &&
      type !== 'Status' &&
      type !== 'Owner' &&
      !kept.has(logicalName),
  )
  return Object.fromEntries(
    columns.map((column) => defaultOf(column)[0] ?? [column.logicalName, null]),
  )
})

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

/** What changes of a row that was found: not the key it was found by, nor then the id it has. */
export function columnsOfFound(table: Table, values: Values, key: Values | undefined): Values {
  if (key === undefined) return values
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => !(name in key) && name !== table.primaryId),
  )
}
