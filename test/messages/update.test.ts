import { clockAt, emulator } from '../../src/testing/index.ts'
import { Clock } from '../../src/authoring/services.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { madeUp, standardColumns, TABLES } from '../support/tables.ts'

const tables = TABLES
const MISSING = '66666666-6666-4666-8666-666666666666'

const organization = () => emulator({ tables })

describe('an Update', () => {
  test('changes the columns it names and no other', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', code: 'B1', weight: 2 })
    const before = org.peek('project', id)

    await org.update('project', id, { name: 'Tunnel', weight: null })

    const { versionnumber, ...after } = org.peek('project', id) ?? {}
    expect(after).toEqual({
      ...Object.fromEntries(
        Object.entries(before ?? {}).filter(([name]) => name !== 'versionnumber'),
      ),
      name: 'Tunnel',
      weight: null,
    })
    expect(versionnumber as bigint).toBeGreaterThan(before?.['versionnumber'] as bigint)
  })

  test('says who changed the row and when, though it changes nothing else', async () => {
    const clock = clockAt('2026-03-02T10:00:00Z')
    const org = emulator({ tables, services: [[Clock, clock]], rows: [OTHER_USER] })
    const id = await org.create('project', { name: 'Bridge' })

    clock.advance({ minutes: 5 })
    await org.as(OTHER_USER.values.systemuserid).update('project', id, {})

    expect(org.peek('project', id)).toMatchObject({
      createdon: '2026-03-02T10:00:00Z',
      createdby: { id: org.userId },
      modifiedon: '2026-03-02T10:05:00Z',
      modifiedby: { id: OTHER_USER.values.systemuserid },
    })
  })

  test('takes the id in any spelling', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', `{${id.toUpperCase()}}`, { name: 'Tunnel' })

    expect(org.peek('project', id)).toMatchObject({ name: 'Tunnel' })
  })

  test('may hold the id of the row, in any spelling, or none', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, { projectid: `{${id.toUpperCase()}}`, name: 'Tunnel' })
    await org.update('project', id, { projectid: null, name: 'Tower' })

    expect(org.peek('project', id)).toMatchObject({ projectid: id, name: 'Tower' })
  })

  test('that holds the id of another row is refused', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })

    await refused(org, () => org.update('project', id, { projectid: MISSING, name: 'Tunnel' }), {
      code: 'UNEXPECTED',
      number: 0x80040216,
      message: 'Entity Id must be the same as the value set in property bag.',
    })
  })

  test('ignores columns that are set on Create only', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', importsequencenumber: 1 })

    await org.update('project', id, {
      importsequencenumber: 2,
      overriddencreatedon: '2001-01-01T00:00:00Z',
      createdon: '2001-01-01T00:00:00Z',
      owneridtype: 'team',
    })

    expect(org.peek('project', id)).toMatchObject({
      projectid: id,
      importsequencenumber: 1,
      overriddencreatedon: null,
      owneridtype: 'systemuser',
    })
  })

  test.each([
    ['a row that is not there', MISSING, {}, 'ROW_NOT_FOUND'],
    ['no id', '', {}, 'INVALID_ARGUMENT'],
    ['an id that is no GUID', 'B1', {}, 'INVALID_ARGUMENT'],
    ['an undeclared column', undefined, { nam: 'x' }, 'COLUMN_UNKNOWN'],
    [
      'a missing row in a lookup',
      undefined,
      { leadid: { table: 'contact', id: MISSING } },
      'ROW_NOT_FOUND',
    ],
    [
      'an owner who is not there',
      undefined,
      { ownerid: { table: 'team', id: MISSING } },
      'ROW_NOT_FOUND',
    ],
    ['no owner', undefined, { ownerid: null }, 'OWNER_MISSING'],
    ['no state', undefined, { statecode: null }, 'INVALID_ARGUMENT'],
    ['a key that another row has', undefined, { code: 'b2' }, 'DUPLICATE_KEY'],
  ])('is refused: %s', async (_, sentId, values, code) => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', code: 'B1' })
    await org.create('project', { name: 'Tunnel', code: 'B2' })

    await refused(org, () => org.update('project', sentId ?? id, values), { code })
  })

  test('may write a key that is its own already', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', code: 'B1' })

    await org.update('project', id, { code: 'b1' })

    expect(org.peek('project', id)).toMatchObject({ code: 'b1' })
  })

  test('of a row that its PreOperation deleted is refused', async () => {
    const vanish = step({ message: 'Update', table: 'project' }, async ({ org, id }) => {
      await org.delete('project', id)
    })
    const org = emulator({ tables, steps: [vanish] })
    const id = await org.create('project', { name: 'Bridge' })

    await refused(org, () => org.update('project', id, { name: 'Tunnel' }), {
      code: 'ROW_NOT_FOUND',
    })
  })

  test('keeps what its PreOperation changed by a request of its own', async () => {
    const touch = step(
      { message: 'Update', table: 'project', columns: ['name'] },
      async ({ org, id }) => {
        await org.update('project', id, { code: 'touched', weight: 7 })
      },
    )
    const org = emulator({ tables, steps: [touch] })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, { name: 'Tunnel', weight: 9 })

    expect(org.peek('project', id)).toMatchObject({ name: 'Tunnel', code: 'touched', weight: 9 })
  })
})

