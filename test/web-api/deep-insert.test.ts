import { idIn, world } from './world.ts'

describe('creating related rows with a row', () => {
  test('a nested object is created first and linked', async () => {
    const { org, send } = world()

    const answer = await send('POST', 'new_parcels', {
      new_name: 'P',
      new_AccountId: { name: 'Contoso', primarycontactid: { lastname: 'McKay' } },
    })

    const parcel = await org.retrieve('new_parcel', idIn(answer))
    const account = await org.retrieve('account', parcel.new_accountid.id as string)
    expect(account).toMatchObject({ name: 'Contoso', primarycontactid: { table: 'contact' } })
  })

  test('nested arrays are created after it and belong to it', async () => {
    const { org, send } = world()

    const answer = await send('POST', 'accounts', {
      name: 'Contoso',
      new_account_parcels: [
        { new_name: 'A', new_parcel_children: [{ new_name: 'A1' }] },
        { new_name: 'B', new_parcel_contact: [{ lastname: 'McKay' }] },
      ],
    })

    expect(answer.status).toBe(204)
    const rows = [...(org.contents().get('new_parcel') ?? [])]
    const named = (name: string) => rows.find((row) => row['new_name'] === name)
    expect(named('A')).toMatchObject({ new_accountid: { id: idIn(answer) } })
    expect(named('B')).toMatchObject({ new_accountid: { id: idIn(answer) } })
    expect(named('A1')).toMatchObject({ new_parentid: { id: named('A')?.['new_parcelid'] } })
    expect(org.contents().get('new_parcel_contact')).toHaveLength(1)
  })

  test('existing rows are bound to a collection', async () => {
    const { org, send } = world()
    const parcel = await org.create('new_parcel', { new_name: 'P' })

    const answer = await send('POST', 'accounts', {
      name: 'Contoso',
      'new_account_parcels@odata.bind': [`/new_parcels(${parcel})`],
    })

    expect(await org.retrieve('new_parcel', parcel)).toMatchObject({
      new_accountid: { table: 'account', id: idIn(answer) },
    })
  })

  test('when a related row is refused nothing is created', async () => {
    const { org, send } = world()
    const before = org.contents()

    const answer = await send('POST', 'accounts', {
      name: 'Contoso',
      primarycontactid: { lastname: 'McKay' },
      new_account_parcels: [{ new_name: 'A' }, { new_count: -5 }],
    })

    expect(answer.status).toBe(400)
    expect(org.contents()).toEqual(before)
  })

  test('PATCH creates no related rows', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })
    const before = org.contents()

    const single = await send('PATCH', `accounts(${id})`, { primarycontactid: { lastname: 'X' } })
    const many = await send('PATCH', `accounts(${id})`, {
      new_account_parcels: [{ new_name: 'X' }],
    })

    expect([single.status, many.status]).toEqual([400, 400])
    expect(org.contents()).toEqual(before)
  })

  test('bodies nested beyond all measure are refused', async () => {
    const { send } = world()
    let body: object = { new_name: 'x' }
    for (let i = 0; i < 100; i++) body = { new_ParentId: body }

    const answer = await send('POST', 'new_parcels', body)

    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toContain('nested deeper than')
  })
})
