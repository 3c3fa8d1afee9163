import type { EntityReference } from '../pipeline/execution-context.ts'
import type { RowRef } from '../rows/value.ts'

/** A row as parameter bags name it. */
export function reference({ table, id }: RowRef): EntityReference {
  return { LogicalName: table, Id: id, Name: null }
}
