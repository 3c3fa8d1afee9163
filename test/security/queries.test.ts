import type { Query } from '../../src/query/query.ts'
import { giveRole } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { ADA, ANA, CAL, fileOf, readers, securedOrganization } from './world.ts'

/** Ana sees her own file and the depots; Cal's file she does not. */
async function world() {
  const org = securedOrganization()
  await readers(org, ANA, CAL)
  await giveRole(org, ANA, { prvReadDepot: 'Global' })
  const depotid = { table: 'depot', id: await org.create('depot', { name: 'North' }) }
  const hers = await fileOf(org, ANA, { name: 'Ana', depotid })
  const his = await fileOf(org, CAL, { name: 'Cal', depotid })
  const ask = (query: Query) => org.as(ANA.id).retrieveMultiple(query)
  return { org, depotid, hers, his, ask }
}

const FILES = { table: 'casefile', from: 'depotid', to: 'depotid', alias: 'f', columns: ['name'] }

test('rows of a link are those the caller may read', async () => {
  const { ask } = await world()

  const { rows } = await ask({
    table: 'depot',
    columns: ['name'],
    links: [{ ...FILES, kind: 'inner' }],
  })

  expect(rows).toMatchObject([{ 'f.name': 'Ana' }])
})

test('a link that only asks finds no row the caller may not read', async () => {
  const { org, ask, hers } = await world()
  await org.delete('casefile', hers)

  const { rows } = await ask({
    table: 'depot',
    columns: ['name'],
    links: [{ ...FILES, columns: [], kind: 'exists' }],
  })

  expect(rows).toEqual([])
})

test('pages hold the rows the caller may read, and the last one says so', async () => {
  const { org, ask } = await world()
  for (const name of ['Ana 2', 'Ana 3']) await fileOf(org, ANA, { name })
  for (const name of ['Cal 2', 'Cal 3']) await fileOf(org, CAL, { name })
  const page = (number: number) =>
    ask({ table: 'casefile', columns: ['name'], page: { size: 2, number } })

  const [first, second] = [await page(1), await page(2)]

  expect([first.rows.length, first.moreRows]).toEqual([2, true])
  expect([second.rows.length, second.moreRows]).toEqual([1, false])
})

test('rows found by an id or an index are seen or not like any other', async () => {
  const { ask, his, depotid } = await world()
  const where = (column: string, value: string): Query => ({
    table: 'casefile',
    columns: ['name'],
    where: { kind: 'condition', column, operator: 'eq', values: [value] },
  })

  expect((await ask(where('casefileid', his))).rows).toEqual([])
  expect((await ask(where('depotid', depotid.id))).rows).toMatchObject([{ name: 'Ana' }])
})

test('a query that joins a table without its privilege is refused', async () => {
  const { org } = await world()

  await refused(
    org,
    () =>
      org.as(CAL.id).retrieveMultiple({
        table: 'casefile',
        columns: ['name'],
        links: [
          { table: 'depot', from: 'depotid', to: 'depotid', kind: 'outer', columns: ['name'] },
        ],
      }),
    {
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('is missing prvReadDepot privilege') as unknown,
    },
  )
})

test('a filter that asks for related rows needs their privilege, too', async () => {
  const { org } = await world()

  await refused(
    org,
    () =>
      org.as(CAL.id).retrieveMultiple({
        table: 'casefile',
        columns: ['name'],
        where: {
          kind: 'link',
          quantifier: 'not any',
          table: 'depot',
          from: 'depotid',
          to: 'depotid',
        },
      }),
    { code: 'ACCESS_DENIED' },
  )
})

test('the name in a lookup is shown to whoever sees the lookup', async () => {
  const { org } = await world()

  const { rows } = await org.as(CAL.id).retrieveMultiple({
    table: 'casefile',
    columns: ['depotidname'],
  })

  expect(rows).toMatchObject([{ depotidname: 'North' }])
})

test('operators about teams and managers need no privilege of their own', async () => {
  const { ask } = await world()

  const { rows } = await ask({
    table: 'casefile',
    columns: ['name'],
    where: {
      kind: 'condition',
      column: 'ownerid',
      operator: 'eq-useroruserhierarchyandteams',
      values: [],
    },
  })

  expect(rows).toMatchObject([{ name: 'Ana' }])
})

test('a query in a transaction sees its rows, as far as the caller may', async () => {
  const org = securedOrganization()
  await giveRole(org, ANA, { prvReadCaseFile: 'Basic', prvCreateCaseFile: 'Basic' })
  await readers(org, ADA)
  await fileOf(org, ADA, { name: 'Ada' })

  const seen = await org.transaction(async (inside) => {
    await inside.create('casefile', { name: 'Ana' })
    return inside.retrieveMultiple({ table: 'casefile', columns: ['name'] })
  }, ANA.id)

  expect(seen.rows).toMatchObject([{ name: 'Ana' }])
})

test('changes are told of rows the caller may read', async () => {
  const { org } = await world()

  const { EntityChanges } = await org
    .as(ANA.id)
    .execute('RetrieveEntityChanges', { EntityName: 'casefile' })

  expect(EntityChanges.Changes).toMatchObject([{ NewOrUpdatedEntity: { name: 'Ana' } }])
})
