import { Clock } from '../../src/authoring/services.ts'
import { ACCESS_RIGHTS } from '../../src/pipeline/access-rights.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { clockAt, emulator, type Emulator } from '../../src/testing/index.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { changed, madeUp, standardColumns, TABLES } from '../support/tables.ts'
import { answerOf, idIn, ROOT, world } from '../web-api/world.ts'

const ref = <T extends string>(table: T, id: string) => ({ table, id })
const platform = new Catalog(PLATFORM_TABLES)

const team = async (org: Emulator, more: object = {}) =>
  ref(
    'team',
    await org.create('team', {
      name: 'Sales',
      businessunitid: ref('businessunit', org.businessUnitId),
      ...more,
    }),
  )
/** Requests over HTTP to any organization. */
const webApi = (org: Emulator) => {
  const api = createWebApi({ catalog: org.catalog, service: () => org })
  return async (method: string, path: string, body?: unknown) =>
    answerOf(
      await api({
        method,
        url: `/api/data/v9.2/${path}`,
        headers: { host: 'localhost:8080' },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    )
}

/** Belongs to accounts in every way; one of its lookups ought to have a value. */
const visit = madeUp('Visit', [
  ...standardColumns('visit'),
  text('Name', 50),
  lookup(
    'AccountId',
    to('account', 'visit_account', {
      assign: 'Cascade',
      delete: 'Cascade',
      reparent: 'Cascade',
      share: 'Cascade',
      unshare: 'Cascade',
    }),
  ),
  changed(lookup('HostId', to('account', 'visit_host', { delete: 'RemoveLink' })), {
    requiredLevel: 'ApplicationRequired',
  }),
])
const tables = [visit]

async function withVisit(options: Parameters<typeof emulator>[0] = {}) {
  const org = emulator({ tables, ...options })
  const accountid = ref('account', await org.create('account', { name: 'Contoso' }))
  const id = await org.create('visit', { name: 'Tour', accountid, hostid: accountid })
  return { org, accountid, id }
}

// https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
describe('a cascade', () => {
  test('that is taken out of a relationship takes no share back that is inherited', async () => {
    const { org, accountid, id } = await withVisit()
    const Principal = await team(org)
    await org.execute('GrantAccess', {
      Target: accountid,
      PrincipalAccess: { Principal, AccessMask: 'ReadAccess' },
    })
    const sharesOf = () =>
      (org.contents().get('principalobjectaccess') ?? []).filter((row) => row['objectid'] === id)
    const shares = sharesOf()

    await org.schema.change({
      kind: 'update-relationship',
      relationship: {
        schemaName: 'visit_account',
        cascade: { share: 'NoCascade', unshare: 'NoCascade', reparent: 'NoCascade' },
      },
    })

    expect(shares).toMatchObject([{ inheritedaccessrightsmask: 1 }])
    expect(sharesOf()).toEqual(shares)
  })

  test('empties a lookup that only ought to have a value', async () => {
    const { org, accountid } = await withVisit()
    const id = await org.create('visit', { name: 'Other', hostid: accountid })

    await org.delete('account', accountid.id)

    expect(org.peek('visit', id)).toMatchObject({ hostid: null })
  })

  test('of an Assign tells who changed the rows below, and when (unverified)', async () => {
    const clock = clockAt('2026-01-01T00:00:00Z')
    const { org, accountid, id } = await withVisit({ services: [[Clock, clock]] })
    clock.advance({ minutes: 1 })

    await org.update('account', accountid.id, { ownerid: ref('team', org.teamId) })

    const modifiedon = '2026-01-01T00:01:00Z'
    expect(org.peek('account', accountid.id)).toMatchObject({ modifiedon })
    expect(org.peek('visit', id)).toMatchObject({ modifiedon })
  })

  test('of an Assign begins with an Upsert of the owner, too', async () => {
    const { org, accountid, id } = await withVisit()
    const ownerid = ref('team', org.teamId)

    await org.upsert('account', accountid.id, { ownerid })

    expect(org.peek('account', accountid.id)).toMatchObject({ ownerid })
    expect(org.peek('visit', id)).toMatchObject({ ownerid })
  })

  test('of an Assign leaves shares in place', async () => {
    const { org, accountid } = await withVisit()
    const Principal = await team(org)
    await org.execute('GrantAccess', {
      Target: accountid,
      PrincipalAccess: { Principal, AccessMask: 'ReadAccess' },
    })
    const shares = org.contents().get('principalobjectaccess')

    await org.update('account', accountid.id, { ownerid: ref('team', org.teamId) })

    expect(shares).toHaveLength(2)
    expect(org.contents().get('principalobjectaccess')).toEqual(shares)
  })

  test('is not told to the steps of the row it begins at', async () => {
    const seen: unknown[] = []
    const { org, accountid } = await withVisit({
      steps: [
        step({ table: 'account', message: 'Delete', stage: 40 }, ({ context }) => {
          seen.push(context.InputParameters, context.OutputParameters)
        }),
      ],
    })

    await org.delete('account', accountid.id)

    expect(seen).toEqual([{ Target: { LogicalName: 'account', Id: accountid.id, Name: null } }, {}])
  })

  test('shows shared variables of the parent’s PreValidation above the children (unverified)', async () => {
    const seen: unknown[] = []
    const { org, accountid } = await withVisit({
      steps: [
        step({ table: 'account', message: 'Update', stage: 10 }, ({ context }) => {
          context.SharedVariables['reason'] = 'moved'
        }),
        step({ table: 'visit', message: 'Update', stage: 20 }, ({ context }) => {
          const above = context.ParentContext?.ParentContext
          seen.push(context.SharedVariables['reason'], above?.SharedVariables['reason'])
        }),
      ],
    })

    await org.update('account', accountid.id, { ownerid: ref('team', org.teamId) })

    expect(seen).toEqual([undefined, 'moved'])
  })

  test('sees what its request has written, and is undone with it', async () => {
    const { org, accountid, id } = await withVisit({
      steps: [
        step({ table: 'account', message: 'Update', stage: 40 }, async (event) => {
          const row = await event.org.retrieve('visit', id, ['ownerid'])
          event.reject(`owned by a ${String((row['ownerid'] as { table: string }).table)}`)
        }),
      ],
    })

    await refused(
      org,
      () => org.update('account', accountid.id, { ownerid: ref('team', org.teamId) }),
      { message: 'owned by a team' },
    )
  })
})

// https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/principalobjectaccess
describe('shares', () => {
  test('are rows of a table without an owner, which no message writes', async () => {
    const table = platform.table('principalobjectaccess')
    const { org, send } = world()
    const before = org.contents()

    const answer = await send('POST', 'principalobjectaccessset', { accessrightsmask: 1 })

    expect([table.ownership, table.entitySetName]).toEqual(['None', 'principalobjectaccessset'])
    expect([...table.columns.keys()].sort()).toEqual([
      'accessrightsmask',
      'changedon',
      'inheritedaccessrightsmask',
      'objectid',
      'objecttypecode',
      'principalid',
      'principalobjectaccessid',
      'principaltypecode',
      'timezoneruleversionnumber',
      'utcconversiontimezonecode',
      'versionnumber',
    ])
    expect([answer.status, answer.json.error.code]).toEqual([400, '0x80040800'])
    expect(org.contents()).toEqual(before)
  })

  test('have rights with the platform’s numbers', () => {
    expect(ACCESS_RIGHTS).toEqual({
      ReadAccess: 1,
      WriteAccess: 2,
      AppendAccess: 4,
      AppendToAccess: 16,
      CreateAccess: 32,
      DeleteAccess: 65_536,
      ShareAccess: 262_144,
      AssignAccess: 524_288,
    })
  })
})

// https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api
describe('links', () => {
  test('take a role that their relationship has no need of', async () => {
    const { org } = world()
    const contact = ref('contact', await org.create('contact', { lastname: 'Diaz' }))
    const lead = ref('lead', await org.create('lead', { subject: 'Sale', lastname: 'Diaz' }))

    await org.associate(contact, 'contactleads_association', lead, { role: 'Referencing' })

    expect(org.contents().get('contactleads')).toMatchObject([
      { contactid: contact.id, leadid: lead.id },
    ])
  })

  test('over one-to-many tell who changed the row that holds the lookup, and when', async () => {
    const clock = clockAt('2026-01-01T00:00:00Z')
    const org = emulator({ tables, services: [[Clock, clock]] })
    const id = await org.create('visit', { name: 'Tour' })
    const account = ref('account', await org.create('account', { name: 'Contoso' }))
    clock.advance({ minutes: 1 })

    await org.associate(account, 'visit_account', ref('visit', id))

    expect(org.peek('visit', id)).toMatchObject({ modifiedon: '2026-01-01T00:01:00Z' })
    expect(org.peek('account', account.id)).toMatchObject({ modifiedon: '2026-01-01T00:00:00Z' })
  })

  test('of a table with itself have a property for each direction: one-to-many', async () => {
    const { org, send } = world()
    const [outer, inner] = [
      await org.create('new_parcel', { new_name: 'Outer' }),
      await org.create('new_parcel', { new_name: 'Inner' }),
    ]
    const parent = async () => (await org.retrieve('new_parcel', inner)).new_parentid as unknown

    await send('POST', `new_parcels(${outer})/new_parcel_children/$ref`, {
      '@odata.id': `${ROOT}new_parcels(${inner})`,
    })
    expect(await parent()).toEqual(ref('new_parcel', outer))

    await send('DELETE', `new_parcels(${inner})/new_ParentId/$ref`)
    expect(await parent()).toBeNull()
  })

  test('of a table with itself have a property for each direction: many-to-many', async () => {
    const org = emulator({ tables: TABLES })
    const send = webApi(org)
    const make = (name: string) => org.create('project', { name })
    const [a, b] = [await make('A'), await make('B')]

    const first = await send('POST', `projects(${a})/follows/$ref`, {
      '@odata.id': `projects(${b})`,
    })
    const second = await send('POST', `projects(${a})/followed/$ref`, {
      '@odata.id': `projects(${b})`,
    })

    expect([first.status, second.status]).toEqual([204, 204])
    expect(org.contents().get('projectproject')).toMatchObject([
      { projectidone: a, projectidtwo: b },
      { projectidone: b, projectidtwo: a },
    ])
  })

  test('are not replaced as a whole collection', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'Contoso' })
    const before = org.contents()

    const put = await send('PUT', `accounts(${account})/contact_customer_accounts`, { value: [] })
    const bound = await send('PATCH', `accounts(${account})`, {
      'contact_customer_accounts@odata.bind': [],
    })

    expect([put.status, bound.status]).toEqual([405, 400])
    expect(org.contents()).toEqual(before)
  })
})

