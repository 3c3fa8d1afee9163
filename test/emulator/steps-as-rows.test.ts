import { Handler, PostOperation, PreOperation } from '../../src/authoring/decorators.ts'
import type { CreateEvent, UpdateEvent } from '../../src/authoring/event.ts'
import { Clock } from '../../src/authoring/services.ts'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import type { Query } from '../../src/query/query.ts'
import { textOf, type Row } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { clockAt } from '../../src/testing/test-clock.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
// Deployment tools are not typed by our tables either.
const STEPS: string = 'sdkmessageprocessingstep'
const IMAGES: string = 'sdkmessageprocessingstepimage'
const seen: unknown[] = []

@Handler('contact')
class Letters {
  @PreOperation('Update', { columns: ['lastname'], preImage: ['lastname'], rank: 5 })
  rename({ preImage, target }: UpdateEvent) {
    seen.push({ from: preImage['lastname'], to: target['lastname'] })
  }

  @PostOperation('Create', {
    mode: 'async',
    asyncAutoDelete: true,
    postImage: 'all',
    configuration: 'open',
    secureConfiguration: 'secret',
  })
  welcome(event: CreateEvent) {
    seen.push({ configuration: event.configuration, secure: event.secureConfiguration })
  }
}

@Handler('contact')
class Scribe {
  @PostOperation('Create') async reads({ org }: CreateEvent) {
    await org.retrieveMultiple({ table: 'contact', columns: [] })
  }

  @PreOperation('Update') async writes({ org }: UpdateEvent) {
    await org.create('account', { name: 'Contoso' })
  }
}

beforeEach(() => {
  seen.length = 0
})

const organization = () => emulator({ tables, handlers: [Letters] })

const rowsOf = async (
  org: Emulator,
  table: string,
  more: Partial<Query> = {},
): Promise<readonly Row[]> => (await org.retrieveMultiple({ table, columns: 'all', ...more })).rows

const named = (name: string): Partial<Query> => ({
  where: { kind: 'condition', column: 'name', operator: 'eq', values: [name] },
})

const stepRow = async (org: Emulator, name: string): Promise<Row> => {
  const [row] = await rowsOf(org, 'sdkmessageprocessingstep', named(name))
  return row ?? {}
}
const stepId = async (org: Emulator, name: string): Promise<string> =>
  textOf((await stepRow(org, name))['sdkmessageprocessingstepid'])

const filterOf = async (org: Emulator, message: string, table: string): Promise<readonly Row[]> =>
  rowsOf(org, 'sdkmessagefilter', {
    where: { kind: 'condition', column: 'primaryobjecttypecode', operator: 'eq', values: [table] },
    links: [
      {
        table: 'sdkmessage',
        alias: 'm',
        from: 'sdkmessageid',
        to: 'sdkmessageid',
        kind: 'inner',
        columns: [],
        ...named(message),
      },
    ],
  })

const messageRef = async (org: Emulator, name: string) => {
  const [row] = await rowsOf(org, 'sdkmessage', named(name))
  return { table: 'sdkmessage', id: textOf(row?.['sdkmessageid']) }
}
const filterRef = async (org: Emulator, message: string, table: string) => {
  const [row] = await filterOf(org, message, table)
  return { table: 'sdkmessagefilter', id: textOf(row?.['sdkmessagefilterid']) }
}
const typeRef = async (org: Emulator, name: string) => {
  const [row] = await rowsOf(org, 'plugintype', named(name))
  return { table: 'plugintype', id: textOf(row?.['plugintypeid']) }
}

/** What a deployment tool sends for a step. */
async function registration(
  org: Emulator,
  { message = 'Update', table = 'contact' }: { message?: string; table?: string | null } = {},
) {
  const type = await typeRef(org, 'Letters.rename')
  return {
    name: 'Deployed',
    stage: 20,
    mode: 0,
    rank: 1,
    supporteddeployment: 0,
    sdkmessageid: await messageRef(org, message),
    ...(table !== null && { sdkmessagefilterid: await filterRef(org, message, table) }),
    eventhandler: type,
    plugintypeid: type,
  }
}

/** A webhook has no plug-in type. */
const withoutType = (row: object) =>
  Object.fromEntries(Object.entries(row).filter(([column]) => column !== 'plugintypeid'))

const imageOf = (step: string, values: Readonly<Record<string, unknown>> = {}) => ({
  name: 'before',
  entityalias: 'before',
  imagetype: 0,
  messagepropertyname: 'Target',
  sdkmessageprocessingstepid: { table: 'sdkmessageprocessingstep', id: step },
  ...values,
})

