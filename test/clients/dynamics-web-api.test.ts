import { DynamicsWebApi } from 'dynamics-web-api'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { listen, type Listening } from '../../src/web-api/node-server.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { step } from '../support/steps.ts'

/** The whole of one client of many, over a real connection: https://github.com/AleksandrRogov/DynamicsWebApi */

let server: Listening | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function connected(options: EmulatorOptions = {}) {
  const org = new Emulator({ runsJobsAtOnce: true, ...options })
  server = await listen(createWebApi({ catalog: org.catalog, service: servedOrganization(org) }))
  const api = new DynamicsWebApi({
    serverUrl: server.url,
    dataApi: { path: 'data', version: '9.2' },
    onTokenRefresh: () => Promise.resolve('any'),
  })
  return { org, api, url: server.url }
}

type Api = Awaited<ReturnType<typeof connected>>['api']
type Record_ = Record<string, unknown>

const createAccount = (api: Api, data: Record_) =>
  api.create<Record_>({ collection: 'accounts', data }) as unknown as Promise<string>

/** What a refused request rejects with. */
async function refusalOf(work: Promise<unknown>): Promise<{ status: number; code: string }> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  const { status, code } = thrown as { status: number; code: string }
  return { status, code }
}

describe('rows', () => {
  test('are created, read, updated, upserted and deleted', async () => {
    const { api } = await connected()

    const id = await createAccount(api, { name: 'Contoso', revenue: 1000.5, donotemail: true })
    const created = await api.retrieve<Record_>({
      collection: 'accounts',
      key: id,
      select: ['name', 'revenue', 'donotemail'],
      includeAnnotations: '*',
    })
    await api.update({ collection: 'accounts', key: id, data: { name: 'Contoso Ltd.' } })
    await api.updateSingleProperty({
      collection: 'accounts',
      key: id,
      fieldValuePair: { telephone1: '555' },
    })
    const upserted = await api.upsert<Record_>({
      collection: 'accounts',
      key: '11111111-1111-4111-8111-111111111111',
      data: { name: 'Fabrikam' },
    })
    const after = await api.retrieve<Record_>({ collection: 'accounts', key: `{${id}}` })
    const isDeleted = await api.deleteRecord({ collection: 'accounts', key: id })

    expect(created).toMatchObject({
      name: 'Contoso',
      revenue: 1000.5,
      donotemail: true,
      donotemail_Formatted: 'Yes',
    })
    expect(upserted).toBe('11111111-1111-4111-8111-111111111111')
    expect(after).toMatchObject({ name: 'Contoso Ltd.', telephone1: '555' })
    expect(isDeleted).toBe(true)
    expect(await refusalOf(api.retrieve({ collection: 'accounts', key: id }))).toEqual({
      status: 404,
      code: '0x80040217',
    })
  })

  test('come back with the answer where that is asked for', async () => {
    const { api } = await connected()

    const created = await api.create<Record_>({
      collection: 'accounts',
      data: { name: 'Contoso' },
      select: ['name', 'statecode'],
      returnRepresentation: true,
    })
    const updated = await api.update<Record_>({
      collection: 'accounts',
      key: String(created['accountid']),
      data: { name: 'B' },
      select: ['name'],
      returnRepresentation: true,
    })

    expect(created).toMatchObject({ name: 'Contoso', statecode: 0 })
    expect(updated).toMatchObject({ name: 'B' })
  })

  test('are found by alternate key, and values of any alphabet survive', async () => {
    const { api } = await connected({
      tables: PLATFORM_TABLES.filter(({ logicalName }) => logicalName === 'account').map(
        (table) => ({
          ...table,
          keys: [{ logicalName: 'number', schemaName: 'Number', columns: ['accountnumber'] }],
        }),
      ),
    })
    await createAccount(api, { name: 'Žluťoučký 💥 "kůň"', accountnumber: "O'Neil" })

    const found = await api.retrieve<Record_>({
      collection: 'accounts',
      key: "accountnumber='O''Neil'",
      select: ['name'],
    })

    expect(found['name']).toBe('Žluťoučký 💥 "kůň"')
  })

  test('have versions: a stale one is refused, the present one taken', async () => {
    const { api } = await connected()
    const id = await createAccount(api, { name: 'A' })
    const { '@odata.etag': etag } = await api.retrieve<Record_>({ collection: 'accounts', key: id })
    await api.update({ collection: 'accounts', key: id, data: { name: 'B' } })

    const stale = await api.update({
      collection: 'accounts',
      key: id,
      data: { name: 'C' },
      ifmatch: String(etag),
    })

    // The client answers false to 412.
    expect(stale).toBe(false)
    expect((await api.retrieve<Record_>({ collection: 'accounts', key: id }))['name']).toBe('B')
    expect(await api.deleteRecord({ collection: 'accounts', key: id, ifmatch: '*' })).toBe(true)
  })

  test('that are not there are not updated, and those that are there not made again', async () => {
    const { api, org } = await connected()
    const key = '11111111-1111-4111-8111-111111111111'

    const update = api.update({ collection: 'accounts', key, data: { name: 'A' } })
    expect(await refusalOf(update)).toEqual({ status: 404, code: '0x80040217' })
    await api.upsert({ collection: 'accounts', key, data: { name: 'A' }, ifnonematch: '*' })
    const again = await api.upsert({
      collection: 'accounts',
      key,
      data: { name: 'B' },
      ifnonematch: '*',
    })

    // The client answers null where the row is there already.
    expect(again).toBeNull()
    expect(org.contents().get('account')).toMatchObject([{ name: 'A' }])
  })

  test('are created with those they contain, and expanded', async () => {
    const { api } = await connected()
    const id = await createAccount(api, {
      name: 'Contoso',
      primarycontactid: { lastname: 'Ann' },
      contact_customer_accounts: [{ lastname: 'Bob' }, { lastname: 'Cid' }],
    })

    const account = await api.retrieve<Record_>({
      collection: 'accounts',
      key: id,
      select: ['name'],
      expand: [
        { property: 'primarycontactid', select: ['lastname'] },
        {
          property: 'contact_customer_accounts',
          select: ['lastname'],
          filter: "lastname ne 'Cid'",
          orderBy: ['lastname'],
        },
      ],
    })

    expect(account['primarycontactid']).toMatchObject({ lastname: 'Ann' })
    expect(account['contact_customer_accounts']).toMatchObject([{ lastname: 'Bob' }])
  })

  test('are bound to others with and without a slash, and read back with their names', async () => {
    const { api } = await connected()
    const account = await createAccount(api, { name: 'Contoso' })
    const contact = (await api.create<Record_>({
      collection: 'contacts',
      data: { lastname: 'Ann', 'parentcustomerid_account@odata.bind': `accounts(${account})` },
    })) as unknown as string

    const read = await api.retrieve<Record_>({
      collection: 'contacts',
      key: contact,
      select: ['_parentcustomerid_value'],
      includeAnnotations: '*',
    })

    expect(read).toMatchObject({
      _parentcustomerid_value: account,
      _parentcustomerid_value_Formatted: 'Contoso',
      _parentcustomerid_value_LogicalName: 'account',
      _parentcustomerid_value_NavigationProperty: 'parentcustomerid_account',
    })
  })
})

