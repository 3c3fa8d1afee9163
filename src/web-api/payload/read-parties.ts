import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Party, RowRef, Value } from '../../rows/value.ts'
import type { CollectionNavigation } from '../table-view.ts'
import type { PayloadReader } from './read-row.ts'
import { readRowAddress } from './reference.ts'

/**
 * The column each kind of party belongs to, by `participationtypemask`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity
 */
const COLUMN_OF_MASK: Readonly<Record<number, string>> = {
  1: 'from',
  2: 'to',
  3: 'cc',
  4: 'bcc',
  5: 'requiredattendees',
  6: 'optionalattendees',
  7: 'organizer',
  10: 'resources',
  11: 'customers',
}

/** Whether it leads from an activity to all its parties (`email_activity_parties`). */
export function isPartyNavigation(navigation: CollectionNavigation, table: Table): boolean {
  return (
    navigation.table === 'activityparty' &&
    navigation.name === `${table.logicalName}_activity_parties`
  )
}

/**
 * All parties of an activity as its party columns: columns of a kind that is not sent become empty, since
 * the collection replaces what was there.
 * @throws PAYLOAD_INVALID
 */
export function readParties(
  reader: PayloadReader,
  table: Table,
  items: readonly unknown[],
): Record<string, Value> {
  const byColumn = new Map<string, Party[]>()
  for (const column of table.columns.values()) {
    if (column.type === 'PartyList') byColumn.set(column.logicalName, [])
  }
  for (const item of items) {
    const party = readParty(reader, item)
    const column = COLUMN_OF_MASK[party.participationtypemask ?? 0]
    const parties = column === undefined ? undefined : byColumn.get(column)
    if (parties === undefined) {
      throw new DataverseError(
        'PAYLOAD_INVALID',
        `${table.logicalName} has no parties with participationtypemask ${String(party.participationtypemask)}.`,
      )
    }
    parties.push(party)
  }
  return Object.fromEntries(byColumn)
}

function readParty(reader: PayloadReader, item: unknown): Party {
  if (typeof item !== 'object' || item === null) {
    throw new DataverseError('PAYLOAD_INVALID', 'An activity party has to be an object.')
  }
  let partyid: RowRef | null = null
  let addressused: string | null = null
  let participationtypemask: number | null = null
  for (const [name, value] of Object.entries(item)) {
    if (/^partyid_\w+@odata\.bind$/.test(name) && typeof value === 'string') {
      partyid = readPartyRef(reader, value)
    } else if (name === 'addressused' && typeof value === 'string') addressused = value
    else if (name === 'participationtypemask' && typeof value === 'number')
      participationtypemask = value
    else if (!name.includes('@')) {
      throw new DataverseError('PAYLOAD_INVALID', `'${name}' can't be set on an activity party.`)
    }
  }
  return { partyid, addressused, participationtypemask }
}

function readPartyRef({ catalog, resolve }: PayloadReader, reference: string): RowRef {
  const address =
    reference.startsWith('$') && resolve !== undefined ? resolve(reference) : reference
  const { table, key } = readRowAddress(address, catalog)
  if (key.kind === 'id') return { table: table.logicalName, id: key.id }
  throw new DataverseError(
    'NOT_SUPPORTED',
    'An activity party bound by an alternate key is not emulated.',
  )
}