describe('messages', () => {
  test('are rows of sdkmessage', async () => {
    const org = organization()

    const names = (await rowsOf(org, 'sdkmessage')).map((row) => row['name'])

    expect(names).toEqual(expect.arrayContaining(['Create', 'Update', 'Delete', 'Associate']))
  })

  test('of a table are rows of sdkmessagefilter', async () => {
    const org = organization()

    expect(await filterOf(org, 'Update', 'contact')).toMatchObject([
      { iscustomprocessingstepallowed: true, isvisible: true, primaryobjecttypecode: 'contact' },
    ])
  })

  test('that a table does not have have no filter', async () => {
    const org = organization()

    expect(await filterOf(org, 'DeleteMultiple', 'project')).toEqual([])
    expect(await filterOf(org, 'CreateMultiple', 'sdkmessageprocessingstep')).toEqual([])
  })

  test('that are no events of a table allow no steps', async () => {
    const org = organization()

    expect(await filterOf(org, 'Upsert', 'project')).toMatchObject([
      { iscustomprocessingstepallowed: false },
    ])
  })

  test('that are registered without a table have no filter', async () => {
    const org = organization()

    expect(await filterOf(org, 'Associate', 'contact')).toEqual([])
  })

  test('are not written by clients', async () => {
    const org = organization()

    await refused(org, () => org.create('sdkmessage', { name: 'Mine' }), {
      code: 'MESSAGE_NOT_OFFERED',
    })
  })
})

describe('the steps of the handlers', () => {
  test('are rows that name message, filter and type', async () => {
    const org = organization()

    expect(await stepRow(org, 'Letters.rename')).toMatchObject({
      stage: 20,
      mode: 0,
      rank: 5,
      filteringattributes: 'lastname',
      statecode: 0,
      statuscode: 1,
      customizationlevel: 1,
      sdkmessageid: await messageRef(org, 'Update'),
      sdkmessagefilterid: await filterRef(org, 'Update', 'contact'),
      eventhandler: await typeRef(org, 'Letters.rename'),
    })
    expect(await stepRow(org, 'Letters.welcome')).toMatchObject({
      stage: 40,
      mode: 1,
      asyncautodelete: true,
      configuration: 'open',
    })
  })

  test('have the ids they are deployed with', async () => {
    const org = organization()

    expect(await stepId(org, 'Letters.rename')).toBe(
      org.steps.find(({ name }) => name === 'Letters.rename')?.id,
    )
  })

  test('have their images as rows', async () => {
    const org = organization()

    expect(await rowsOf(org, 'sdkmessageprocessingstepimage')).toMatchObject([
      {
        entityalias: 'preImage',
        imagetype: 0,
        messagepropertyname: 'Target',
        attributes: 'lastname',
      },
      { entityalias: 'postImage', imagetype: 1, messagepropertyname: 'Id', attributes: null },
    ])
  })

  test('are as they were when nobody wrote to them, however often they are read', async () => {
    const org = organization()
    const before = org.contents()

    await rowsOf(org, 'sdkmessageprocessingstep')

    expect(org.contents()).toEqual(before)
  })

  test('of equal name that are no methods have a type each', async () => {
    const twins = [1, 2].map((rank) =>
      step({ message: 'Create', table: 'contact', name: 'Twin', rank }, () => undefined),
    )
    const org = emulator({ tables, steps: twins })

    expect(await rowsOf(org, 'plugintype', named('Twin'))).toHaveLength(2)
  })
})

