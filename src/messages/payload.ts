import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from '../metadata/column.ts'
import type { Table } from '../metadata/table.ts'
import type { Value, Values } from '../rows/value.ts'
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
  // Filled key by key: V8 gives an object made by spreading a map of its own for every property added later.
  const values: Record<string, Value | undefined> = {}
  const { accepted } = plan
  for (const name in sent) {
    const value = sent[name]
    const coerce = accepted.get(name)
    if (coerce === undefined) {
      if (!table.columns.has(name)) throw undeclared(table, name)
    } else if (value !== undefined) {
      values[name] = coerce(value)
    }
  }
  return values
}

export function payloadPlan(
  table: Table,
  isAccepted: (column: Column) => boolean,
): PayloadPlan {
  const accepted = new Map<string, Coercer>()
  for (const column of table.columns.values()) {
    if (isAccepted(column)) accepted.set(column.logicalName, coercerOf(column))
  }
  return { accepted }
}

/** The column of a name a step or client used. @throws PAYLOAD_INVALID for one the table does not have. */
export function undeclared(table: Table, name: string): DataverseError {
  return new DataverseError(
    'PAYLOAD_INVALID',
    `Invalid property '${name}' was found in entity 'Microsoft.Dynamics.CRM.${table.logicalName}'.`,
  )
}
