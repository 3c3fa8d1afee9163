import { CustomMessage, type CustomMessageDefinition } from '../../src/authoring/custom-message.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { emulator } from '../../src/testing/index.ts'
import { limitAnswer } from '../../src/web-api/service-limits.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { madeUp, standardColumns } from '../support/tables.ts'
import { answerOf, idIn, ROOT, world, type Answer } from '../web-api/world.ts'

const MISSING = '11111111-0000-4000-8000-000000000000'
const ALL = { prefer: 'odata.include-annotations="*"' }

const errorOf = ({ status, json }: Answer) => ({
  status,
  ...(json.error as { readonly code: string; readonly message: string }),
})

/** A request as a part of a batch, answered with its status line. */
async function inBatch({ api }: ReturnType<typeof world>, request: string): Promise<string> {
  const { text: body } = answerOf(
    await api({
      method: 'POST',
      url: '/api/data/v9.2/$batch',
      headers: { host: 'localhost:8080', 'content-type': 'multipart/mixed;boundary=b' },
      body: `--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-Length: 1\r\n\r\n${request}\r\n--b--\r\n`,
    }),
  )
  return /HTTP\/1\.1 (\d+)/.exec(body)?.[1] ?? ''
}

describe('addresses (compose-http-requests-handle-errors)', () => {
  test('names of sets are case-sensitive', async () => {
    const { send } = world()

    expect(errorOf(await send('GET', 'Accounts'))).toEqual({
      status: 404,
      code: '0x8006088a',
      message: "Resource not found for the segment 'Accounts'.",
    })
  })

  test.each(['$format=json', '$search=x', '$skip=1', '$Select=name'])(
    'the option %s is not supported',
    async (option) => {
      const { send } = world()

      expect(errorOf(await send('GET', `accounts?${option}`))).toEqual({
        status: 400,
        code: '0x80060888',
        message: `The query parameter ${option.slice(0, option.indexOf('='))} is not supported.`,
      })
    },
  )

  test.each([
    [40_000, '200'],
    [66_000, '400'],
  ])('in a batch a URL of %i characters is answered with %s', async (length, status) => {
    const filter = `name eq '${'x'.repeat(length)}'`

    expect(await inBatch(world(), `GET accounts?$filter=${filter} HTTP/1.1`)).toBe(status)
  })

  test('a slash at the end means nothing', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    expect((await send('GET', `accounts(${id})/`)).json.name).toBe('A')
    expect((await send('GET', 'accounts/')).json.value).toHaveLength(1)
  })

  test('quotes are doubled in texts; blanks, brackets and quotes may stand as they are', async () => {
    const { org, send } = world()
    await org.create('account', { name: "O'Brien [x]" })

    const found = await send('GET', "accounts?$filter=name eq 'O''Brien [x]'")

    expect(found.json.value).toHaveLength(1)
  })
})

describe('headers', () => {
  test('OData headers may be left out, and so may Accept and Content-Type', async () => {
    const { api } = world()
    const url = '/api/data/v9.2/accounts'

    const made = await api({ method: 'POST', url, headers: {}, body: '{"name":"A"}' })
    const read = await api({ method: 'GET', url, headers: {} })

    expect([made.status, read.status]).toEqual([204, 200])
    expect(read.headers['OData-Version']).toBe('4.0')
  })

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json; type=entry',
    'application/json;odata.metadata=full',
  ])('a body is JSON whatever Content-Type says of it: %s', async (type) => {
    const { send } = world()

    const answer = await send('POST', 'accounts', { name: 'A' }, { 'content-type': type })

    expect(answer.status).toBe(204)
  })

  test('a session token and a partition mean nothing to standard tables', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    const answer = await send('GET', `accounts(${id})?$select=name&partitionId=x`, undefined, {
      'mscrm.sessiontoken': '207:8#142792#7=-1',
    })

    expect([answer.status, answer.json.name]).toEqual([200, 'A'])
  })

  test('errors tell the id of their request', async () => {
    const { send } = world()

    expect((await send('GET', 'nothings')).headers['x-ms-service-request-id']).toMatch(
      /^[0-9a-f-]{36}$/,
    )
  })
})

