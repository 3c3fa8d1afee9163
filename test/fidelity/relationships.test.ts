import { Catalog } from '../../src/metadata/catalog.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { CASCADE_ACTIONS } from '../../src/metadata/relationship.ts'
import { textOf } from '../../src/rows/value.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'
import { world } from '../web-api/world.ts'

const ref = <T extends string>(table: T, id: string) => ({ table, id })
const platform = new Catalog(PLATFORM_TABLES)

const team = async (org: Emulator, more: object = {}) =>
  ref(
    'team',
    await org.create('team', {
      name: 'Sales',
      businessunitid: ref('businessunit', org.businessUnitId),
      ...more,
    }),
  )
const user = async (org: Emulator, more: object = {}) =>
  ref(
    'systemuser',
    await org.create('systemuser', {
      firstname: 'Ann',
      lastname: 'Jones',
      domainname: 'ann@emulated.example',
      internalemailaddress: 'ann@emulated.example',
      businessunitid: ref('businessunit', org.businessUnitId),
      ...more,
    }),
  )

// https://learn.microsoft.com/power-apps/developer/data-platform/entity-relationship-metadata
describe('a definition of a relationship', () => {
  const read = async (schemaName: string) =>
    (await world().send('GET', `RelationshipDefinitions(SchemaName='${schemaName}')`))
      .json as object

  test('one-to-many tells tables, columns, navigation properties, hierarchy and cascade', async () => {
    expect(await read('new_parcel_parent')).toMatchObject({
      SchemaName: 'new_parcel_parent',
      RelationshipType: 'OneToManyRelationship',
      ReferencedEntity: 'new_parcel',
      ReferencedAttribute: 'new_parcelid',
      ReferencedEntityNavigationPropertyName: 'new_parcel_children',
      ReferencingEntity: 'new_parcel',
      ReferencingAttribute: 'new_parentid',
      ReferencingEntityNavigationPropertyName: 'new_ParentId',
      IsHierarchical: false,
      CascadeConfiguration: {
        Assign: 'NoCascade',
        Delete: 'Restrict',
        Merge: 'NoCascade',
        Reparent: 'NoCascade',
        Share: 'NoCascade',
        Unshare: 'NoCascade',
        RollupView: 'NoCascade',
        Archive: 'NoCascade',
      },
    })
  })

  test('tells what has no effect on rows, too', async () => {
    expect(await read('new_parcel_parent')).toMatchObject({
      IsCustomizable: { Value: true },
      IsCustomRelationship: true,
      IsManaged: false,
      IsValidForAdvancedFind: true,
      SecurityTypes: 'Append',
      RelationshipBehavior: 1,
      AssociatedMenuConfiguration: { Behavior: 'UseCollectionName' },
    })
  })

  test('many-to-many tells its intersect table and both ends, each with a menu, and no cascade', async () => {
    const told = await read('new_parcel_contact')

    expect(told).toMatchObject({
      SchemaName: 'new_parcel_contact',
      RelationshipType: 'ManyToManyRelationship',
      IntersectEntityName: 'new_parcel_contact',
      Entity1LogicalName: 'new_parcel',
      Entity1IntersectAttribute: 'new_parcelid',
      Entity1NavigationPropertyName: 'new_parcel_contact',
      Entity1AssociatedMenuConfiguration: { Behavior: 'UseCollectionName' },
      Entity2LogicalName: 'contact',
      Entity2IntersectAttribute: 'contactid',
      Entity2NavigationPropertyName: 'new_parcel_contact',
      Entity2AssociatedMenuConfiguration: { Behavior: 'UseCollectionName' },
    })
    expect(told).not.toHaveProperty('CascadeConfiguration')
  })

  test('many-to-many has one name at both ends in $metadata', async () => {
    const { text: document } = await world().send('GET', '$metadata')

    for (const table of ['new_parcel', 'contact']) {
      expect(document).toContain(
        `<NavigationProperty Name="new_parcel_contact" Type="Collection(mscrm.${table})" Partner="new_parcel_contact" />`,
      )
    }
  })

  test('has navigation properties whose case counts', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'Contoso' })
    const before = org.contents()

    const read = await send('GET', `accounts(${id})/Contact_Customer_Accounts`)
    const bound = await send('PATCH', `accounts(${id})`, {
      'PrimaryContactId@odata.bind': '/contacts(11111111-0000-4000-8000-000000000000)',
    })

    expect([read.status, read.json.error.code]).toEqual([404, '0x8006088a'])
    expect([bound.status, bound.json.error.code]).toEqual([400, '0x80048d19'])
    expect(org.contents()).toEqual(before)
  })

  test('of the platform cascades as real ones do (configure-entity-relationship-cascading-behavior)', () => {
    const cascade = (name: string) => {
      const relationship = platform.relationship(name)
      if (relationship.kind === 'many-to-many') return undefined
      return CASCADE_ACTIONS.flatMap((action) => {
        const type = relationship.cascade?.[action] ?? 'NoCascade'
        return type === 'NoCascade' || action === 'archive' ? [] : [`${action} ${type}`]
      })
    }

    expect(cascade('lead_parent_account')).toEqual(['delete RemoveLink', 'merge Cascade'])
    expect(cascade('transactioncurrency_lead')).toEqual(['delete Restrict'])
    for (const name of ['owner_leads', 'lead_owning_user', 'lk_leadbase_createdby']) {
      expect(cascade(name)).toEqual([])
    }
    expect(cascade('Lead_Annotation')).toEqual(cascade('lead_customer_accounts'))
    expect(cascade('Lead_Annotation')).toEqual(
      expect.arrayContaining(['delete Cascade', 'merge Cascade', 'reparent Cascade']),
    )
  })
})

