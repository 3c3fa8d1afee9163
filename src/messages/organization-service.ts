import type { AnswerRow } from '../query/builder.ts'
import type { Query } from '../query/query.ts'
import type {
  ColumnOf,
  CreateOf,
  RowOf,
  StoredColumnOf,
  TableName,
  UpdateOf,
} from '../rows/tables.ts'
import type { RowRef, Values } from '../rows/value.ts'
import type { MessageName, RequestOf, ResponseOf } from './index.ts'
import type {
  RequestOptions,
  RetrieveMultipleResponse,
  UpsertResponse,
  VersionCondition,
} from './requests.ts'

/**
 * An organization one can call: the emulated one, the one a step is given, or a real one behind its Web API.
 * Typed by `schemas/tables.d.ts`; a table without generated types is loose. Every failure is a DataverseError.
 */
export interface OrganizationService {
  /** @returns the new row's id. */
  create<const T extends TableName>(
    table: T,
    values: CreateOf<T>,
    options?: RequestOptions,
  ): Promise<string>
  /** The columns asked for (all when none are), null where empty. @throws ROW_NOT_FOUND */
  retrieve<const T extends TableName, const C extends ColumnOf<T> = StoredColumnOf<T>>(
    table: T,
    id: string,
    columns?: readonly C[],
  ): Promise<RowOf<T, C>>
  /** @throws ROW_NOT_FOUND */
  update<const T extends TableName>(
    table: T,
    id: string,
    values: UpdateOf<T>,
    options?: RequestOptions & VersionCondition,
  ): Promise<void>
  /** Creates or updates, found by id or by the values of an alternate key. */
  upsert<const T extends TableName>(
    table: T,
    idOrKey: string | Values,
    values: CreateOf<T>,
    options?: RequestOptions & { readonly only?: 'create' | 'update' },
  ): Promise<UpsertResponse>
  /** @throws ROW_NOT_FOUND, DELETE_RESTRICTED */
  delete(table: TableName, id: string, options?: RequestOptions & VersionCondition): Promise<void>
  associate(
    target: RowRef,
    relationship: string,
    related: RowRef | readonly RowRef[],
    options?: RequestOptions & { readonly role?: 'Referencing' | 'Referenced' },
  ): Promise<void>
  disassociate(
    target: RowRef,
    relationship: string,
    related: RowRef | readonly RowRef[],
    options?: RequestOptions & { readonly role?: 'Referencing' | 'Referenced' },
  ): Promise<void>
  /** Rows of a query that `from(table)` built are typed by it. */
  retrieveMultiple<Q extends Query>(query: Q): Promise<RetrieveMultipleResponse<AnswerRow<Q>>>
  /** Any message by name, custom ones included; request and response as the message declares them. */
  execute<const N extends string>(message: N, request: RequestFor<N>): Promise<ResponseFor<N>>
}

/** The organization a step is given: for calls that belong to its operation. */
export interface StepOrganization extends OrganizationService {
  /**
   * As another user: that user's rights count, and rows tell of both.
   * @throws ROW_NOT_FOUND, USER_DISABLED with the first call
   */
  as(userId: string): OrganizationService
  /** As the platform's own user, SYSTEM, who may do everything. */
  asSystem(): OrganizationService
}

/**
 * Custom messages by name, each `{ request: …; response: … }`, for the types of `execute`. Handlers add theirs:
 * `declare module 'dataverse-handlers' { interface CustomMessages { sample_Close: { request: …; response: … } } }`
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface CustomMessages {}

export type CustomMessageName = Extract<keyof CustomMessages, string>

/** What a request of the message holds; any object where the message is not known by its name. */
export type RequestFor<N extends string> = N extends MessageName
  ? RequestOf<N>
  : N extends keyof CustomMessages
    ? PartOf<CustomMessages[N], 'request'> & RequestOptions
    : object

/** What the message answers. */
export type ResponseFor<N extends string> = N extends MessageName
  ? ResponseOf<N>
  : N extends keyof CustomMessages
    ? PartOf<CustomMessages[N], 'response'>
    : unknown

type PartOf<M, K extends string> = M extends { readonly [P in K]: infer Part } ? Part : unknown