const READING: TableDefinition = {
  ...madeUp('Reading', [text('Name', 50), ...standardColumns('reading')]),
  tableType: 'Elastic',
}

describe('elastic tables (use-elastic-tables)', () => {
  function elastic() {
    const org = emulator({ tables: [READING] })
    const api = createWebApi({ catalog: org.catalog, service: () => org })
    const send = async (method: string, path: string, body?: object) =>
      answerOf(
        await api({
          method,
          url: `${ROOT}${path}`,
          headers: {},
          body: body && JSON.stringify(body),
        }),
      )
    return { org, send }
  }

  test.each(['GET', 'DELETE'])(
    'partitionId is refused by name, and nothing is written: %s',
    async (method) => {
      const { org, send } = elastic()
      const table: string = 'reading'
      const id = await org.create(table, { name: 'A' })
      const before = org.contents()

      const answer = await send(method, `readings(${id})?partitionId=x`)

      expect(errorOf(answer)).toMatchObject({ status: 501, code: 'NOT_SUPPORTED' })
      expect(org.contents()).toEqual(before)
    },
  )

  test('partitionId means nothing to POST and PATCH', async () => {
    const { org, send } = elastic()
    const id = await org.create('reading', { name: 'A' })

    const post = await send('POST', 'readings?partitionId=x', { name: 'B' })
    const patch = await send('PATCH', `readings(${id})?partitionId=x`, { name: 'C' })

    expect([post.status, patch.status]).toEqual([204, 204])
    expect([...(org.contents().get('reading') ?? [])].map(({ name }) => name)).toEqual(['C', 'B'])
  })

  test('whoever wrote is told a session; who reads or deletes is not', async () => {
    const { org, send } = elastic()
    const id = await org.create('reading', { name: 'A' })
    const token = ({ headers }: Answer) => headers['x-ms-session-token']

    const post = await send('POST', 'readings', { name: 'B' })
    const patch = await send('PATCH', `readings(${id})`, { name: 'C' })
    const get = await send('GET', `readings(${id})`)
    const refusal = await send('POST', 'readings', { nothing: 'D' })
    const gone = await send('DELETE', `readings(${id})`)

    expect([token(post), token(patch)]).toEqual([
      expect.stringMatching(/^\d+:\d+#\d+#\d+=-1$/),
      expect.stringMatching(/^\d+:\d+#\d+#\d+=-1$/),
    ])
    expect([get.status, refusal.status, gone.status]).toEqual([200, 400, 204])
    expect([get, refusal, gone].map(token)).toEqual([undefined, undefined, undefined])
  })

  test('rows are deleted together by DeleteMultiple', async () => {
    const { org, send } = elastic()
    const table: string = 'reading'
    const ids = [await org.create(table, { name: 'A' }), await org.create(table, { name: 'B' })]

    const answer = await send('POST', 'readings/Microsoft.Dynamics.CRM.DeleteMultiple', {
      Targets: ids.map((readingid) => ({
        '@odata.type': 'Microsoft.Dynamics.CRM.reading',
        readingid,
      })),
    })

    expect(answer.status).toBe(204)
    expect(org.contents().get('reading') ?? []).toEqual([])
  })

  test.each(['CreateMultiple', 'UpdateMultiple', 'UpsertMultiple'])(
    '%s of elastic rows is refused by name, and nothing is written',
    async (name) => {
      const { org, send } = elastic()
      const before = org.contents()

      const answer = await send('POST', `readings/Microsoft.Dynamics.CRM.${name}`, {
        Targets: [{ '@odata.type': 'Microsoft.Dynamics.CRM.reading', readingid: MISSING }],
      })

      expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
      expect(org.contents()).toEqual(before)
    },
  )
})

describe('annotations', () => {
  test('globalmetadataversion is a number that changes with the tables', async () => {
    const { send } = world()
    const version = async () =>
      (await send('GET', 'accounts', undefined, ALL)).json[
        '@Microsoft.Dynamics.CRM.globalmetadataversion'
      ] as string

    const [first, again] = [await version(), await version()]
    await send('POST', "EntityDefinitions(LogicalName='new_parcel')/Attributes", {
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      SchemaName: 'new_More',
      MaxLength: 10,
    })

    expect(first).toMatch(/^\d+$/)
    expect(again).toBe(first)
    expect(await version()).not.toBe(first)
  })

  test('of a set come behind context and count, before the rows and the link', async () => {
    const { org, send } = world()
    for (const name of ['A', 'B']) await org.create('account', { name })

    const { json } = await send('GET', 'accounts?$select=name&$count=true', undefined, {
      prefer: 'odata.include-annotations="*",odata.maxpagesize=1',
    })

    expect(Object.keys(json as object)).toEqual([
      '@odata.context',
      '@odata.count',
      '@Microsoft.Dynamics.CRM.totalrecordcount',
      '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded',
      '@Microsoft.Dynamics.CRM.globalmetadataversion',
      'value',
      '@odata.nextLink',
    ])
    expect(json['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(2)
  })

  test('in a body are left unheeded, and so is what OData says of it', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    const answer = await send('PATCH', `accounts(${id})`, {
      '@odata.context': `${ROOT}$metadata#accounts/$entity`,
      '@odata.type': '#Microsoft.Dynamics.CRM.account',
      '@odata.etag': 'W/"1"',
      '@odata.id': `accounts(${id})`,
      'revenue@OData.Community.Display.V1.FormattedValue': '$5.00',
      name: 'B',
    })

    expect(answer.status).toBe(204)
    expect(await org.retrieve('account', id)).toMatchObject({ name: 'B', revenue: null })
  })
})

describe('texts of errors', () => {
  const IN = "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues="

  test.each([
    [
      "accounts?$filter=lastname eq 'O'Bryan'",
      400,
      "There is an unterminated literal at position 21 in 'lastname eq 'O'Bryan''.",
    ],
    [
      `accounts?$filter=${IN}["a" "b"])`,
      400,
      "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and properties of an object must be separated by commas.",
    ],
    [
      `accounts?$filter=not ${IN}['a'])`,
      400,
      'Not operator along with the Custom Named Condition operators is not allowed',
    ],
    [
      'accounts?$apply=groupby((name),aggregate(revenue with sum as total))&$orderby=total',
      400,
      'The query node SingleValueOpenPropertyAccess is not supported',
    ],
    [
      'accounts?$expand=new_account_parcels/$ref',
      400,
      'Expand with $ref is only supported on lookup type navigation property.',
    ],
    [
      'accounts?$expand=primarycontactid($orderby=fullname)',
      400,
      'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.',
    ],
    [
      'accounts?$expand=new_account_parcels($top=1;$expand=new_ParentId)',
      400,
      'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.',
    ],
    [
      "accounts(name='x')",
      400,
      "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.account'. Ensure that the names and number of key properties match the declared or alternate key properties for the resource 'Microsoft.Dynamics.CRM.account'.",
    ],
    [
      'accounts?$filter=nosuch eq 1',
      400,
      "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.account'.",
    ],
    [`accounts(${MISSING})`, 404, `Entity 'account' With Id = ${MISSING} Does Not Exist`],
  ])('%s', async (path, status, message) => {
    const { send } = world()

    const answer = await send('GET', path)

    expect(errorOf(answer)).toMatchObject({ status, message })
  })

  test('of a version that is not the row’s, and of a row that is there already', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    const stale = await send('PATCH', `accounts(${id})`, { name: 'B' }, { 'if-match': 'W/"1"' })
    const there = await send('PATCH', `accounts(${id})`, { name: 'B' }, { 'if-none-match': '*' })

    expect(errorOf(stale)).toEqual({
      status: 412,
      code: '0x80060882',
      message: "The version of the existing record doesn't match the RowVersion property provided.",
    })
    expect(errorOf(there)).toEqual({
      status: 412,
      code: '0x80040237',
      message: 'A record with matching key values already exists.',
    })
    expect(await org.retrieve('account', id)).toMatchObject({ name: 'A' })
  })

  test('of a text that is too long, with two blanks', async () => {
    const { send } = world()

    const answer = await send('POST', 'new_parcels', { new_name: 'x'.repeat(101) })

    expect(errorOf(answer)).toEqual({
      status: 400,
      code: '0x80044331',
      message:
        "A validation error occurred.  The length of the 'new_name' attribute of the 'new_parcel' entity exceeded the maximum allowed length of '100'.",
    })
  })

  test.each([
    ['requests', 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.'],
    [
      'time',
      'Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.',
    ],
    ['concurrency', 'Number of concurrent requests exceeded the limit of 52.'],
  ] as const)('of the service protection limit of %s', (kind, message) => {
    const { headers, body } = limitAnswer({ kind, retryAfterSeconds: 20 })

    expect(headers['Retry-After']).toBe('20')
    expect(JSON.parse(String(body))).toMatchObject({ error: { message } })
  })
})

describe('rows', () => {
  test('users and teams have both ids; they are not addressed by their key’s name', async () => {
    const { org, send } = world()

    const user = await send('GET', `systemusers(${org.userId})?$select=fullname`)
    const team = await send('GET', `teams(${org.teamId})?$select=name`)
    const named = await send('GET', `systemusers(systemuserid=${org.userId})`)

    expect(user.json).toMatchObject({ systemuserid: org.userId, ownerid: org.userId })
    expect(team.json).toMatchObject({ teamid: org.teamId, ownerid: org.teamId })
    expect(named.status).toBe(400)
  })

  test('the version of a row is the number of its etag, and grows with every change', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })
    const read = async () =>
      (await send('GET', `accounts(${id})?$select=versionnumber`)).json as {
        readonly '@odata.etag': string
        readonly versionnumber: number
      }

    const first = await read()
    await send('PATCH', `accounts(${id})`, { name: 'B' })
    const second = await read()

    expect(first['@odata.etag']).toBe(`W/"${first.versionnumber}"`)
    expect(second.versionnumber).toBeGreaterThan(first.versionnumber)
    expect(first['@odata.etag']).toMatch(/^W\/"([0-9a-fA-F]+)"$/)
  })

  test('a lookup that a link writes raises the version of the row it is on', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'A' })
    const id = await org.create('new_parcel', { new_name: 'P' })
    const version = async () =>
      (await send('GET', `new_parcels(${id})?$select=new_name`)).headers['ETag']
    const before = await version()

    await send('POST', `accounts(${account})/new_account_parcels/$ref`, {
      '@odata.id': `${ROOT}new_parcels(${id})`,
    })

    expect(await version()).not.toBe(before)
  })

  test('what a conditional read answers has no body, and its type', async () => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })
    const { headers } = await send('GET', `accounts(${id})`)
    const condition = { 'if-none-match': headers['ETag'] ?? '' }

    const same = await send('GET', `accounts(${id})`, undefined, condition)
    const expanded = await send(
      'GET',
      `accounts(${id})?$expand=primarycontactid`,
      undefined,
      condition,
    )
    const annotated = await send('GET', `accounts(${id})`, undefined, { ...condition, ...ALL })

    expect(same.status).toBe(304)
    expect(same.text).toBe('')
    expect(same.headers).toEqual({ 'Content-Type': 'application/json', 'OData-Version': '4.0' })
    expect([expanded.status, annotated.status]).toEqual([200, 200])
  })

  test('an upsert by key takes the key of a new row from the body, and of one that is there from nowhere', async () => {
    const { org, send } = world()

    await send('PATCH', "new_parcels(new_code='address')", { new_code: 'body', new_name: 'made' })
    const made = org
      .contents()
      .get('new_parcel')
      ?.map((row) => [row['new_code'], row['new_name']])
    const answer = await send('PATCH', "new_parcels(new_code='body')", {
      new_code: 'other',
      new_name: 'changed',
    })

    expect(made).toEqual([['body', 'made']])
    expect(org.contents().get('new_parcel')).toMatchObject([
      { new_code: 'body', new_name: 'changed' },
    ])
    expect(answer.headers['OData-EntityId']).toBe(`${ROOT}new_parcels(new_code='body')`)
  })

  test('numbers are rounded to the precision of their column', async () => {
    const { send } = world()
    const id = idIn(
      await send('POST', 'new_parcels', { new_ratio: 47.639583, new_weight: 1.23456 }),
    )

    const { json } = await send('GET', `new_parcels(${id})?$select=new_ratio,new_weight`)

    expect(json).toMatchObject({ new_ratio: 47.63958, new_weight: 1.235 })
  })

  test('a count is a number to whoever reads it as JSON', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'A' })

    for (const path of ['accounts/$count', `accounts(${account})/new_account_parcels/$count`]) {
      const answer = await send('GET', path)

      expect(JSON.parse(answer.text)).toEqual(expect.any(Number))
      expect(answer.headers['Content-Type']).toBe('text/plain')
    }
  })

  test('a row takes no PUT, and a lookup no DELETE', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'A' })
    const id = await org.create('new_parcel', { new_accountid: { table: 'account', id: account } })
    const before = org.contents()

    const put = await send('PUT', `accounts(${account})`, { name: 'B' })
    const removed = await send('DELETE', `new_parcels(${id})/new_AccountId`)

    expect([put.status, removed.status]).toEqual([405, 405])
    expect(org.contents()).toEqual(before)
  })

  test('a filter by a lookup gives the rows of the collection at its other end', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'A' })
    for (const new_name of ['P', 'Q']) {
      await org.create('new_parcel', { new_name, new_accountid: { table: 'account', id: account } })
    }
    await org.create('new_parcel', { new_name: 'R' })
    const get = async (path: string) => (await send('GET', path)).json.value as unknown

    const filtered = await get(
      `new_parcels?$select=new_name&$filter=_new_accountid_value eq ${account}`,
    )

    expect(filtered).toHaveLength(2)
    expect(await get(`accounts(${account})/new_account_parcels?$select=new_name`)).toEqual(filtered)
  })

  test('without an order they come by their key, as SQL Server sorts it', async () => {
    const { org, send } = world()
    const ids = ['a718856c', 'be9f6557', '605dbd65'].map(
      (first) => `${first}-4a2e-4c8e-8f5a-000d3a5d7f1e`,
    )
    for (const accountid of ids) await org.create('account', { accountid, name: 'A' })

    const { json } = await send('GET', 'accounts?$select=name')

    const found = (json.value as readonly { readonly accountid: string }[]).map((row) =>
      row.accountid.slice(0, 8),
    )
    expect(found).toEqual(['be9f6557', '605dbd65', 'a718856c'])
  })

  test('a part of an address brings the whole of it', async () => {
    const org = emulator({
      tables: [
        madeUp('Place', [
          text('Name', 50),
          text('Address1_City', 50),
          text('Address1_Composite', 500),
          ...standardColumns('place'),
        ]),
      ],
    })
    const api = createWebApi({ catalog: org.catalog, service: () => org })

    const answer = answerOf(
      await api({ method: 'GET', url: `${ROOT}places?$select=address1_city`, headers: {} }),
    )
    await org.create('place', { address1_city: 'Oslo' })
    const { json } = answerOf(
      await api({ method: 'GET', url: `${ROOT}places?$select=address1_city`, headers: {} }),
    )

    expect(answer.status).toBe(200)
    expect(json.value[0]).toMatchObject({ address1_city: 'Oslo', address1_composite: null })
  })

  test('UpsertMultiple takes no row twice, and writes nothing then', async () => {
    const { org, send } = world()
    const before = org.contents()
    const twice = { '@odata.type': 'Microsoft.Dynamics.CRM.new_parcel', new_code: 'twice' }

    const answer = await send('POST', 'new_parcels/Microsoft.Dynamics.CRM.UpsertMultiple', {
      Targets: [twice, twice],
    })

    expect([answer.status, answer.json.error.code]).toEqual([412, '0x80060892'])
    expect(org.contents()).toEqual(before)
  })

  test('groups without a key have none', async () => {
    const { org, send } = world()
    await org.create('account', { name: 'A' })

    const { json } = await send(
      'GET',
      'accounts?$apply=groupby((industrycode),aggregate($count as n))',
    )

    expect(json.value).toEqual([{ n: 1 }])
  })
})

