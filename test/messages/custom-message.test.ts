import {
  CustomMessage,
  customMessagesOf,
  type CustomMessageDefinition,
  type CustomMessageEvent,
  type CustomMessageTypes,
} from '../../src/authoring/custom-message.ts'
import { Handler, PostOperation } from '../../src/authoring/decorators.ts'
import { Clock, buildContainer } from '../../src/authoring/services.ts'
import { inject } from '../../src/authoring/inject.ts'
import type { HandlerClass } from '../../src/authoring/step-types.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'

const tables: [] = []

const CLOSE = {
  name: 'sample_CloseAccount',
  binding: 'Entity',
  table: 'account',
  parameters: { Reason: 'String', Fee: { type: 'Money', optional: true } },
  response: { ClosedOn: 'DateTime', Notes: 'Integer' },
  steps: 'SyncAndAsync',
} as const satisfies CustomMessageDefinition
type Close = CustomMessageTypes<typeof CLOSE>

@CustomMessage(CLOSE)
class CloseAccount {
  constructor(@inject(Clock) private readonly clock: Clock) {}

  async run({ id, parameters, org, reject }: CustomMessageEvent<Close['request']>) {
    if (parameters.Reason === 'none') reject('a reason is needed')
    await org.update('account', id, { description: parameters.Reason, statecode: 1 })
    return { ClosedOn: this.clock.now().toISOString(), Notes: 0 }
  }
}

const SUM = {
  name: 'sample_Sum',
  binding: 'Global',
  isFunction: true,
  parameters: { Left: 'Integer', Right: 'Integer' },
  response: { Sum: 'Integer' },
  steps: 'AsyncOnly',
} as const satisfies CustomMessageDefinition

@CustomMessage(SUM)
class Sum {
  run({ parameters }: CustomMessageEvent<CustomMessageTypes<typeof SUM>['request']>) {
    return { Sum: parameters.Left + parameters.Right }
  }
}

const handlers: readonly HandlerClass[] = [CloseAccount, Sum]

async function world(options: Parameters<typeof emulator>[0] = {}) {
  const org = emulator({ tables, handlers, ...options })
  const Target = { table: 'account', id: await org.create('account', { name: 'Contoso' }) }
  return { org, Target }
}

test('a custom message runs its code as main operation and answers what it answers', async () => {
  const { org, Target } = await world()

  const response = await org.execute('sample_CloseAccount', { Target, Reason: 'moved' })

  expect(response).toEqual({ ClosedOn: '2026-01-01T00:00:00.000Z', Notes: 0 })
  expect(org.peek('account', Target.id)).toMatchObject({ description: 'moved', statecode: 1 })
})

test('a synchronous one works as well, bound to nothing', async () => {
  const { org } = await world()

  expect(await org.execute('sample_Sum', { Left: 1, Right: 2 })).toEqual({ Sum: 3 })
})

test('steps run before and after it, and see one key for each parameter and property (custom-api)', async () => {
  const seen: unknown[] = []
  const steps = ([10, 20, 40] as const).map((stage) =>
    step({ table: 'account', message: 'sample_CloseAccount', stage }, ({ context }) => {
      seen.push([stage, Object.keys(context.InputParameters), context.OutputParameters])
    }),
  )
  const { org, Target } = await world({ steps })

  await org.execute('sample_CloseAccount', { Target, Reason: 'moved', Fee: 5 })

  const names = ['Target', 'Reason', 'Fee']
  expect(seen).toEqual([
    [10, names, {}],
    [20, names, {}],
    [40, names, { ClosedOn: '2026-01-01T00:00:00.000Z', Notes: 0 }],
  ])
})

