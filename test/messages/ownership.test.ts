import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import { rightsIn } from '../../src/pipeline/access-rights.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

const visit = madeUp('Visit', [
  ...standardColumns('visit'),
  text('Name', 50),
  lookup('AccountId', to('account', 'visit_account', { delete: 'RemoveLink', assign: 'Cascade' })),
])
const tables = [visit]
const ref = <T extends string>(table: T, id: string) => ({ table, id })

async function world(settings?: string) {
  const org = emulator({ tables })
  if (settings !== undefined) {
    const orgdborgsettings = `<OrgSettings>${settings}</OrgSettings>`
    await org.update('organization', org.organizationId, { orgdborgsettings })
  }
  const root = ref('businessunit' as const, org.businessUnitId)
  const make = async (name: string) =>
    ref(
      'businessunit' as const,
      await org.create('businessunit', { name, parentbusinessunitid: root }),
    )
  const [north, south] = [await make('North'), await make('South')]
  const team = ref(
    'team' as const,
    await org.create('team', { name: 'Northern', businessunitid: north }),
  )
  const account = ref('account' as const, await org.create('account', { name: 'Contoso' }))
  const child = await org.create('visit', { name: 'Tour', accountid: account })
  // No client may write the business unit, as long as it is not told otherwise: the types know no better.
  const update = (values: object) => org.update('account', account.id, values)
  const places = () =>
    [org.peek('account', account.id), org.peek('visit', child)].map((row) => ({
      owner: (row?.['ownerid'] as { id: string }).id,
      unit: (row?.['owningbusinessunit'] as { id: string }).id,
    }))
  return { org, root, north, south, team, account, child, places, update }
}
const both = <T>(place: T) => [place, place]
const ACROSS = '<EnableOwnershipAcrossBusinessUnits>true</EnableOwnershipAcrossBusinessUnits>'
const STAYING = '<AlwaysMoveRecordToOwnerBusinessUnit>false</AlwaysMoveRecordToOwnerBusinessUnit>'

// https://learn.microsoft.com/power-platform/admin/wp-security-cds
describe('the business unit of a row', () => {
  test('is its owner’s, whatever is sent, and moves with the rows below', async () => {
    const { org, north, south, team, places, update } = await world()
    await update({ owningbusinessunit: south })
    expect(places()).toEqual(both({ owner: org.userId, unit: org.businessUnitId }))

    await update({ ownerid: team, owningbusinessunit: south })

    expect(places()).toEqual(both({ owner: team.id, unit: north.id }))
  })

  test('moves with the owner across business units, too', async () => {
    const { org, north, team, account, places } = await world(ACROSS)

    await org.update('account', account.id, { ownerid: team })

    expect(places()).toEqual(both({ owner: team.id, unit: north.id }))
  })

  test('stays where the owner alone changes, if the organization wants that', async () => {
    const { org, team, account, places } = await world(ACROSS + STAYING)

    await org.update('account', account.id, { ownerid: team })

    expect(places()).toEqual(both({ owner: team.id, unit: org.businessUnitId }))
  })

  test.each([ACROSS, ACROSS + STAYING])(
    'changes alone, with the rows below: %s',
    async (settings) => {
      const { org, south, places, update } = await world(settings)

      await update({ owningbusinessunit: south })

      expect(places()).toEqual(both({ owner: org.userId, unit: south.id }))
    },
  )

  test.each([ACROSS, ACROSS + STAYING])(
    'is the one that is sent with an owner: %s',
    async (settings) => {
      const { south, team, places, update } = await world(settings)

      await update({ ownerid: team, owningbusinessunit: south })

      expect(places()).toEqual(both({ owner: team.id, unit: south.id }))
    },
  )

  test('may be chosen for a new row', async () => {
    const { org, south } = await world(ACROSS)

    const values: object = { name: 'New', owningbusinessunit: south }
    const id = await org.create('account', values)

    expect(org.peek('account', id)).toMatchObject({ owningbusinessunit: south })
  })

  test('must be there, a business unit, and enabled', async () => {
    const { org, south, team, account } = await world(ACROSS)
    const update = (id: string, table = 'businessunit') =>
      refusedTo(org, account.id, { owningbusinessunit: { table, id } })

    await update('00000000-0000-4000-8000-00000000dead')('ROW_NOT_FOUND')
    await update(team.id, 'team')('INVALID_ARGUMENT')
    await org.update('businessunit', south.id, { isdisabled: true })
    await update(south.id)('BUSINESS_UNIT_DISABLED')
  })
})

const refusedTo = (org: Emulator, id: string, values: object) => (code: string) =>
  refused(org, () => org.update('account', id, values), { code })

