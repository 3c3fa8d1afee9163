import type { AnyEvent } from '../../src/authoring/event.ts'
import type { ExecutionContext } from '../../src/pipeline/execution-context.ts'
import { clockAt, emulator } from '../../src/testing/index.ts'
import { Clock } from '../../src/authoring/services.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Steps at every stage of a message that keep what they are given. */
function watch(seen: AnyEvent[], message: string, table: string | null = 'contact') {
  return ([10, 20, 40] as const).map((stage) =>
    step({ message, table, stage, rank: 50 }, (event) => {
      // Read now, as a handler would: what happens later does not belong to it.
      void event.context.InputParameters
      parents(event.context)
      seen.push(event)
    }),
  )
}

/** A step that starts a Create of another table. */
const starts = (table: string, other: string, stage: 10 | 20 | 40 = 20, name = 'Started') =>
  step({ message: 'Create', table, stage }, async ({ org }) => {
    await org.create(other, other === 'contact' ? { lastname: name } : { name })
  })

describe('the execution context of a Create', () => {
  test('says what is known of it under the platform names', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create') })

    const id = await org.create('contact', { lastname: 'Diaz' })

    expect(seen.map(({ context }) => context.Stage)).toEqual([10, 20, 40])
    for (const { context } of seen) {
      expect(context).toMatchObject({
        MessageName: 'Create',
        Mode: 0,
        PrimaryEntityName: 'contact',
        PrimaryEntityId: id,
        SecondaryEntityName: 'none',
        Depth: 1,
        UserId: org.userId,
        InitiatingUserId: org.userId,
        BusinessUnitId: org.businessUnitId,
        OrganizationId: org.organizationId,
        OrganizationName: expect.stringMatching(/^unq[0-9a-f]{32}$/) as unknown,
        IsolationMode: 2,
        IsExecutingOffline: false,
        IsOfflinePlayback: false,
      })
      expect(context.CorrelationId).toMatch(GUID)
      expect(context.OperationId).toBe(context.RequestId)
      expect(context.OwningExtension).toMatchObject({
        LogicalName: 'sdkmessageprocessingstep',
        Name: `Step.onCreate${context.Stage}`,
      })
    }
    expect(new Set(seen.map(({ context }) => context.RequestId)).size).toBe(1)
  })

  test('has OutputParameters at PostOperation alone', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create') })

    const id = await org.create('contact', { lastname: 'Diaz' })

    expect(seen.map(({ context }) => context.OutputParameters)).toEqual([{}, {}, { id }])
  })

  test('has the outer context of the same operation as its parent from PreOperation on', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create') })

    const id = await org.create('contact', { lastname: 'Diaz' })

    const [before, inner, after] = seen.map(({ context }) => context)
    expect(before?.ParentContext).toBeNull()
    for (const context of [inner, after]) {
      expect(context?.ParentContext).toMatchObject({
        MessageName: 'Create',
        Stage: 30,
        Depth: 1,
        PrimaryEntityId: id,
        CorrelationId: context?.CorrelationId,
        RequestId: context?.RequestId,
        OwningExtension: { Name: 'ObjectModel Implementation' },
        ParentContext: null,
      })
    }
  })

  test('holds what the caller sent in its outer context, and more in its own', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create') })

    await org.create('contact', { lastname: 'Diaz' })

    const [, inner] = seen.map(({ context }) => context)
    expect(targetOf(inner)).toHaveProperty('createdon')
    expect(targetOf(inner?.ParentContext)).toMatchObject({ lastname: 'Diaz' })
    expect(targetOf(inner?.ParentContext)).not.toHaveProperty('createdon')
    expect(targetOf(inner?.ParentContext)).not.toHaveProperty('ownerid')
  })

  test('has the primary key in its outer Target, which PreValidation does not show yet', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create') })

    const id = await org.create('contact', { lastname: 'Diaz' })

    const [before, inner, after] = seen.map(({ context }) => context)
    expect(targetOf(before)).not.toHaveProperty('contactid')
    expect(targetOf(inner?.ParentContext)).toHaveProperty('contactid', id)
    expect(targetOf(after?.ParentContext)).toHaveProperty('contactid', id)
  })

  test('cannot be written around: neither bag nor outer target takes a change', async () => {
    const tries = [
      ({ context }: AnyEvent) => void (context.InputParameters['Target'] = {}),
      ({ context }: AnyEvent) => void (context.OutputParameters['id'] = 'another'),
      ({ context }: AnyEvent) => void (targetOf(context)['lastname'] = 'Changed'),
      ({ context }: AnyEvent) => void (targetOf(context.ParentContext)['lastname'] = 'Changed'),
    ]
    for (const attempt of tries) {
      const org = emulator({
        tables,
        steps: [step({ message: 'Create', table: 'contact', stage: 20 }, attempt)],
      })

      await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {})
    }
  })
})

