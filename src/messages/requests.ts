import type { BypassOptions } from '../pipeline/bypass.ts'
import type { ClientFacts } from '../pipeline/runtime.ts'
import type { DataverseError } from '../errors/dataverse-error.ts'
import type { BatchItem } from '../pipeline/batch.ts'
import type { FormattedValues } from '../pipeline/runtime.ts'
import type { Query } from '../query/query.ts'
import type { Row, RowRef, Values } from '../rows/value.ts'
import type { EntityParameter, RowParameter } from './parameters.ts'

/** What every request may carry. https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters */
export interface RequestOptions {
  /** Becomes the shared variable `tag`. */
  readonly tag?: string
  /** Which custom steps this one operation leaves out; the operations it starts run theirs. */
  readonly bypass?: BypassOptions
  /** What the caller's client tells of itself: to be found in execution contexts and shared variables. */
  readonly client?: ClientFacts
  /** `false`: rows that published duplicate rules find are refused with DUPLICATE_FOUND. */
  readonly suppressDuplicateDetection?: boolean
  /** No flows are started. There are none here; steps are told. */
  readonly suppressCallbackRegistrationExpanderJob?: boolean
  /** The solution the row is to be a component of. There are none here; steps are told. */
  readonly solutionUniqueName?: string
}

export type { BypassOptions } from '../pipeline/bypass.ts'
export type { ClientFacts } from '../pipeline/runtime.ts'

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
  /** Whether `formattedValues` are wanted, too. */
  readonly formatted?: boolean
}
export interface RetrieveResponse {
  readonly row: Row
  readonly formattedValues?: FormattedValues
}

