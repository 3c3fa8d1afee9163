import type { CustomMessageName, StepOrganization } from '../messages/organization-service.ts'
import type {
  AssociateRequest,
  RetrieveMultipleRequest,
  RetrieveRequest,
} from '../messages/requests.ts'
import type {
  Entity,
  EntityReference,
  ExecutionContext,
  ParameterBag,
} from '../pipeline/execution-context.ts'
import type { StepEvent } from '../pipeline/step-event.ts'
import type { ColumnOf, CreateOf, RowOf, TableName, UpdateOf } from '../rows/tables.ts'
import type { StepMessage } from './step-rules.ts'

// The events are views of the pipeline's StepEvent: types only, the object a handler is given is that one.

declare const uses: unique symbol

/**
 * What a handler's method uses of its step's options, by the options' own names; the step's decorator is
 * held against it. `UpdateEvent<'account', { preImage: 'name' | 'telephone1'; writes: 'lastonholdtime' }>`
 */
export interface Uses<T extends string> {
  /** Columns it reads from `preImage`. */
  readonly preImage?: ColumnOf<T> | 'all'
  /** Columns it reads from `postImage`. */
  readonly postImage?: ColumnOf<T> | 'all'
  /** Columns it reads from images with names of their own. */
  readonly preImages?: Readonly<Record<string, ColumnOf<T> | 'all'>>
  readonly postImages?: Readonly<Record<string, ColumnOf<T> | 'all'>>
  /** Columns of the target it sets. */
  readonly writes?: SettableColumn<T>
}
export type NoUses = Readonly<Record<never, never>>

/** What every event has. `M`: its message; `T`: its table; `U`: what the method uses of the step's options. */
export interface MessageEvent<M extends StepMessage, T extends TableName, U = NoUses> extends Pick<
  StepEvent,
  'id' | 'sharedVariables' | 'reject' | 'trace' | 'configuration' | 'secureConfiguration'
> {
  /** There is no such member; it carries `U` for the decorators' types. */
  readonly [uses]?: U
  readonly table: T
  /** The organization, for calls that belong to this operation: same transaction, one deeper. */
  readonly org: StepOrganization
  /** The platform's own execution context, under its own names. */
  readonly context: ExecutionContext & { readonly MessageName: M }
}

export interface CreateEvent<T extends TableName = string, U extends Uses<T> = NoUses>
  extends MessageEvent<'Create', T, U>, PostImages<T, U> {
  /** The new row's columns: as sent, plus what the platform and earlier steps set. */
  readonly target: Target<T, U, CreateOf<T>>
}

export interface UpdateEvent<T extends TableName = string, U extends Uses<T> = NoUses>
  extends MessageEvent<'Update', T, U>, PreImages<T, U>, PostImages<T, U> {
  /** The changed columns: as sent, plus what the platform and earlier steps set. */
  readonly target: Target<T, U, UpdateOf<T>>
}

export interface DeleteEvent<T extends TableName = string, U extends Uses<T> = NoUses>
  extends MessageEvent<'Delete', T, U>, PreImages<T, U> {}

/** `query` is replaced before the main operation, `result` after it. */
export interface RetrieveEvent<T extends TableName = string> extends MessageEvent<'Retrieve', T> {
  /** What is asked for; a step may ask for other columns: `event.query = { ...event.query, columns }`. */
  query: RetrieveRequest
  /** What the caller will get; undefined before the main operation. */
  result: RowOf<T> | undefined
}

/** `query` is replaced before the main operation, `result` after it. */
export interface RetrieveMultipleEvent<T extends TableName = string> extends MessageEvent<
  'RetrieveMultiple',
  T
> {
  /** What is asked for; a step may ask for something else: `event.query = { ...event.query, where }`. */
  query: RetrieveMultipleRequest['query']
  /** What the caller will get; undefined before the main operation. */
  result: readonly RowOf<T>[] | undefined
}

/** `T`: the tables the relationship joins; either may be the target (`table`, `id`). */
export interface AssociateEvent<T extends TableName = string>
  extends MessageEvent<'Associate', T>, Association<T> {}

