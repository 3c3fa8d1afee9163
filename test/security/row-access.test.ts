import fc from 'fast-check'
import { PRIVILEGE_DEPTHS, type PrivilegeDepth } from '../../src/pipeline/privilege-depths.ts'
import { textOf, type RowRef } from '../../src/rows/value.ts'
import { emulator, giveRole, type Emulator } from '../../src/testing/index.ts'
import { PARCEL } from '../schema/tables.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import {
  ADA,
  ANA,
  BEN,
  CAL,
  caseFiles,
  fileOf,
  readers,
  securedOrganization,
  SECURITY_TABLES,
  TEAM,
} from './world.ts'

const denied = (privilege: string) => ({
  code: 'ACCESS_DENIED',
  message: expect.stringContaining(`is missing ${privilege} privilege`) as unknown,
})
const noRight = (right: string) => ({
  code: 'ROW_ACCESS_DENIED',
  message: expect.stringContaining(`does not have ${right} right(s)`) as unknown,
})

/** Names of the case files a user is shown. */
async function namesSeen(org: Emulator, user: RowRef): Promise<readonly unknown[]> {
  const { rows } = await org.as(user.id).retrieveMultiple({ table: 'casefile', columns: ['name'] })
  return rows.map((row) => row['name']).sort()
}

test('every user may do everything where access is not enforced', async () => {
  const org = emulator({ tables: SECURITY_TABLES })
  const other = await org.create('systemuser', {
    lastname: 'Ana',
    domainname: 'ana@emulated.example',
    internalemailaddress: 'ana@emulated.example',
    businessunitid: { table: 'businessunit', id: org.businessUnitId },
    accessmode: 0,
  })

  const file = await org.as(other).create('casefile', { name: 'Free' })

  await org.as(other).delete('casefile', file)
  expect(org.peek('casefile', file)).toBeUndefined()
})

test('the calling user administers the organization, and so does the platform itself', async () => {
  const org = securedOrganization()

  const own = await org.create('casefile', { name: 'Mine' })
  await org.asSystem().update('casefile', own, { name: 'Ours' })

  expect(org.peek('casefile', own)).toMatchObject({ name: 'Ours' })
})

test('a user without roles is refused with the name of the privilege that is missing', async () => {
  const org = securedOrganization()
  const id = await privilegeId(org, 'prvCreateCaseFile')

  await refused(org, () => org.as(ANA.id).create('casefile', { name: 'Mine' }), {
    code: 'ACCESS_DENIED',
    message: `Principal user (Id=${ANA.id}, type=8, roleCount=0, privilegeCount=0, accessMode=0), is missing prvCreateCaseFile privilege (Id=${id}) on OTC=10000 for entity 'casefile'. context.Caller=${ANA.id}`,
  })
})

async function privilegeId(org: Emulator, name: string): Promise<string> {
  const { rows } = await org.retrieveMultiple({
    table: 'privilege',
    columns: ['privilegeid'],
    where: { kind: 'condition', column: 'name', operator: 'eq', values: [name] },
  })
  return textOf(rows[0]?.['privilegeid'])
}