describe('a step whose row is written', () => {
  test('does not run while it is disabled', async () => {
    const org = organization()
    const contact = await org.create('contact', { lastname: 'Diaz' })
    const id = await stepId(org, 'Letters.rename')

    await org.update(STEPS, id, { statecode: 1, statuscode: 2 })
    await org.update('contact', contact, { lastname: 'Okoro' })

    expect(seen).toEqual([])
    expect(org.steps.map(({ name }) => name)).toEqual(['Letters.welcome'])
    await org.update(STEPS, id, { statecode: 0, statuscode: 1 })
    await org.update('contact', contact, { lastname: 'Silva' })
    expect(seen).toEqual([{ from: 'Okoro', to: 'Silva' }])
  })

  test('does not run any more when it is deleted, and its images go with it', async () => {
    const org = organization()
    const contact = await org.create('contact', { lastname: 'Diaz' })

    await org.delete(STEPS, await stepId(org, 'Letters.rename'))
    await org.update('contact', contact, { lastname: 'Okoro' })

    expect(seen).toEqual([])
    expect(await rowsOf(org, 'sdkmessageprocessingstepimage')).toHaveLength(1)
  })

  test('filters on what the row says', async () => {
    const org = organization()
    const contact = await org.create('contact', { lastname: 'Diaz' })

    await org.update(STEPS, await stepId(org, 'Letters.rename'), {
      filteringattributes: 'firstname',
    })
    await org.update('contact', contact, { lastname: 'Okoro' })
    await org.update('contact', contact, { firstname: 'Ana' })

    expect(seen).toEqual([{ from: 'Okoro', to: undefined }])
  })

  test('runs in the order of its new rank', async () => {
    const order: string[] = []
    const at = (name: string, rank: number) =>
      step({ message: 'Create', table: 'contact', name, rank }, () => void order.push(name))
    const org = emulator({ tables, steps: [at('One', 1), at('Two', 2)] })

    await org.update(STEPS, await stepId(org, 'One'), { rank: 3 })
    await org.create('contact', { lastname: 'Diaz' })

    expect(order).toEqual(['Two', 'One'])
  })

  test('runs at its new stage and mode', async () => {
    const stages: unknown[] = []
    const only = step({ message: 'Create', table: 'contact', name: 'One' }, ({ context }) => {
      stages.push([context.Stage, context.Mode])
    })
    const org = emulator({ tables, steps: [only] })

    await org.update(STEPS, await stepId(org, 'One'), { stage: 40, mode: 1 })
    await org.create('contact', { lastname: 'Diaz' })
    expect(stages).toEqual([])
    await org.settle()

    expect(stages).toEqual([[40, 1]])
  })

  test('sees the images of its rows', async () => {
    const aliases: unknown[] = []
    const only = step(
      {
        message: 'Update',
        table: 'contact',
        name: 'One',
        preImages: image(['lastname'], 'preImage'),
      },
      ({ preImages }) => void aliases.push(preImages),
    )
    const org = emulator({ tables, steps: [only] })
    const contact = await org.create('contact', { lastname: 'Diaz', firstname: 'Ana' })

    await org.create(IMAGES, imageOf(await stepId(org, 'One'), { attributes: 'firstname' }))
    await org.update('contact', contact, { lastname: 'Okoro' })

    expect(aliases).toEqual([{ preImage: { lastname: 'Diaz' }, before: { firstname: 'Ana' } }])
  })

  test('has the configuration of its row', async () => {
    const org = organization()
    const row = await stepRow(org, 'Letters.welcome')
    const secure = row['sdkmessageprocessingstepsecureconfigid'] as { readonly id: string }

    await org.update(STEPS, await stepId(org, 'Letters.welcome'), {
      configuration: 'changed',
    })
    await org.update('sdkmessageprocessingstepsecureconfig', secure.id, { secureconfig: 'rotated' })
    await org.create('contact', { lastname: 'Diaz' })
    await org.settle()

    expect(seen).toEqual([{ configuration: 'changed', secure: 'rotated' }])
  })

  test('runs as it did when the transaction that changed it is rolled back', async () => {
    const org = organization()
    const contact = await org.create('contact', { lastname: 'Diaz' })
    const id = await stepId(org, 'Letters.rename')

    await expect(
      org.transaction(async (inside) => {
        await inside.update('sdkmessageprocessingstep', id, { statecode: 1, statuscode: 2 })
        await inside.retrieve('contact', id)
      }),
    ).rejects.toMatchObject({ code: 'ROW_NOT_FOUND' })
    await org.update('contact', contact, { lastname: 'Okoro' })

    expect(seen).toHaveLength(1)
  })

  test('runs as it did when the organization is put back', async () => {
    const org = organization()
    const contact = await org.create('contact', { lastname: 'Diaz' })
    const before = org.snapshot()
    await org.delete(STEPS, await stepId(org, 'Letters.rename'))

    org.restore(before)
    await org.update('contact', contact, { lastname: 'Okoro' })

    expect(seen).toHaveLength(1)
  })
})

