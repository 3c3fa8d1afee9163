import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Column } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import type { Value, Values } from '../../rows/value.ts'
import { coercerOf, type Coercer } from './coerce.ts'

/** What a message needs to know of a table's columns to read a payload; made once a table. */
export interface PayloadPlan {
  /** Columns a client may send; what is declared but missing here is ignored. */
  readonly accepted: ReadonlyMap<string, Coercer>
}

/**
 * A copy of what was sent with every value in the shape its column holds. Declared columns that are not
 * valid for the operation are left out in silence; undeclared ones are refused.
 */
export function readPayload(
  table: Table,
  plan: PayloadPlan,
  sent: Values,
): Record<string, Value | undefined> {
  // Plain JavaScript may give anything.
  if (typeof sent !== 'object' || sent === null) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `The values of ${table.logicalName} are an object of columns, { column: value }; found ${String(sent)}.`,
    )
  }
  // Not by spreading, after which V8 makes a map of its own for every property that is added later; and not key
  // by key, which makes a dictionary of a wide payload.
  const values: Record<string, Value | undefined> = Object.assign({}, sent)
  const { accepted } = plan
  for (const name in sent) {
    const value = sent[name]
    const coerce = accepted.get(name)
    if (coerce === undefined || value === undefined) {
      if (coerce === undefined && !table.columns.has(name)) throw undeclared(table, name)
      delete values[name]
    } else {
      const coerced = coerce(value)
      if (coerced !== value) values[name] = coerced
    }
  }
  return values
}

export function payloadPlan(table: Table, isAccepted: (column: Column) => boolean): PayloadPlan {
  const accepted = new Map<string, Coercer>()
  for (const column of table.columns.values()) {
    // Whatever is sent for it: it follows the owner.
    if (column.logicalName === 'owneridtype') continue
    if (isAccepted(column)) accepted.set(column.logicalName, coercerOf(column))
  }
  return { accepted }
}

/**
 * A name a step or client used that is no column of the table. The Web API, which knows properties only, has an
 * answer of its own.
 */
export function undeclared(table: Table, name: string): DataverseError {
  return new DataverseError(
    'COLUMN_UNKNOWN',
    `'${table.logicalName}' entity doesn't contain attribute with Name = '${name}' and NameMapping = 'Logical'.`,
  )
}