describe('each of these is refused without its privilege, and nothing changes', () => {
  test.each<[string, (org: Emulator, file: string) => Promise<unknown>]>([
    ['prvReadCaseFile', (org, id) => org.as(ANA.id).retrieve('casefile', id)],
    [
      'prvReadCaseFile',
      (org) => org.as(ANA.id).retrieveMultiple({ table: 'casefile', columns: 'all' }),
    ],
    ['prvWriteCaseFile', (org, id) => org.as(ANA.id).update('casefile', id, { name: 'New' })],
    ['prvWriteCaseFile', (org, id) => org.as(ANA.id).upsert('casefile', id, { name: 'New' })],
    ['prvDeleteCaseFile', (org, id) => org.as(ANA.id).delete('casefile', id)],
    ['prvAssignCaseFile', (org, id) => org.as(ANA.id).update('casefile', id, { ownerid: ADA })],
    [
      'prvAssignCaseFile',
      (org, id) =>
        org.as(ANA.id).execute('Assign', { target: { table: 'casefile', id }, assignee: ADA }),
    ],
    [
      'prvWriteCaseFile',
      (org, id) =>
        org.as(ANA.id).execute('SetState', { target: { table: 'casefile', id }, state: 1 }),
    ],
    [
      'prvShareCaseFile',
      (org, id) =>
        org.as(ANA.id).execute('GrantAccess', {
          Target: { table: 'casefile', id },
          PrincipalAccess: { Principal: ADA, AccessMask: 'ReadAccess' },
        }),
    ],
    [
      'prvShareCaseFile',
      (org, id) =>
        org.as(ANA.id).execute('RevokeAccess', { Target: { table: 'casefile', id }, Revokee: ADA }),
    ],
    [
      'prvReadCaseFile',
      (org, id) =>
        org.as(ANA.id).execute('RetrievePrincipalAccess', {
          Target: { table: 'casefile', id },
          Principal: ADA,
        }),
    ],
    [
      'prvAppendCaseFile',
      (org, id) =>
        org.as(ANA.id).associate({ table: 'casefile', id }, 'casefile_depots', {
          table: 'depot',
          id,
        }),
    ],
    [
      'prvCreateCaseFile',
      (org) =>
        org.as(ANA.id).execute('CreateMultiple', { table: 'casefile', targets: [{ values: {} }] }),
    ],
    [
      'prvReadCaseFile',
      (org) => org.as(ANA.id).execute('RetrieveEntityChanges', { EntityName: 'casefile' }),
    ],
    [
      'prvMerge',
      (org) => {
        const row = (number: number) => ({
          table: 'account',
          id: `00000000-0000-4000-8000-00000000000${number}`,
        })
        return org.as(ANA.id).execute('Merge', {
          Target: row(1),
          Subordinate: row(2),
          PerformParentingChecks: false,
        })
      },
    ],
    [
      'prvBulkDelete',
      (org) =>
        org.as(ANA.id).execute('BulkDelete', {
          QuerySet: [{ EntityName: 'casefile' }],
          JobName: 'Clean up',
          SendEmailNotification: false,
          ToRecipients: [],
          CCRecipients: [],
          RecurrencePattern: '',
          StartDateTime: '2026-01-01T00:00:00Z',
        }),
    ],
    [
      'prvReadNote',
      (org, id) =>
        org
          .as(ANA.id)
          .execute('InitializeAnnotationBlocksDownload', { Target: { table: 'annotation', id } }),
    ],
    [
      'prvReadCaseFile',
      (org) => org.as(ANA.id).execute('RetrieveTotalRecordCount', { EntityNames: ['casefile'] }),
    ],
    [
      'prvAssignCaseFile',
      (org) =>
        org.as(ANA.id).execute('ReassignObjectsOwner', {
          FromPrincipal: { table: 'systemuser', id: org.userId },
          ToPrincipal: ADA,
        }),
    ],
    [
      'prvAppendTeam',
      (org) => org.as(ANA.id).execute('AddMembersTeam', { TeamId: TEAM.id, MemberIds: [ANA.id] }),
    ],
    [
      'prvReadCaseFile',
      (org, id) =>
        org.as(ANA.id).execute('InitializeFrom', {
          EntityMoniker: { table: 'casefile', id },
          TargetEntityName: 'casefile',
        }),
    ],
  ])('%s', async (privilege, work) => {
    const org = securedOrganization()
    const file = await org.create('casefile', { name: 'Old' })

    await refused(org, () => work(org, file), denied(privilege))
  })
})