describe('a new step row', () => {
  test('registers the method its type names', async () => {
    const org = organization()
    const account = await registration(org, { message: 'Update', table: 'contact' })

    const id = await org.create(STEPS, account)
    await org.create(IMAGES, imageOf(id, { entityalias: 'preImage' }))
    const contact = await org.create('contact', { lastname: 'Diaz' })
    await org.update('contact', contact, { firstname: 'Ana' })

    expect(seen).toEqual([{ from: 'Diaz', to: undefined }])
    expect(org.steps.map(({ name }) => name)).toContain('Deployed')
  })

  test('of a service endpoint posts to it', async () => {
    const posted: unknown[] = []
    const org = emulator({
      tables,
      handlers: [Letters],
      postToEndpoint: (endpoint, { id }) => void posted.push([endpoint['url'], id]),
    })
    const endpoint = await org.create('serviceendpoint', {
      name: 'Hook',
      contract: 8,
      url: 'https://hook.example',
      authtype: 5,
    })
    const values = withoutType(await registration(org))

    await org.create(STEPS, {
      ...values,
      eventhandler: { table: 'serviceendpoint', id: endpoint },
    })
    const contact = await org.create('contact', { lastname: 'Diaz' })
    await org.update('contact', contact, { firstname: 'Ana' })

    expect(posted).toEqual([['https://hook.example', contact]])
  })

  describe('of a service bus, asynchronous', () => {
    async function bus(post: () => void) {
      const clock = clockAt('2026-03-02T12:00:00Z')
      const org = emulator({
        tables,
        handlers: [Letters],
        services: [[Clock, clock]],
        postToEndpoint: post,
      })
      const endpoint = await org.create('serviceendpoint', { name: 'Queue', contract: 2 })
      const values = withoutType(await registration(org))
      await org.create(STEPS, {
        ...values,
        stage: 40,
        mode: 1,
        eventhandler: { table: 'serviceendpoint', id: endpoint },
      })
      const contact = await org.create('contact', { lastname: 'Diaz' })
      await org.update('contact', contact, { firstname: 'Ana' })
      return { org, clock }
    }

    test('posts again at growing intervals while posts fail', async () => {
      const minutes: number[] = []
      let minute = 0
      const { org, clock } = await bus(() => {
        minutes.push(minute)
        throw new Error('no connection')
      })

      for (; minute <= 200; minute++) {
        await org.settle()
        clock.advance({ minutes: 1 })
      }

      expect(minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 127])
      expect(org.jobs).toMatchObject([{ state: 'failed', retries: 7 }])
    })

    test('waits in between, and is done when a post succeeds', async () => {
      let posts = 0
      const { org, clock } = await bus(() => {
        if (++posts === 1) throw new Error('no connection')
      })
      await org.settle()
      expect(org.jobs).toMatchObject([{ state: 'waiting', retries: 1 }])

      clock.advance({ minutes: 1 })
      await org.settle()

      expect(org.jobs).toMatchObject([{ state: 'succeeded' }])
    })

    test('has failed at once where the fault is not the bus’s', async () => {
      const { org } = await bus(() => {
        throw new DataverseError('NOT_SUPPORTED', 'Not here.')
      })

      await org.settle()

      expect(org.jobs).toMatchObject([{ state: 'failed', retries: 0 }])
    })
  })

  test('that may use a read-only connection reads, and writes nothing', async () => {
    const org = emulator({ tables, handlers: [Scribe] })
    for (const name of ['Scribe.reads', 'Scribe.writes']) {
      await org.update(STEPS, await stepId(org, name), { canusereadonlyconnection: true })
    }

    const contact = await org.create('contact', { lastname: 'Diaz' })
    await refused(org, () => org.update('contact', contact, { firstname: 'Ana' }), {
      code: 'READ_INTENT_INCOMPATIBLE',
      number: 0x80060881,
    })
  })

  test('of a service endpoint goes with it', async () => {
    const org = organization()
    const endpoint = await org.create('serviceendpoint', { name: 'Hook', contract: 8 })
    const values = withoutType(await registration(org))
    await org.create(STEPS, {
      ...values,
      eventhandler: { table: 'serviceendpoint', id: endpoint },
    })

    await org.delete('serviceendpoint', endpoint)

    expect(org.steps.map(({ name }) => name)).not.toContain('Deployed')
  })

  test('of a service endpoint fails by name where nothing is posted', async () => {
    const org = organization()
    const endpoint = await org.create('serviceendpoint', { name: 'Hook', contract: 8 })
    const values = withoutType(await registration(org, { message: 'Create' }))
    await org.create(STEPS, {
      ...values,
      eventhandler: { table: 'serviceendpoint', id: endpoint },
    })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), { code: 'NOT_SUPPORTED' })
  })

  test.each([
    [
      'for a table that takes no such steps',
      { table: 'sdkmessagefilter', message: 'Retrieve' },
      {},
      'STEP_NOT_ALLOWED',
    ],
    ['on Upsert', { message: 'Upsert', table: 'project' }, {}, 'STEP_NOT_ALLOWED'],
    ['at a stage of the platform', {}, { stage: 30 }, 'STEP_NOT_ALLOWED'],
    ['asynchronous before PostOperation', {}, { mode: 1 }, 'STEP_INVALID'],
    ['with a column the table lacks', {}, { filteringattributes: 'nmae' }, 'STEP_COLUMN_UNKNOWN'],
  ] as const)('is refused %s', async (_, on, values, code) => {
    const org = organization()
    const row = { ...(await registration(org, on)), ...values }

    await refused(org, () => org.create(STEPS, row), { code })
  })

  test('is refused on Associate with a filter of another message', async () => {
    const org = organization()
    const row = { ...(await registration(org)), sdkmessageid: await messageRef(org, 'Associate') }

    await refused(org, () => org.create(STEPS, row), {
      code: 'STEP_NOT_ALLOWED',
      number: 0x80044187,
    })
  })

  test('is refused for a type whose code is not here', async () => {
    const org = organization()
    const type = await org.create('plugintype', {
      typename: 'Elsewhere',
      friendlyname: 'Elsewhere',
    })
    const eventhandler = { table: 'plugintype', id: type }
    const row = { ...(await registration(org)), eventhandler, plugintypeid: eventhandler }

    await refused(org, () => org.create(STEPS, row), { code: 'NOT_SUPPORTED' })
  })
})

