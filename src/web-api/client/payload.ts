import { DataverseError } from '../../errors/dataverse-error.ts'
import { PARTICIPATION_TYPES } from '../../metadata/participation.ts'
import { printLossless } from '../../rows/lossless-json.ts'
import { isRowRef, type Party, type RowRef, type Value, type Values } from '../../rows/value.ts'
import type { RemoteTable, RemoteTables } from './remote-tables.ts'

/**
 * Columns as the body of a Create or an Update: lookups become `@odata.bind`, several choices one text.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-entity-web-api
 */
export async function payloadOf(
  operation: 'create' | 'update',
  table: RemoteTable,
  values: Values,
  tables: RemoteTables,
): Promise<string> {
  const body: Record<string, unknown> = {}
  const parties: object[] = []
  for (const [column, value] of Object.entries(values)) {
    if (value === undefined) continue
    if (isRowRef(value)) {
      body[`${navigationOf(table, column, value.table)}@odata.bind`] = await pathOf(value, tables)
    } else if (value === null && table.lookups.has(column)) {
      // On Create there is nothing to clear. Unverified: that one property of a lookup with several clears it.
      if (operation === 'update') body[navigationOf(table, column, undefined)] = null
    } else if (table.columnTypes.get(column) === 'PartyListType') {
      if (operation === 'update') throw partiesNotUpdated(table, column)
      for (const party of (value ?? []) as readonly Party[]) {
        parties.push(await partyOf(party, column, tables))
      }
    } else {
      body[column] = plain(value)
    }
  }
  if (parties.length > 0) body[`${table.logicalName}_activity_parties`] = parties
  return printLossless(body)
}

/** A row as `@odata.bind` and `@odata.id` name it. */
export async function pathOf({ table, id }: RowRef, tables: RemoteTables): Promise<string> {
  return `/${(await tables.names(table)).entitySetName}(${id})`
}

/** The navigation property through which a lookup is set; undefined target: any, to clear it. */
export function navigationOf(
  table: RemoteTable,
  column: string,
  target: string | undefined,
): string {
  const targets = table.lookups.get(column)
  const [first] = targets?.values() ?? []
  if (targets === undefined || first === undefined) {
    throw new DataverseError(
      'COLUMN_UNKNOWN',
      `${table.logicalName}.${column} is given a row, but it is no lookup there.`,
    )
  }
  if (target === undefined) return first
  // Owners share one property, told as that of the table `owner`.
  const navigation = targets.get(target) ?? (OWNERS.has(target) ? targets.get('owner') : undefined)
  if (navigation !== undefined) return navigation
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${table.logicalName}.${column} points at ${[...targets.keys()].join(', ')}, not at ${target}.`,
  )
}

const OWNERS: ReadonlySet<string> = new Set(['systemuser', 'team'])

function plain(value: Exclude<Value, RowRef>): unknown {
  if (!Array.isArray(value)) return value
  return value.length === 0 ? null : value.join(',')
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api */
async function partyOf(party: Party, column: string, tables: RemoteTables): Promise<object> {
  const { partyid, addressused, participationtypemask } = party
  return {
    ...(partyid && { [`partyid_${partyid.table}@odata.bind`]: await pathOf(partyid, tables) }),
    ...(addressused && { addressused }),
    participationtypemask: participationtypemask ?? PARTICIPATION_TYPES.get(column),
  }
}

function partiesNotUpdated({ logicalName }: RemoteTable, column: string): DataverseError {
  return new DataverseError(
    'NOT_SUPPORTED',
    `${logicalName}.${column}: the parties of an activity are sent with its Create only.`,
  )
}
