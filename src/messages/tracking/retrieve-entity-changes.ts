import { DataverseError } from '../../errors/dataverse-error.ts'
import { columnOf } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { nowMs } from '../../pipeline/runtime.ts'
import type { Filter, Page, Query } from '../../query/query.ts'
import { type Sequence, inSequence, settled } from '../../rows/sequence.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import type { Row, RowRef } from '../../rows/value.ts'
import { CallerContext } from '../queries/caller-context.ts'
import {
  printCursor,
  printToken,
  readCursor,
  readToken,
  type ChangeCursor,
  type ChangeToken,
} from './change-token.ts'
import { fileSettings } from '../files/file-rules.ts'
import type {
  EntityChange,
  RetrieveEntityChangesRequest,
  RetrieveEntityChangesResponse,
} from '../requests.ts'
import { deletedRow, deletionsTable, follow, followedSince } from './tracked-deletions.ts'

type ChangesOperation = Operation<RetrieveEntityChangesRequest, RetrieveEntityChangesResponse>

const NAME = 'RetrieveEntityChanges'
const MAX_PAGE = 5000
const DAY_MS = 86_400_000

/**
 * The rows of a table that are new, changed or gone since a token was given out. It waits its turn among the
 * writing transactions: a token says that nothing before it is still to come.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-change-tracking-synchronize-data-external-systems
 */
export const retrieveEntityChanges: Message<
  typeof NAME,
  RetrieveEntityChangesRequest,
  RetrieveEntityChangesResponse
> = {
  name: NAME,

  begin(request, { catalog }) {
    const { EntityName } = request
    const table = catalog.table(EntityName)
    if (!table.tracksChanges || table.columns.get(VERSION)?.type !== 'BigInt') {
      throw new DataverseError(
        'CHANGE_TRACKING_OFF',
        `Entity ${EntityName} isn't enabled for change tracking.`,
      )
    }
    sinceOf(request)
    const columns = columnsOf(request)
    if (columns !== 'all') for (const column of columns) columnOf(table, column)
    return { table, id: EMPTY_GUID }
  },

  run: (operation) => inSequence(answer(operation)),

  inputParameters: ({ request }) => {
    const columns = columnsOf(request)
    return {
      EntityName: request.EntityName,
      DataVersion: request.DataVersion ?? null,
      Columns: { AllColumns: columns === 'all', Columns: columns === 'all' ? [] : columns },
      PageInfo: request.PageInfo ?? null,
    }
  },
  outputParameters: ({ response }) => ({ ...response }),
}

/** undefined: from the beginning. @throws INVALID_ARGUMENT */
function sinceOf({ DataVersion: token }: RetrieveEntityChangesRequest): ChangeToken | undefined {
  return token === undefined || token === null || token === '' ? undefined : readToken(token)
}

/** @throws INVALID_ARGUMENT */
function columnsOf({ Columns }: RetrieveEntityChangesRequest): readonly string[] | 'all' {
  if (Columns === undefined || Columns === null || Columns === 'all') return 'all'
  const isList: boolean = Array.isArray(Columns)
  if (isList) return Columns
  throw new DataverseError('INVALID_ARGUMENT', `The Columns of ${NAME} are a list of names.`)
}

function* answer(operation: ChangesOperation): Sequence<RetrieveEntityChangesResponse> {
  const { request, runtime, subject } = operation
  const since = sinceOf(request)
  if (since !== undefined) yield* assertFresh(operation, since)
  const { Count, PagingCookie: cookie, PageNumber: number = 1 } = request.PageInfo ?? {}
  const size = Math.min(Count ?? MAX_PAGE, MAX_PAGE)
  if (typeof cookie === 'string' && cookie !== '') {
    return yield* pageOf(operation, since, readCursor(cookie), size)
  }
  const version = yield* newestVersion(operation)
  follow(runtime, subject, version)
  let cursor: ChangeCursor = {
    until: { version, atMs: nowMs(runtime.clock) },
    phase: 'changed',
    after: since?.version ?? 0n,
  }
  // Whoever names a page and has no cookie for it is led there page by page.
  for (let before = 1; before < number; before++) {
    const { EntityChanges } = yield* pageOf(operation, since, cursor, size)
    if (EntityChanges.PagingCookie === null)
      return { EntityChanges: { ...EntityChanges, Changes: [] } }
    cursor = readCursor(EntityChanges.PagingCookie)
  }
  return yield* pageOf(operation, since, cursor, size)
}

/** @throws CHANGE_TOKEN_EXPIRED for a token too old, or of a time from which deletions are not known */
function* assertFresh(operation: ChangesOperation, { version, atMs }: ChangeToken): Sequence<void> {
  const { runtime, subject } = operation
  const { expirechangetrackingindays: days } = yield* fileSettings(operation)
  const from = followedSince(runtime, subject)
  const isOld = nowMs(runtime.clock) - atMs > Number(days) * DAY_MS
  if (from !== undefined && version >= from && !isOld) return
  throw new DataverseError(
    'CHANGE_TOKEN_EXPIRED',
    'Version stamp associated with the client has expired. Please perform a full sync.',
  )
}