test('what a step at PostOperation makes of its answer reaches the caller, where it is of the declared type', async () => {
  const change = (value: unknown) =>
    step({ table: 'account', message: 'sample_CloseAccount', stage: 40 }, ({ context }) => {
      context.OutputParameters['Notes'] = value
    })
  const { org, Target } = await world({ steps: [change(7)] })
  const wrong = await world({ steps: [change('seven')] })

  expect(await org.execute('sample_CloseAccount', { Target, Reason: 'moved' })).toMatchObject({
    Notes: 7,
  })
  await refused(
    wrong.org,
    () => wrong.org.execute('sample_CloseAccount', { Target: wrong.Target, Reason: 'moved' }),
    { code: 'HANDLER_FAILED' },
  )
})

test('parameters have the shapes of execution contexts in the bag', async () => {
  const seen: unknown[] = []
  const { org, Target } = await world({
    steps: [
      step(
        { table: 'account', message: 'sample_CloseAccount' },
        ({ context }) => void seen.push(context.InputParameters),
      ),
    ],
  })

  await org.execute('sample_CloseAccount', { Target, Reason: 'moved', Fee: 5 })

  expect(seen).toEqual([
    {
      Target: { LogicalName: 'account', Id: Target.id, Name: null },
      Reason: 'moved',
      Fee: { Value: 5 },
    },
  ])
})

test('a global message has no table and no row (event-framework)', async () => {
  const seen: unknown[] = []
  const { org } = await world({
    steps: [
      step(
        { message: 'sample_Sum', stage: 40, mode: 'async' },
        ({ context }) => void seen.push(context.PrimaryEntityName, context.PrimaryEntityId),
      ),
    ],
  })

  await org.execute('sample_Sum', { Left: 1, Right: 2 })
  await org.settle()

  expect(seen).toEqual(['none', '00000000-0000-0000-0000-000000000000'])
})

test('its own requests run one deeper, and are undone with it', async () => {
  const depths: number[] = []
  const { org, Target } = await world({
    steps: [
      step(
        { table: 'account', message: 'Update' },
        ({ context }) => void depths.push(context.Depth),
      ),
      step({ table: 'account', message: 'sample_CloseAccount', stage: 40 }, ({ reject }) =>
        reject('too late'),
      ),
    ],
  })

  await refused(org, () => org.execute('sample_CloseAccount', { Target, Reason: 'moved' }), {
    code: 'HANDLER_REJECTED',
    message: 'too late',
  })
  expect(depths.every((depth) => depth === 2)).toBe(true)
})

test('its code can refuse', async () => {
  const { org, Target } = await world()

  await refused(org, () => org.execute('sample_CloseAccount', { Target, Reason: 'none' }), {
    code: 'HANDLER_REJECTED',
    message: 'a reason is needed',
  })
})

test.each([
  ['a missing parameter', {}, 'INVALID_ARGUMENT', "needs the parameter 'Reason'"],
  ['a parameter of another type', { Reason: 5 }, 'PAYLOAD_INVALID', "'Reason'"],
  ['one that does not exist', { Reason: 'x', Resaon: 'y' }, 'PAYLOAD_INVALID', "'Resaon'"],
  [
    'a target of another table',
    { Reason: 'x', Target: { table: 'contact', id: 'x' } },
    'INVALID_ARGUMENT',
    'bound to account',
  ],
])('it refuses %s, and says which', async (_, change, code, message) => {
  const { org, Target } = await world()

  await refused(org, () => org.execute('sample_CloseAccount', { Target, ...change }), {
    code,
    message: expect.stringContaining(message) as string,
  })
})

test('a response of another type is a fault of its code', async () => {
  @CustomMessage({ ...SUM, name: 'sample_Wrong' })
  class Wrong {
    run(): { Sum: number } {
      return { Sum: '3' as unknown as number }
    }
  }
  const { org } = await world({ handlers: [Wrong] })

  await refused(org, () => org.execute('sample_Wrong', { Left: 1, Right: 2 }), {
    code: 'HANDLER_FAILED',
  })
})

