import type { NewOneToMany, SchemaChange } from '../../src/schema/change.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { step } from '../support/steps.ts'
import { lookup, RECEIVER, refused, withParcels } from './tables.ts'

const LINKED: SchemaChange = {
  kind: 'create-many-to-many',
  relationship: {
    schemaName: 'new_parcel_contact',
    sides: [{ table: 'new_parcel' }, { table: 'contact' }],
  },
}
const BETWEEN = { referencedTable: 'account', referencingTable: 'new_parcel' } as const

const create = (name: string, ...relationships: readonly NewOneToMany[]): SchemaChange => ({
  kind: 'create-lookup',
  lookup: lookup(name),
  relationships,
})
const remove = (relationship: string): SchemaChange => ({
  kind: 'delete-relationship',
  relationship,
})

/** A parcel whose receiver is an account. */
async function received(org: Emulator): Promise<{ account: string; parcel: string }> {
  const account = await org.create('account', { name: 'Contoso' })
  const parcel = await org.create('new_parcel', {
    new_name: 'First',
    new_receiverid: { table: 'account', id: account },
  })
  return { account, parcel }
}

describe('a new one-to-many relationship', () => {
  test('refers and no more, where nothing else is said', async () => {
    const org = await withParcels()
    await org.schema.change(RECEIVER)
    const { account, parcel } = await received(org)

    expect(org.catalog.relationship('new_account_parcels')).toMatchObject({
      referencedColumn: 'accountid',
      referencingColumn: 'new_receiverid',
      referencedNavigation: 'new_account_parcels',
      referencingNavigation: 'new_ReceiverId',
      cascade: { delete: 'RemoveLink', assign: 'NoCascade', merge: 'Cascade' },
    })
    await org.delete('account', account)
    expect(await org.retrieve('new_parcel', parcel)).toMatchObject({ new_receiverid: null })
  })

  test('cascades as it says', async () => {
    const org = await withParcels()
    await org.schema.change(
      create('new_ReceiverId', {
        ...BETWEEN,
        schemaName: 'new_account_parcels',
        cascade: { delete: 'Restrict' },
      }),
    )
    const { account } = await received(org)

    await expect(org.delete('account', account)).rejects.toMatchObject({
      code: 'DELETE_RESTRICTED',
    })
  })

  test('shows the name of the row it points at', async () => {
    const org = await withParcels()
    await org.schema.change(RECEIVER)
    const { parcel } = await received(org)

    expect(await org.retrieve('new_parcel', parcel, ['new_receiveridname' as never])).toMatchObject(
      { new_receiveridname: 'Contoso' },
    )
  })

  test('may lead from a table to itself, as a hierarchy', async () => {
    const org = await withParcels()

    await org.schema.change(
      create('new_ParentId', {
        schemaName: 'new_parcel_parcels',
        referencedTable: 'new_parcel',
        referencingTable: 'new_parcel',
        isHierarchical: true,
      }),
    )

    const outer = await org.create('new_parcel', { new_name: 'Outer' })
    const inner = await org.create('new_parcel', {
      new_name: 'Inner',
      new_parentid: { table: 'new_parcel', id: outer },
    })
    await expect(
      org.update('new_parcel', outer, { new_parentid: { table: 'new_parcel', id: inner } }),
    ).rejects.toMatchObject({ code: expect.stringContaining('LOOP') })
  })

  test('is the one hierarchy of its table', async () => {
    const org = await withParcels()
    const below = (name: string, isHierarchical: boolean) =>
      create(`new_${name}Id`, {
        schemaName: `new_parcel_${name}`,
        referencedTable: 'new_parcel',
        referencingTable: 'new_parcel',
        isHierarchical,
      })
    await org.schema.change(below('Outer', true))
    await org.schema.change(below('Next', false))

    await refused(org, below('Other', true), { code: 'INVALID_ARGUMENT' })
    await refused(
      org,
      {
        kind: 'update-relationship',
        relationship: { schemaName: 'new_parcel_Next', isHierarchical: true },
      },
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('is refused by name, by table, by rule', async () => {
    const org = await withParcels()
    await org.schema.change(RECEIVER)
    const other = { ...BETWEEN, schemaName: 'new_other' }

    await refused(org, RECEIVER, { code: 'COLUMN_EXISTS' })
    await refused(org, create('new_OtherId', { ...other, schemaName: 'NEW_Account_Parcels' }), {
      code: 'RELATIONSHIP_EXISTS',
    })
    await refused(org, create('new_OtherId', { ...other, schemaName: 'other' }), {
      code: 'SCHEMA_NAME_INVALID',
    })
    await refused(org, create('OtherId', other), { code: 'SCHEMA_NAME_INVALID' })
    await refused(org, create('new_OtherId', { ...other, referencedTable: 'nosuch' }), {
      code: 'TABLE_UNKNOWN',
    })
    await refused(org, create('new_OtherId', { ...other, referencedTable: 'teammembership' }), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(
      org,
      create('new_OtherId', { ...other, referencedNavigation: 'new_account_parcels' }),
      { code: 'NAVIGATION_TAKEN' },
    )
    await refused(org, create('new_OtherId', { ...other, isHierarchical: true }), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(org, create('new_OtherId', { ...other, cascade: { delete: 'Active' } }), {
      code: 'CASCADE_TYPE_INVALID',
    })
    await refused(org, create('new_OtherId'), { code: 'INVALID_ARGUMENT' })
  })
})

describe('a lookup with several tables', () => {
  const CARRIER = create(
    'new_CarrierId',
    { ...BETWEEN, schemaName: 'new_account_carried' },
    { ...BETWEEN, schemaName: 'new_contact_carried', referencedTable: 'contact' },
  )

  test('has a relationship with each of them', async () => {
    const org = await withParcels()

    await org.schema.change(CARRIER)

    expect(org.catalog.table('new_parcel').columns.get('new_carrierid')).toMatchObject({
      targets: ['account', 'contact'],
    })
    expect(org.catalog.relationship('new_contact_carried')).toMatchObject({
      referencingNavigation: 'new_CarrierId_contact',
    })
  })

  test('takes one more table, and gives it back while no row points there', async () => {
    const org = await withParcels()
    await org.schema.change(CARRIER)

    await org.schema.change(
      create('new_CarrierId', {
        ...BETWEEN,
        schemaName: 'new_lead_carried',
        referencedTable: 'lead',
      }),
    )
    const lead = await org.create('lead', { lastname: 'Smith' })
    const parcel = await org.create('new_parcel', {
      new_carrierid: { table: 'lead', id: lead },
    })

    await refused(org, remove('new_lead_carried'), { code: 'COMPONENT_IN_USE' })
    await org.update('new_parcel', parcel, { new_carrierid: null })
    await org.schema.change(remove('new_lead_carried'))
    expect(org.catalog.table('new_parcel').columns.get('new_carrierid')).toMatchObject({
      targets: ['account', 'contact'],
    })
  })

  test('begins at one table and leads to different ones', async () => {
    const org = await withParcels()
    const first = { ...BETWEEN, schemaName: 'new_first' }

    await refused(org, create('new_OddId', first, { ...first, schemaName: 'new_second' }), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(
      org,
      create('new_OddId', first, {
        schemaName: 'new_second',
        referencedTable: 'contact',
        referencingTable: 'account',
      }),
      { code: 'INVALID_ARGUMENT' },
    )
  })
})

describe('a new many-to-many relationship', () => {
  test('links rows at once', async () => {
    const org = await withParcels()
    await org.schema.change(LINKED)
    const parcel = await org.create('new_parcel', { new_name: 'First' })
    const contact = await org.create('contact', { lastname: 'Smith' })

    await org.associate({ table: 'new_parcel', id: parcel }, 'new_parcel_contact', {
      table: 'contact',
      id: contact,
    })

    expect(org.contents().get('new_parcel_contact')).toMatchObject([
      { new_parcelid: parcel, contactid: contact },
    ])
  })

  test('may lead from a table to itself', async () => {
    const org = await withParcels()

    await org.schema.change({
      kind: 'create-many-to-many',
      relationship: {
        schemaName: 'new_parcel_like',
        sides: [
          { table: 'new_parcel', navigation: 'new_likes' },
          { table: 'new_parcel', navigation: 'new_likedby' },
        ],
      },
    })

    expect(org.catalog.relationship('new_parcel_like')).toMatchObject({
      sides: [{ intersectColumn: 'new_parcelidone' }, { intersectColumn: 'new_parcelidtwo' }],
    })
  })

  test('is refused where its name, its table or its ends are taken', async () => {
    const org = await withParcels()
    await org.schema.change(LINKED)
    const other = (change: object): SchemaChange => ({
      kind: 'create-many-to-many',
      relationship: { ...LINKED.relationship, schemaName: 'new_other', ...change },
    })

    await refused(org, LINKED, { code: 'RELATIONSHIP_EXISTS' })
    await refused(org, other({ intersectTable: 'new_parcel' }), { code: 'SCHEMA_NAME_TAKEN' })
    await refused(org, other({ schemaName: 'other' }), { code: 'SCHEMA_NAME_INVALID' })
    await refused(
      org,
      other({
        sides: [{ table: 'new_parcel', navigation: 'new_parcel_contact' }, { table: 'contact' }],
      }),
      { code: 'NAVIGATION_TAKEN' },
    )
    await refused(org, other({ sides: [{ table: 'teammembership' }, { table: 'contact' }] }), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(org, other({ sides: [{ table: 'nosuch' }, { table: 'contact' }] }), {
      code: 'TABLE_UNKNOWN',
    })
  })
})

describe('a relationship that changes', () => {
  test('cascades at once as it now says', async () => {
    const org = await withParcels()
    await org.schema.change(RECEIVER)
    const { account, parcel } = await received(org)

    await org.schema.change({
      kind: 'update-relationship',
      relationship: { schemaName: 'new_account_parcels', cascade: { delete: 'Cascade' } },
    })

    await org.delete('account', account)
    await expect(org.retrieve('new_parcel', parcel)).rejects.toMatchObject({
      code: 'ROW_NOT_FOUND',
    })
  })

  test('keeps to the rules', async () => {
    const org = await withParcels()
    await org.schema.change(LINKED)
    const change = (schemaName: string, cascade: object): SchemaChange => ({
      kind: 'update-relationship',
      relationship: { schemaName, cascade },
    })

    await refused(org, change('account_primary_contact', { delete: 'Restrict' }), {
      code: 'CASCADE_DELETE_FIXED',
    })
    await refused(org, change('new_parcel_contact', { delete: 'Restrict' }), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(org, change('new_nosuch', {}), { code: 'RELATIONSHIP_UNKNOWN' })
  })
})

describe('a deleted relationship', () => {
  test('takes its lookup and values along', async () => {
    const org = await withParcels()
    await org.schema.change(RECEIVER)
    const { account, parcel } = await received(org)

    await org.schema.change(remove('new_account_parcels'))

    expect(org.peek('new_parcel', parcel)).not.toHaveProperty('new_receiverid')
    await org.delete('account', account)
  })

  test('of many to many takes its links along', async () => {
    const org = await withParcels()
    await org.schema.change(LINKED)
    const parcel = await org.create('new_parcel', { new_name: 'First' })
    const contact = await org.create('contact', { lastname: 'Smith' })
    await org.associate({ table: 'new_parcel', id: parcel }, 'new_parcel_contact', {
      table: 'contact',
      id: contact,
    })

    await org.schema.change(remove('new_parcel_contact'))

    expect(org.contents().has('new_parcel_contact')).toBe(false)
    expect(org.catalog.find('new_parcel_contact')).toBeUndefined()
    await org.delete('contact', contact)
  })

  test('is not one of the platform’s, nor one that is needed', async () => {
    const source = await withParcels()
    await source.schema.change(LINKED)
    await source.schema.change(RECEIVER)
    const tables = source.catalog.definitions
    const onLink = step(
      { message: 'Associate', table: null, stage: 40, relationship: 'new_parcel_contact' },
      () => undefined,
    )
    const onReceiver = step(
      { message: 'Update', table: 'new_parcel', columns: ['new_receiverid'] },
      () => undefined,
    )
    const org = emulator({ tables, steps: [onLink, onReceiver] })

    await refused(org, remove('new_parcel_contact'), { code: 'COMPONENT_IN_USE' })
    await refused(org, remove('new_account_parcels'), { code: 'COMPONENT_IN_USE' })
    await refused(org, remove('contactleads_association'), { code: 'COMPONENT_FIXED' })
    await refused(org, remove('teammembership_association'), { code: 'COMPONENT_FIXED' })
    await refused(org, remove('account_parent_account'), { code: 'COMPONENT_FIXED' })
    await refused(org, remove('new_nosuch'), { code: 'RELATIONSHIP_UNKNOWN' })
  })
})