describe('a request that a step sends', () => {
  test('is one deeper, of the same correlation, with a request id of its own', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({
      tables,
      steps: [starts('account', 'contact'), ...watch(seen, 'Create', null)],
    })

    await org.create('account', { name: 'Contoso' })

    const of = (table: string) => seen.find((event) => event.table === table)?.context
    expect(of('contact')?.Depth).toBe(2)
    expect(of('account')?.Depth).toBe(1)
    expect(of('contact')?.CorrelationId).toBe(of('account')?.CorrelationId)
    expect(of('contact')?.RequestId).not.toBe(of('account')?.RequestId)
  })

  test('of another caller request has another correlation', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create') })

    await org.create('contact', { lastname: 'One' })
    await org.create('contact', { lastname: 'Two' })

    expect(new Set(seen.map(({ context }) => context.CorrelationId)).size).toBe(2)
  })

  test.each([10, 20, 40] as const)(
    'leads through its outer context to the step at %i that sent it, and to that one’s outer context',
    async (stage) => {
      const seen: AnyEvent[] = []
      const org = emulator({
        tables,
        steps: [starts('account', 'contact', stage), ...watch(seen, 'Create')],
      })

      await org.create('account', { name: 'Contoso' })

      const chain = parents(seen[1]?.context)
      const account = [['account', stage, 1], ...(stage === 10 ? [] : [['account', 30, 1]])]
      expect(chain).toEqual([['contact', 20, 2], ['contact', 30, 2], ...account])
    },
  )

  test('for a cascade leads to the outer context of the Delete it belongs to', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Delete') })
    const accountid = await org.create('account', { name: 'Contoso' })
    await org.create('contact', {
      lastname: 'Diaz',
      parentcustomerid: { table: 'account', id: accountid },
    })

    await org.delete('account', accountid)

    expect(parents(seen[0]?.context)).toEqual([
      ['contact', 10, 2],
      ['account', 30, 1],
    ])
    expect(seen[0]?.context.ParentContext?.MessageName).toBe('Delete')
    expect(seen[0]?.context.ParentContext?.PrimaryEntityId).toBe(accountid)
  })

  test('for an Upsert has the depth of the Upsert, which stands above it', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create', 'project') })

    await org.upsert('project', { code: 'P1' }, { name: 'New' })

    expect(seen[1]?.context.Depth).toBe(1)
    expect(seen[0]?.context.ParentContext).toMatchObject({ MessageName: 'Upsert', Depth: 1 })
  })
})

