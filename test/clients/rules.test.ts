import { PARCEL } from '../web-api/world.ts'
import { contentLength, exchange, madeId, served, wire, type Served } from './connection.ts'

/** What several published clients need, each request written to the connection as they write it. */

const TOKEN = 'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.'
const JSON_ONLY = ['Accept: application/json', 'OData-MaxVersion: 4.0', 'OData-Version: 4.0', TOKEN]

const open = () => served({ tables: [PARCEL] })

const get = ({ port, host }: Served, tail: string, ...headers: readonly string[]) =>
  exchange(
    port,
    wire(`GET /api/data/v9.2/${tail} HTTP/1.1`, [`Host: ${host}`, ...JSON_ONLY, ...headers]),
  )

function send(
  { port, host }: Served,
  line: string,
  body: string,
  headers: readonly string[] = ['Content-Type: application/json; charset=utf-8'],
) {
  const [method = '', tail = ''] = line.split(' ')
  return exchange(
    port,
    wire(
      `${method} /api/data/v9.2/${tail} HTTP/1.1`,
      [`Host: ${host}`, ...JSON_ONLY, ...headers, contentLength(body)],
      body,
    ),
  )
}

test('R1: paths and queries arrive percent-encoded', async () => {
  const world = await open()
  await world.org.create('account', { name: 'Contoso', telephone1: '1' })

  const definition = await get(
    world,
    'EntityDefinitions(LogicalName=%27account%27)?%24select=EntitySetName%2CLogicalName',
  )
  const rows = await get(
    world,
    'accounts?%24select=name%2Ctelephone1&%24filter=name%20eq%20%27Contoso%27',
  )
  const total = await get(
    world,
    'RetrieveTotalRecordCount(EntityNames=%40p0)?%40p0=%5B%22account%22%5D',
  )

  expect(definition.json).toMatchObject({ EntitySetName: 'accounts', LogicalName: 'account' })
  expect(rows.json.value).toMatchObject([{ name: 'Contoso', telephone1: '1' }])
  expect(total.json.EntityRecordCountCollection.Values).toEqual([1])
})

test('R2: a plus in the query is a space, and %2B is a plus', async () => {
  const world = await open()
  for (const name of ['A B', 'A+B']) await world.org.create('account', { name })

  const space = await get(world, 'accounts?$select=name&$filter=name+eq+%27A+B%27')
  const plus = await get(world, 'accounts?$select=name&$filter=name+eq+%27A%2BB%27')

  expect(space.json.value).toMatchObject([{ name: 'A B' }])
  expect(plus.json.value).toMatchObject([{ name: 'A+B' }])
})

test('R3: in $expand the inner filter is encoded, and the signs around it are bare', async () => {
  const world = await open()
  const account = await world.org.create('account', { name: 'Contoso' })
  const of = { new_accountid: { table: 'account', id: account } }
  await world.org.create('new_parcel', { new_name: 'a;b,(c)', new_count: 1, ...of })
  await world.org.create('new_parcel', { new_name: 'other', new_count: 2, ...of })

  const answer = await get(
    world,
    `accounts(${account})?$select=name&$expand=new_account_parcels($select=new_name,new_count;$filter=${encodeURIComponent("new_name eq 'a;b,(c)'")};$orderby=new_count desc),primarycontactid($select=fullname)`.replaceAll(
      ' ',
      '%20',
    ),
  )

  expect(answer.json).toMatchObject({
    name: 'Contoso',
    new_account_parcels: [{ new_name: 'a;b,(c)' }],
    primarycontactid: null,
  })
})

test.each([
  ['v9.2', 'contoso.crm4.dynamics.com'],
  ['v9.1', 'localhost:5555'],
  ['v9.0', '10.0.0.1'],
])(
  'R4: a next link begins as the caller called (%s, %s), and is taken back unchanged',
  async (version, host) => {
    const world = await open()
    for (const name of ['A', 'B', 'C']) await world.org.create('account', { name })
    const page = (path: string) =>
      exchange(
        world.port,
        wire(`GET ${path} HTTP/1.1`, [
          `Host: ${host}`,
          ...JSON_ONLY,
          'Prefer: odata.maxpagesize=2',
        ]),
      )
    const base = `http://${host}/api/data/${version}/`

    const first = await page(
      `/api/data/${version}/accounts?$select=name&$orderby=name&$filter=name%20ne%20%27x%27`,
    )
    const link: string = first.json['@odata.nextLink']
    const second = await page(link.slice(`http://${host}`.length))
    const bare = await page(link.slice(`http://${host}`.length).replaceAll('%27', "'"))

    expect(link.startsWith(base)).toBe(true)
    expect(second.json.value).toMatchObject([{ name: 'C' }])
    expect(bare.json.value).toMatchObject([{ name: 'C' }])
  },
)

