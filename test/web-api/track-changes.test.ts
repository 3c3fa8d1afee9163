import { ROOT, world } from './world.ts'

const TRACK = { prefer: 'odata.track-changes' }
const TOKEN = /\$deltatoken=\d+%21\d\d%2f\d\d%2f\d{4}%20\d\d%3a\d\d%3a\d\d$/

/** Accounts, and what their set says: rows by name, deleted ones by id. */
function withAccounts() {
  const { org, send } = world()
  const create = (name: string) => org.create('account', { name })
  const read = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await send('GET', path, undefined, headers)
    expect([answer.status, answer.text]).toEqual([200, answer.text])
    const { json } = answer
    const value = json.value as readonly Readonly<Record<string, unknown>>[]
    return {
      answer,
      json,
      value,
      told: value.map((each) => each['name'] ?? each['id']),
      delta: String(json['@odata.deltaLink']),
    }
  }
  return { org, send, create, read }
}

const SET = 'accounts?$select=name,telephone1'

test('a set is answered with a link to what changes from now on', async () => {
  const { create, read } = withAccounts()
  const id = await create('Contoso')

  const { answer, json, delta } = await read(SET, TRACK)

  expect(json).toEqual({
    '@odata.context': `${ROOT}$metadata#accounts(name,telephone1)`,
    '@odata.deltaLink': delta,
    value: [
      {
        '@odata.etag': expect.stringMatching(/^W\/"\d+"$/) as string,
        name: 'Contoso',
        telephone1: null,
        accountid: id,
      },
    ],
  })
  expect(delta).toMatch(TOKEN)
  expect(delta.startsWith(`${ROOT}${SET}&$deltatoken=`)).toBe(true)
  expect(answer.headers['Preference-Applied']).toBe('odata.track-changes')
})

test('the link answers what is new or changed, then what is deleted, and the next link', async () => {
  const { org, create, read } = withAccounts()
  const gone = await create('Gone')
  const changed = await create('Changed')
  await create('Same')
  const { delta } = await read(SET, TRACK)

  await org.delete('account', gone)
  await org.update('account', changed, { telephone1: '555' })
  await create('New')
  const next = await read(delta)
  const nothing = await read(next.delta)

  expect(next.json['@odata.context']).toBe(`${ROOT}$metadata#accounts(name,telephone1)/$delta`)
  expect(next.told).toEqual(['Changed', 'New', gone])
  expect(next.value[2]).toEqual({
    '@odata.context': `${ROOT}$metadata#accounts/$deletedEntity`,
    id: gone,
    reason: 'deleted',
  })
  expect(nothing.told).toEqual([])
  expect(nothing.delta).toMatch(TOKEN)
})

test('$count tells how many changes there are', async () => {
  const { org, send, create, read } = withAccounts()
  const gone = await create('Gone')
  const { delta } = await read(SET, TRACK)
  await org.delete('account', gone)
  await create('New')

  const token = delta.slice(delta.indexOf('$deltatoken='))

  expect((await send('GET', `accounts/$count?${token}`)).text).toBe('2')
})

test('pages lead from one to the next, and the last has the link to changes', async () => {
  const { create, read } = withAccounts()
  for (const name of ['A', 'B', 'C']) await create(name)

  const first = await read(SET, { prefer: 'odata.track-changes,odata.maxpagesize=2' })
  const second = await read(String(first.json['@odata.nextLink']), {
    prefer: 'odata.maxpagesize=2',
  })

  expect([first.told, second.told]).toEqual([['A', 'B'], ['C']])
  expect(first.json).not.toHaveProperty('@odata.deltaLink')
  expect(second.json).not.toHaveProperty('@odata.nextLink')
  expect((await read(second.delta)).told).toEqual([])
})

test('annotations are given where they are asked for', async () => {
  const { create, read } = withAccounts()
  await create('Contoso')

  const { value } = await read('accounts?$select=statecode', {
    prefer: 'odata.track-changes,odata.include-annotations="*"',
  })

  expect(value[0]).toMatchObject({
    'statecode@OData.Community.Display.V1.FormattedValue': 'Active',
  })
})

test('whether a table tracks its changes is told by its definition and by $metadata', async () => {
  const { send } = withAccounts()

  const definitions = await send(
    'GET',
    "EntityDefinitions?$select=LogicalName,ChangeTrackingEnabled&$filter=LogicalName eq 'account' or LogicalName eq 'new_parcel'",
  )
  const definition = definitions.json.value as readonly Readonly<Record<string, unknown>>[]
  const metadata = await send('GET', '$metadata?annotations=true')
  const sets = metadata.text.match(
    /<EntitySet Name="\w+"(?:(?!<\/EntitySet>).)*Capabilities.V1.ChangeTracking/g,
  )

  expect(definition.map((each) => [each['LogicalName'], each['ChangeTrackingEnabled']])).toEqual(
    expect.arrayContaining([
      ['account', true],
      ['new_parcel', false],
    ]),
  )
  expect(sets?.map((set) => /Name="(\w+)"/.exec(set)?.[1])).toEqual(
    expect.arrayContaining(['accounts', 'contacts']),
  )
  expect(metadata.text).not.toContain('Name=""')
})

describe('refused is', () => {
  test.each(['$filter', '$orderby', '$expand', '$top'])('%s', async (name) => {
    const { send } = withAccounts()

    const answer = await send('GET', `${SET}&${name}=1`, undefined, TRACK)

    expect([answer.status, answer.json.error]).toMatchObject([
      400,
      {
        code: '0x80060888',
        message: `The "${name.slice(1)}" query parameter isn't supported when Change Tracking is enabled.`,
      },
    ])
  })

  test.each([
    ['a table that does not track its changes', 'new_parcels', TRACK, '0x80072491'],
    ['a token that is none', 'accounts?$deltatoken=x', {}, '0x80040203'],
    [
      'a token of another run',
      `accounts?$deltatoken=1%2101%2f01%2f2026%2000%3a00%3a00`,
      {},
      '0x80044352',
    ],
    ['a cookie that is none', 'accounts?$skiptoken=changed:x', {}, '0x80040203'],
  ])('%s', async (_, path, headers, code) => {
    const { send } = withAccounts()

    const answer = await send('GET', path, undefined, headers)

    expect([answer.status, answer.json.error.code]).toEqual([400, code])
  })

  test('the changes of related rows, by name', async () => {
    const { create, send } = withAccounts()
    const id = await create('Contoso')

    const answer = await send('GET', `accounts(${id})/contact_customer_accounts`, undefined, TRACK)

    expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
  })
})
