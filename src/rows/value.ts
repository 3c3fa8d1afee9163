/** A row named by its table's logical name and its id (a lower-case GUID). Lookup columns hold one. */
export interface RowRef<T extends string = string> {
  readonly table: T
  readonly id: string
}

/** A managed property, as `iscustomizable` of system tables. */
export interface ManagedProperty {
  readonly Value: boolean
  readonly CanBeChanged?: boolean
  readonly ManagedPropertyLogicalName?: string
}

/** One party of an activity; `partyid` or `addressused` says who. */
export interface Party {
  readonly partyid?: RowRef | null
  readonly addressused?: string | null
  /** 1 Sender … 12 ChatParticipant. */
  readonly participationtypemask?: number | null
}

/**
 * What a column holds, by the kind of the column:
 *
 * | column type | value |
 * |---|---|
 * | String, Memo, EntityName | string, never empty (an empty text is stored as null) |
 * | Integer, Double, Picklist, State, Status | number |
 * | Decimal, Money | number, rounded to the column's precision |
 * | BigInt | bigint, so that 64 bits keep every digit |
 * | Boolean | boolean |
 * | DateTime | ISO 8601 text: `2026-03-02T10:00:00Z`, or `2026-03-02` for behaviour DateOnly |
 * | MultiSelectPicklist | numbers, ascending, without repetition |
 * | Lookup, Customer, Owner | RowRef |
 * | Uniqueidentifier, File | lower-case GUID text |
 * | Image | base64 text |
 * | ManagedProperty | ManagedProperty |
 * | PartyList | parties |
 * | the contents of a file (`fileattachment.body`), which no client sees | Uint8Array |
 *
 * null is an empty column.
 */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | RowRef
  | ManagedProperty
  | readonly number[]
  | readonly Party[]
  | Uint8Array
  | null

/** Columns by logical name: what a request carries, what a step sees as its target, what an image holds. */
export type Values = Readonly<Record<string, Value | undefined>>

/**
 * A stored row: every stored column of its table by logical name, null where empty, the primary id
 * among them. Immutable: a change makes a new row, so images, snapshots and rollback are references.
 */
export type Row = Readonly<Record<string, Value>>

export function isRowRef(value: unknown): value is RowRef {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as RowRef).table === 'string' &&
    typeof (value as RowRef).id === 'string'
  )
}

/** The text of a value that holds one; empty for any other. */
export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : ''
}