/** `T`: the tables the relationship joins; either may be the target (`table`, `id`). */
export interface DisassociateEvent<T extends TableName = string>
  extends MessageEvent<'Disassociate', T>, Association<T> {}

/** An Assign, or an Update of the owner. */
export interface AssignEvent<T extends TableName = string, U extends Uses<T> = NoUses>
  extends MessageEvent<'Assign', T, U>, PreImages<T, U>, PostImages<T, U> {
  readonly parameters: { readonly Target: EntityReference; readonly Assignee: EntityReference }
}

/** A SetState, or an Update of state or status. */
export interface SetStateEvent<T extends TableName = string, U extends Uses<T> = NoUses>
  extends MessageEvent<'SetState', T, U>, PreImages<T, U>, PostImages<T, U> {
  readonly parameters: {
    readonly EntityMoniker: EntityReference
    readonly State: { readonly Value: number }
    /** -1: the default status of the state. */
    readonly Status: { readonly Value: number }
  }
}

/** An Update of what a user, team or business unit is below of. */
export interface SetParentEvent<T extends TableName = string> extends MessageEvent<'SetParent', T> {
  readonly parameters: { readonly Target: EntityReference; readonly ParentId: string | null }
}

/** An Update of the business unit of a user or facility. */
export interface SetBusinessEvent<T extends TableName = string> extends MessageEvent<
  'SetBusiness',
  T
> {
  readonly parameters: { readonly Target: EntityReference; readonly BusinessId: string | null }
}

/** Several rows created together, or one by Create. */
export interface CreateMultipleEvent<
  T extends TableName = string,
  U extends Uses<T> = NoUses,
> extends MessageEvent<'CreateMultiple', T, U> {
  readonly rows: readonly (RowOfSeveral<T, U, CreateOf<T>> & PostImages<T, U>)[]
}

/** Several rows updated together, or one by Update. */
export interface UpdateMultipleEvent<
  T extends TableName = string,
  U extends Uses<T> = NoUses,
> extends MessageEvent<'UpdateMultiple', T, U> {
  readonly rows: readonly (RowOfSeveral<T, U, UpdateOf<T>> & PreImages<T, U> & PostImages<T, U>)[]
}

export interface DeleteMultipleEvent<T extends TableName = string> extends MessageEvent<
  'DeleteMultiple',
  T
> {
  readonly rows: readonly { readonly id: string }[]
}

export interface GrantAccessEvent<T extends TableName = string> extends MessageEvent<
  'GrantAccess',
  T
> {
  readonly parameters: Shared
}

export interface ModifyAccessEvent<T extends TableName = string> extends MessageEvent<
  'ModifyAccess',
  T
> {
  readonly parameters: Shared
}

export interface RevokeAccessEvent<T extends TableName = string> extends MessageEvent<
  'RevokeAccess',
  T
> {
  readonly parameters: { readonly Target: EntityReference; readonly Revokee: EntityReference }
}

export interface RetrievePrincipalAccessEvent<T extends TableName = string> extends MessageEvent<
  'RetrievePrincipalAccess',
  T
> {
  readonly parameters: { readonly Target: EntityReference; readonly Principal: EntityReference }
}

export interface RetrieveSharedPrincipalsAndAccessEvent<
  T extends TableName = string,
> extends MessageEvent<'RetrieveSharedPrincipalsAndAccess', T> {
  readonly parameters: { readonly Target: EntityReference }
}

/** The images are those of the row that stays. */
export interface MergeEvent<T extends TableName = string, U extends Uses<T> = NoUses>
  extends MessageEvent<'Merge', T, U>, PreImages<T, U>, PostImages<T, U> {
  readonly parameters: {
    readonly Target: EntityReference
    readonly SubordinateId: string
    readonly UpdateContent: Entity
    readonly PerformParentingChecks: boolean
  }
}

/** A step of a custom message. `T`: the table it is bound to. */
export interface CustomStepEvent<
  M extends CustomMessageName,
  T extends TableName = string,