describe('depth', () => {
  /** Each project starts the next until the last, counted by its number. */
  const chain = (last: number, depths: number[] = []) =>
    step({ message: 'Create', table: 'project', stage: 40 }, async ({ org, target, context }) => {
      depths.push(context.Depth)
      const number = Number(target['number'])
      if (number < last) await org.create('project', { name: 'Next', number: number + 1 })
    })

  test('8 is reached', async () => {
    const depths: number[] = []
    const org = emulator({ tables, steps: [chain(8, depths)] })

    await org.create('project', { name: 'First', number: 1 })

    expect(depths).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(org.contents().get('project')).toHaveLength(8)
  })

  test('9 is refused as a loop, and nothing stays', async () => {
    const org = emulator({ tables, steps: [chain(9)] })

    await refused(org, () => org.create('project', { name: 'First', number: 1 }), {
      code: 'DEPTH_EXCEEDED',
      number: 0x80044182,
    })
  })

  test('ends a step that starts itself', async () => {
    const org = emulator({ tables, steps: [starts('project', 'project', 20)] })

    await refused(org, () => org.create('project', { name: 'First' }), { code: 'DEPTH_EXCEEDED' })
  })

  test('counts jobs with the operation that made them, so that they end too', async () => {
    const loop = step(
      { message: 'Create', table: 'project', stage: 40, mode: 'async' },
      async ({ org }) => {
        await org.create('project', { name: 'Again' })
      },
    )
    const org = emulator({ tables, steps: [loop] })

    await org.create('project', { name: 'First' })
    await org.settle()

    expect(org.contents().get('project')).toHaveLength(8)
    expect(org.jobs.map(({ state }) => state)).toEqual([
      ...Array<string>(7).fill('succeeded'),
      'failed',
    ])
    expect(org.jobs.at(-1)?.error?.code).toBe('DEPTH_EXCEEDED')
  })
})

/** The platform's own. */
const OF_CREATE = { IsAutoTransact: true, DefaultsAddedFlag: true }

describe('shared variables', () => {
  const put = (
    stage: 10 | 20 | 40,
    name: string,
    rank = 1,
    message = 'Create',
    table = 'contact',
  ) =>
    step(
      { message, table, stage, rank },
      ({ sharedVariables }) => void (sharedVariables[name] = stage),
    )

  test('of PreValidation are found in ParentContext afterwards, not directly', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: [put(10, 'early'), ...watch(seen, 'Create')] })

    await org.create('contact', { lastname: 'Diaz' })

    const [, inner, after] = seen.map(({ context }) => context)
    expect(inner?.SharedVariables).not.toHaveProperty('early')
    expect(inner?.ParentContext?.SharedVariables).toMatchObject({ early: 10 })
    expect(after?.ParentContext?.SharedVariables).toMatchObject({ early: 10 })
  })

  test('of PreOperation are found directly at PostOperation', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: [put(20, 'between'), ...watch(seen, 'Create')] })

    await org.create('contact', { lastname: 'Diaz' })

    expect(seen[2]?.context.SharedVariables).toEqual({ ...OF_CREATE, between: 20 })
    expect(seen[2]?.sharedVariables).toEqual({ ...OF_CREATE, between: 20 })
    expect(seen[2]?.context.ParentContext?.SharedVariables).not.toHaveProperty('between')
  })

  test('of messages with one context are found directly throughout', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({
      tables,
      steps: [put(10, 'early', 1, 'Retrieve'), ...watch(seen, 'Retrieve')],
    })
    const id = await org.create('contact', { lastname: 'Diaz' })

    await org.retrieve('contact', id)

    expect(seen.map(({ context }) => context.SharedVariables)).toEqual([
      { IsAutoTransact: false, early: 10 },
      { IsAutoTransact: false, early: 10 },
      { IsAutoTransact: false, early: 10 },
    ])
    expect(seen[1]?.context.ParentContext).toBeNull()
  })

  test('of a step are found above the requests it sends', async () => {
    const seen: AnyEvent[] = []
    const sends = step({ message: 'Create', table: 'account', stage: 20 }, async (event) => {
      event.sharedVariables['from'] = 'account'
      await event.org.create('contact', { lastname: 'Diaz' })
    })
    const org = emulator({ tables, steps: [sends, ...watch(seen, 'Create')] })

    await org.create('account', { name: 'Contoso' })

    expect(seen[0]?.context.SharedVariables).toEqual(OF_CREATE)
    expect(seen[0]?.context.ParentContext?.SharedVariables).toEqual({
      ...OF_CREATE,
      from: 'account',
    })
  })

  test('hold the platform’s own, those of a Create and those of other messages', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({
      tables,
      steps: [...watch(seen, 'Create'), ...watch(seen, 'Update'), ...watch(seen, 'Retrieve')],
    })
    const id = await org.create('contact', { lastname: 'Diaz' })
    await org.update('contact', id, { lastname: 'Okoro' })
    await org.retrieve('contact', id)

    const told = new Map(seen.map(({ context }) => [context.MessageName, context.SharedVariables]))
    expect(Object.fromEntries(told)).toEqual({
      Create: OF_CREATE,
      Update: { IsAutoTransact: true },
      Retrieve: { IsAutoTransact: false },
    })
  })

  test.each([
    ['a function', () => undefined],
    ['an object with a function', { deep: [() => undefined] }],
    ['a symbol', Symbol('mark')],
  ])('that cannot travel are refused where nothing travels, too: %s', async (_, value) => {
    const puts = step({ message: 'Create', table: 'contact' }, ({ sharedVariables }) => {
      sharedVariables['mark'] = value
    })
    const org = emulator({ tables, steps: [puts] })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'HANDLER_FAILED',
      message: "The shared variable 'mark' cannot be serialized.",
    })
  })

  test('of one request are not those of the next', async () => {
    const seen: unknown[] = []
    const count = step({ message: 'Create', table: 'contact' }, ({ sharedVariables }) => {
      seen.push({ ...sharedVariables })
      sharedVariables['marked'] = true
    })
    const org = emulator({ tables, steps: [count] })

    await org.create('contact', { lastname: 'One' })
    await org.create('contact', { lastname: 'Two' })

    expect(seen).toEqual([OF_CREATE, OF_CREATE])
  })
})

