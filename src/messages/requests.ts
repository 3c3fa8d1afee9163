import type { BypassOptions } from '../pipeline/bypass.ts'
import type { Query } from '../query/query.ts'
import type { Row, RowRef, Values } from '../rows/value.ts'

/** What every request may carry. https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters */
export interface RequestOptions extends BypassOptions {
  /** Becomes the shared variable `tag`. */
  readonly tag?: string
  /** Which custom steps this one operation leaves out; the operations it starts run theirs. */
  readonly bypass?: BypassOptions
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/bypass-custom-business-logic */
export interface BypassOptions {
  readonly sync?: boolean
  readonly async?: boolean
  readonly stepIds?: readonly string[]
}

export interface CreateRequest extends RequestOptions {
  readonly table: string
  /** Absent: the organization makes one. */
  readonly id?: string
  readonly values: Values
}
export interface CreateResponse {
  readonly id: string
}

export interface RetrieveRequest extends RequestOptions {
  readonly table: string
  readonly id: string
  readonly columns?: readonly string[] | 'all'
}
export interface RetrieveResponse {
  readonly row: Row
}

export interface RetrieveMultipleRequest extends RequestOptions {
  readonly query: Query
}
export interface RetrieveMultipleResponse {
  readonly rows: readonly Row[]
  readonly moreRows: boolean
  readonly totalCount?: number
  readonly totalCountLimitExceeded?: boolean
  readonly cookie?: string
}

/** What an Update or Delete expects of the row's version. Absent: no check. */
export interface VersionCondition {
  /** The row version the caller saw; another one refuses with VERSION_MISMATCH. */
  readonly ifVersion?: bigint
}

export interface UpdateRequest extends RequestOptions, VersionCondition {
  readonly table: string
  readonly id: string
  readonly values: Values
}

/** The row by id, or by the values of an alternate key. */
export interface UpsertRequest extends RequestOptions {
  readonly table: string
  readonly id?: string
  readonly key?: Values
  readonly values: Values
  /** `create`: refused when the row exists (If-None-Match: *); `update`: when it does not (If-Match: *). */
  readonly only?: 'create' | 'update'
}
export interface UpsertResponse {
  readonly id: string
  readonly created: boolean
}

export interface DeleteRequest extends RequestOptions, VersionCondition {
  readonly table: string
  readonly id: string
}

export interface AssociateRequest extends RequestOptions {
  readonly target: RowRef
  /** Schema name. */
  readonly relationship: string
  /** Where a table refers to itself: which end `target` is. */
  readonly role?: 'Referencing' | 'Referenced'
  readonly related: readonly RowRef[]
}
export type DisassociateRequest = AssociateRequest

export interface AssignRequest extends RequestOptions {
  readonly target: RowRef
  /** A user or team. */
  readonly assignee: RowRef
}

export interface SetStateRequest extends RequestOptions {
  readonly target: RowRef
  readonly state: number
  /** Absent, or -1: the default status of the state. */
  readonly status?: number
}

/** What an Update of the column that says where a user, team or business unit belongs is, too. */
export interface ReorganizedRequest extends RequestOptions {
  readonly target: RowRef
  readonly to: RowRef | null
}

export interface CreateMultipleRequest extends RequestOptions {
  readonly table: string
  readonly targets: readonly Pick<CreateRequest, 'id' | 'values'>[]
}
export interface CreateMultipleResponse {
  /** In the order of the targets. */
  readonly ids: readonly string[]
}

export interface UpdateMultipleRequest extends RequestOptions {
  readonly table: string
  readonly targets: readonly Pick<UpdateRequest, 'id' | 'values' | 'ifVersion'>[]
}

export interface UpsertMultipleRequest extends RequestOptions {
  readonly table: string
  readonly targets: readonly Pick<UpsertRequest, 'id' | 'key' | 'values'>[]
}
export interface UpsertMultipleResponse {
  /** In the order of the targets. */
  readonly results: readonly UpsertResponse[]
}

/** Rows of one elastic table. */
export interface DeleteMultipleRequest extends RequestOptions {
  readonly targets: readonly RowRef[]
}
