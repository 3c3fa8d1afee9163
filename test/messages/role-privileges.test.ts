import { SYSTEM_ADMINISTRATOR } from '../../src/security/principal.ts'
import { textOf } from '../../src/rows/value.ts'
import { emulator, giveRole, type Emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'
import { ANA, caseFiles, securedOrganization } from '../security/world.ts'

const READ = { PrivilegeName: 'prvReadCaseFile', Depth: 'Local' }

async function roleOf(org: Emulator): Promise<string> {
  return org.create('role', {
    name: 'Clerk',
    businessunitid: { table: 'businessunit', id: org.businessUnitId },
  })
}

async function held(org: Emulator, RoleId: string) {
  const { RolePrivileges } = await org.execute('RetrieveRolePrivilegesRole', { RoleId })
  return RolePrivileges.map(({ PrivilegeName, Depth }) => [PrivilegeName, Depth])
}

test('AddPrivilegesRole gives privileges, and another depth to those that are there', async () => {
  const org = securedOrganization()
  const RoleId = await roleOf(org)

  await org.execute('AddPrivilegesRole', { RoleId, Privileges: [READ] })
  await org.execute('AddPrivilegesRole', {
    RoleId,
    Privileges: [
      { ...READ, Depth: 'Global' },
      { PrivilegeName: 'prvMerge', Depth: 'Global' },
    ],
  })

  expect(await held(org, RoleId)).toEqual(
    expect.arrayContaining([
      ['prvReadCaseFile', 'Global'],
      ['prvMerge', 'Global'],
    ]),
  )
  expect(org.contents().get('roleprivileges')).toMatchObject([
    { roleid: RoleId, privilegedepthmask: 8 },
    { roleid: RoleId, privilegedepthmask: 8 },
  ])
})

test('ReplacePrivilegesRole puts privileges in place of all others', async () => {
  const org = securedOrganization()
  const RoleId = await roleOf(org)
  await org.execute('AddPrivilegesRole', { RoleId, Privileges: [READ] })

  await org.execute('ReplacePrivilegesRole', {
    RoleId,
    Privileges: [{ PrivilegeName: 'prvWriteCaseFile', Depth: 'Basic' }],
  })

  expect(await held(org, RoleId)).toEqual([['prvWriteCaseFile', 'Basic']])
})

test('RemovePrivilegeRole takes one away', async () => {
  const org = securedOrganization()
  const RoleId = await roleOf(org)
  await org.execute('AddPrivilegesRole', { RoleId, Privileges: [READ] })
  const { RolePrivileges } = await org.execute('RetrieveRolePrivilegesRole', { RoleId })

  await org.execute('RemovePrivilegeRole', {
    RoleId,
    PrivilegeId: RolePrivileges[0]?.PrivilegeId ?? '',
  })

  expect(await held(org, RoleId)).toEqual([])
})

test.each(['AddPrivilegesRole', 'ReplacePrivilegesRole'] as const)(
  '%s is refused without a list of privileges, and for those and depths there are not',
  async (message) => {
    const org = securedOrganization()
    const RoleId = await roleOf(org)
    await org.execute('AddPrivilegesRole', { RoleId, Privileges: [READ] })
    const given: readonly unknown[] = [
      undefined,
      'prvMerge',
      [null],
      [{ PrivilegeName: 'prvReadNothing', Depth: 'Global' }],
      [{ PrivilegeName: 'prvMerge', Depth: 'Everywhere' }],
      [{ PrivilegeName: 'prvMerge', Depth: 9 }],
      [READ, { PrivilegeName: 'prvMerge', Depth: 'Basic' }],
    ]

    for (const Privileges of given) {
      await refused(org, () => org.execute(message, { RoleId, Privileges } as never), {
        code: 'INVALID_ARGUMENT',
      })
    }
  },
)

test('RetrieveUserPrivileges tells the widest depth of own roles and those of teams', async () => {
  const org = securedOrganization()
  await giveRole(org, ANA, { prvReadCaseFile: 'Local', prvWriteCaseFile: 'Basic' })
  await giveRole(org, ANA, { prvReadCaseFile: 'Deep' })

  const { RolePrivileges } = await org.execute('RetrieveUserPrivileges', { UserId: ANA.id })
  const one = await org.execute('RetrieveUserPrivilegeByPrivilegeName', {
    UserId: ANA.id,
    PrivilegeName: 'prvReadCaseFile',
  })

  expect(RolePrivileges.map(({ PrivilegeName, Depth }) => [PrivilegeName, Depth]).sort()).toEqual([
    ['prvReadCaseFile', 'Deep'],
    ['prvWriteCaseFile', 'Basic'],
  ])
  expect(one.RolePrivileges).toMatchObject([{ Depth: 'Deep' }])
})

test('an administrator holds every privilege everywhere', async () => {
  const org = securedOrganization()
  const { rows } = await org.retrieveMultiple({ table: 'privilege', columns: ['name'] })

  const { RolePrivileges } = await org.execute('RetrieveUserPrivileges', { UserId: org.userId })

  expect(RolePrivileges.map(({ PrivilegeName }) => PrivilegeName).sort()).toEqual(
    rows.map((row) => row['name']).sort(),
  )
  expect(new Set(RolePrivileges.map(({ Depth }) => Depth))).toEqual(new Set(['Global']))
})

test.each([
  [{ PrivilegeName: 'prvDanceCaseFile', Depth: 'Global' }],
  [{ PrivilegeName: 'prvReadCaseFile', Depth: 'Wide' }],
  [{ PrivilegeName: 'prvReadDepot', Depth: 'Basic' }],
])('%o is refused, and nothing changes', async (given) => {
  const org = securedOrganization()
  const RoleId = await roleOf(org)

  await refused(
    org,
    () => org.execute('AddPrivilegesRole', { RoleId, Privileges: [READ, given] }),
    { code: 'INVALID_ARGUMENT' },
  )
})

test('nobody hands on what they do not hold', async () => {
  const org = securedOrganization()
  const RoleId = await roleOf(org)
  await giveRole(org, ANA, {
    ...caseFiles('Local'),
    prvWriteRole: 'Global',
    prvAppendRole: 'Global',
    prvAssignRole: 'Global',
    prvAppendUser: 'Global',
  })
  const asAna = org.as(ANA.id)
  const give = (Depth: string) =>
    asAna.execute('AddPrivilegesRole', { RoleId, Privileges: [{ ...READ, Depth }] })
  const take = (id: string) =>
    asAna.associate(ANA, 'systemuserroles_association', { table: 'role', id })

  await refused(org, () => give('Global'), { code: 'ACCESS_DENIED' })
  await refused(org, () => take(SYSTEM_ADMINISTRATOR), { code: 'ACCESS_DENIED' })
  await give('Local')
  await take(RoleId)

  expect(await held(org, RoleId)).toEqual([['prvReadCaseFile', 'Local']])
})

test('a role is not linked with a privilege by itself: the link would have no depth', async () => {
  const org = securedOrganization()
  const RoleId = await roleOf(org)
  const { rows } = await org.retrieveMultiple({ table: 'privilege', columns: [], top: 1 })

  await refused(
    org,
    () =>
      org.associate({ table: 'role', id: RoleId }, 'roleprivileges_association', {
        table: 'privilege',
        id: textOf(rows[0]?.['privilegeid']),
      }),
    { code: 'NOT_SUPPORTED' },
  )
})

test('an organization that enforces no access has no privileges to give', async () => {
  const org = emulator({ tables: TABLES })
  const RoleId = await roleOf(org)

  await refused(org, () => org.execute('AddPrivilegesRole', { RoleId, Privileges: [READ] }), {
    code: 'NOT_SUPPORTED',
    message: expect.stringContaining("access: 'enforced'") as unknown,
  })
  expect(await org.retrieveMultiple({ table: 'privilege', columns: ['name'] })).toMatchObject({
    rows: [],
  })
})
