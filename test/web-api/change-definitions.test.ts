import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { idIn, ROOT, world, type World } from './world.ts'

const label = (Label: string) => ({
  '@odata.type': 'Microsoft.Dynamics.CRM.Label',
  LocalizedLabels: [
    { '@odata.type': 'Microsoft.Dynamics.CRM.LocalizedLabel', Label, LanguageCode: 1033 },
  ],
})

/** As the documentation's own sample creates a table. */
const BANK_ACCOUNT = {
  '@odata.type': 'Microsoft.Dynamics.CRM.EntityMetadata',
  Attributes: [
    {
      AttributeType: 'String',
      AttributeTypeName: { Value: 'StringType' },
      Description: label('Type the name of the bank account'),
      DisplayName: label('Account Name'),
      IsPrimaryName: true,
      RequiredLevel: {
        Value: 'None',
        CanBeChanged: true,
        ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings',
      },
      SchemaName: 'new_AccountName',
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      FormatName: { Value: 'Text' },
      MaxLength: 100,
    },
  ],
  Description: label('A table to store information about customer bank accounts'),
  DisplayCollectionName: label('Bank Accounts'),
  DisplayName: label('Bank Account'),
  HasActivities: false,
  HasNotes: false,
  IsActivity: false,
  OwnershipType: 'UserOwned',
  SchemaName: 'new_BankAccount',
}

const TABLE = "EntityDefinitions(LogicalName='new_bankaccount')"
const CRM = 'Microsoft.Dynamics.CRM.'

async function withBankAccounts(): Promise<World> {
  const made = world()
  const answer = await made.send('POST', 'EntityDefinitions', BANK_ACCOUNT)
  if (answer.status !== 204) throw new DataverseError('UNEXPECTED', answer.text)
  return made
}

/** A request that is refused leaves the tables as they were. */
async function refused(
  { send, org }: World,
  [method, path, body]: readonly [string, string, unknown?],
  error: Readonly<Record<string, unknown>> & { readonly status: number },
): Promise<void> {
  const before = org.catalog

  const answer = await send(method, path, body)

  const { status, ...told } = error
  expect([answer.status, answer.json.error]).toEqual([status, expect.objectContaining(told)])
  expect(org.catalog).toBe(before)
}

test('an address with a line break in its key is told as it can be sent again', async () => {
  const { send } = await withBankAccounts()

  const answer = await send('PUT', "EntityDefinitions(LogicalName=%0d%0a'new_bankaccount')", {})

  expect([answer.status, answer.headers['OData-EntityId']]).toEqual([
    204,
    `${ROOT}EntityDefinitions(LogicalName=%0D%0A'new_bankaccount')`,
  ])
})

