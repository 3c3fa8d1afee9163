import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'

/** Tables whose active state is not 0. */
const ACTIVE_STATE: Readonly<Record<string, number>> = {
  quote: 1,
  contract: 2,
  appointment: 3,
  serviceappointment: 3,
  recurringappointmentmaster: 3,
}

/**
 * Whether "Cascade Active" takes the row along.
 * https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
 */
export function isActive(table: Table, row: Row): boolean {
  // Unverified: a table without states counts as active throughout.
  if (!table.columns.has('statecode')) return true
  return row['statecode'] === (ACTIVE_STATE[table.logicalName] ?? 0)
}