test('R5: creates and upserts are 204, and OData-EntityId ends in the lower-case id', async () => {
  const world = await open()
  const id = 'ABCDEF01-1111-4111-8111-111111111111'

  const created = await send(world, 'POST accounts', '{"name":"A"}')
  const upserted = await send(world, `PATCH accounts(${id})`, '{"name":"B"}')

  expect([created.status, upserted.status]).toEqual([204, 204])
  expect(created.headers['odata-entityid']).toBe(
    `${world.url}/api/data/v9.2/accounts(${madeId(created)})`,
  )
  expect(upserted.headers['odata-entityid']).toBe(
    `${world.url}/api/data/v9.2/accounts(${id.toLowerCase()})`,
  )
})

test('R6: JSON says so in its Content-Type, and a count is plain text', async () => {
  const world = await open()
  await world.org.create('account', { name: 'A' })

  const rows = await get(world, 'accounts?$select=name')
  const refused = await get(world, 'nosuch')
  const count = await get(world, 'accounts/$count')

  expect(rows.headers['content-type']).toMatch(/^application\/json/)
  expect(refused.headers['content-type']).toMatch(/^application\/json/)
  expect(count.headers['content-type']).toMatch(/^text\/plain/)
  expect(Number(count.text)).toBe(1)
})

test('R7: an error has a status, a code in hexadecimal digits and a message', async () => {
  const world = await open()

  const missing = await get(world, 'accounts(11111111-1111-4111-8111-111111111111)')

  expect([missing.status, missing.reason]).toEqual([404, 'Not Found'])
  expect(missing.json).toEqual({
    error: { code: expect.stringMatching(/^0x[0-9a-f]{8}$/), message: expect.any(String) },
  })
})

describe('R8: conditions', () => {
  test('304 where the row is the one that is known', async () => {
    const world = await open()
    const id = await world.org.create('account', { name: 'A' })
    const read = await get(world, `accounts(${id})?$select=name`)

    const again = await get(
      world,
      `accounts(${id})?$select=name`,
      `If-None-Match: ${read.headers['etag'] ?? ''}`,
    )

    expect([again.status, again.text]).toEqual([304, ''])
  })

  test('404 where the row to update is missing', async () => {
    const world = await open()

    const answer = await send(
      world,
      'PATCH accounts(11111111-1111-4111-8111-111111111111)',
      '{"name":"A"}',
      ['Content-Type: application/json', 'If-Match: *'],
    )

    expect(answer.status).toBe(404)
    expect(world.org.contents().get('account') ?? []).toEqual([])
  })

  test('412 where the version is stale, or the row to create is there', async () => {
    const world = await open()
    const id = await world.org.create('account', { name: 'A' })
    const patch = (condition: string) =>
      send(world, `PATCH accounts(${id})`, '{"name":"B"}', [
        'Content-Type: application/json',
        condition,
      ])

    const stale = await patch('If-Match: W/"1"')
    const there = await patch('If-None-Match: *')

    expect([stale.status, there.status]).toEqual([412, 412])
    expect(world.org.contents().get('account')).toMatchObject([{ name: 'A' }])
  })
})

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=UTF-8',
  'application/json;type=entry',
  'application/json; type=entry',
])('R9: a body is read as %s, and a GET may say so too', async (type) => {
  const world = await open()

  const created = await send(world, 'POST accounts', '{"name":"Ærø"}', [`Content-Type: ${type}`])
  const read = await get(
    world,
    `accounts(${madeId(created)})?$select=name`,
    `Content-Type: ${type}`,
  )

  expect(read.json.name).toBe('Ærø')
})

