import type { Table } from '../../metadata/table.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'

const DRAFT = { statecode: 0, statuscode: 1 } as const

/**
 * A process that is given to somebody else is a draft again: its new owner has to activate it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/security-sharing-assigning
 */
export function deactivateAssigned(
  { logicalName }: Table,
  values: Record<string, Value | undefined>,
  before: Row,
): void {
  if (logicalName !== 'workflow') return
  const [from, to] = [before['ownerid'], values['ownerid']]
  if (isRowRef(from) && isRowRef(to) && from.id !== to.id) Object.assign(values, DRAFT)
}