describe('a table', () => {
  test('is made by POST, and answers at once', async () => {
    const { send } = world()

    const answer = await send('POST', 'EntityDefinitions', BANK_ACCOUNT)

    expect(answer.status).toBe(204)
    const id = idIn(answer)
    expect(answer.headers['OData-EntityId']).toBe(`${ROOT}EntityDefinitions(${id})`)
    const { json } = await send('GET', `EntityDefinitions(${id})?$expand=Attributes`)
    expect(json).toMatchObject({
      LogicalName: 'new_bankaccount',
      SchemaName: 'new_BankAccount',
      EntitySetName: 'new_bankaccounts',
      ObjectTypeCode: 10_000,
      IsCustomEntity: true,
      PrimaryNameAttribute: 'new_accountname',
      DisplayName: { UserLocalizedLabel: { Label: 'Bank Account' } },
    })
    const created = await send('POST', 'new_bankaccounts', { new_accountname: 'Savings' })
    expect(created.status).toBe(204)
    const listed = await send('GET', 'new_bankaccounts?$select=new_accountname')
    expect(listed.json.value).toMatchObject([{ new_accountname: 'Savings' }])
  })

  test('stands in $metadata and the service document at once', async () => {
    const { send } = await withBankAccounts()

    expect((await send('GET', '$metadata')).text).toContain('<EntityType Name="new_bankaccount"')
    expect((await send('GET', '')).json.value).toContainEqual({
      name: 'new_bankaccounts',
      kind: 'EntitySet',
      url: 'new_bankaccounts',
    })
  })

  test('is made with all its columns in one request, as the Python client does', async () => {
    const { send } = world()
    const column = (type: string, SchemaName: string, more: object = {}) => ({
      '@odata.type': `${CRM}${type}AttributeMetadata`,
      SchemaName,
      DisplayName: label(SchemaName),
      RequiredLevel: { Value: 'None' },
      ...more,
    })

    const answer = await send('POST', 'EntityDefinitions?SolutionUniqueName=mine', {
      ...BANK_ACCOUNT,
      Attributes: [
        column('String', 'new_Title', { IsPrimaryName: true, MaxLength: 200 }),
        column('Integer', 'new_Count', { MinValue: -2147483648, MaxValue: 2147483647 }),
        column('Decimal', 'new_Ratio', { MinValue: -100000000000, MaxValue: 100000000000 }),
        column('DateTime', 'new_When', { Format: 'DateOnly', ImeMode: 'Inactive' }),
        column('Boolean', 'new_Done', {
          OptionSet: {
            '@odata.type': `${CRM}BooleanOptionSetMetadata`,
            TrueOption: { Value: 1, Label: label('Done') },
            FalseOption: { Value: 0, Label: label('Open') },
          },
        }),
        column('Picklist', 'new_Kind', {
          OptionSet: {
            '@odata.type': `${CRM}OptionSetMetadata`,
            IsGlobal: false,
            Options: [{ Value: 5, Label: label('Five') }, { Label: label('Next') }],
          },
        }),
        column('Memo', 'new_Story', { MaxLength: 4000, Format: 'Text' }),
        column('File', 'new_Paper'),
      ],
    })

    expect(answer.status).toBe(204)
    const { json } = await send(
      'GET',
      `${TABLE}/Attributes/${CRM}PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options,Name),GlobalOptionSet`,
    )
    expect(json.value).toMatchObject([
      {
        LogicalName: 'new_kind',
        GlobalOptionSet: null,
        OptionSet: {
          Name: 'new_bankaccount_new_kind',
          Options: [{ Value: 5 }, { Value: 100_000_001 }],
        },
      },
    ])
  })

  test('changes its labels by PUT; labels are merged where the header says so', async () => {
    const { send } = await withBankAccounts()
    const { json: whole } = await send('GET', TABLE)

    const put = await send(
      'PUT',
      TABLE,
      {
        ...whole,
        DisplayName: label('Bank Business'),
        Description: { LocalizedLabels: [], UserLocalizedLabel: null },
      },
      { 'mscrm.mergelabels': 'true', 'if-match': '*' },
    )

    expect(put.status).toBe(204)
    expect((await send('GET', TABLE)).json).toMatchObject({
      DisplayName: { UserLocalizedLabel: { Label: 'Bank Business' } },
      Description: {
        UserLocalizedLabel: { Label: BANK_ACCOUNT.Description.LocalizedLabels[0]?.Label },
      },
    })
    await send('PUT', TABLE, { Description: { LocalizedLabels: [] } })
    expect((await send('GET', TABLE)).json.Description.UserLocalizedLabel).toBeNull()
  })

  test('is audited, and its columns are, as IsAuditEnabled says (auditing/configure)', async () => {
    const { send, org } = await withBankAccounts()
    const column = `${TABLE}/Attributes(LogicalName='overriddencreatedon')`
    const auditing = (Value: boolean) => ({
      IsAuditEnabled: {
        Value,
        CanBeChanged: true,
        ManagedPropertyLogicalName: 'canmodifyauditsettings',
      },
    })
    await org.update('organization', org.organizationId, { isauditenabled: true })
    const former = [(await send('GET', TABLE)).json, (await send('GET', column)).json]

    const table = await send('PUT', TABLE, auditing(true))
    const put = await send('PUT', column, { ...former[1], ...auditing(false) })

    expect(former).toMatchObject([auditing(false), auditing(true)])
    expect([table.status, put.status]).toEqual([204, 204])
    expect((await send('GET', TABLE)).json).toMatchObject(auditing(true))
    expect((await send('GET', column)).json).toMatchObject(auditing(false))
    await send('POST', 'new_bankaccounts', {
      new_accountname: 'Savings',
      overriddencreatedon: '2020-01-01T00:00:00Z',
    })
    const { json } = await send('GET', 'audits?$select=objecttypecode,changedata,_objectid_value')
    expect(json.value).toMatchObject([{ objecttypecode: 'new_bankaccount' }])
    expect(json.value[0].changedata).toContain('Savings')
    expect(json.value[0].changedata).not.toContain('overriddencreatedon')
  })

  test('goes by DELETE', async () => {
    const { send } = await withBankAccounts()

    const answer = await send('DELETE', TABLE, undefined, { 'if-match': '*' })

    expect(answer.status).toBe(204)
    expect((await send('GET', TABLE)).status).toBe(404)
    expect((await send('GET', 'new_bankaccounts')).status).toBe(404)
  })

  test('is refused with the platform’s codes', async () => {
    const made = await withBankAccounts()
    const post = (change: object) =>
      ['POST', 'EntityDefinitions', { ...BANK_ACCOUNT, ...change }] as const

    await refused(made, post({}), { status: 400, code: '0x80044363' })
    await refused(made, post({ SchemaName: 'BankAccount' }), {
      status: 400,
      code: 'SCHEMA_NAME_INVALID',
    })
    await refused(made, post({ SchemaName: 5 }), { status: 400, code: '0x80040203' })
    await refused(made, post({ SchemaName: 'new_Other', Attributes: [] }), {
      status: 400,
      code: '0x80040203',
    })
    await refused(made, post({ SchemaName: 'new_Other', OwnershipType: 'Nobody' }), {
      status: 400,
      code: '0x80048d19',
    })
    await refused(made, post({ SchemaName: 'new_Other', IsActivity: true }), { status: 501 })
    await refused(made, post({ SchemaName: 'new_Other', TableType: 'Elastic' }), { status: 501 })
    await refused(made, ['PATCH', TABLE, {}], { status: 405 })
    await refused(made, ['POST', TABLE, {}], { status: 405 })
    await refused(made, ['PUT', 'EntityDefinitions', {}], { status: 405 })
    await refused(made, ['PUT', TABLE, { OwnershipType: 'OrganizationOwned' }], {
      status: 400,
      code: '0x80040203',
    })
    await refused(made, ['DELETE', "EntityDefinitions(LogicalName='account')"], {
      status: 400,
      code: '0x8004f032',
    })
    await refused(made, ['DELETE', "EntityDefinitions(LogicalName='nosuch')"], { status: 404 })
  })

  test('of an organization that does not change its tables is read only', async () => {
    const { org } = world()
    const { send } = world({ api: { service: () => org.as(org.userId) } })

    const answer = await send('POST', 'EntityDefinitions', BANK_ACCOUNT)

    expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
  })

  test('is not made in a change set', async () => {
    const { send, org } = world()
    const body = [
      '--b',
      'Content-Type: multipart/mixed;boundary=c',
      '',
      '--c',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      'Content-ID: 1',
      '',
      'POST /api/data/v9.2/EntityDefinitions HTTP/1.1',
      'Content-Type: application/json',
      '',
      JSON.stringify(BANK_ACCOUNT),
      '--c--',
      '--b--',
      '',
    ].join('\r\n')

    const answer = await send('POST', '$batch', body, {
      'content-type': 'multipart/mixed;boundary=b',
    })

    expect(answer.text).toContain('HTTP/1.1 501')
    expect(org.catalog.find('new_bankaccount')).toBeUndefined()
  })
})

