import { Clock } from '../../src/authoring/services.ts'
import { MAX_DEPTH } from '../../src/pipeline/may-send.ts'
import type { Step } from '../../src/pipeline/step.ts'
import type { RejectOptions } from '../../src/pipeline/step-event.ts'
import { clockAt, type TestClock } from '../../src/testing/test-clock.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { textOf } from '../../src/rows/value.ts'
import { refused } from '../support/organization.ts'
import { step, type StepSpec } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const ON_CREATE = { table: 'contact', message: 'Create' } as const

function organization(steps: (clock: TestClock) => readonly Step[]) {
  const clock = clockAt('2026-03-02T12:00:00Z')
  return { org: emulator({ tables, steps: steps(clock), services: [[Clock, clock]] }), clock }
}

describe('an operation that takes more than two minutes', () => {
  const slow = (clock: TestClock, spec: Partial<StepSpec> = {}, seconds = 121) =>
    step({ ...ON_CREATE, ...spec }, () => clock.advance({ seconds }))

  test.each([10, 20, 40] as const)('in a step at stage %i is rolled back', async (stage) => {
    const { org } = organization((clock) => [slow(clock, { stage })])

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'STEP_TIMED_OUT',
      number: 0x80044171,
    })
  })

  test('in several steps together is rolled back', async () => {
    const { org } = organization((clock) => [slow(clock, {}, 61), slow(clock, {}, 61)])

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'STEP_TIMED_OUT',
    })
  })

  test('in a nested request is rolled back as a whole', async () => {
    const { org } = organization((clock) => [
      slow(clock),
      step({ table: 'account', message: 'Create' }, async ({ org }) => {
        await org.create('contact', { lastname: 'Diaz' })
      }),
    ])

    await refused(org, () => org.create('account', { name: 'Contoso' }), { code: 'STEP_TIMED_OUT' })
  })

  test('sends no further requests', async () => {
    const seen: unknown[] = []
    const { org } = organization((clock) => [
      step(ON_CREATE, async ({ org }) => {
        clock.advance({ minutes: 3 })
        await org.create('account', { name: 'Contoso' }).catch((error: unknown) => seen.push(error))
      }),
    ])

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {})

    expect(seen).toMatchObject([{ code: 'STEP_TIMED_OUT' }])
  })

  test('is two minutes, and no more, when it is done', async () => {
    const { org } = organization((clock) => [slow(clock, {}, 120)])

    await expect(org.create('contact', { lastname: 'Diaz' })).resolves.toBeDefined()
  })

  test('leaves the time before a job out', async () => {
    const { org, clock } = organization(() => [
      step({ ...ON_CREATE, stage: 40, mode: 'async' }, async ({ org }) => {
        await org.create('account', { name: 'Contoso' })
      }),
      step({ table: 'account', message: 'Create' }, () => undefined),
    ])
    await org.create('contact', { lastname: 'Diaz' })

    clock.advance({ minutes: 10 })
    await org.settle()

    expect(org.jobs).toMatchObject([{ state: 'succeeded' }])
  })

  test.each([10, 20, 40] as const)(
    'in a step at stage %i that never returns is rolled back when the clock passes them',
    async (stage) => {
      const { org, clock } = organization(() => [
        step({ ...ON_CREATE, stage }, () => new Promise(() => undefined)),
      ])

      await refused(
        org,
        async () => {
          const created = org.create('contact', { lastname: 'Diaz' })
          clock.advance({ seconds: 121 })
          await created
        },
        { code: 'STEP_TIMED_OUT' },
      )
      expect(await org.create('account', { name: 'Contoso' })).toBeDefined()
    },
  )

  test('in a nested step that never returns is rolled back as a whole', async () => {
    const seen: unknown[] = []
    const { org, clock } = organization(() => [
      step(ON_CREATE, () => new Promise(() => undefined)),
      step({ table: 'account', message: 'Create' }, async ({ org }) => {
        await org.create('contact', { lastname: 'Diaz' }).catch((error: unknown) => {
          seen.push(error)
        })
        await org.create('task', { subject: 'Later' }).catch((error: unknown) => seen.push(error))
      }),
    ])

    await refused(
      org,
      async () => {
        const created = org.create('account', { name: 'Contoso' })
        clock.advance({ seconds: 121 })
        await created
      },
      { code: 'STEP_TIMED_OUT' },
    )
    await Promise.resolve()
    expect(seen).toMatchObject([{ code: 'STEP_TIMED_OUT' }, { code: 'TRANSACTION_NOT_STARTED' }])
  })

  test('lets the requests that wait for the transaction come next', async () => {
    const { org, clock } = organization(() => [step(ON_CREATE, () => new Promise(() => undefined))])
    const first = org.create('contact', { lastname: 'Diaz' }).catch((error: unknown) => error)
    const second = org.create('account', { name: 'Contoso' })

    clock.advance({ seconds: 121 })

    expect(await first).toMatchObject({ code: 'STEP_TIMED_OUT' })
    expect(await second).toBeDefined()
  })

  test('fails a job that never ends', async () => {
    const { org, clock } = organization(() => [
      step({ ...ON_CREATE, stage: 40, mode: 'async' }, () => new Promise(() => undefined)),
    ])
    await org.create('contact', { lastname: 'Diaz' })

    const settled = org.settle()
    await new Promise(setImmediate)
    clock.advance({ seconds: 121 })
    await settled

    expect(org.jobs).toMatchObject([{ state: 'failed', error: { code: 'STEP_TIMED_OUT' } }])
  })

  test('fails the job that takes it', async () => {
    const { org } = organization((clock) => [slow(clock, { stage: 40, mode: 'async' })])
    await org.create('contact', { lastname: 'Diaz' })

    await org.settle()

    expect(org.jobs).toMatchObject([{ state: 'failed', error: { code: 'STEP_TIMED_OUT' } }])
  })
})