describe('how far a role reaches', () => {
  test.each<[PrivilegeDepth, readonly string[]]>([
    ['Basic', ['Ana']],
    ['Local', ['Ada', 'Ana']],
    ['Deep', ['Ada', 'Ana', 'Ben']],
    ['Global', ['Ada', 'Ana', 'Ben', 'Cal']],
  ])('%s: %s', async (depth, seen) => {
    const org = securedOrganization()
    await readers(org, ADA, BEN, CAL)
    await giveRole(org, ANA, { prvReadCaseFile: depth })
    const files = new Map<string, string>()
    for (const [name, owner] of Object.entries({ Ana: ANA, Ada: ADA, Ben: BEN, Cal: CAL })) {
      files.set(name, await fileOf(org, owner, { name }))
    }

    expect(await namesSeen(org, ANA)).toEqual(seen)
    for (const [name, id] of files) {
      const read = org.as(ANA.id).retrieve('casefile', id)
      if (seen.includes(name)) await expect(read).resolves.toMatchObject({ name })
      else await expect(read).rejects.toMatchObject(noRight('ReadAccess'))
    }
  })

  test('the rows of the organization need a privilege in any depth', async () => {
    const org = securedOrganization()
    const depot = await org.create('depot', { name: 'North' })
    await giveRole(org, ANA, { prvReadDepot: 'Global' })

    expect(await org.as(ANA.id).retrieve('depot', depot)).toMatchObject({ name: 'North' })
    await refused(
      org,
      () => org.as(ANA.id).update('depot', depot, { name: 'South' }),
      denied('prvWriteDepot'),
    )
  })

  test('users are read as rows of their business unit, and everybody as themselves', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, { prvReadUser: 'Local' })
    await giveRole(org, CAL, { prvReadUser: 'Basic' })
    const users = async (as: RowRef) =>
      (await org.as(as.id).retrieveMultiple({ table: 'systemuser', columns: ['lastname'] })).rows
        .map((row) => row['lastname'])
        .sort()

    expect(await users(ANA)).toEqual(['Ada', 'Ana'])
    expect(await users(CAL)).toEqual(['Cal'])
  })

  test('a row is made in the business unit of its owner', async () => {
    const org = securedOrganization()
    await readers(org, BEN, ADA)
    await giveRole(org, ANA, {
      prvReadCaseFile: 'Basic',
      prvCreateCaseFile: 'Local',
      prvAssignCaseFile: 'Local',
    })

    await org.as(ANA.id).create('casefile', { name: 'Hers', ownerid: ADA })
    await refused(
      org,
      () => org.as(ANA.id).create('casefile', { name: 'His', ownerid: BEN }),
      noRight('CreateAccess'),
    )
  })
})

describe('roles of teams', () => {
  const member = (org: Emulator) => org.associate(TEAM, 'teammembership_association', ANA)

  test('give their members what they allow, for the rows of the team and their own', async () => {
    const org = securedOrganization()
    await giveRole(org, TEAM, { prvReadCaseFile: 'Basic' })
    await readers(org, ADA)
    await member(org)
    await fileOf(org, TEAM, { name: 'Team' })
    await fileOf(org, ANA, { name: 'Ana' })
    await fileOf(org, ADA, { name: 'Ada' })

    expect(await namesSeen(org, ANA)).toEqual(['Ana', 'Team'])
  })

  test('can be for the rows of the team only', async () => {
    const org = securedOrganization()
    await readers(org, ANA)
    await giveRole(
      org,
      TEAM,
      { prvReadCaseFile: 'Basic', prvWriteCaseFile: 'Basic' },
      { isForTeamOnly: true },
    )
    await member(org)
    const ofTeam = await fileOf(org, TEAM)
    const own = await fileOf(org, ANA)

    await org.as(ANA.id).update('casefile', ofTeam, { name: 'New' })
    await refused(
      org,
      () => org.as(ANA.id).update('casefile', own, { name: 'New' }),
      noRight('WriteAccess'),
    )
  })

  test('end with the membership', async () => {
    const org = securedOrganization()
    await giveRole(org, TEAM, { prvReadCaseFile: 'Basic' })
    await member(org)
    await org.disassociate(TEAM, 'teammembership_association', ANA)

    await expect(namesSeen(org, ANA)).rejects.toMatchObject(denied('prvReadCaseFile'))
  })
})

