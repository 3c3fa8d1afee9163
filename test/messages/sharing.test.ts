import fc from 'fast-check'
import { ACCESS_RIGHTS, accessMask, rightsIn } from '../../src/pipeline/access-rights.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const MISSING = '00000000-0000-4000-8000-00000000dead'

async function world(options: Parameters<typeof emulator>[0] = {}) {
  const org = emulator({ tables, ...options })
  const unit = { table: 'businessunit' as const, id: org.businessUnitId }
  const Target = { table: 'account', id: await org.create('account', { name: 'Contoso' }) }
  const team = {
    table: 'team',
    id: await org.create('team', { name: 'Sales', businessunitid: unit }),
  }
  const shares = () => org.contents().get('principalobjectaccess') ?? []
  const grant = (AccessMask: string) =>
    org.execute('GrantAccess', { Target, PrincipalAccess: { Principal: team, AccessMask } })
  const rights = async () =>
    (await org.execute('RetrievePrincipalAccess', { Target, Principal: team })).AccessRights
  return { org, Target, team, shares, grant, rights }
}

test('GrantAccess shares a row: one row of principalobjectaccess for each row and principal', async () => {
  const { Target, team, shares, grant } = await world()

  await grant('ReadAccess, WriteAccess')

  expect(shares()).toMatchObject([
    {
      objectid: Target.id,
      objecttypecode: 'account',
      principalid: team.id,
      principaltypecode: 'team',
      accessrightsmask: 3,
      inheritedaccessrightsmask: 0,
    },
  ])
})

test('GrantAccess adds rights to those that are there', async () => {
  const { shares, grant, rights } = await world()

  await grant('ReadAccess')
  await grant('AssignAccess')

  expect(shares()).toHaveLength(1)
  expect(await rights()).toBe('ReadAccess, AssignAccess')
})

test('ModifyAccess puts rights in place of those that are there', async () => {
  const { org, Target, team, grant, rights } = await world()
  await grant('ReadAccess, WriteAccess')

  await org.execute('ModifyAccess', {
    Target,
    PrincipalAccess: { Principal: team, AccessMask: 'DeleteAccess' },
  })

  expect(await rights()).toBe('DeleteAccess')
})

test('ModifyAccess to no rights leaves no row', async () => {
  const { org, Target, team, shares, grant } = await world()
  await grant('ReadAccess')

  await org.execute('ModifyAccess', {
    Target,
    PrincipalAccess: { Principal: team, AccessMask: 'None' },
  })

  expect(shares()).toEqual([])
})

test('RevokeAccess takes all rights back, and is content where there are none', async () => {
  const { org, Target, team, shares, grant, rights } = await world()
  await grant('ReadAccess, ShareAccess')

  await org.execute('RevokeAccess', { Target, Revokee: team })
  await org.execute('RevokeAccess', { Target, Revokee: team })

  expect(await rights()).toBe('None')
  expect(shares()).toEqual([])
})

test('the owner has every right without sharing', async () => {
  const { org, Target } = await world()

  const { AccessRights } = await org.execute('RetrievePrincipalAccess', {
    Target,
    Principal: { table: 'systemuser', id: org.userId },
  })

  expect(AccessRights.split(', ').sort()).toEqual(Object.keys(ACCESS_RIGHTS).sort())
})

test('RetrieveSharedPrincipalsAndAccess lists with whom a row is shared', async () => {
  const { org, Target, team, grant } = await world()
  await grant('ReadAccess')

  expect(await org.execute('RetrieveSharedPrincipalsAndAccess', { Target })).toEqual({
    PrincipalAccesses: [{ Principal: team, AccessMask: 'ReadAccess' }],
  })
})

test('steps see Target and PrincipalAccess, and Revokee', async () => {
  const seen: unknown[] = []
  const note = (message: string) =>
    step({ table: 'account', message }, ({ context }) => void seen.push(context.InputParameters))
  const { org, Target, team, grant } = await world({
    steps: [note('GrantAccess'), note('RevokeAccess')],
  })

  await grant('ReadAccess')
  await org.execute('RevokeAccess', { Target, Revokee: team })

  const target = { LogicalName: 'account', Id: Target.id, Name: null }
  const principal = { LogicalName: 'team', Id: team.id, Name: null }
  expect(seen).toEqual([
    { Target: target, PrincipalAccess: { Principal: principal, AccessMask: 1 } },
    { Target: target, Revokee: principal },
  ])
})

