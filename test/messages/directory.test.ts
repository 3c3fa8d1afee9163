import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { textOf } from '../../src/rows/value.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { changed, madeUp, standardColumns, TABLES } from '../support/tables.ts'

const ref = <T extends string>(table: T, id: string) => ({ table, id })
const unitOf = (id: string) => ({ businessunitid: ref('businessunit', id) })

const unit = (org: Emulator, name = 'North', parent = org.businessUnitId) =>
  org.create('businessunit', { name, parentbusinessunitid: ref('businessunit', parent) })

let people = 0
const user = (org: Emulator, businessUnitId = org.businessUnitId) =>
  org.create('systemuser', {
    firstname: 'Ann',
    lastname: `Other ${++people}`,
    domainname: `ann${people}@emulated.example`,
    internalemailaddress: `ann${people}@emulated.example`,
    ...unitOf(businessUnitId),
  })
const team = (org: Emulator, more: object = {}) =>
  org.create('team', { name: 'Sales', ...unitOf(org.businessUnitId), ...more })

const rows = (org: Emulator, table: string) => org.contents().get(table) ?? []
const defaultTeam = (org: Emulator, businessUnitId: string) =>
  rows(org, 'team').find(
    (row) =>
      row['isdefault'] === true && (row['businessunitid'] as { id: string }).id === businessUnitId,
  )
const teamsOf = (org: Emulator, id: string) =>
  rows(org, 'teammembership')
    .filter((row) => row['systemuserid'] === id)
    .map((row) => row['teamid'])

describe('a new business unit', () => {
  test('has a default team of its name, with its owner row; nobody’s steps run for it', async () => {
    const seen: string[] = []
    const org = emulator({
      tables: TABLES,
      steps: [step({ table: 'team', message: 'Create' }, () => void seen.push('team'))],
    })

    const id = await unit(org)

    const row = defaultTeam(org, id)
    expect(row).toMatchObject({
      name: 'North',
      description: expect.stringContaining('Default team for the parent business unit.'),
      isdefault: true,
      teamtype: 0,
      businessunitid: ref('businessunit', id),
      administratorid: ref('systemuser', org.userId),
    })
    expect(org.peek('owner', textOf(row?.['teamid']))).toMatchObject({
      name: 'North',
      owneridtype: 'team',
    })
    expect(seen).toEqual([])
  })

  test('gives its team another name with its own', async () => {
    const org = emulator({ tables: TABLES })
    const id = await unit(org)

    await org.update('businessunit', id, { name: 'South' })

    const row = defaultTeam(org, id)
    expect(row).toMatchObject({ name: 'South' })
    expect(org.peek('owner', textOf(row?.['teamid']))).toMatchObject({ name: 'South' })
  })

  test('may not lie below itself', async () => {
    const org = emulator({ tables: TABLES })
    const upper = await unit(org)
    const lower = await unit(org, 'Lower', upper)

    await refused(
      org,
      () => org.update('businessunit', upper, { parentbusinessunitid: ref('businessunit', lower) }),
      { code: 'BUSINESS_UNIT_LOOP', number: 0x80041d21 },
    )
  })
})

