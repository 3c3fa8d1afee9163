import { ROOT, world, type World } from './world.ts'

const MISSING = '11111111-0000-4000-8000-000000000000'

async function family() {
  const { org, send } = world()
  const account = await org.create('account', { name: 'Contoso' })
  const contact = await org.create('contact', { lastname: 'McKay' })
  const parcel = await org.create('new_parcel', { new_name: 'P', new_code: 'P1' })
  return { org, send, account, contact, parcel }
}

const parentOf = async (org: World['org'], id: string) =>
  (await org.retrieve('new_parcel', id)).new_accountid as unknown

describe('a collection', () => {
  test('POST $ref adds a row of a one-to-many relationship', async () => {
    const { org, send, account, parcel } = await family()

    const answer = await send('POST', `accounts(${account})/new_account_parcels/$ref`, {
      '@odata.id': `${ROOT}new_parcels(${parcel})`,
    })

    expect(answer.status).toBe(204)
    expect(await parentOf(org, parcel)).toEqual({ table: 'account', id: account })
  })

  test('the reference may be relative, by an alternate key, or sent by PUT', async () => {
    const { org, send, account, parcel } = await family()

    const answer = await send('PUT', `accounts(${account})/new_account_parcels/$ref`, {
      '@odata.context': `${ROOT}$metadata#$ref`,
      '@odata.id': "new_parcels(new_code='P1')",
    })

    expect(answer.status).toBe(204)
    expect(await parentOf(org, parcel)).toEqual({ table: 'account', id: account })
  })

  test('DELETE collection(key)/$ref takes the row out', async () => {
    const { org, send, account, parcel } = await family()
    await org.update('new_parcel', parcel, { new_accountid: { table: 'account', id: account } })

    const answer = await send('DELETE', `accounts(${account})/new_account_parcels(${parcel})/$ref`)

    expect(answer.status).toBe(204)
    expect(await parentOf(org, parcel)).toBeNull()
  })

  test('DELETE collection/$ref?$id= takes the row out', async () => {
    const { org, send, account, parcel } = await family()
    await org.update('new_parcel', parcel, { new_accountid: { table: 'account', id: account } })

    const answer = await send(
      'DELETE',
      `accounts(${account})/new_account_parcels/$ref?$id=${ROOT}new_parcels(${parcel})`,
    )

    expect(answer.status).toBe(204)
    expect(await parentOf(org, parcel)).toBeNull()
  })

  test('a many-to-many link is added, read from both ends, and removed', async () => {
    const { send, contact, parcel } = await family()
    const path = `new_parcels(${parcel})/new_parcel_contact`

    const added = await send('POST', `${path}/$ref`, { '@odata.id': `${ROOT}contacts(${contact})` })
    const there = await send('GET', `${path}?$select=lastname`)
    const back = await send('GET', `contacts(${contact})/new_parcel_contact/$ref`)
    const counted = await send('GET', `${path}/$count`)
    const again = await send('POST', `${path}/$ref`, { '@odata.id': `contacts(${contact})` })
    const removed = await send('DELETE', `${path}(${contact})/$ref`)
    const empty = await send('GET', path)

    expect(added.status).toBe(204)
    expect(there.json.value).toMatchObject([{ contactid: contact, lastname: 'McKay' }])
    expect(back.json).toEqual({
      '@odata.context': `${ROOT}$metadata#Collection($ref)`,
      value: [{ '@odata.id': `${ROOT}new_parcels(${parcel})` }],
    })
    expect(counted.text).toBe('1')
    expect(again.status).toBe(412)
    expect(removed.status).toBe(204)
    expect(empty.json.value).toEqual([])
  })

  test('a row of another table is refused, and nothing is linked', async () => {
    const { org, send, account, contact } = await family()
    const before = org.contents()

    const answer = await send('POST', `accounts(${account})/new_account_parcels/$ref`, {
      '@odata.id': `contacts(${contact})`,
    })

    expect(answer.status).toBe(400)
    expect(org.contents()).toEqual(before)
  })

  test('POST creates a row that belongs to it', async () => {
    const { org, send, account } = await family()

    const answer = await send('POST', `accounts(${account})/new_account_parcels`, { new_name: 'Q' })
    const id = /\(([^)]+)\)$/.exec(answer.headers['OData-EntityId'] ?? '')?.[1] ?? ''

    expect(await org.retrieve('new_parcel', id)).toMatchObject({
      new_name: 'Q',
      new_accountid: { table: 'account', id: account },
    })
  })

  test('such a row is answered with where that is preferred', async () => {
    const { send, account } = await family()

    const answer = await send(
      'POST',
      `accounts(${account})/new_account_parcels?$select=new_name,_new_accountid_value`,
      { new_name: 'R' },
      { prefer: 'return=representation' },
    )

    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({
      '@odata.context': `${ROOT}$metadata#new_parcels(new_name,_new_accountid_value)/$entity`,
      new_name: 'R',
      _new_accountid_value: account,
    })
  })

  test.each([
    ['POST', 'new_account_parcels/$ref', {}],
    ['POST', 'new_account_parcels/$ref', { '@odata.id': 5 }],
    ['POST', 'new_account_parcels/$ref', { '@odata.id': 'nonsense' }],
    ['POST', 'new_account_parcels/$ref', { '@odata.id': `${ROOT}new_parcels` }],
    ['DELETE', 'new_account_parcels/$ref', undefined],
    ['DELETE', 'new_account_parcels(x)/$ref', undefined],
  ])('%s %s with %j is refused with 400', async (method, path, body) => {
    const { send, account } = await family()

    expect((await send(method, `accounts(${account})/${path}`, body)).status).toBe(400)
  })

  test('a reference to a missing row is 404', async () => {
    const { send, account } = await family()

    const answer = await send('POST', `accounts(${account})/new_account_parcels/$ref`, {
      '@odata.id': `${ROOT}new_parcels(${MISSING})`,
    })

    expect(answer.status).toBe(404)
  })
})

