import { DataverseError } from '../errors/dataverse-error.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef } from '../rows/value.ts'

/** A row must not become its own ancestor in a hierarchical relationship. @throws HIERARCHY_LOOP */
export function assertNoLoop(
  operation: Operation<unknown, unknown>,
  column: string,
  parent: RowRef,
): Awaitable<void> {
  const { subject, tx, id } = operation
  let next: RowRef | undefined = parent
  const seen = new Set<string>()
  while (next !== undefined && !seen.has(next.id)) {
    if (next.id === id) {
      throw new DataverseError(
        'HIERARCHY_LOOP',
        'Creating this parental association would create a loop in this entity hierarchy.',
      )
    }
    seen.add(next.id)
    const found: Awaitable<Row | undefined> = tx.get(subject, next.id)
    if (isPromise(found)) {
      return found.then((row) => {
        const above = row?.[column]
        return isRowRef(above) ? assertNoLoop(operation, column, above) : undefined
      })
    }
    const above: unknown = found?.[column]
    next = isRowRef(above) ? above : undefined
  }
  return undefined
}
