import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rightsIn } from '../../src/pipeline/access-rights.ts'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import type { CascadeConfiguration } from '../../src/metadata/relationship.ts'
import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

/** Refers to accounts, and to others of its kind, by lookups through which rights come down differently. */
const pointer = (name: string, table: string, cascade: CascadeConfiguration) =>
  lookup(`${name}Id`, to(table, `visit_${name}`, { delete: 'RemoveLink', ...cascade }))
const all = (type: 'Cascade' | 'Active' | 'UserOwned') => ({
  share: type,
  unshare: type,
  reparent: type,
})
const visit = madeUp('Visit', [
  ...standardColumns('visit'),
  text('Name', 50),
  pointer('All', 'account', all('Cascade')),
  pointer('Active', 'account', all('Active')),
  pointer('Owned', 'account', all('UserOwned')),
  pointer('None', 'account', {}),
  pointer('Given', 'account', { share: 'Cascade' }),
  pointer('Parted', 'account', { reparent: 'Cascade' }),
  pointer('Next', 'visit', all('Cascade')),
])
const tables = [visit]

async function world(options: Parameters<typeof emulator>[0] = {}) {
  const org = emulator({ tables, ...options })
  const unit = { table: 'businessunit' as const, id: org.businessUnitId }
  const account = async () => ({
    table: 'account' as const,
    id: await org.create('account', { name: 'Contoso' }),
  })
  const parent = await account()
  const team = {
    table: 'team' as const,
    id: await org.create('team', { name: 'Sales', businessunitid: unit }),
  }
  const visits = async (values: object) => ({
    table: 'visit',
    id: await org.create('visit', { name: 'Tour', ...values }),
  })
  const grant = (AccessMask: string, Target: { table: string; id: string } = parent) =>
    org.execute('GrantAccess', { Target, PrincipalAccess: { Principal: team, AccessMask } })
  const modify = (AccessMask: string, Target: { table: string; id: string } = parent) =>
    org.execute('ModifyAccess', { Target, PrincipalAccess: { Principal: team, AccessMask } })
  const revoke = (Target: { table: string; id: string } = parent) =>
    org.execute('RevokeAccess', { Target, Revokee: team })
  /** Own and inherited rights of the team, or of whom else, on the row. */
  const masks = ({ id }: { id: string }, principal = team.id) => {
    const share = (org.contents().get('principalobjectaccess') ?? []).find(
      (row) => row['objectid'] === id && row['principalid'] === principal,
    )
    return share === undefined
      ? 'no share'
      : `${rightsIn(Number(share['accessrightsmask']))} + ${rightsIn(Number(share['inheritedaccessrightsmask']))}`
  }
  return { org, account, parent, team, visits, grant, modify, revoke, masks }
}

