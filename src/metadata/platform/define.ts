import type { Column } from '../column.ts'
import type { ManyToManyDefinition } from '../relationship.ts'
import type {
  AlternateKey,
  MessageDefinition,
  Ownership,
  TableDefinition,
} from '../table-definition.ts'
import { id, type Part, type Reference } from './columns.ts'

export interface TableSpec {
  /** The logical name is this in lower case, for tables and for columns. */
  readonly schemaName: string
  readonly entitySetName: string
  readonly displayName: string
  readonly displayCollectionName: string
  readonly objectTypeCode: number
  readonly ownership: Ownership
  readonly primaryName?: string
  /** Where it is not `<SchemaName>Id`, set on Create only. */
  readonly primaryId?: Part
  readonly isIntersect?: boolean
  readonly changeTrackingEnabled?: boolean
  /** Absent: every message. */
  readonly messages?: readonly MessageDefinition[]
  readonly keys?: readonly AlternateKey[]
  readonly columns: readonly (Part | readonly Part[])[]
  readonly manyToMany?: readonly ManyToManyDefinition[]
}

/** One table of the platform, its columns and many-to-one relationships from the same list. */
export function table(spec: TableSpec): TableDefinition {
  const logicalName = spec.schemaName.toLowerCase()
  const primaryId = spec.primaryId ?? id(`${spec.schemaName}Id`, 'SystemRequired', 'create-only')
  const parts = [primaryId, ...spec.columns.flat()]
  return {
    logicalName,
    schemaName: spec.schemaName,
    displayName: spec.displayName,
    displayCollectionName: spec.displayCollectionName,
    entitySetName: spec.entitySetName,
    primaryId: primaryId.column.logicalName,
    ...(spec.primaryName === undefined ? {} : { primaryName: spec.primaryName }),
    tableType: 'Standard',
    ownership: spec.ownership,
    isIntersect: spec.isIntersect ?? false,
    isActivity: false,
    isCustom: false,
    objectTypeCode: spec.objectTypeCode,
    enforcesStateTransitions: false,
    ...(spec.changeTrackingEnabled === undefined
      ? {}
      : { changeTrackingEnabled: spec.changeTrackingEnabled }),
    ...(spec.messages === undefined ? {} : { messages: spec.messages }),
    columns: parts.map((part) => part.column),
    keys: spec.keys ?? [],
    manyToOne: parts.flatMap(({ column, references }) =>
      references.map((reference) => ({
        schemaName: reference.schemaName,
        referencedTable: reference.table,
        referencedColumn: reference.column ?? `${reference.table}id`,
        referencingTable: logicalName,
        referencingColumn: column.logicalName,
        // The platform names the collection after the relationship.
        referencedNavigation: reference.schemaName,
        referencingNavigation: reference.navigation ?? navigationOf(column, reference, references),
        isHierarchical: reference.isHierarchical ?? false,
        cascade: reference.cascade,
      })),
    ),
    oneToMany: [],
    manyToMany: spec.manyToMany ?? [],
  }
}

/** A lookup with several tables has a navigation property for each of them. */
function navigationOf(column: Column, { table }: Reference, all: readonly Reference[]): string {
  return all.length > 1 ? `${column.logicalName}_${table}` : column.logicalName
}

/** The tables with the one-to-many end of every relationship among them told, too. */
export function withReferencedEnds(tables: readonly TableDefinition[]): readonly TableDefinition[] {
  const all = tables.flatMap((definition) => definition.manyToOne)
  return tables.map((definition) => ({
    ...definition,
    oneToMany: all.filter(
      (relationship) => relationship.referencedTable === definition.logicalName,
    ),
  }))
}