describe('$expand', () => {
  const items = (count: number) =>
    Array.from({ length: count }, (_, i) => `new_account_parcels($filter=new_count eq ${i})`)

  test('of more than fifteen is refused', async () => {
    const { send } = world()

    const answer = await send('GET', `accounts?$expand=${items(16).join(',')}`)

    expect(errorOf(answer)).toEqual({
      status: 400,
      code: '0x8004430d',
      message: 'Number of link entities in query exceeded maximum limit.',
    })
  })

  test.each(['$skip=1', '$count=true', '$search=x', '$levels=2'])(
    'takes no %s inside its parentheses',
    async (option) => {
      const { send } = world()

      const answer = await send('GET', `accounts?$expand=new_account_parcels(${option})`)

      expect([answer.status, answer.json.error.code]).toEqual([400, '0x80060888'])
    },
  )

  test.each([
    'new_parcels?$expand=new_parcel_contact,new_AccountId',
    'new_parcels?$expand=new_parcel_contact($expand=parentcustomerid_account)',
    'accounts?$expand=new_account_parcels($expand=new_parcel_contact)',
  ])('shows many-to-many collections by themselves only: %s is refused', async (path) => {
    const { send } = world()

    expect(errorOf(await send('GET', path))).toMatchObject({
      status: 400,
      code: '0x80060888',
      message: expect.stringContaining(
        "'new_parcel_contact' is a many-to-many relationship",
      ) as string,
    })
  })

  test('of a collection shows 5000 rows at most', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'A' })
    const values = { new_accountid: { table: 'account', id: account } }
    await org.execute('CreateMultiple', {
      table: 'new_parcel',
      targets: Array.from({ length: 5001 }, () => ({ values })),
    })

    const { json } = await send(
      'GET',
      `accounts(${account})?$select=name&$expand=new_account_parcels($select=new_name)`,
    )

    expect(json.new_account_parcels).toHaveLength(5000)
  })

  test('takes blanks around the equals sign and behind commas', async () => {
    const { send } = world()

    const answer = await send(
      'GET',
      'accounts?$select=name&$expand=parentaccountid($select = createdon, name)',
    )

    expect(answer.json['@odata.context']).toBe(
      `${ROOT}$metadata#accounts(name,parentaccountid(createdon,name))`,
    )
  })
})

const LATER = {
  name: 'new_Later',
  binding: 'Global',
  parameters: {},
  response: { Done: 'Boolean' },
  steps: 'None',
} as const satisfies CustomMessageDefinition

@CustomMessage(LATER)
class Later {
  run() {
    return { Done: true }
  }
}

describe('background operations (background-operations)', () => {
  test('respond-async may be left unheeded: the answer comes when all is done, and says so', async () => {
    const { send } = world({ handlers: [Later] })

    const answer = await send(
      'POST',
      'new_Later',
      {},
      {
        prefer: 'respond-async,callback;url="https://contoso.example/done"',
      },
    )

    expect([answer.status, answer.json.Done]).toEqual([200, true])
    expect(answer.headers['Preference-Applied']).toBeUndefined()
  })

  test('there are no rows of background operations: what would tell of one is not found', async () => {
    const { send } = world()

    expect(errorOf(await send('GET', `backgroundoperations(${MISSING})`))).toEqual({
      status: 404,
      code: '0x8006088a',
      message: `Resource not found for the segment 'backgroundoperations'.`,
    })
  })
})