describe('a column', () => {
  const BOOLEAN = {
    AttributeType: 'Boolean',
    AttributeTypeName: { Value: 'BooleanType' },
    DefaultValue: false,
    DisplayName: label('Sample Boolean'),
    RequiredLevel: { Value: 'None' },
    SchemaName: 'new_Boolean',
    '@odata.type': `${CRM}BooleanAttributeMetadata`,
    OptionSet: {
      TrueOption: { Value: 1, Label: label('True') },
      FalseOption: { Value: 0, Label: label('False') },
      OptionSetType: 'Boolean',
    },
  }

  test('is made by POST, with the key of its table as the request has it', async () => {
    const { send } = await withBankAccounts()

    const answer = await send('POST', `${TABLE}/Attributes`, BOOLEAN)

    expect(answer.status).toBe(204)
    const id = idIn(answer)
    expect(answer.headers['OData-EntityId']).toBe(`${ROOT}${TABLE}/Attributes(${id})`)
    const { json } = await send('GET', `${TABLE}/Attributes(${id})`)
    expect(json).toMatchObject({ LogicalName: 'new_boolean', DefaultValue: false })
    const row = idIn(await send('POST', 'new_bankaccounts', { new_boolean: true }))
    expect((await send('GET', `new_bankaccounts(${row})`)).json).toMatchObject({
      new_boolean: true,
    })
  })

  test('may be put on a table of the platform', async () => {
    const { send, org } = world()
    const id = await org.create('account', { name: 'Contoso' })

    const answer = await send(
      'POST',
      "EntityDefinitions(LogicalName='account')/Attributes",
      BOOLEAN,
    )

    expect(answer.status).toBe(204)
    expect((await send('GET', `accounts(${id})`)).json).toMatchObject({
      name: 'Contoso',
      new_boolean: null,
    })
  })

  test('changes by PUT of its definition, cast or not', async () => {
    const { send } = await withBankAccounts()
    const path = `${TABLE}/Attributes(LogicalName='new_accountname')`
    const { json: whole } = await send('GET', path)

    const put = await send('PUT', `${path}/${CRM}StringAttributeMetadata`, {
      ...whole,
      '@odata.type': `${CRM}StringAttributeMetadata`,
      MaxLength: 5,
      RequiredLevel: { Value: 'ApplicationRequired' },
    })

    expect(put.status).toBe(204)
    expect((await send('GET', path)).json).toMatchObject({
      MaxLength: 5,
      RequiredLevel: { Value: 'ApplicationRequired' },
      DisplayName: { UserLocalizedLabel: { Label: 'Account Name' } },
    })
    const long = await send('POST', 'new_bankaccounts', { new_accountname: 'Savings' })
    expect(long.json.error.code).toBe('0x80044331')
  })

  test('goes by DELETE, with its values', async () => {
    const { send } = await withBankAccounts()
    await send('POST', `${TABLE}/Attributes`, BOOLEAN)
    const row = idIn(await send('POST', 'new_bankaccounts', { new_boolean: true }))

    const answer = await send('DELETE', `${TABLE}/Attributes(LogicalName='new_boolean')`)

    expect(answer.status).toBe(204)
    expect((await send('GET', `new_bankaccounts(${row})`)).json).not.toHaveProperty('new_boolean')
  })

  test('takes the options of a global choice, bound by id or name', async () => {
    const { send } = await withBankAccounts()
    const choice = await send('POST', 'GlobalOptionSetDefinitions', {
      '@odata.type': `${CRM}OptionSetMetadata`,
      Name: 'new_Colors',
      DisplayName: label('Colors'),
      IsGlobal: true,
      OptionSetType: 'Picklist',
      Options: [
        { Value: 1, Label: label('Red') },
        { Value: 2, Label: label('Blue') },
      ],
    })
    const picklist = (SchemaName: string, key: string) => ({
      '@odata.type': `${CRM}PicklistAttributeMetadata`,
      SchemaName,
      'GlobalOptionSet@odata.bind': `/GlobalOptionSetDefinitions(${key})`,
    })

    await send('POST', `${TABLE}/Attributes`, picklist('new_First', idIn(choice)))
    await send('POST', `${TABLE}/Attributes`, picklist('new_Second', "Name='new_colors'"))

    const { json } = await send(
      'GET',
      `${TABLE}/Attributes/${CRM}PicklistAttributeMetadata?$select=LogicalName&$expand=GlobalOptionSet($select=Name,Options)`,
    )
    expect(json.value).toMatchObject([
      { LogicalName: 'new_first', GlobalOptionSet: { Name: 'new_colors' } },
      { LogicalName: 'new_second', GlobalOptionSet: { Options: [{ Value: 1 }, { Value: 2 }] } },
    ])
  })

  test('is refused with the platform’s codes', async () => {
    const made = await withBankAccounts()
    const post = (body: unknown) => ['POST', `${TABLE}/Attributes`, body] as const
    const name = `${TABLE}/Attributes(LogicalName='new_accountname')`

    await refused(made, post({ ...BOOLEAN, SchemaName: 'new_AccountName' }), {
      status: 400,
      code: '0x80047013',
    })
    await refused(made, post({ SchemaName: 'new_Odd' }), { status: 400, code: '0x80048d19' })
    await refused(made, post([]), { status: 400, code: '0x80048d19' })
    await refused(made, post({ ...BOOLEAN, AttributeTypeName: { Value: 'OddType' } }), {
      status: 400,
      code: '0x80048d19',
    })
    await refused(
      made,
      post({ SchemaName: 'new_Odd', '@odata.type': `${CRM}LookupAttributeMetadata` }),
      { status: 400, code: '0x80040203' },
    )
    for (const key of ["(Name='new_nosuch')", '(x)', '()', '', `(${' '.repeat(50_000)}`]) {
      await refused(
        made,
        post({
          SchemaName: 'new_Odd',
          '@odata.type': `${CRM}PicklistAttributeMetadata`,
          'GlobalOptionSet@odata.bind': `/GlobalOptionSetDefinitions${key}`,
        }),
        { status: 404 },
      )
    }
    await refused(made, ['PUT', name, { '@odata.type': `${CRM}IntegerAttributeMetadata` }], {
      status: 400,
      code: '0x80040203',
    })
    await refused(made, ['PUT', name, { LogicalName: 'new_other' }], {
      status: 400,
      code: '0x80040203',
    })
    await refused(made, ['PUT', name, { MaxLength: 5000 }], { status: 400, code: '0x80040203' })
    await refused(made, ['DELETE', name], { status: 400, code: '0x80047002' })
    await refused(made, ['DELETE', `${TABLE}/Attributes(LogicalName='createdon')`], {
      status: 400,
      code: '0x8004f032',
    })
    await refused(made, ['DELETE', `${TABLE}/Attributes`], { status: 405 })
    await refused(made, ['POST', `${TABLE}/Nosuch`, {}], { status: 404 })
    await refused(made, ['POST', `${TABLE}/Attributes/Nosuch`, {}], { status: 404 })
  })
})

