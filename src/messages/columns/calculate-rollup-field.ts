import { DataverseError } from '../../errors/dataverse-error.ts'
import { columnOf } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { ComputedColumn } from '../../pipeline/computed-column.ts'
import type { Message } from '../../pipeline/message.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { andThen, isPromise, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, Value } from '../../rows/value.ts'
import type { Transaction } from '../../store/store.ts'
import { round } from './coerce.ts'
import { computedValue } from './computed-columns.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import { reference, rowOf, type EntityParameter, type RowParameter } from '../parameters.ts'
import type { RequestOptions } from '../requests.ts'

export interface CalculateRollupFieldRequest extends RequestOptions {
  readonly Target: RowParameter
  readonly FieldName: string
}
export interface CalculateRollupFieldResponse {
  /** The row with the column, its date and its state. */
  readonly Entity: EntityParameter
}

/** `<column>_state`. */
const STATES = { Calculated: 1, OtherError: 3 } as const

/**
 * Computes a rollup column of one row now. It is no Update: no steps run, and who changed the row last stays.
 * https://learn.microsoft.com/power-apps/developer/data-platform/calculated-rollup-attributes
 */
export const calculateRollupField: Message<
  'CalculateRollupField',
  CalculateRollupFieldRequest,
  CalculateRollupFieldResponse
> = {
  name: 'CalculateRollupField',

  begin({ Target, FieldName }, { catalog, computed }) {
    const target = rowOf(Target)
    const table = catalog.table(target.table)
    if (columnOf(table, FieldName).sourceType !== 2) {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `${table.logicalName}.${FieldName} is no rollup column.`,
      )
    }
    if (computed.get(table.logicalName)?.has(FieldName) !== true) {
      throw new DataverseError(
        'NOT_SUPPORTED',
        `What ${table.logicalName}.${FieldName} rolls up is not known; give the organization a function for it (computedColumns).`,
      )
    }
    return { table, id: idOf(table, target.id, 'CalculateRollupField') }
  },

  async run(operation) {
    const { subject, id, tx, request, runtime } = operation
    const row = await tx.get(subject, id)
    if (row === undefined) throw rowNotFound(subject.logicalName, id)
    const column = runtime.computed.get(subject.logicalName)?.get(request.FieldName)
    const written = column === undefined ? row : await rollUp(operation, tx, column, row)
    const names = [subject.primaryId, ...rollupColumns(subject, request.FieldName)]
    const Attributes = Object.fromEntries(names.map((name) => [name, written[name] ?? null]))
    return { Entity: { LogicalName: subject.logicalName, Id: id, Attributes } }
  },

  inputParameters: ({ request }) => ({
    Target: reference(rowOf(request.Target)),
    FieldName: request.FieldName,
  }),
  outputParameters: ({ response }) => ({ ...response }),
}

/** The row with the column's present value. A function that fails leaves the value and says so in the state. */
export function rollUp(
  operation: Pick<AnyOperation, 'reader' | 'runtime'>,
  tx: Transaction,
  computed: ComputedColumn,
  row: Row,
): Awaitable<Row> {
  const table = operation.runtime.catalog.table(computed.table)
  const value = valueOrFault(operation, computed, row)
  return andThen(value, (made) =>
    tx.patch(table, row, changesOf(operation, table, computed, row, made)),
  )
}

/** undefined: the function failed. */
function valueOrFault(
  operation: Pick<AnyOperation, 'reader' | 'runtime'>,
  computed: ComputedColumn,
  row: Row,
): Awaitable<Value | undefined> {
  try {
    const value = computedValue(operation, computed, row)
    return isPromise(value) ? value.catch(() => undefined) : value
  } catch {
    // The state of the column is how the platform tells, too.
    return undefined
  }
}

function changesOf(
  { runtime }: Pick<AnyOperation, 'runtime'>,
  table: Table,
  { column }: ComputedColumn,
  row: Row,
  value: Value | undefined,
): Record<string, Value> {
  const has = (name: string) => table.columns.has(name)
  const changes: Record<string, Value> = {}
  if (value !== undefined) changes[column] = value
  if (has(`${column}_date`)) changes[`${column}_date`] = runtime.nowText()
  if (has(`${column}_state`)) {
    changes[`${column}_state`] = value === undefined ? STATES.OtherError : STATES.Calculated
  }
  const base = table.columns.get(`${column}_base`)
  if (base?.type === 'Money' && (typeof value === 'number' || value === null)) {
    const rate = typeof row['exchangerate'] === 'number' ? row['exchangerate'] : 1
    changes[base.logicalName] = value === null ? null : round(value / rate, 10 ** base.precision)
  }
  return changes
}

function rollupColumns(table: Table, column: string): readonly string[] {
  return [column, `${column}_date`, `${column}_state`].filter((name) => table.columns.has(name))
}
