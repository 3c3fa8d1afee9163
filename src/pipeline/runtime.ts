import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import type { IdSource } from '../rows/guid.ts'
import type { AnyOperation } from './operation.ts'
import type { ComputedColumn } from './computed-column.ts'
import type { Value, Values } from '../rows/value.ts'
import type { Access } from './access.ts'

/** Who calls. */
export interface Caller {
  /** The systemuser whose rights and name count. */
  readonly userId: string
  /** Who started it, where somebody acts for somebody else; absent: the same user. */
  readonly initiatingUserId?: string
  /**
   * Who calls as that user by impersonation. Where access is enforced, what is allowed is what both may do; a step
   * that runs as another user has that one's rights alone.
   */
  readonly impersonatedBy?: string
}

/** What the client of a caller tells of itself, over HTTP in headers. */
export interface ClientFacts {
  /** `User-Agent`. */
  readonly userAgent?: string
  /** `Accept-Language`. */
  readonly acceptLanguage?: string
  /** `x-ms-app-name`: the unique name of the model-driven app. */
  readonly appName?: string
}

/** Another user in the place of `caller`, who is named as the one who started it. Nobody acts for themselves. */
export function actingAs(userId: string, { userId: present, initiatingUserId }: Caller): Caller {
  const startedBy = initiatingUserId ?? present
  return startedBy === userId ? { userId } : { userId, initiatingUserId: startedBy }
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
  /** Calls back once this time has come, where the clock can; what it returns ends the waiting. */
  onceAt?(timeMs: number, call: () => void): () => void
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
  /** What contexts show beside values; absent: nothing. */
  readonly formats?: ContextFormats
  /** Functions of calculated, rollup and formula columns, by table and column. */
  readonly computed: ReadonlyMap<string, ReadonlyMap<string, ComputedColumn>>
  /** Of auto-number columns, by name. */
  readonly numbers: NumberSequences
  readonly clock: Time
  /** @throws IMAGE_NOT_PROCESSED, NOT_SUPPORTED */
  readonly thumbnailOf: ThumbnailOf
  /** Absent: every user may do everything. */
  readonly access?: Access
  /** The present moment as stored: ISO 8601, UTC, whole seconds. */
  nowText(): string
}

/** A picture as image columns show it. */
export type ThumbnailOf = (picture: Uint8Array, mimeType: string) => Uint8Array

/** Texts that people read in place of values, by column. */
export type FormattedValues = Readonly<Record<string, string>>

/** How rows in contexts are formatted. */
export interface ContextFormats {
  ofImage(operation: AnyOperation, table: Table, values: Values): FormattedValues
  /** Of a Create; that of an Update has none. */
  ofTarget(operation: AnyOperation, table: Table, values: Values): FormattedValues
}

/** Numbers that are drawn once, outside every transaction: what is rolled back leaves a gap. */
export interface NumberSequences {
  /** Draws the next number of a sequence. */
  next(name: string): number
  /** The number that `next` will draw. */
  peek(name: string): number
  /** What the sequence was started with. */
  seed(name: string): number
  restart(name: string, seed: number): void
  /** A whole number from 0 up to but without `limit`. */
  random(limit: number): number
}

/** Facts of the organization that operations need without reading rows. */
export interface OrganizationFacts {
  readonly id: string
  readonly name: string
  readonly rootBusinessUnitId: string
  /** The platform's own user, who may do everything. */
  readonly systemUserId: string
  readonly baseCurrencyId: string
  /** The business unit of a user; the root one where the user has no row. */
  businessUnitOf(userId: string): string
  /** undefined: no user has this id. */
  user(userId: string): UserFacts | undefined
  readonly environmentId: string
  readonly tenantId: string
  /** How many steps a request may name that it leaves out. */
  readonly bypassedStepLimit: number
  /** Absent: rows lie in the business unit of their owner. */
  readonly ownership?: OwnershipRules
}

/** How rows and the business units of their owners belong together. */
export interface OwnershipRules {
  /** Whether rows may lie in another business unit than their owner. */
  readonly acrossUnits: boolean
  /** Whether a row that is assigned moves to the business unit of its new owner even so. */
  readonly followsOwner: boolean
  /** Whether a user or team that moves to another business unit keeps its roles; only where `acrossUnits`. */
  readonly keepsRoles: boolean
}

export interface UserFacts {
  readonly isDisabled: boolean
  /** The business unit of the user, where that is disabled. */
  readonly disabledUnit: string | null
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