> extends MessageEvent<M, T> {
  /** As execution contexts hold them: rows as `{ LogicalName, Id }`, choices and money as `{ Value }`. */
  readonly parameters: ParameterBag
}

/** An event of any message, untyped: the whole of what a step is given. */
export interface AnyEvent extends Omit<StepEvent, 'org'> {
  readonly org: StepOrganization
}

interface Association<T extends string> {
  /** Schema name. */
  readonly relationship: AssociateRequest['relationship']
  /** The rows at the relationship's other end. */
  readonly related: readonly { readonly table: T; readonly id: string }[]
}

interface Shared {
  readonly Target: EntityReference
  readonly PrincipalAccess: {
    readonly Principal: EntityReference
    /** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/accessrights */
    readonly AccessMask: number
  }
}

interface RowOfSeveral<T extends string, U, Sent> {
  readonly id: string
  readonly target: Target<T, U, Sent>
}

interface PreImages<T extends string, U> {
  /** The row before the operation: the columns the step's `preImage` names, null where empty. */
  readonly preImage: ImageOf<T, U, 'preImage'>
  /** The images of the step's `preImages`. */
  readonly preImages: ImagesOf<T, U, 'preImages'>
}

interface PostImages<T extends string, U> {
  /** The row after the operation, at PostOperation: the columns the step's `postImage` names, null where empty. */
  readonly postImage: ImageOf<T, U, 'postImage'>
  /** The images of the step's `postImages`. */
  readonly postImages: ImagesOf<T, U, 'postImages'>
}

/** Stands for an image the event type names no columns of: `UpdateEvent<'account', { preImage: 'name' }>`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface NoColumnsNamed {}

/** Whether the table has no generated types: every column name is as good as another. */
type IsLoose<T extends string> = string extends ColumnOf<T> ? true : false

type ImageOf<T extends string, U, K extends 'preImage' | 'postImage'> = U extends {
  readonly [P in K]: infer C extends string
}
  ? Image<T, C>
  : IsLoose<T> extends true
    ? RowOf<T>
    : NoColumnsNamed

type ImagesOf<T extends string, U, K extends 'preImages' | 'postImages'> = U extends {
  readonly [P in K]: infer N
}
  ? { readonly [A in keyof N]: N[A] extends string ? Image<T, N[A]> : never }
  : IsLoose<T> extends true
    ? Readonly<Record<string, RowOf<T>>>
    : NoColumnsNamed

type Image<T extends string, C extends string> = 'all' extends C
  ? RowOf<T>
  : IsLoose<T> extends true
    ? { readonly [K in C]: LooseValue<T> }
    : RowOf<T, C>

/** Any column value of a table without generated types. */
type LooseValue<T extends string> = RowOf<T> extends Readonly<Record<string, infer V>> ? V : never

/** Columns a step may set: those that can be read or sent. */
export type SettableColumn<T extends string> =
  ColumnOf<T> | (keyof CreateOf<T> & string) | (keyof UpdateOf<T> & string)

type WrittenBy<U> = U extends { readonly writes: infer W extends string } ? W : never

/**
 * The columns of a request (`Sent`: those a client may send, which the platform adds to). Only those in the
 * method's `writes` can be assigned; null clears. A table without generated types leaves it to the run time.
 */
type Target<T extends string, U, Sent> =
  IsLoose<T> extends true
    ? [WrittenBy<U>] extends [never]
      ? { -readonly [K in keyof Sent]: Sent[K] }
      : Sent & { [K in WrittenBy<U>]?: LooseValue<T> }
    : {
        readonly [K in Exclude<ColumnOf<T> | keyof Sent, WrittenBy<U>>]?: ValueOf<T, Sent, K>
      } & { [K in WrittenBy<U>]?: ValueOf<T, Sent, K> }

type ValueOf<T extends string, Sent, K> = K extends keyof Sent
  ? Exclude<Sent[K], undefined>
  : K extends keyof RowOf<T>
    ? RowOf<T>[K] | null
    : never

/** For the decorators' types: what the method's event type says it uses. */
export type UsesOf<E> = E extends { readonly [uses]?: infer U } ? U : NoUses
