import { CustomMessage } from '../../src/authoring/custom-message.ts'
import { STAGES } from '../../src/pipeline/step.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'
import type { Query } from '../../src/query/query.ts'
import { textOf, type Row } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import { madeUp, TABLES } from '../support/tables.ts'

const tables = TABLES
const STEPS: string = 'sdkmessageprocessingstep'
const IMAGES: string = 'sdkmessageprocessingstepimage'
const nothing = () => undefined

const having = (column: string, value: string): Partial<Query> => ({
  where: { kind: 'condition', column, operator: 'eq', values: [value] },
})

async function rowOf(
  org: Emulator,
  table: string,
  column: string,
  value: string,
): Promise<Row | undefined> {
  const query = { table, columns: 'all' as const, ...having(column, value) }
  const { rows } = await org.retrieveMultiple(query)
  return rows[0]
}

async function refOf(org: Emulator, table: string, name: string) {
  const row = await rowOf(org, table, 'name', name)
  return { table, id: textOf(row?.[`${table}id`]) }
}

/** The filter of a message and a table, with its message's name behind `m`. */
async function filterOf(org: Emulator, message: string, table: string): Promise<Row | undefined> {
  const { rows } = await org.retrieveMultiple({
    table: 'sdkmessagefilter',
    columns: 'all',
    ...having('primaryobjecttypecode', table),
    links: [
      {
        table: 'sdkmessage',
        alias: 'm',
        from: 'sdkmessageid',
        to: 'sdkmessageid',
        kind: 'inner',
        columns: [],
        ...having('name', message),
      },
    ],
  })
  return rows[0]
}

/** An organization with the code of one step, and what a deployment tool sends to register it. */
async function world(run: (event: AnyEvent) => void = nothing, message = 'Update') {
  const own = step({ message: 'Delete', table: 'account', name: 'Code.run' }, run)
  const org = emulator({ tables, steps: [own] })
  const type = await refOf(org, 'plugintype', 'Code.run')
  const filter = await filterOf(org, message, 'contact')
  const values = {
    name: 'Deployed',
    stage: 20,
    mode: 0,
    rank: 1,
    supporteddeployment: 0,
    sdkmessageid: await refOf(org, 'sdkmessage', message),
    sdkmessagefilterid: {
      table: 'sdkmessagefilter',
      id: textOf(filter?.['sdkmessagefilterid']),
    },
    eventhandler: type,
    plugintypeid: type,
  }
  return { org, values, type }
}

describe('messages and their filters', () => {
  test('no message of the organization is private, inactive or for clients only', async () => {
    const org = emulator({ tables })
    const { rows } = await org.retrieveMultiple({ table: 'sdkmessage', columns: 'all' })

    for (const row of rows) {
      expect(row).toMatchObject({ isprivate: false, isactive: true, availability: 0 })
    }
  })

  test('reading messages are marked as read-only', async () => {
    const org = emulator({ tables })

    for (const [name, isreadonly] of [
      ['Retrieve', true],
      ['RetrieveMultiple', true],
      ['Create', false],
    ] as const) {
      expect(await rowOf(org, 'sdkmessage', 'name', name)).toMatchObject({ isreadonly })
    }
  })

  test.each([
    'Assign',
    'Create',
    'CreateMultiple',
    'Delete',
    'GrantAccess',
    'ModifyAccess',
    'Retrieve',
    'RetrieveMultiple',
    'RetrievePrincipalAccess',
    'RetrieveSharedPrincipalsAndAccess',
    'RevokeAccess',
    'SetState',
    'Update',
    'UpdateMultiple',
  ])('%s of a user-owned table is an event', async (message) => {
    const org = emulator({ tables, steps: [step({ message, table: 'project' }, nothing)] })

    expect(await filterOf(org, message, 'project')).toMatchObject({
      iscustomprocessingstepallowed: true,
      isvisible: true,
    })
  })

  test.each(['Upsert', 'UpsertMultiple', 'IsValidStateTransition'])(
    '%s is no event, and a step on it is refused',
    async (message) => {
      const org = emulator({ tables })

      const filter = await filterOf(org, message, 'project')
      expect(filter?.['iscustomprocessingstepallowed']).not.toBe(true)
      expect(() =>
        emulator({ tables, steps: [step({ message, table: 'project' }, nothing)] }),
      ).toThrow(expect.objectContaining({ code: 'STEP_NOT_ALLOWED' }) as Error)
    },
  )

  test.each(['Create', 'Update', 'Delete', 'Retrieve', 'SetState'])(
    'a step on %s of the steps themselves is refused',
    (message) => {
      const own = step({ message, table: STEPS }, nothing)

      expect(() => emulator({ tables, steps: [own] })).toThrow(
        expect.objectContaining({ code: 'STEP_NOT_ALLOWED' }) as Error,
      )
    },
  )
})

