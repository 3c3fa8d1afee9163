import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { world, type World } from './world.ts'

const label = (Label: string) => ({ LocalizedLabels: [{ Label, LanguageCode: 1033 }] })
const CRM = 'Microsoft.Dynamics.CRM.'
const TABLE = "EntityDefinitions(LogicalName='new_crate')"

/** A table with a choice, made through the service. */
async function withCrates(): Promise<World> {
  const made = world()
  const answer = await made.send('POST', 'EntityDefinitions', {
    SchemaName: 'new_Crate',
    OwnershipType: 'UserOwned',
    Attributes: [
      {
        '@odata.type': `${CRM}StringAttributeMetadata`,
        SchemaName: 'new_Name',
        IsPrimaryName: true,
      },
      {
        '@odata.type': `${CRM}PicklistAttributeMetadata`,
        SchemaName: 'new_Size',
        OptionSet: {
          Options: [
            { Value: 1, Label: label('Small') },
            { Value: 2, Label: label('Large') },
          ],
        },
      },
    ],
  })
  if (answer.status !== 204) throw new DataverseError('UNEXPECTED', answer.text)
  return made
}

async function optionsOf({ send }: World, column: string, type: string): Promise<unknown> {
  const path = `${TABLE}/Attributes(LogicalName='${column}')/${CRM}${type}AttributeMetadata/OptionSet?$select=Options`
  return (await send('GET', path)).json.Options as unknown
}

const SIZE = { EntityLogicalName: 'new_crate', AttributeLogicalName: 'new_size' }

describe('options', () => {
  test('are inserted, labelled, ordered and deleted', async () => {
    const made = await withCrates()
    const { send } = made

    const inserted = await send('POST', 'InsertOptionValue', { ...SIZE, Label: label('Huge') })
    const given = await send('POST', 'InsertOptionValue', {
      ...SIZE,
      Value: 7,
      Label: label('Odd'),
    })
    const updated = await send('POST', 'UpdateOptionValue', {
      ...SIZE,
      Value: 1,
      Label: label('Tiny'),
      MergeLabels: true,
    })
    const ordered = await send('POST', 'OrderOption', { ...SIZE, Values: [7, 100000000, 2, 1] })
    const deleted = await send('POST', 'DeleteOptionValue', { ...SIZE, Value: 2 })

    expect(inserted.status).toBe(200)
    expect(inserted.json).toMatchObject({ NewOptionValue: 100_000_000 })
    expect(inserted.json['@odata.context']).toContain('InsertOptionValueResponse')
    expect(given.json.NewOptionValue).toBe(7)
    expect([updated.status, ordered.status, deleted.status]).toEqual([204, 204, 204])
    expect(await optionsOf(made, 'new_size', 'Picklist')).toMatchObject([
      { Value: 7 },
      { Value: 100_000_000, Label: { UserLocalizedLabel: { Label: 'Huge' } } },
      { Value: 1, Label: { UserLocalizedLabel: { Label: 'Tiny' } } },
    ])
  })

  test('of a global choice are inserted by its name', async () => {
    const { send } = await withCrates()
    await send('POST', 'GlobalOptionSetDefinitions', { Name: 'new_kinds', Options: [] })

    const inserted = await send('POST', 'InsertOptionValue', {
      OptionSetName: 'new_kinds',
      Value: 3,
      Label: label('Three'),
    })

    expect(inserted.json.NewOptionValue).toBe(3)
    expect(
      (await send('GET', "GlobalOptionSetDefinitions(Name='new_kinds')")).json.Options,
    ).toMatchObject([{ Value: 3 }])
  })

  test('of a status belong to a state, whose default they may become', async () => {
    const made = await withCrates()
    const { send } = made

    const inserted = await send('POST', 'InsertStatusValue', {
      EntityLogicalName: 'new_crate',
      AttributeLogicalName: 'statuscode',
      StateCode: 1,
      Value: 5,
      Label: label('Lost'),
    })
    const updated = await send('POST', 'UpdateStateValue', {
      EntityLogicalName: 'new_crate',
      AttributeLogicalName: 'statecode',
      Value: 1,
      DefaultStatusCode: 5,
      Label: label('Closed'),
    })

    expect([inserted.json.NewOptionValue, updated.status]).toEqual([5, 204])
    expect(await optionsOf(made, 'statecode', 'State')).toMatchObject([
      { Value: 0 },
      { Value: 1, DefaultStatus: 5, Label: { UserLocalizedLabel: { Label: 'Closed' } } },
    ])
    expect(await optionsOf(made, 'statuscode', 'Status')).toContainEqual(
      expect.objectContaining({ Value: 5, State: 1 }),
    )
  })

  test.each([
    ['InsertOptionValue', { ...SIZE, Value: 1, Label: label('Again') }, 400, '0x80040203'],
    ['InsertOptionValue', { EntityLogicalName: 'new_crate' }, 400, '0x80040203'],
    ['InsertOptionValue', { ...SIZE, Value: 'one' }, 400, '0x80048d19'],
    ['DeleteOptionValue', { ...SIZE }, 400, '0x80048d19'],
    ['OrderOption', { ...SIZE, Values: [1] }, 400, '0x80040203'],
    ['OrderOption', { ...SIZE, Values: 'all' }, 400, '0x80040203'],
    [
      'DeleteOptionValue',
      { EntityLogicalName: 'new_crate', AttributeLogicalName: 'statecode', Value: 1 },
      400,
      '0x80044323',
    ],
    [
      'DeleteOptionValue',
      { EntityLogicalName: 'new_crate', AttributeLogicalName: 'statuscode', Value: 1 },
      400,
      '0x80044341',
    ],
    ['ReactivateEntityKey', { EntityLogicalName: 'new_crate' }, 400, '0x80040203'],
  ])('%s of %j is refused', async (action, body, status, code) => {
    const { send, org } = await withCrates()
    const before = org.catalog

    const answer = await send('POST', action, body)

    expect([answer.status, answer.json.error.code]).toEqual([status, code])
    expect(org.catalog).toBe(before)
  })

  test('are not read, nor changed where tables are read only', async () => {
    const { org } = world()
    const { send } = world({ api: { service: () => org.as(org.userId) } })

    expect((await send('GET', 'InsertOptionValue')).status).toBe(405)
    expect((await send('POST', 'InsertOptionValue', SIZE)).status).toBe(501)
  })
})