describe('an owner', () => {
  test.each(['Update', 'Assign', 'Create'])('is no access team: %s', async (message) => {
    const { org, north, account } = await world()
    const assignee = ref(
      'team' as const,
      await org.create('team', { name: 'Sharing', businessunitid: north, teamtype: 1 }),
    )

    await refused(
      org,
      () =>
        message === 'Assign'
          ? org.execute('Assign', { target: account, assignee })
          : message === 'Update'
            ? org.update('account', account.id, { ownerid: assignee })
            : org.create('account', { name: 'New', ownerid: assignee }),
      { code: 'ACCESS_TEAM_AS_OWNER', number: 0x80048340 },
    )
  })

  test('belongs to an enabled business unit', async () => {
    const { org, north, team, account } = await world()
    await org.update('businessunit', north.id, { isdisabled: true })

    await refused(org, () => org.update('account', account.id, { ownerid: team }), {
      code: 'BUSINESS_UNIT_DISABLED',
      number: 0x8004032d,
    })
  })
})

test('a process that is assigned is a draft again, one that stays is not', async () => {
  const workflow = madeUp('Workflow', [text('Name', 50), ...standardColumns('workflow')])
  const org = emulator({ tables: [workflow] })
  const id = await org.create('workflow', { name: 'Approval' })
  await org.update('workflow', id, { statecode: 1 })
  await org.update('workflow', id, { ownerid: ref('systemuser', org.userId) })
  expect(org.peek('workflow', id)).toMatchObject({ statecode: 1 })

  await org.update('workflow', id, { ownerid: ref('team', org.teamId) })

  expect(org.peek('workflow', id)).toMatchObject({ statecode: 0, statuscode: 1 })
})

describe('a former owner', () => {
  const sharesOf = (org: Emulator) =>
    (org.contents().get('principalobjectaccess') ?? []).map((row) => [
      row['objectid'],
      row['principalid'],
      rightsIn(Number(row['accessrightsmask'])),
    ])

  test('has no access any more', async () => {
    const { org, team, account } = await world()

    await org.update('account', account.id, { ownerid: team })

    expect(sharesOf(org)).toEqual([])
  })

  test('keeps every right on all rows that went, if the organization wants that', async () => {
    const { org, team, account, child } = await world()
    await org.update('organization', org.organizationId, { sharetopreviousowneronassign: true })

    await org.update('account', account.id, { ownerid: team })

    const all =
      'ReadAccess, WriteAccess, AppendAccess, AppendToAccess, CreateAccess, DeleteAccess, ShareAccess, AssignAccess'
    expect(sharesOf(org)).toEqual([
      [account.id, org.userId, all],
      [child, org.userId, all],
    ])
  })

  test('is shared with nothing where the owner stays', async () => {
    const { org, account } = await world()
    await org.update('organization', org.organizationId, { sharetopreviousowneronassign: true })

    await org.update('account', account.id, { ownerid: ref('systemuser' as const, org.userId) })

    expect(sharesOf(org)).toEqual([])
  })
})

describe('the last administrator', () => {
  const enforced = () => emulator({ tables, access: 'enforced' })

  test('is not disabled, nor the business unit of all administrators', async () => {
    const org = enforced()

    await refused(org, () => org.update('systemuser', org.userId, { isdisabled: true }), {
      code: 'LAST_ADMINISTRATOR',
      number: 0x80041d2f,
    })

    const north = await org.create('businessunit', {
      name: 'North',
      parentbusinessunitid: ref('businessunit', org.businessUnitId),
    })
    await org.update('organization', org.organizationId, {
      orgdborgsettings:
        '<OrgSettings><EnableOwnershipAcrossBusinessUnits>true</EnableOwnershipAcrossBusinessUnits><DoNotRemoveRolesOnChangeBusinessUnit>true</DoNotRemoveRolesOnChangeBusinessUnit></OrgSettings>',
    })
    await org.update('systemuser', org.userId, { businessunitid: ref('businessunit', north) })
    await refused(org, () => org.update('businessunit', north, { isdisabled: true }), {
      code: 'BUSINESS_UNIT_HOLDS_ADMINISTRATORS',
      number: 0x80041d59,
    })
  })

  test('is not deleted either, where users need not be disabled first', async () => {
    const org = enforced()
    await org.update('organization', org.organizationId, {
      orgdborgsettings:
        '<OrgSettings><AuthorizationSkipAadUserStateValidation>true</AuthorizationSkipAadUserStateValidation></OrgSettings>',
    })

    await refused(org, () => org.delete('systemuser', org.userId), { code: 'LAST_ADMINISTRATOR' })
  })
})
