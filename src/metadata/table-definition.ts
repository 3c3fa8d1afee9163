import type { Column } from './column.ts'
import type { ManyToManyDefinition, OneToManyDefinition } from './relationship.ts'

export type Ownership =
  'UserOwned' | 'TeamOwned' | 'BusinessOwned' | 'OrganizationOwned' | 'BusinessParented' | 'None'

export interface MessageDefinition {
  readonly name: string
  /** Whether steps can be registered on it for this table. */
  readonly isEvent: boolean
}

export interface AlternateKey {
  readonly logicalName: string
  readonly schemaName: string
  readonly displayName?: string
  readonly columns: readonly string[]
  /** The rows were not unique when the key was made: it finds and refuses nothing. Absent: active. */
  readonly indexStatus?: 'Failed'
}

/**
 * One table as its documents tell it: plain data, the same whether it came from a reference page, from
 * EntityDefinitions or from a schema file. The Catalog merges what several documents tell.
 */
export interface TableDefinition {
  readonly logicalName: string
  readonly schemaName: string
  readonly displayName?: string
  readonly displayCollectionName?: string
  readonly description?: string
  readonly collectionSchemaName?: string
  readonly logicalCollectionName?: string
  readonly entitySetName: string
  readonly primaryId: string
  /** May name a column that has no definition; absent on tables without a primary name. */
  readonly primaryName?: string
  readonly tableType: 'Standard' | 'Elastic' | 'Virtual'
  readonly ownership: Ownership
  readonly isIntersect?: boolean
  readonly isActivity?: boolean
  readonly isCustom?: boolean
  readonly objectTypeCode?: number
  readonly enforcesStateTransitions?: boolean
  /** Whether clients may ask what has changed since they last did. */
  readonly changeTrackingEnabled?: boolean
  /** Whether changes of rows are written down where the organization wants it; absent: they are not. */
  readonly isAuditEnabled?: boolean
  /** Whether a request may expect a version of a row; absent: it may. */
  readonly optimisticConcurrency?: boolean
  /** Absent: not told, and then every message is offered. */
  readonly messages?: readonly MessageDefinition[]
  readonly columns: readonly Column[]
  readonly keys: readonly AlternateKey[]
  readonly manyToOne: readonly OneToManyDefinition[]
  readonly oneToMany: readonly OneToManyDefinition[]
  readonly manyToMany: readonly ManyToManyDefinition[]
}

/**
 * An extension page: what a product adds to a table that another document defines
 * (added columns and relationships; columns and relationships whose named properties change; targets
 * and options are added).
 */
export interface TableExtension {
  readonly extends: string
  /** Messages the product adds; absent: none are told. */
  readonly messages?: readonly MessageDefinition[]
  readonly columns: readonly Column[]
  readonly changedColumns: readonly ColumnChange[]
  readonly changedRelationships?: readonly RelationshipChange[]
  readonly manyToOne: readonly OneToManyDefinition[]
  readonly oneToMany: readonly OneToManyDefinition[]
  readonly manyToMany: readonly ManyToManyDefinition[]
}

/** What a product changes of a one-to-many relationship: the named members only, of a cascade too. */
export interface RelationshipChange
  extends
    Pick<OneToManyDefinition, 'schemaName'>,
    Partial<
      Pick<
        OneToManyDefinition,
        | 'referencedNavigation'
        | 'referencingNavigation'
        | 'isHierarchical'
        | 'isCustomizable'
        | 'cascade'
        | 'menu'
      >
    > {}

export interface ColumnChange {
  readonly schemaName: string
  readonly logicalName?: string
  readonly addedTargets?: readonly string[]
  /** Other changed rows by the column property's name in `Column` (requiredLevel, min, precision, options …). */
  readonly changes: Readonly<Record<string, unknown>>
}
