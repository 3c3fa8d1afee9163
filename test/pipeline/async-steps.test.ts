import { Clock } from '../../src/authoring/services.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'
import { clockAt, emulator, type Emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { image, step, type StepSpec } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const AFTER: StepSpec = { message: 'Create', table: 'project', stage: 40, mode: 'async' }
const later = () => new Promise<void>((resolve) => setImmediate(resolve))

const states = (org: Emulator) => org.jobs.map(({ state }) => state)

describe('an asynchronous step', () => {
  test('runs after the request is answered, when the organization settles', async () => {
    const seen: string[] = []
    const org = emulator({ tables, steps: [step(AFTER, ({ id }) => void seen.push(id))] })

    const id = await org.create('project', { name: 'Bridge' })
    expect(seen).toEqual([])
    expect(org.jobs).toMatchObject([
      {
        step: 'Step.onCreate40',
        message: 'Create',
        table: 'project',
        rowId: id,
        depth: 1,
        state: 'ready',
      },
    ])
    await org.settle()

    expect(seen).toEqual([id])
    expect(states(org)).toEqual(['succeeded'])
  })

  test('runs once, however often the organization settles', async () => {
    const run = jest.fn()
    const org = emulator({ tables, steps: [step(AFTER, run)] })
    await org.create('project', { name: 'Bridge' })

    await org.settle()
    await Promise.all([org.settle(), org.settle()])

    expect(run).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['a synchronous step', step({ ...AFTER, mode: 'sync', rank: 9 }, ({ reject }) => reject('no'))],
    [
      'another step of the same stage',
      step({ ...AFTER, mode: 'sync', rank: -9 }, async ({ reject }) => reject('no')),
    ],
  ])('never runs when %s fails the request', async (_, failing) => {
    const run = jest.fn()
    const org = emulator({ tables, steps: [step(AFTER, run), failing] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), { message: 'no' })
    await org.settle()

    expect(run).not.toHaveBeenCalled()
    expect(org.jobs).toEqual([])
  })

  test('of a nested request never runs when the outer request fails afterwards', async () => {
    const run = jest.fn()
    const steps = [
      step({ message: 'Create', table: 'account' }, async ({ org }) => {
        await org.create('project', { name: 'Bridge' })
      }),
      step({ message: 'Create', table: 'account', stage: 40 }, ({ reject }) => reject('no')),
      step(AFTER, run),
    ]
    const org = emulator({ tables, steps })

    await refused(org, () => org.create('account', { name: 'Contoso' }), { message: 'no' })
    await org.settle()

    expect(run).not.toHaveBeenCalled()
  })

  test('of a nested request waits for the outermost commit', async () => {
    const seen: unknown[] = []
    const steps = [
      step({ message: 'Create', table: 'account' }, async (event) => {
        await event.org.create('project', { name: 'Bridge' })
        seen.push(['inside', org.jobs.length])
      }),
      step(AFTER, () => void seen.push('job')),
    ]
    const org: Emulator = emulator({ tables, steps })

    await org.create('account', { name: 'Contoso' })
    await org.settle()

    expect(seen).toEqual([['inside', 0], 'job'])
  })

  test('runs in mode 1, outside any transaction, as an operation of its own', async () => {
    const clock = clockAt('2026-03-02T10:00:00Z')
    const seen: AnyEvent['context'][] = []
    const org = emulator({
      tables,
      steps: [step(AFTER, ({ context }) => void seen.push(context))],
      services: [[Clock, clock]],
    })

    await org.create('project', { name: 'Bridge' })
    clock.advance({ hours: 1 })
    await org.settle()

    const [job] = org.jobs
    expect(seen[0]).toMatchObject({
      Mode: 1,
      Stage: 40,
      Depth: 1,
      IsInTransaction: false,
      OperationId: job?.id,
      OperationCreatedOn: new Date('2026-03-02T10:00:00Z'),
    })
    expect(seen[0]?.ParentContext).toMatchObject({ MessageName: 'Create', Stage: 30 })
    expect(seen[0]?.OutputParameters).toMatchObject({ id: job?.rowId })
  })

  test('sees target, images and shared variables as they were when its operation ended', async () => {
    let seen: unknown
    const own = { IsAutoTransact: true, DefaultsAddedFlag: true }
    const shared = { list: ['put at PreOperation'] }
    const steps = [
      step({ message: 'Create', table: 'account' }, async (event) => {
        event.sharedVariables['from'] = 'before'
        const id = await event.org.create('project', { name: 'Bridge', leadid: null })
        await event.org.update('project', id, { name: 'Tunnel' })
        event.sharedVariables['from'] = 'after'
        shared.list.push('changed afterwards')
      }),
      step({ message: 'Create', table: 'project' }, ({ sharedVariables }) => {
        sharedVariables['shared'] = shared
      }),
      step({ ...AFTER, postImages: image(['name']) }, (event) => {
        seen = {
          target: event.target['name'],
          image: event.postImage,
          shared: event.sharedVariables,
          above: event.context.ParentContext?.ParentContext?.SharedVariables,
        }
      }),
    ]
    const org = emulator({ tables, steps })

    await org.create('account', { name: 'Contoso' })
    await org.settle()

    expect(seen).toEqual({
      target: 'Bridge',
      image: { name: 'Bridge' },
      shared: { ...own, shared: { list: ['put at PreOperation'] } },
      above: { ...own, from: 'before' },
    })
  })

  test('refuses the request where a shared variable cannot travel', async () => {
    const steps = [
      step({ message: 'Create', table: 'project' }, ({ sharedVariables }) => {
        sharedVariables['callback'] = () => undefined
      }),
      step(AFTER, () => undefined),
    ]
    const org = emulator({ tables, steps })

    await refused(org, () => org.create('project', { name: 'Bridge' }), {
      code: 'HANDLER_FAILED',
      message: "The shared variable 'callback' cannot be serialized.",
    })
  })

  test('has a target nobody can write to', async () => {
    const org = emulator({
      tables,
      steps: [step(AFTER, ({ target }) => void (target['code'] = 'made'))],
    })
    await org.create('project', { name: 'Bridge' })

    await org.settle()

    expect(org.jobs[0]).toMatchObject({ state: 'failed', error: { code: 'STEP_WRITE_UNDECLARED' } })
  })

  test('does not run for columns it does not filter on', async () => {
    const run = jest.fn()
    const org = emulator({
      tables,
      steps: [step({ ...AFTER, message: 'Update', columns: ['code'] }, run)],
    })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, { name: 'Tunnel' })
    await org.settle()

    expect(run).not.toHaveBeenCalled()
  })
})