describe('a step row', () => {
  const CUSTOM = new Set<number>([10, 20, 40])
  test.each([5, 15, 25, STAGES.MainOperation, 35, 45, 50, 55, 80, 90])(
    'is refused at the platform’s own stage %i',
    async (stage) => {
      const { org, values } = await world()
      expect(CUSTOM.has(stage)).toBe(false)

      await refused(org, () => org.create(STEPS, { ...values, stage }), {
        code: 'STEP_NOT_ALLOWED',
      })
    },
  )

  test.each(['name', 'sdkmessageid', 'eventhandler', 'rank'])(
    'is refused without %s',
    async (column) => {
      const { org, values } = await world()

      await refused(org, () => org.create(STEPS, { ...values, [column]: null }), {})
    },
  )

  test('for a type that has one on the same event already runs it twice', async () => {
    const run = jest.fn()
    const { org, values } = await world(run)
    const contact = await org.create('contact', { lastname: 'Diaz' })

    await org.create(STEPS, values)
    await org.create(STEPS, { ...values, name: 'Deployed again' })
    await org.update('contact', contact, { firstname: 'Ana' })

    expect(run).toHaveBeenCalledTimes(2)
  })

  test.each([null, ''])('that filters on %j runs on every Update', async (filteringattributes) => {
    const run = jest.fn()
    const { org, values } = await world(run)
    const contact = await org.create('contact', { lastname: 'Diaz' })

    await org.create(STEPS, { ...values, filteringattributes })
    await org.update('contact', contact, { firstname: 'Ana' })

    expect(run).toHaveBeenCalledTimes(1)
  })

  test('of a Create runs whatever columns it filters on', async () => {
    const run = jest.fn()
    const { org, values } = await world(run, 'Create')

    await org.create(STEPS, { ...values, filteringattributes: 'firstname' })
    await org.create('contact', { lastname: 'Diaz' })

    expect(run).toHaveBeenCalledTimes(1)
  })

  test('without a filter runs for every table', async () => {
    const seen: string[] = []
    const { org, values } = await world(({ table }) => void seen.push(table), 'Create')

    await org.create(STEPS, { ...values, sdkmessagefilterid: null })
    await org.create('contact', { lastname: 'Diaz' })
    await org.create('project', { name: 'Bridge' })

    expect(seen).toEqual(['contact', 'project'])
  })

  test('goes with its plug-in type', async () => {
    const { org, values, type } = await world()
    await org.create(STEPS, values)

    await org.delete('plugintype', type.id)

    expect(org.steps).toEqual([])
  })

  test('runs as the user it names, the empty one being nobody', async () => {
    const seen: unknown[] = []
    const { org, values } = await world(({ context }) => void seen.push(context.UserId), 'Create')
    const user = await org.create('systemuser', {
      domainname: 'robot@emulated.example',
      internalemailaddress: 'robot@emulated.example',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    const id = await org.create(STEPS, {
      ...values,
      impersonatinguserid: { table: 'systemuser', id: user },
    })

    await org.create('contact', { lastname: 'Diaz' })
    await org.update(STEPS, id, { impersonatinguserid: null })
    await org.create('contact', { lastname: 'Okoro' })

    expect(seen).toEqual([user, org.userId])
  })
})

describe('an image row', () => {
  const IMAGE = {
    name: 'before',
    entityalias: 'before',
    imagetype: 0,
    messagepropertyname: 'Target',
  }

  test.each(Object.keys(IMAGE))('is refused without %s', async (column) => {
    const { org, values } = await world()
    const id = await org.create(STEPS, values)
    const image = { ...IMAGE, sdkmessageprocessingstepid: { table: STEPS, id } }

    await refused(org, () => org.create(IMAGES, { ...image, [column]: null }), {})
  })

  test('of both kinds is a pre-image and a post-image', async () => {
    const { org, values } = await world()
    const id = await org.create(STEPS, { ...values, stage: 40 })

    await org.create(IMAGES, {
      ...IMAGE,
      imagetype: 2,
      attributes: 'lastname,firstname',
      sdkmessageprocessingstepid: { table: STEPS, id },
    })

    const spec = [{ alias: 'before', columns: ['lastname', 'firstname'] }]
    expect(org.steps.find((known) => known.id === id)).toMatchObject({
      preImages: spec,
      postImages: spec,
    })
  })

  test.each([
    ['Associate', null],
    ['Disassociate', null],
    ['GrantAccess', 'contact'],
    ['RevokeAccess', 'contact'],
    ['Retrieve', 'contact'],
    ['RetrieveMultiple', 'contact'],
  ] as const)('of %s is refused', async (message, table) => {
    const org = emulator({ tables, steps: [step({ message, table, name: 'Own' }, nothing)] })
    const row = await rowOf(org, STEPS, 'name', 'Own')
    const id = textOf(row?.['sdkmessageprocessingstepid'])
    const image = { ...IMAGE, sdkmessageprocessingstepid: { table: STEPS, id } }

    await refused(org, () => org.create(IMAGES, image), {
      code: 'IMAGE_NOT_SUPPORTED',
      number: 0x80044189,
    })
  })

  test('of a custom message is refused', async () => {
    @CustomMessage({
      name: 'sample_Ping',
      binding: 'Entity',
      table: 'contact',
      parameters: {},
      response: {},
      steps: 'SyncAndAsync',
    })
    class Ping {
      run() {
        return {}
      }
    }
    const own = step({ message: 'sample_Ping', table: 'contact', name: 'Own' }, nothing)
    const org = emulator({ tables, handlers: [Ping], steps: [own] })
    const row = await rowOf(org, STEPS, 'name', 'Own')
    const id = textOf(row?.['sdkmessageprocessingstepid'])
    const image = { ...IMAGE, sdkmessageprocessingstepid: { table: STEPS, id } }

    await refused(org, () => org.create(IMAGES, image), { code: 'IMAGE_NOT_SUPPORTED' })
  })

  test.each([
    ['Create', 'Id', 1],
    ['Update', 'Target', 2],
    ['Delete', 'Target', 0],
    ['Assign', 'Target', 2],
    ['SetState', 'EntityMoniker', 2],
    ['SetState', 'entityMoniker', 2],
    ['Merge', 'Target', 2],
    ['CreateMultiple', 'Ids', 1],
    ['UpdateMultiple', 'Targets', 2],
  ] as const)('of %s names the property %s', async (message, messagepropertyname, imagetype) => {
    const own = step({ message, table: 'contact', name: 'Own', stage: 40 }, nothing)
    const org = emulator({ tables, steps: [own] })
    const row = await rowOf(org, STEPS, 'name', 'Own')
    const id = textOf(row?.['sdkmessageprocessingstepid'])

    await org.create(IMAGES, {
      ...IMAGE,
      imagetype,
      messagepropertyname,
      sdkmessageprocessingstepid: { table: STEPS, id },
    })
  })
})

test.each(['1', 1])(
  'primaryobjecttypecode is compared with the type number %j, too',
  async (code) => {
    const org = emulator({ tables })
    const filters = await org.retrieveMultiple({
      table: 'sdkmessagefilter',
      columns: ['primaryobjecttypecode'],
      where: { kind: 'condition', column: 'primaryobjecttypecode', operator: 'eq', values: [code] },
    })

    expect(new Set(filters.rows.map((row) => row['primaryobjecttypecode']))).toEqual(
      new Set(['account']),
    )
  },
)

test.each(['cds_cascadeAsyncFailureAPI', 'cds_cascadeAsyncSuccessAPI'])(
  '%s tells of cascades that ran as jobs, and there are none: neither steps nor requests (async-cascading)',
  async (message) => {
    const org = emulator({ tables })

    await refused(org, () => org.execute(message, {}), { code: 'NOT_SUPPORTED' })
    expect(() =>
      emulator({ tables, steps: [step({ message, stage: 40, mode: 'async' }, nothing)] }),
    ).toThrow(expect.objectContaining({ code: 'MESSAGE_UNKNOWN' }) as Error)
  },
)

test('a step on the address rows of another table is refused: it belongs on that one (register-plug-in)', () => {
  const address = madeUp('CustomerAddress', [text('Line1', 250)])

  expect(() =>
    emulator({
      tables: [...tables, address],
      steps: [step({ message: 'Update', table: 'customeraddress' }, nothing)],
    }),
  ).toThrow(
    expect.objectContaining({
      code: 'STEP_NOT_ALLOWED',
      message: expect.stringContaining('register it on account or contact') as string,
    }) as Error,
  )
})