describe('what is shared', () => {
  const share = (org: Emulator, id: string, Principal: RowRef, AccessMask: string) =>
    org.execute('GrantAccess', {
      Target: { table: 'casefile', id },
      PrincipalAccess: { Principal, AccessMask },
    })

  test('can be done by whom it is shared with, and by the members of a team', async () => {
    const org = securedOrganization()
    await readers(org, ANA, ADA, CAL)
    await org.associate(TEAM, 'teammembership_association', ADA)
    const file = await fileOf(org, CAL, { name: 'Cal' })
    await share(org, file, ANA, 'ReadAccess')
    await share(org, file, TEAM, 'ReadAccess')

    expect(await namesSeen(org, ANA)).toEqual(['Cal'])
    expect(await namesSeen(org, ADA)).toEqual(['Cal'])
    await refused(
      org,
      () => org.as(ANA.id).update('casefile', file, { name: 'Mine' }),
      denied('prvWriteCaseFile'),
    )
  })

  test('never exceeds what the roles of whoever receives it allow', async () => {
    const org = securedOrganization()
    const file = await org.create('casefile', { name: 'Mine' })
    await share(org, file, ANA, 'ReadAccess, WriteAccess')

    await refused(
      org,
      () => org.as(ANA.id).update('casefile', file, { name: 'New' }),
      denied('prvWriteCaseFile'),
    )
  })

  test('can be shared on only by who has Share and every right that is given', async () => {
    const org = securedOrganization()
    await readers(org, ADA)
    await giveRole(org, ANA, caseFiles('Basic'))
    const file = await org.create('casefile', { name: 'Mine' })
    await share(org, file, ANA, 'ReadAccess, ShareAccess')
    const as = (AccessMask: string) =>
      org.as(ANA.id).execute('GrantAccess', {
        Target: { table: 'casefile', id: file },
        PrincipalAccess: { Principal: ADA, AccessMask },
      })

    await refused(org, () => as('ReadAccess, WriteAccess'), noRight('WriteAccess'))
    await as('ReadAccess')
    expect(await namesSeen(org, ADA)).toEqual(['Mine'])
  })

  test('is among the rights that RetrievePrincipalAccess tells, beside those of roles', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, { prvReadCaseFile: 'Basic', prvWriteCaseFile: 'Global' })
    const file = await org.create('casefile', { name: 'Mine' })
    await share(org, file, ANA, 'ReadAccess, DeleteAccess')

    const { AccessRights } = await org.execute('RetrievePrincipalAccess', {
      Target: { table: 'casefile', id: file },
      Principal: ANA,
    })

    expect(AccessRights).toBe('ReadAccess, WriteAccess')
  })
})

describe('a new owner', () => {
  test('who cannot read such rows is refused, whoever assigns', async () => {
    const org = securedOrganization()
    const file = await org.create('casefile', { name: 'Mine' })
    const refusal = {
      code: 'OWNER_PRIVILEGE_MISSING',
      message: expect.stringContaining(
        'Target user or team does not hold required privileges.',
      ) as unknown,
    }

    await refused(org, () => org.update('casefile', file, { ownerid: ANA }), refusal)
    await refused(
      org,
      () => org.execute('Assign', { target: { table: 'casefile', id: file }, assignee: TEAM }),
      refusal,
    )
    await refused(org, () => org.create('casefile', { ownerid: ANA }), refusal)
  })

  test('gets the rows below, too, which nobody needs to be able to assign', async () => {
    const org = securedOrganization()
    await readers(org, BEN, CAL)
    await giveRole(org, ANA, caseFiles('Basic'))
    const parent = await fileOf(org, ANA)
    const below = await fileOf(org, CAL, { parentfileid: { table: 'casefile', id: parent } })

    await org.as(ANA.id).update('casefile', parent, { ownerid: BEN })

    expect(org.peek('casefile', below)).toMatchObject({ ownerid: BEN })
  })
})

