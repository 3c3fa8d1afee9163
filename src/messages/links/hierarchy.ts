import type { ErrorCode } from '../../errors/codes.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef } from '../../rows/value.ts'

/**
 * A row must not become its own ancestor in a hierarchical relationship, nor be put below rows that are.
 * @throws HIERARCHY_LOOP, HIERARCHY_LOOP_EXISTS, or the codes that its table has for them
 */
export function assertNoLoop(
  operation: Operation<unknown, unknown>,
  column: string,
  parent: RowRef,
  seen = new Set<string>(),
): Awaitable<void> {
  const { subject, tx, id } = operation
  let next: RowRef | undefined = parent
  while (next !== undefined) {
    if (next.id === id) throw loopOf(subject)
    // Rows that came from elsewhere may stand in a circle: no Update puts them there.
    if (seen.has(next.id)) throw loopAbove(subject)
    seen.add(next.id)
    const found: Awaitable<Row | undefined> = tx.get(subject, next.id)
    if (isPromise(found)) {
      return found.then((row) => {
        const above = row?.[column]
        return isRowRef(above) ? assertNoLoop(operation, column, above, seen) : undefined
      })
    }
    const above: unknown = found?.[column]
    next = isRowRef(above) ? above : undefined
  }
  return undefined
}

interface LoopCodes {
  readonly created: ErrorCode
  readonly exists: ErrorCode
  /** As the platform's text has it. */
  readonly name: string
}

/** Tables whose loops have codes and a name of their own. */
// Unverified: the words for all but accounts and business units.
const LOOPS: Readonly<Record<string, LoopCodes>> = {
  account: { created: 'ACCOUNT_LOOP', exists: 'ACCOUNT_LOOP_EXISTS', name: 'Accounts' },
  contact: { created: 'CONTACT_LOOP', exists: 'CONTACT_LOOP_EXISTS', name: 'Contacts' },
  businessunit: {
    created: 'BUSINESS_UNIT_LOOP',
    exists: 'BUSINESS_UNIT_LOOP_EXISTS',
    name: 'business',
  },
  systemuser: { created: 'USER_LOOP', exists: 'USER_LOOP_EXISTS', name: 'user' },
  subject: { created: 'SUBJECT_LOOP', exists: 'HIERARCHY_LOOP_EXISTS', name: 'subject' },
}
const OF_CUSTOM: LoopCodes = {
  created: 'CUSTOM_HIERARCHY_LOOP',
  exists: 'CUSTOM_HIERARCHY_LOOP_EXISTS',
  name: 'this entity',
}
const OF_OTHERS: LoopCodes = {
  created: 'HIERARCHY_LOOP',
  exists: 'HIERARCHY_LOOP_EXISTS',
  name: 'this entity',
}

function codesOf({ logicalName, definition }: Table): LoopCodes {
  return LOOPS[logicalName] ?? (definition.isCustom === true ? OF_CUSTOM : OF_OTHERS)
}

function loopOf(table: Table): DataverseError {
  const { created, name } = codesOf(table)
  return new DataverseError(
    created,
    `Creating this parental association would create a loop in ${name} hierarchy.`,
  )
}

// Unverified: that an Update is refused which puts a row below such a loop.
function loopAbove(table: Table): DataverseError {
  const { exists, name } = codesOf(table)
  return new DataverseError(
    exists,
    `A loop exists in the ${name} hierarchy: a row above the parent is its own ancestor.`,
  )
}