describe('the tag of a request', () => {
  test('is the shared variable `tag` at PreValidation, and above it afterwards', async () => {
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create') })

    await org.create('contact', { lastname: 'Diaz' }, { tag: 'import' })

    const [before, inner] = seen.map(({ context }) => context)
    expect(before?.SharedVariables).toEqual({ ...OF_CREATE, tag: 'import' })
    expect(inner?.SharedVariables).toEqual(OF_CREATE)
    expect(inner?.ParentContext?.SharedVariables).toEqual({
      ...OF_CREATE,
      ChangedEntityTypes: [{ key: 'contact', value: 'Create' }],
      tag: 'import',
    })
  })

  test('is not that of the requests it leads to, which have their own', async () => {
    const seen: AnyEvent[] = []
    const sends = step({ message: 'Create', table: 'account', stage: 20 }, async ({ org }) => {
      await org.create('contact', { lastname: 'Untagged' })
      await org.create('contact', { lastname: 'Tagged' }, { tag: 'inner' })
    })
    const org = emulator({ tables, steps: [sends, ...watch(seen, 'Create')] })

    await org.create('account', { name: 'Contoso' }, { tag: 'outer' })

    const tags = seen
      .filter(({ context }) => context.Stage === 10)
      .map(({ context }) => context.SharedVariables)
    expect(tags).toEqual([OF_CREATE, { ...OF_CREATE, tag: 'inner' }])
  })
})

describe('a step that runs as another user', () => {
  test('sends its requests as that user, who acts for the caller', async () => {
    const seen: AnyEvent[] = []
    const userId = '22222222-2222-4222-8222-222222222222'
    const runAs = step({ message: 'Create', table: 'account', runAs: userId }, async (event) => {
      seen.push(event)
      await event.org.create('contact', { lastname: 'Diaz' })
    })
    const busy = emulator({
      tables,
      rows: [{ table: 'systemuser', values: { ...ROBOT, systemuserid: userId } }],
      steps: [runAs, ...watch(seen, 'Create')],
    })

    await busy.create('account', { name: 'Contoso' })

    const [contact] = busy.contents().get('contact') ?? []
    const [account] = busy.contents().get('account') ?? []
    expect(contact).toMatchObject({
      createdby: { table: 'systemuser', id: userId },
      createdonbehalfby: { table: 'systemuser', id: busy.userId },
      ownerid: { table: 'systemuser', id: userId },
    })
    expect(account).toMatchObject({ createdby: { id: busy.userId }, createdonbehalfby: null })
    expect(seen[0]?.context).toMatchObject({ UserId: userId, InitiatingUserId: busy.userId })
    expect(seen[1]?.context).toMatchObject({ UserId: userId, InitiatingUserId: busy.userId })
  })
})

