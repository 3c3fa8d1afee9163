import { emulator } from '../../src/testing/index.ts'
import { ROOT, world } from './world.ts'

const CRM = 'Microsoft.Dynamics.CRM.'
const PARCELS = "EntityDefinitions(LogicalName='new_parcel')"
const { send } = world()

/** One definition. */
// A test looks into the answers it asked for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const read = async (path: string): Promise<any> => (await send('GET', path)).json

const named = (column: string, members = '') =>
  `${PARCELS}/Attributes(LogicalName='${column}')${members === '' ? '' : `?$select=${members}`}`

describe('members of a definition', () => {
  test('come plain ones first, then those with members of their own', async () => {
    const definitions = [
      await read(PARCELS),
      await read(named('new_sent')),
      await read("RelationshipDefinitions(SchemaName='new_parcel_account')"),
    ]

    for (const definition of definitions) {
      const kinds = Object.entries(definition as object)
        .filter(([name]) => !name.startsWith('@'))
        .map(([name, value]) => ({ name, isPlain: typeof value !== 'object' || value === null }))
      const afterwards = kinds.slice(kinds.findIndex(({ isPlain }) => !isPlain))
      expect(afterwards.filter(({ isPlain }) => isPlain)).toEqual([])
    }
  })

  test('that are chosen have MetadataId between both', async () => {
    const column = await read(
      `${named('new_sent')}/${CRM}DateTimeAttributeMetadata?$select=DateTimeBehavior,SchemaName,Format`,
    )
    const lookup = await read(
      `${named('new_receiver')}/${CRM}LookupAttributeMetadata?$select=Targets`,
    )

    const told = ['@odata.context', 'SchemaName', 'Format', 'MetadataId', 'DateTimeBehavior']
    expect(Object.keys(column as object)).toEqual(told)
    expect(Object.keys(lookup as object)).toEqual(['@odata.context', 'Targets', 'MetadataId'])
  })
})

describe('the context of a definition', () => {
  test('names tables and columns without what the names are', async () => {
    const one = await read(
      `${named('new_size')}/${CRM}PicklistAttributeMetadata?$select=SchemaName`,
    )
    const many = await read(`${PARCELS}/Keys?$select=SchemaName`)
    const id = (await read(`${PARCELS}?$select=MetadataId`)).MetadataId as string
    const byId = await read(`EntityDefinitions(${id})/Attributes?$select=MetadataId`)

    expect(one['@odata.context']).toBe(
      `${ROOT}$metadata#EntityDefinitions('new_parcel')/Attributes/${CRM}PicklistAttributeMetadata(SchemaName)/$entity`,
    )
    expect(many['@odata.context']).toBe(
      `${ROOT}$metadata#EntityDefinitions('new_parcel')/Keys(SchemaName)`,
    )
    expect(byId['@odata.context']).toBe(
      `${ROOT}$metadata#EntityDefinitions(${id})/Attributes(MetadataId)`,
    )
  })

  test('tells what is expanded, and what of it', async () => {
    const path = `${named('new_size')}/${CRM}PicklistAttributeMetadata`
    const place = `${ROOT}$metadata#EntityDefinitions('new_parcel')/Attributes`

    const some = await read(
      `${path}?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet`,
    )
    const all = await read(`${path}?$expand=OptionSet`)

    expect(some).toMatchObject({
      '@odata.context': `${place}/${CRM}PicklistAttributeMetadata(LogicalName,OptionSet(Options),GlobalOptionSet())/$entity`,
      'OptionSet@odata.context': `${place}('new_size')/${CRM}PicklistAttributeMetadata/OptionSet(Options)/$entity`,
    })
    expect(all['@odata.context']).toBe(
      `${place}/${CRM}PicklistAttributeMetadata(OptionSet())/$entity`,
    )
  })
})

