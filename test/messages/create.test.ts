import { EMPTY_GUID } from '../../src/rows/guid.ts'
import { clockAt, emulator } from '../../src/testing/index.ts'
import { Clock } from '../../src/authoring/services.ts'
import { refused } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const ID = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
const MISSING = '66666666-6666-4666-8666-666666666666'
const NOW = '2026-03-02T10:00:00Z'
const IGNORED: object = { fullname: 'ignored' }

const organization = (clock = clockAt(NOW)) => emulator({ tables, services: [[Clock, clock]] })

describe('the id of a new row', () => {
  test('is made by the organization, one after the other', async () => {
    const org = organization()

    const ids = [
      await org.create('project', { name: 'Bridge' }),
      await org.create('project', { name: 'Tunnel' }),
    ]

    expect(ids[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(String(ids[1]) > String(ids[0])).toBe(true)
  })

  test.each([ID, ID.toUpperCase(), `{${ID}}`])('may be sent: %s', async (sent) => {
    const org = organization()

    expect(await org.create('project', { projectid: sent, name: 'Bridge' })).toBe(ID)
    expect(org.peek('project', ID)).toMatchObject({ projectid: ID, name: 'Bridge' })
  })

  test.each([EMPTY_GUID, `{${EMPTY_GUID}}`])('is made for the empty one: %s', async (sent) => {
    const org = organization()

    const first = await org.create('project', { projectid: sent, name: 'Bridge' })
    const second = await org.create('project', { projectid: sent, name: 'Tunnel' })

    expect(new Set([first, second, EMPTY_GUID]).size).toBe(3)
    expect(org.peek('project', first)).toMatchObject({ projectid: first, name: 'Bridge' })
    expect(org.peek('project', EMPTY_GUID)).toBeUndefined()
  })

  test.each(['', 'B1', `${ID}0`])('is refused when it is no GUID: %j', async (sent) => {
    const org = organization()

    await refused(org, () => org.create('project', { projectid: sent, name: 'Bridge' }), {
      code: 'INVALID_ARGUMENT',
    })
  })

  test('is refused when another row has it', async () => {
    const org = organization()
    await org.create('project', { projectid: ID, name: 'Bridge' })

    await refused(org, () => org.create('project', { projectid: ID, name: 'Tunnel' }), {
      code: 'DUPLICATE_ROW',
      number: 0x80040237,
      message: 'Cannot insert duplicate key.',
    })
  })

  test('may be that of a row that was deleted', async () => {
    const org = organization()
    await org.create('project', { projectid: ID, name: 'Bridge' })
    await org.delete('project', ID)

    await org.create('project', { projectid: ID, name: 'Again' })

    expect(org.peek('project', ID)).toMatchObject({ name: 'Again' })
  })
})

describe('columns that were not sent', () => {
  test('take their defaults', async () => {
    const org = organization()

    const id = await org.create('project', { name: 'Bridge' })

    expect(org.peek('project', id)).toMatchObject({
      phase: 1,
      isurgent: true,
      issealed: false,
      colour: null,
      tags: null,
      statecode: 0,
      statuscode: 1,
    })
  })

  test('are empty, every one of them present', async () => {
    const org = organization()

    const id = await org.create('project', { name: 'Bridge' })

    const stored = org.catalog.table('project').storedColumns
    expect(Object.keys(org.peek('project', id) ?? {}).sort()).toEqual([...stored].sort())
  })

  test('do not take a default when null was sent', async () => {
    const org = organization()

    const id = await org.create('project', { name: 'Bridge', phase: null, isurgent: null })

    expect(org.peek('project', id)).toMatchObject({ phase: null, isurgent: null })
  })

  test('count as not sent when they are undefined', async () => {
    const org = organization()

    const id = await org.create('project', { name: 'Bridge', phase: undefined, code: undefined })

    expect(org.peek('project', id)).toMatchObject({ phase: 1, code: null })
  })

  test('are refused where the platform demands them and does not fill them itself', async () => {
    const org = organization()

    await refused(org, () => org.create('transactioncurrency', { currencyname: 'Euro' }), {
      code: 'COLUMN_MISSING',
    })
  })
})

describe('columns that a client may not send', () => {
  test('are ignored', async () => {
    const org = organization()

    const id = await org.create('project', {
      name: 'Bridge',
      createdon: '2001-01-01T00:00:00Z',
      createdby: { table: 'systemuser', id: MISSING },
      stamp: 'mine',
      exchangerate: 7,
      budget_base: 7,
      versionnumber: 1n,
      owneridtype: 'team',
      statecode: 1,
    })

    expect(org.peek('project', id)).toMatchObject({
      createdon: NOW,
      createdby: { id: org.userId },
      stamp: null,
      exchangerate: null,
      budget_base: null,
      owneridtype: 'systemuser',
      statecode: 0,
    })
    expect(org.peek('project', id)?.['versionnumber']).not.toBe(1n)
  })

  test('are refused when the table has no such column', async () => {
    const org = organization()

    await refused(org, () => org.create('project', { name: 'Bridge', nam: 'x' }), {
      code: 'COLUMN_UNKNOWN',
      number: 0x80041103,
      message:
        "'project' entity doesn't contain attribute with Name = 'nam' and NameMapping = 'Logical'.",
    })
  })

  test('are written, and never read back, where they are secret', async () => {
    const org = organization()

    const id = await org.create('project', { name: 'Bridge', secret: 'hush' })

    expect(org.peek('project', id)).toMatchObject({ secret: 'hush' })
    expect(await org.retrieve('project', id)).not.toHaveProperty('secret')
    expect(await org.retrieve('project', id, ['secret'])).toMatchObject({ secret: null })
    const { rows } = await org.retrieveMultiple({ table: 'project', columns: 'all' })
    expect(rows[0]).not.toHaveProperty('secret')
  })
})

describe('what the platform sets', () => {
  test('is who made the row and when, in whole seconds', async () => {
    const org = organization(clockAt('2026-03-02T10:00:00.789Z'))

    const id = await org.create('project', { name: 'Bridge' })

    const user = { table: 'systemuser', id: org.userId }
    expect(org.peek('project', id)).toMatchObject({
      createdon: NOW,
      modifiedon: NOW,
      createdby: user,
      modifiedby: user,
      createdonbehalfby: null,
      modifiedonbehalfby: null,
    })
  })

  test('is a row version beyond every earlier one', async () => {
    const org = organization()

    const versions: unknown[] = []
    for (const name of ['a', 'b']) {
      const id = await org.create('project', { name })
      versions.push(org.peek('project', id)?.['versionnumber'])
    }

    expect(typeof versions[0]).toBe('bigint')
    expect(versions[1] as bigint).toBeGreaterThan(versions[0] as bigint)
  })

  test('is the moment a migrated row says it was made, with the real one beside it', async () => {
    const org = organization()

    const id = await org.create('project', {
      name: 'Bridge',
      overriddencreatedon: '2001-05-06T00:00:00Z',
      importsequencenumber: 7,
    })

    expect(org.peek('project', id)).toMatchObject({
      createdon: '2001-05-06T00:00:00Z',
      overriddencreatedon: NOW,
      modifiedon: NOW,
      importsequencenumber: 7,
    })
  })

  test.each([
    [{ firstname: 'Ana', lastname: 'Diaz' }, 'Ana Diaz'],
    [{ lastname: 'Diaz' }, 'Diaz'],
    [{ firstname: 'Ana' }, 'Ana'],
    [{ firstname: 'Ana', lastname: '' }, 'Ana'],
    [{}, null],
  ])('is the full name of people: %j', async (names, fullname) => {
    const org = organization()

    const id = await org.create('contact', { ...names, ...IGNORED })

    expect(org.peek('contact', id)).toMatchObject({ fullname })
  })
})

describe('the owner of a new row', () => {
  test('is the calling user, with what follows from that', async () => {
    const org = organization()

    const id = await org.create('project', { name: 'Bridge' })

    const user = { table: 'systemuser', id: org.userId }
    expect(org.peek('project', id)).toMatchObject({
      ownerid: user,
      owninguser: user,
      owningteam: null,
      owneridtype: 'systemuser',
      owningbusinessunit: { table: 'businessunit', id: org.businessUnitId },
    })
  })

  test('may be a team', async () => {
    const org = organization()
    const team = { table: 'team', id: org.teamId }

    const id = await org.create('project', { name: 'Bridge', ownerid: team })

    expect(org.peek('project', id)).toMatchObject({
      ownerid: team,
      owninguser: null,
      owningteam: team,
      owneridtype: 'team',
      owningbusinessunit: { table: 'businessunit', id: org.businessUnitId },
    })
  })

  test('brings the business unit it is in', async () => {
    const org = organization()
    const unit = await org.create('businessunit', {
      name: 'North',
      parentbusinessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    const team = await org.create('team', {
      name: 'Builders',
      businessunitid: { table: 'businessunit', id: unit },
    })

    const id = await org.create('project', { name: 'Bridge', ownerid: { table: 'team', id: team } })

    expect(org.peek('project', id)).toMatchObject({
      owningbusinessunit: { table: 'businessunit', id: unit },
    })
  })

  test.each([
    ['null', null, 'OWNER_MISSING'],
    ['a user who is not there', { table: 'systemuser', id: MISSING }, 'ROW_NOT_FOUND'],
    ['a row of another table', { table: 'contact', id: MISSING }, 'INVALID_ARGUMENT'],
    ['a text', MISSING, 'PAYLOAD_INVALID'],
  ])('is refused: %s', async (_, ownerid, code) => {
    const org = organization()

    await refused(org, () => org.create('project', { name: 'Bridge', ownerid }), { code })
  })

  test('is not asked for in tables without owners', async () => {
    const org = organization()

    const id = await org.create('transactioncurrency', {
      currencyname: 'Euro',
      isocurrencycode: 'EUR',
      currencysymbol: '€',
      currencyprecision: 2,
      exchangerate: 0.5,
    })

    expect(org.peek('transactioncurrency', id)).toMatchObject({
      organizationid: { table: 'organization', id: org.organizationId },
    })
  })
})

describe('state and status of a new row', () => {
  test('may be another status of the first state', async () => {
    const org = organization()

    const id = await org.create('project', { name: 'Bridge', statuscode: 3 })

    expect(org.peek('project', id)).toMatchObject({ statecode: 0, statuscode: 3 })
  })

  test.each([undefined, 1])(
    'are refused for a status of another state (statecode %s)',
    async (statecode) => {
      const org = organization()

      await refused(
        org,
        () => org.create('project', { name: 'Bridge', statecode, statuscode: 2 }),
        {
          code: 'STATUS_INVALID_FOR_STATE',
          number: 0x80048408,
          message: '2 is not a valid status code for state code ProjectState.Active on project',
        },
      )
    },
  )

  test('are refused for a status that is no option', async () => {
    const org = organization()

    await refused(org, () => org.create('project', { name: 'Bridge', statuscode: 99 }), {
      code: 'CHOICE_OUT_OF_RANGE',
    })
  })
})

describe('lookups of a new row', () => {
  const LEAD = { table: 'contact', id: MISSING }

  test('must find their row', async () => {
    const org = organization()

    await refused(org, () => org.create('project', { name: 'Bridge', leadid: LEAD }), {
      code: 'ROW_NOT_FOUND',
      message: `Entity 'contact' With Id = ${MISSING} Does Not Exist`,
    })
  })

  test('must point at a table they are made for', async () => {
    const org = organization()
    const account = await org.create('account', { name: 'Contoso' })

    await refused(
      org,
      () => org.create('project', { name: 'Bridge', leadid: { table: 'account', id: account } }),
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('are kept in the platform’s spelling, frozen or not', async () => {
    const org = organization()
    await org.create('contact', { contactid: ID, lastname: 'Diaz' })
    const sent = { table: 'contact', id: ID.toUpperCase(), name: 'Diaz' }

    for (const leadid of [sent, Object.freeze({ ...sent })]) {
      const id = await org.create('project', { name: 'Bridge', leadid })

      expect(org.peek('project', id)?.['leadid']).toEqual({ table: 'contact', id: ID })
    }
  })

  test('may name either table of a customer', async () => {
    const org = organization()
    const account = {
      table: 'account' as const,
      id: await org.create('account', { name: 'Contoso' }),
    }
    const contact = {
      table: 'contact' as const,
      id: await org.create('contact', { lastname: 'Diaz' }),
    }

    const ids = [
      await org.create('contact', { lastname: 'One', parentcustomerid: account }),
      await org.create('contact', { lastname: 'Two', parentcustomerid: contact }),
    ]

    expect(ids.map((id) => org.peek('contact', id)?.['parentcustomerid'])).toEqual([
      account,
      contact,
    ])
  })
})

describe('alternate keys', () => {
  test('are unique, whatever the case of their letters', async () => {
    const org = organization()
    await org.create('project', { name: 'Bridge', code: 'b1' })

    await refused(org, () => org.create('project', { name: 'Tunnel', code: 'B1' }), {
      code: 'DUPLICATE_KEY',
      number: 0x80060892,
      message:
        'Entity Key code violated. A record with the same value for code already exists. A duplicate record cannot be created. Select one or more unique values and try again.',
    })
  })

  test('are not looked at where a column of theirs is empty', async () => {
    const org = organization()

    await org.create('project', { name: 'Bridge', region: 'North' })
    await org.create('project', { name: 'Tunnel', region: 'North' })

    expect(org.contents().get('project')).toHaveLength(2)
  })
})

describe('a table', () => {
  test('that nobody defined is refused by name', async () => {
    const org = organization()

    await refused(org, () => org.create('projekt', { name: 'Bridge' }), {
      code: 'TABLE_UNKNOWN',
      number: 0x80041102,
      message:
        "The entity with a name = 'projekt' with namemapping = 'Logical' was not found in the MetadataCache.",
    })
  })

  test.each(['owner', 'teammembership', 'projectcontact'])(
    'that does not offer Create refuses it: %s',
    async (table) => {
      const org = organization()

      await refused(org, () => org.create(table, {}), {
        code: 'MESSAGE_NOT_OFFERED',
        number: 0x80040800,
      })
    },
  )
})

describe('a new user or team', () => {
  test('has an owner row with the same id and name', async () => {
    const org = organization()

    const id = await org.create('team', {
      name: 'Builders',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })

    expect(org.peek('owner', id)).toMatchObject({
      ownerid: id,
      name: 'Builders',
      owneridtype: 'team',
    })
  })
})

test.each([undefined, null, 'Bridge', 5])('values that are %j are refused', async (values) => {
  const org = organization()

  await refused(org, () => org.create('project', values as never), {
    code: 'INVALID_ARGUMENT',
    message: `The values of project are an object of columns, { column: value }; found ${String(values)}.`,
  })
})
