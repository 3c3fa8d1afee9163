import { Clock } from '../../src/authoring/services.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { TRACE_LOG } from '../../src/emulator/trace-log.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { clockAt } from '../../src/testing/test-clock.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { textOf } from '../../src/rows/value.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const NOON = '2026-03-02T12:00:00Z'
const ON_CREATE = { table: 'contact', message: 'Create', name: 'Letters.check' } as const

const calm = step(ON_CREATE, ({ trace }) => {
  trace('first')
  trace('second')
})
const failing = step({ ...ON_CREATE, stage: 40 }, ({ trace, reject }) => {
  trace('on the way')
  reject('Not today.')
})

async function organization(
  setting: (typeof TRACE_LOG)[keyof typeof TRACE_LOG],
  steps: readonly Step[],
) {
  const clock = clockAt(NOON)
  const org = emulator({ tables, steps, services: [[Clock, clock]] })
  await org.update('organization', org.organizationId, { plugintracelogsetting: setting })
  return { org, clock }
}

const logged = (org: Emulator) => org.contents().get('plugintracelog') ?? []
const create = (org: Emulator) => org.create('contact', { lastname: 'Diaz' })
const refusal = (org: Emulator) =>
  expect(create(org)).rejects.toMatchObject({ code: 'HANDLER_REJECTED' })

describe('the trace log', () => {
  test('is empty while it is off', async () => {
    const { org } = await organization(TRACE_LOG.Off, [failing])

    await refusal(org)

    expect(logged(org)).toEqual([])
  })

  test('is off in a new organization', async () => {
    const org = emulator({ tables, steps: [failing] })

    await refusal(org)

    expect(logged(org)).toEqual([])
  })

  test('has a row for every run when all are logged', async () => {
    const { org } = await organization(TRACE_LOG.All, [calm])

    await create(org)

    expect(logged(org)).toMatchObject([
      {
        typename: 'Letters.check',
        messagename: 'Create',
        primaryentity: 'contact',
        messageblock: 'first\nsecond',
        exceptiondetails: null,
        mode: 0,
        operationtype: 1,
        depth: 1,
        pluginstepid: calm.id,
        createdon: NOON,
        performanceexecutionstarttime: NOON,
        performanceconstructorstarttime: NOON,
        performanceconstructorduration: 0,
        issystemcreated: false,
      },
    ])
  })

  test('has only what failed when exceptions are logged', async () => {
    const { org } = await organization(TRACE_LOG.Exception, [calm, failing])

    await refusal(org)

    expect(logged(org)).toMatchObject([{ messageblock: 'on the way', pluginstepid: failing.id }])
    expect(logged(org)[0]?.['exceptiondetails']).toContain('0x80040265: Not today.')
  })

  test('outlives the rollback of what it tells of', async () => {
    const { org } = await organization(TRACE_LOG.All, [calm, failing])

    await refusal(org)

    expect(org.contents().get('contact')).toBeUndefined()
    expect(logged(org).map((row) => row['messageblock'])).toEqual(['first\nsecond', 'on the way'])
  })

  test('outlives the rollback of a transaction of several requests', async () => {
    const { org } = await organization(TRACE_LOG.All, [calm])

    const work = org.transaction(async (inside) => {
      await inside.create('contact', { lastname: 'Diaz' })
      await inside.delete('contact', '00000000-0000-4000-8000-000000000009')
    })
    await expect(work).rejects.toMatchObject({ code: 'ROW_NOT_FOUND' })

    expect(logged(org)).toHaveLength(1)
  })

  test('has nested steps with their depth and the one correlation', async () => {
    const outer = step({ table: 'account', message: 'Create' }, async ({ org }) => {
      await org.create('contact', { lastname: 'Diaz' })
    })
    const { org } = await organization(TRACE_LOG.All, [calm, outer])

    await org.create('account', { name: 'Contoso' })

    expect(logged(org).map((row) => [row['primaryentity'], row['depth']])).toEqual([
      ['contact', 2],
      ['account', 1],
    ])
    expect(new Set(logged(org).map((row) => row['correlationid'])).size).toBe(1)
  })

  test('has asynchronous steps when their jobs have run', async () => {
    const job = step({ ...ON_CREATE, stage: 40, mode: 'async' }, ({ trace }) => trace('later'))
    const { org } = await organization(TRACE_LOG.All, [job])
    await create(org)
    expect(logged(org)).toEqual([])

    await org.settle()

    expect(logged(org)).toMatchObject([{ messageblock: 'later', mode: 1 }])
  })

  test('keeps ten kilobytes of a run, the newest', async () => {
    const chatty = step(ON_CREATE, ({ trace }) => {
      for (let i = 0; i < 2_000; i++) trace(`line ${i}`)
    })
    const { org } = await organization(TRACE_LOG.All, [chatty])

    await create(org)

    const text = textOf(logged(org)[0]?.['messageblock'])
    expect(text.length).toBeLessThanOrEqual(10_240)
    expect(text.length).toBeGreaterThan(10_200)
    expect(text).toMatch(/line 1999$/)
  })

  test('is not written by clients', async () => {
    const { org } = await organization(TRACE_LOG.All, [])

    await expect(org.create('plugintracelog', {})).rejects.toMatchObject({
      code: 'MESSAGE_NOT_OFFERED',
    })
  })

  test('forgets rows older than a day', async () => {
    const { org, clock } = await organization(TRACE_LOG.All, [calm])
    await create(org)

    clock.advance({ days: 1, minutes: 1 })
    await create(org)

    expect(logged(org)).toHaveLength(1)
  })

  test('can be switched off', async () => {
    const { org } = await organization(TRACE_LOG.All, [calm])

    await org.update('organization', org.organizationId, { plugintracelogsetting: TRACE_LOG.Off })
    await create(org)

    expect(logged(org)).toEqual([])
  })

  test('is as it was when the organization is put back', async () => {
    const { org } = await organization(TRACE_LOG.Off, [calm])
    const before = org.snapshot()
    await org.update('organization', org.organizationId, { plugintracelogsetting: TRACE_LOG.All })

    org.restore(before)
    await create(org)

    expect(logged(org)).toEqual([])
  })

  test('does not wait for the transaction of a handler that calls from outside', async () => {
    const world: { outside?: Emulator } = {}
    const caller = step({ ...ON_CREATE, rank: 2 }, async () => {
      await world.outside?.create('account', { name: 'Contoso' })
    })
    const { org } = await organization(TRACE_LOG.All, [calm, caller])
    world.outside = org

    await expect(create(org)).rejects.toMatchObject({ code: 'OUTER_CALL_WOULD_DEADLOCK' })

    expect(logged(org)).toHaveLength(2)
  })
})