describe('sharing a row', () => {
  test('shares the rows below it, as far as their relationships say', async () => {
    const { org, parent, team, visits, grant, masks } = await world()
    const below = await visits({ allid: parent })
    const active = await visits({ activeid: parent })
    const inactive = await visits({ activeid: parent })
    await org.update('visit', inactive.id, { statecode: 1 })
    const owned = await visits({ ownedid: parent })
    const another = await visits({ ownedid: parent, ownerid: { table: 'team', id: org.teamId } })
    const none = await visits({ noneid: parent })

    await grant('ReadAccess')

    expect(masks(parent)).toBe('ReadAccess + None')
    expect([below, active, owned].map((row) => masks(row))).toEqual(
      Array.from({ length: 3 }, () => 'None + ReadAccess'),
    )
    expect([inactive, another, none].map((row) => masks(row))).toEqual(
      Array.from({ length: 3 }, () => 'no share'),
    )
    expect(
      await org.execute('RetrievePrincipalAccess', { Target: below, Principal: team }),
    ).toEqual({ AccessRights: 'ReadAccess' })
  })

  test('goes on to the rows below those, and ends in circles', async () => {
    const { org, parent, visits, grant, revoke, masks } = await world()
    const first = await visits({ allid: parent })
    const second = await visits({ nextid: first })
    await org.update('visit', first.id, { nextid: second })

    await grant('ReadAccess')
    expect([first, second].map((row) => masks(row))).toEqual([
      'None + ReadAccess',
      'None + ReadAccess',
    ])

    await revoke()
    expect([first, second].map((row) => masks(row))).toEqual(['no share', 'no share'])
  })

  test('adds what is inherited to what a row was given itself; ending it leaves the row its own', async () => {
    const { parent, visits, grant, revoke, masks } = await world()
    const below = await visits({ allid: parent })
    await grant('WriteAccess', below)

    await grant('ReadAccess, WriteAccess')
    expect(masks(below)).toBe('WriteAccess + ReadAccess, WriteAccess')

    await revoke()
    expect(masks(below)).toBe('WriteAccess + None')
  })

  test('with fewer rights than before takes the others back below, too', async () => {
    const { parent, visits, grant, modify, masks } = await world()
    const below = await visits({ allid: parent })
    await grant('ReadAccess, WriteAccess')

    await modify('ReadAccess')

    expect(masks(below)).toBe('None + ReadAccess')
  })

  test('leaves rights that another row above gives', async () => {
    const { account, parent, visits, grant, revoke, masks } = await world()
    const other = await account()
    const below = await visits({ allid: parent, givenid: other })
    await grant('ReadAccess, WriteAccess')
    await grant('ReadAccess', other)

    await revoke()

    expect(masks(below)).toBe('None + ReadAccess')
  })

  test('that only cascades when it begins is not taken back below when it ends', async () => {
    const { parent, visits, grant, revoke, masks } = await world()
    const below = await visits({ givenid: parent })
    await grant('ReadAccess')

    await revoke()

    expect(masks(parent)).toBe('no share')
    expect(masks(below)).toBe('None + ReadAccess')
  })

  test('raises no event on the rows below, and changes nothing but shares', async () => {
    const seen: string[] = []
    const steps = ['Update', 'GrantAccess', 'Assign'].map((message) =>
      step({ table: 'visit', message }, () => void seen.push(message)),
    )
    const { org, parent, visits, grant } = await world({ steps })
    await visits({ allid: parent })
    const before = everything(org)

    await grant('ReadAccess')

    const after = new Map(everything(org))
    expect(after.get('principalobjectaccess')).toHaveLength(2)
    after.delete('principalobjectaccess')
    expect(after).toEqual(before)
    expect(seen).toEqual([])
  })

  test('that a step refuses leaves nothing shared below either', async () => {
    const { org, parent, visits, grant } = await world({
      steps: [
        step({ table: 'account', message: 'GrantAccess', stage: 40 }, ({ reject }) => reject('no')),
      ],
    })
    await visits({ allid: parent })

    await refused(org, () => grant('ReadAccess'), { code: 'HANDLER_REJECTED' })
  })
})

describe('a row that is made', () => {
  test.each(['allid', 'givenid', 'partedid'])(
    'under a shared one by %s inherits its shares, given and inherited ones',
    async (column) => {
      const { parent, visits, grant, masks } = await world()
      await grant('ReadAccess, WriteAccess, CreateAccess')

      const below = await visits({ [column]: parent })

      expect(masks(below)).toBe('None + ReadAccess, WriteAccess')
      expect(masks(await visits({ nextid: below }))).toBe('None + ReadAccess, WriteAccess')
    },
  )

  test('under a shared one inherits nothing where the relationship says so', async () => {
    const { org, parent, visits, grant, masks } = await world()
    await grant('ReadAccess')

    expect(masks(await visits({ noneid: parent }))).toBe('no share')
    expect(
      masks(await visits({ ownedid: parent, ownerid: { table: 'team', id: org.teamId } })),
    ).toBe('no share')
  })
})

