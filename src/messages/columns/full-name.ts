import { perTable, type Table } from '../../metadata/table.ts'
import type { Row, Value } from '../../rows/value.ts'

const isPerson = perTable(
  (table: Table) => table.columns.has('fullname') && table.columns.has('lastname'),
)

/** `fullname` of people (contact, lead, systemuser) is made of their names when either is written: first, then last. */
// Unverified: the organization's name format setting; this is its default.
export function setFullName(
  table: Table,
  values: Record<string, Value | undefined>,
  before?: Row,
): void {
  if (!isPerson(table)) return
  if (!('firstname' in values) && !('lastname' in values)) return
  const parts = ['firstname', 'lastname']
    .map((name) => (name in values ? values[name] : before?.[name]))
    .filter((part): part is string => typeof part === 'string' && part !== '')
  values['fullname'] = parts.length === 0 ? null : parts.join(' ')
}
