import { idIn, ROOT, world, type World } from './world.ts'

const FETCH =
  "<fetch><entity name='new_parcel'><attribute name='new_name'/><attribute name='new_code'/><filter><condition attribute='new_count' operator='ge' value='2'/></filter><order attribute='new_count'/></entity></fetch>"

async function parcels(): Promise<World> {
  const made = world()
  for (let i = 1; i <= 4; i++) {
    await made.org.create('new_parcel', { new_name: `Parcel ${i}`, new_count: i })
  }
  return made
}

async function view({ send }: World, set: string, fetchxml: string): Promise<string> {
  return idIn(
    await send('POST', set, {
      name: 'Two and more',
      returnedtypecode: 'new_parcel',
      querytype: 0,
      fetchxml,
    }),
  )
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/retrieve-and-execute-predefined-queries */
describe.each([
  ['savedQuery', 'savedqueries'],
  ['userQuery', 'userqueries'],
])('%s', (option, set) => {
  test('runs the FetchXML of the view', async () => {
    const made = await parcels()
    const id = await view(made, set, FETCH)

    const { status, json } = await made.send('GET', `new_parcels?${option}=${id}`)

    expect(status).toBe(200)
    expect(json['@odata.context']).toBe(
      `${ROOT}$metadata#new_parcels(new_name,new_code,new_parcelid)`,
    )
    expect(json.value).toMatchObject([
      { new_name: 'Parcel 2' },
      { new_name: 'Parcel 3' },
      { new_name: 'Parcel 4' },
    ])
    expect(json.value[0]).not.toHaveProperty('new_code')
  })

  test('tells which columns its links stand on, where that is asked for', async () => {
    const made = await parcels()
    const id = await view(
      made,
      set,
      "<fetch><entity name='new_parcel'><attribute name='new_name'/><link-entity name='account' from='accountid' to='new_accountid' link-type='outer' alias='sender'><attribute name='name'/><link-entity name='contact' from='contactid' to='primarycontactid' link-type='outer' alias='person'/></link-entity></entity></fetch>",
    )
    const field = '@sender.OData.Community.Display.V1.CurrentEntityField'

    const asked = await made.send('GET', `new_parcels?${option}=${id}`, undefined, {
      prefer: 'odata.include-annotations="*"',
    })
    const plain = await made.send('GET', `new_parcels?${option}=${id}`)

    const members = Object.keys(asked.json as object)
    expect(asked.json[field]).toBe('new_accountid')
    expect(members.indexOf(field)).toBe(members.indexOf('value') - 1)
    expect(members.filter((name) => name.includes('CurrentEntityField'))).toEqual([field])
    expect(plain.text).not.toContain('CurrentEntityField')
  })

  test('a page size by preference is followed by links', async () => {
    const made = await parcels()
    const id = await view(made, set, FETCH)

    const prefer = { prefer: 'odata.maxpagesize=2' }
    const first = await made.send('GET', `new_parcels?${option}=${id}`, undefined, prefer)
    const second = await made.send('GET', first.json['@odata.nextLink'], undefined, prefer)

    expect(first.json.value).toHaveLength(2)
    expect(second.json.value).toMatchObject([{ new_name: 'Parcel 4' }])
    expect(second.json).not.toHaveProperty('@odata.nextLink')
  })

  test('runs over a collection of related rows', async () => {
    const made = await parcels()
    const account = await made.org.create('account', { name: 'Contoso' })
    await made.org.create('new_parcel', {
      new_name: 'Held',
      new_count: 9,
      new_accountid: { table: 'account', id: account },
    })
    const id = await view(made, set, FETCH)

    const { json } = await made.send(
      'GET',
      `accounts(${account})/new_account_parcels?${option}=${id}`,
    )

    expect(json.value).toMatchObject([{ new_name: 'Held' }])
  })

  test('a view nobody has is not found', async () => {
    const { send } = world()

    const answer = await send('GET', `new_parcels?${option}=11111111-0000-4000-8000-000000000000`)

    expect([answer.status, answer.json.error.code]).toEqual([404, '0x80040217'])
  })

  test('what is no id, and a view of another table, are refused', async () => {
    const made = await parcels()
    const id = await view(made, set, FETCH)

    for (const path of [`new_parcels?${option}=mine`, `accounts?${option}=${id}`]) {
      expect(await made.send('GET', path)).toMatchObject({ status: 400 })
    }
  })
})

test('a view without FetchXML is refused', async () => {
  const { send } = world()
  const id = idIn(
    await send('POST', 'savedqueries', {
      name: 'Empty',
      returnedtypecode: 'new_parcel',
      querytype: 0,
    }),
  )

  expect(await send('GET', `new_parcels?savedQuery=${id}`)).toMatchObject({ status: 400 })
})