describe('queries', () => {
  async function withAccounts(count: number) {
    const world = await connected()
    for (let i = 0; i < count; i++) {
      await world.org.create('account', {
        name: `A${String(i).padStart(2, '0')}`,
        numberofemployees: i,
      })
    }
    return world
  }

  test('filter, order, count and choose columns', async () => {
    const { api } = await withAccounts(9)

    const { value, oDataCount } = await api.retrieveMultiple<Record_>({
      collection: 'accounts',
      select: ['name'],
      filter: "numberofemployees gt 3 and startswith(name,'A')",
      orderBy: ['name desc'],
      count: true,
      top: 2,
    })

    expect(value.map((row) => row['name'])).toEqual(['A08', 'A07'])
    expect(oDataCount).toBe(5)
  })

  test('come in pages that are followed to the end', async () => {
    const { api } = await withAccounts(7)

    const first = await api.retrieveMultiple<Record_>({
      collection: 'accounts',
      select: ['name'],
      orderBy: ['name'],
      maxPageSize: 3,
    })
    const { value } = await api.retrieveAll<Record_>({
      collection: 'accounts',
      select: ['name'],
      orderBy: ['name'],
      maxPageSize: 3,
    })

    expect(first.value).toHaveLength(3)
    expect(first.oDataNextLink).toContain('$skiptoken=')
    expect(value.map((row) => row['name'])).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `A0${i}`))
  })

  test('count', async () => {
    const { api } = await withAccounts(4)

    expect(await api.count({ collection: 'accounts' })).toBe(4)
    expect(await api.count({ collection: 'accounts', filter: 'numberofemployees lt 2' })).toBe(2)
    expect(await api.countAll({ collection: 'accounts', filter: 'numberofemployees lt 2' })).toBe(2)
  })

  test('aggregate', async () => {
    const { api } = await withAccounts(4)

    const { value } = await api.retrieveMultiple<Record_>({
      collection: 'accounts',
      apply: 'aggregate(numberofemployees with sum as total)',
    })

    expect(value).toMatchObject([{ total: 6 }])
  })

  test('in FetchXML, page after page', async () => {
    const { api } = await withAccounts(7)
    const fetchXml =
      '<fetch count="3"><entity name="account"><attribute name="name"/><order attribute="name"/></entity></fetch>'

    const first = await api.fetch<Record_>({
      collection: 'accounts',
      fetchXml,
      includeAnnotations: '*',
    })
    const { value } = await api.fetchAll<Record_>({
      collection: 'accounts',
      fetchXml,
      includeAnnotations: '*',
    })

    expect(first.PagingInfo).toMatchObject({ page: 1, nextPage: 2 })
    expect(value.map((row) => row['name'])).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `A0${i}`))
  })

  test('that are longer than an address may be go through a batch', async () => {
    const { api } = await withAccounts(3)
    const filter = Array.from({ length: 100 }, (_, i) => `numberofemployees eq ${i + 2}`).join(
      ' or ',
    )

    const { value } = await api.retrieveMultiple<Record_>({
      collection: 'accounts',
      select: ['name'],
      filter,
    })

    expect(value).toMatchObject([{ name: 'A02' }])
  })

  test('of what has changed since', async () => {
    const { api, org } = await withAccounts(2)
    const first = await api.retrieveMultiple<Record_>({
      collection: 'accounts',
      select: ['name'],
      trackChanges: true,
    })
    const gone = String(first.value[0]?.['accountid'])
    await org.delete('account', gone)
    await org.create('account', { name: 'New' })

    const link = decodeURIComponent(first.oDataDeltaLink ?? '')
    const [, query = ''] = /\?(.*)$/.exec(link) ?? []
    const later = await api.retrieveMultiple<Record_>({
      collection: 'accounts',
      select: ['name'],
      queryParams: [query.split('&').find((part) => part.startsWith('$deltatoken')) ?? ''],
      trackChanges: true,
    })

    expect(first.value).toHaveLength(2)
    expect(later.value).toHaveLength(2)
    expect(JSON.stringify(later.value)).toContain(gone)
    expect(JSON.stringify(later.value)).toContain('"New"')
  })
})