test('what every request may carry is no parameter of it', async () => {
  const { org } = await world()
  const options = {
    tag: 'import',
    bypass: { sync: true },
    client: { userAgent: 'tests/1.0' },
    suppressDuplicateDetection: true,
    suppressCallbackRegistrationExpanderJob: true,
    solutionUniqueName: 'sample',
  }

  await expect(org.execute('sample_Sum', { Left: 1, Right: 2, ...options })).resolves.toEqual({
    Sum: 3,
  })
})

test('optional parameters may be left out or null', async () => {
  const { org, Target } = await world()

  await org.execute('sample_CloseAccount', { Target, Reason: 'moved', Fee: null })
})

test('the organization tells its custom messages by name', async () => {
  const { org } = await world()

  expect([...org.customMessages.keys()]).toEqual(['sample_CloseAccount', 'sample_Sum'])
  expect(org.customMessages.get('sample_Sum')).toMatchObject({ isFunction: true })
})

test('handlers register steps on custom messages', async () => {
  const run = jest.fn()
  @Handler('account')
  class Closing {
    @PostOperation('sample_CloseAccount' as never)
    closed() {
      run()
    }
  }
  const { org, Target } = await world({ handlers: [...handlers, Closing] })

  await org.execute('sample_CloseAccount', { Target, Reason: 'moved' })

  expect(run).toHaveBeenCalledTimes(1)
})

test.each([
  ['that takes asynchronous steps only', { message: 'sample_Sum' }, 'STEP_NOT_ALLOWED'],
  ['of another table', { message: 'sample_CloseAccount', table: 'contact' }, 'STEP_NOT_ALLOWED'],
  ['that does not exist', { message: 'sample_Open', table: 'account' }, 'MESSAGE_UNKNOWN'],
  ['that is no event', { message: 'SetStateDynamicEntity', table: 'account' }, 'STEP_NOT_ALLOWED'],
])('a step on a message %s is refused', (_, spec, code) => {
  expect(() => emulator({ tables, handlers, steps: [step(spec, () => undefined)] })).toThrow(
    expect.objectContaining({ code }) as Error,
  )
})

test.each([
  ['a name without prefix', { ...SUM, name: 'Sum' }],
  ['a table it is not bound to', { ...SUM, table: 'account' }],
  ['no table though it is bound', { ...SUM, binding: 'Entity' as const }],
  ['nothing to answer though it is a function', { ...SUM, response: {} }],
])('a definition with %s is refused', (_, definition) => {
  class Anything {
    run() {
      return {}
    }
  }
  CustomMessage(definition as CustomMessageDefinition)(Anything)

  expect(() => customMessagesOf([Anything], buildContainer([]))).toThrow(
    expect.objectContaining({ code: 'DEFINITION_INVALID' }) as Error,
  )
})

test('two classes of one name are refused', () => {
  expect(() => emulator({ tables, handlers: [Sum, Sum] })).toThrow(
    expect.objectContaining({ code: 'DEFINITION_INVALID' }) as Error,
  )
})

test('a message that sends itself without end is stopped as a loop, and undone', async () => {
  let sent = 0
  @CustomMessage({ ...SUM, name: 'sample_Loop', parameters: {} })
  class Loop {
    async run({ org }: CustomMessageEvent) {
      sent++
      await org.execute('sample_Loop', {})
      return { Sum: sent }
    }
  }
  const { org } = await world({ handlers: [Loop] })

  await refused(org, () => org.execute('sample_Loop', {}), { code: 'DEPTH_EXCEEDED' })
  expect(sent).toBe(8)
})

test('a message that is sent by a step belongs to its transaction', async () => {
  const { org, Target } = await world({
    steps: [
      step({ table: 'contact', message: 'Create' }, async ({ org, reject }) => {
        await org.execute('sample_CloseAccount', { Target, Reason: 'moved' })
        reject('after all not')
      }),
    ],
  })

  await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
    code: 'HANDLER_REJECTED',
    message: 'after all not',
  })
})
