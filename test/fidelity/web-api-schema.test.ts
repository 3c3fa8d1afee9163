import { emulator } from '../../src/testing/index.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { answerOf, ROOT, world } from '../web-api/world.ts'

type Json = Readonly<Record<string, unknown>>

const wordsOf = (text: string) => text.trim().split(/[\s,]+/)
const TABLE = "EntityDefinitions(LogicalName='new_parcel')"
const CRM = 'Microsoft.Dynamics.CRM.'

async function definitions() {
  const { send } = world()
  return async (path: string) => (await send('GET', path)).json as Json
}

/** Of the first item, or of the object itself, what stands under these names. */
function at(json: unknown, ...names: readonly (string | number)[]): unknown {
  return names.reduce<unknown>(
    (value, name) => (value as Record<string | number, unknown>)[name],
    json,
  )
}

function missingOf(value: unknown, names: string): readonly string[] {
  return wordsOf(names).filter((name) => !(name in (value as object)))
}

describe('the members of a definition (query-metadata-web-api)', () => {
  test('a table has scalars, labels, managed values, privileges and settings', async () => {
    const get = await definitions()

    const table = await get(TABLE)

    expect(
      missingOf(
        table,
        `ActivityTypeMask AutoRouteToOwnerQueue CanTriggerWorkflow EntityHelpUrlEnabled EntityHelpUrl
        IsDocumentManagementEnabled IsOneNoteIntegrationEnabled IsInteractionCentricEnabled
        IsKnowledgeManagementEnabled IsSLAEnabled IsBPFEntity IsDocumentRecommendationsEnabled
        IsMSTeamsIntegrationEnabled SettingOf DataProviderId DataSourceId AutoCreateAccessTeams IsActivity
        IsActivityParty IsRetrieveAuditEnabled IsRetrieveMultipleAuditEnabled IsArchivalEnabled
        IsAvailableOffline IsChildEntity IsAIRUpdated IconLargeName IconMediumName IconSmallName
        IconVectorName IsCustomEntity IsBusinessProcessEnabled SyncToExternalSearchIndex
        IsOptimisticConcurrencyEnabled ChangeTrackingEnabled IsImportable IsIntersect IsManaged
        IsEnabledForCharts IsEnabledForTrace IsValidForAdvancedFind DaysSinceRecordLastModified
        MobileOfflineFilters IsReadingPaneEnabled IsQuickCreateEnabled LogicalName ObjectTypeCode
        OwnershipType PrimaryNameAttribute PrimaryImageAttribute PrimaryIdAttribute
        RecurrenceBaseEntityLogicalName ReportViewName SchemaName IntroducedVersion IsStateModelAware
        EnforceStateTransitions ExternalName EntityColor LogicalCollectionName ExternalCollectionName
        CollectionSchemaName EntitySetName IsEnabledForExternalChannels IsPrivate
        UsesBusinessDataLabelTable IsLogicalEntity HasNotes HasActivities HasFeedback IsSolutionAware
        CreatedOn ModifiedOn HasEmailAddresses OwnerId OwnerIdType OwningBusinessUnit MetadataId HasChanged
        Description DisplayCollectionName DisplayName IsAuditEnabled IsValidForQueue IsConnectionsEnabled
        IsCustomizable IsRenameable IsMappable IsDuplicateDetectionEnabled CanCreateAttributes
        CanCreateForms CanCreateViews CanCreateCharts CanBeRelatedEntityInRelationship
        CanBePrimaryEntityInRelationship CanBeInManyToMany CanBeInCustomEntityAssociation
        CanEnableSyncToExternalSearchIndex CanModifyAdditionalSettings CanChangeHierarchicalRelationship
        CanChangeTrackingBeEnabled IsMailMergeEnabled IsVisibleInMobile IsVisibleInMobileClient
        IsReadOnlyInMobileClient IsOfflineInMobileClient Privileges Settings`,
      ),
    ).toEqual([])
  })

  test('a label lists its languages, and is told as empty where there is none', async () => {
    const get = await definitions()

    const { DisplayName, Description } = await get(TABLE)

    expect(DisplayName).toEqual({
      LocalizedLabels: [
        {
          Label: 'Parcel',
          LanguageCode: 1033,
          IsManaged: false,
          MetadataId: expect.any(String) as string,
          HasChanged: null,
        },
      ],
      UserLocalizedLabel: at(DisplayName, 'LocalizedLabels', 0),
    })
    expect(Description).toEqual({ LocalizedLabels: [], UserLocalizedLabel: null })
  })

  test('a managed property says its value, whether it can change, and its name', async () => {
    const get = await definitions()

    const { IsCustomizable, IsRenameable, IsAuditEnabled } = await get(TABLE)

    expect(IsCustomizable).toEqual({
      Value: true,
      CanBeChanged: true,
      ManagedPropertyLogicalName: 'iscustomizable',
    })
    expect([
      at(IsRenameable, 'ManagedPropertyLogicalName'),
      at(IsAuditEnabled, 'ManagedPropertyLogicalName'),
    ]).toEqual(['isrenameable', 'canmodifyauditsettings'])
  })

  test.each([
    ['new_name', 'MaxLength Format FormatName ImeMode IsLocalizable DatabaseLength YomiOf'],
    ['new_count', 'MaxValue MinValue Format'],
    ['new_weight', 'MaxValue MinValue Precision ImeMode FormulaDefinition SourceTypeMask'],
    ['new_sent', 'Format DateTimeBehavior CanChangeDateTimeBehavior ImeMode'],
    ['new_accountid', 'Targets'],
    ['new_size', 'DefaultFormValue ParentPicklistLogicalName ChildPicklistLogicalNames'],
    ['new_fragile', 'DefaultValue'],
  ])('the column %s has the members of all columns, and of its type: %s', async (name, own) => {
    const get = await definitions()

    const column = await get(`${TABLE}/Attributes(LogicalName='${name}')`)

    expect(
      missingOf(
        column,
        `MetadataId HasChanged AttributeOf AttributeType ColumnNumber DeprecatedVersion IntroducedVersion
        EntityLogicalName IsCustomAttribute IsPrimaryId IsValidODataAttribute IsPrimaryName IsValidForCreate
        IsValidForRead IsValidForUpdate CanBeSecuredForRead CanBeSecuredForCreate CanBeSecuredForUpdate
        IsSecured IsRetrievable IsFilterable IsSearchable IsManaged LinkedAttributeId LogicalName
        IsValidForForm IsRequiredForForm IsValidForGrid SchemaName ExternalName IsLogical
        IsDataSourceSecret InheritsFrom CreatedOn ModifiedOn SourceType AutoNumberFormat AttributeTypeName
        Description DisplayName IsAuditEnabled IsGlobalFilterEnabled IsSortableEnabled IsCustomizable
        IsRenameable IsValidForAdvancedFind RequiredLevel CanModifyAdditionalSettings Settings ${own}`,
      ),
    ).toEqual([])
  })

  test('an amount has the members of its type', async () => {
    const get = await definitions()

    const amount = await get(
      "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='revenue')",
    )

    expect(
      missingOf(amount, 'MaxValue MinValue Precision PrecisionSource CalculationOf IsBaseCurrency'),
    ).toEqual([])
  })

  test('options have their members, those of states and statuses more', async () => {
    const get = await definitions()
    const optionsOf = async (table: string, kind: string) =>
      at(
        await get(
          `EntityDefinitions(LogicalName='${table}')/Attributes/${CRM}${kind}AttributeMetadata?$expand=OptionSet`,
        ),
        'value',
        0,
        'OptionSet',
      )
    const own =
      'Value Color IsManaged ExternalValue ParentValues Tag IsHidden MetadataId HasChanged Label Description'

    const set = await optionsOf('new_parcel', 'Picklist')
    const state = at(await optionsOf('account', 'State'), 'Options', 0)
    const status = at(await optionsOf('account', 'Status'), 'Options', 0)
    const flag = await optionsOf('new_parcel', 'Boolean')

    expect(
      missingOf(
        set,
        `MetadataId HasChanged IsCustomOptionSet IsGlobal IsManaged Name ExternalTypeName OptionSetType
        IntroducedVersion Description DisplayName IsCustomizable Options`,
      ),
    ).toEqual([])
    expect(missingOf(at(set, 'Options', 0), own)).toEqual([])
    expect(at(set, 'Options', 0, 'MetadataId')).toBeNull()
    expect(missingOf(state, `${own} DefaultStatus InvariantName`)).toEqual([])
    expect(missingOf(status, `${own} State TransitionData`)).toEqual([])
    expect(missingOf(flag, 'TrueOption FalseOption')).toEqual([])
  })

  test('relationships and keys have theirs', async () => {
    const get = await definitions()
    const menu =
      'Behavior Group Order IsCustomizable Icon ViewId AvailableOffline MenuId QueryApi Label'

    const oneToMany = await get("RelationshipDefinitions(SchemaName='new_parcel_parent')")
    const manyToMany = await get("RelationshipDefinitions(SchemaName='new_parcel_contact')")
    const key = at(await get(`${TABLE}/Keys`), 'value', 0)

    expect(
      missingOf(
        oneToMany,
        `ReferencedAttribute ReferencedEntity ReferencingAttribute ReferencingEntity IsHierarchical
        EntityKey IsRelationshipAttributeDenormalized ReferencedEntityNavigationPropertyName
        ReferencingEntityNavigationPropertyName RelationshipBehavior IsDenormalizedLookup
        DenormalizedAttributeName IsCustomRelationship IsValidForAdvancedFind SchemaName SecurityTypes
        IsManaged RelationshipType IntroducedVersion MetadataId HasChanged AssociatedMenuConfiguration
        CascadeConfiguration RelationshipAttributes IsCustomizable`,
      ),
    ).toEqual([])
    expect(missingOf(oneToMany['AssociatedMenuConfiguration'], menu)).toEqual([])
    expect(
      missingOf(
        oneToMany['CascadeConfiguration'],
        'Assign Delete Archive Merge Reparent Share Unshare RollupView',
      ),
    ).toEqual([])
    expect(oneToMany['RelationshipType']).toBe('OneToManyRelationship')
    expect(
      missingOf(
        manyToMany,
        `SchemaName IntersectEntityName Entity1LogicalName Entity1IntersectAttribute
        Entity1NavigationPropertyName Entity1AssociatedMenuConfiguration Entity2LogicalName
        Entity2IntersectAttribute Entity2NavigationPropertyName Entity2AssociatedMenuConfiguration
        RelationshipType`,
      ),
    ).toEqual([])
    expect(manyToMany['RelationshipType']).toBe('ManyToManyRelationship')
    expect(
      missingOf(
        key,
        'SchemaName LogicalName EntityLogicalName KeyAttributes DisplayName EntityKeyIndexStatus IsManaged MetadataId',
      ),
    ).toEqual([])
  })
})