describe('links', () => {
  test('are made and removed, in both kinds of relationship', async () => {
    const { api, org } = await connected()
    const account = await createAccount(api, { name: 'Contoso' })
    const contact = await org.create('contact', { lastname: 'Ann' })
    const lead = await org.create('lead', { lastname: 'Ann', subject: 'A' })
    const linked = {
      collection: 'contacts',
      primaryKey: contact,
      relationshipName: 'contactleads_association',
    }

    await api.associate({ ...linked, relatedCollection: 'leads', relatedKey: lead })
    await api.associateSingleValued({
      collection: 'contacts',
      primaryKey: contact,
      navigationProperty: 'parentcustomerid_account',
      relatedCollection: 'accounts',
      relatedKey: account,
    })
    const links = org.contents().get('contactleads')
    const parent = (await org.retrieve('contact', contact)).parentcustomerid
    await api.disassociate({ ...linked, relatedKey: lead })
    await api.disassociateSingleValued({
      collection: 'contacts',
      primaryKey: contact,
      navigationProperty: 'parentcustomerid_account',
    })

    expect(links).toMatchObject([{ contactid: contact, leadid: lead }])
    expect(parent).toEqual({ table: 'account', id: account })
    expect(org.contents().get('contactleads') ?? []).toEqual([])
    expect((await org.retrieve('contact', contact)).parentcustomerid).toBeNull()
  })
})

describe('batches', () => {
  test('have a change set whose parts refer to each other, and reads', async () => {
    const { api, org } = await connected()

    api.startBatch()
    void api.create({ collection: 'accounts', data: { name: 'Contoso' }, contentId: '1' })
    void api.create({
      collection: 'contacts',
      data: { lastname: 'Ann', 'parentcustomerid_account@odata.bind': '$1' },
    })
    void api.retrieveMultiple({ collection: 'accounts', select: ['name'], inChangeSet: false })
    const answers = await api.executeBatch()

    const [account] = org.contents().get('account') ?? []
    expect(answers).toHaveLength(3)
    expect(answers[0]).toBe(account?.['accountid'])
    expect(org.contents().get('contact')).toMatchObject([
      { parentcustomerid: { table: 'account', id: account?.['accountid'] } },
    ])
    expect(answers[2]).toMatchObject({ value: [{ name: 'Contoso' }] })
  })

  test('undo a change set of which one part fails', async () => {
    const { api, org } = await connected()

    api.startBatch()
    void api.create({ collection: 'accounts', data: { name: 'A' } })
    void api.create({ collection: 'accounts', data: { name: 'x'.repeat(200) } })
    const thrown: unknown = await api.executeBatch().catch((error: unknown) => error)

    expect(JSON.stringify(thrown)).toContain('0x80044331')
    expect(org.contents().get('account') ?? []).toEqual([])
  })
})