describe('a lookup', () => {
  test('PUT $ref sets it and DELETE $ref clears it', async () => {
    const { org, send, account, parcel } = await family()
    const path = `new_parcels(${parcel})/new_AccountId/$ref`

    const set = await send('PUT', path, { '@odata.id': `${ROOT}accounts(${account})` })
    const whose = await parentOf(org, parcel)
    const read = await send('GET', path)
    const cleared = await send('DELETE', path)

    expect([set.status, cleared.status]).toEqual([204, 204])
    expect(whose).toEqual({ table: 'account', id: account })
    expect(read.json).toEqual({
      '@odata.context': `${ROOT}$metadata#$ref`,
      '@odata.id': `${ROOT}accounts(${account})`,
    })
    expect(await parentOf(org, parcel)).toBeNull()
  })

  test('DELETE $ref with the $id of its row clears it too', async () => {
    const { org, send, account, parcel } = await family()
    await org.update('new_parcel', parcel, { new_accountid: { table: 'account', id: account } })

    const answer = await send(
      'DELETE',
      `new_parcels(${parcel})/new_AccountId/$ref?$id=${ROOT}accounts(${account})`,
    )

    expect(answer.status).toBe(204)
    expect(await parentOf(org, parcel)).toBeNull()
  })

  test('a row of a table it does not take is refused', async () => {
    const { org, send, contact, parcel } = await family()

    const answer = await send('PUT', `new_parcels(${parcel})/new_AccountId/$ref`, {
      '@odata.id': `contacts(${contact})`,
    })

    expect(answer.status).toBe(400)
    expect(await parentOf(org, parcel)).toBeNull()
  })

  test('GET follows it to the row, on to a property, and back to a collection', async () => {
    const { org, send, account, parcel } = await family()
    await org.update('new_parcel', parcel, { new_accountid: { table: 'account', id: account } })
    const path = `new_parcels(${parcel})/new_AccountId`

    expect((await send('GET', `${path}?$select=name`)).json).toMatchObject({
      '@odata.context': `${ROOT}$metadata#accounts(name)/$entity`,
      name: 'Contoso',
      accountid: account,
    })
    expect((await send('GET', `${path}/name`)).json.value).toBe('Contoso')
    expect((await send('GET', `${path}/new_account_parcels`)).json.value).toHaveLength(1)
  })

  test('the property of a table its value is not of leads nowhere', async () => {
    const { org, send, account, parcel } = await family()
    await org.update('new_parcel', parcel, { new_receiver: { table: 'account', id: account } })

    expect((await send('GET', `new_parcels(${parcel})/new_Receiver_account`)).status).toBe(200)
    expect((await send('GET', `new_parcels(${parcel})/new_Receiver_contact`)).status).toBe(204)
    expect((await send('GET', `new_parcels(${parcel})/new_Receiver_contact/$ref`)).status).toBe(204)
    expect(await send('GET', `new_parcels(${parcel})/new_Receiver_contact/lastname`)).toMatchObject(
      { status: 404, json: { error: { message: expect.stringContaining('is empty') } } },
    )
  })

  test('POST and PATCH of it are not allowed', async () => {
    const { send, parcel } = await family()

    expect((await send('POST', `new_parcels(${parcel})/new_AccountId/$ref`, {})).status).toBe(405)
    expect((await send('PATCH', `new_parcels(${parcel})/new_AccountId`, {})).status).toBe(405)
  })
})

describe('a single property', () => {
  test('is read with its context, and raw', async () => {
    const { send, parcel } = await family()

    expect((await send('GET', `new_parcels(${parcel})/new_name`)).json).toEqual({
      '@odata.context': `${ROOT}$metadata#new_parcels(${parcel})/new_name`,
      value: 'P',
    })
    const raw = await send('GET', `new_parcels(${parcel})/new_name/$value`)
    expect([raw.text, raw.headers['Content-Type']]).toEqual(['P', 'text/plain'])
  })

  test('is written by PUT and cleared by DELETE', async () => {
    const { org, send, parcel } = await family()

    const put = await send('PUT', `new_parcels(${parcel})/new_count`, { value: 5 })
    const written = await send('GET', `new_parcels(${parcel})/new_count`)
    const cleared = await send('DELETE', `new_parcels(${parcel})/new_count`)
    const empty = await send('GET', `new_parcels(${parcel})/new_count`)

    expect([put.status, cleared.status, empty.status, empty.text]).toEqual([204, 204, 204, ''])
    expect(written.json.value).toBe(5)
    expect(await org.retrieve('new_parcel', parcel)).toMatchObject({
      new_name: 'P',
      new_count: null,
    })
  })

  test.each([
    ['PUT', 'new_count', { value: 'many' }, 400],
    ['PUT', 'new_count', {}, 400],
    ['PUT', '_new_accountid_value', { value: MISSING }, 400],
    ['DELETE', '_new_accountid_value', undefined, 400],
    ['PATCH', 'new_count', { value: 5 }, 405],
    ['PUT', 'new_count/$value', { value: 5 }, 405],
    ['GET', 'nosuch', undefined, 404],
    ['GET', 'new_name/more', undefined, 404],
  ])('%s %s with %j is refused with %i', async (method, path, body, status) => {
    const { org, send, parcel } = await family()
    const before = org.contents()

    const answer = await send(method, `new_parcels(${parcel})/${path}`, body)

    expect(answer.status).toBe(status)
    expect(answer.json.error.code).toMatch(/^0x8/)
    expect(org.contents()).toEqual(before)
  })
})