describe('an alternate key', () => {
  const KEY = {
    SchemaName: 'new_ByName',
    DisplayName: label('By name'),
    KeyAttributes: ['new_accountname'],
  }

  test('is made by POST, and finds rows at once', async () => {
    const { send } = await withBankAccounts()
    await send('POST', 'new_bankaccounts', { new_accountname: 'Savings' })

    const answer = await send('POST', `${TABLE}/Keys`, KEY)

    expect(answer.status).toBe(204)
    const { json } = await send('GET', `${TABLE}/Keys(${idIn(answer)})`)
    expect(json).toMatchObject({ LogicalName: 'new_byname', EntityKeyIndexStatus: 'Active' })
    expect((await send('GET', "new_bankaccounts(new_accountname='savings')")).json).toMatchObject({
      new_accountname: 'Savings',
    })
    const again = await send('POST', 'new_bankaccounts', { new_accountname: 'SAVINGS' })
    expect([again.status, again.json.error.code]).toEqual([412, '0x80060892'])
  })

  test('fails over rows that are not unique, until they are', async () => {
    const { send, org } = await withBankAccounts()
    await org.create('new_bankaccount', { new_accountname: 'Savings' })
    const second = await org.create('new_bankaccount', { new_accountname: 'SAVINGS ' })

    await send('POST', `${TABLE}/Keys`, KEY)

    const status = async () =>
      (await send('GET', `${TABLE}/Keys`)).json.value[0].EntityKeyIndexStatus as string
    expect(await status()).toBe('Failed')
    expect((await send('GET', "new_bankaccounts(new_accountname='savings')")).status).toBe(400)
    await org.delete('new_bankaccount', second)
    await send('POST', 'ReactivateEntityKey', {
      EntityLogicalName: 'new_bankaccount',
      EntityKeyLogicalName: 'new_byname',
    })
    expect(await status()).toBe('Active')
    expect((await send('GET', "new_bankaccounts(new_accountname='savings')")).status).toBe(200)
  })

  test('goes by DELETE, and refuses nothing any more', async () => {
    const { send } = await withBankAccounts()
    const id = idIn(await send('POST', `${TABLE}/Keys`, KEY))
    await send('POST', 'new_bankaccounts', { new_accountname: 'Savings' })

    expect((await send('DELETE', `${TABLE}/Keys(${id})`)).status).toBe(204)

    const again = await send('POST', 'new_bankaccounts', { new_accountname: 'Savings' })
    expect(again.status).toBe(204)
  })

  test('is refused with the platform’s codes', async () => {
    const made = await withBankAccounts()
    await made.send('POST', `${TABLE}/Keys`, KEY)
    const post = (change: object) => ['POST', `${TABLE}/Keys`, { ...KEY, ...change }] as const

    await refused(made, post({}), { status: 400, code: '0x80060893' })
    await refused(made, post({ SchemaName: 'new_Twin' }), { status: 400, code: '0x80060894' })
    await refused(made, post({ SchemaName: 'new_Odd', KeyAttributes: ['new_nosuch'] }), {
      status: 400,
      code: '0x80041103',
    })
    await refused(made, post({ SchemaName: 'new_Odd', KeyAttributes: ['statecode'] }), {
      status: 400,
      code: '0x80040203',
    })
    await refused(made, ['PUT', `${TABLE}/Keys(LogicalName='new_byname')`, KEY], { status: 405 })
    await refused(made, ['DELETE', `${TABLE}/Attributes(LogicalName='new_accountname')`], {
      status: 400,
    })
  })
})

