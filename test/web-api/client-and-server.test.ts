import type { OrganizationService } from '../../src/messages/organization-service.ts'
import type { Filter, Query } from '../../src/query/query.ts'
import { WebApiClient } from '../../src/web-api/client.ts'
import { listen, type Listening } from '../../src/web-api/node-server.ts'
import { world } from './world.ts'

/* The client and the served organization are one OrganizationService seen from both ends of the wire. */

const { org, api } = world()
let server: Listening
let client: OrganizationService
beforeAll(async () => {
  server = await listen(api)
  client = new WebApiClient({ url: server.url })
})
afterAll(() => server.close())

const ACCOUNT = org.create('account', { name: 'Contoso' })
const CONTACT = org.create('contact', { lastname: 'Byron' })

async function everyKind() {
  return {
    new_name: `O'Neil & "Söhne" <x>`,
    new_code: 'A 1',
    new_count: 7,
    new_big: 9007199254740993n,
    new_weight: 1.25,
    new_ratio: 0.5,
    new_fragile: true,
    new_size: 2,
    new_tags: [1, 9],
    new_due: '2026-03-02',
    new_sent: '2026-03-02T10:00:00Z',
    new_clock: '2026-03-02T11:00:00Z',
    new_accountid: { table: 'account', id: await ACCOUNT },
    new_receiver: { table: 'contact', id: await CONTACT },
  }
}

test('a row of every kind of column is written and read as the organization itself does', async () => {
  const values = await everyKind()

  const id = await client.create('new_parcel', values)

  const columns = Object.keys(values)
  const read = await client.retrieve('new_parcel', id, columns)
  expect(read).toMatchObject(values)
  expect(read).toEqual(await org.retrieve('new_parcel', id, columns))
  await client.delete('new_parcel', id)
})

// The Web API gives an image only where it is asked for by name.
test('all columns but images are read as the organization itself does', async () => {
  const id = await client.create('new_parcel', { new_name: 'all' })

  const row = await client.retrieve('new_parcel', id)

  expect(row).toEqual(await org.retrieve('new_parcel', id))
})

test('an update changes and clears, lookups with several targets too', async () => {
  const id = await client.create('new_parcel', { ...(await everyKind()), new_code: 'B' })

  await client.update('new_parcel', id, {
    new_name: 'other',
    new_receiver: { table: 'account', id: await ACCOUNT },
    new_accountid: null,
    new_tags: null,
  })
  const changed = await org.retrieve('new_parcel', id)
  await client.update('new_parcel', id, { new_receiver: null })

  expect(changed).toMatchObject({
    new_name: 'other',
    new_receiver: { table: 'account', id: await ACCOUNT },
    new_accountid: null,
    new_tags: null,
    new_count: 7,
  })
  expect(await org.retrieve('new_parcel', id)).toMatchObject({ new_receiver: null })
})

test('a row that is not there, and a version that is not the row’s, are refused alike', async () => {
  const id = await client.create('new_parcel', { new_name: 'versions' })
  const nowhere = '99999999-0000-4000-8000-000000000000'

  await expect(client.retrieve('new_parcel', nowhere)).rejects.toMatchObject({
    code: 'ROW_NOT_FOUND',
  })
  await expect(client.update('new_parcel', nowhere, {})).rejects.toMatchObject({
    code: 'ROW_NOT_FOUND',
  })
  await expect(
    client.update('new_parcel', id, { new_name: 'x' }, { ifVersion: 1n }),
  ).rejects.toMatchObject({ code: 'VERSION_MISMATCH' })
  expect(await org.retrieve('new_parcel', id)).toMatchObject({ new_name: 'versions' })
})

test('an upsert by alternate key makes the row, then finds it', async () => {
  const key = { new_code: "K'1" }

  const made = await client.upsert('new_parcel', key, { new_count: 1 })
  const found = await client.upsert('new_parcel', key, { new_count: 2 })

  expect([made.created, found.created]).toEqual([true, false])
  expect(found.id).toBe(made.id)
  expect(await org.retrieve('new_parcel', made.id)).toMatchObject({ ...key, new_count: 2 })
})