// https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/contactleads
describe('an intersect table', () => {
  test('is owned by nobody, named like a collection, and offers links and queries', () => {
    const table = platform.table('contactleads')

    expect([table.ownership, table.entitySetName]).toEqual(['None', 'contactleadscollection'])
    expect(table.definition.tableType).toBe('Standard')
    expect(table.definition.messages).toEqual([
      { name: 'Associate', isEvent: true },
      { name: 'Disassociate', isEvent: true },
      { name: 'RetrieveMultiple', isEvent: true },
    ])
  })

  test('has an id of its own, the two it joins, which are no lookups, and a row version; all read-only', () => {
    const columns = [...platform.table('contactleads').columns.values()]

    expect(columns.map(({ logicalName, type }) => [logicalName, type])).toEqual([
      ['contactleadsid', 'Uniqueidentifier'],
      ['contactid', 'Uniqueidentifier'],
      ['leadid', 'Uniqueidentifier'],
      ['versionnumber', 'BigInt'],
    ])
    expect(columns.some((column) => column.validForCreate || column.validForUpdate)).toBe(false)
  })

  test.each(['POST', 'GET', 'PATCH', 'DELETE'])('takes no %s of a row', async (method) => {
    const { org, send } = world()
    const [link] = org.contents().get('teammembership') ?? []
    const key = method === 'POST' ? '' : `(${textOf(link?.['teammembershipid'])})`
    const before = org.contents()

    const answer = await send(
      method,
      `teammemberships${key}`,
      method === 'POST' || method === 'PATCH' ? { teamid: org.teamId } : undefined,
    )

    expect([answer.status, answer.json.error.code]).toEqual([400, '0x80040800'])
    expect(org.contents()).toEqual(before)
  })

  test('is read like any table, and joined', async () => {
    const { org, send } = world()
    const contact = await org.create('contact', { lastname: 'Diaz' })
    const lead = await org.create('lead', { subject: 'Sale', lastname: 'Diaz' })
    await org.associate(ref('contact', contact), 'contactleads_association', ref('lead', lead))
    const fetch = `<fetch><entity name="contact"><attribute name="lastname"/>
      <link-entity name="contactleads" from="contactid" to="contactid" intersect="true">
        <link-entity name="lead" from="leadid" to="leadid" alias="l"><attribute name="subject"/></link-entity>
      </link-entity></entity></fetch>`

    const rows = await send('GET', 'contactleadscollection?$select=contactid,leadid')
    const joined = await send('GET', `contacts?fetchXml=${encodeURIComponent(fetch)}`)

    expect(rows.json.value).toMatchObject([{ contactid: contact, leadid: lead }])
    expect(joined.json.value).toMatchObject([{ lastname: 'Diaz', 'l.subject': 'Sale' }])
  })

  test('takes neither columns nor relationships of its own', async () => {
    const { org, send } = world()
    const before = org.catalog

    const column = await send(
      'POST',
      "EntityDefinitions(LogicalName='new_parcel_contact')/Attributes",
      {
        '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
        SchemaName: 'new_Remark',
        MaxLength: 10,
        FormatName: { Value: 'Text' },
      },
    )
    const relationship = await send('POST', 'RelationshipDefinitions', {
      '@odata.type': 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
      SchemaName: 'new_linked',
      ReferencedEntity: 'account',
      ReferencingEntity: 'new_parcel_contact',
      Lookup: {
        '@odata.type': 'Microsoft.Dynamics.CRM.LookupAttributeMetadata',
        SchemaName: 'new_LinkedId',
      },
    })

    expect([column.status, relationship.status]).toEqual([400, 400])
    expect(org.catalog).toBe(before)
  })
})

