import { ROOT, world } from './world.ts'

async function parcels(count = 5) {
  const made = world()
  for (let i = 1; i <= count; i++) {
    await made.org.create('new_parcel', {
      new_name: `Parcel ${i}`,
      new_count: i,
      new_size: i % 2 === 0 ? 2 : 1,
    })
  }
  return made
}

const names = (answer: {
  readonly json: { readonly value: readonly { readonly new_name: string }[] }
}) => answer.json.value.map((row) => row.new_name)

describe('reading a set', () => {
  test('every row comes with its etag and every readable column', async () => {
    const { send } = await parcels(2)

    const answer = await send('GET', 'new_parcels')

    expect(answer.status).toBe(200)
    expect(Object.keys(answer.json)).toEqual(['@odata.context', 'value'])
    expect(answer.json['@odata.context']).toBe(`${ROOT}$metadata#new_parcels`)
    expect(answer.json.value).toHaveLength(2)
    expect(answer.json.value[0]).toMatchObject({
      '@odata.etag': expect.stringMatching(/^W\/"\d+"$/),
      new_code: null,
      _new_accountid_value: null,
    })
  })

  test('$select, $filter, $orderby and $top', async () => {
    const { send } = await parcels()

    const answer = await send(
      'GET',
      'new_parcels?$select=new_name,new_count&$filter=new_count gt 1 and new_count lt 5&$orderby=new_count desc&$top=2',
    )

    expect(names(answer)).toEqual(['Parcel 4', 'Parcel 3'])
    expect(answer.json['@odata.context']).toBe(`${ROOT}$metadata#new_parcels(new_name,new_count)`)
    expect(answer.json['@odata.nextLink']).toBeUndefined()
    expect(Object.keys(answer.json.value[0])).toEqual([
      '@odata.etag',
      'new_name',
      'new_count',
      'new_parcelid',
    ])
  })

  test('the query may be form-encoded, and aliases stand for values', async () => {
    const { send } = await parcels()

    expect(names(await send('GET', 'new_parcels?%24filter=new_name+eq+%27Parcel+2%27'))).toEqual([
      'Parcel 2',
    ])
    expect(names(await send('GET', "new_parcels?$filter=new_name eq @p1&@p1='Parcel 3'"))).toEqual([
      'Parcel 3',
    ])
  })

  test('an empty set is an empty value', async () => {
    const { send } = world()

    expect((await send('GET', 'new_parcels')).json.value).toEqual([])
  })

  test('annotations name choices and lookups of every row', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'Contoso' })
    await org.create('new_parcel', {
      new_size: 1,
      new_accountid: { table: 'account', id: account },
    })

    const answer = await send('GET', 'new_parcels', undefined, {
      prefer: 'odata.include-annotations="*"',
    })

    expect(answer.headers['Preference-Applied']).toBe('odata.include-annotations="*"')
    expect(answer.json).toMatchObject({
      '@Microsoft.Dynamics.CRM.totalrecordcount': -1,
      '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': false,
    })
    expect(answer.json.value[0]).toMatchObject({
      'new_size@OData.Community.Display.V1.FormattedValue': 'Small',
      '_new_accountid_value@OData.Community.Display.V1.FormattedValue': 'Contoso',
    })
  })

  test.each([
    ['new_parcels?$select=nosuch', "Could not find a property named 'nosuch'"],
    ['new_parcels?$filter=nosuch eq 1', "Could not find a property named 'nosuch'"],
    ['new_parcels?$filter=new_name eq', 'at position'],
    ["new_parcels?$filter=new_name eq 'x", ''],
    ['new_parcels?$orderby=nosuch', "Could not find a property named 'nosuch'"],
    ['new_parcels?$top=-1', '$top'],
    ['new_parcels?$count=maybe', '$count'],
    ['new_parcels?$Select=new_name', 'The query parameter $Select is not supported.'],
    ['new_parcels?$skip=5', 'The query parameter $skip is not supported.'],
    ['new_parcels?$top=1&$top=2', 'specified more than once'],
    ['new_parcels?$filter=%', 'not well encoded'],
    ['new_parcels?$skiptoken=nonsense', 'Malformed $skiptoken'],
  ])('%s is refused with 400', async (path, text) => {
    const { send } = world()

    const answer = await send('GET', path)

    expect(answer.status).toBe(400)
    expect(answer.json.error.code).toMatch(/^0x8/)
    expect(answer.json.error.message).toContain(text)
  })

  test('an unknown set is 404, and a method a set does not take 405', async () => {
    const { send } = world()

    expect((await send('GET', 'nosuchs')).json.error).toEqual({
      code: '0x8006088a',
      message: "Resource not found for the segment 'nosuchs'.",
    })
    expect((await send('DELETE', 'accounts')).status).toBe(405)
    expect((await send('PATCH', 'accounts', {})).status).toBe(405)
    expect((await send('GET', 'accounts/nosuch')).status).toBe(404)
  })
})

