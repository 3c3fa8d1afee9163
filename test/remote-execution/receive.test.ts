import { DataverseError } from '../../src/errors/dataverse-error.ts'
import type { StepOrganization } from '../../src/messages/organization-service.ts'
import type { Step } from '../../src/pipeline/step.ts'
import type { StepEvent } from '../../src/pipeline/step-event.ts'
import { receiveExecution, type Receiver } from '../../src/remote-execution/receive.ts'
import { ASSET, bodyWith, CREATE, SITE, STEP, wireReference, wireTarget } from './contexts.ts'

const REDUCED = { 'x-ms-dynamics-msg-size-exceeded': 'true' }

function step(run: Step['run'], registration: Partial<Step> = {}): Step {
  return {
    id: '51000000-0000-4000-8000-000000000001',
    name: 'Assets.greet',
    message: 'Create',
    table: 'demo_asset',
    stage: 40,
    mode: 'sync',
    rank: 1,
    preImages: [],
    postImages: [],
    writes: [],
    run,
    ...registration,
  }
}

function receive(
  steps: readonly Step[],
  { body = CREATE, headers = {}, ...more }: { body?: string; headers?: object } & Partial<Receiver>,
) {
  const nobody = () => {
    throw new DataverseError('ORGANIZATION_UNREACHABLE', 'No organization here.')
  }
  return receiveExecution({ body, headers: { ...headers } }, { steps, serviceFor: nobody, ...more })
}

function updateBody(attributes: Readonly<Record<string, unknown>>, members: object = {}) {
  const InputParameters = [{ key: 'Target', value: wireTarget(attributes) }]
  return bodyWith({ MessageName: 'Update', InputParameters, ...members })
}

const answerOf = (body: string) =>
  (JSON.parse(body) as { readonly error: { readonly code: string; readonly message: string } })
    .error

describe('a step that runs', () => {
  test('is given the row and its columns, and 204 is answered', async () => {
    const seen: unknown[] = []
    const greet = step(({ id, table, target }) => {
      seen.push(id, table, target['demo_name'], target['demo_kind'])
    })

    const answer = await receive([greet], {})

    expect(answer).toEqual({ status: 204, headers: {}, body: '' })
    expect(seen).toEqual([ASSET, 'demo_asset', 'Pump 7', 2])
  })

  test('is awaited', async () => {
    let done = false
    const slow = step(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      done = true
    })

    await receive([slow], {})

    expect(done).toBe(true)
  })

  test('finds its images by alias, with null for the columns that were left out', async () => {
    const image = { ...wireTarget({ demo_name: 'Pump 6' }), __type: undefined }
    let seen: unknown
    const greet = step(
      ({ preImage, preImages, postImage }) => {
        seen = { preImage, preImages, postImage }
      },
      {
        message: 'Update',
        preImages: [{ alias: 'before', columns: ['demo_name', 'demo_kind'] }],
        postImages: [{ alias: 'after', columns: 'all' }],
      },
    )

    await receive([greet], {
      body: updateBody(
        {},
        {
          PreEntityImages: [{ key: 'before', value: image }],
          PostEntityImages: [{ key: 'after', value: image }],
        },
      ),
    })

    expect(seen).toEqual({
      preImage: { demo_name: 'Pump 6', demo_kind: null },
      preImages: { before: { demo_name: 'Pump 6', demo_kind: null } },
      postImage: { demo_name: 'Pump 6' },
    })
  })

  test('is told the relationship and the related rows of an Associate', async () => {
    let seen: unknown
    const link = step(
      ({ id, table, relationship, related, target }) => {
        seen = { id, table, relationship, related, target }
      },
      { message: 'Associate', table: null, relationship: 'demo_a_s' },
    )
    const InputParameters = [
      { key: 'Target', value: wireReference('demo_asset', ASSET) },
      {
        key: 'Relationship',
        value: { __type: 'Relationship:x', PrimaryEntityRole: null, SchemaName: 'demo_a_s' },
      },
      { key: 'RelatedEntities', value: [wireReference('demo_site', SITE)] },
    ]

    const answer = await receive([link], {
      body: bodyWith({
        MessageName: 'Associate',
        InputParameters,
        PrimaryEntityName: 'none',
        PrimaryEntityId: undefined,
      }),
    })

    expect(answer.status).toBe(204)
    expect(seen).toEqual({
      id: ASSET,
      table: 'demo_asset',
      relationship: 'demo_a_s',
      related: [{ table: 'demo_site', id: SITE }],
      target: {},
    })
  })

  test('reads the parameters of a custom message and its shared variables', async () => {
    let seen: unknown
    const custom = step(
      ({ parameters, sharedVariables, context }) => {
        seen = [parameters['Amount'], sharedVariables['AcceptLang'], context.Depth]
      },
      { message: 'demo_Price', table: null },
    )

    await receive([custom], {
      body: bodyWith({ MessageName: 'demo_Price', InputParameters: [{ key: 'Amount', value: 7 }] }),
    })

    expect(seen).toEqual([7, 'en-US', 1])
  })

  test('calls the organization that was made for its context', async () => {
    const org = { create: async () => SITE } as unknown as StepOrganization
    let made: unknown
    const greet = step(async (event) => {
      made = await (event.org as StepOrganization).create('task', {})
    })

    await receive([greet], { serviceFor: () => org })

    expect(made).toBe(SITE)
  })

  test('writes its trace under its name', async () => {
    const lines: string[] = []

    await receive([step(({ trace }) => trace('hello'))], { trace: (line) => lines.push(line) })

    expect(lines).toEqual(['Assets.greet: hello'])
  })
})

