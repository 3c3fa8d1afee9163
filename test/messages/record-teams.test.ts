import { giveRole } from '../../src/testing/give-role.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'

// https://learn.microsoft.com/power-apps/developer/data-platform/use-access-teams-owner-teams-collaborate-share-information

const READ = 1
const WRITE = 2
const CONTACT = 2
const MISSING = '66666666-6666-4666-8666-666666666666'

const ref = <T extends string>(table: T, id: string) => ({ table, id })

const person = (org: Emulator, lastname: string) =>
  org.create('systemuser', {
    lastname,
    domainname: `${lastname}@contoso.example`,
    internalemailaddress: `${lastname}@contoso.example`,
    businessunitid: ref('businessunit', org.businessUnitId),
    accessmode: 0,
  })

const template = (org: Emulator, rights: number, objecttypecode = CONTACT) =>
  org.create('teamtemplate', {
    teamtemplatename: 'Team of a contact',
    defaultaccessrightsmask: rights,
    objecttypecode,
  })

async function world(access: { readonly access?: 'enforced' } = {}) {
  const org = emulator({ tables: TABLES, ...access })
  const contact = await org.create('contact', { lastname: 'Ito' })
  const user = await person(org, 'clerk')
  const TeamTemplateId = await template(org, READ | WRITE)
  const request = { Record: ref('contact', contact), SystemUserId: user, TeamTemplateId }
  return { org, contact, user, request }
}

const membersOf = (org: Emulator, team: string) =>
  [...(org.contents().get('teammembership') ?? [])]
    .filter((row) => row['teamid'] === team)
    .map((row) => row['systemuserid'])

const rightsOf = (org: Emulator, contact: string, principal: ReturnType<typeof ref>) =>
  org.execute('RetrievePrincipalAccess', {
    Target: ref('contact', contact),
    Principal: principal,
  })

describe('the first user who is added to the team of a row', () => {
  test('has the team made, which the row is shared with as the template says', async () => {
    const { org, contact, user, request } = await world()

    const { AccessTeamId } = await org.execute('AddUserToRecordTeam', request)

    expect(org.peek('team', AccessTeamId)).toMatchObject({
      teamtype: 1,
      systemmanaged: true,
      isdefault: false,
      regardingobjectid: ref('contact', contact),
      teamtemplateid: ref('teamtemplate', request.TeamTemplateId),
    })
    expect(org.peek('owner', AccessTeamId)).toMatchObject({ owneridtype: 'team' })
    expect(membersOf(org, AccessTeamId)).toEqual([user])
    expect(await rightsOf(org, contact, ref('team', AccessTeamId))).toEqual({
      AccessRights: 'ReadAccess, WriteAccess',
    })
  })

  test('may be named as the Web API names rows, and in capital letters', async () => {
    const { org, user, request } = await world()

    const { AccessTeamId } = await org.execute('AddUserToRecordTeam', {
      Record: request.Record,
      SystemUserId: user.toUpperCase(),
      TeamTemplate: ref('teamtemplate', request.TeamTemplateId.toUpperCase()),
    })

    expect(membersOf(org, AccessTeamId)).toEqual([user])
  })
})

test('others who are added join the same team, and who is in it stays in it', async () => {
  const { org, user, request } = await world()
  const other = await person(org, 'other')

  const first = await org.execute('AddUserToRecordTeam', request)
  const second = await org.execute('AddUserToRecordTeam', { ...request, SystemUserId: other })
  await org.execute('AddUserToRecordTeam', request)

  expect(second).toEqual(first)
  expect(membersOf(org, first.AccessTeamId)).toEqual([user, other])
})

test('each template and each row has a team of its own', async () => {
  const { org, request } = await world()
  const another = ref('contact', await org.create('contact', { lastname: 'Diaz' }))
  const readers = await template(org, READ)

  const teams = [
    await org.execute('AddUserToRecordTeam', request),
    await org.execute('AddUserToRecordTeam', { ...request, Record: another }),
    await org.execute('AddUserToRecordTeam', { ...request, TeamTemplateId: readers }),
  ]

  expect(new Set(teams.map(({ AccessTeamId }) => AccessTeamId)).size).toBe(3)
})

test('a template that changes changes teams that are made later, and no other', async () => {
  const { org, contact, request } = await world()
  const { AccessTeamId } = await org.execute('AddUserToRecordTeam', request)

  await org.update('teamtemplate', request.TeamTemplateId, { defaultaccessrightsmask: READ })
  await org.execute('AddUserToRecordTeam', { ...request, SystemUserId: org.userId })

  expect(await rightsOf(org, contact, ref('team', AccessTeamId))).toEqual({
    AccessRights: 'ReadAccess, WriteAccess',
  })
})

test('who is removed leaves that team, and no other', async () => {
  const { org, user, request } = await world()
  const readers = { ...request, TeamTemplateId: await template(org, READ) }
  const { AccessTeamId } = await org.execute('AddUserToRecordTeam', request)
  const other = await org.execute('AddUserToRecordTeam', readers)

  expect(await org.execute('RemoveUserFromRecordTeam', request)).toEqual({ AccessTeamId })

  expect(membersOf(org, AccessTeamId)).toEqual([])
  expect(membersOf(org, other.AccessTeamId)).toEqual([user])
})

test('to remove a user from a team that is not there does nothing', async () => {
  const { org, request } = await world()

  await org.execute('RemoveUserFromRecordTeam', request)

  expect([...(org.contents().get('team') ?? [])]).toHaveLength(1)
})

