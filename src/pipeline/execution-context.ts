import type { Value } from '../rows/value.ts'

/** A row as parameter bags carry it. Values have the shapes of `rows/value.ts`. */
export interface Entity {
  readonly LogicalName: string
  readonly Id: string
  readonly Attributes: Record<string, Value | undefined>
  readonly FormattedValues?: Readonly<Record<string, string>>
}
export interface EntityCollection {
  readonly EntityName: string
  readonly Entities: readonly Entity[]
}
export interface EntityReference {
  readonly LogicalName: string
  readonly Id: string
  readonly Name?: string | null
}
export interface RelationshipReference {
  readonly SchemaName: string
  /** 0 Referencing, 1 Referenced; needed where a table refers to itself. */
  readonly PrimaryEntityRole: 0 | 1 | null
}

/** A parameter bag; only its contents may be changed, by the stages the platform lets. */
export type ParameterBag = Record<string, unknown>

/**
 * What the platform tells a step about the operation, under the platform's own names.
 * https://learn.microsoft.com/power-apps/developer/data-platform/understand-the-data-context
 */
export interface ExecutionContext {
  readonly MessageName: string
  readonly Stage: number
  /** 0 synchronous, 1 asynchronous. */
  readonly Mode: 0 | 1
  /** `none` where the message concerns no table. */
  readonly PrimaryEntityName: string
  readonly PrimaryEntityId: string
  readonly SecondaryEntityName: string
  readonly InputParameters: ParameterBag
  readonly OutputParameters: ParameterBag
  readonly SharedVariables: ParameterBag
  readonly PreEntityImages: Readonly<Record<string, Entity>>
  readonly PostEntityImages: Readonly<Record<string, Entity>>
  /** Messages over several rows: the images of each, in the order of Targets. Absent from bodies of webhooks. */
  readonly PreEntityImagesCollection?: readonly Readonly<Record<string, Entity>>[]
  readonly PostEntityImagesCollection?: readonly Readonly<Record<string, Entity>>[]
  readonly ParentContext: ExecutionContext | null
  readonly Depth: number
  readonly CorrelationId: string
  readonly OperationId: string
  readonly OperationCreatedOn: Date
  readonly RequestId: string | null
  readonly UserId: string
  readonly InitiatingUserId: string
  readonly BusinessUnitId: string
  readonly OrganizationId: string
  readonly OrganizationName: string
  /** The step itself. */
  readonly OwningExtension: EntityReference
  /** 1 none, 2 sandbox. */
  readonly IsolationMode: number
  readonly IsInTransaction: boolean
  readonly IsExecutingOffline: boolean
  readonly IsOfflinePlayback: boolean
  // What the later versions of the interface add; bodies of webhooks may lack them.
  /** EMPTY_GUID where the user has none. */
  readonly UserAzureActiveDirectoryObjectId?: string
  readonly InitiatingUserAzureActiveDirectoryObjectId?: string
  /** EMPTY_GUID for a human. */
  readonly InitiatingUserApplicationId?: string
  readonly PortalsContactId?: string
  readonly IsPortalsClientCall?: boolean
  readonly AuthenticatedUserId?: string
  readonly InitiatingUserAgent?: string
  readonly EnvironmentId?: string
  readonly TenantId?: string
  readonly IsApplicationUser?: boolean
}