describe('OperationCreatedOn', () => {
  test('is when the caller’s request came', async () => {
    const clock = clockAt('2026-03-02T10:00:00Z')
    const seen: AnyEvent[] = []
    const org = emulator({ tables, steps: watch(seen, 'Create'), services: [[Clock, clock]] })

    clock.advance({ hours: 1 })
    await org.create('contact', { lastname: 'Diaz' })

    expect(seen[0]?.context.OperationCreatedOn).toEqual(new Date('2026-03-02T11:00:00Z'))
  })
})

const ROBOT = {
  firstname: 'Robot',
  lastname: 'One',
  domainname: 'robot@emulated.example',
  internalemailaddress: 'robot@emulated.example',
  businessunitid: { table: 'businessunit', id: '0e000000-0000-4000-8000-000000000002' },
}

function targetOf(context: ExecutionContext | null | undefined): Record<string, unknown> {
  const target = context?.InputParameters['Target'] as { Attributes: Record<string, unknown> }
  return target.Attributes
}

/** Table, stage and depth of a context and all above it. */
function parents(context: ExecutionContext | null | undefined): readonly unknown[] {
  return context === null || context === undefined
    ? []
    : [[context.PrimaryEntityName, context.Stage, context.Depth], ...parents(context.ParentContext)]
}

describe('what the client of a caller tells of itself', () => {
  const client = { userAgent: 'tests/1.0', acceptLanguage: 'en-US', appName: 'sample_App' }

  test('is in the context, the shared variables and the parameters of the outer context', async () => {
    const seen: unknown[] = []
    const look = step({ table: 'contact', message: 'Create' }, ({ context }) => {
      seen.push({
        agent: context.InitiatingUserAgent,
        shared: context.SharedVariables,
        above: context.ParentContext?.SharedVariables,
        app: context.ParentContext?.InputParameters['x-ms-app-name'],
      })
    })
    const org = emulator({ tables: TABLES, steps: [look] })

    await org.create('contact', { lastname: 'Diaz' }, { client })

    const told = { AcceptLang: 'en-US', 'x-ms-app-name': 'sample_App' }
    expect(seen).toMatchObject([
      { agent: 'tests/1.0', shared: told, above: told, app: 'sample_App' },
    ])
  })

  test('goes with what its steps and jobs send', async () => {
    const seen: unknown[] = []
    const look = step({ table: 'account', message: 'Create' }, ({ context }) => {
      seen.push(context.InitiatingUserAgent)
    })
    const creates = (mode: 'sync' | 'async') =>
      step({ table: 'contact', message: 'Create', stage: 40, mode }, async ({ org }) => {
        await org.create('account', { name: 'Contoso' })
      })
    const org = emulator({ tables: TABLES, steps: [look, creates('sync'), creates('async')] })

    await org.create('contact', { lastname: 'Diaz' }, { client })
    await org.settle()

    expect(seen).toEqual(['tests/1.0', 'tests/1.0'])
  })

  test('is nothing where it tells nothing', async () => {
    const seen: unknown[] = []
    const look = step({ table: 'contact', message: 'Create' }, ({ context }) => {
      seen.push(context.InitiatingUserAgent, 'AcceptLang' in context.SharedVariables)
    })
    const org = emulator({ tables: TABLES, steps: [look] })

    await org.create('contact', { lastname: 'Diaz' })

    expect(seen).toEqual(['', false])
  })
})

test('the outer context lists the table that changes', async () => {
  const seen: unknown[] = []
  const look = (stage: 10 | 20) =>
    step({ table: 'contact', message: 'Create', stage }, ({ context }) => {
      seen.push([
        context.SharedVariables['ChangedEntityTypes'],
        context.ParentContext?.SharedVariables['ChangedEntityTypes'],
      ])
    })
  const org = emulator({ tables: TABLES, steps: [look(10), look(20)] })

  await org.create('contact', { lastname: 'Diaz' })

  expect(seen).toEqual([
    [undefined, undefined],
    [undefined, [{ key: 'contact', value: 'Create' }]],
  ])
})
