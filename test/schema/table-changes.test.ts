import { CustomMessage } from '../../src/authoring/custom-message.ts'
import { choice, integer, lookup, PARCEL, RECEIVER, refused, text, withParcels } from './tables.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import { emulator } from '../../src/testing/index.ts'
import { step } from '../support/steps.ts'

/** Its lookups are typed with the tables there are when types are made. */
const NOTES: string = 'annotation'

describe('a new table', () => {
  test('takes rows at once', async () => {
    const org = await withParcels()

    const id = await org.create('new_parcel', { new_name: 'First', new_weight: 3, new_size: 2 })

    expect(await org.retrieve('new_parcel', id)).toMatchObject({
      new_parcelid: id,
      new_name: 'First',
      new_weight: 3,
      new_size: 2,
      statecode: 0,
      statuscode: 1,
      ownerid: { table: 'systemuser', id: org.userId },
      createdby: { id: org.userId },
    })
  })

  test('has the columns and relationships of every custom table', async () => {
    const org = await withParcels()

    const table = org.catalog.table('new_parcel')

    expect(table).toMatchObject({
      entitySetName: 'new_parcels',
      primaryId: 'new_parcelid',
      primaryName: 'new_name',
      ownership: 'UserOwned',
      definition: { isCustom: true, objectTypeCode: 10_000, schemaName: 'new_Parcel' },
    })
    expect([...table.columns.keys()]).toEqual(
      expect.arrayContaining([
        'new_parcelid',
        'createdon',
        'createdby',
        'createdonbehalfby',
        'modifiedon',
        'versionnumber',
        'importsequencenumber',
        'overriddencreatedon',
        'ownerid',
        'owninguser',
        'owningteam',
        'owningbusinessunit',
        'statecode',
        'statuscode',
        'timezoneruleversionnumber',
        'utcconversiontimezonecode',
      ]),
    )
    expect(table.manyToOne.map(({ schemaName }) => schemaName)).toEqual(
      expect.arrayContaining(['lk_new_parcel_createdby', 'owner_new_parcel', 'user_new_parcel']),
    )
    expect(table.oneToMany.map(({ schemaName }) => schemaName)).toEqual(
      expect.arrayContaining(['new_parcel_AsyncOperations', 'new_parcel_Annotations']),
    )
  })

  test('of an organization has no owner', async () => {
    const org = emulator()

    await org.schema.change({
      kind: 'create-table',
      table: { ...PARCEL, ownership: 'OrganizationOwned' },
    })

    const { columns } = org.catalog.table('new_parcel')
    expect(columns.has('ownerid')).toBe(false)
    expect(columns.has('organizationid')).toBe(true)
    const id = await org.create('new_parcel', { new_name: 'First' })
    expect(await org.retrieve('new_parcel', id)).not.toHaveProperty('ownerid')
  })

  test.each(['', 'a b', 'a/b', 'a(1)', '1st', 'x'.repeat(129)])(
    'is not made with the set name %j, which no address can have',
    async (entitySetName) => {
      const table = { ...PARCEL, entitySetName }

      await refused(emulator(), { kind: 'create-table', table }, { code: 'INVALID_ARGUMENT' })
    },
  )

  test('keeps notes, which go with its rows', async () => {
    const org = await withParcels()
    const id = await org.create('new_parcel', { new_name: 'First' })
    const note = await org.create(NOTES, {
      subject: 'Fragile',
      objectid: { table: 'new_parcel', id },
    })

    await org.delete('new_parcel', id)

    await expect(org.retrieve('annotation', note)).rejects.toMatchObject({ code: 'ROW_NOT_FOUND' })
  })

  test('may have activities, as far as the organization has such tables', async () => {
    const call: TableDefinition = {
      ...emulator().catalog.table('annotation').definition,
      logicalName: 'new_call',
      schemaName: 'new_Call',
      entitySetName: 'new_calls',
      primaryId: 'activityid',
      isActivity: true,
      columns: [
        { ...lookup('ActivityId'), type: 'Uniqueidentifier' },
        { ...lookup('RegardingObjectId'), targets: ['account'] },
      ],
      manyToOne: [],
      oneToMany: [],
    }
    const org = emulator({ tables: [call] })

    await org.schema.change({
      kind: 'create-table',
      table: { ...PARCEL, hasActivities: true },
    })

    expect(org.catalog.relationship('new_parcel_new_Calls')).toMatchObject({
      referencingTable: 'new_call',
      referencingColumn: 'regardingobjectid',
      referencingNavigation: 'regardingobjectid_new_parcel_new_call',
      cascade: { delete: 'Cascade' },
    })
    expect(org.catalog.table('new_call').columns.get('regardingobjectid')).toMatchObject({
      targets: ['account', 'new_parcel'],
    })
  })

  test('runs steps that are registered for every table, and takes registrations of its own', async () => {
    const ran: string[] = []
    const org = await withParcels({
      steps: [step({ message: 'Create', table: null, stage: 40 }, () => void ran.push('any'))],
    })

    await org.create('new_parcel', { new_name: 'First' })

    expect(ran).toEqual(['any'])
    const filters = await org.retrieveMultiple(
      parseFetchXml(
        `<fetch><entity name="sdkmessagefilter"><filter>
          <condition attribute="primaryobjecttypecode" operator="eq" value="new_parcel"/>
        </filter></entity></fetch>`,
      ),
    )
    expect(filters.rows.length).toBeGreaterThan(5)
  })

  test.each([
    ['new_City', 'new_cities'],
    ['new_Box', 'new_boxes'],
    ['new_Bus', 'new_buses'],
    ['new_Day', 'new_days'],
    ['new_Branch', 'new_branches'],
  ])('%s has the set %s', async (schemaName, set) => {
    const org = emulator()

    await org.schema.change({ kind: 'create-table', table: { ...PARCEL, schemaName } })

    expect(org.catalog.findBySet(set)?.definition.schemaName).toBe(schemaName)
  })

  test('takes the next number', async () => {
    const org = await withParcels()

    await org.schema.change({ kind: 'create-table', table: { ...PARCEL, schemaName: 'new_Crate' } })

    expect(org.catalog.table('new_crate').definition.objectTypeCode).toBe(10_001)
  })

  test('changes no other organization, though both began with the same tables', async () => {
    const other = emulator()

    await withParcels()

    expect(other.catalog.find('new_parcel')).toBeUndefined()
  })

  test('runs no step', async () => {
    const ran: string[] = []
    const org = emulator({
      steps: [
        step({ message: 'Create', table: null, stage: 20 }, () => void ran.push('Create')),
        step({ message: 'Update', table: null, stage: 20 }, () => void ran.push('Update')),
        step({ message: 'Delete', table: null, stage: 20 }, () => void ran.push('Delete')),
      ],
    })

    await org.schema.change({ kind: 'create-table', table: PARCEL })
    await org.schema.change({ kind: 'delete-table', table: 'new_parcel' })

    expect(ran).toEqual([])
  })
})