test('R10: a body may be a JSON text that holds the object', async () => {
  const world = await open()

  const body = JSON.stringify(JSON.stringify({ name: 'He said "no"', numberofemployees: 3 }))
  const created = await send(world, 'POST accounts', body)

  expect(created.status).toBe(204)
  expect(world.org.contents().get('account')).toMatchObject([
    { name: 'He said "no"', numberofemployees: 3 },
  ])
})

test('R11: an empty query is legal, and parentheses may be left out', async () => {
  const world = await open()
  const id = await world.org.create('account', { name: 'A' })

  const row = await get(world, `accounts(${id})?`)
  const names = await Promise.all(
    ['WhoAmI', 'WhoAmI?', 'WhoAmI()', 'WhoAmI()?'].map(async (tail) => get(world, tail)),
  )

  expect(row.json.name).toBe('A')
  for (const { json } of names) expect(json.UserId).toBe(world.org.userId)
})

test('R12: a bearer token is all that signs a request in', async () => {
  const world = await open()

  const answer = await get(world, 'WhoAmI')

  expect(answer.status).toBe(200)
})

describe('R13: Prefer', () => {
  test('is a list without spaces', async () => {
    const world = await open()
    for (const name of ['A', 'B', 'C']) await world.org.create('account', { name, revenue: 1 })

    const answer = await get(
      world,
      'accounts?$select=name,statecode',
      'Prefer: return=representation,odata.include-annotations="*",odata.maxpagesize=2',
    )

    expect(answer.json.value).toHaveLength(2)
    expect(answer.json.value[0]['statecode@OData.Community.Display.V1.FormattedValue']).toBe(
      'Active',
    )
  })

  test('may hold a quoted list of annotations', async () => {
    const world = await open()
    for (const name of ['A', 'B']) await world.org.create('account', { name })
    const fetchXml =
      '<fetch count="1"><entity name="account"><attribute name="name"/><attribute name="statecode"/></entity></fetch>'

    const answer = await get(
      world,
      `accounts?fetchXml=${encodeURIComponent(fetchXml)}`,
      'Prefer: odata.include-annotations="Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords"',
    )

    expect(answer.json['@Microsoft.Dynamics.CRM.morerecords']).toBe(true)
    expect(answer.json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']).toContain('pagenumber="2"')
    expect(Object.keys(answer.json.value[0]).join()).not.toContain('FormattedValue')
  })
})

describe('R14: dates', () => {
  test('have no fraction in answers', async () => {
    const world = await open()
    const id = await world.org.create('new_parcel', {
      new_name: 'A',
      new_sent: new Date('2026-03-04T05:06:07.890Z'),
    })

    const answer = await get(world, `new_parcels(${id})?$select=new_sent`)

    expect(answer.json.new_sent).toBe('2026-03-04T05:06:07Z')
  })

  test('in filters may be told to the microsecond', async () => {
    const world = await open()
    await world.org.create('account', { name: 'A' })

    const before = await get(
      world,
      'accounts?$select=name&$filter=createdon%20gt%202020-11-21T07:50:40.995410Z',
    )
    const after = await get(
      world,
      'accounts?$select=name&$filter=createdon%20gt%202999-11-21T07:50:40.995410Z',
    )

    expect(before.json.value).toHaveLength(1)
    expect(after.json.value).toEqual([])
  })
})

test.each([
  ["['A','C']", 'bare'],
  ['["A","C"]', 'bare'],
  ['%5B%22A%22%2C%22C%22%5D', 'encoded'],
])('R15: a list of values is spelt %s (%s)', async (values) => {
  const world = await open()
  for (const name of ['A', 'B', 'C']) await world.org.create('account', { name })

  const answer = await get(
    world,
    `accounts?$select=name&$orderby=name&$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=${values})`,
  )

  expect(answer.json.value).toMatchObject([{ name: 'A' }, { name: 'C' }])
})

test('R15: the list may stand behind an alias of a function', async () => {
  const world = await open()
  await world.org.create('account', { name: 'A' })

  const answer = await get(world, 'RetrieveTotalRecordCount(EntityNames=@p1)?@p1=["account"]')

  expect(answer.json.EntityRecordCountCollection.Values).toEqual([1])
})