describe('an image row', () => {
  test.each([
    ['on a message without images', 'Retrieve', 40, {}, 'IMAGE_NOT_SUPPORTED', 0x80044189],
    [
      'before a Create',
      'Create',
      40,
      { messagepropertyname: 'Id' },
      'IMAGE_TYPE_INVALID',
      0x8004416d,
    ],
    ['after a Delete', 'Delete', 40, { imagetype: 1 }, 'IMAGE_TYPE_INVALID', 0x8004416d],
    [
      'of both kinds for a Delete',
      'Delete',
      40,
      { imagetype: 2 },
      'IMAGE_TYPE_INVALID',
      0x8004416d,
    ],
    [
      'after the row at PreOperation',
      'Update',
      20,
      { imagetype: 1 },
      'POST_IMAGE_TOO_EARLY',
      0x8004416e,
    ],
    [
      'of Target for a Create',
      'Create',
      40,
      { imagetype: 1 },
      'IMAGE_PROPERTY_INVALID',
      0x8004416b,
    ],
    [
      'with a column the table lacks',
      'Update',
      20,
      { attributes: 'nmae' },
      'STEP_COLUMN_UNKNOWN',
      null,
    ],
  ] as const)('is refused %s', async (_, message, stage, values, code, number) => {
    const org = organization()
    const row = { ...(await registration(org, { message })), stage }
    const id = await org.create(STEPS, row)

    await refused(org, () => org.create(IMAGES, imageOf(id, values)), {
      code,
      number,
    })
  })

  test('may name its property in either case', async () => {
    const org = organization()
    const id = await org.create(STEPS, await registration(org))

    await org.create(IMAGES, imageOf(id, { messagepropertyname: 'target' }))

    expect(org.steps.find((known) => known.id === id)?.preImages).toEqual([
      { alias: 'before', columns: 'all' },
    ])
  })

  test('keeps its step from moving to a stage where it is not there yet', async () => {
    const org = organization()
    const id = await org.create(STEPS, { ...(await registration(org)), stage: 40 })
    await org.create(IMAGES, imageOf(id, { imagetype: 1 }))

    await refused(org, () => org.update(STEPS, id, { stage: 20 }), {
      code: 'POST_IMAGE_TOO_EARLY',
    })
  })
})

test('ten thousand steps elsewhere do not slow an organization down', async () => {
  const many = Array.from({ length: 10_000 }, (_, i) =>
    step({ message: 'Update', table: 'account', rank: i }, () => undefined),
  )
  const timeOf = async (steps: readonly ReturnType<typeof step>[]) => {
    const org = emulator({ tables, steps })
    await org.create('contact', { lastname: 'Warm' })
    const began = performance.now()
    for (let i = 0; i < 500; i++) await org.create('contact', { lastname: 'Diaz' })
    return performance.now() - began
  }
  await timeOf([])

  const few = await timeOf(many.slice(0, 10))
  const all = await timeOf(many)

  // Wide: the machine is shared; a look at every step would be hundreds of times slower.
  expect(all).toBeLessThan(few * 5 + 50)
})
