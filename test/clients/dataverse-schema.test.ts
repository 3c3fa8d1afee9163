import { PARCEL } from '../web-api/world.ts'
import { contentLength, exchange, served, wire, type Served } from './connection.ts'

/** What this client of browsers sends, byte for byte: https://www.npmjs.com/package/dataverse-schema */

const open = () => served({ tables: [PARCEL] })

const headers = (host: string) => [
  `Host: ${host}`,
  'Connection: keep-alive',
  'Accept: application/json',
  'OData-MaxVersion: 4.0',
  'OData-Version: 4.0',
  'If-None-Match: null',
  'Content-Type: application/json; charset=utf-8',
]

function send({ port, host }: Served, line: string, value?: object, ...more: readonly string[]) {
  const body = value === undefined ? '' : JSON.stringify(value)
  const [method = '', tail = ''] = line.split(' ')
  return exchange(
    port,
    wire(
      `${method} /api/data/v9.2/${tail} HTTP/1.1`,
      [...headers(host), ...more, ...(method === 'GET' ? [] : [contentLength(body)])],
      body,
    ),
  )
}

test('rows are created and changed, and come back with the answer', async () => {
  const world = await open()
  const whole = 'Prefer: return=representation'

  const created = await send(world, 'POST accounts?$select=name', { name: 'A' }, whole)
  const id: string = created.json.accountid
  const changed = await send(world, `PATCH accounts(${id})?$select=name`, { name: 'B' }, whole)

  expect([created.status, created.json.name]).toEqual([201, 'A'])
  expect([changed.status, changed.json.name]).toEqual([200, 'B'])
})

test('If-None-Match: null is no condition', async () => {
  const world = await open()
  const id = await world.org.create('account', { name: 'A' })

  const read = await send(world, `GET accounts(${id})?$select=name`)
  const changed = await send(world, `PATCH accounts(${id})`, { name: 'B' })

  expect([read.status, changed.status]).toEqual([200, 204])
})

test('a row joins a collection by PUT, named by its absolute address', async () => {
  const world = await open()
  const contact = await world.org.create('contact', { lastname: 'Ann' })
  const id = await world.org.create('new_parcel', { new_name: 'P' })

  const answer = await send(world, `PUT new_parcels(${id})/new_parcel_contact/$ref`, {
    '@odata.id': `${world.url}/api/data/v9.2/contacts(${contact})`,
  })

  expect(answer.status).toBe(204)
  expect(world.org.contents().get('new_parcel_contact')).toMatchObject([{ contactid: contact }])
})

test('the value of a column is read raw', async () => {
  const world = await open()
  const id = await world.org.create('account', { name: 'Ærø' })

  const answer = await send(world, `GET accounts(${id})/name/$value`)

  expect([answer.headers['content-type'], answer.text]).toEqual(['text/plain', 'Ærø'])
})

test('a key that no row has is answered 0x80060891', async () => {
  const world = await open()

  const answer = await send(world, "GET new_parcels(new_code='none')?$select=new_name")

  expect([answer.status, answer.json.error.code]).toEqual([404, '0x80060891'])
})

test('a row changes its state by a PUT of statecode', async () => {
  const world = await open()
  const id = await world.org.create('account', { name: 'A' })

  const answer = await send(world, `PUT accounts(${id})/statecode`, { value: 1 })

  expect(answer.status).toBe(204)
  expect(await world.org.retrieve('account', id)).toMatchObject({ statecode: 1, statuscode: 2 })
})