describe('jobs that start one another', () => {
  const looping = step({ ...ON_CREATE, stage: 40, mode: 'async' }, async ({ org }) => {
    await org.create('contact', { lastname: 'Again' })
  })

  test('are stopped at the eighth message of one correlation', async () => {
    const { org } = organization(() => [looping])

    await org.create('contact', { lastname: 'First' })
    await org.settle()

    expect(org.jobs).toHaveLength(MAX_DEPTH)
    expect(org.jobs.at(-1)).toMatchObject({ state: 'failed', error: { code: 'DEPTH_EXCEEDED' } })
    expect(
      new Set(
        org
          .contents()
          .get('asyncoperation')
          ?.map((row) => row['correlationid']),
      ).size,
    ).toBe(1)
  })

  test('are no loop when eight of them take more than an hour', async () => {
    const depths: number[] = []
    const { org, clock } = organization((clock) => [
      step({ ...ON_CREATE, stage: 40, mode: 'async' }, async ({ org, context }) => {
        depths.push(context.Depth)
        await org.create('contact', { lastname: 'Again' })
        const { rows } = await org.retrieveMultiple({
          table: 'asyncoperation',
          columns: [],
          where: { kind: 'condition', column: 'statecode', operator: 'eq', values: [0] },
        })
        const postponeuntil = new Date(clock.now().getTime() + 20 * 60_000).toISOString()
        for (const row of rows) {
          await org.update('asyncoperation', textOf(row['asyncoperationid']), { postponeuntil })
        }
      }),
    ])
    await org.create('contact', { lastname: 'First' })

    for (let round = 0; round < 20; round++) {
      await org.settle()
      clock.advance({ minutes: 20 })
    }

    expect(depths).toHaveLength(20)
    expect(Math.max(...depths)).toBeLessThan(MAX_DEPTH)
  })
})

describe('reject', () => {
  test('carries what the handler tells beside its message', async () => {
    const options: RejectOptions = {
      httpStatus: 409,
      subErrorCode: 12,
      operationStatus: 1,
      details: { row: 'Diaz' },
    }
    const { org } = organization(() => [step(ON_CREATE, ({ reject }) => reject('Taken.', options))])

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'HANDLER_REJECTED',
      message: 'Taken.',
      details: options,
    })
  })

  test('asks for no HTTP status the platform does not have', async () => {
    const options = { httpStatus: 418 } as unknown as RejectOptions
    const { org } = organization(() => [step(ON_CREATE, ({ reject }) => reject('Tea.', options))])

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), { code: 'STEP_INVALID' })
  })
})
