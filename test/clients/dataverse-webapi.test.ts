import {
  batchParts,
  contentLength,
  exchange,
  madeId,
  served,
  wire,
  type Served,
} from './connection.ts'

/**
 * What this client of Node (3.3.0, and xrm-webapi 7.1.3 before it) sends: https://www.npmjs.com/package/dataverse-webapi
 * It writes ids in capitals, and asks for every annotation with every request.
 */

function send(
  { port, host }: Served,
  line: string,
  value?: object | string,
  type = 'application/json; charset=utf-8',
) {
  const body = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  const [method = '', ...rest] = line.split(' ')
  return exchange(
    port,
    wire(
      `${method} /api/data/v9.2/${rest.join(' ')} HTTP/1.1`,
      [
        'Accept: application/json',
        'OData-MaxVersion: 4.0',
        'OData-Version: 4.0',
        `Content-Type: ${type}`,
        'If-None-Match: null',
        'Authorization: Bearer abc',
        'Prefer: odata.include-annotations="*"',
        ...(value === undefined ? [] : [contentLength(body)]),
        `Host: ${host}`,
        'Connection: keep-alive',
      ],
      body,
    ),
  )
}

test('rows are made, read and changed by ids in capitals', async () => {
  const world = await served()

  const made = await send(world, 'POST accounts', { name: 'A', industrycode: 1 })
  const id = madeId(made)
  const changed = await send(world, `PATCH accounts(${id.toUpperCase()})`, { name: 'B' })
  const single = await send(world, `PUT accounts(${id.toUpperCase()})/name`, { value: 'C' })
  const read = await send(world, `GET accounts(${id.toUpperCase()})?$select=name,industrycode`)

  expect([made.status, changed.status, single.status]).toEqual([204, 204, 204])
  expect(read.json).toMatchObject({
    accountid: id,
    name: 'C',
    'industrycode@OData.Community.Display.V1.FormattedValue': 'Accounting',
  })
})

test('collections take rows by absolute addresses, and lose them by their keys', async () => {
  const world = await served()
  const account = await world.org.create('account', { name: 'A' })
  const contact = await world.org.create('contact', { lastname: 'C' })
  const path = `accounts(${account.toUpperCase()})/contact_customer_accounts`

  const linked = await send(world, `POST ${path}/$ref`, {
    '@odata.id': `${world.url}/api/data/v9.2/contacts(${contact})`,
  })
  const between = await world.org.retrieve('contact', contact)
  const unlinked = await send(world, `DELETE ${path}(${contact})/$ref`)

  expect([linked.status, unlinked.status]).toEqual([204, 204])
  expect(between).toMatchObject({ parentcustomerid: { id: account } })
  expect(await world.org.retrieve('contact', contact)).toMatchObject({ parentcustomerid: null })
})

test('a function has its arguments in place or behind aliases', async () => {
  const world = await served()
  await world.org.create('account', { name: 'A' })

  const none = await send(world, 'GET WhoAmI()')
  const alias = await send(world, "GET RetrieveTotalRecordCount(EntityNames=@p)?@p=['account']")

  expect(none.json).toMatchObject({ UserId: world.org.userId })
  expect(alias.json.EntityRecordCountCollection).toMatchObject({ Keys: ['account'], Values: [1] })
})

test('a batch ends without a line break; its reads stand behind its one change set', async () => {
  const world = await served()
  const id = await world.org.create('account', { name: 'A' })
  const write = (number: number, line: string, value: object) => [
    '--changeset_C',
    'Content-Type: application/http',
    'Content-Transfer-Encoding:binary',
    `Content-ID: ${number}`,
    '',
    `${line} HTTP/1.1`,
    'Content-Type: application/json;type=entry',
    '',
    JSON.stringify(value),
  ]
  const body = [
    '--batch_B',
    'Content-Type: multipart/mixed;boundary=changeset_C',
    '',
    ...write(1, 'POST /api/data/v9.2/accounts', { name: 'N' }),
    ...write(2, `PATCH /api/data/v9.2/accounts(${id})`, { name: 'B' }),
    '--changeset_C--',
    '',
    '--batch_B',
    'Content-Type: application/http',
    'Content-Transfer-Encoding:binary',
    '',
    `GET /api/data/v9.2/accounts?$filter=accountid eq ${id}&$select=name HTTP/1.1`,
    'Accept: application/json',
    '',
    '',
    '--batch_B--',
  ].join('\r\n')

  const { status, text } = await send(
    world,
    'POST $batch',
    body,
    'multipart/mixed;boundary=batch_B',
  )

  const [made, changed, read] = batchParts(text)
  expect([status, made?.status, changed?.status, read?.status]).toEqual([200, 204, 204, 200])
  expect([made?.contentId, changed?.contentId]).toEqual(['1', '2'])
  expect(JSON.parse(read?.body ?? '')).toMatchObject({ value: [{ name: 'B' }] })
})

test('a link of the next page is followed with an empty path behind it', async () => {
  const world = await served()
  for (const name of ['A', 'B', 'C']) await world.org.create('account', { name })

  const page = await exchange(
    world.port,
    wire('GET /api/data/v9.2/accounts?$select=name HTTP/1.1', [
      `Host: ${world.host}`,
      'Prefer: odata.include-annotations="*",odata.maxpagesize=2',
    ]),
  )
  const next = new URL(`${String(page.json['@odata.nextLink'])}/`)
  const last = await exchange(
    world.port,
    wire(`GET ${next.pathname}${next.search} HTTP/1.1`, [
      `Host: ${world.host}`,
      'Prefer: odata.include-annotations="*",odata.maxpagesize=2',
    ]),
  )

  expect([page.json.value.length, last.json.value.length]).toEqual([2, 1])
})