describe('lookups with several tables', () => {
  const lookup = (SchemaName: string) => ({
    '@odata.type': `${CRM}ComplexLookupAttributeMetadata`,
    AttributeType: 'Lookup',
    AttributeTypeName: { Value: 'LookupType' },
    DisplayName: label(SchemaName),
    SchemaName,
  })
  const to = (ReferencedEntity: string, SchemaName: string) => ({
    SchemaName,
    ReferencedEntity,
    ReferencingEntity: 'new_crate',
  })

  test('are made for customers', async () => {
    const { send } = await withCrates()
    const account = await send('POST', 'accounts', { name: 'Contoso' })
    const id = /\(([^)]+)\)$/.exec(account.headers['OData-EntityId'] ?? '')?.[1] ?? ''

    const answer = await send('POST', 'CreateCustomerRelationships', {
      Lookup: lookup('new_CustomerId'),
      OneToManyRelationships: [
        to('account', 'new_crate_customer_account'),
        to('contact', 'new_crate_customer_contact'),
      ],
      SolutionUniqueName: 'mine',
    })

    expect(answer.json).toEqual({
      '@odata.context': expect.stringContaining('CreateCustomerRelationshipsResponse'),
      AttributeId: expect.any(String),
      RelationshipIds: [expect.any(String), expect.any(String)],
    })
    const { json } = await send('GET', `${TABLE}/Attributes(${answer.json.AttributeId})`)
    expect(json).toMatchObject({
      LogicalName: 'new_customerid',
      AttributeType: 'Customer',
      Targets: ['account', 'contact'],
    })
    const created = await send('POST', 'new_crates', {
      'new_CustomerId_account@odata.bind': `/accounts(${id})`,
    })
    expect(created.status).toBe(204)
  })

  test('are made for any tables', async () => {
    const { send } = await withCrates()

    const answer = await send('POST', 'CreatePolymorphicLookupAttribute', {
      Lookup: lookup('new_PlaceId'),
      OneToManyRelationships: [
        {
          ...to('account', 'new_crate_account'),
          '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
        },
        to('lead', 'new_crate_lead'),
        to('team', 'new_crate_team'),
      ],
    })

    expect(answer.json.RelationshipIds).toHaveLength(3)
    const { json } = await send('GET', `RelationshipDefinitions(${answer.json.RelationshipIds[1]})`)
    expect(json).toMatchObject({
      SchemaName: 'new_crate_lead',
      ReferencingEntityNavigationPropertyName: 'new_PlaceId_lead',
    })
  })
})

describe('what needs no change', () => {
  test('publishing is done already', async () => {
    const { send } = await withCrates()

    expect((await send('POST', 'PublishXml', { ParameterXml: '<importexportxml/>' })).status).toBe(
      204,
    )
    expect((await send('POST', 'PublishAllXml')).status).toBe(204)
    expect((await send('GET', 'PublishAllXml')).status).toBe(405)
  })

  test('tables say what relationships they take', async () => {
    const { send } = await withCrates()

    expect((await send('POST', 'CanBeReferenced', { EntityName: 'new_crate' })).json).toMatchObject(
      { CanBeReferenced: true },
    )
    expect(
      (await send('POST', 'CanBeReferencing', { EntityName: 'teammembership' })).json,
    ).toMatchObject({ CanBeReferencing: false })
    expect((await send('POST', 'CanManyToMany', { EntityName: 'account' })).json).toMatchObject({
      CanManyToMany: true,
    })
    const { json } = await send(
      'GET',
      "GetValidReferencedEntities(ReferencingEntityName=@p)?@p='new_crate'",
    )
    expect(json.EntityNames).toEqual(expect.arrayContaining(['account', 'new_crate']))
    expect(json.EntityNames).not.toContain('teammembership')
    expect(
      (await send('GET', "GetValidReferencingEntities(ReferencedEntityName='account')")).status,
    ).toBe(200)
    expect((await send('GET', 'GetValidManyToMany()')).json.EntityNames).toContain('new_crate')
    expect((await send('POST', 'CanBeReferenced', { EntityName: 'nosuch' })).status).toBe(400)
    expect((await send('POST', 'CanBeReferenced', {})).status).toBe(400)
    expect((await send('GET', "CanBeReferenced(EntityName='account')")).status).toBe(405)
    expect(
      (await send('GET', "GetValidReferencedEntities(ReferencingEntityName='nosuch')")).status,
    ).toBe(400)
    expect((await send('GET', 'GetValidReferencingEntities()')).status).toBe(400)
    expect((await send('POST', 'GetValidManyToMany', {})).status).toBe(405)
  })
})
