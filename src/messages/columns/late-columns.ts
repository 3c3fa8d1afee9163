import type { Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Query } from '../../query/query.ts'
import { andThen, inTurn, isPromise, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, Value } from '../../rows/value.ts'
import { calculatedColumns, computedValue } from './computed-columns.ts'
import { partyColumns, withParties } from '../activities/parties.ts'

/** What rows are given when they are read: values that are not stored with them. */
interface LateColumns {
  readonly parties: readonly string[]
  readonly calculated: readonly string[]
}

const NONE: LateColumns = { parties: [], calculated: [] }

/**
 * Those among the columns that were asked for. Parties are rows of another table and come when they are named;
 * calculated columns come with all others.
 */
export function lateColumns(
  { runtime }: AnyOperation,
  table: Table,
  columns: readonly string[] | 'all',
): LateColumns | undefined {
  const parties = partyColumns(table)
  if (parties.length === 0 && runtime.computed.size === 0) return undefined
  const calculated = calculatedColumns(runtime, table.logicalName)
  const late =
    columns === 'all'
      ? { ...NONE, calculated }
      : {
          parties: parties.filter((name) => columns.includes(name)),
          calculated: calculated.filter((name) => columns.includes(name)),
        }
  return late.parties.length + late.calculated.length === 0 ? undefined : late
}

/** `row`, which is the caller's own, with its late columns. `stored` is the whole row. */
export function withLate(
  operation: AnyOperation,
  table: Table,
  row: Record<string, Value>,
  stored: Row,
  { parties, calculated }: LateColumns,
): Awaitable<Row> {
  const computed = operation.runtime.computed.get(table.logicalName)
  const filled = inTurn(calculated, (name) => {
    const column = computed?.get(name)
    if (column === undefined) return undefined
    return andThen(computedValue(operation, column, stored), (value) => {
      row[name] = value
    })
  })
  const id = stored[table.primaryId] as string
  return andThen(filled, () => withParties(operation, id, row, parties))
}

/** The query without columns that no row holds. What makes rows distinct is for the store to refuse. */
export function storedQuery(query: Query, table: Table): Query {
  const parties = partyColumns(table)
  if (parties.length === 0 || query.columns === 'all' || query.distinct === true) return query
  return { ...query, columns: query.columns.filter((name) => !parties.includes(name)) }
}

/** The rows of a page with their late columns. Groups, and distinct rows without an id, stand for several and have none. */
export function rowsWithLate(
  operation: AnyOperation,
  query: Query,
  rows: readonly Row[],
): Awaitable<readonly Row[]> {
  const { subject, reader } = operation
  if (query.aggregate === true) return rows
  const late = lateColumns(operation, subject, query.columns)
  if (late === undefined) return rows
  const filled: Row[] = []
  const done = inTurn(rows, (row) => {
    const id = row[subject.primaryId]
    const stored = typeof id === 'string' ? reader.get(subject, id) : undefined
    return andThen(stored, (found) =>
      andThen(
        found === undefined ? row : withLate(operation, subject, { ...row }, found, late),
        (made) => filled.push(made),
      ),
    )
  })
  return isPromise(done) ? done.then(() => filled) : filled
}
