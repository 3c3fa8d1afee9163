import { ROOT, world } from './world.ts'

async function parcels() {
  const made = world()
  const account = await made.org.create('account', { name: 'Contoso', revenue: 1000 })
  await made.org.create('account', { name: 'Fabrikam', revenue: 500 })
  for (let i = 1; i <= 5; i++) {
    await made.org.create('new_parcel', {
      new_name: `Parcel ${i}`,
      new_count: i,
      new_size: i % 2 === 0 ? 2 : 1,
      ...(i < 4 ? { new_accountid: { table: 'account', id: account } } : {}),
    })
  }
  return { ...made, account }
}

const ALL = { prefer: 'odata.include-annotations="*"' }
const fetchPath = (xml: string) => `new_parcels?fetchXml=${encodeURIComponent(xml)}`

describe('fetchXml', () => {
  test('rows leave out empty columns and show linked ones behind their alias', async () => {
    const { send, account } = await parcels()

    const { json, status } = await send(
      'GET',
      fetchPath(
        "<fetch><entity name='new_parcel'><attribute name='new_name'/><attribute name='new_code'/><attribute name='new_accountid'/><order attribute='new_count'/><link-entity name='account' from='accountid' to='new_accountid' alias='a' link-type='outer'><attribute name='name'/></link-entity></entity></fetch>",
      ),
      undefined,
      ALL,
    )

    expect(status).toBe(200)
    expect(json['@odata.context']).toBe(
      `${ROOT}$metadata#new_parcels(new_name,new_code,_new_accountid_value,new_accountid,new_parcelid,new_accountid())`,
    )
    expect(json.value).toHaveLength(5)
    expect(json.value[0]).toEqual({
      '@odata.etag': expect.any(String),
      new_name: 'Parcel 1',
      '_new_accountid_value@OData.Community.Display.V1.FormattedValue': 'Contoso',
      '_new_accountid_value@Microsoft.Dynamics.CRM.associatednavigationproperty': 'new_AccountId',
      '_new_accountid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
      _new_accountid_value: account,
      new_parcelid: expect.any(String),
      'a.name@OData.Community.Display.V1.AttributeName': 'name',
      'a.name': 'Contoso',
    })
    expect(json.value[4]).not.toHaveProperty('_new_accountid_value')
  })

  test('which lookup a link follows is told before the rows', async () => {
    const { send } = await parcels()
    const ask = (links: string, headers: Readonly<Record<string, string>> = ALL) =>
      send(
        'GET',
        fetchPath(`<fetch><entity name='new_parcel'>${links}</entity></fetch>`),
        undefined,
        headers,
      )
    const up = "<link-entity name='account' from='accountid' to='new_accountid' alias='a'>"
    const owner = "<link-entity name='systemuser' from='systemuserid' to='ownerid' alias='o'>"
    const down = "<link-entity name='new_parcel' from='new_parcelid' to='new_parcelid' alias='d'>"
    const column = "<attribute name='ownerid'/>"

    const nested = await ask(
      `${up}${column}${owner}<attribute name='fullname'/></link-entity></link-entity>`,
    )
    const others = await ask(`${up}</link-entity>${down}${column}</link-entity>`)
    const unasked = await ask(`${up}${column}</link-entity>`, {
      prefer: 'odata.include-annotations="OData.Community.Display.V1.FormattedValue"',
    })

    const told = Object.keys(nested.json)
    expect(nested.json).toMatchObject({
      '@a.OData.Community.Display.V1.CurrentEntityField': 'new_accountid',
      '@o.OData.Community.Display.V1.CurrentEntityField': 'ownerid',
    })
    expect(told.slice(-3)).toEqual([
      '@a.OData.Community.Display.V1.CurrentEntityField',
      '@o.OData.Community.Display.V1.CurrentEntityField',
      'value',
    ])
    for (const { json } of [others, unasked]) {
      expect(Object.keys(json).filter((name) => name.endsWith('CurrentEntityField'))).toEqual([])
    }
  })

  test('an amount comes with its currency, and is formatted in it', async () => {
    const { send, org } = await parcels()
    const asked = (attributes: string) =>
      send(
        'GET',
        `accounts?fetchXml=${encodeURIComponent(
          `<fetch ${attributes}><entity name='account'><attribute name='name'/><attribute name='revenue'/><order attribute='name'/></entity></fetch>`,
        )}`,
        undefined,
        ALL,
      )

    const { json } = await asked('')
    expect(json['@odata.context']).toBe(
      `${ROOT}$metadata#accounts(name,revenue,_transactioncurrencyid_value,transactioncurrencyid,accountid,transactioncurrencyid())`,
    )
    expect(json.value[0]).toMatchObject({
      name: 'Contoso',
      revenue: 1000,
      'revenue@OData.Community.Display.V1.FormattedValue': '$1,000.00',
      _transactioncurrencyid_value: org.currencyId,
      '_transactioncurrencyid_value@OData.Community.Display.V1.FormattedValue': 'US Dollar',
    })

    const distinct = await asked("distinct='true'")
    expect(distinct.json.value[0]).not.toHaveProperty('_transactioncurrencyid_value')
  })

  test('links without an alias are named after their table', async () => {
    const { send } = await parcels()

    const { json } = await send(
      'GET',
      fetchPath(
        "<fetch top='1'><entity name='new_parcel'><attribute name='new_name'/><link-entity name='account' from='accountid' to='new_accountid'><attribute name='name'/></link-entity></entity></fetch>",
      ),
    )

    expect(json.value[0]).toMatchObject({ 'account1.name': 'Contoso' })
  })

  test('form encoding is read', async () => {
    const { send } = await parcels()

    const { json } = await send(
      'GET',
      "new_parcels?fetchXml=<fetch+count='2'><entity+name='new_parcel'/></fetch>",
    )

    expect(json.value).toHaveLength(2)
  })

  test('following the paging cookie, as clients do, gives every row once', async () => {
    const { send } = await parcels()
    const seen: string[] = []
    let page = 1
    let cookie = ''

    for (;;) {
      const { json } = await send(
        'GET',
        fetchPath(
          `<fetch count='2' page='${page}'${cookie}><entity name='new_parcel'><attribute name='new_name'/><order attribute='new_count'/></entity></fetch>`,
        ),
        undefined,
        {
          prefer:
            'odata.include-annotations="Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords"',
        },
      )
      for (const row of json.value) seen.push(row.new_name as string)
      if (json['@Microsoft.Dynamics.CRM.morerecords'] !== true) {
        expect(json).not.toHaveProperty(['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'])
        break
      }
      const told = json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'] as string
      page = Number(/pagenumber="(\d+)"/.exec(told)?.[1])
      const inner = decodeURIComponent(
        decodeURIComponent(/pagingcookie="([^"]*)"/.exec(told)?.[1] ?? ''),
      )
      expect(inner).toMatch(/^<cookie page="\d+">.*<\/cookie>$/)
      cookie = ` paging-cookie='${inner.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}'`
    }

    expect(seen).toEqual([1, 2, 3, 4, 5].map((i) => `Parcel ${i}`))
  })

  test('a page size by preference is followed by links', async () => {
    const { send } = await parcels()
    const prefer = { prefer: 'odata.maxpagesize=3' }
    const path = fetchPath(
      "<fetch><entity name='new_parcel'><attribute name='new_name'/></entity></fetch>",
    )

    const first = await send('GET', path, undefined, prefer)
    const second = await send('GET', first.json['@odata.nextLink'] as string, undefined, prefer)

    expect([first.json.value.length, second.json.value.length]).toEqual([3, 2])
    expect(second.json).not.toHaveProperty(['@odata.nextLink'])
  })

  test('aggregates come under their aliases, formatted as their column', async () => {
    const { send } = await parcels()

    const { json } = await send(
      'GET',
      `accounts?fetchXml=${encodeURIComponent("<fetch aggregate='true'><entity name='account'><attribute name='revenue' alias='total' aggregate='sum'/><attribute name='accountid' alias='number' aggregate='count'/></entity></fetch>")}`,
      undefined,
      ALL,
    )

    expect(json['@odata.context']).toBe(`${ROOT}$metadata#accounts`)
    expect(json.value).toEqual([
      {
        'total@OData.Community.Display.V1.AttributeName': 'revenue',
        'total@OData.Community.Display.V1.FormattedValue': '$1,500.00',
        total: 1500,
        'number@OData.Community.Display.V1.AttributeName': 'accountid',
        'number@OData.Community.Display.V1.FormattedValue': '2',
        number: 2,
      },
    ])
  })

  test('$count=true counts, on a set and on a collection', async () => {
    const { send, account } = await parcels()
    const fetch = `fetchXml=${encodeURIComponent("<fetch count='1'><entity name='new_parcel'><attribute name='new_name'/></entity></fetch>")}&$count=true`

    expect((await send('GET', `new_parcels?${fetch}`)).json['@odata.count']).toBe(5)
    expect(
      (await send('GET', `accounts(${account})/new_account_parcels?${fetch}`)).json['@odata.count'],
    ).toBe(3)
  })

  test.each([
    ['another table', "<fetch><entity name='account'/></fetch>"],
    ['no XML', 'nonsense'],
    [
      'an unknown column',
      "<fetch><entity name='new_parcel'><attribute name='nosuch'/></entity></fetch>",
    ],
    ['an unknown table', "<fetch><entity name='nosuch'/></fetch>"],
  ])('%s is refused with 400', async (_, xml) => {
    const { send } = world()

    const answer = await send('GET', fetchPath(xml))

    expect(answer.status).toBe(400)
    expect(answer.json.error.code).toMatch(/^0x8/)
  })

  test('SQL is refused by name', async () => {
    const { send } = world()

    const answer = await send('GET', 'new_parcels?sql=SELECT 1')

    expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
  })
})