describe('a business unit that is deleted', () => {
  const disabled = async (org: Emulator) => {
    const id = await unit(org)
    await org.update('businessunit', id, { isdisabled: true })
    return id
  }

  test('takes its default team along', async () => {
    const org = emulator({ tables: TABLES })
    const before = rows(org, 'team').length
    const id = await disabled(org)

    await org.delete('businessunit', id)

    expect(org.peek('businessunit', id)).toBeUndefined()
    expect(rows(org, 'team')).toHaveLength(before)
    expect(rows(org, 'owner').map((row) => row['name'])).not.toContain('North')
  })

  test('takes the profiles of its default team along', async () => {
    const org = emulator({ tables: TABLES })
    const id = await disabled(org)
    const team = rows(org, 'team').find((row) => row['name'] === 'North')?.['teamid']
    const profile = await org.create('fieldsecurityprofile', { name: 'Doctors' })
    await org.associate(
      ref('team', team as string),
      'teamprofiles_association',
      ref('fieldsecurityprofile', profile),
    )

    await org.delete('businessunit', id)

    expect(rows(org, 'teamprofiles')).toEqual([])
  })

  test('must be disabled first, which the root one cannot be', async () => {
    const org = emulator({ tables: TABLES })
    const id = await unit(org)

    await refused(org, () => org.delete('businessunit', id), {
      code: 'BUSINESS_UNIT_ENABLED',
      number: 0x80041d60,
    })
    await refused(org, () => org.delete('businessunit', org.businessUnitId), {
      code: 'BUSINESS_UNIT_ENABLED',
    })
    await refused(org, () => org.update('businessunit', org.businessUnitId, { isdisabled: true }), {
      code: 'ROOT_BUSINESS_UNIT_KEPT',
      number: 0x80041d63,
    })
  })

  test('may have no other below it', async () => {
    const org = emulator({ tables: TABLES })
    const id = await disabled(org)
    await unit(org, 'Lower', id)

    await refused(org, () => org.delete('businessunit', id), {
      code: 'BUSINESS_UNIT_HAS_CHILDREN',
      number: 0x80041d61,
    })
  })

  test('may have no default team that owns rows', async () => {
    const org = emulator({ tables: TABLES })
    const id = await unit(org)
    const owner = ref('team' as const, textOf(defaultTeam(org, id)?.['teamid']))
    await org.create('account', { name: 'Contoso', ownerid: owner })
    await org.update('businessunit', id, { isdisabled: true })

    await refused(org, () => org.delete('businessunit', id), {
      code: 'BUSINESS_UNIT_TEAM_OWNS_ROWS',
      number: 0x80041d62,
    })
  })

  test('may have no queues', async () => {
    const queue = madeUp(
      'Queue',
      [
        text('Name', 50),
        lookup('BusinessUnitId', to('businessunit', 'business_unit_queues')),
        ...standardColumns('queue'),
      ],
      { isIntersect: false },
    )
    const org = emulator({ tables: [...TABLES, queue] })
    const id = await disabled(org)
    await org.create('queue', { name: 'Letters', ...unitOf(id) })

    await refused(org, () => org.delete('businessunit', id), {
      code: 'BUSINESS_UNIT_HAS_QUEUES',
      number: 0x80072526,
    })
  })

  test.each([
    ['users', user],
    ['other teams', (org: Emulator, id: string) => team(org, unitOf(id))],
  ])('may have no %s', async (_, make) => {
    const org = emulator({ tables: TABLES })
    const id = await disabled(org)
    await make(org, id)

    await refused(org, () => org.delete('businessunit', id), {
      code: 'DELETE_RESTRICTED',
      number: 0x80040227,
    })
  })
})