describe('links', () => {
  test('need Append at the row that points and AppendTo at the other', async () => {
    const org = securedOrganization()
    const depot = { table: 'depot', id: await org.create('depot', { name: 'North' }) }
    await giveRole(org, ANA, {
      prvCreateCaseFile: 'Basic',
      prvReadCaseFile: 'Basic',
      prvWriteCaseFile: 'Basic',
    })
    const file = await org.as(ANA.id).create('casefile', { name: 'Mine' })
    const point = () => org.as(ANA.id).update('casefile', file, { depotid: depot })
    const link = () =>
      org.as(ANA.id).associate(depot, 'casefile_depot', { table: 'casefile', id: file })

    await refused(org, point, denied('prvAppendCaseFile'))
    await giveRole(org, ANA, { prvAppendCaseFile: 'Basic' })
    await refused(org, point, denied('prvAppendToDepot'))
    await refused(org, link, denied('prvAppendToDepot'))
    await giveRole(org, ANA, { prvAppendToDepot: 'Global' })
    await point()
    await link()

    expect(org.peek('casefile', file)).toMatchObject({ depotid: depot })
  })

  test('between many rows need Append at both', async () => {
    const org = securedOrganization()
    const depot = { table: 'depot', id: await org.create('depot', { name: 'North' }) }
    await giveRole(org, ANA, { ...caseFiles('Basic'), prvAppendToDepot: 'Global' })
    const file = { table: 'casefile', id: await fileOf(org, ANA) }
    const link = () => org.as(ANA.id).associate(file, 'casefile_depots', depot)

    await refused(org, link, denied('prvAppendDepot'))
    await giveRole(org, ANA, { prvAppendDepot: 'Global' })
    await link()
    await org.as(ANA.id).disassociate(file, 'casefile_depots', depot)

    expect(org.contents().get('casefiledepot')).toBeUndefined()
  })
})

describe('steps', () => {
  test('at PreValidation run before the check, those at the other stages after it (event-framework)', async () => {
    const ran: number[] = []
    const note = (stage: 10 | 20 | 40) =>
      step({ table: 'casefile', message: 'Create', stage }, () => {
        ran.push(stage)
      })
    const org = securedOrganization([note(10), note(20), note(40)])

    await refused(
      org,
      () => org.as(ANA.id).create('casefile', { name: 'Mine' }),
      denied('prvCreateCaseFile'),
    )

    expect(ran).toEqual([10])
  })

  test('ask as the caller, or as the user they run as', async () => {
    const make = (runAs?: string) =>
      step(
        { table: 'depot', message: 'Update', stage: 40, ...(runAs === undefined ? {} : { runAs }) },
        async ({ org }) => {
          await org.create('casefile', { name: 'By a step' })
        },
      )
    const world = async (...steps: Parameters<typeof securedOrganization>) => {
      const org = securedOrganization(...steps)
      await giveRole(org, ANA, { prvReadDepot: 'Global', prvWriteDepot: 'Global' })
      await giveRole(org, ADA, caseFiles('Basic'))
      const depot = await org.create('depot', { name: 'North' })
      return { org, update: () => org.as(ANA.id).update('depot', depot, { name: 'South' }) }
    }

    const asCaller = await world([make()])
    await refused(asCaller.org, asCaller.update, denied('prvCreateCaseFile'))
    const asAda = await world([make(ADA.id)])
    await asAda.update()

    expect(asAda.org.contents().get('casefile')).toMatchObject([{ ownerid: ADA }])
  })

  test('find out what a transaction has just made possible', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, caseFiles('Basic'))

    await org.transaction(async (inside) => {
      const id = await inside.create('casefile', { name: 'Mine' })
      await inside.update('casefile', id, { name: 'Still mine' })
      await inside.delete('casefile', id)
    }, ANA.id)

    expect(org.contents().get('casefile')).toBeUndefined()
  })
})

test('deleting a row deletes those below it, which nobody needs to be able to delete', async () => {
  const org = securedOrganization()
  await readers(org, CAL)
  await giveRole(org, ANA, caseFiles('Basic'))
  const parent = await fileOf(org, ANA)
  await fileOf(org, CAL, { parentfileid: { table: 'casefile', id: parent } })

  await org.as(ANA.id).delete('casefile', parent)

  expect(org.contents().get('casefile')).toBeUndefined()
})

