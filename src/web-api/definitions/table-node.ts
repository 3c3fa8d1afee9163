import type { ManyToMany, Table } from '../../metadata/table.ts'
import { columnNode } from './column-node.ts'
import {
  BEGINNING,
  isCustomTable,
  label,
  managed,
  metadataId,
  NO_LINKS,
  type MetadataNode,
} from './node.ts'
import { privilegesOf } from './privilege-nodes.ts'
import { manyToManyNode, oneToManyNode } from './relationship-node.ts'

const nodes = new WeakMap<Table, MetadataNode>()

/** A table as EntityDefinitions shows it. */
export function tableNode(table: Table): MetadataNode {
  let node = nodes.get(table)
  if (node === undefined) {
    node = makeNode(table)
    nodes.set(table, node)
  }
  return node
}

function makeNode(table: Table): MetadataNode {
  let columns: readonly MetadataNode[] | undefined
  return {
    type: 'EntityMetadata',
    baseType: 'EntityMetadata',
    members: membersOf(table),
    links: {
      Attributes: () =>
        (columns ??= [...table.columns.values()].map((column, index) =>
          columnNode(table, column, index + 1),
        )),
      ManyToOneRelationships: () => table.manyToOne.map(oneToManyNode),
      OneToManyRelationships: () => table.oneToMany.map(oneToManyNode),
      ManyToManyRelationships: () => manyToMany(table).map(manyToManyNode),
      Keys: () => table.definition.keys.map((key) => keyNode(table, key)),
    },
  }
}

/** The table between the two ends shows the relationship too. */
function manyToMany({ manyToMany: own, isIntersect, definition }: Table): readonly ManyToMany[] {
  if (!isIntersect || own.length > 0) return own
  return definition.manyToMany.map((told) => ({
    kind: 'many-to-many',
    schemaName: told.schemaName,
    intersectTable: told.intersectTable ?? definition.logicalName,
    sides: told.sides,
    ...(told.isCustomizable !== undefined && { isCustomizable: told.isCustomizable }),
  }))
}

/** Plain members first, then labels, then what a solution may lock, as the platform prints them. */
function membersOf(table: Table): Readonly<Record<string, unknown>> {
  const { definition } = table
  return {
    ...plainMembers(table),
    Description: label(definition.description),
    DisplayCollectionName: label(definition.displayCollectionName),
    DisplayName: label(definition.displayName),
    IsAuditEnabled: managed(definition.isAuditEnabled ?? false, 'canmodifyauditsettings'),
    ...Object.fromEntries(
      Object.entries(MANAGED).map(([name, [property, value]]) => [
        name,
        managed(value, property, !FIXED.has(name)),
      ]),
    ),
    Privileges: privilegesOf(table),
    Settings: [],
  }
}

function plainMembers(table: Table): Readonly<Record<string, unknown>> {
  const { definition, isIntersect } = table
  const isCustom = isCustomTable(table)
  const image = [...table.columns.values()].find(
    (column) => column.type === 'Image' && column.isPrimaryImage === true,
  )
  return {
    ActivityTypeMask: definition.isActivity === true ? 1 : 0,
    AutoRouteToOwnerQueue: false,
    CanTriggerWorkflow: !isIntersect,
    EntityHelpUrlEnabled: false,
    EntityHelpUrl: null,
    ...TURNED_OFF.integrations,
    SettingOf: null,
    DataProviderId: null,
    DataSourceId: null,
    AutoCreateAccessTeams: false,
    IsActivity: definition.isActivity ?? false,
    IsActivityParty: isActivityParty(table),
    ...TURNED_OFF.records,
    IconLargeName: null,
    IconMediumName: null,
    IconSmallName: null,
    IconVectorName: null,
    IsCustomEntity: isCustom,
    IsBusinessProcessEnabled: false,
    SyncToExternalSearchIndex: false,
    IsOptimisticConcurrencyEnabled:
      definition.optimisticConcurrency ?? table.columns.has('versionnumber'),
    ChangeTrackingEnabled: table.tracksChanges,
    IsImportable: !isIntersect,
    IsIntersect: isIntersect,
    IsManaged: !isCustom,
    IsEnabledForCharts: !isIntersect,
    IsEnabledForTrace: false,
    IsValidForAdvancedFind: !isIntersect,
    DaysSinceRecordLastModified: 0,
    MobileOfflineFilters: '',
    IsReadingPaneEnabled: true,
    IsQuickCreateEnabled: false,
    LogicalName: table.logicalName,
    ObjectTypeCode: definition.objectTypeCode ?? null,
    OwnershipType: table.ownership,
    PrimaryNameAttribute: table.primaryName ?? null,
    PrimaryImageAttribute: image?.logicalName ?? null,
    PrimaryIdAttribute: table.primaryId,
    PrimaryKey: null,
    RecurrenceBaseEntityLogicalName: null,
    ReportViewName: isIntersect ? null : `Filtered${definition.schemaName}`,
    SchemaName: definition.schemaName,
    IntroducedVersion: '1.0.0.0',
    IsStateModelAware: table.columns.has('statecode'),
    EnforceStateTransitions: definition.enforcesStateTransitions ?? false,
    ExternalName: null,
    EntityColor: null,
    LogicalCollectionName: definition.logicalCollectionName ?? table.entitySetName,
    ExternalCollectionName: null,
    CollectionSchemaName: definition.collectionSchemaName ?? definition.schemaName,
    EntitySetName: table.entitySetName,
    IsEnabledForExternalChannels: false,
    IsPrivate: false,
    UsesBusinessDataLabelTable: false,
    IsLogicalEntity: false,
    HasNotes: isRegarded(table, 'annotation', 'objectid'),
    HasActivities: isRegarded(table, 'activitypointer', 'regardingobjectid'),
    HasFeedback: false,
    IsSolutionAware: false,
    IsRetentionEnabled: false,
    TableType: definition.tableType,
    CreatedOn: BEGINNING,
    ModifiedOn: BEGINNING,
    HasEmailAddresses: [...table.columns.values()].some(
      (column) => column.type === 'String' && column.format === 'Email',
    ),
    OwnerId: null,
    // The type code of users.
    OwnerIdType: 8,
    OwningBusinessUnit: null,
    MetadataId: metadataId('Entity', table.logicalName),
    HasChanged: null,
  }
}