describe('a table tells', () => {
  test('what can be allowed on its rows, and how far', async () => {
    const owned = await read("EntityDefinitions(LogicalName='account')?$select=Privileges")
    const shared = await read(`${PARCELS}?$select=Privileges`)
    const links = await read("EntityDefinitions(LogicalName='systemuserroles')?$select=Privileges")

    const names = (owned.Privileges as readonly { Name: string }[]).map(({ Name }) => Name)
    expect(names).toEqual(
      ['Create', 'Read', 'Write', 'Delete', 'Assign', 'Share', 'Append', 'AppendTo'].map(
        (type) => `prv${type}Account`,
      ),
    )
    expect(owned.Privileges[1]).toEqual({
      CanBeBasic: true,
      CanBeDeep: true,
      CanBeGlobal: true,
      CanBeLocal: true,
      CanBeEntityReference: false,
      CanBeParentEntityReference: false,
      Name: 'prvReadAccount',
      PrivilegeId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      PrivilegeType: 'Read',
    })
    expect(shared.Privileges).toHaveLength(6)
    expect(shared.Privileges[0]).toMatchObject({
      Name: 'prvCreatenew_Parcel',
      CanBeBasic: false,
      CanBeGlobal: true,
    })
    expect(links.Privileges).toEqual([])
  })

  test('by the ids that the rows of privileges have where access is enforced', async () => {
    const secured = emulator({ access: 'enforced' })
    const { rows } = await secured.retrieveMultiple({
      table: 'privilege',
      columns: ['name'],
      where: { kind: 'condition', column: 'name', operator: 'eq', values: ['prvWriteContact'] },
    })

    const { Privileges } = await read("EntityDefinitions(LogicalName='contact')?$select=Privileges")

    expect(Privileges).toContainEqual(
      expect.objectContaining({
        Name: 'prvWriteContact',
        PrivilegeId: rows[0]?.['privilegeid'],
      }),
    )
  })

  test('whether rows take part in activities, and what is written about them', async () => {
    const members = '?$select=IsActivityParty,HasNotes,HasActivities'
    const account = await read(`EntityDefinitions(LogicalName='account')${members}`)
    const party = await read(`EntityDefinitions(LogicalName='activityparty')${members}`)
    const team = await read(`EntityDefinitions(LogicalName='team')${members}`)

    expect(account).toMatchObject({ IsActivityParty: true, HasNotes: true, HasActivities: true })
    expect(party).toMatchObject({ IsActivityParty: false, HasActivities: false })
    // Notes and activities of a team are its own, not about it.
    expect(team).toMatchObject({ HasNotes: false, HasActivities: false })
  })

  test('settings as a new table of the platform has them', async () => {
    expect(await read(PARCELS)).toMatchObject({
      ReportViewName: 'Filterednew_Parcel',
      MobileOfflineFilters: '',
      IsReadingPaneEnabled: true,
      OwnerIdType: 8,
      IsMappable: { Value: true, CanBeChanged: false },
      CanCreateAttributes: { Value: true, CanBeChanged: false },
      CanCreateForms: { Value: true, CanBeChanged: true },
    })
  })
})

describe('a column tells', () => {
  const USES = 'IsCustomAttribute,IsManaged,CanBeSecuredForCreate,CanBeSecuredForUpdate,SourceType'

  test('whether it is somebody’s own, and may be secured', async () => {
    expect(await read(named('new_count', USES))).toMatchObject({
      IsCustomAttribute: true,
      IsManaged: false,
      CanBeSecuredForCreate: true,
      CanBeSecuredForUpdate: true,
      SourceType: 0,
    })
    // The id of the rows came with the platform.
    expect(await read(named('new_parcelid', USES))).toMatchObject({
      IsCustomAttribute: false,
      IsManaged: false,
      CanBeSecuredForUpdate: false,
    })
    expect(
      await read(
        `EntityDefinitions(LogicalName='account')/Attributes(LogicalName='name')?$select=${USES}`,
      ),
    ).toMatchObject({ IsCustomAttribute: false, IsManaged: true })
  })

  test.each(['new_big', 'new_accountid', 'new_parcelid', 'new_photo', 'versionnumber'])(
    'no source where it can not be calculated: %s',
    async (column) => {
      expect(await read(named(column, 'SourceType'))).toMatchObject({ SourceType: null })
    },
  )

  test('that one shown by another is not managed by itself', async () => {
    const size = await read(named('new_size'))
    const name = await read(
      "EntityDefinitions(LogicalName='activityparty')/Attributes(LogicalName='partyidname')",
    )

    expect(size).toMatchObject({
      IsLogical: false,
      IsRenameable: { Value: true },
      IsValidForAdvancedFind: { Value: true },
    })
    expect(name).toMatchObject({
      IsLogical: true,
      IsRenameable: { Value: false },
      IsValidForAdvancedFind: { Value: false },
      CanModifyAdditionalSettings: { Value: false },
    })
  })

  test.each([
    ['new_sent', true],
    // It has been decided on.
    ['new_due', false],
    ['createdon', false],
  ])('whether its behavior may change: %s, %p', async (column, canChange) => {
    const table = column === 'createdon' ? "EntityDefinitions(LogicalName='account')" : PARCELS

    expect(
      await read(
        `${table}/Attributes(LogicalName='${column}')/${CRM}DateTimeAttributeMetadata?$select=CanChangeDateTimeBehavior`,
      ),
    ).toMatchObject({ CanChangeDateTimeBehavior: { Value: canChange, CanBeChanged: canChange } })
  })

  test('whose options it offers: its own, or those of the platform', async () => {
    const path = (table: string, column: string, type: string) =>
      `EntityDefinitions(LogicalName='${table}')/Attributes(LogicalName='${column}')/${CRM}${type}AttributeMetadata/OptionSet?$select=IsCustomOptionSet,IsGlobal`

    expect(await read(path('new_parcel', 'new_size', 'Picklist'))).toMatchObject({
      IsCustomOptionSet: true,
      IsGlobal: false,
    })
    expect(await read(path('account', 'statuscode', 'Status'))).toMatchObject({
      IsCustomOptionSet: false,
    })
  })
})