describe('reading definitions', () => {
  test('the context of one is that of its set; an expanded option set has its own', async () => {
    const get = await definitions()

    const table = await get(`${TABLE}?$select=LogicalName`)
    const column = await get(
      `${TABLE}/Attributes(LogicalName='new_size')/${CRM}PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet`,
    )

    expect(table['@odata.context']).toBe(`${ROOT}$metadata#EntityDefinitions(LogicalName)/$entity`)
    expect(column['@odata.context']).toBe(
      `${ROOT}$metadata#EntityDefinitions('new_parcel')/Attributes/${CRM}PicklistAttributeMetadata(LogicalName,OptionSet())/$entity`,
    )
    expect(column['OptionSet@odata.context']).toMatch(/OptionSet\/\$entity$/)
  })

  test('a column is found by name and by id, a relationship and a choice too', async () => {
    const get = await definitions()
    const column = await get(`${TABLE}/Attributes(LogicalName='new_name')`)
    const relationship = await get("RelationshipDefinitions(SchemaName='new_parcel_parent')")

    expect(await get(`${TABLE}/Attributes(${String(column['MetadataId'])})`)).toMatchObject({
      LogicalName: 'new_name',
    })
    expect(
      await get(`RelationshipDefinitions(${String(relationship['MetadataId'])})`),
    ).toMatchObject({ SchemaName: 'new_parcel_parent' })
  })

  test.each([
    ['OneToManyRelationships', 'new_parcel_parent'],
    ['ManyToOneRelationships', 'new_parcel_account'],
    ['ManyToManyRelationships', 'new_parcel_contact'],
    ['Keys', 'new_code'],
  ])('%s of a table are a collection', async (collection, name) => {
    const get = await definitions()

    const { value } = (await get(`${TABLE}/${collection}?$select=SchemaName`)) as {
      readonly value: readonly Json[]
    }

    expect(value.map(({ SchemaName }) => SchemaName)).toContain(name)
  })

  test('$expand chooses and filters columns', async () => {
    const get = await definitions()

    const { Attributes } = await get(
      `${TABLE}?$select=LogicalName&$expand=Attributes($select=LogicalName;$filter=AttributeType eq ${CRM}AttributeTypeCode'Picklist')`,
    )

    expect(Attributes).toEqual([
      {
        '@odata.type': `#${CRM}PicklistAttributeMetadata`,
        LogicalName: 'new_size',
        MetadataId: expect.any(String) as string,
      },
    ])
  })

  test.each([
    [`RequiredLevel/Value eq ${CRM}AttributeRequiredLevel'None'`, 200],
    ['IsCustomizable/Value eq true', 200],
    ["DisplayName/UserLocalizedLabel/Label eq 'Name'", 400],
  ])('columns are filtered by %s: %i', async (filter, status) => {
    const { send } = world()

    const answer = await send('GET', `${TABLE}/Attributes?$select=LogicalName&$filter=${filter}`)

    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.json.value).not.toEqual([])
  })

  test('they are cast by the type a column is of, not by one above it', async () => {
    const { send } = world()

    expect((await send('GET', `${TABLE}/Attributes/${CRM}PicklistAttributeMetadata`)).status).toBe(
      200,
    )
    expect((await send('GET', `${TABLE}/Attributes/${CRM}EnumAttributeMetadata`)).status).toBe(404)
  })

  test('Consistency: Strong changes nothing: there is nothing between', async () => {
    const { send } = world()

    const strong = await send('GET', TABLE, undefined, { consistency: 'Strong' })

    expect([strong.status, strong.json]).toEqual([200, (await send('GET', TABLE)).json])
  })
})

