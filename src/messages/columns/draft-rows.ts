import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Row, Values } from '../../rows/value.ts'

/** Documents of sales, which are changed while their state is the first one. */
const DRAFT_TABLES: ReadonlySet<string> = new Set(['quote', 'salesorder', 'invoice'])

/** Unverified: what the platform still takes later on; here the state itself, and the owner. */
const ALWAYS_CHANGED: ReadonlySet<string> = new Set(['statecode', 'statuscode', 'ownerid'])

export function isDraftTable({ logicalName, columns }: Table): boolean {
  return DRAFT_TABLES.has(logicalName) && columns.has('statecode')
}

/**
 * Rows of every other table can be updated in any state; forms alone keep users from it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions
 * @throws ROW_READ_ONLY
 */
export function assertDraft({ primaryId }: Table, before: Row, values: Values): void {
  if (before['statecode'] === 0 || values['statecode'] === 0) return
  const isReadOnly = Object.keys(values).some(
    (name) => name !== primaryId && !ALWAYS_CHANGED.has(name),
  )
  if (isReadOnly) throw new DataverseError('ROW_READ_ONLY', 'Cannot Update a Read-Only Entity')
}