describe('the requests of an asynchronous step', () => {
  test('run all stages, one deeper, each in a transaction of its own', async () => {
    const seen: unknown[] = []
    const steps = [
      step(AFTER, async ({ org }) => {
        await org.create('contact', { lastname: 'Kept' })
        await org.create('contact', { lastname: 'x'.repeat(51) })
      }),
      ...([10, 20, 40] as const).map((stage) =>
        step({ message: 'Create', table: 'contact', stage }, ({ context }) => {
          seen.push([context.Stage, context.Depth, context.IsInTransaction, context.Mode])
        }),
      ),
    ]
    const org = emulator({ tables, steps })

    await org.create('project', { name: 'Bridge' })
    await org.settle()

    expect(seen).toEqual([
      [10, 2, false, 0],
      [20, 2, true, 0],
      [40, 2, true, 0],
    ])
    expect(org.contents().get('contact')).toHaveLength(1)
    expect(org.jobs[0]).toMatchObject({ state: 'failed', error: { code: 'STRING_TOO_LONG' } })
  })

  test('that fail and are caught doom nothing', async () => {
    const steps = [
      step(AFTER, async ({ org }) => {
        await org.create('contact', { lastname: 'x'.repeat(51) }).catch(() => undefined)
        await org.create('contact', { lastname: 'Diaz' })
      }),
    ]
    const org = emulator({ tables, steps })

    await org.create('project', { name: 'Bridge' })
    await org.settle()

    expect(states(org)).toEqual(['succeeded'])
    expect(org.contents().get('contact')).toHaveLength(1)
  })

  test('have the operation as their parent, and its correlation', async () => {
    const seen: AnyEvent['context'][] = []
    const steps = [
      step(AFTER, async ({ org, context }) => {
        seen.push(context)
        await org.create('contact', { lastname: 'Diaz' })
      }),
      step({ message: 'Create', table: 'contact', stage: 10 }, ({ context }) => {
        seen.push(context)
      }),
    ]
    const org = emulator({ tables, steps })

    const id = await org.create('project', { name: 'Bridge' })
    await org.settle()

    const [job, nested] = seen
    expect(nested?.CorrelationId).toBe(job?.CorrelationId)
    expect(nested?.ParentContext).toMatchObject({ PrimaryEntityId: id, Stage: 40, Depth: 1 })
  })

  test('may call the organization from outside, too', async () => {
    const org: Emulator = emulator({
      tables,
      steps: [
        step(AFTER, async () => {
          await later()
          await org.create('contact', { lastname: 'Diaz' })
        }),
      ],
    })

    await org.create('project', { name: 'Bridge' })
    await org.settle()

    expect(states(org)).toEqual(['succeeded'])
    expect(org.contents().get('contact')).toHaveLength(1)
  })

  test('are refused after it has ended', async () => {
    let late: Promise<unknown> | undefined
    const org = emulator({
      tables,
      steps: [
        step(AFTER, (event) => {
          late = later().then(() => event.org.create('contact', { lastname: 'Diaz' }))
          late.catch(() => undefined)
        }),
      ],
    })
    await org.create('project', { name: 'Bridge' })
    await org.settle()

    await refused(org, () => late ?? Promise.resolve(), { code: 'TRANSACTION_NOT_STARTED' })
  })
})