test('the team goes with its row, and with its template', async () => {
  const { org, contact, request } = await world()
  const another = ref('contact', await org.create('contact', { lastname: 'Diaz' }))
  const first = await org.execute('AddUserToRecordTeam', request)
  const second = await org.execute('AddUserToRecordTeam', { ...request, Record: another })

  await org.delete('contact', contact)
  expect(org.peek('team', first.AccessTeamId)).toBeUndefined()
  expect(org.peek('team', second.AccessTeamId)).toBeDefined()
  await org.delete('teamtemplate', request.TeamTemplateId)

  expect(org.peek('team', second.AccessTeamId)).toBeUndefined()
  expect(org.peek('owner', second.AccessTeamId)).toBeUndefined()
  expect(membersOf(org, second.AccessTeamId)).toEqual([])
  expect([...(org.contents().get('principalobjectaccess') ?? [])]).toEqual([])
})

test('the row is not shared with that team by hand', async () => {
  const { org, request } = await world()
  const { AccessTeamId } = await org.execute('AddUserToRecordTeam', request)
  const PrincipalAccess = { Principal: ref('team', AccessTeamId), AccessMask: 'DeleteAccess' }

  await refused(
    org,
    () => org.execute('GrantAccess', { Target: request.Record, PrincipalAccess }),
    {
      code: 'SHARE_WITH_SYSTEM_TEAM',
    },
  )
})

describe('a user is not added', () => {
  test.each([
    ['to a row that is not there', { Record: ref('contact', MISSING) }, 'ROW_NOT_FOUND'],
    ['who is not there', { SystemUserId: MISSING }, 'ROW_NOT_FOUND'],
    ['by a template that is not there', { TeamTemplateId: MISSING }, 'ROW_NOT_FOUND'],
    ['by no template', { TeamTemplateId: undefined }, 'INVALID_ARGUMENT'],
    ['by an id that is none', { SystemUserId: 'clerk' }, 'INVALID_ARGUMENT'],
    ['to a row without owners', { Record: ref('systemuser', MISSING) }, 'MESSAGE_NOT_OFFERED'],
  ])('%s', async (_what, change, code) => {
    const { org, request } = await world()
    const send = { ...request, ...change } as typeof request

    await refused(org, () => org.execute('AddUserToRecordTeam', send), { code })
    await refused(org, () => org.execute('RemoveUserFromRecordTeam', send), { code })
  })

  test('by the template of another table', async () => {
    const { org, request } = await world()
    const TeamTemplateId = await template(org, READ, 1)

    await refused(org, () => org.execute('AddUserToRecordTeam', { ...request, TeamTemplateId }), {
      code: 'INVALID_ARGUMENT',
    })
  })
})

describe('where access is enforced', () => {
  const OWN = { prvReadContact: 'Basic', prvWriteContact: 'Basic' } as const

  test('a member may do with the row what the template says, until removed', async () => {
    const { org, contact, user, request } = await world({ access: 'enforced' })
    await giveRole(org, ref('systemuser', user), OWN)
    const denied = { code: 'ROW_ACCESS_DENIED' }

    await refused(org, () => org.as(user).retrieve('contact', contact), denied)
    await org.execute('AddUserToRecordTeam', request)
    await org.as(user).update('contact', contact, { firstname: 'Ken' })
    await refused(org, () => org.as(user).delete('contact', contact), {
      code: 'ACCESS_DENIED',
    })
    await org.execute('RemoveUserFromRecordTeam', request)

    await refused(org, () => org.as(user).retrieve('contact', contact), denied)
    expect(org.peek('contact', contact)).toMatchObject({ firstname: 'Ken' })
  })

  test.each([
    ['to read', {}, 'prvReadContact'],
    ['for what the template gives', { prvReadContact: 'Basic' }, 'prvWriteContact'],
  ] as const)('who lacks the privilege %s is not added', async (_what, privileges, name) => {
    const { org, user, request } = await world({ access: 'enforced' })
    await giveRole(org, ref('systemuser', user), privileges)

    await refused(org, () => org.execute('AddUserToRecordTeam', request), {
      code: 'TEAM_MEMBER_PRIVILEGE_MISSING',
      number: 0x80048342,
      message: `The user can't be added to the team because the user doesn't have the "${name}" privilege.`,
    })
  })

  test.each([
    ['to share the row', { ...OWN }],
    ['a right that the team has', { prvReadContact: 'Basic', prvShareContact: 'Basic' }],
  ] as const)('who lacks %s adds and removes nobody', async (_what, privileges) => {
    const { org, user, request } = await world({ access: 'enforced' })
    await giveRole(org, ref('systemuser', user), OWN, { name: 'Member' })
    const leader = await person(org, 'leader')
    await giveRole(org, ref('systemuser', leader), privileges, { name: 'Leader' })
    await org.update('contact', request.Record.id, { ownerid: ref('systemuser', leader) })
    const denied = { code: 'ACCESS_DENIED' }

    await refused(org, () => org.as(leader).execute('AddUserToRecordTeam', request), denied)
    await org.execute('AddUserToRecordTeam', request)
    await refused(org, () => org.as(leader).execute('RemoveUserFromRecordTeam', request), denied)
  })

  test('the owner of the row needs no right on teams', async () => {
    const { org, user, request } = await world({ access: 'enforced' })
    await giveRole(org, ref('systemuser', user), OWN, { name: 'Member' })
    const leader = await person(org, 'leader')
    const privileges = { ...OWN, prvShareContact: 'Basic' } as const
    await giveRole(org, ref('systemuser', leader), privileges, { name: 'Leader' })
    await org.update('contact', request.Record.id, { ownerid: ref('systemuser', leader) })

    const { AccessTeamId } = await org.as(leader).execute('AddUserToRecordTeam', request)

    expect(membersOf(org, AccessTeamId)).toEqual([user])
  })
})