describe('a row that gets another one above it', () => {
  test('loses what the former gave and inherits from the new one, with the rows below it; owners stay', async () => {
    const { org, account, parent, visits, grant, masks } = await world()
    const other = await account()
    await grant('ReadAccess')
    await grant('DeleteAccess', other)
    const below = await visits({ allid: parent })
    const further = await visits({ nextid: below })

    await org.update('visit', below.id, { allid: other })

    expect([below, further].map((row) => masks(row))).toEqual([
      'None + DeleteAccess',
      'None + DeleteAccess',
    ])
    expect(org.peek('visit', below.id)?.['ownerid']).toMatchObject({ id: org.userId })
  })

  test('is shared with the owner of that one, who loses it again with the next', async () => {
    const { org, account, parent, team, visits, masks } = await world()
    const others = await account()
    await org.update('account', others.id, { ownerid: team })
    const below = await visits({ allid: parent })

    await org.update('visit', below.id, { allid: others })
    expect(masks(below)).toBe(
      'None + ReadAccess, WriteAccess, AppendAccess, AppendToAccess, DeleteAccess, ShareAccess, AssignAccess',
    )

    await org.update('visit', below.id, { allid: null })
    expect(masks(below)).toBe('no share')
  })

  test('inherits nothing where the relationship says so', async () => {
    const { org, account, parent, visits, grant, masks } = await world()
    const other = await account()
    await grant('ReadAccess', other)
    const below = await visits({ noneid: parent, givenid: parent })

    await org.update('visit', below.id, { noneid: other, givenid: other })

    expect(masks(below)).toBe('no share')
  })

  test('by Associate and Disassociate, too', async () => {
    const { org, parent, visits, grant, masks } = await world()
    await grant('ReadAccess')
    const below = await visits({})

    await org.associate(parent, 'visit_All', below)
    expect(masks(below)).toBe('None + ReadAccess')

    await org.disassociate(parent, 'visit_All', below)
    expect(masks(below)).toBe('no share')
  })
})

/** Real exports, kept outside the project. */
const FOLDER = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')

;(existsSync(FOLDER) ? describe : describe.skip)('with real definitions', () => {
  const definitions = () =>
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => readEntityDefinitions(readFileSync(join(FOLDER, name), 'utf8'), name))

  test('sharing an account shares its contacts and their notes; a business unit and its users come and go', async () => {
    const org = emulator({ tables: definitions() })
    const unit = {
      table: 'businessunit' as const,
      id: await org.create('businessunit', {
        name: 'North',
        parentbusinessunitid: { table: 'businessunit', id: org.businessUnitId },
      }),
    }
    const user = {
      table: 'systemuser' as const,
      id: await org.create('systemuser', {
        lastname: 'Other',
        firstname: 'Ann',
        domainname: 'ann@emulated.example',
        internalemailaddress: 'ann@emulated.example',
        businessunitid: unit,
      }),
    }
    const Target = {
      table: 'account' as const,
      id: await org.create('account', { name: 'Contoso' }),
    }
    const contact = {
      table: 'contact' as const,
      id: await org.create('contact', { lastname: 'Jones', parentcustomerid: Target }),
    }
    const note = await org.create('annotation', { subject: 'Seen', objectid: contact })

    await org.execute('GrantAccess', {
      Target,
      PrincipalAccess: { Principal: user, AccessMask: 'ReadAccess' },
    })

    const shared = (org.contents().get('principalobjectaccess') ?? []).map((row) => [
      row['objectid'],
      row['inheritedaccessrightsmask'],
    ])
    expect(shared).toEqual([
      [Target.id, 0],
      [contact.id, 1],
      [note, 1],
    ])

    await org.update('systemuser', user.id, { isdisabled: true })
    await org.delete('systemuser', user.id)
    await org.delete('systemuser', user.id)
    await org.update('businessunit', unit.id, { isdisabled: true })
    await org.delete('businessunit', unit.id)
    expect(org.contents().get('principalobjectaccess') ?? []).toEqual([])
    expect(org.peek('businessunit', unit.id)).toBeUndefined()
  })
})