describe('a table that can not be made', () => {
  test.each(['Parcel', 'new_', 'n_parcel', 'new parcel', 'mscrm_parcel', '1ab_parcel', ''])(
    'has the name %j',
    async (schemaName) => {
      await refused(
        emulator(),
        { kind: 'create-table', table: { ...PARCEL, schemaName } },
        { code: 'SCHEMA_NAME_INVALID' },
      )
    },
  )

  test('has the name of another', async () => {
    const org = await withParcels()

    await refused(
      org,
      { kind: 'create-table', table: { ...PARCEL, schemaName: 'new_PARCEL' } },
      { code: 'SCHEMA_NAME_TAKEN' },
    )
  })

  test('has no text column that names its rows', async () => {
    const create = (primaryName: string) =>
      ({ kind: 'create-table', table: { ...PARCEL, primaryName } }) as const

    await refused(emulator(), create('new_nosuch'), { code: 'INVALID_ARGUMENT' })
    await refused(emulator(), create('new_weight'), { code: 'INVALID_ARGUMENT' })
  })

  test('has a column twice, or one that can not be made', async () => {
    const create = (...columns: (typeof PARCEL)['columns']) =>
      ({
        kind: 'create-table',
        table: { ...PARCEL, columns: [text('new_Name'), ...columns] },
      }) as const

    await refused(emulator(), create(text('new_NAME')), { code: 'COLUMN_EXISTS' })
    await refused(emulator(), create(lookup('new_ReceiverId')), { code: 'INVALID_ARGUMENT' })
    await refused(emulator(), create(integer('weight')), { code: 'SCHEMA_NAME_INVALID' })
    await refused(emulator(), create(choice('new_Kind', 'new_kinds')), {
      code: 'INVALID_ARGUMENT',
    })
  })
})

describe('labels of a table', () => {
  test('change and go', async () => {
    const org = await withParcels()

    await org.schema.change({
      kind: 'update-table',
      table: 'new_parcel',
      labels: { displayName: 'Box', displayCollectionName: null },
    })

    const { definition } = org.catalog.table('new_parcel')
    expect(definition.displayName).toBe('Box')
    expect(definition).not.toHaveProperty('displayCollectionName')
  })

  test('of a table that is not there are refused', async () => {
    await refused(
      emulator(),
      { kind: 'update-table', table: 'new_parcel', labels: {} },
      { code: 'TABLE_UNKNOWN' },
    )
  })
})