/** Settings of applications, which nothing here depends on. */
const TURNED_OFF = {
  integrations: {
    IsDocumentManagementEnabled: false,
    IsOneNoteIntegrationEnabled: false,
    IsInteractionCentricEnabled: false,
    IsKnowledgeManagementEnabled: false,
    IsSLAEnabled: false,
    IsBPFEntity: false,
    IsDocumentRecommendationsEnabled: false,
    IsMSTeamsIntegrationEnabled: false,
  },
  records: {
    IsRetrieveAuditEnabled: false,
    IsRetrieveMultipleAuditEnabled: false,
    IsArchivalEnabled: false,
    IsAvailableOffline: false,
    IsChildEntity: false,
    IsAIRUpdated: false,
  },
} as const

/** Whether rows of a table point at rows of this one in one of their columns. */
function isRegarded({ oneToMany }: Table, from: string, column: string): boolean {
  return oneToMany.some(
    ({ referencingTable, referencingColumn }) =>
      referencingTable === from && referencingColumn === column,
  )
}

/** Whether its rows may take part in activities. */
function isActivityParty(table: Table): boolean {
  return isRegarded(table, 'activityparty', 'partyid')
}

/** Managed properties by the name a solution knows each by, and what they say here. */
const MANAGED: Readonly<Record<string, readonly [name: string, value: boolean]>> = {
  IsValidForQueue: ['canmodifyqueuesettings', false],
  IsConnectionsEnabled: ['canmodifyconnectionsettings', false],
  IsCustomizable: ['iscustomizable', true],
  IsRenameable: ['isrenameable', true],
  IsMappable: ['ismappable', true],
  IsDuplicateDetectionEnabled: ['canmodifyduplicatedetectionsettings', false],
  CanCreateAttributes: ['cancreateattributes', true],
  CanCreateForms: ['cancreateforms', true],
  CanCreateViews: ['cancreateviews', true],
  CanCreateCharts: ['cancreatecharts', true],
  CanBeRelatedEntityInRelationship: ['canberelatedentityinrelationship', true],
  CanBePrimaryEntityInRelationship: ['canbeprimaryentityinrelationship', true],
  CanBeInManyToMany: ['canbeinmanytomany', true],
  CanBeInCustomEntityAssociation: ['canbeincustomentityassociation', true],
  CanEnableSyncToExternalSearchIndex: ['canenablesynctoexternalsearchindex', true],
  CanModifyAdditionalSettings: ['canmodifyadditionalsettings', true],
  CanChangeHierarchicalRelationship: ['canchangehierarchicalrelationship', true],
  CanChangeTrackingBeEnabled: ['canchangetrackingbeenabled', true],
  IsMailMergeEnabled: ['canmodifymailmergesettings', false],
  IsVisibleInMobile: ['canmodifymobilevisibility', false],
  IsVisibleInMobileClient: ['canmodifymobileclientvisibility', false],
  IsReadOnlyInMobileClient: ['canmodifymobileclientreadonly', false],
  IsOfflineInMobileClient: ['canmodifymobileclientoffline', false],
}

/** What no solution may change. */
const FIXED: ReadonlySet<string> = new Set(['IsMappable', 'CanCreateAttributes'])

function keyNode(table: Table, key: Table['keys'][number]): MetadataNode {
  return {
    type: 'EntityKeyMetadata',
    baseType: 'EntityKeyMetadata',
    members: {
      MetadataId: metadataId('Key', `${table.logicalName}.${key.logicalName}`),
      HasChanged: null,
      SchemaName: key.schemaName,
      LogicalName: key.logicalName,
      EntityLogicalName: table.logicalName,
      KeyAttributes: key.columns,
      DisplayName: label(key.displayName),
      EntityKeyIndexStatus: key.indexStatus ?? 'Active',
      IntroducedVersion: '1.0.0.0',
      IsCustomizable: managed(true, 'iscustomizable'),
      IsManaged: false,
      IsSynchronous: true,
      IsExportKey: false,
      IsSecondaryKey: false,
    },
    links: NO_LINKS,
  }
}