describe('a team', () => {
  test('that is a default one keeps its name', async () => {
    const org = emulator({ tables: TABLES })

    await refused(org, () => org.update('team', org.teamId, { name: 'Ours' }), {
      code: 'DEFAULT_TEAM_NAME_FIXED',
      number: 0x8004830a,
    })
    await org.update('team', org.teamId, { description: 'All of us' })
    expect(org.peek('team', org.teamId)).toMatchObject({ description: 'All of us' })
  })

  test('that is a default one stays in its business unit', async () => {
    const org = emulator({ tables: TABLES })
    const north = await unit(org)

    await refused(org, () => org.update('team', org.teamId, unitOf(north)), {
      code: 'DEFAULT_TEAM_UNIT_FIXED',
      number: 0x80048308,
    })
    await org.update('team', org.teamId, unitOf(org.businessUnitId))
    const other = await team(org)
    await org.update('team', other, unitOf(north))

    expect(org.peek('team', other)).toMatchObject(unitOf(north))
  })

  test('that shares rows among its members has neither roles nor profiles', async () => {
    const org = emulator({ tables: TABLES })
    const id = await team(org, { teamtype: 1 })
    const role = await org.create('role', { name: 'Clerk', ...unitOf(org.businessUnitId) })
    const profile = await org.create('fieldsecurityprofile', { name: 'Doctors' })

    for (const [link, other] of [
      ['teamroles_association', ref('role', role)],
      ['teamprofiles_association', ref('fieldsecurityprofile', profile)],
    ] as const) {
      await refused(org, () => org.associate(ref('team', id), link, other), {
        code: 'ACCESS_TEAM_WITHOUT_ROLES',
        number: 0x80048331,
      })
      await refused(org, () => org.associate(other, link, ref('team', id)), {
        code: 'ACCESS_TEAM_WITHOUT_ROLES',
      })
      await org.associate(ref('team', org.teamId), link, other)
    }
  })

  test.each(['AddMembersTeam', 'Associate'])(
    'that is a default one takes nobody by %s',
    async (message) => {
      const org = emulator({ tables: TABLES })
      const id = await user(org, await unit(org))

      await refused(
        org,
        () =>
          message === 'Associate'
            ? org.associate(
                ref('systemuser', id),
                'teammembership_association',
                ref('team', org.teamId),
              )
            : org.execute('AddMembersTeam', { TeamId: org.teamId, MemberIds: [id] }),
        { code: 'DEFAULT_TEAM_MEMBERS_FIXED', number: 0x8004830b },
      )
    },
  )

  test.each(['RemoveMembersTeam', 'Disassociate'])(
    'that is a default one lets nobody go by %s',
    async (message) => {
      const org = emulator({ tables: TABLES })
      const id = await user(org)

      await refused(
        org,
        () =>
          message === 'Disassociate'
            ? org.disassociate(
                ref('team', org.teamId),
                'teammembership_association',
                ref('systemuser', id),
              )
            : org.execute('RemoveMembersTeam', { TeamId: org.teamId, MemberIds: [id] }),
        { code: 'DEFAULT_TEAM_MEMBERS_KEPT', number: 0x8004830c },
      )
    },
  )

  test('takes and gives up members, those among them that are new or there; each is a link', async () => {
    const seen: unknown[] = []
    const steps = ['Associate', 'Disassociate'].map((message) =>
      step({ message }, ({ context }) => {
        seen.push([message, (context.InputParameters['RelatedEntities'] as unknown[]).length])
      }),
    )
    const org = emulator({ tables: TABLES, steps })
    const TeamId = await team(org)
    const [first, second] = [await user(org), await user(org)]
    await org.execute('AddMembersTeam', { TeamId, MemberIds: [first] })

    await org.execute('AddMembersTeam', {
      TeamId,
      MemberIds: [first, second, second.toUpperCase()],
    })
    expect(teamsOf(org, second)).toContain(TeamId)

    await org.execute('RemoveMembersTeam', { TeamId, Members: [ref('systemuser', first)] })
    await org.execute('RemoveMembersTeam', { TeamId, MemberIds: [first] })
    expect(teamsOf(org, first)).not.toContain(TeamId)
    expect(seen).toEqual([
      ['Associate', 1],
      ['Associate', 1],
      ['Disassociate', 1],
    ])
  })

  test('that does not exist takes nobody', async () => {
    const org = emulator({ tables: TABLES })
    const TeamId = '00000000-0000-4000-8000-00000000dead'

    await refused(org, () => org.execute('AddMembersTeam', { TeamId, MemberIds: [org.userId] }), {
      code: 'ROW_NOT_FOUND',
    })
  })

  test('that owns rows becomes no access team, where its type can be changed at all', async () => {
    const definition = PLATFORM_TABLES.find(({ logicalName }) => logicalName === 'team')
    if (definition === undefined) throw new TypeError('no team')
    const changeable: TableDefinition = {
      ...definition,
      columns: definition.columns.map((column) =>
        column.logicalName === 'teamtype'
          ? changed({ column, references: [] }, { validForUpdate: true }).column
          : column,
      ),
    }
    const org = emulator({ tables: [...TABLES, changeable] })
    const owning = await team(org)
    const empty = await team(org)
    await org.create('account', { name: 'Contoso', ownerid: ref('team', owning) })

    const access: object = { teamtype: 1 }
    await refused(org, () => org.update('team', owning, access), {
      code: 'TEAM_TYPE_FIXED',
      number: 0x80048337,
    })
    await org.update('team', empty, access)
    expect(org.peek('team', empty)).toMatchObject({ teamtype: 1 })
  })
})

