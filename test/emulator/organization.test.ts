import { join } from 'node:path'
import { emulator } from '../../src/testing/emulator.ts'
import { readSchemaFolder } from '../../src/emulator/tables-of-folder.ts'
import { everything, refused } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const SCHEMAS = join(__dirname, '..', '..', 'schemas')

describe('a new organization', () => {
  test('holds what every organization has, and nothing else', () => {
    const org = emulator({ tables })

    expect(
      Object.fromEntries([...org.contents()].map(([table, rows]) => [table, rows.length])),
    ).toMatchObject({
      organization: 1,
      businessunit: 1,
      systemuser: 2,
      team: 1,
      teammembership: 1,
      owner: 3,
      transactioncurrency: 1,
      usersettings: 1,
    })
    expect(org.contents().get('account')).toBeUndefined()
  })

  test('has the calling user in the root business unit and in its default team', () => {
    const org = emulator({ tables })

    expect(org.peek('systemuser', org.userId)).toMatchObject({
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    expect(org.peek('team', org.teamId)).toMatchObject({ isdefault: true })
    expect(org.contents().get('teammembership')).toMatchObject([
      { systemuserid: org.userId, teamid: org.teamId },
    ])
  })

  test('has rows that fit their tables: each can be read, and saved again as it is', async () => {
    const org = emulator({ tables })
    const saved = ['organization', 'businessunit', 'systemuser', 'team', 'transactioncurrency']

    for (const table of saved) {
      const { primaryId } = org.catalog.table(table)
      for (const stored of org.contents().get(table) ?? []) {
        // Nobody changes the platform's own user.
        if (stored[primaryId] === org.systemUserId) continue
        const row = await org.retrieve(table, stored[primaryId] as string)
        await org.update(table, stored[primaryId] as string, row)
      }
    }
  })
})

describe('the organization as another user calls it', () => {
  test('acts as that user', async () => {
    const user = {
      systemuserid: '77777777-7777-4777-8777-777777777777',
      firstname: 'Other',
      lastname: 'User',
      domainname: 'other@emulated.example',
      internalemailaddress: 'other@emulated.example',
      businessunitid: { table: 'businessunit', id: '0e000000-0000-4000-8000-000000000002' },
    }
    const org = emulator({ tables, rows: [{ table: 'systemuser', values: user }] })

    const id = await org.as(user.systemuserid).create('project', { name: 'Bridge' })

    const ref = { table: 'systemuser', id: user.systemuserid }
    expect(org.peek('project', id)).toMatchObject({ createdby: ref, ownerid: ref })
    expect(await org.retrieve('project', id, ['owneridname'])).toMatchObject({
      owneridname: 'Other User',
    })
  })
})

describe('questions that no step hears of', () => {
  test('peek finds committed rows and copies them', async () => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge' })
    const before = everything(org)

    const row = org.peek('project', id) as Record<string, unknown>
    row['name'] = 'changed'

    expect(everything(org)).toEqual(before)
    expect(org.peek('project', '66666666-6666-4666-8666-666666666666')).toBeUndefined()
    expect(() => org.peek('projekt', id)).toThrow(
      expect.objectContaining({ code: 'TABLE_UNKNOWN' }),
    )
  })

  test('findByKey finds ids by alternate keys', async () => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge', code: 'B1' })

    expect(org.findByKey('project', { code: 'b1' })).toBe(id)
    expect(org.findByKey('project', { code: 'B2' })).toBeUndefined()
    expect(() => org.findByKey('project', { name: 'Bridge' })).toThrow(
      expect.objectContaining({ code: 'KEY_NOT_DEFINED' }),
    )
  })
})

describe('the imported tables of this project', () => {
  const organization = () => emulator({ tables: readSchemaFolder(SCHEMAS) })

  test('let mappings of exchange synchronization go with the team that owns them', async () => {
    const org = organization()
    const team = await org.create('team', {
      name: 'Leaving',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    const mapping = (owner: { readonly table: string; readonly id: string }) =>
      org.execute('Create', { table: 'exchangesyncidmapping', values: { ownerid: owner } })
    await mapping({ table: 'team', id: team })
    await mapping({ table: 'systemuser', id: org.userId })

    await org.delete('team', team)

    expect(org.contents().get('exchangesyncidmapping')).toMatchObject([
      { ownerid: { table: 'systemuser', id: org.userId } },
    ])
  })

  test('refuse a loop of accounts', async () => {
    const org = organization()
    const upper = await org.create('account', { name: 'upper' })
    const lower = await org.create('account', {
      name: 'lower',
      parentaccountid: { table: 'account', id: upper },
    })

    await refused(
      org,
      () => org.update('account', upper, { parentaccountid: { table: 'account', id: lower } }),
      { code: 'ACCOUNT_LOOP', number: 0x80040507 },
    )
  })
})