describe('$apply', () => {
  test('groups and aggregates have neither key nor etag', async () => {
    const { send } = await parcels()

    const { json } = await send(
      'GET',
      'new_parcels?$apply=groupby((new_size),aggregate(new_count with sum as total,$count as number))',
      undefined,
      ALL,
    )

    expect(json['@odata.context']).toBe(`${ROOT}$metadata#new_parcels`)
    expect(json.value).toHaveLength(2)
    expect(json.value).toContainEqual(
      expect.objectContaining({
        new_size: 1,
        'new_size@OData.Community.Display.V1.FormattedValue': 'Small',
        total: 9,
        number: 3,
      }),
    )
    expect(json.value[0]).not.toHaveProperty(['@odata.etag'])
  })

  test('a filter before it and a path inside it', async () => {
    const { send } = await parcels()

    const { json } = await send(
      'GET',
      'new_parcels?$apply=filter(new_count le 3)/groupby((new_AccountId/name),aggregate($count as number))',
    )

    expect(json.value).toEqual([{ account_name: 'Contoso', number: 3 }])
  })

  test('groups of a set tell how many rows are counted: none', async () => {
    const { send } = await parcels()

    const { json } = await send(
      'GET',
      'new_parcels?$apply=aggregate(new_count with max as most)',
      undefined,
      ALL,
    )

    expect(json).toEqual({
      '@odata.context': `${ROOT}$metadata#new_parcels`,
      '@Microsoft.Dynamics.CRM.totalrecordcount': -1,
      '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': false,
      value: [expect.objectContaining({ most: expect.any(Number) })],
    })
    expect(json.value[0]).not.toHaveProperty('new_code')
  })

  test('those of a row’s own collection show every other property, which is empty', async () => {
    const { org, send } = await parcels()
    const account = await org.create('account', {})
    await org.create('new_parcel', {
      new_count: 7,
      new_size: 2,
      new_accountid: { table: 'account', id: account },
    })

    const { json } = await send(
      'GET',
      `accounts(${account})/new_account_parcels?$apply=groupby((new_size),aggregate(new_count with sum as total))`,
    )

    expect(json.value).toHaveLength(1)
    expect(json.value[0]).toMatchObject({
      new_size: 2,
      total: 7,
      new_code: null,
      new_count: null,
      _new_accountid_value: null,
      new_parcelid: null,
    })
  })

  test('an unknown method is refused with 400', async () => {
    const { send } = world()

    expect(
      (await send('GET', 'new_parcels?$apply=aggregate(new_count with nosuch as x)')).status,
    ).toBe(400)
  })
})