describe('a user', () => {
  test('comes with an owner row, settings and a place in the default team', async () => {
    const org = emulator({ tables: TABLES })

    const id = await user(org)

    expect(org.peek('owner', id)).toMatchObject({ owneridtype: 'systemuser' })
    expect(org.peek('usersettings', id)).toMatchObject({ timezonecode: 92, uilanguageid: 1033 })
    expect(teamsOf(org, id)).toEqual([org.teamId])
  })

  test('changes the default team with the business unit', async () => {
    const org = emulator({ tables: TABLES })
    const id = await user(org)
    const north = await unit(org)

    await org.update('systemuser', id, unitOf(north))

    expect(teamsOf(org, id)).toEqual([defaultTeam(org, north)?.['teamid']])
  })

  describe('or a team that changes the business unit', () => {
    const ROLES = { systemuser: 'systemuserroles', team: 'teamroles' } as const

    /** One with a role that owns an account, in an organization with these settings. */
    async function moved(table: 'systemuser' | 'team', settings = '') {
      const org = emulator({ tables: TABLES, access: 'enforced' })
      const orgdborgsettings = `<OrgSettings>${settings}</OrgSettings>`
      await org.update('organization', org.organizationId, { orgdborgsettings })
      const home = unitOf(org.businessUnitId)
      const id =
        table === 'systemuser'
          ? await user(org)
          : await org.create('team', { name: 'Sales', ...home })
      const role = await org.create('role', { name: 'Clerk', ...home })
      await org.execute('AddPrivilegesRole', {
        RoleId: role,
        Privileges: [{ PrivilegeName: 'prvReadAccount', Depth: 'Local' }],
      })
      await org.associate({ table, id }, `${ROLES[table]}_association`, ref('role', role))
      const owned = await org.create('account', { name: 'A', ownerid: { table, id } })
      const north = await unit(org)

      await org.update(table, id, unitOf(north))

      return {
        roles: org
          .contents()
          .get(ROLES[table])
          ?.filter((row) => row['roleid'] === role).length,
        lies: org.peek('account', owned)?.['owningbusinessunit'],
        home: home.businessunitid,
        north: ref('businessunit', north),
      }
    }

    const across = '<EnableOwnershipAcrossBusinessUnits>true</EnableOwnershipAcrossBusinessUnits>'
    const keep = '<DoNotRemoveRolesOnChangeBusinessUnit>true</DoNotRemoveRolesOnChangeBusinessUnit>'
    const stay = '<AlwaysMoveRecordToOwnerBusinessUnit>false</AlwaysMoveRecordToOwnerBusinessUnit>'

    test.each(['systemuser', 'team'] as const)(
      '%s: gives up its roles, and what it owns comes along',
      async (table) => {
        for (const settings of ['', keep, stay, across]) {
          const { roles, lies, north } = await moved(table, settings)

          expect([roles ?? 0, lies]).toEqual([0, north])
        }
      },
    )

    test.each(['systemuser', 'team'] as const)(
      '%s: keeps them, and leaves it, where the organization says so',
      async (table) => {
        const kept = await moved(table, across + keep)
        const left = await moved(table, across + stay)

        expect([kept.roles, kept.lies]).toEqual([1, kept.north])
        expect([left.roles ?? 0, left.lies]).toEqual([0, left.home])
      },
    )

    test('is not moved where nobody else would be administrator', async () => {
      const org = emulator({ tables: TABLES, access: 'enforced' })
      const north = await unit(org)

      await refused(org, () => org.update('systemuser', org.userId, unitOf(north)), {
        code: 'LAST_ADMINISTRATOR_KEPT',
        number: 0x80041d30,
      })
    })
  })

  test('of a disabled business unit does not call, nor is acted for, until that is enabled', async () => {
    const org = emulator({ tables: TABLES })
    const id = await user(org)
    const north = await unit(org)
    await org.update('systemuser', id, unitOf(north))
    await org.update('businessunit', north, { isdisabled: true })

    await refused(org, () => org.as(id).create('account', { name: 'A' }), {
      code: 'USER_UNIT_DISABLED',
      number: 0x8004032c,
    })

    await org.update('businessunit', north, { isdisabled: false })
    expect(await org.as(id).create('account', { name: 'A' })).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('may not be the manager of its own manager', async () => {
    const org = emulator({ tables: TABLES })
    const id = await user(org)
    await org.update('systemuser', id, { parentsystemuserid: ref('systemuser', org.userId) })

    await refused(
      org,
      () => org.update('systemuser', org.userId, { parentsystemuserid: ref('systemuser', id) }),
      { code: 'USER_LOOP', number: 0x80041d25 },
    )
  })

  test('that is not disabled is not deleted, unless the organization does not look', async () => {
    const org = emulator({ tables: TABLES })
    const id = await user(org)
    await refused(org, () => org.delete('systemuser', id), {
      code: 'USER_NOT_DISABLED',
      number: 0x80048359,
    })

    await org.update('organization', org.organizationId, {
      orgdborgsettings:
        '<OrgSettings><AuthorizationSkipAadUserStateValidation>true</AuthorizationSkipAadUserStateValidation></OrgSettings>',
    })
    await org.delete('systemuser', id)

    expect(org.peek('systemuser', id)).toMatchObject({ isdisabled: true, deletedstate: 1 })
  })

  test('that is the platform itself is neither changed nor deleted', async () => {
    const org = emulator({ tables: TABLES })
    const fixed = { code: 'SYSTEM_USER_FIXED', number: 0x80041d33 }

    await refused(org, () => org.update('systemuser', org.systemUserId, { lastname: 'Me' }), fixed)
    await refused(org, () => org.delete('systemuser', org.systemUserId), fixed)
  })

  test('that is deleted once leaves its teams and keeps its row, its owner row and what it owns', async () => {
    const org = emulator({ tables: TABLES })
    const id = await user(org)
    const TeamId = await team(org)
    await org.execute('AddMembersTeam', { TeamId, MemberIds: [id] })
    const account = await org.create('account', { name: 'Contoso', ownerid: ref('systemuser', id) })
    await org.update('systemuser', id, { isdisabled: true })

    await org.delete('systemuser', id)

    expect(org.peek('systemuser', id)).toMatchObject({ isdisabled: true, deletedstate: 1 })
    expect(org.peek('owner', id)).toBeDefined()
    expect(teamsOf(org, id)).toEqual([])
    expect(org.peek('account', account)).toMatchObject({ ownerid: ref('systemuser', id) })
  })

  test('that is deleted a second time is gone, with its owner row and settings', async () => {
    const org = emulator({ tables: TABLES })
    const id = await user(org)
    await org.update('systemuser', id, { isdisabled: true })
    await org.delete('systemuser', id)

    await org.delete('systemuser', id)

    expect(org.peek('systemuser', id)).toBeUndefined()
    expect(org.peek('owner', id)).toBeUndefined()
    expect(org.peek('usersettings', id)).toBeUndefined()
  })
})

describe('ReassignObjects', () => {
  test.each(['ReassignObjectsOwner', 'ReassignObjectsSystemUser'] as const)(
    '%s gives every row of a user to another, each by an Update with its steps',
    async (message) => {
      const seen: string[] = []
      const org = emulator({
        tables: TABLES,
        steps: ['account', 'project'].map((table) =>
          step({ table, message: 'Update' }, () => void seen.push(table)),
        ),
      })
      const from = ref('systemuser' as const, await user(org))
      const to = ref('team' as const, await team(org))
      const theirs = [
        ref('account', await org.create('account', { name: 'Contoso', ownerid: from })),
        ref('project', await org.create('project', { name: 'Bridge', ownerid: from })),
      ]
      const mine = await org.create('account', { name: 'Mine' })

      await (message === 'ReassignObjectsOwner'
        ? org.execute(message, { FromPrincipal: from, ToPrincipal: to })
        : org.execute(message, { UserId: from.id, ReassignPrincipal: to }))

      for (const { table, id } of theirs) {
        expect(org.peek(table, id)).toMatchObject({ ownerid: to, owningteam: to, owninguser: null })
      }
      expect(org.peek('account', mine)).toMatchObject({ ownerid: { id: org.userId } })
      expect(seen.sort()).toEqual(['account', 'project'])
    },
  )

  test('is refused for owners that are none, or not there', async () => {
    const org = emulator({ tables: TABLES })
    const to = ref('team' as const, await team(org))
    const ghost = ref('systemuser' as const, '00000000-0000-4000-8000-00000000dead')
    const account = ref('account' as const, await org.create('account', { name: 'Contoso' }))

    await refused(
      org,
      () => org.execute('ReassignObjectsOwner', { FromPrincipal: account, ToPrincipal: to }),
      { code: 'INVALID_ARGUMENT' },
    )
    await refused(
      org,
      () => org.execute('ReassignObjectsOwner', { FromPrincipal: ghost, ToPrincipal: to }),
      { code: 'ROW_NOT_FOUND' },
    )
    await refused(
      org,
      () =>
        org.execute('ReassignObjectsSystemUser', { UserId: org.userId, ReassignPrincipal: ghost }),
      { code: 'ROW_NOT_FOUND' },
    )
  })
})

describe('where access is enforced', () => {
  test('who may not assign rows or append members does neither by another name', async () => {
    const org = emulator({ tables: TABLES, access: 'enforced' })
    const clerk = await user(org)
    const TeamId = await team(org)
    await org.create('account', { name: 'Contoso' })
    const from = ref('systemuser' as const, org.userId)
    const to = ref('systemuser' as const, clerk)

    await refused(
      org,
      () => org.as(clerk).execute('ReassignObjectsOwner', { FromPrincipal: from, ToPrincipal: to }),
      { code: expect.stringMatching(/DENIED/) as string },
    )
    await refused(
      org,
      () =>
        org
          .as(clerk)
          .execute('ReassignObjectsSystemUser', { UserId: from.id, ReassignPrincipal: to }),
      { code: expect.stringMatching(/DENIED/) as string },
    )
    await refused(
      org,
      () => org.as(clerk).execute('AddMembersTeam', { TeamId, MemberIds: [clerk] }),
      { code: expect.stringMatching(/DENIED/) as string },
    )
  })
})

describe('the base currency', () => {
  test('stays active, and its rate stays 1', async () => {
    const org = emulator({ tables: TABLES })

    await refused(org, () => org.update('transactioncurrency', org.currencyId, { statecode: 1 }), {
      code: 'BASE_CURRENCY_KEPT_ACTIVE',
      number: 0x80048cf4,
    })
    await refused(
      org,
      () => org.update('transactioncurrency', org.currencyId, { exchangerate: 2 }),
      { code: 'BASE_CURRENCY_RATE_FIXED', number: 0x80048cf5 },
    )
  })
})