describe('which steps run', () => {
  const named = (name: string, ran: string[], registration: Partial<Step> = {}) =>
    step(() => void ran.push(name), { name, ...registration })

  test('only the one whose id the context names', async () => {
    const ran: string[] = []

    await receive([named('A.a', ran), named('B.b', ran, { id: STEP })], {})

    expect(ran).toEqual(['B.b'])
  })

  test('only the one whose name the context names', async () => {
    const ran: string[] = []

    await receive([named('A.a', ran), named('Hook: Create of demo_asset', ran)], {})

    expect(ran).toEqual(['Hook: Create of demo_asset'])
  })

  test('those registered for message, table, stage and mode, by rank, when neither is known', async () => {
    const ran: string[] = []

    await receive(
      [
        named('last', ran, { rank: 9 }),
        named('first', ran, { rank: 1 }),
        named('any table', ran, { table: null, rank: 5 }),
        named('other table', ran, { table: 'demo_site' }),
        named('other stage', ran, { stage: 20 }),
        named('other mode', ran, { mode: 'async' }),
        named('other message', ran, { message: 'Update' }),
      ],
      {},
    )

    expect(ran).toEqual(['first', 'any table', 'last'])
  })

  test('those of which a filtering column is in the target, whatever its value', async () => {
    const ran: string[] = []
    const filter = (column: string) =>
      named(column, ran, { message: 'Update', columns: ['demo_other', column] })

    const answer = await receive([filter('demo_note'), filter('demo_kind')], {
      body: updateBody({ demo_note: null }),
    })

    expect(answer.status).toBe(204)
    expect(ran).toEqual(['demo_note'])
  })

  test('none for another relationship', async () => {
    const ran: string[] = []
    const InputParameters = [
      { key: 'Target', value: wireReference('demo_asset', ASSET) },
      { key: 'Relationship', value: { __type: 'Relationship:x', SchemaName: 'demo_other' } },
    ]

    await receive(
      [named('A.a', ran, { message: 'Associate', table: null, relationship: 'demo_a_s' })],
      { body: bodyWith({ MessageName: 'Associate', InputParameters }) },
    )

    expect(ran).toEqual([])
  })
})

describe('what is refused', () => {
  test('a refusal is 400 with its message, and later steps do not run', async () => {
    const ran: string[] = []
    const refuse = step(({ reject }) => reject('Not on a Sunday.'))
    const later = step(() => void ran.push('later'), { rank: 2 })

    const answer = await receive([refuse, later], {})

    expect(answer.status).toBe(400)
    expect(answerOf(answer.body)).toEqual({ code: '0x80040265', message: 'Not on a Sunday.' })
    expect(ran).toEqual([])
  })

  test('a refusal may choose its status, and asks for another try with 503', async () => {
    const withStatus = step(({ reject }) => reject('Too soon.', { httpStatus: 409 }))
    const retry = step(({ reject }) => reject('Later.', { operationStatus: 2 }))

    expect((await receive([withStatus], {})).status).toBe(409)
    expect((await receive([retry], {})).status).toBe(503)
  })

  test('a failure of a handler is 500 with its step and message; the trace tells where', async () => {
    const lines: string[] = []
    const failing = step(() => {
      throw new TypeError('x is undefined')
    })

    const answer = await receive([failing], { trace: (line) => lines.push(line) })

    expect(answer.status).toBe(500)
    expect(answerOf(answer.body).message).toBe('Assets.greet: TypeError: x is undefined')
    expect(lines).toEqual([
      expect.stringMatching(/^Assets\.greet: TypeError: x is undefined\n +at .*receive\.test\.ts/),
    ])
  })

  test('what is no context is 400', async () => {
    const answer = await receive([], { body: 'hello' })

    expect(answer.status).toBe(400)
    expect(answerOf(answer.body).code).toBe('CONTEXT_INVALID')
  })

  test('an event that no step here is for is 400, not a silent success', async () => {
    const answer = await receive([step(() => undefined, { message: 'Delete' })], {})

    expect(answer.status).toBe(400)
    expect(answerOf(answer.body).message).toBe(
      'No step here is for Create of demo_asset at stage 40, synchronous.',
    )
  })

  test('a step that writes to its target never runs', async () => {
    let ran = false
    const stamp = step(() => void (ran = true), { stage: 20, writes: ['demo_note'] })

    const answer = await receive([stamp], { body: bodyWith({ Stage: 20 }) })

    expect(answer.status).toBe(400)
    expect(answerOf(answer.body)).toMatchObject({
      code: 'CONTEXT_INVALID',
      message: expect.stringContaining('Assets.greet sets demo_note on its target'),
    })
    expect(ran).toBe(false)
  })

  test('a write that was not declared is not taken', async () => {
    const answer = await receive(
      [
        step(({ target }) => {
          target['demo_name'] = 'other'
        }),
      ],
      {},
    )

    expect(answer.status).toBe(500)
    expect(answerOf(answer.body).message).toContain('read only')
  })

  test.each([
    ['query', (event: StepEvent) => void event.query, 501],
    ['query, set', (event: StepEvent) => void (event.query = {}), 501],
    ['result, set', (event: StepEvent) => void (event.result = undefined), 501],
    ['an image it never gets', (event: StepEvent) => void event.preImage, 400],
  ])('%s', async (_, run, status) => {
    const greedy = step(run, { preImages: [{ alias: 'before', columns: 'all' }] })

    expect((await receive([greedy], {})).status).toBe(status)
  })

  test('a call to an organization that is not there', async () => {
    const answer = await receive([step(({ org }) => void org)], {})

    expect(answerOf(answer.body).code).toBe('ORGANIZATION_UNREACHABLE')
  })
})