describe('pages', () => {
  test('following the links gives every row once, in order', async () => {
    const { send } = await parcels(7)
    const prefer = { prefer: 'odata.maxpagesize=3' }
    const seen: string[] = []
    let path = 'new_parcels?$select=new_name&$orderby=new_count desc'
    let pages = 0

    while (path !== '') {
      const answer = await send('GET', path, undefined, prefer)
      seen.push(...names(answer))
      pages++
      path = (answer.json['@odata.nextLink'] as string | undefined) ?? ''
      if (path !== '')
        expect(path).toMatch(
          `${ROOT}new_parcels?$select=new_name&$orderby=new_count desc&$skiptoken=`,
        )
    }

    expect(pages).toBe(3)
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((i) => `Parcel ${i}`))
  })

  test('a token decoded once more is accepted', async () => {
    const { send } = await parcels(3)
    const prefer = { prefer: 'odata.maxpagesize=2' }
    const first = await send('GET', 'new_parcels?$orderby=new_count', undefined, prefer)

    const token = /\$skiptoken=(.*)$/.exec(first.json['@odata.nextLink'] as string)?.[1] ?? ''
    const decoded = encodeURIComponent(decodeURIComponent(decodeURIComponent(token)))
    const second = await send(
      'GET',
      `new_parcels?$orderby=new_count&$skiptoken=${decoded}`,
      undefined,
      prefer,
    )

    expect(decodeURIComponent(decodeURIComponent(token))).toMatch(
      /pagingcookie="(<cookie page="(\d+)".+<\/cookie>)/,
    )
    expect(names(second)).toEqual(['Parcel 3'])
  })

  test('a page size makes $top unheeded', async () => {
    const { send } = await parcels(5)

    const answer = await send('GET', 'new_parcels?$top=1', undefined, {
      prefer: 'odata.maxpagesize=3',
    })

    expect(answer.json.value).toHaveLength(3)
    expect(answer.json['@odata.nextLink']).toBeDefined()
    expect(answer.headers['Preference-Applied']).toBe('odata.maxpagesize=3')
  })

  test('$count=true counts all rows on each page', async () => {
    const { send } = await parcels(5)
    const prefer = { prefer: 'odata.maxpagesize=3' }

    const first = await send('GET', 'new_parcels?$count=true', undefined, prefer)
    const second = await send('GET', first.json['@odata.nextLink'] as string, undefined, prefer)

    expect([first.json['@odata.count'], second.json['@odata.count']]).toEqual([5, 5])
  })

  test('$count alone is a number as text, and takes a filter', async () => {
    const { send } = await parcels(5)

    const all = await send('GET', 'new_parcels/$count')
    const some = await send('GET', 'new_parcels/$count?$filter=new_count ge 4')

    expect([all.text, all.headers['Content-Type']]).toEqual(['5', 'text/plain'])
    expect(some.text).toBe('2')
  })
})
