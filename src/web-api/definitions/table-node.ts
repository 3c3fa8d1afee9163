import type { ManyToMany, Table } from '../../metadata/table.ts'
import { columnNode } from './column-node.ts'
import { BEGINNING, label, managed, metadataId, NO_LINKS, type MetadataNode } from './node.ts'
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
    members: { ...identity(table), ...traits(table), ...settings(table) },
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

function identity(table: Table): Readonly<Record<string, unknown>> {
  const { definition } = table
  const image = [...table.columns.values()].find(
    (column) => column.type === 'Image' && column.isPrimaryImage === true,
  )
  return {
    MetadataId: metadataId('Entity', table.logicalName),
    HasChanged: null,
    LogicalName: table.logicalName,
    SchemaName: definition.schemaName,
    EntitySetName: table.entitySetName,
    LogicalCollectionName: definition.logicalCollectionName ?? table.entitySetName,
    CollectionSchemaName: definition.collectionSchemaName ?? definition.schemaName,
    ObjectTypeCode: definition.objectTypeCode ?? null,
    OwnershipType: table.ownership,
    TableType: definition.tableType,
    PrimaryIdAttribute: table.primaryId,
    PrimaryNameAttribute: table.primaryName ?? null,
    PrimaryImageAttribute: image?.logicalName ?? null,
    PrimaryKey: null,
    DisplayName: label(definition.displayName),
    DisplayCollectionName: label(definition.displayCollectionName),
    Description: label(definition.description),
  }
}

function traits(table: Table): Readonly<Record<string, unknown>> {
  const { definition } = table
  const isCustom = definition.isCustom ?? table.logicalName.includes('_')
  return {
    IsActivity: definition.isActivity ?? false,
    IsActivityParty: table.logicalName === 'activityparty',
    IsCustomEntity: isCustom,
    IsManaged: !isCustom,
    IsIntersect: table.isIntersect,
    IsLogicalEntity: false,
    IsPrivate: false,
    IsStateModelAware: table.columns.has('statecode'),
    EnforceStateTransitions: definition.enforcesStateTransitions ?? false,
    IsOptimisticConcurrencyEnabled:
      definition.optimisticConcurrency ?? table.columns.has('versionnumber'),
    ChangeTrackingEnabled: table.tracksChanges,
    ActivityTypeMask: definition.isActivity === true ? 1 : 0,
    HasActivities: table.oneToMany.some((each) => each.referencingColumn === 'regardingobjectid'),
    HasNotes: table.oneToMany.some((each) => each.referencingTable === 'annotation'),
    HasFeedback: false,
    HasEmailAddresses: [...table.columns.values()].some(
      (column) => column.type === 'String' && column.format === 'Email',
    ),
    IntroducedVersion: '1.0.0.0',
    CreatedOn: BEGINNING,
    ModifiedOn: BEGINNING,
  }
}

const TURNED_OFF = [
  'AutoCreateAccessTeams',
  'AutoRouteToOwnerQueue',
  'EntityHelpUrlEnabled',
  'IsAIRUpdated',
  'IsArchivalEnabled',
  'IsAvailableOffline',
  'IsBPFEntity',
  'IsBusinessProcessEnabled',
  'IsChildEntity',
  'IsDocumentManagementEnabled',
  'IsDocumentRecommendationsEnabled',
  'IsEnabledForExternalChannels',
  'IsEnabledForTrace',
  'IsInteractionCentricEnabled',
  'IsKnowledgeManagementEnabled',
  'IsMSTeamsIntegrationEnabled',
  'IsOneNoteIntegrationEnabled',
  'IsQuickCreateEnabled',
  'IsReadingPaneEnabled',
  'IsRetentionEnabled',
  'IsRetrieveAuditEnabled',
  'IsRetrieveMultipleAuditEnabled',
  'IsSLAEnabled',
  'IsSolutionAware',
  'SyncToExternalSearchIndex',
  'UsesBusinessDataLabelTable',
] as const

const UNSET = [
  'DataProviderId',
  'DataSourceId',
  'EntityColor',
  'EntityHelpUrl',
  'ExternalCollectionName',
  'ExternalName',
  'IconLargeName',
  'IconMediumName',
  'IconSmallName',
  'IconVectorName',
  'MobileOfflineFilters',
  'OwnerId',
  'OwnerIdType',
  'OwningBusinessUnit',
  'RecurrenceBaseEntityLogicalName',
  'ReportViewName',
  'SettingOf',
] as const

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

/** Settings of applications and solutions, which nothing here depends on. */
function settings(table: Table): Readonly<Record<string, unknown>> {
  return {
    ...Object.fromEntries(TURNED_OFF.map((name) => [name, false])),
    ...Object.fromEntries(UNSET.map((name) => [name, null])),
    ...Object.fromEntries(
      Object.entries(MANAGED).map(([name, [property, value]]) => [name, managed(value, property)]),
    ),
    IsAuditEnabled: managed(table.definition.isAuditEnabled ?? false, 'canmodifyauditsettings'),
    CanTriggerWorkflow: !table.isIntersect,
    IsEnabledForCharts: !table.isIntersect,
    IsImportable: !table.isIntersect,
    IsValidForAdvancedFind: !table.isIntersect,
    DaysSinceRecordLastModified: 0,
    // What they are, the rows of `privilege` tell where access is enforced.
    Privileges: [],
    Settings: [],
  }
}

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