/** The highest version among rows and deleted ones: whatever changes from now on has a higher one. */
function* newestVersion(operation: ChangesOperation): Sequence<bigint> {
  const { runtime, subject, reader } = operation
  const newest = { columns: [], size: 1, newestFirst: true }
  const present = yield* settled(reader.select(byVersion(subject, [], newest)))
  const gone = yield* settled(
    reader.select(byVersion(deletionsTable(runtime), [ofTable(subject)], newest)),
  )
  const [a, b] = [versionOf(present.rows[0]), versionOf(gone.rows[0])]
  return a > b ? a : b
}

function* pageOf(
  operation: ChangesOperation,
  since: ChangeToken | undefined,
  { until, phase, after }: ChangeCursor,
  size: number,
): Sequence<RetrieveEntityChangesResponse> {
  const changes: EntityChange[] = []
  if (phase === 'changed') {
    const { rows, moreRows } = yield* changedRows(operation, after, until, size)
    for (const row of rows) changes.push({ Type: 'NewOrUpdated', NewOrUpdatedEntity: row })
    if (moreRows) return page(changes, until, { until, phase, after: versionOf(rows.at(-1)) })
  }
  if (since === undefined) return page(changes, until, undefined)
  const from = phase === 'deleted' ? after : since.version
  const room = size - changes.length
  if (room === 0) return page(changes, until, { until, phase: 'deleted', after: from })
  const { removed, next } = yield* deletedRows(operation, from, until, room)
  for (const RemovedItem of removed) changes.push({ Type: 'RemoveOrDeleted', RemovedItem })
  return page(
    changes,
    until,
    next === undefined ? undefined : { until, phase: 'deleted', after: next },
  )
}

function page(
  Changes: readonly EntityChange[],
  until: ChangeToken,
  next: ChangeCursor | undefined,
): RetrieveEntityChangesResponse {
  return {
    EntityChanges: {
      Changes,
      MoreRecords: next !== undefined,
      PagingCookie: next === undefined ? null : printCursor(next),
      DataToken: printToken(until),
    },
  }
}

function* changedRows(
  operation: ChangesOperation,
  after: bigint,
  until: ChangeToken,
  size: number,
): Sequence<Page> {
  const { request, subject, reader } = operation
  const query = byVersion(subject, between(after, until), {
    columns: columnsOf(request),
    size,
  })
  return yield* settled(reader.select({ ...query, context: new CallerContext(operation) }))
}

interface Deleted {
  readonly removed: readonly RowRef[]
  /** The version to go on after; undefined: these are the last. */
  readonly next: bigint | undefined
}

/** Rows that are there again under the same id are not deleted. */
function* deletedRows(
  operation: ChangesOperation,
  after: bigint,
  until: ChangeToken,
  size: number,
): Sequence<Deleted> {
  const { runtime, subject, reader } = operation
  const deletions = deletionsTable(runtime)
  const filters = [ofTable(subject), ...between(after, until)]
  const query = byVersion(deletions, filters, { columns: ['objectid'], size })
  const { rows, moreRows } = yield* settled(reader.select(query))
  const removed: RowRef[] = []
  for (const row of rows) {
    const gone = deletedRow(subject, row)
    const present = yield* settled(reader.get(subject, gone.id))
    if (present === undefined) removed.push(gone)
  }
  return { removed, next: moreRows ? versionOf(rows.at(-1)) : undefined }
}

interface Asked {
  readonly columns: Query['columns']
  readonly size: number
  readonly newestFirst?: boolean
}

/** The version is always read: it says where to go on. */
function byVersion(
  table: Table,
  filters: readonly Filter[],
  { columns, size, newestFirst = false }: Asked,
): Query {
  return {
    table: table.logicalName,
    columns: columns === 'all' ? columns : [...new Set([...columns, VERSION])],
    ...(filters.length === 0 ? {} : { where: { kind: 'and', filters } }),
    order: [{ column: VERSION, descending: newestFirst }],
    page: { size, number: 1 },
  }
}

const VERSION = 'versionnumber'

function between(after: bigint, until: ChangeToken): readonly Filter[] {
  return [compared('gt', after), compared('le', until.version)]
}

function compared(operator: 'gt' | 'le', version: bigint): Filter {
  return { kind: 'condition', column: VERSION, operator, values: [version] }
}

function ofTable({ logicalName }: Table): Filter {
  return { kind: 'condition', column: 'objecttypecode', operator: 'eq', values: [logicalName] }
}

function versionOf(row: Row | undefined): bigint {
  const version = row?.[VERSION]
  return typeof version === 'bigint' ? version : 0n
}
