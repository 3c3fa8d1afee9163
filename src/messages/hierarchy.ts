import type { ErrorCode } from '../errors/codes.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef } from '../rows/value.ts'

/**
 * A row must not become its own ancestor in a hierarchical relationship.
 * @throws HIERARCHY_LOOP, or the code that its table has for it
 */
export function assertNoLoop(
  operation: Operation<unknown, unknown>,
  column: string,
  parent: RowRef,
): Awaitable<void> {
  const { subject, tx, id } = operation
  let next: RowRef | undefined = parent
  const seen = new Set<string>()
  while (next !== undefined && !seen.has(next.id)) {
    if (next.id === id) throw loopOf(subject)
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

/** Tables whose loops have a code and a name of their own. */
const LOOPS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  account: ['ACCOUNT_LOOP', 'Accounts'],
  contact: ['CONTACT_LOOP', 'Contacts'],
  businessunit: ['BUSINESS_UNIT_LOOP', 'business'],
  systemuser: ['USER_LOOP', 'user'],
  subject: ['SUBJECT_LOOP', 'subject'],
}

// Unverified: the words for all but accounts and business units.
function loopOf({ logicalName, definition }: Table): DataverseError {
  const [code, name] = LOOPS[logicalName] ?? [
    definition.isCustom === true ? 'CUSTOM_HIERARCHY_LOOP' : 'HIERARCHY_LOOP',
    'this entity',
  ]
  return new DataverseError(
    code,
    name === 'this entity'
      ? 'Creating this parental association would create a loop in this entity hierarchy.'
      : `Creating this parental association would create a loop in ${name} hierarchy.`,
  )
}