describe('messages', () => {
  test('functions and actions, bound and unbound', async () => {
    const { api, org } = await connected()
    const team = await org.create('team', {
      name: 'Sales',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    const account = await createAccount(api, { name: 'Contoso' })

    const me = await api.callFunction<Record_>({ functionName: 'WhoAmI' })
    await api.callAction({
      actionName: 'GrantAccess',
      action: {
        Target: { accountid: account, '@odata.type': 'Microsoft.Dynamics.CRM.account' },
        PrincipalAccess: {
          Principal: { teamid: team, '@odata.type': 'Microsoft.Dynamics.CRM.team' },
          AccessMask: 'ReadAccess',
        },
      },
    })
    const access = await api.callFunction<Record_>({
      functionName: 'Microsoft.Dynamics.CRM.RetrievePrincipalAccess',
      collection: 'systemusers',
      key: org.userId,
      parameters: {
        Target: { '@odata.id': `accounts(${account})` },
      },
    })

    expect(me).toMatchObject({ UserId: org.userId, BusinessUnitId: org.businessUnitId })
    expect(org.contents().get('principalobjectaccess')).toMatchObject([{ objectid: account }])
    expect(String(access['AccessRights'])).toContain('WriteAccess')
  })

  test('what a step refuses reaches the client with its message', async () => {
    const { api, org } = await connected({
      steps: [
        step({ message: 'Create', table: 'account' }, ({ reject }) => reject('No more accounts.')),
      ],
    })

    await expect(createAccount(api, { name: 'A' })).rejects.toMatchObject({
      status: 400,
      code: '0x80040265',
      message: 'No more accounts.',
    })
    expect(org.contents().get('account') ?? []).toEqual([])
  })

  test('a header names another user to act for', async () => {
    const { api, org } = await connected()
    const ann = await org.create('systemuser', {
      domainname: 'ann@contoso.com',
      internalemailaddress: 'ann@contoso.com',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })

    await api.create({ collection: 'accounts', data: { name: 'A' }, impersonate: ann })

    expect(org.contents().get('account')).toMatchObject([
      { createdby: { id: ann }, createdonbehalfby: { id: org.userId } },
    ])
  })
})

describe('definitions', () => {
  const label = (text: string) => ({
    '@odata.type': 'Microsoft.Dynamics.CRM.Label',
    LocalizedLabels: [
      {
        '@odata.type': 'Microsoft.Dynamics.CRM.LocalizedLabel',
        Label: text,
        LanguageCode: 1033,
      },
    ],
  })

  test('of tables, columns and relationships are read', async () => {
    const { api } = await connected()

    const { value } = await api.retrieveEntities<Record_>({
      select: ['LogicalName', 'EntitySetName'],
    })
    const account = await api.retrieveEntity<Record_>({
      key: "LogicalName='account'",
      select: ['LogicalName', 'PrimaryIdAttribute'],
    })
    const columns = await api.retrieveAttributes<Record_>({
      entityKey: "LogicalName='account'",
      castType: 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      select: ['LogicalName', 'MaxLength'],
    })
    const relationships = await api.retrieveRelationships<Record_>({
      castType: 'Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata',
      select: ['SchemaName'],
    })

    expect(value).toContainEqual(
      expect.objectContaining({ LogicalName: 'contact', EntitySetName: 'contacts' }),
    )
    expect(account).toMatchObject({ PrimaryIdAttribute: 'accountid' })
    expect(columns.value).toContainEqual(
      expect.objectContaining({ LogicalName: 'name', MaxLength: 160 }),
    )
    expect(relationships.value).toContainEqual(
      expect.objectContaining({ SchemaName: 'contactleads_association' }),
    )
  })

  test('tables are called by their logical names where the client is told to', async () => {
    const { url } = await connected()
    const api = new DynamicsWebApi({
      serverUrl: url,
      dataApi: { path: 'data', version: '9.2' },
      useEntityNames: true,
    })

    const id = (await api.create({ collection: 'account', data: { name: 'A' } })) as unknown
    const read = await api.retrieve<Record_>({ collection: 'account', key: String(id) })

    expect(read['name']).toBe('A')
  })

  test('a table is made with a column and a relationship, used at once, changed and removed', async () => {
    const { api } = await connected()

    const tableId = await api.createEntity<string>({
      data: {
        '@odata.type': 'Microsoft.Dynamics.CRM.EntityMetadata',
        SchemaName: 'new_Boat',
        DisplayName: label('Boat'),
        DisplayCollectionName: label('Boats'),
        Description: label('What floats'),
        OwnershipType: 'UserOwned',
        HasActivities: false,
        HasNotes: false,
        IsActivity: false,
        Attributes: [
          {
            '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
            AttributeType: 'String',
            AttributeTypeName: { Value: 'StringType' },
            SchemaName: 'new_Name',
            DisplayName: label('Name'),
            Description: label('Its name'),
            IsPrimaryName: true,
            RequiredLevel: { Value: 'None', CanBeChanged: true },
            FormatName: { Value: 'Text' },
            MaxLength: 100,
          },
        ],
      },
    })
    const columnId = await api.createAttribute<string>({
      entityKey: "LogicalName='new_boat'",
      data: {
        '@odata.type': 'Microsoft.Dynamics.CRM.IntegerAttributeMetadata',
        AttributeType: 'Integer',
        SchemaName: 'new_Length',
        DisplayName: label('Length'),
        RequiredLevel: { Value: 'None' },
        MinValue: 0,
        MaxValue: 400,
        Format: 'None',
      },
    })
    await api.createRelationship({
      data: {
        '@odata.type': 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
        SchemaName: 'new_account_boats',
        ReferencedEntity: 'account',
        ReferencedAttribute: 'accountid',
        ReferencingEntity: 'new_boat',
        CascadeConfiguration: {
          Assign: 'NoCascade',
          Delete: 'Cascade',
          Merge: 'Cascade',
          Reparent: 'NoCascade',
          Share: 'NoCascade',
          Unshare: 'NoCascade',
        },
        Lookup: {
          '@odata.type': 'Microsoft.Dynamics.CRM.LookupAttributeMetadata',
          AttributeType: 'Lookup',
          SchemaName: 'new_OwnerAccount',
          DisplayName: label('Account'),
          RequiredLevel: { Value: 'None' },
        },
      },
    })
    const account = await createAccount(api, { name: 'Contoso' })
    const boat = (await api.create<Record_>({
      collection: 'new_boats',
      data: {
        new_name: 'Argo',
        new_length: 30,
        'new_OwnerAccount@odata.bind': `accounts(${account})`,
      },
    })) as unknown as string
    const tooLong = api.update({ collection: 'new_boats', key: boat, data: { new_length: 401 } })
    const refused = await refusalOf(tooLong)
    const column = await api.retrieveAttribute<Record_>({
      entityKey: "LogicalName='new_boat'",
      attributeKey: columnId,
      castType: 'Microsoft.Dynamics.CRM.IntegerAttributeMetadata',
    })
    await api.updateAttribute({
      entityKey: "LogicalName='new_boat'",
      castType: 'Microsoft.Dynamics.CRM.IntegerAttributeMetadata',
      data: { ...column, MaxValue: 500 },
    })
    await api.update({ collection: 'new_boats', key: boat, data: { new_length: 401 } })
    await api.deleteRecord({ collection: 'accounts', key: account })

    expect(refused).toMatchObject({ status: 400 })
    expect(await api.count({ collection: 'new_boats' })).toBe(0)
    await api.deleteRecord({ collection: 'EntityDefinitions', key: tableId })
    expect(await refusalOf(api.retrieveMultiple({ collection: 'new_boats' }))).toMatchObject({
      status: 404,
    })
  })

  test('global choices are made and read', async () => {
    const { api } = await connected()

    await api.createGlobalOptionSet({
      data: {
        '@odata.type': 'Microsoft.Dynamics.CRM.OptionSetMetadata',
        Name: 'new_colors',
        DisplayName: label('Colors'),
        OptionSetType: 'Picklist',
        IsGlobal: true,
        Options: [
          { Value: 1, Label: label('Red') },
          { Value: 2, Label: label('Blue') },
        ],
      },
    })
    const read = await api.retrieveGlobalOptionSet<Record_>({
      key: "Name='new_colors'",
      castType: 'Microsoft.Dynamics.CRM.OptionSetMetadata',
    })

    expect(read['Options']).toMatchObject([{ Value: 1 }, { Value: 2 }])
  })
})