describe('$metadata', () => {
  test('activities derive from activitypointer, users and teams from principal', async () => {
    const org = emulator({ tables: ACTIVITY_TABLES })
    const api = createWebApi({ catalog: org.catalog, service: () => org })
    const { text } = answerOf(await api({ method: 'GET', url: `${ROOT}$metadata`, headers: {} }))
    const type = (name: string) =>
      new RegExp(`<EntityType Name="${name}".*?</EntityType>`).exec(text)?.[0] ?? ''

    expect(type('activitypointer')).toContain('<PropertyRef Name="activityid" />')
    expect(type('visit')).toContain('BaseType="mscrm.activitypointer"')
    expect(type('visit')).not.toMatch(/<Key>|Name="activityid"|Name="subject"/)
    expect(type('principal')).toContain('<PropertyRef Name="ownerid" />')
    for (const name of ['systemuser', 'team']) {
      expect(type(name)).toContain('BaseType="mscrm.principal"')
      expect(type(name)).not.toMatch(/<Key>|<Property Name="ownerid"/)
      expect(type(name)).toContain(`<Property Name="${name}id" Type="Edm.Guid"`)
    }
  })

  test('it begins with its base types, and has the rights of access', async () => {
    const { send } = world()

    const { text } = await send('GET', '$metadata')

    expect(text).toContain('<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm"')
    expect(text).toContain('<EntityType Name="crmbaseentity" Abstract="true" />')
    expect(text).toContain('Name="expando" BaseType="mscrm.crmbaseentity" OpenType="true"')
    expect(text).toContain('<EntityType Name="crmmodelbaseentity" Abstract="true" />')
    const rights = [...text.matchAll(/<Member Name="(\w+)" Value="(\d+)" \/>/g)].map(
      ([, name, value]) => `${name ?? ''} ${value ?? ''}`,
    )
    expect(rights).toEqual(
      expect.arrayContaining(
        'None 0,ReadAccess 1,WriteAccess 2,AppendAccess 4,AppendToAccess 16,CreateAccess 32,DeleteAccess 65536,ShareAccess 262144,AssignAccess 524288'.split(
          ',',
        ),
      ),
    )
  })

  test.each([
    ['new_parcelid', 'Edm.Guid'],
    ['new_name', 'Edm.String'],
    ['new_count', 'Edm.Int32'],
    ['new_big', 'Edm.Int64'],
    ['new_weight', 'Edm.Decimal'],
    ['new_ratio', 'Edm.Double'],
    ['new_fragile', 'Edm.Boolean'],
    ['new_size', 'Edm.Int32'],
    ['new_due', 'Edm.Date'],
    ['new_sent', 'Edm.DateTimeOffset'],
    ['new_photo', 'Edm.Binary'],
    ['new_paper', 'Edm.Guid'],
  ])('the property %s is of the type %s', async (name, type) => {
    const { send } = world()

    const { text } = await send('GET', '$metadata')

    expect(text).toContain(`<Property Name="${name}" Type="${type}"`)
  })

  test('both ends of a many-to-many relationship have one name', async () => {
    const { send } = world()

    const { text } = await send('GET', '$metadata')

    expect(text).toContain(
      '<NavigationProperty Name="new_parcel_contact" Type="Collection(mscrm.contact)" Partner="new_parcel_contact" />',
    )
  })
})
