import { DynamicsWebApi } from 'dynamics-web-api'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { Emulator } from '../../src/emulator/emulator.ts'
import { listen, type Listening } from '../../src/web-api/node-server.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'

/** What the client makes of definitions, over a real connection: https://github.com/AleksandrRogov/DynamicsWebApi */

let server: Listening | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function connected() {
  const org = new Emulator()
  server = await listen(createWebApi({ catalog: org.catalog, service: servedOrganization(org) }))
  const api = new DynamicsWebApi({
    serverUrl: server.url,
    dataApi: { path: 'data', version: '9.2' },
    onTokenRefresh: () => Promise.resolve('any'),
  })
  return { org, api }
}

const label = (Label: string) => ({ LocalizedLabels: [{ Label, LanguageCode: 1033 }] })
const CRM = 'Microsoft.Dynamics.CRM.'

test('tables, columns, relationships and choices are made, changed and deleted', async () => {
  const { api, org } = await connected()

  const table = (await api.createEntity({
    data: {
      '@odata.type': `${CRM}EntityMetadata`,
      SchemaName: 'new_Parcel',
      DisplayName: label('Parcel'),
      DisplayCollectionName: label('Parcels'),
      OwnershipType: 'UserOwned',
      HasActivities: false,
      HasNotes: false,
      Attributes: [
        {
          '@odata.type': `${CRM}StringAttributeMetadata`,
          AttributeType: 'String',
          SchemaName: 'new_Name',
          IsPrimaryName: true,
          MaxLength: 100,
          DisplayName: label('Name'),
        },
      ],
    } as never,
  })) as unknown as string
  const choice = (await api.createGlobalOptionSet({
    data: {
      '@odata.type': `${CRM}OptionSetMetadata`,
      Name: 'new_sizes',
      DisplayName: label('Sizes'),
      Options: [{ Value: 1, Label: label('Small') }],
    } as never,
  })) as unknown as string
  const column = (await api.createAttribute({
    entityKey: table,
    data: {
      '@odata.type': `${CRM}PicklistAttributeMetadata`,
      SchemaName: 'new_Size',
      DisplayName: label('Size'),
      'GlobalOptionSet@odata.bind': `/GlobalOptionSetDefinitions(${choice})`,
    } as never,
  })) as unknown as string
  const relationship = (await api.createRelationship({
    data: {
      '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
      SchemaName: 'new_account_parcels',
      ReferencedEntity: 'account',
      ReferencingEntity: 'new_parcel',
      Lookup: {
        '@odata.type': `${CRM}LookupAttributeMetadata`,
        SchemaName: 'new_AccountId',
        DisplayName: label('Account'),
      },
    } as never,
  })) as unknown as string

  const whole = await api.retrieveEntity({ key: table })
  await api.updateEntity({
    data: { ...whole, DisplayName: label('Box') } as never,
    mergeLabels: true,
  })
  const read = await api.retrieveAttribute({
    entityKey: table,
    attributeKey: column,
    castType: `${CRM}PicklistAttributeMetadata`,
  })
  await api.updateAttribute({
    entityKey: table,
    data: { ...read, DisplayName: label('How big') } as never,
    castType: `${CRM}PicklistAttributeMetadata`,
    mergeLabels: true,
  })
  const related = await api.retrieveRelationship({
    key: relationship,
    castType: `${CRM}OneToManyRelationshipMetadata`,
  })
  await api.updateRelationship({
    data: { ...related, CascadeConfiguration: { Delete: 'Restrict' } } as never,
    castType: `${CRM}OneToManyRelationshipMetadata`,
  })
  const sizes = await api.retrieveGlobalOptionSet({ key: choice })
  await api.updateGlobalOptionSet({
    data: { ...sizes, DisplayName: label('How big') } as never,
    mergeLabels: true,
  })
  await api.callAction({
    actionName: 'InsertOptionValue',
    action: { OptionSetName: 'new_sizes', Value: 2, Label: label('Large') },
  })

  const parcel = org.catalog.table('new_parcel')
  expect(parcel.definition.displayName).toBe('Box')
  expect(parcel.columns.get('new_size')).toMatchObject({
    displayName: 'How big',
    globalChoiceName: 'new_sizes',
    options: [{ value: 1 }, { value: 2, label: 'Large' }],
  })
  expect(org.catalog.relationship('new_account_parcels')).toMatchObject({
    cascade: { delete: 'Restrict' },
  })
  expect(org.catalog.choices).toMatchObject([{ displayName: 'How big' }])
  const account = (await api.create({
    collection: 'accounts',
    data: { name: 'Contoso' },
  })) as unknown as string
  await api.create({
    collection: 'new_parcels',
    data: { new_size: 2, 'new_AccountId@odata.bind': `accounts(${account})` },
  })
  await expect(api.deleteRecord({ collection: 'accounts', key: account })).rejects.toMatchObject({
    code: '0x80040227',
  })

  await api.deleteRecord({ collection: 'RelationshipDefinitions', key: relationship })
  await api.deleteRecord({ collection: 'EntityDefinitions', key: table })
  await api.deleteGlobalOptionSet({ key: choice })

  expect(org.catalog.find('new_parcel')).toBeUndefined()
  expect(org.catalog.choices).toEqual([])
  await api.deleteRecord({ collection: 'accounts', key: account })
})