test('a step that refuses leaves nothing shared', async () => {
  const { org, grant } = await world({
    steps: [
      step({ table: 'account', message: 'GrantAccess', stage: 40 }, ({ reject }) => reject('no')),
    ],
  })

  await refused(org, () => grant('ReadAccess'), { code: 'HANDLER_REJECTED' })
})

test('the shares of a deleted row, and of a deleted team, are gone', async () => {
  const { org, Target, team, shares, grant } = await world()
  await grant('ReadAccess')
  await org.delete('account', Target.id)
  expect(shares()).toEqual([])

  const other = await org.create('account', { name: 'Fabrikam' })
  await org.execute('GrantAccess', {
    Target: { table: 'account', id: other },
    PrincipalAccess: { Principal: team, AccessMask: 'ReadAccess' },
  })
  await org.delete('team', team.id)

  expect(shares()).toEqual([])
})

test('a row cannot be shared with its owner', async () => {
  const { org, Target } = await world()

  await refused(
    org,
    () =>
      org.execute('GrantAccess', {
        Target,
        PrincipalAccess: {
          Principal: { table: 'systemuser', id: org.userId },
          AccessMask: 'ReadAccess',
        },
      }),
    { code: 'SHARE_WITH_OWNER', message: 'An item cannot be shared with the owning user.' },
  )
})

test.each(['GrantAccess', 'ModifyAccess', 'RevokeAccess'] as const)(
  '%s refuses an access team that the system made',
  async (message) => {
    const { org, Target } = await world({
      steps: [
        step(
          { table: 'team', message: 'Create', stage: 20, writes: ['systemmanaged'] },
          ({ target }) => void Object.assign(target, { systemmanaged: true }),
        ),
      ],
    })
    const Principal = {
      table: 'team',
      id: await org.create('team', {
        name: 'System',
        businessunitid: { table: 'businessunit', id: org.businessUnitId },
      }),
    }

    await refused(
      org,
      () =>
        message === 'RevokeAccess'
          ? org.execute(message, { Target, Revokee: Principal })
          : org.execute(message, {
              Target,
              PrincipalAccess: { Principal, AccessMask: 'ReadAccess' },
            }),
      { code: 'SHARE_WITH_SYSTEM_TEAM', number: 0x80048339 },
    )
  },
)

test.each([
  ['a row that does not exist', { Target: { table: 'account', id: MISSING } }, 'ROW_NOT_FOUND'],
  [
    'a principal that does not exist',
    { Principal: { table: 'team', id: MISSING } },
    'ROW_NOT_FOUND',
  ],
  [
    'a principal of another table',
    { Principal: { table: 'account', id: MISSING } },
    'INVALID_ARGUMENT',
  ],
  ['rights that do not exist', { AccessMask: 'ReadAcess' }, 'INVALID_ARGUMENT'],
  [
    'a row that nobody owns',
    { Target: { table: 'transactioncurrency', id: MISSING } },
    'MESSAGE_NOT_OFFERED',
  ],
])('GrantAccess refuses %s', async (_, change, code) => {
  const { org, Target, team } = await world()
  const asked = { Target, Principal: team, AccessMask: 'ReadAccess', ...change }

  await refused(
    org,
    () =>
      org.execute('GrantAccess', {
        Target: asked.Target,
        PrincipalAccess: { Principal: asked.Principal, AccessMask: asked.AccessMask },
      }),
    { code },
  )
})

test('rights by name and by mask say the same', () => {
  fc.assert(
    fc.property(fc.subarray(Object.keys(ACCESS_RIGHTS)), (names) => {
      const mask = accessMask(names.join(', '))

      expect(accessMask(rightsIn(mask))).toBe(mask)
      expect(rightsIn(mask)).toBe(names.length === 0 ? 'None' : names.join(', '))
    }),
  )
})
