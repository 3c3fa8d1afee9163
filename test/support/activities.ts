import type { LookupColumn } from '../../src/metadata/column.ts'
import {
  dateTime,
  id,
  lookup,
  memo,
  text,
  to,
  type Part,
} from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { madeUp, standardColumns } from './tables.ts'

function parties(schemaName: string, ...targets: readonly string[]): Part {
  const column: LookupColumn = {
    ...lookup(schemaName, []).column,
    type: 'PartyList',
    targets,
  }
  return { column, references: [] }
}

/** An activity made up for tests: it has parties, and a row of activitypointer for each of its rows. */
export const VISIT: TableDefinition = {
  ...madeUp(
    'Visit',
    [
      text('Subject', 200),
      memo('Description', 2000),
      lookup('RegardingObjectId', to('account', 'Account_Visits', { delete: 'RemoveLink' })),
      dateTime('ScheduledStart'),
      parties('RequiredAttendees', 'contact', 'account', 'systemuser'),
      parties('Organizer', 'systemuser'),
      parties('Related', 'account'),
      ...standardColumns('visit'),
    ],
    { primaryName: 'subject', primaryId: id('ActivityId', 'SystemRequired', 'create-only') },
  ),
  isActivity: true,
}

export const ACTIVITY_TABLES = [VISIT]