describe('a relationship', () => {
  const ONE_TO_MANY = {
    SchemaName: 'new_contact_new_bankaccount',
    '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
    AssociatedMenuConfiguration: {
      Behavior: 'UseCollectionName',
      Group: 'Details',
      Label: label('Bank Accounts'),
      Order: 10000,
    },
    CascadeConfiguration: {
      Assign: 'Cascade',
      Delete: 'Cascade',
      Merge: 'Cascade',
      Reparent: 'Cascade',
      Share: 'Cascade',
      Unshare: 'Cascade',
    },
    ReferencedAttribute: 'contactid',
    ReferencedEntity: 'contact',
    ReferencingEntity: 'new_bankaccount',
    Lookup: {
      AttributeType: 'Lookup',
      AttributeTypeName: { Value: 'LookupType' },
      Description: label('The owner of the bank account'),
      DisplayName: label('Account Owner'),
      RequiredLevel: { Value: 'ApplicationRequired' },
      SchemaName: 'new_AccountOwner',
      '@odata.type': `${CRM}LookupAttributeMetadata`,
    },
  }
  const MANY_TO_MANY = {
    SchemaName: 'new_contacts_new_bankaccounts',
    '@odata.type': `${CRM}ManyToManyRelationshipMetadata`,
    IntersectEntityName: 'new_contacts_new_bankaccounts',
    Entity1LogicalName: 'contact',
    Entity2LogicalName: 'new_bankaccount',
  }

  test('is made with its lookup, and links and cascades at once', async () => {
    const { send } = await withBankAccounts()
    const contact = idIn(await send('POST', 'contacts', { lastname: 'Smith' }))

    const answer = await send('POST', 'RelationshipDefinitions', ONE_TO_MANY)

    expect(answer.status).toBe(204)
    expect(answer.headers['OData-EntityId']).toBe(`${ROOT}RelationshipDefinitions(${idIn(answer)})`)
    const created = await send('POST', 'new_bankaccounts', {
      new_accountname: 'Savings',
      'new_AccountOwner@odata.bind': `/contacts(${contact})`,
    })
    const row = idIn(created)
    expect(
      (await send('GET', `new_bankaccounts(${row})?$expand=new_AccountOwner($select=lastname)`))
        .json,
    ).toMatchObject({
      _new_accountowner_value: contact,
      new_AccountOwner: { lastname: 'Smith' },
    })
    expect(
      (await send('GET', `contacts(${contact})/new_contact_new_bankaccount`)).json.value,
    ).toHaveLength(1)
    await send('DELETE', `contacts(${contact})`)
    expect((await send('GET', `new_bankaccounts(${row})`)).status).toBe(404)
  })

  test('shows its lookup among the columns, with the table it points at', async () => {
    const { send } = await withBankAccounts()

    await send('POST', 'RelationshipDefinitions', ONE_TO_MANY)

    const { json } = await send('GET', `${TABLE}/Attributes(LogicalName='new_accountowner')`)
    expect(json).toMatchObject({
      AttributeType: 'Lookup',
      Targets: ['contact'],
      RequiredLevel: { Value: 'ApplicationRequired' },
    })
    const relationship = await send(
      'GET',
      "RelationshipDefinitions(SchemaName='new_contact_new_bankaccount')",
    )
    expect(relationship.json).toMatchObject({
      ReferencingEntityNavigationPropertyName: 'new_AccountOwner',
      ReferencedEntityNavigationPropertyName: 'new_contact_new_bankaccount',
      CascadeConfiguration: { Delete: 'Cascade', RollupView: 'NoCascade', Archive: 'NoCascade' },
      AssociatedMenuConfiguration: { Label: { UserLocalizedLabel: { Label: 'Bank Accounts' } } },
    })
  })

  test('of many to many links at once', async () => {
    const { send } = await withBankAccounts()
    const contact = idIn(await send('POST', 'contacts', { lastname: 'Smith' }))
    const row = idIn(await send('POST', 'new_bankaccounts', { new_accountname: 'Savings' }))

    const answer = await send('POST', 'RelationshipDefinitions', MANY_TO_MANY)
    const linked = await send(
      'POST',
      `new_bankaccounts(${row})/new_contacts_new_bankaccounts/$ref`,
      { '@odata.id': `${ROOT}contacts(${contact})` },
    )

    expect([answer.status, linked.status]).toEqual([204, 204])
    expect(
      (await send('GET', `contacts(${contact})/new_contacts_new_bankaccounts`)).json.value,
    ).toHaveLength(1)
  })

  test('changes what it cascades by PUT', async () => {
    const { send } = await withBankAccounts()
    const id = idIn(await send('POST', 'RelationshipDefinitions', ONE_TO_MANY))
    const { json: whole } = await send('GET', `RelationshipDefinitions(${id})`)

    const put = await send(
      'PUT',
      `RelationshipDefinitions(${id})/${CRM}OneToManyRelationshipMetadata`,
      { ...whole, CascadeConfiguration: { ...whole.CascadeConfiguration, Delete: 'Restrict' } },
    )

    expect(put.status).toBe(204)
    const contact = idIn(await send('POST', 'contacts', { lastname: 'Smith' }))
    await send('POST', 'new_bankaccounts', {
      'new_AccountOwner@odata.bind': `/contacts(${contact})`,
    })
    expect((await send('DELETE', `contacts(${contact})`)).json.error.code).toBe('0x80040227')
  })

  test('goes by DELETE, with its lookup or its links', async () => {
    const { send, org } = await withBankAccounts()
    const one = idIn(await send('POST', 'RelationshipDefinitions', ONE_TO_MANY))
    const many = idIn(await send('POST', 'RelationshipDefinitions', MANY_TO_MANY))

    await send('DELETE', `RelationshipDefinitions(${one})`)
    await send('DELETE', `RelationshipDefinitions(${many})`, undefined, { 'if-match': '*' })

    expect(org.catalog.table('new_bankaccount').columns.has('new_accountowner')).toBe(false)
    expect(org.catalog.find('new_contacts_new_bankaccounts')).toBeUndefined()
    expect((await send('GET', `RelationshipDefinitions(${one})`)).status).toBe(404)
  })

  test('is refused with the platform’s codes', async () => {
    const made = await withBankAccounts()
    await made.send('POST', 'RelationshipDefinitions', ONE_TO_MANY)
    const other = {
      ...ONE_TO_MANY,
      SchemaName: 'new_other',
      Lookup: { ...ONE_TO_MANY.Lookup, SchemaName: 'new_Other' },
    }
    const post = (body: unknown) => ['POST', 'RelationshipDefinitions', body] as const

    await refused(made, post(ONE_TO_MANY), { status: 400, code: '0x80047013' })
    await refused(made, post({ ...other, SchemaName: ONE_TO_MANY.SchemaName }), {
      status: 400,
      code: '0x8004432b',
    })
    // A second parental relationship.
    await refused(made, post(other), { status: 400, code: '0x80047007' })
    await refused(made, post({ ...other, CascadeConfiguration: { Delete: 'UserOwned' } }), {
      status: 400,
      code: '0x80048204',
    })
    await refused(
      made,
      post({
        ...other,
        CascadeConfiguration: { Delete: 'RemoveLink', Merge: 'Cascade' },
        ReferencedEntityNavigationPropertyName: 'new_contact_new_bankaccount',
      }),
      { status: 400, code: '0x80072551' },
    )
    await refused(made, post({ ...other, ReferencedEntity: 'nosuch' }), {
      status: 400,
      code: '0x80041102',
    })
    await refused(made, post({ ...other, Lookup: undefined }), { status: 400, code: '0x80048d19' })
    await refused(
      made,
      ['DELETE', "RelationshipDefinitions(SchemaName='account_primary_contact')"],
      { status: 400, code: '0x8004f032' },
    )
    await refused(
      made,
      ['DELETE', "RelationshipDefinitions(SchemaName='contactleads_association')"],
      { status: 400, code: '0x8004f032' },
    )
    await refused(
      made,
      [
        'PUT',
        "RelationshipDefinitions(SchemaName='new_contact_new_bankaccount')",
        { ReferencedEntity: 'account' },
      ],
      { status: 400, code: '0x80040203' },
    )
  })
})

