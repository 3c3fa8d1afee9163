import { world, type Answer } from './world.ts'

/** The names of the rows of a set. */
function namesIn({ json }: Answer, column: string): readonly string[] {
  const { value } = json as { readonly value: readonly Readonly<Record<string, string>>[] }
  return value.map((row) => row[column] ?? '')
}

async function parcels() {
  const made = world()
  const { org } = made
  const contoso = await org.create('account', { name: "Contoso & Sons (50%) 'Ltd'" })
  const fabrikam = await org.create('account', { name: 'Fabrikam+Co #1' })
  const person = await org.create('contact', { firstname: 'Ann', lastname: 'Ahn' })
  const ids: string[] = []
  for (let i = 1; i <= 6; i++) {
    ids.push(
      await org.create('new_parcel', {
        new_name: `Parcel ${i}`,
        new_count: i,
        new_size: i % 2 === 0 ? 2 : 1,
        ...(i < 6 ? { new_sent: `2026-03-0${i}T23:30:00Z` } : {}),
        ...(i < 4 ? { new_accountid: { table: 'account', id: contoso } } : {}),
        ...(i === 4 ? { new_accountid: { table: 'account', id: fabrikam } } : {}),
        ...(i === 5 ? { new_receiver: { table: 'contact', id: person } } : {}),
      }),
    )
  }
  const get = (path: string) => made.send('GET', encodeURI(path).replaceAll('#', '%23'))
  const names = async (options: string) =>
    namesIn(
      await get(`new_parcels?$select=new_name&$orderby=new_count&${options}`),
      'new_name',
    ).map((name) => name.slice(-1))
  return { ...made, contoso, fabrikam, person, ids, get, names }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows */
describe('$filter', () => {
  test.each<[string, string]>([
    ['new_sent ge 2026-03-02T00:30:01%2B01:00', '2345'],
    ['new_sent lt 2026-03-02T00:00:00Z', '1'],
    ['new_sent ge 2026-03-02T18:30:00-05:00', '2345'],
    ['new_sent eq null', '6'],
    ['new_accountid ne null and new_size eq 1', '13'],
    ['new_AccountId/accountid ne null and new_size eq 1', '13'],
    ["contains(new_AccountId/name,'%26')", '123'],
    ["contains(new_AccountId/name,'(50[%25])')", '123'],
    ["contains(new_AccountId/name,'''Ltd''')", '123'],
    ["startswith(new_AccountId/name,'Fabrikam%2BCo')", '4'],
    ["endswith(new_AccountId/name,'%231')", '4'],
    ["not(contains(new_name,'1') or contains(new_name,'2'))", '3456'],
    ['not(not(new_count gt 2))', '3456'],
    ['(new_count gt 1) and (new_count lt 4) or (new_count eq 6)', '236'],
    ["new_Receiver_contact/firstname eq 'ann'", '5'],
    ['new_fragile ne true', '123456'],
  ])('%s', async (filter, expected) => {
    const { send } = await parcels()
    const wanted = filter.startsWith('new_accountid ne')
      ? `_${filter.replace(' ', '_value ')}`
      : filter

    const answer = await send(
      'GET',
      `new_parcels?$select=new_name&$orderby=new_count&$filter=${wanted.replaceAll(' ', '%20')}`,
    )

    const found = namesIn(answer, 'new_name').map((name) => name.slice(-1))
    expect(found.join('')).toBe(expected)
  })

  test('GUIDs are taken in upper case', async () => {
    const { contoso, names } = await parcels()

    expect(await names(`$filter=_new_accountid_value eq ${contoso.toUpperCase()}`)).toEqual([
      '1',
      '2',
      '3',
    ])
  })

  test('a not stands before a lambda, and inside one', async () => {
    const { get } = await parcels()
    const accounts = async (filter: string) =>
      namesIn(await get(`accounts?$select=name&$filter=${filter}`), 'name')
        .map((name) => name.slice(0, 3))
        .sort()

    expect(await accounts('new_account_parcels/any(p:p/new_count eq 4)')).toEqual(['Fab'])
    expect(await accounts('not new_account_parcels/any(p:p/new_count eq 4)')).toEqual(['Con'])
    expect(await accounts('new_account_parcels/any(p:not(p/new_count lt 4))')).toEqual(['Fab'])
    expect(await accounts('new_account_parcels/all(p:not(p/new_count eq 4))')).toEqual(['Con'])
    expect(
      await accounts(
        "new_account_parcels/any(p:startswith(p/new_AccountId/name,'Fab') and not(p/new_count eq 1))",
      ),
    ).toEqual(['Fab'])
  })

  test.each([
    "new_size eq 'Large'",
    'new_count add 1 eq 2',
    'new_count mul 2 gt 4',
    'length(new_name) gt 3',
    "tolower(new_name) eq 'parcel 1'",
    'year(new_sent) eq 2026',
    'new_name in (%27a%27)',
    "new_name eq 'open",
  ])('%s is refused with 400', async (filter) => {
    const { send } = await parcels()

    const answer = await send(
      'GET',
      `new_parcels?$filter=${encodeURIComponent(filter).replaceAll('%2527', '%27')}`,
    )

    expect(answer.status).toBe(400)
    expect(answer.json.error.code).toMatch(/^0x8/)
  })
})

describe('$expand (join-tables)', () => {
  test('a collection is filtered, sorted, cut and its columns chosen', async () => {
    const { get, contoso } = await parcels()

    const { json } = await get(
      `accounts(${contoso})?$select=name&$expand=new_account_parcels($select=new_name;$filter=new_count ge 2;$orderby=new_count desc;$top=1)`,
    )

    expect(json.new_account_parcels).toMatchObject([{ new_name: 'Parcel 3' }])
    expect(json.new_account_parcels[0]).not.toHaveProperty('new_count')
  })

  test('a row is expanded two steps away', async () => {
    const { get, fabrikam } = await parcels()

    const { json } = await get(
      `accounts(${fabrikam})?$select=name&$expand=new_account_parcels($select=new_name;$expand=new_AccountId($select=name))`,
    )

    expect(json.new_account_parcels).toMatchObject([
      { new_name: 'Parcel 4', new_AccountId: { name: 'Fabrikam+Co #1' } },
    ])
  })

  test('several at once, one of them empty', async () => {
    const { get } = await parcels()

    const { json } = await get(
      'new_parcels?$select=new_name&$filter=new_count ge 4&$orderby=new_count&$expand=new_AccountId($select=name),new_Receiver_contact($select=fullname)',
    )

    expect(json.value).toMatchObject([
      { new_AccountId: { name: 'Fabrikam+Co #1' }, new_Receiver_contact: null },
      { new_AccountId: null, new_Receiver_contact: { fullname: 'Ann Ahn' } },
      { new_AccountId: null, new_Receiver_contact: null },
    ])
  })
})

describe('$count and $top (count-rows)', () => {
  test('the number of rows is read alone, filtered or not', async () => {
    const { send, contoso } = await parcels()
    const count = async (path: string) => (await send('GET', path)).text.replace(/^\uFEFF/, '')

    expect(await count('new_parcels/$count')).toBe('6')
    expect(await count('new_parcels/$count?$filter=new_count%20gt%204')).toBe('2')
    expect(await count(`accounts(${contoso})/new_account_parcels/$count`)).toBe('3')
  })

  test('$count=true counts what $filter leaves, whatever $top shows', async () => {
    const { get } = await parcels()

    const { json } = await get(
      'new_parcels?$select=new_name&$filter=new_count gt 1&$top=2&$count=true',
    )

    expect(json['@odata.count']).toBe(5)
    expect(json.value).toHaveLength(2)
  })
})

describe('$apply (aggregate-data)', () => {
  test.each<[string, object[]]>([
    ['aggregate($count as n)', [{ n: 6 }]],
    [
      'aggregate(new_count with sum as s,new_count with min as low,new_count with max as high)',
      [{ s: 21, low: 1, high: 6 }],
    ],
    ['filter(new_count gt 3)/aggregate($count as n)', [{ n: 3 }]],
    ['groupby((new_size))', [{ new_size: 1 }, { new_size: 2 }]],
    [
      'groupby((new_size),aggregate(new_count with average as a))',
      [
        { new_size: 1, a: 3 },
        { new_size: 2, a: 4 },
      ],
    ],
    ['aggregate(new_size with countdistinct as n)', [{ n: 2 }]],
    [
      'filter(new_count le 4)/groupby((new_AccountId/name),aggregate($count as n))',
      [
        { account_name: "Contoso & Sons (50%) 'Ltd'", n: 3 },
        { account_name: 'Fabrikam+Co #1', n: 1 },
      ],
    ],
  ])('%s', async (apply, expected) => {
    const { get } = await parcels()

    const { json } = await get(`new_parcels?$apply=${apply}`)

    expect(json.value).toMatchObject(expected)
    expect(json.value).toHaveLength(expected.length)
  })
})

test.each(['$search=parcel', '$skip=1', '$format=json', '$compute=1'])(
  '%s is refused by name',
  async (option) => {
    const { send } = await parcels()

    const answer = await send('GET', `new_parcels?${option}`)

    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toContain(option.split('=')[0])
  },
)