describe('jobs', () => {
  test('run in the order they were made, those they bring about after them', async () => {
    const seen: string[] = []
    const steps = [
      step({ ...AFTER, rank: 1 }, async ({ org, target }) => {
        await later()
        seen.push(`slow ${target['name'] as string}`)
        if (target['name'] === 'a') await org.create('project', { name: 'a2' })
      }),
      step(
        { ...AFTER, rank: 2 },
        ({ target }) => void seen.push(`quick ${target['name'] as string}`),
      ),
    ]
    const org = emulator({ tables, steps })

    await org.create('project', { name: 'a' })
    await org.create('project', { name: 'b' })
    await org.settle()

    expect(seen).toEqual(['slow a', 'quick a', 'slow b', 'quick b', 'slow a2', 'quick a2'])
  })

  test('that fail leave the others and the operation alone', async () => {
    const seen: string[] = []
    const steps = [
      step({ ...AFTER, rank: 1 }, ({ reject }) => reject('not this one')),
      step({ ...AFTER, rank: 2 }, () => void seen.push('ran')),
    ]
    const org = emulator({ tables, steps })

    const id = await org.create('project', { name: 'Bridge' })
    await org.settle()

    expect(seen).toEqual(['ran'])
    expect(org.jobs).toMatchObject([
      { state: 'failed', error: { code: 'HANDLER_REJECTED', message: 'not this one' } },
      { state: 'succeeded', error: undefined },
    ])
    expect(org.peek('project', id)).toMatchObject({ name: 'Bridge' })
  })

  test('start by themselves where the organization is told so', async () => {
    const seen: string[] = []
    const org = emulator({
      tables,
      runsJobsAtOnce: true,
      steps: [step(AFTER, () => void seen.push('ran'))],
    })

    await org.create('project', { name: 'Bridge' })
    for (let turns = 0; turns < 20 && states(org)[0] !== 'succeeded'; turns++) await later()

    expect(seen).toEqual(['ran'])
  })
})
