import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Entity } from '../../pipeline/execution-context.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { FormattedValues } from '../../pipeline/runtime.ts'
import { assertQueryShape } from '../../query/check-shape.ts'
import type { Query } from '../../query/query.ts'
import { andThen, type Awaitable } from '../../rows/awaitable.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import type { Row } from '../../rows/value.ts'
import { CallerContext } from '../queries/caller-context.ts'
import { assertNoneAsked } from '../columns/computed-columns.ts'
import { formattedRows } from '../columns/formatted-rows.ts'
import { rowsWithLate, storedQuery } from '../columns/late-columns.ts'
import { assertOffered } from '../not-found.ts'
import { isObject } from '../parameters.ts'
import { onlySeen, readsPersonalViews } from '../queries/personal-views.ts'
import type { RetrieveMultipleRequest, RetrieveMultipleResponse } from '../requests.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-query-data */
export const retrieveMultiple: Message<
  'RetrieveMultiple',
  RetrieveMultipleRequest,
  RetrieveMultipleResponse
> = {
  name: 'RetrieveMultiple',
  onlyReads: true,

  begin(request, { catalog }) {
    const table = catalog.table(tableOf(request.query))
    assertOffered(table, 'RetrieveMultiple')
    return { table, id: EMPTY_GUID }
  },

  run(operation) {
    const { request, runtime } = operation
    assertNoneAsked(request.query, runtime)
    return readsPersonalViews(request.query)
      ? onlySeen(operation, request.query).then((query) => answer(operation, query))
      : answer(operation, request.query)
  },

  inputParameters: ({ request }) => ({ Query: request.query }),
  outputParameters: ({ table, response }) => ({
    BusinessEntityCollection: {
      EntityName: table?.logicalName ?? 'none',
      Entities: (response?.rows ?? []).map((row, index) =>
        entityOf(table, row, response?.formattedValues?.[index]),
      ),
      MoreRecords: response?.moreRows ?? false,
      PagingCookie: response?.cookie ?? null,
      TotalRecordCount: response?.totalCount ?? -1,
    },
  }),
  /** Which page it is, and how many rows there are, stays what the query found. */
  answered({ table, response }, { BusinessEntityCollection: collection }) {
    const entities = isObject(collection) ? collection['Entities'] : undefined
    if (!Array.isArray(entities)) {
      throw new DataverseError(
        'HANDLER_FAILED',
        'BusinessEntityCollection is not a collection with Entities.',
      )
    }
    const rows = entities.map((entity: unknown) => rowIn(table, entity))
    return {
      ...response,
      moreRows: response?.moreRows ?? false,
      rows,
      ...(response?.formattedValues && { formattedValues: entities.map(formattedIn) }),
    }
  },
}

/** Plain JavaScript may give anything, such as the builder of a query or its text. */
function tableOf(query: Partial<Query> | undefined): string {
  const { table } = Object(query) as Partial<Query>
  if (typeof table === 'string') {
    assertQueryShape(query)
    return table
  }
  throw new DataverseError(
    'INVALID_ARGUMENT',
    "RetrieveMultiple takes a query: { table, columns }, from('account').select('name').build(), or parseFetchXml(text).",
  )
}

function answer(
  operation: Operation<RetrieveMultipleRequest, RetrieveMultipleResponse>,
  query: Query,
): Awaitable<RetrieveMultipleResponse> {
  const { reader, subject } = operation
  // Not by spreading, which costs each query a microsecond.
  const stored = Object.assign({}, storedQuery(query, subject), {
    context: new CallerContext(operation),
  })
  const page = reader.select(stored)
  return andThen(page, (found) =>
    andThen(rowsWithLate(operation, query, found.rows), (late) => {
      // What was computed of a secured column is as secured; what was found is shown as it is already.
      const mask =
        late === found.rows ? undefined : operation.runtime.access?.masked(operation, subject)
      const rows = mask === undefined ? late : late.map(mask)
      const answered = rows === found.rows ? found : { ...found, rows }
      if (operation.request.formatted !== true) return answered
      return andThen(formattedRows(operation, subject, rows), (formattedValues) => ({
        ...answered,
        formattedValues,
      }))
    }),
  )
}

/** Copied, so that what a step makes of it is the answer's alone. Groups of an aggregate have no id. */
function entityOf(
  table: Table | undefined,
  row: Row,
  formatted: FormattedValues | undefined,
): Entity {
  const id = table === undefined ? undefined : row[table.primaryId]
  return {
    LogicalName: table?.logicalName ?? 'none',
    Id: typeof id === 'string' ? id : EMPTY_GUID,
    Attributes: { ...row },
    ...(formatted && { FormattedValues: formatted }),
  }
}

function formattedIn(entity: unknown): FormattedValues {
  const formatted = isObject(entity) ? entity['FormattedValues'] : undefined
  return isObject(formatted) ? (formatted as FormattedValues) : {}
}

/** An entity of a step's own need not have its id among its columns. */
function rowIn(table: Table | undefined, entity: unknown): Row {
  const attributes = isObject(entity) ? entity['Attributes'] : undefined
  if (!isObject(entity) || !isObject(attributes)) {
    throw new DataverseError(
      'HANDLER_FAILED',
      'BusinessEntityCollection.Entities holds what is no entity with Attributes.',
    )
  }
  const id = entity['Id']
  const isTold = table === undefined || table.primaryId in attributes
  if (isTold || typeof id !== 'string' || id === EMPTY_GUID) return attributes as Row
  return { [table.primaryId]: id, ...(attributes as Row) }
}