describe('an Update of the owner', () => {
  test('takes along all that follows from the owner', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })
    const team = { table: 'team', id: org.teamId }

    await org.update('project', id, { ownerid: team })

    expect(org.peek('project', id)).toMatchObject({
      ownerid: team,
      owninguser: null,
      owningteam: team,
      owneridtype: 'team',
    })
  })
})

describe('an Update of state and status', () => {
  test.each([
    [{ statecode: 1 }, { statecode: 1, statuscode: 2 }],
    [{ statuscode: 3 }, { statecode: 0, statuscode: 3 }],
    [
      { statecode: 1, statuscode: 4 },
      { statecode: 1, statuscode: 4 },
    ],
    [{ statecode: '1' }, { statecode: 1, statuscode: 2 }],
  ])('%j stores %j', async (sent, stored) => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, sent)

    expect(org.peek('project', id)).toMatchObject(stored)
  })

  test.each([
    [{ statuscode: 2 }, 'Active', 2],
    [{ statecode: 1, statuscode: 3 }, 'Inactive', 3],
  ])('%j is refused: the status belongs to another state', async (sent, state, status) => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })

    await refused(org, () => org.update('project', id, sent), {
      code: 'STATUS_INVALID_FOR_STATE',
      number: 0x80048408,
      message: `${status} is not a valid status code for state code ProjectState.${state} on project with Id ${id}.`,
    })
  })

  test.each([{ statecode: 2 }, { statuscode: 9 }])(
    '%j is refused: no such option',
    async (sent) => {
      const org = organization()
      const id = await org.create('project', { name: 'Bridge' })

      await refused(org, () => org.update('project', id, sent), {
        code: 'CHOICE_OUT_OF_RANGE',
        number: 0x8004431a,
      })
    },
  )

  test('leaves inactive rows writable', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })
    await org.update('project', id, { statecode: 1 })

    await org.update('project', id, { name: 'Tunnel' })

    expect(org.peek('project', id)).toMatchObject({ name: 'Tunnel', statecode: 1, statuscode: 2 })
  })
})

describe('an Update of what was a draft (define-custom-state-model-transitions)', () => {
  const QUOTE = madeUp('Quote', [text('Name', 50), ...standardColumns('quote')])

  async function closedQuote() {
    const org = emulator({ tables: [QUOTE] })
    const id = await org.create('quote', { name: 'Draft' })
    await org.update('quote', id, { name: 'Offer', statecode: 1 })
    return { org, id }
  }

  test('is refused for a quote, an order and an invoice', async () => {
    const { org, id } = await closedQuote()

    for (const values of [{ name: 'Other' }, { name: 'Other', statuscode: 2 }]) {
      await refused(org, () => org.update('quote', id, values), {
        code: 'ROW_READ_ONLY',
        number: 0x8004022e,
        message: 'Cannot Update a Read-Only Entity',
      })
    }
  })

  test('may set the state, and with the first one anything', async () => {
    const { org, id } = await closedQuote()

    await org.update('quote', id, { statecode: 0 })
    await org.update('quote', id, { statecode: 1 })
    await org.update('quote', id, { statecode: 0, name: 'Other' })

    expect(org.peek('quote', id)).toMatchObject({ name: 'Other', statecode: 0 })
  })
})