// https://learn.microsoft.com/power-apps/developer/data-platform/entity-metadata#entity-ownership
describe('owners', () => {
  test('are a business unit in tables of business units, and never a user or team', () => {
    for (const name of ['systemuser', 'team']) {
      const { ownership, columns } = platform.table(name)
      expect([name, ownership, columns.has('businessunitid'), columns.has('ownerid')]).toEqual([
        name,
        'BusinessOwned',
        true,
        false,
      ])
    }
  })

  test('are rows of `owner` with name and kind; the table offers what reads it', () => {
    const owner = platform.table('owner')

    expect(owner.ownership).toBe('None')
    expect([...owner.columns.keys()]).toEqual([
      'ownerid',
      'name',
      'yominame',
      'owneridtype',
      'versionnumber',
    ])
    expect(owner.columns.get('name')).toMatchObject({ maxLength: 160 })
    expect(['Create', 'Update', 'Delete'].filter((message) => owner.offers(message))).toEqual([])
    expect(owner.offers('RetrieveEntityChanges')).toBe(true)
  })

  test('have ids that no other owner has, user or team', async () => {
    const org = emulator({ tables: TABLES })
    const [one, other] = [await user(org), await team(org)]

    await refused(org, () => team(org, { teamid: one.id }), {
      code: 'DUPLICATE_ROW',
      number: 0x80040237,
    })
    await refused(org, () => user(org, { systemuserid: other.id }), { code: 'DUPLICATE_ROW' })
  })

  test.each(['systemusers(systemuserid=%)', 'teams(teamid=%)'])(
    'are found by their unnamed key alone: %s',
    async (path) => {
      const { org, send } = world()
      const id = path.startsWith('team') ? org.teamId : org.userId

      const named = await send('GET', path.replace('%', id))
      const unnamed = await send('GET', path.replace(/\(.*=%\)/, `(${id})`))

      expect([named.status, named.json.error.code]).toEqual([400, '0x80060888'])
      expect(unnamed.status).toBe(200)
    },
  )

  test('are one type in $metadata, with `ownerid` as its key: users and teams derive from it', async () => {
    const { text: document } = await world().send('GET', '$metadata')

    expect(document).toContain(
      '<EntityType Name="principal" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="ownerid" /></Key>',
    )
    for (const table of ['systemuser', 'team']) {
      expect(document).toContain(`<EntityType Name="${table}" BaseType="mscrm.principal"`)
    }
  })

  test('are referred to by their `ownerid`, by one relationship for users and teams', () => {
    expect(platform.relationship('owner_accounts')).toMatchObject({
      referencedTable: 'owner',
      referencedColumn: 'ownerid',
      referencingColumn: 'ownerid',
      referencingNavigation: 'ownerid',
      cascade: { delete: 'NoCascade' },
    })
  })

  test('say their kind themselves: what is sent for owneridtype and its like counts nothing', async () => {
    const org = emulator({ tables: TABLES })
    const values: object = {
      name: 'Contoso',
      owneridtype: 'team',
      owninguser: null,
      owningteam: ref('team', org.teamId),
    }

    const id = await org.create('account', values)

    expect(org.peek('account', id)).toMatchObject({
      owneridtype: 'systemuser',
      ownerid: ref('systemuser', org.userId),
      owninguser: ref('systemuser', org.userId),
      owningteam: null,
    })
  })

  test('who are disabled keep their rows, and may be given more (unverified)', async () => {
    const org = emulator({ tables: TABLES })
    const ownerid = await user(org)
    const kept = await org.create('account', { name: 'Kept', ownerid })
    await org.update('systemuser', ownerid.id, { isdisabled: true })

    const given = await org.create('account', { name: 'Given', ownerid })

    for (const id of [kept, given]) expect(org.peek('account', id)).toMatchObject({ ownerid })
  })

  test('are told with table, navigation property and name beside their id', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'Contoso', ownerid: ref('team', org.teamId) })

    const { json } = await send('GET', `accounts(${id})?$select=_ownerid_value`, undefined, {
      prefer: 'odata.include-annotations="*"',
    })

    expect(json).toMatchObject({
      _ownerid_value: org.teamId,
      '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'team',
      '_ownerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty': 'ownerid',
      '_ownerid_value@OData.Community.Display.V1.FormattedValue': 'emulated',
    })
  })
})