export interface RetrieveMultipleRequest extends RequestOptions {
  readonly query: Query
  /** Whether `formattedValues` are wanted, too. */
  readonly formatted?: boolean
}
export interface RetrieveMultipleResponse<R = Row> {
  readonly rows: readonly R[]
  /** Of each row, in their order. Columns of links and aliases are not formatted. */
  readonly formattedValues?: readonly FormattedValues[]
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

/** AddMembersTeam, RemoveMembersTeam: users by their ids, or as the Web API names them. */
export interface MembersRequest extends RequestOptions {
  readonly TeamId: string
  readonly MemberIds?: readonly string[]
  readonly Members?: readonly RowParameter[]
}

/** Both are a user or team. */
export interface ReassignObjectsOwnerRequest extends RequestOptions {
  readonly FromPrincipal: RowParameter
  readonly ToPrincipal: RowParameter
}

export interface ReassignObjectsSystemUserRequest extends RequestOptions {
  readonly UserId: string
  /** A user or team. */
  readonly ReassignPrincipal: RowParameter
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

/** A privilege in a role, or of a user. */
export interface RolePrivilege {
  /** `Basic`, `Local`, `Deep` or `Global`. */
  readonly Depth: string
  readonly PrivilegeId: string
  readonly PrivilegeName: string
  readonly BusinessUnitId: string
}

/** AddPrivilegesRole, ReplacePrivilegesRole. */
export interface RolePrivilegesRequest extends RequestOptions {
  readonly RoleId: string
  /** Each is named by its id, or else by its name. */
  readonly Privileges: readonly (Pick<RolePrivilege, 'Depth'> & Partial<RolePrivilege>)[]
}

export interface RemovePrivilegeRoleRequest extends RequestOptions {
  readonly RoleId: string
  readonly PrivilegeId: string
}

export interface RetrieveRolePrivilegesRoleRequest extends RequestOptions {
  readonly RoleId: string
}
export interface RetrieveUserPrivilegesRequest extends RequestOptions {
  readonly UserId: string
}
export interface RetrieveUserPrivilegeByPrivilegeNameRequest extends RetrieveUserPrivilegesRequest {
  readonly PrivilegeName: string
}
export interface RolePrivilegesResponse {
  readonly RolePrivileges: readonly RolePrivilege[]
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

/** PublishDuplicateRule, UnpublishDuplicateRule. */
export interface DuplicateRuleRequest extends RequestOptions {
  readonly DuplicateRuleId: string
}
export interface PublishDuplicateRuleResponse {
  readonly JobId: string
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

/** A QueryExpression as JSON, its members named as those of the class. */
export type QueryExpressionJson = Readonly<Record<string, unknown>>

export interface BulkDeleteRequest extends RequestOptions {
  /** The rows to be deleted, query by query. */
  readonly QuerySet: readonly QueryExpressionJson[]
  readonly JobName: string
  /** Absent: the job begins at once. */
  readonly StartDateTime?: string | null
  /** Jobs that recur, send mail or belong to an import are not emulated. */
  readonly RecurrencePattern?: string
  readonly SendEmailNotification?: boolean
  readonly ToRecipients?: readonly unknown[]
  readonly CCRecipients?: readonly unknown[]
  readonly SourceImportId?: string | null
  /** The platform's own. */
  readonly RunNow?: boolean | null
}
export interface BulkDeleteResponse {
  /** Of the system job. */
  readonly JobId: string
}

export interface FetchXmlToQueryExpressionRequest extends RequestOptions {
  readonly FetchXml: string
}
export interface FetchXmlToQueryExpressionResponse {
  readonly Query: QueryExpressionJson
}

export interface QueryExpressionToFetchXmlRequest extends RequestOptions {
  /** A QueryExpression, FetchExpression or QueryByAttribute. */
  readonly Query: QueryExpressionJson
}
export interface QueryExpressionToFetchXmlResponse {
  readonly FetchXml: string
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

/** A file or image column of a row. */
export interface FileTarget extends RequestOptions {
  readonly Target: RowParameter
  readonly FileAttributeName: string
}

export interface InitializeFileBlocksUploadRequest extends FileTarget {
  readonly FileName: string
}
/** What the blocks of one upload have in common. */
export interface UploadToken {
  readonly FileContinuationToken: string
}

export interface UploadBlockRequest extends RequestOptions {
  /** Base64 of at most 64 bytes; all ids of one file are of one length. */
  readonly BlockId: string
  /** At most 4 MB; base64 text, or the bytes themselves. */
  readonly BlockData: string | Uint8Array
  readonly FileContinuationToken: string
}

export interface CommitFileBlocksUploadRequest extends RequestOptions {
  readonly FileName: string
  readonly MimeType?: string
  /** The ids of the blocks, in their order in the file. */
  readonly BlockList: readonly string[]
  readonly FileContinuationToken: string
}
export interface CommitFileBlocksUploadResponse {
  readonly FileId: string
  readonly FileSizeInBytes: number
}

export interface InitializeFileBlocksDownloadResponse {
  readonly FileContinuationToken: string
  readonly FileSizeInBytes: number
  readonly FileName: string
  readonly IsChunkingSupported: boolean
}

export interface DownloadBlockRequest extends RequestOptions {
  readonly Offset: number
  readonly BlockLength: number
  readonly FileContinuationToken: string
}
export interface DownloadBlockResponse {
  readonly Data: Uint8Array
}

export interface DeleteFileRequest extends RequestOptions {
  readonly FileId: string
}

/** A note, or an attachment of an email. */
export interface BodyTarget extends RequestOptions {
  readonly Target: RowParameter
}
export interface CommitBodyRequest extends BodyTarget {
  readonly BlockList: readonly string[]
  readonly FileContinuationToken: string
}
export interface InitializeBodyDownloadResponse {
  readonly FileContinuationToken: string
  readonly FileSizeInBytes: number
  readonly FileName: string
}

export interface RetrieveEntityChangesRequest extends RequestOptions {
  readonly EntityName: string
  /** The token of the last answer; absent: every row is new, and none deleted. */
  readonly DataVersion?: string | null
  /** Absent: all. */
  readonly Columns?: readonly string[] | 'all' | null
  readonly PageInfo?: null | {
    /** At most 5000, which is the default. */
    readonly Count?: number
    /** Read where there is no cookie. */
    readonly PageNumber?: number
    readonly PagingCookie?: string | null
  }
}
export type EntityChange =
  | { readonly Type: 'NewOrUpdated'; readonly NewOrUpdatedEntity: Row }
  | { readonly Type: 'RemoveOrDeleted'; readonly RemovedItem: RowRef }
export interface RetrieveEntityChangesResponse {
  readonly EntityChanges: {
    /** Rows that are new or were updated in the order of their versions, then those that were deleted. */
    readonly Changes: readonly EntityChange[]
    readonly MoreRecords: boolean
    readonly PagingCookie: string | null
    /** For the next request: only what changes from now on is answered then. */
    readonly DataToken: string
  }
}

export interface RetrieveTotalRecordCountRequest extends RequestOptions {
  readonly EntityNames: readonly string[]
}
