import { Clock } from '../../src/authoring/services.ts'
import { clockAt, emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const MISSING = '66666666-6666-4666-8666-666666666666'

describe('Retrieve', () => {
  test('answers the columns asked for and the id, null where they are empty', async () => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge' })

    expect(await org.retrieve('project', id, ['name', 'code'])).toEqual({
      projectid: id,
      name: 'Bridge',
      code: null,
    })
  })

  test('answers the id alone where no column is named', async () => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge' })

    expect(await org.retrieve('project', id, [])).toEqual({ projectid: id })
  })

  test('answers every readable column where none is said', async () => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge' })
    const { secret, ...readable } = org.peek('project', id) ?? {}

    expect(secret).toBeNull()
    expect(await org.retrieve('project', id)).toMatchObject(readable)
  })

  test('names the owner, user and team alike, in every spelling of the id', async () => {
    const org = emulator({ tables })
    const ofUser = await org.create('project', { name: 'Bridge' })
    const ofTeam = await org.create('project', {
      name: 'Tunnel',
      ownerid: { table: 'team', id: org.teamId },
    })

    expect(await org.retrieve('project', ofUser.toUpperCase(), ['owneridname'])).toEqual({
      projectid: ofUser,
      owneridname: 'Calling User',
    })
    expect(await org.retrieve('project', `{${ofTeam}}`, ['owneridname'])).toEqual({
      projectid: ofTeam,
      owneridname: 'emulated',
    })
  })

  test.each([
    ['a row that is not there', 'project', MISSING, undefined, 'ROW_NOT_FOUND'],
    ['an id that is no GUID', 'project', 'B1', undefined, 'INVALID_ARGUMENT'],
    ['an unknown table', 'projekt', MISSING, undefined, 'TABLE_UNKNOWN'],
    ['a table that does not offer it', 'teammembership', MISSING, undefined, 'MESSAGE_NOT_OFFERED'],
    ['an unknown column', 'account', undefined, ['nam'], 'COLUMN_UNKNOWN'],
  ])('is refused for %s', async (_, table, id, columns, code) => {
    const org = emulator({ tables })
    const account = await org.create('account', { name: 'Contoso' })

    await refused(org, () => org.retrieve(table, id ?? account, columns), { code })
  })

  test('opens no transaction: it answers while another request writes', async () => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge' })

    await org.transaction(async (all) => {
      await all.update('project', id, { name: 'Tunnel' })

      expect(await org.retrieve('project', id, ['name'])).toMatchObject({ name: 'Bridge' })
      expect(await all.retrieve('project', id, ['name'])).toMatchObject({ name: 'Tunnel' })
    })
  })
})

describe('RetrieveMultiple', () => {
  test('answers the rows that match, in the order they were made', async () => {
    const org = emulator({ tables })
    for (const [name, region] of [
      ['a', 'North'],
      ['b', 'South'],
      ['c', 'North'],
    ] as const) {
      await org.create('project', { name, region })
    }

    const { rows, moreRows } = await org.retrieveMultiple({
      table: 'project',
      columns: ['name'],
      where: { kind: 'condition', column: 'region', operator: 'eq', values: ['north'] },
    })

    expect(rows.map((row) => row['name'])).toEqual(['a', 'c'])
    expect(moreRows).toBe(false)
  })

  test('answers no column that was not asked for', async () => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge' })

    const { rows } = await org.retrieveMultiple({
      table: 'project',
      columns: ['name', 'owneridname'],
    })

    expect(rows).toEqual([{ projectid: id, name: 'Bridge', owneridname: 'Calling User' }])
  })

  test('knows who asks', async () => {
    const org = emulator({ tables })
    await org.create('project', { name: 'mine' })
    await org.create('project', { name: 'theirs', ownerid: { table: 'team', id: org.teamId } })

    const { rows } = await org.retrieveMultiple({
      table: 'project',
      columns: ['name'],
      where: { kind: 'condition', column: 'ownerid', operator: 'eq-userid', values: [] },
    })

    expect(rows).toMatchObject([{ name: 'mine' }])
  })

  test('knows the caller’s teams, business unit and day', async () => {
    const clock = clockAt('2026-03-02T23:30:00Z')
    const org = emulator({ tables, services: [[Clock, clock]] })
    const team = { table: 'team', id: org.teamId }
    await org.create('project', { name: 'ours', ownerid: team, startson: '2026-03-02T22:00:00Z' })
    await org.create('project', { name: 'tomorrow', startson: '2026-03-03T04:00:00Z' })
    const names = async (column: string, operator: 'eq-userteams' | 'eq-businessid' | 'today') => {
      const where = { kind: 'condition', column, operator, values: [] } as const
      const { rows } = await org.retrieveMultiple({ table: 'project', columns: ['name'], where })
      return rows.map((row) => row['name'])
    }

    expect(await names('ownerid', 'eq-userteams')).toEqual(['ours'])
    expect(await names('owningbusinessunit', 'eq-businessid')).toEqual(['ours', 'tomorrow'])
    expect(await names('startson', 'today')).toEqual(['ours'])
    // New York, where it is still the evening of the second, until five in the morning of the third by UTC.
    await org.update('usersettings', org.userId, { timezonecode: 35 })
    expect(await names('startson', 'today')).toEqual(['ours', 'tomorrow'])
  })

  test('takes no context from a client', async () => {
    const org = emulator({ tables })
    await org.create('project', { name: 'mine' })

    const { rows } = await org.retrieveMultiple({
      table: 'project',
      columns: ['name'],
      where: { kind: 'condition', column: 'ownerid', operator: 'eq-userid', values: [] },
      context: { userId: MISSING },
    })

    expect(rows).toHaveLength(1)
  })

  test('reads intersect tables', async () => {
    const org = emulator({ tables })
    const project = await org.create('project', { name: 'Bridge' })
    const contact = await org.create('contact', { lastname: 'Diaz' })
    await org.associate({ table: 'project', id: project }, 'project_contacts', {
      table: 'contact',
      id: contact,
    })

    const { rows } = await org.retrieveMultiple({
      table: 'projectcontact',
      columns: ['projectid', 'contactid'],
    })

    expect(rows).toMatchObject([{ projectid: project, contactid: contact }])
  })

  test.each([
    ['an unknown table', { table: 'projekt', columns: [] }, 'TABLE_UNKNOWN'],
    ['an unknown column', { table: 'project', columns: ['nam'] }, 'COLUMN_UNKNOWN'],
  ])('is refused for %s', async (_, query, code) => {
    const org = emulator({ tables })

    await refused(org, () => org.retrieveMultiple(query), { code })
  })
})

test.each(['RelatedEntitiesQuery', 'ReturnNotifications'])(
  'a Retrieve with %s is refused by name',
  async (parameter) => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge' })

    await refused(org, () => org.execute('Retrieve', { table: 'project', id, [parameter]: {} }), {
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining(parameter) as string,
    })
  },
)
