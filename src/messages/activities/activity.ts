import { perTable, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { andThen, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, Value } from '../../rows/value.ts'
import { partyLookups, removeParties, writeParties } from './parties.ts'
import { trackDeletion } from '../tracking/tracked-deletions.ts'

/** The table of what all activities have in common; its rows follow those of the activities. */
export const POINTER_TABLE = 'activitypointer'

/** Whether rows of the table are activities, each with a row of `activitypointer` that has its id. */
export const isActivity = perTable(
  ({ definition, logicalName }: Table) =>
    definition.isActivity === true && logicalName !== POINTER_TABLE,
)

/**
 * What comes with an activity that has been stored: its parties, and the row of `activitypointer`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/activity-entities
 */
export function followActivity(
  operation: AnyOperation,
  row: Row,
  isNew: boolean,
): Awaitable<unknown> {
  return andThen(writeParties(operation, operation.values, isNew), () =>
    mirrorActivity(operation, operation.subject, row, isNew),
  )
}

/** What comes with taking the link of an activity in this column away. */
export function followUnlinked(
  operation: AnyOperation,
  table: Table,
  row: Row,
  column: string,
): Awaitable<unknown> {
  const unlinked = partyLookups(table).includes(column)
    ? removeParties(operation, row[table.primaryId] as string, [column])
    : undefined
  return andThen(unlinked, () => mirrorActivity(operation, table, row))
}

/**
 * The row of `activitypointer` as this row of an activity is now.
 * @throws DUPLICATE_ROW where a new one has the id of another activity, of whatever table
 */
function mirrorActivity(
  { runtime, tx }: AnyOperation,
  table: Table,
  row: Row,
  isNew = false,
): Awaitable<unknown> {
  const pointers = runtime.catalog.find(POINTER_TABLE)
  const id = row[table.primaryId]
  if (pointers === undefined || typeof id !== 'string') return undefined
  const values = commonValues(table, pointers, row)
  values['activitytypecode'] = table.logicalName
  return andThen(isNew ? undefined : tx.get(pointers, id), (known) => {
    if (known !== undefined) return tx.patch(pointers, known, values)
    values[pointers.primaryId] = id
    return tx.insert(pointers, values)
  })
}

/** What goes with an activity that has been deleted. */
export function forgetActivity(operation: AnyOperation): Awaitable<unknown> {
  const { runtime, tx, id } = operation
  const pointers = runtime.catalog.find(POINTER_TABLE)
  return andThen(removeParties(operation, id), () =>
    pointers === undefined
      ? undefined
      : andThen(tx.get(pointers, id), (row) =>
          row === undefined
            ? undefined
            : andThen(tx.remove(pointers, row), () => trackDeletion(operation, pointers, id)),
        ),
  )
}

const commonColumns = perTable((table: Table, pointers: Table): readonly string[] =>
  table.storedColumns.filter(
    (name) =>
      name !== 'versionnumber' &&
      name !== table.primaryId &&
      pointers.columns.get(name)?.type === table.columns.get(name)?.type,
  ),
)

function commonValues(table: Table, pointers: Table, row: Row): Record<string, Value> {
  const values: Record<string, Value> = {}
  for (const name of commonColumns(table, pointers)) values[name] = row[name] ?? null
  return values
}