test('rows are associated and disassociated through either end', async () => {
  const target = { table: 'new_parcel', id: await client.create('new_parcel', {}) }
  const contact = { table: 'contact', id: await CONTACT }
  const links = async () =>
    (await org.retrieveMultiple({ table: 'new_parcel_contact', columns: 'all' })).rows.length

  await client.associate(target, 'new_parcel_contact', contact)
  const linked = await links()
  await client.disassociate(contact, 'new_parcel_contact', target)

  expect([linked, await links()]).toEqual([1, 0])
})

test('the ends of a relationship of a table with itself are told by their roles', async () => {
  const parent = { table: 'new_parcel', id: await client.create('new_parcel', {}) }
  const child = { table: 'new_parcel', id: await client.create('new_parcel', {}) }

  await client.associate(parent, 'new_parcel_parent', child, { role: 'Referenced' })

  expect(await org.retrieve('new_parcel', child.id)).toMatchObject({ new_parentid: parent })
})

describe('a query is answered as the organization itself does', () => {
  const condition = (column: string, operator: string, ...values: readonly never[]) =>
    ({ kind: 'condition', column, operator, values }) as Filter
  const one = (where: Filter): Query => ({
    table: 'new_parcel',
    columns: ['new_name', 'new_count', 'new_tags', 'new_receiver', 'new_big'],
    where,
    order: [{ column: 'new_name', descending: false }],
  })

  beforeAll(async () => {
    const values = await everyKind()
    for (let i = 0; i < 7; i++) {
      const { new_tags, ...others } = values
      await org.create('new_parcel', {
        ...others,
        ...(i % 2 === 0 && { new_tags }),
        new_name: `query ${i}`,
        new_code: `Q${i}`,
        new_count: i * 10,
      })
    }
  })

  test.each<[string, Query]>([
    ['pattern', one(condition('new_name', 'like', 'query%' as never))],
    ['range', one(condition('new_count', 'between', 10 as never, 30 as never))],
    ['list', one(condition('new_count', 'in', 10 as never, 50 as never))],
    ['choices', one(condition('new_tags', 'contain-values', 9 as never))],
    ['empty', one(condition('new_tags', 'null'))],
    ['day', one(condition('new_due', 'on', '2026-03-02' as never))],
    [
      'negation',
      one({
        kind: 'and',
        negated: true,
        filters: [
          condition('new_count', 'gt', 20 as never),
          condition('new_name', 'like', 'q%' as never),
        ],
      }),
    ],
    ['all columns', { table: 'contact', columns: 'all' }],
    [
      'link',
      {
        ...one(condition('new_count', 'ge', 0 as never)),
        links: [
          {
            kind: 'outer',
            table: 'account',
            from: 'accountid',
            to: 'new_accountid',
            alias: 'a',
            columns: ['name', 'accountnumber', 'ownerid'],
          },
        ],
      },
    ],
    [
      'aggregate',
      {
        table: 'new_parcel',
        columns: [],
        aggregate: true,
        groups: [{ column: 'new_size', alias: 'size' }],
        aggregates: [{ function: 'sum', column: 'new_count', alias: 'total' }],
      },
    ],
    ['distinct', { table: 'new_parcel', columns: ['new_size'], distinct: true }],
    ['top', { ...one(condition('new_count', 'not-null')), top: 2 }],
  ])('%s', async (_, query) => {
    const [here, there] = await Promise.all([
      org.retrieveMultiple(query),
      client.retrieveMultiple(query),
    ])

    expect(there.rows.length).toBeGreaterThan(0)
    expect(there.rows).toEqual(here.rows)
  })

  test('page by page, counted', async () => {
    const query = { ...one(condition('new_name', 'like', 'query%' as never)), count: true }
    const names: unknown[] = []
    let cookie: string | undefined

    for (let number = 1, more = true; more; number++) {
      const page = { size: 3, number, ...(cookie === undefined ? {} : { cookie }) }
      const answer = await client.retrieveMultiple({ ...query, page })
      names.push(...answer.rows.map((row) => row['new_name']))
      expect(answer.totalCount).toBe(7)
      cookie = answer.cookie
      more = answer.moreRows
    }

    expect(names).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `query ${i}`))
  })
})