describe('a body that Dataverse has shortened', () => {
  const NOTHING = { InputParameters: [], PreEntityImages: null, PostEntityImages: [] }
  const retrieved = {
    retrieve: async (table: string, id: string, columns?: readonly string[]) => ({
      demo_name: `${table} ${id} ${String(columns)}`,
      demo_kind: null,
    }),
  } as unknown as StepOrganization

  test('runs a step that needs the row only', async () => {
    let seen: unknown
    const gone = step(({ id }) => void (seen = id), { message: 'Delete' })

    const answer = await receive([gone], {
      body: bodyWith({ ...NOTHING, MessageName: 'Delete' }),
      headers: REDUCED,
    })

    expect(answer.status).toBe(204)
    expect(seen).toBe(ASSET)
  })

  test.each([
    ['target', ({ target }: StepEvent) => void target],
    ["pre-image 'before'", ({ preImage }: StepEvent) => void preImage],
    ["post-image 'after'", ({ postImage }: StepEvent) => void postImage],
    ['parameters', ({ parameters }: StepEvent) => void parameters],
    ['parameters', ({ related }: StepEvent) => void related],
  ])('refuses a step that reads the %s it lost', async (what, run) => {
    const greedy = step(run, {
      message: 'Update',
      preImages: [{ alias: 'before', columns: 'all' }],
      postImages: [{ alias: 'after', columns: 'all' }],
    })

    const answer = await receive([greedy], {
      body: bodyWith({ ...NOTHING, MessageName: 'Update' }),
      headers: REDUCED,
    })

    expect(answer.status).toBe(400)
    expect(answerOf(answer.body)).toMatchObject({
      code: 'CONTEXT_REDUCED',
      message: expect.stringContaining(`Assets.greet reads ${what},`),
    })
  })

  test('is told by a target that is not there as well as by the header', async () => {
    const greedy = step(({ target }) => void target, { message: 'Update' })

    const answer = await receive([greedy], {
      body: bodyWith({ ...NOTHING, MessageName: 'Update' }),
    })

    expect(answerOf(answer.body).code).toBe('CONTEXT_REDUCED')
  })

  test('runs an Update step whatever columns it filters on: they are not told', async () => {
    let ran = false
    const filtered = step(() => void (ran = true), { message: 'Update', columns: ['demo_name'] })

    await receive([filtered], { body: bodyWith({ ...NOTHING, MessageName: 'Update' }) })

    expect(ran).toBe(true)
  })

  test('is completed from the organization for an asynchronous step', async () => {
    let seen: unknown
    const greet = step(
      ({ target, postImage }) => {
        seen = { target, postImage }
      },
      { mode: 'async', postImages: [{ alias: 'after', columns: ['demo_name', 'demo_kind'] }] },
    )

    const answer = await receive([greet], {
      body: bodyWith({ ...NOTHING, Mode: 1 }),
      headers: REDUCED,
      serviceFor: () => retrieved,
    })

    expect(answer.status).toBe(204)
    expect(seen).toEqual({
      target: { demo_name: `demo_asset ${ASSET} undefined` },
      postImage: { demo_name: `demo_asset ${ASSET} demo_name,demo_kind`, demo_kind: null },
    })
  })
})