test('the time a row was made elsewhere needs a privilege of its own', async () => {
  const org = securedOrganization()
  await giveRole(org, ANA, caseFiles('Basic'))
  const migrate = () =>
    org.as(ANA.id).create('casefile', { overriddencreatedon: '2020-01-01T00:00:00Z' })

  await refused(org, migrate, denied('prvOverrideCreatedOnCreatedBy'))
  await giveRole(org, ANA, { prvOverrideCreatedOnCreatedBy: 'Global' })

  await migrate()
})

test('a query shows exactly the rows that can be retrieved, counted and added up alike', async () => {
  const people = [ANA, ADA, BEN, CAL, TEAM] as const
  const depths = Object.keys(PRIVILEGE_DEPTHS) as PrivilegeDepth[]
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        own: fc.option(fc.constantFrom(...depths)),
        ofTeam: fc.option(fc.constantFrom(...depths)),
        isForTeamOnly: fc.boolean(),
        files: fc.array(
          fc.record({
            owner: fc.constantFrom(...people),
            shared: fc.constantFrom(ANA, TEAM, undefined),
          }),
          { maxLength: 6 },
        ),
      }),
      async ({ own, ofTeam, isForTeamOnly, files }) => {
        const org = securedOrganization()
        await readers(org, ADA, BEN, CAL, TEAM)
        await giveRole(org, ANA, { prvReadCaseFile: own ?? 'Basic' })
        await giveRole(org, TEAM, { prvReadCaseFile: ofTeam ?? 'Basic' }, { isForTeamOnly })
        await org.associate(TEAM, 'teammembership_association', ANA)
        const ids: string[] = []
        for (const { owner, shared } of files) {
          const id = await fileOf(org, owner)
          ids.push(id)
          if (shared === undefined || shared.id === owner.id) continue
          await org.execute('GrantAccess', {
            Target: { table: 'casefile', id },
            PrincipalAccess: { Principal: shared, AccessMask: 'ReadAccess' },
          })
        }

        const retrievable: string[] = []
        for (const id of ids) {
          await org
            .as(ANA.id)
            .retrieve('casefile', id, ['name'])
            .then(
              () => retrievable.push(id),
              (error: unknown) => expect(error).toMatchObject(noRight('ReadAccess')),
            )
        }
        const asAna = org.as(ANA.id)
        const { rows, totalCount } = await asAna.retrieveMultiple({
          table: 'casefile',
          columns: ['name'],
          count: true,
        })
        const counted = await asAna.retrieveMultiple({
          table: 'casefile',
          columns: [],
          aggregate: true,
          aggregates: [{ function: 'count', column: 'casefileid', alias: 'number' }],
        })

        expect(rows.map((row) => row['casefileid']).sort()).toEqual([...retrievable].sort())
        expect(totalCount).toBe(retrievable.length)
        expect(counted.rows).toEqual([{ number: retrievable.length }])
      },
    ),
    { numRuns: 30 },
  )
})

test('a table that comes later brings its privileges, which administrators hold at once', async () => {
  const org = securedOrganization()
  await giveRole(org, ANA, { prvReadCaseFile: 'Basic' })

  await org.schema.change({ kind: 'create-table', table: PARCEL })
  await org.create('new_parcel', { new_name: 'First' })

  await refused(
    org,
    () => org.as(ANA.id).create('new_parcel', { new_name: 'Second' }),
    denied('prvCreatenew_Parcel'),
  )
  await giveRole(org, ANA, { prvCreatenew_Parcel: 'Basic', prvReadnew_Parcel: 'Basic' })
  await org.as(ANA.id).create('new_parcel', { new_name: 'Second' })
})

test('an organization that goes on with rows of one that enforced nothing has an administrator', async () => {
  const before = emulator({ tables: SECURITY_TABLES })
  const file = await before.create('casefile', { name: 'Kept' })

  const org = emulator({ tables: SECURITY_TABLES, access: 'enforced', saved: before.save() })

  expect(await org.retrieve('casefile', file)).toMatchObject({ name: 'Kept' })
})
