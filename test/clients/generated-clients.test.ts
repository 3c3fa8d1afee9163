import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { PARCEL } from '../web-api/world.ts'
import { exchange, served, wire, type Served } from './connection.ts'

/**
 * Clients that are generated from `$metadata` take it at its word: what it declares can be asked for. The requests are
 * those of a client made by odata2ts (0.34.0): https://www.npmjs.com/package/@odata2ts/odata2ts
 */

const read = ({ port, host }: Served, path: string) =>
  exchange(
    port,
    wire(`GET /api/data/v9.2/${path} HTTP/1.1`, [
      `host: ${host}`,
      'connection: keep-alive',
      'Accept: application/json',
      'accept-language: *',
      'sec-fetch-mode: cors',
      'user-agent: node',
      'accept-encoding: gzip, deflate',
    ]),
  )

describe('users and teams derive from principal', () => {
  test('its key is selected beside their own', async () => {
    const world = await served()
    const { userId } = world.org

    const { json } = await read(
      world,
      `systemusers?%24select=fullname%2Cownerid&%24filter=systemuserid%20eq%20${userId}`,
    )

    expect(json['@odata.context']).toMatch(/#systemusers\(fullname,ownerid\)$/)
    expect(json.value).toMatchObject([{ ownerid: userId, systemuserid: userId }])
  })

  test('… filtered by and sorted by, from other tables too', async () => {
    const world = await served()
    const { userId } = world.org
    await world.org.create('account', { name: 'A' })

    const own = await read(
      world,
      `systemusers?%24filter=ownerid%20eq%20${userId}&%24orderby=ownerid`,
    )
    const other = await read(
      world,
      `accounts?%24select=name&%24filter=createdby%2Fownerid%20eq%20${userId}&%24expand=createdby(%24select%3Downerid)`,
    )

    expect(own.json.value).toMatchObject([{ systemuserid: userId }])
    expect(other.json.value).toMatchObject([{ name: 'A', createdby: { ownerid: userId } }])
  })

  test('… of no other table', async () => {
    const world = await served()

    const { status, json } = await read(world, 'businessunits?%24select=ownerid')

    expect([status, json.error.message]).toEqual([
      400,
      "Could not find a property named 'ownerid' on type 'Microsoft.Dynamics.CRM.businessunit'.",
    ])
  })
})

test('parameters of functions come in place, null for those that are left out', async () => {
  const world = await served()

  const { json } = await read(
    world,
    "FormatAddress(Line1='a',City='b',StateOrProvince=null,PostalCode='c',Country='d')",
  )

  expect(json.Address).toMatch(/^a\r\n/)
})

test('related rows are asked for in the options of an encoded $expand', async () => {
  const world = await served()
  const id = await world.org.create('account', { name: 'A' })
  await world.org.create('contact', { lastname: 'C', parentcustomerid: { table: 'account', id } })

  const { json } = await read(
    world,
    'accounts?%24select=name&%24expand=primarycontactid(%24select%3Dfullname)%2Ccontact_customer_accounts(%24select%3Dfullname)&%24filter=contact_customer_accounts%2Fany(a%3Aa%2Flastname%20eq%20%27C%27)',
  )

  expect(json.value).toMatchObject([
    { name: 'A', primarycontactid: null, contact_customer_accounts: [{ fullname: 'C' }] },
  ])
})

/** Two lookups that no relationship tells. */
const UNTOLD: TableDefinition = {
  ...PARCEL,
  columns: [
    ...PARCEL.columns,
    ...(
      [
        ['new_Clerk', ['contact']],
        ['new_Payer', ['account', 'contact']],
      ] as const
    ).map(([schemaName, targets]) => ({
      logicalName: schemaName.toLowerCase(),
      schemaName,
      type: 'Lookup' as const,
      targets,
      requiredLevel: 'None' as const,
      validForCreate: true,
      validForUpdate: true,
      validForRead: true,
      isCustom: true,
    })),
  ],
}

describe('a lookup that no relationship tells', () => {
  test('is declared under its column, with the target behind it where there are two', async () => {
    const { text } = await read(await served({ tables: [UNTOLD] }), '$metadata')

    for (const [name, target] of [
      ['new_clerk', 'contact'],
      ['new_payer_account', 'account'],
      ['new_payer_contact', 'contact'],
    ]) {
      expect(text).toContain(`<NavigationProperty Name="${name}" Type="mscrm.${target}"`)
    }
  })

  test('is expanded and filtered by as it is declared', async () => {
    const world = await served({ tables: [UNTOLD] })
    const contact = { table: 'contact', id: await world.org.create('contact', { lastname: 'C' }) }
    await world.org.create('new_parcel', { new_name: 'P', new_clerk: contact, new_payer: contact })

    const { json } = await read(
      world,
      'new_parcels?%24expand=new_clerk(%24select%3Dlastname)%2Cnew_payer_account(%24select%3Dname)%2Cnew_payer_contact(%24select%3Dlastname)&%24filter=new_payer_contact%2Flastname%20eq%20%27C%27',
    )

    expect(json.value).toMatchObject([
      {
        new_clerk: { lastname: 'C' },
        new_payer_account: null,
        new_payer_contact: { lastname: 'C' },
      },
    ])
  })
})

test('what leads nowhere is not declared', async () => {
  const { text } = await read(await served(), '$metadata')

  // Its targets are told by no document.
  expect(text).toContain('<Property Name="_objectid_value" Type="Edm.Guid"')
  expect(text).not.toContain('<NavigationProperty Name="objectid" ')
})
