/*
 * What both directions of the wire share. The platform writes contexts with .NET's
 * DataContractJsonSerializer: dictionaries are arrays of key and value, and an object carries `__type`
 * only where its declared type does not tell what it is.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 */

/** One entry of a dictionary. */
export interface WireEntry {
  readonly key: string
  readonly value: unknown
}
export type WireObject = Readonly<Record<string, unknown>>

/**
 * Columns whose text on the wire does not tell what they hold. A choice and a sum are objects there and
 * plain numbers in a row; a date without a time is written as its midnight in UTC.
 */
export type WireKind = 'OptionSetValue' | 'Money' | 'DateTime' | 'DateOnly' | 'BigInt'
/** undefined: the column is written as it stands, or is not known. */
export type KindOf = (table: string, column: string) => WireKind | undefined
export const NO_KINDS: KindOf = () => undefined

/** The rows of a parameter such as `Targets` of CreateMultiple. */
export interface EntityCollection<E> {
  readonly EntityName: string
  readonly Entities: readonly E[]
  readonly MoreRecords: boolean
  readonly PagingCookie: string | null
  readonly TotalRecordCount: number
  readonly TotalRecordCountLimitExceeded: boolean
}

const CONTRACTS = 'http://schemas.microsoft.com/xrm/2011/Contracts'

export type WireType =
  | 'Entity'
  | 'EntityReference'
  | 'EntityCollection'
  | 'OptionSetValue'
  | 'Money'
  | 'Relationship'
  | 'BooleanManagedProperty'
  | 'ColumnSet'

export function wireType(name: WireType): string {
  return `${name}:${CONTRACTS}`
}

/** The name before the colon of `__type`; undefined where the object carries none. */
export function typeNameOf(value: WireObject): string | undefined {
  const type = value['__type']
  if (typeof type !== 'string') return undefined
  const colon = type.indexOf(':')
  return colon < 0 ? type : type.slice(0, colon)
}

export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The entries of a dictionary; none where it is null, missing or no array. */
export function* entriesOf(value: unknown): Iterable<WireEntry> {
  if (!Array.isArray(value)) return
  for (const entry of value as readonly unknown[]) {
    // A key of this name would change what its bag is, not what it holds.
    if (isObject(entry) && typeof entry['key'] === 'string' && entry['key'] !== '__proto__') {
      yield { key: entry['key'], value: entry['value'] }
    }
  }
}

/** Activity parties travel as rows of this table. */
export const PARTY_TABLE = 'activityparty'
export const PARTY_COLUMNS = ['partyid', 'addressused', 'participationtypemask'] as const

/** Present when members were taken out of a body that was too long; its value is not documented. */
export const SIZE_EXCEEDED_HEADER = 'x-ms-dynamics-msg-size-exceeded'
