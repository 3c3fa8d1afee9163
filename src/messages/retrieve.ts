import { DataverseError } from '../errors/dataverse-error.ts'
import { columnOf } from '../metadata/catalog.ts'
import { perTable, type Table } from '../metadata/table.ts'
import type { Message } from '../pipeline/message.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row, Value } from '../rows/value.ts'
import { isComputed, withNames } from './computed.ts'
import { assertOffered, idOf, rowNotFound } from './not-found.ts'
import { isObject } from './parameters.ts'
import type { RetrieveRequest, RetrieveResponse } from './requests.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-retrieve */
export const retrieve: Message<'Retrieve', RetrieveRequest, RetrieveResponse> = {
  name: 'Retrieve',
  onlyReads: true,

  begin(request, { catalog }) {
    const table = catalog.table(request.table)
    assertOffered(table, 'Retrieve')
    return { table, id: idOf(table, request.id, 'Retrieve') }
  },

  run(operation) {
    const found = operation.reader.get(operation.subject, operation.id)
    return isPromise(found) ? found.then((row) => answer(operation, row)) : answer(operation, found)
  },

  inputParameters: ({ table, id, request }) => ({
    Target: { LogicalName: table?.logicalName ?? 'none', Id: id, Name: null },
    ColumnSet: {
      AllColumns: (request.columns ?? 'all') === 'all',
      Columns: request.columns === 'all' ? [] : (request.columns ?? []),
    },
  }),
  outputParameters: ({ table, id, response }) => ({
    BusinessEntity: {
      LogicalName: table?.logicalName ?? 'none',
      Id: id,
      Attributes: response?.row ?? {},
    },
  }),
  answered(_, { BusinessEntity: entity }) {
    if (isObject(entity) && isObject(entity['Attributes'])) {
      return { row: entity['Attributes'] as Row }
    }
    throw new DataverseError('HANDLER_FAILED', 'BusinessEntity is not an entity with Attributes.')
  },
}

function answer(
  operation: Operation<RetrieveRequest, RetrieveResponse>,
  stored: Row | undefined,
): Awaitable<RetrieveResponse> {
  const { subject, request } = operation
  if (stored === undefined) throw rowNotFound(subject.logicalName, operation.id)
  const columns = request.columns ?? 'all'
  const row = pick(subject, stored, columns)
  const names = columns === 'all' ? [] : columns.filter((column) => isComputed(subject, column))
  if (names.length === 0) return { row }
  return withNames(operation, row, stored, names).then((named) => ({ row: named }))
}

const readable = perTable((table: Table) =>
  table.storedColumns.filter((name) => table.columns.get(name)?.validForRead !== false),
)

/** The columns asked for, as a row of the caller's own; the primary id is always among them. */
function pick(
  table: Table,
  stored: Row,
  columns: readonly string[] | 'all',
): Record<string, Value> {
  const row: Record<string, Value> = {}
  if (columns === 'all') {
    for (const name of readable(table)) row[name] = stored[name] ?? null
    return row
  }
  row[table.primaryId] = stored[table.primaryId] ?? null
  for (const name of columns) {
    const column = columnOf(table, name)
    row[name] = column.validForRead ? (stored[name] ?? null) : null
  }
  return row
}