describe('a relationship tells', () => {
  const relationship = (schemaName: string) =>
    read(
      `RelationshipDefinitions(SchemaName='${schemaName}')?$select=IsCustomRelationship,SecurityTypes`,
    )

  test('whether it is somebody’s own, and takes rights to append', async () => {
    expect(await relationship('new_parcel_account')).toMatchObject({
      IsCustomRelationship: true,
      SecurityTypes: 'Append',
    })
    expect(await relationship('new_parcel_contact')).toMatchObject({
      IsCustomRelationship: true,
      SecurityTypes: 'None',
    })
    // Its name looks like one with a prefix.
    expect(await relationship('account_primary_contact')).toMatchObject({
      IsCustomRelationship: false,
      SecurityTypes: 'Append',
    })
    expect(await relationship('lk_contact_createdonbehalfby')).toMatchObject({
      IsCustomRelationship: false,
      SecurityTypes: 'None',
    })
  })

  test('the menus it was made with, on both sides', async () => {
    const made = world()
    const menu = (text: string) => ({
      Behavior: 'UseLabel',
      Group: 'Details',
      Order: 20000,
      Label: { LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] },
    })

    const { status } = await made.send('POST', 'RelationshipDefinitions', {
      '@odata.type': `${CRM}ManyToManyRelationshipMetadata`,
      SchemaName: 'new_parcel_lead',
      IntersectEntityName: 'new_parcel_lead',
      Entity1LogicalName: 'new_parcel',
      Entity1AssociatedMenuConfiguration: menu('Senders'),
      Entity2LogicalName: 'lead',
    })
    const { json } = await made.send('GET', "RelationshipDefinitions(SchemaName='new_parcel_lead')")

    expect(status).toBe(204)
    expect(json.Entity1AssociatedMenuConfiguration).toMatchObject({
      Behavior: 'UseLabel',
      Order: 20000,
      Label: { UserLocalizedLabel: { Label: 'Senders' } },
    })
    expect(json.Entity2AssociatedMenuConfiguration).toMatchObject({
      Behavior: 'UseCollectionName',
      Label: { UserLocalizedLabel: null },
    })
  })

  test('Merge as its tables have it, whatever it was made with', async () => {
    const made = world()

    const { status } = await made.send('POST', 'RelationshipDefinitions', {
      '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
      SchemaName: 'new_parcel_leads',
      ReferencedEntity: 'new_parcel',
      ReferencingEntity: 'lead',
      CascadeConfiguration: { Delete: 'RemoveLink', Merge: 'Cascade' },
      Lookup: { '@odata.type': `${CRM}LookupAttributeMetadata`, SchemaName: 'new_ParcelId' },
    })
    const { json } = await made.send(
      'GET',
      `RelationshipDefinitions(SchemaName='new_parcel_leads')/${CRM}OneToManyRelationshipMetadata`,
    )

    expect(status).toBe(204)
    expect(json.CascadeConfiguration).toMatchObject({ Delete: 'RemoveLink', Merge: 'NoCascade' })
  })
})
