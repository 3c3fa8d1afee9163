import { ROOT, world } from './world.ts'

async function family() {
  const made = world()
  const { org } = made
  const contact = await org.create('contact', { firstname: 'Yvonne', lastname: 'McKay' })
  const account = await org.create('account', {
    name: 'Contoso',
    primarycontactid: { table: 'contact', id: contact },
  })
  const lonely = await org.create('account', { name: 'Fabrikam' })
  const parcels: string[] = []
  for (let i = 1; i <= 3; i++) {
    parcels.push(
      await org.create('new_parcel', {
        new_name: `Parcel ${i}`,
        new_count: i,
        new_accountid: { table: 'account', id: account },
      }),
    )
  }
  await org.associate({ table: 'new_parcel', id: parcels[0] ?? '' }, 'new_parcel_contact', {
    table: 'contact',
    id: contact,
  })
  return { ...made, account, lonely, contact, parcels }
}

describe('$expand of one row', () => {
  test('a lookup becomes an object with its etag, or null', async () => {
    const { send, account, lonely, contact } = await family()
    const query = '?$select=name&$expand=primarycontactid($select=fullname)'

    const full = await send('GET', `accounts(${account})${query}`)
    const empty = await send('GET', `accounts(${lonely})${query}`)

    expect(full.json).toEqual({
      '@odata.context': `${ROOT}$metadata#accounts(name,primarycontactid(fullname))/$entity`,
      '@odata.etag': expect.any(String),
      name: 'Contoso',
      accountid: account,
      primarycontactid: {
        '@odata.etag': expect.any(String),
        fullname: 'Yvonne McKay',
        contactid: contact,
      },
    })
    expect(empty.json.primarycontactid).toBeNull()
  })

  test('a collection becomes an array: all of it, and so no link', async () => {
    const { send, account } = await family()

    const { json } = await send(
      'GET',
      `accounts(${account})?$select=name&$expand=new_account_parcels($select=new_name;$filter=new_count ge 2;$orderby=new_count desc)`,
    )

    expect(json.new_account_parcels).toMatchObject([
      { new_name: 'Parcel 3' },
      { new_name: 'Parcel 2' },
    ])
    expect(Object.keys(json as object)).not.toContain('new_account_parcels@odata.nextLink')
  })

  test('so does one of a row that is made and answered with', async () => {
    const { send } = await family()

    const { json } = await send(
      'POST',
      'accounts?$select=name&$expand=new_account_parcels($select=new_name)',
      { name: 'Fabrikam', new_account_parcels: [{ new_name: 'Parcel 9' }] },
      { prefer: 'return=representation' },
    )

    expect(json.new_account_parcels).toMatchObject([{ new_name: 'Parcel 9' }])
    expect(Object.keys(json as object)).not.toContain('new_account_parcels@odata.nextLink')
  })

  test('$top is counted in each collection', async () => {
    const { send, account } = await family()

    const { json } = await send(
      'GET',
      `accounts(${account})?$expand=new_account_parcels($top=1;$orderby=new_count)`,
    )

    expect(json.new_account_parcels).toMatchObject([{ new_name: 'Parcel 1' }])
  })

  test('a many-to-many collection is expanded from both ends', async () => {
    const { send, contact, parcels } = await family()

    const there = await send(
      'GET',
      `new_parcels(${parcels[0] ?? ''})?$expand=new_parcel_contact($select=lastname)`,
    )
    const back = await send(
      'GET',
      `contacts(${contact})?$expand=new_parcel_contact($select=new_name)`,
    )

    expect(there.json.new_parcel_contact).toMatchObject([{ lastname: 'McKay', contactid: contact }])
    expect(back.json.new_parcel_contact).toMatchObject([{ new_name: 'Parcel 1' }])
  })

  test('$ref gives the address only', async () => {
    const { send, account, contact } = await family()

    const { json } = await send(
      'GET',
      `accounts(${account})?$select=name&$expand=primarycontactid/$ref`,
    )

    expect(json).toMatchObject({
      '@odata.context': `${ROOT}$metadata#accounts(name,primarycontactid,primarycontactid/$ref())/$entity`,
      _primarycontactid_value: contact,
      primarycontactid: { '@odata.id': `${ROOT}contacts(${contact})` },
    })
  })

  test('an expanded row is annotated too', async () => {
    const { send, parcels } = await family()

    const { json } = await send(
      'GET',
      `new_parcels(${parcels[0] ?? ''})?$select=new_name&$expand=new_AccountId($select=_primarycontactid_value)`,
      undefined,
      { prefer: 'odata.include-annotations="*"' },
    )

    expect(
      json.new_AccountId['_primarycontactid_value@OData.Community.Display.V1.FormattedValue'],
    ).toBe('Yvonne McKay')
  })

  test('the owner is expanded as an owner', async () => {
    const { org, send, account } = await family()

    const { json } = await send('GET', `accounts(${account})?$select=name&$expand=ownerid`)

    expect(json.ownerid.ownerid).toBe(org.userId)
  })

  test('a property of a polymorphic lookup that is not its value’s is null', async () => {
    const { org, send, account } = await family()
    const id = await org.create('new_parcel', { new_receiver: { table: 'account', id: account } })

    const { json } = await send(
      'GET',
      `new_parcels(${id})?$expand=new_Receiver_account($select=name),new_Receiver_contact`,
    )

    expect(json.new_Receiver_account).toMatchObject({ name: 'Contoso' })
    expect(json.new_Receiver_contact).toBeNull()
  })
})

