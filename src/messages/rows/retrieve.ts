import { DataverseError } from '../../errors/dataverse-error.ts'
import { columnOf } from '../../metadata/catalog.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { FormattedValues } from '../../pipeline/runtime.ts'
import { andThen, isPromise, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, Value } from '../../rows/value.ts'
import { isComputed, withNames } from '../columns/computed.ts'
import { formattedRows } from '../columns/formatted-rows.ts'
import { lateColumns, withLate } from '../columns/late-columns.ts'
import { assertOffered, idOf, rowNotFound } from '../not-found.ts'
import { isObject } from '../parameters.ts'
import { assertSees, PERSONAL_VIEWS } from '../queries/personal-views.ts'
import type { RetrieveRequest, RetrieveResponse } from '../requests.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-retrieve */
export const retrieve: Message<'Retrieve', RetrieveRequest, RetrieveResponse> = {
  name: 'Retrieve',
  onlyReads: true,

  begin(request, { catalog }) {
    if ('RelatedEntitiesQuery' in request || 'ReturnNotifications' in request) {
      throw new DataverseError(
        'NOT_SUPPORTED',
        'A Retrieve with RelatedEntitiesQuery or ReturnNotifications is not emulated; ask for related rows with a query of their own, or with $expand.',
      )
    }
    const table = catalog.table(request.table)
    assertOffered(table, 'Retrieve')
    const columns: unknown = request.columns ?? 'all'
    if (columns !== 'all' && !Array.isArray(columns)) {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        "Retrieve needs an array of logical names as columns, or 'all'.",
      )
    }
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
      Attributes: { ...response?.row },
      ...(response?.formattedValues && { FormattedValues: { ...response.formattedValues } }),
    },
  }),
  answered(_, { BusinessEntity: entity }) {
    if (isObject(entity) && isObject(entity['Attributes'])) {
      const { Attributes: row, FormattedValues: formattedValues } = entity
      return {
        row: row as Row,
        ...(isObject(formattedValues) && { formattedValues: formattedValues as FormattedValues }),
      }
    }
    throw new DataverseError('HANDLER_FAILED', 'BusinessEntity is not an entity with Attributes.')
  },
}

function answer(
  operation: Operation<RetrieveRequest, RetrieveResponse>,
  stored: Row | undefined,
): Awaitable<RetrieveResponse> {
  const { subject } = operation
  if (stored === undefined) throw rowNotFound(subject.logicalName, operation.id)
  if (subject.logicalName === PERSONAL_VIEWS) {
    return assertSees(operation, stored).then(() => shown(operation, stored))
  }
  return shown(operation, stored)
}

function shown(
  operation: Operation<RetrieveRequest, RetrieveResponse>,
  stored: Row,
): Awaitable<RetrieveResponse> {
  const { subject, request } = operation
  const columns = request.columns ?? 'all'
  const mask = operation.runtime.access?.masked(operation, subject)
  const seen = mask === undefined ? stored : mask(stored)
  const row = pick(subject, seen, columns)
  const late = lateColumns(operation, subject, columns)
  if (late === undefined && request.formatted !== true) return named(operation, row, seen)
  // What was computed of a secured column is as secured.
  const shownAgain = () => (mask === undefined ? row : mask(row))
  const made = late === undefined ? row : withLate(operation, subject, row, stored, late)
  const read = andThen(made, () => named(operation, shownAgain(), seen))
  if (request.formatted !== true) return read
  return andThen(read, (response) =>
    andThen(formattedRows(operation, subject, [response.row]), ([formattedValues = {}]) => ({
      ...response,
      formattedValues,
    })),
  )
}

function named(
  operation: Operation<RetrieveRequest, RetrieveResponse>,
  row: Row,
  seen: Row,
): Awaitable<RetrieveResponse> {
  const { subject, request } = operation
  const columns = request.columns ?? 'all'
  const names = columns === 'all' ? [] : columns.filter((column) => isComputed(subject, column))
  if (names.length === 0) return { row }
  return withNames(operation, { ...row }, seen, names).then((withAll) => ({ row: withAll }))
}

const readable = perTable((table: Table) =>
  table.storedColumns.filter((name) => {
    const column = table.columns.get(name)
    // Images are read by whoever names them.
    return column?.validForRead !== false && column?.type !== 'Image'
  }),
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
