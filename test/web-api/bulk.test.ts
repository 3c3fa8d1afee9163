import { ROOT, world } from './world.ts'

const TYPE = 'Microsoft.Dynamics.CRM.new_parcel'
const BULK = (name: string) => `new_parcels/Microsoft.Dynamics.CRM.${name}`

test('CreateMultiple creates rows in order and answers their ids', async () => {
  const { org, send } = world()
  const account = await org.create('account', { name: 'Contoso' })

  const answer = await send('POST', BULK('CreateMultiple'), {
    Targets: [
      { '@odata.type': TYPE, new_name: 'A', 'new_AccountId@odata.bind': `/accounts(${account})` },
      {
        '@odata.type': `#${TYPE}`,
        new_name: 'B',
        new_parcelid: '11111111-0000-4000-8000-000000000000',
      },
    ],
  })

  expect(answer.status).toBe(200)
  expect(answer.json['@odata.context']).toBe(
    `${ROOT}$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse`,
  )
  const [first, second] = answer.json.Ids as readonly string[]
  expect(second).toBe('11111111-0000-4000-8000-000000000000')
  expect(await org.retrieve('new_parcel', first ?? '')).toMatchObject({
    new_name: 'A',
    new_accountid: { table: 'account', id: account },
  })
})

test('UpdateMultiple changes rows by their key or address', async () => {
  const { org, send } = world()
  const one = await org.create('new_parcel', { new_name: 'A' })
  const two = await org.create('new_parcel', { new_name: 'B', new_code: 'b' })

  const answer = await send('POST', BULK('UpdateMultiple'), {
    Targets: [
      { '@odata.type': TYPE, new_parcelid: one, new_count: 1 },
      { '@odata.type': TYPE, '@odata.id': "new_parcels(new_code='b')", new_count: 2 },
    ],
  })

  expect(answer.status).toBe(204)
  expect(await org.retrieve('new_parcel', one)).toMatchObject({ new_name: 'A', new_count: 1 })
  expect(await org.retrieve('new_parcel', two)).toMatchObject({ new_name: 'B', new_count: 2 })
})

test('UpsertMultiple creates and updates by alternate key', async () => {
  const { org, send } = world()
  const known = await org.create('new_parcel', { new_code: 'known' })

  const answer = await send('POST', BULK('UpsertMultiple'), {
    Targets: [
      { '@odata.type': TYPE, '@odata.id': "new_parcels(new_code='known')", new_count: 1 },
      { '@odata.type': TYPE, new_code: 'new', new_count: 2 },
    ],
  })

  expect(answer.status).toBe(204)
  expect(await org.retrieve('new_parcel', known)).toMatchObject({ new_count: 1 })
  expect(org.findByKey('new_parcel', { new_code: 'new' })).toBeDefined()
})

test.each([
  ['CreateMultiple', {}],
  ['CreateMultiple', { Targets: [] }],
  ['CreateMultiple', { Targets: [{ new_name: 'no type' }] }],
  [
    'CreateMultiple',
    {
      Targets: [
        { '@odata.type': TYPE, new_name: 'A' },
        { '@odata.type': TYPE, nosuch: 1 },
      ],
    },
  ],
  ['CreateMultiple', { Targets: [{ '@odata.type': TYPE, new_ParentId: { new_name: 'deep' } }] }],
  ['UpdateMultiple', { Targets: [{ '@odata.type': TYPE, new_name: 'which?' }] }],
  ['UpsertMultiple', { Targets: [{ '@odata.type': TYPE, new_name: 'which?' }] }],
  [
    'DeleteMultiple',
    { Targets: [{ '@odata.type': TYPE, new_parcelid: '11111111-0000-4000-8000-000000000000' }] },
  ],
])('%s of %j is refused and nothing is written', async (name, body) => {
  const { org, send } = world()
  const before = org.contents()

  const answer = await send('POST', BULK(name), body)

  expect(answer.status).toBe(400)
  expect(org.contents()).toEqual(before)
})