describe('$expand of a set', () => {
  test('a collection comes with a link to it that repeats its options', async () => {
    const { send, account } = await family()

    const { json } = await send(
      'GET',
      `accounts?$select=name&$filter=accountid eq ${account}&$expand=new_account_parcels($select=new_name;$filter=new_count ge 2;$orderby=new_count desc)`,
    )

    expect(json.value).toMatchObject([
      {
        'new_account_parcels@odata.nextLink': `${ROOT}accounts(${account})/new_account_parcels?$select=new_name&$filter=new_count ge 2&$orderby=new_count desc`,
      },
    ])
  })

  test('lookups have no etag; rows of collections have theirs and the way back', async () => {
    const { send, account } = await family()

    const { json } = await send(
      'GET',
      'accounts?$select=name&$expand=primarycontactid($select=fullname),new_account_parcels($select=new_name)&$orderby=name',
    )

    const [contoso, fabrikam] = json.value
    expect(contoso.primarycontactid).not.toHaveProperty(['@odata.etag'])
    expect(contoso.new_account_parcels).toHaveLength(3)
    expect(contoso.new_account_parcels[0]).toMatchObject({
      '@odata.etag': expect.any(String),
      _new_accountid_value: account,
    })
    expect(contoso['new_account_parcels@odata.nextLink']).toBe(
      `${ROOT}accounts(${account})/new_account_parcels?$select=new_name`,
    )
    expect(fabrikam.primarycontactid).toBeNull()
    expect(fabrikam.new_account_parcels).toEqual([])
  })

  test('nested expands show no etags and page their collections', async () => {
    const { send } = await family()

    const { json } = await send(
      'GET',
      'accounts?$select=name&$expand=new_account_parcels($select=new_name;$expand=new_ParentId($select=new_name))&$orderby=name',
      undefined,
      { prefer: 'odata.maxpagesize=2' },
    )

    const [contoso] = json.value
    expect(contoso).toHaveProperty(['@odata.etag'])
    expect(contoso.new_account_parcels).toHaveLength(2)
    expect(contoso.new_account_parcels[0]).toEqual({
      new_name: expect.any(String),
      new_parcelid: expect.any(String),
      new_ParentId: null,
    })
    const next = await send(
      'GET',
      contoso['new_account_parcels@odata.nextLink'] as string,
      undefined,
      {
        prefer: 'odata.maxpagesize=2',
      },
    )
    expect(next.json.value).toHaveLength(1)
  })

  test.each([
    'accounts?$expand=nosuch',
    'accounts?$expand=primarycontactid($select=nosuch)',
    'accounts?$expand=primarycontactid($top=1)',
    'accounts?$expand=new_account_parcels/$ref',
    'accounts?$expand=primarycontactid(',
    'accounts?$expand=new_account_parcels($skip=1)',
  ])('%s is refused with 400', async (path) => {
    const { send } = world()

    expect((await send('GET', path)).status).toBe(400)
  })

  test('creating with a representation expands too', async () => {
    const { send, contact } = await family()

    const answer = await send(
      'POST',
      'accounts?$select=name&$expand=primarycontactid($select=fullname)',
      { name: 'New', 'primarycontactid@odata.bind': `/contacts(${contact})` },
      { prefer: 'return=representation' },
    )

    expect(answer.status).toBe(201)
    expect(answer.json.primarycontactid).toMatchObject({ fullname: 'Yvonne McKay' })
  })
})
