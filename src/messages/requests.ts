import type { BypassOptions } from '../pipeline/bypass.ts'
import type { DataverseError } from '../errors/dataverse-error.ts'
import type { BatchItem } from '../pipeline/batch.ts'
import type { Query } from '../query/query.ts'
import type { Row, RowRef, Values } from '../rows/value.ts'
import type { EntityParameter, RowParameter } from './parameters.ts'

/** What every request may carry. https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters */
export interface RequestOptions {
  /** Becomes the shared variable `tag`. */
  readonly tag?: string
  /** Which custom steps this one operation leaves out; the operations it starts run theirs. */
  readonly bypass?: BypassOptions
  /** `false`: rows that duplicate rules find are refused. There are no such rules here, so that none is found. */
  readonly suppressDuplicateDetection?: boolean
  /** No flows are started. There are none here; steps are told. */
  readonly suppressCallbackRegistrationExpanderJob?: boolean
  /** The solution the row is to be a component of. There are none here; steps are told. */
  readonly solutionUniqueName?: string
}

export type { BypassOptions } from '../pipeline/bypass.ts'

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
export interface RetrieveMultipleResponse<R = Row> {
  readonly rows: readonly R[]
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

// Requests of the messages below hold the platform's own parameters, under their names: the Web API serves
// these messages by name.

/** Rights as the Web API writes them: `ReadAccess, WriteAccess`. */
export interface PrincipalAccess {
  /** A user or team. */
  readonly Principal: RowParameter
  readonly AccessMask: string
}

/** GrantAccess, ModifyAccess. */
export interface ShareRequest extends RequestOptions {
  readonly Target: RowParameter
  readonly PrincipalAccess: PrincipalAccess
}

export interface RevokeAccessRequest extends RequestOptions {
  readonly Target: RowParameter
  readonly Revokee: RowParameter
}

export interface RetrievePrincipalAccessRequest extends RequestOptions {
  readonly Target: RowParameter
  readonly Principal: RowParameter
}
export interface RetrievePrincipalAccessResponse {
  readonly AccessRights: string
}

export interface RetrieveSharedPrincipalsAndAccessRequest extends RequestOptions {
  readonly Target: RowParameter
}
export interface RetrieveSharedPrincipalsAndAccessResponse {
  readonly PrincipalAccesses: readonly PrincipalAccess[]
}

export interface MergeRequest extends RequestOptions {
  readonly Target: RowParameter
  /** The row that is given up. */
  readonly Subordinate: RowParameter
  /** Columns that the target takes over. */
  readonly UpdateContent?: Values | EntityParameter
  /** Whether rows with different parents are refused. */
  readonly PerformParentingChecks: boolean
}

export interface IsValidStateTransitionRequest extends RequestOptions {
  readonly Entity: RowParameter
  /** By number, or as the Web API writes them: by name, by number as text. */
  readonly NewState: number | string
  readonly NewStatus: number
}
export interface IsValidStateTransitionResponse {
  readonly IsValid: boolean
}

/** Each item is a message with its request, as `execute` takes them. */
export interface ExecuteMultipleRequest extends RequestOptions {
  readonly requests: readonly BatchItem[]
  /** Whether the requests after one that failed are sent. Default false. */
  readonly continueOnError?: boolean
  /** Whether the response lists what each request answered. Default false: it lists what failed. */
  readonly returnResponses?: boolean
}
export interface ExecuteMultipleResponse {
  readonly responses: readonly {
    readonly requestIndex: number
    readonly response?: unknown
    readonly fault?: DataverseError
  }[]
  readonly isFaulted: boolean
}

export interface ExecuteTransactionRequest extends RequestOptions {
  readonly requests: readonly BatchItem[]
  /** Default false: the response lists nothing. */
  readonly returnResponses?: boolean
}
export interface ExecuteTransactionResponse {
  readonly responses: readonly unknown[]
}