describe('an Update of a name', () => {
  test.each([
    [{ firstname: 'Eva' }, 'Eva Diaz'],
    [{ lastname: 'Ruiz' }, 'Ana Ruiz'],
    [{ firstname: null }, 'Diaz'],
    [{ firstname: null, lastname: null }, null],
  ])('of a person makes the full name anew: %j', async (names, fullname) => {
    const org = organization()
    const id = await org.create('contact', { firstname: 'Ana', lastname: 'Diaz' })

    await org.update('contact', id, names)

    expect(org.peek('contact', id)).toMatchObject({ fullname })
  })

  test('of a user or team shows in every later read of the owner', async () => {
    const org = organization()
    const team = await org.create('team', {
      name: 'Builders',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    const id = await org.create('project', { name: 'Bridge', ownerid: { table: 'team', id: team } })
    await org.update('team', team, { name: 'Renamed' })

    expect(await org.retrieve('project', id, ['owneridname'])).toEqual({
      projectid: id,
      owneridname: 'Renamed',
    })
    const { rows } = await org.retrieveMultiple({ table: 'project', columns: ['owneridname'] })
    expect(rows).toEqual([{ projectid: id, owneridname: 'Renamed' }])
  })
})

describe('an Update of a hierarchy', () => {
  const parent = (id: string) => ({ parentprojectid: { table: 'project', id } })

  async function line(org: ReturnType<typeof organization>) {
    const a = await org.create('project', { name: 'a' })
    const b = await org.create('project', { name: 'b', ...parent(a) })
    const c = await org.create('project', { name: 'c', ...parent(b) })
    return [a, b, c] as const
  }

  test.each([
    ['its own parent', 0],
    ['a child of its child', 1],
    ['a child of its grandchild', 2],
  ])('is refused where the row would become %s', async (_, index) => {
    const org = organization()
    const rows = await line(org)

    await refused(org, () => org.update('project', rows[0], parent(rows[index] ?? '')), {
      code: 'HIERARCHY_LOOP',
      message: 'Creating this parental association would create a loop in this entity hierarchy.',
    })
  })

  test('may move a row to any place that is not below it', async () => {
    const org = organization()
    const [a, b, c] = await line(org)

    await org.update('project', c, parent(a))
    await org.update('project', b, parent(c))

    expect(org.peek('project', b)).toMatchObject(parent(c))
  })
})

describe('an Update that expects a version of the row', () => {
  test('goes on when the row has it', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })
    const ifVersion = org.peek('project', id)?.['versionnumber'] as bigint

    await org.update('project', id, { name: 'Tunnel' }, { ifVersion })

    expect(org.peek('project', id)).toMatchObject({ name: 'Tunnel' })
  })

  test('is refused when the row has another', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge' })
    const ifVersion = org.peek('project', id)?.['versionnumber'] as bigint
    await org.update('project', id, { name: 'Tunnel' })

    await refused(org, () => org.update('project', id, { name: 'Dam' }, { ifVersion }), {
      code: 'VERSION_MISMATCH',
      number: 0x80060882,
    })
  })
})

const OTHER_USER = {
  table: 'systemuser',
  values: {
    systemuserid: '77777777-7777-4777-8777-777777777777',
    firstname: 'Other',
    lastname: 'User',
    domainname: 'other@emulated.example',
    internalemailaddress: 'other@emulated.example',
    businessunitid: { table: 'businessunit', id: '0e000000-0000-4000-8000-000000000002' },
  },
}

test.each(['update', 'delete'] as const)(
  'an %s that expects a version nobody told is refused, and not taken for one without (optimistic-concurrency)',
  async (method) => {
    const org = emulator({ tables })
    const id = await org.create('project', { name: 'Bridge' })
    // As plain JavaScript has it: `{ ifVersion: row.versionnumber }` of a row read without that column.
    const options = { ifVersion: undefined } as unknown as { readonly ifVersion: bigint }

    await refused(
      org,
      () =>
        method === 'update'
          ? org.update('project', id, { name: 'Tunnel' }, options)
          : org.delete('project', id, options),
      { code: 'VERSION_MISSING', number: 0x80060883 },
    )
  },
)
