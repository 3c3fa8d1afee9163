import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import type { IdSource } from '../rows/guid.ts'
import type { Value, Values } from '../rows/value.ts'

/** Who calls. */
export interface Caller {
  /** The systemuser whose rights and name count. */
  readonly userId: string
  /** Who started it, where somebody acts for somebody else; absent: the same user. */
  readonly initiatingUserId?: string
}

/** Checks payloads against the table's schema. @throws the platform's error for the first fault it finds. */
export interface PayloadCheck {
  validateCreate(table: Table, values: Values): void
  validateUpdate(table: Table, values: Values): void
  /** A value a step sets, also in a column no client may send. */
  validateWrite(table: Table, column: string, value: Value): void
}

export interface Time {
  now(): Date
  /** The same in milliseconds since 1970, where the clock can tell without making a Date. */
  nowMs?(): number
}

/** Asked several times a request, so Dates are made only of clocks that have nothing else. */
export function nowMs(clock: Time): number {
  return clock.nowMs === undefined ? clock.now().getTime() : clock.nowMs()
}

/** What messages are given to work with; one for the whole organization. */
export interface Runtime {
  readonly catalog: Catalog
  readonly ids: IdSource
  readonly payloads: PayloadCheck
  readonly organization: OrganizationFacts
  readonly clock: Time
  /** The present moment as stored: ISO 8601, UTC, whole seconds. */
  nowText(): string
}

/** Facts of the organization that operations need without reading rows. */
export interface OrganizationFacts {
  readonly id: string
  readonly name: string
  readonly rootBusinessUnitId: string
  readonly baseCurrencyId: string
  /** The business unit of a user; the root one where the user has no row. */
  businessUnitOf(userId: string): string
  /** undefined: no user has this id. */
  user(userId: string): UserFacts | undefined
  readonly environmentId: string
  readonly tenantId: string
}

export interface UserFacts {
  readonly isDisabled: boolean
  /** Of the directory the user signs in with; null: not known. */
  readonly entraObjectId: string | null
  /** Of an application user. */
  readonly applicationId: string | null
}

/** Now, as rows hold it; the text is made once a second. */
export function secondsText(clock: Time): () => string {
  let second = Number.NaN
  let text = ''
  return () => {
    const now = Math.floor(nowMs(clock) / 1000)
    if (now !== second) {
      second = now
      text = `${new Date(now * 1000).toISOString().slice(0, 19)}Z`
    }
    return text
  }
}