// https://learn.microsoft.com/power-apps/developer/data-platform/webapi/merge-entity-using-web-api
test('Merge is refused without PerformParentingChecks', async () => {
  const { org, send } = world()
  const [kept, lost] = [
    await org.create('account', { name: 'Kept' }),
    await org.create('account', { name: 'Lost' }),
  ]
  const row = (accountid: string) => ({
    '@odata.type': 'Microsoft.Dynamics.CRM.account',
    accountid,
  })
  const before = org.contents()

  const answer = await send('POST', 'Merge', { Target: row(kept), Subordinate: row(lost) })

  expect(answer.status).toBe(400)
  expect(org.contents()).toEqual(before)
})

// https://learn.microsoft.com/power-apps/developer/data-platform/webapi/multitable-lookup
describe('a lookup of several tables', () => {
  test('has a property for each of them, ownerid one for both', () => {
    const properties = (table: string, column: string) => [
      ...new Set(
        platform
          .table(table)
          .manyToOne.filter(({ referencingColumn }) => referencingColumn === column)
          .map(({ referencingNavigation }) => referencingNavigation),
      ),
    ]

    expect(properties('contact', 'parentcustomerid')).toEqual(
      expect.arrayContaining(['parentcustomerid_account', 'parentcustomerid_contact']),
    )
    expect(properties('annotation', 'objectid')).toContain('objectid_lead')
    expect(properties('account', 'ownerid')).toEqual(['ownerid'])
  })

  test('names one row: bound by one property, it leads nowhere by the other', async () => {
    const { org, send } = world()
    const account = await org.create('account', { name: 'Contoso' })
    const contact = await org.create('contact', { lastname: 'Diaz' })
    const parcel = idIn(
      await send('POST', 'new_parcels', {
        'new_Receiver_account@odata.bind': `/accounts(${account})`,
      }),
    )

    await send('PATCH', `new_parcels(${parcel})`, {
      'new_Receiver_contact@odata.bind': `/contacts(${contact})`,
    })

    expect(await org.retrieve('new_parcel', parcel)).toMatchObject({
      new_receiver: ref('contact', contact),
    })
    expect((await send('GET', `new_parcels(${parcel})/new_Receiver_account/$ref`)).status).toBe(204)
  })
})
