import { DataverseError } from '../../errors/dataverse-error.ts'
import type { LookupColumn } from '../../metadata/column.ts'
import { PARTY_TABLE } from '../../metadata/party-relationship.ts'
import { PARTICIPATION_TYPES } from '../../metadata/participation.ts'
import { hasOwners, perTable, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { andThen, inTurn, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Party, type Row, type Value } from '../../rows/value.ts'
import { setLookupTypes } from '../columns/lookup-types.ts'
import { rowNotFound } from '../not-found.ts'

type Values = Readonly<Record<string, Value | undefined>>

/**
 * Columns of parties (`to`, `requiredattendees`) hold nothing themselves: each party is a row of `activityparty`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity
 */
export const partyColumns = perTable((table: Table): readonly string[] =>
  [...table.columns.values()]
    .filter((column) => column.type === 'PartyList')
    .map((column) => column.logicalName),
)

/**
 * The lookups of an activity whose row is a party, too: what the activity regards and who owns it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity
 */
// Unverified: that such a party is replaced whenever its lookup is written, and that a team is one like any owner.
export const partyLookups = perTable((table: Table): readonly string[] => [
  ...(table.columns.has('regardingobjectid') ? ['regardingobjectid'] : []),
  ...(hasOwners(table) ? ['ownerid'] : []),
])

/**
 * Parties as their column holds them: with the part that they play there. None is null.
 * @throws NOT_SUPPORTED for a column whose part is not known
 */
export function partiesCoercer(
  column: LookupColumn,
  refOf: (value: Value) => Value,
): (value: Value) => Value {
  const { logicalName } = column
  return (value) => {
    if (!Array.isArray(value)) return value
    const participationtypemask = PARTICIPATION_TYPES.get(logicalName)
    if (participationtypemask === undefined) {
      throw new DataverseError(
        'NOT_SUPPORTED',
        `The parties of '${logicalName}' are not emulated: which part they play is not known.`,
      )
    }
    if (value.length === 0) return null
    const parties = (value as readonly unknown[]).map((party): unknown =>
      isParty(party)
        ? Object.freeze({
            ...party,
            ...(party.partyid !== undefined && {
              partyid: refOf(party.partyid) as Party['partyid'],
            }),
            participationtypemask,
          })
        : party,
    )
    // What is no party the schema refuses.
    return Object.freeze(parties) as readonly Party[]
  }
}

function isParty(value: unknown): value is Party {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Stores the parties among `values`, in place of those that the same columns had.
 * @throws ROW_NOT_FOUND, INVALID_ARGUMENT for a party that names nobody
 */
export function writeParties(
  operation: AnyOperation,
  values: Values,
  isNew: boolean,
): Awaitable<void> {
  const { runtime, subject, tx, id } = operation
  const isWritten = (name: string) => values[name] !== undefined
  const columns = partyColumns(subject).filter(isWritten)
  const lookups = partyLookups(subject).filter(isWritten)
  const table = runtime.catalog.find(PARTY_TABLE)
  if (columns.length + lookups.length === 0 || table === undefined) return undefined
  const parties = columns.flatMap((name) => (values[name] ?? []) as readonly Party[])
  const replaced = isNew ? undefined : removeParties(operation, id, [...columns, ...lookups])
  const listed = andThen(replaced, () =>
    inTurn(parties, (party) => insertParty(operation, table, party)),
  )
  return andThen(listed, () =>
    inTurn(lookups, (name) => {
      const partyid = values[name]
      if (!isRowRef(partyid)) return undefined
      const participationtypemask = PARTICIPATION_TYPES.get(name) ?? null
      // The lookup's row has been looked for already.
      return tx.insert(table, partyRow(operation, table, { partyid, participationtypemask }))
    }),
  )
}

/** What else a client sent along is no column it may write. */
function insertParty(operation: AnyOperation, table: Table, party: Party): Awaitable<unknown> {
  const { runtime, tx } = operation
  const { partyid = null, addressused = null } = party
  if (addressused !== null) runtime.payloads.validateWrite(table, 'addressused', addressused)
  const insert = () => tx.insert(table, partyRow(operation, table, party))
  if (!isRowRef(partyid)) {
    if (addressused !== null && addressused !== '') return insert()
    throw new DataverseError('INVALID_ARGUMENT', 'A party has either partyid or addressused.')
  }
  return andThen(tx.get(runtime.catalog.table(partyid.table), partyid.id), (row) => {
    if (row === undefined) throw rowNotFound(partyid.table, partyid.id)
    return insert()
  })
}

function partyRow(
  { runtime, id }: AnyOperation,
  table: Table,
  { partyid = null, addressused = null, participationtypemask = null }: Party,
): Row {
  const row: Record<string, Value> = {
    partyid,
    addressused,
    participationtypemask,
    [table.primaryId]: runtime.ids.next(),
    activityid: Object.freeze({ table: 'activitypointer', id }),
  }
  if (table.columns.has(IS_DELETED)) row[IS_DELETED] = false
  setLookupTypes(table, row)
  return row
}

/**
 * Activities keep naming a party whose row is deleted, and say so.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/activityparty#BKMK_IsPartyDeleted
 */
export function markPartiesDeleted({ runtime, tx, subject, id }: AnyOperation): Awaitable<void> {
  const table = runtime.catalog.find(PARTY_TABLE)
  if (table === undefined || !takesParty(table, subject.logicalName)) return undefined
  return andThen(tx.related(table, 'partyid', id), (rows) =>
    inTurn(rows, (row) => tx.patch(table, row, { [IS_DELETED]: true })),
  )
}

const IS_DELETED = 'ispartydeleted'

function takesParty(parties: Table, party: string): boolean {
  return partyTables(parties).has(party)
}

/** Asked at every delete: the tables whose rows can be parties. */
const partyTables = perTable(({ columns }): ReadonlySet<string> => {
  const column = columns.get('partyid')
  const isKept = column?.type === 'Lookup' && columns.has(IS_DELETED)
  return new Set(isKept ? column.targets : [])
})

/** Of these columns of an activity; of all, where none are named. */
export function removeParties(
  { runtime, tx }: AnyOperation,
  activity: string,
  columns?: readonly string[],
): Awaitable<void> {
  const table = runtime.catalog.find(PARTY_TABLE)
  if (table === undefined) return undefined
  const masks = columns?.map((name) => PARTICIPATION_TYPES.get(name))
  return andThen(tx.related(table, 'activityid', activity), (rows) =>
    inTurn(masks === undefined ? rows : rows.filter((row) => masks.includes(maskOf(row))), (row) =>
      tx.remove(table, row),
    ),
  )
}

/** `row`, which is the caller's own, with the parties of these columns. */
export function withParties(
  { reader, runtime }: AnyOperation,
  id: string,
  row: Record<string, Value>,
  columns: readonly string[],
): Awaitable<Record<string, Value>> {
  const table = runtime.catalog.find(PARTY_TABLE)
  if (table === undefined || columns.length === 0) return row
  return andThen(reader.related(table, 'activityid', id), (rows) => {
    for (const column of columns) {
      const mask = PARTICIPATION_TYPES.get(column)
      const parties = rows.filter((party) => maskOf(party) === mask).map(partyOf)
      row[column] = mask === undefined || parties.length === 0 ? null : parties
    }
    return row
  })
}

function maskOf(row: Row): number | undefined {
  const mask = row['participationtypemask']
  return typeof mask === 'number' ? mask : undefined
}

function partyOf(row: Row): Party {
  const { partyid = null, addressused = null } = row
  return {
    ...(isRowRef(partyid) && { partyid }),
    ...(typeof addressused === 'string' && { addressused }),
    participationtypemask: maskOf(row) ?? null,
  }
}