describe('a global choice', () => {
  const COLORS = {
    '@odata.type': `${CRM}OptionSetMetadata`,
    Name: 'new_colors',
    DisplayName: label('Colors'),
    IsGlobal: true,
    OptionSetType: 'Picklist',
    Options: [{ Value: 1, Label: label('Red') }],
  }

  test('is there before any column uses it', async () => {
    const { send } = world()

    const answer = await send('POST', 'GlobalOptionSetDefinitions', COLORS)

    expect(answer.status).toBe(204)
    const { json } = await send('GET', `GlobalOptionSetDefinitions(${idIn(answer)})`)
    expect(json).toMatchObject({
      Name: 'new_colors',
      IsGlobal: true,
      Options: [{ Value: 1, Label: { UserLocalizedLabel: { Label: 'Red' } } }],
    })
  })

  test('changes its label by PUT and goes by DELETE', async () => {
    const { send } = world()
    await send('POST', 'GlobalOptionSetDefinitions', COLORS)
    const path = "GlobalOptionSetDefinitions(Name='new_colors')"

    const put = await send('PUT', `${path}/${CRM}OptionSetMetadata`, {
      ...COLORS,
      DisplayName: label('Hues'),
    })

    expect(put.status).toBe(204)
    expect((await send('GET', path)).json.DisplayName.UserLocalizedLabel.Label).toBe('Hues')
    expect((await send('DELETE', path)).status).toBe(204)
    expect((await send('GET', path)).status).toBe(404)
  })

  test('is refused with the platform’s codes', async () => {
    const made = await withBankAccounts()
    await made.send('POST', 'GlobalOptionSetDefinitions', COLORS)
    await made.send('POST', `${TABLE}/Attributes`, {
      '@odata.type': `${CRM}PicklistAttributeMetadata`,
      SchemaName: 'new_Color',
      'GlobalOptionSet@odata.bind': "/GlobalOptionSetDefinitions(Name='new_colors')",
    })
    const path = "GlobalOptionSetDefinitions(Name='new_colors')"

    await refused(made, ['POST', 'GlobalOptionSetDefinitions', COLORS], {
      status: 400,
      code: '0x80044363',
    })
    await refused(
      made,
      [
        'POST',
        'GlobalOptionSetDefinitions',
        { ...COLORS, '@odata.type': `${CRM}BooleanOptionSetMetadata` },
      ],
      { status: 501 },
    )
    await refused(made, ['DELETE', path], { status: 400, code: '0x80048417' })
    await refused(made, ['PUT', path, { Name: 'new_hues' }], { status: 400, code: '0x80040203' })
  })
})