describe('a deleted table', () => {
  test('takes its rows, relationships and links along', async () => {
    const org = await withParcels()
    await org.schema.change(RECEIVER)
    await org.schema.change({
      kind: 'create-many-to-many',
      relationship: {
        schemaName: 'new_parcel_contact',
        sides: [{ table: 'new_parcel' }, { table: 'contact' }],
      },
    })
    const id = await org.create('new_parcel', { new_name: 'First' })
    const note = await org.create(NOTES, {
      subject: 'Fragile',
      objectid: { table: 'new_parcel', id },
    })
    const kept = await org.create('annotation', { subject: 'Of nobody' })

    await org.schema.change({ kind: 'delete-table', table: 'new_parcel' })

    expect(org.catalog.find('new_parcel')).toBeUndefined()
    expect(org.catalog.find('new_parcel_contact')).toBeUndefined()
    expect(org.catalog.findRelationship('new_account_parcels')).toBeUndefined()
    expect(org.catalog.findRelationship('new_parcel_Annotations')).toBeUndefined()
    expect(org.contents().has('new_parcel')).toBe(false)
    expect(org.peek('annotation', note)).toBeUndefined()
    expect(org.peek('annotation', kept)).toBeDefined()
    await expect(org.create('new_parcel', {})).rejects.toMatchObject({ code: 'TABLE_UNKNOWN' })
  })

  test('comes back empty when it is made again', async () => {
    const org = await withParcels()
    await org.create('new_parcel', { new_name: 'First' })

    await org.schema.change({ kind: 'delete-table', table: 'new_parcel' })
    await org.schema.change({ kind: 'create-table', table: PARCEL })

    expect(org.contents().has('new_parcel')).toBe(false)
    await org.create('new_parcel', { new_name: 'Second' })
  })

  test('takes shares of its rows along', async () => {
    const org = await withParcels()
    const id = await org.create('new_parcel', { new_name: 'First' })
    const other = await org.create('systemuser', {
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
      domainname: 'other@emulated.example',
      internalemailaddress: 'other@emulated.example',
    })
    await org.execute('GrantAccess', {
      Target: { table: 'new_parcel', id },
      PrincipalAccess: { Principal: { table: 'systemuser', id: other }, AccessMask: 'ReadAccess' },
    })
    expect(org.contents().has('principalobjectaccess')).toBe(true)

    await org.schema.change({ kind: 'delete-table', table: 'new_parcel' })

    expect(org.contents().has('principalobjectaccess')).toBe(false)
  })
})

describe('a table that stays', () => {
  test('came with the platform', async () => {
    await refused(
      emulator(),
      { kind: 'delete-table', table: 'account' },
      { code: 'COMPONENT_FIXED' },
    )
  })

  test('has a step', async () => {
    const { definition } = (await withParcels()).catalog.table('new_parcel')
    const onCreate = step({ message: 'Create', table: 'new_parcel' }, () => undefined)
    const org = emulator({ tables: [definition], steps: [onCreate] })

    await refused(
      org,
      { kind: 'delete-table', table: 'new_parcel' },
      { code: 'COMPONENT_IN_USE', message: expect.stringContaining(onCreate.name) },
    )
  })

  test('has a custom message', async () => {
    @CustomMessage({
      name: 'new_Weigh',
      binding: 'Entity',
      table: 'new_parcel',
      parameters: {},
      response: {},
      steps: 'None',
    })
    class Weigh {
      run() {
        return {}
      }
    }
    const { definition } = (await withParcels()).catalog.table('new_parcel')

    await refused(
      emulator({ tables: [definition], handlers: [Weigh] }),
      { kind: 'delete-table', table: 'new_parcel' },
      { code: 'COMPONENT_IN_USE', message: expect.stringContaining('new_Weigh') },
    )
  })

  test('is what another table points at', async () => {
    const org = await withParcels()
    await org.schema.change({ kind: 'create-table', table: { ...PARCEL, schemaName: 'new_Label' } })
    await org.schema.change({
      kind: 'create-lookup',
      lookup: lookup('new_ParcelId'),
      relationships: [
        {
          schemaName: 'new_parcel_labels',
          referencedTable: 'new_parcel',
          referencingTable: 'new_label',
        },
      ],
    })

    await refused(
      org,
      { kind: 'delete-table', table: 'new_parcel' },
      { code: 'COMPONENT_IN_USE', message: expect.stringContaining('new_label.new_parcelid') },
    )
  })

  test('joins two others', async () => {
    const org = await withParcels()
    await org.schema.change({
      kind: 'create-many-to-many',
      relationship: {
        schemaName: 'new_parcel_contact',
        sides: [{ table: 'new_parcel' }, { table: 'contact' }],
      },
    })

    await refused(
      org,
      { kind: 'delete-table', table: 'new_parcel_contact' },
      { code: 'COMPONENT_FIXED' },
    )
  })
})
