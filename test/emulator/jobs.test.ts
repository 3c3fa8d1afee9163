import { textOf, type Row } from '../../src/rows/value.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { clockAt } from '../../src/testing/test-clock.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { Clock } from '../../src/authoring/services.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const AFTER_CREATE = { table: 'contact', message: 'Create', stage: 40, mode: 'async' } as const
const RETRY = 2
// What must be refused must compile.
const JOBS: string = 'asyncoperation'
const NOON = '2026-03-02T12:00:00Z'

const idle = step(AFTER_CREATE, () => undefined)

function organization(steps: readonly Step[]) {
  const clock = clockAt(NOON)
  const org = emulator({ tables, steps, services: [[Clock, clock]] })
  const jobRows = (): readonly Row[] => org.contents().get('asyncoperation') ?? []
  return { org, clock, jobRows }
}

/** One contact, whose creation made one job. */
async function withJob(job: Step = idle) {
  const made = organization([job])
  const contact = await made.org.create('contact', { lastname: 'Diaz' })
  return { ...made, contact, jobId: made.org.jobs[0]?.id ?? '' }
}

describe('an asynchronous step', () => {
  test('is one row of asyncoperation that tells its event', async () => {
    const job = step({ ...AFTER_CREATE, name: 'Letters.welcome' }, () => undefined)
    const { org, contact, jobRows } = await withJob(job)

    expect(jobRows()).toMatchObject([
      {
        name: 'Letters.welcome',
        operationtype: 1,
        statecode: 0,
        statuscode: 0,
        messagename: 'Create',
        primaryentitytype: 'contact',
        regardingobjectid: { table: 'contact', id: contact },
        owningextensionid: { table: 'sdkmessageprocessingstep', id: job.id },
        ownerid: { table: 'systemuser', id: org.userId },
        depth: 1,
        retrycount: 0,
        createdon: NOON,
        startedon: null,
        completedon: null,
      },
    ])
  })

  test('is a row each, for every event and step', async () => {
    const { org, jobRows } = organization([idle, step(AFTER_CREATE, () => undefined)])

    await org.create('contact', { lastname: 'Diaz' })
    await org.create('contact', { lastname: 'Okoro' })

    expect(jobRows()).toHaveLength(4)
    expect(new Set(jobRows().map((row) => row['sequence'])).size).toBe(4)
  })

  test('of a request that is rolled back never was', async () => {
    const failing = step({ ...AFTER_CREATE, message: 'Update', mode: 'sync' }, ({ reject }) =>
      reject('no'),
    )
    const made = step({ ...AFTER_CREATE, message: 'Update' }, () => undefined)
    const nested = step({ table: 'account', message: 'Create', stage: 20 }, async ({ org }) => {
      await org.create('contact', { lastname: 'Diaz' })
    })
    const refusal = step({ table: 'account', message: 'Create', stage: 40 }, ({ reject }) =>
      reject('no'),
    )
    const { org, jobRows } = organization([idle, failing, made, nested, refusal])

    await refused(org, () => org.create('account', { name: 'Contoso' }), {
      code: 'HANDLER_REJECTED',
    })
    await org.settle()

    expect(jobRows()).toEqual([])
    expect(org.jobs).toEqual([])
  })

  test('runs after the commit, in the order of the commits', async () => {
    const seen: string[] = []
    const { org } = organization([
      step(AFTER_CREATE, async ({ id, org }) => {
        const { lastname } = await org.retrieve('contact', id, ['lastname'])
        seen.push(String(lastname))
      }),
    ])
    await org.create('contact', { lastname: 'Diaz' })
    await org.create('contact', { lastname: 'Okoro' })
    expect(seen).toEqual([])

    await org.settle()

    expect(seen).toEqual(['Diaz', 'Okoro'])
  })

  test('is in progress while it runs, and succeeded after', async () => {
    const states: unknown[] = []
    const job = step(AFTER_CREATE, async ({ org, context }) => {
      const row = await org.retrieve('asyncoperation', context.OperationId)
      states.push([row['statecode'], row['statuscode'], row['startedon']])
    })
    const { org, jobRows } = await withJob(job)

    await org.settle()

    expect(states).toEqual([[2, 20, NOON]])
    expect(jobRows()).toMatchObject([
      { statecode: 3, statuscode: 30, startedon: NOON, completedon: NOON, executiontimespan: 0 },
    ])
    expect(org.jobs).toMatchObject([{ state: 'succeeded', error: undefined }])
  })

  test('knows its job as OperationId and since when as OperationCreatedOn', async () => {
    const seen: unknown[] = []
    const job = step(AFTER_CREATE, ({ context }) => {
      seen.push(
        context.OperationId,
        context.OperationCreatedOn,
        context.Mode,
        context.IsInTransaction,
      )
    })
    const { org, clock, jobId } = await withJob(job)
    clock.advance({ minutes: 1 })

    await org.settle()

    expect(seen).toEqual([jobId, new Date(NOON), 1, false])
  })

  test('has the primary name as an image nobody registered', async () => {
    let images: unknown
    const job = step(AFTER_CREATE, ({ context }) => {
      images = context.PostEntityImages
    })
    const { org, contact } = await withJob(job)
    await org.update('contact', contact, { lastname: 'Changed' })

    await org.settle()

    expect(images).toEqual({
      AsynchronousStepPrimaryName: {
        LogicalName: 'contact',
        Id: contact,
        Attributes: { contactid: contact, fullname: 'Diaz' },
      },
    })
  })

  test('sends requests one deeper, with the correlation of its event', async () => {
    const seen: unknown[] = []
    const job = step(AFTER_CREATE, async ({ org }) => {
      await org.create('account', { name: 'Contoso' })
    })
    const inner = step({ table: 'account', message: 'Create', stage: 20 }, ({ context }) => {
      seen.push(context.Depth, context.CorrelationId, context.IsInTransaction)
    })
    const { org, jobRows } = organization([job, inner])
    await org.create('contact', { lastname: 'Diaz' })

    await org.settle()

    expect(seen).toEqual([2, jobRows()[0]?.['correlationid'], true])
  })

  test('that fails keeps its error and leaves the event alone', async () => {
    const job = step(AFTER_CREATE, ({ reject }) => reject('Not today.'))
    const { org, contact, jobRows } = await withJob(job)

    await org.settle()

    expect(jobRows()).toMatchObject([
      {
        statecode: 3,
        statuscode: 31,
        errorcode: -2147220891,
        message: 'Not today.',
        friendlymessage: 'Not today.',
        retrycount: 0,
      },
    ])
    expect(org.jobs[0]).toMatchObject({
      state: 'failed',
      error: { code: 'HANDLER_REJECTED', message: 'Not today.' },
    })
    expect(org.peek('contact', contact)).toBeDefined()
  })

  test('that fails leaves the other jobs alone', async () => {
    const failing = step(AFTER_CREATE, ({ reject }) => reject('Not today.'))
    const { org } = organization([failing, step(AFTER_CREATE, () => undefined)])
    await org.create('contact', { lastname: 'Diaz' })

    await org.settle()

    expect(org.jobs.map(({ state }) => state)).toEqual(['failed', 'succeeded'])
  })

  test('that asks to be tried again is tried four times in all', async () => {
    let attempts = 0
    const job = step(AFTER_CREATE, ({ reject }) => {
      attempts++
      reject('Busy.', { operationStatus: RETRY })
    })
    const { org, jobRows } = await withJob(job)

    await org.settle()

    expect(attempts).toBe(4)
    expect(jobRows()).toMatchObject([{ statecode: 3, statuscode: 31, retrycount: 3 }])
  })

  test.each([
    ['Canceled', 1, { statecode: 3, statuscode: 32, message: 'Enough.' }, 'canceled'],
    ['Suspended', 3, { statecode: 1, statuscode: 10, message: 'Enough.' }, 'waiting'],
    ['Succeeded', 4, { statecode: 3, statuscode: 30 }, 'succeeded'],
    ['Failed', 0, { statecode: 3, statuscode: 31, message: 'Enough.' }, 'failed'],
  ])('that ends with %s is so', async (_, operationStatus, row, state) => {
    const job = step(AFTER_CREATE, ({ reject }) => reject('Enough.', { operationStatus }))
    const { org, jobRows } = await withJob(job)

    await org.settle()

    expect(jobRows()).toMatchObject([row])
    expect(org.jobs).toMatchObject([{ state }])
  })

  test('that suspends itself runs again when somebody resumes it', async () => {
    let attempts = 0
    const job = step(AFTER_CREATE, ({ reject }) => {
      if (++attempts === 1) reject('Not yet.', { operationStatus: 3 })
    })
    const { org, jobId } = await withJob(job)
    await org.settle()
    await org.settle()
    expect(attempts).toBe(1)

    await org.update(JOBS, jobId, { statecode: 0 })
    await org.settle()

    expect(org.jobs).toMatchObject([{ state: 'succeeded' }])
  })

  test('keeps its event in the row, as the platform serializes it', async () => {
    const job = step({ ...AFTER_CREATE }, () => undefined)
    const { contact, jobRows, jobId } = await withJob(job)

    const data = JSON.parse(textOf(jobRows()[0]?.['data'])) as object

    expect(data).toMatchObject({
      MessageName: 'Create',
      Mode: 1,
      OperationId: jobId,
      PrimaryEntityId: contact,
      InputParameters: [{ key: 'Target', value: { LogicalName: 'contact' } }],
      PostEntityImages: [{ key: 'AsynchronousStepPrimaryName' }],
    })
  })

  test('of a query keeps no event in the row: a query has no such text here', async () => {
    const look = step(
      { table: 'contact', message: 'RetrieveMultiple', stage: 40, mode: 'async' },
      () => undefined,
    )
    const { org, jobRows } = organization([look])

    await org.retrieveMultiple({ table: 'contact', columns: [] })
    await org.settle()

    expect(jobRows()).toMatchObject([{ data: null, statuscode: 30 }])
  })

  test('is not made where what it would keep has no end', async () => {
    const circle: Record<string, unknown> = {}
    circle['itself'] = circle
    const share = step({ table: 'contact', message: 'Create' }, ({ sharedVariables }) => {
      sharedVariables['circle'] = circle
    })
    const { org } = organization([share, idle])

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'HANDLER_FAILED',
    })
  })

  test('that succeeds when tried again has succeeded', async () => {
    let attempts = 0
    const job = step(AFTER_CREATE, ({ reject }) => {
      if (++attempts < 3) reject('Busy.', { operationStatus: RETRY })
    })
    const { org } = await withJob(job)

    await org.settle()

    expect(attempts).toBe(3)
    expect(org.jobs).toMatchObject([{ state: 'succeeded', retries: 2 }])
  })

  test('leaves no row when it is deleted automatically', async () => {
    const { org, jobRows } = await withJob(
      step({ ...AFTER_CREATE, asyncAutoDelete: true }, () => undefined),
    )
    expect(jobRows()).toHaveLength(1)

    await org.settle()

    expect(jobRows()).toEqual([])
  })

  test('that fails keeps its row although it is deleted automatically', async () => {
    const job = step({ ...AFTER_CREATE, asyncAutoDelete: true }, ({ reject }) => reject('no'))
    const { org } = await withJob(job)

    await org.settle()

    expect(org.jobs).toMatchObject([{ state: 'failed' }])
  })

  test('makes jobs that are settled with it', async () => {
    const chain = step(
      { table: 'account', message: 'Create', stage: 40, mode: 'async' },
      async ({ org }) => {
        await org.create('contact', { lastname: 'Diaz' })
      },
    )
    const { org } = organization([chain, idle])
    await org.create('account', { name: 'Contoso' })

    await org.settle()

    expect(org.jobs).toMatchObject([
      { message: 'Create', table: 'account', depth: 1, state: 'succeeded' },
      { message: 'Create', table: 'contact', depth: 2, state: 'succeeded' },
    ])
  })
})

describe('a job', () => {
  test('that is canceled does not run', async () => {
    const run = jest.fn()
    const { org, jobId } = await withJob(step(AFTER_CREATE, run))

    await org.update('asyncoperation', jobId, { statecode: 3 })
    await org.settle()

    expect(run).not.toHaveBeenCalled()
    expect(org.jobs).toMatchObject([{ state: 'canceled' }])
    expect(org.peek('asyncoperation', jobId)).toMatchObject({ statecode: 3, statuscode: 32 })
  })

  test('that is canceled while it runs stays canceled', async () => {
    const job = step(AFTER_CREATE, async ({ org, context }) => {
      await org.update('asyncoperation', context.OperationId, { statecode: 3, statuscode: 32 })
    })
    const { org } = await withJob(job)

    await org.settle()

    expect(org.jobs).toMatchObject([{ state: 'canceled' }])
  })

  test('that is paused while it runs is completed when it has run', async () => {
    const states: unknown[] = []
    const job = step(AFTER_CREATE, async ({ org, context }) => {
      await org.update('asyncoperation', context.OperationId, { statecode: 1 })
      states.push((await org.retrieve('asyncoperation', context.OperationId))['statuscode'])
    })
    const { org } = await withJob(job)

    await org.settle()

    expect(states).toEqual([10])
    expect(org.jobs).toMatchObject([{ state: 'succeeded' }])
  })

  test('that is postponed waits until the clock is turned', async () => {
    const run = jest.fn()
    const { org, clock, jobId } = await withJob(step(AFTER_CREATE, run))

    await org.update('asyncoperation', jobId, { postponeuntil: '2026-03-02T13:00:00Z' })
    await org.settle()

    expect(run).not.toHaveBeenCalled()
    expect(org.peek('asyncoperation', jobId)).toMatchObject({ statecode: 1, statuscode: 10 })
    clock.advance({ hours: 1 })
    await org.settle()
    expect(run).toHaveBeenCalledTimes(1)
    expect(org.jobs).toMatchObject([{ state: 'succeeded' }])
  })

  test('that is postponed can be resumed before its time', async () => {
    const run = jest.fn()
    const { org, jobId } = await withJob(step(AFTER_CREATE, run))
    await org.update('asyncoperation', jobId, { postponeuntil: '2026-03-02T13:00:00Z' })

    await org.update('asyncoperation', jobId, { statecode: 0 })
    await org.settle()

    expect(run).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['be locked', { statecode: 2, statuscode: 20 }],
    ['be called succeeded', { statecode: 3, statuscode: 30 }],
    ['be called failed', { statecode: 3, statuscode: 31 }],
  ])('cannot %s by a client', async (_, values) => {
    const { org, jobId } = await withJob()

    await refused(org, () => org.update(JOBS, jobId, values), { code: 'JOB_STATE_INVALID' })
  })

  test.each([
    ['resumed', { statecode: 0 }],
    ['postponed', { postponeuntil: '2026-03-02T13:00:00Z' }],
    ['canceled', { statecode: 3, statuscode: 32 }],
  ])('that is over cannot be %s', async (_, values) => {
    const { org, jobId } = await withJob()
    await org.settle()

    await refused(org, () => org.update(JOBS, jobId, values), {
      code: 'JOB_STATE_INVALID',
      number: 0x80044162,
    })
  })

  test('that is not over cannot be deleted', async () => {
    const { org, jobId } = await withJob()

    await refused(org, () => org.delete('asyncoperation', jobId), {
      code: 'JOB_NOT_COMPLETED',
      number: 0x8004416a,
    })
  })

  test('that is over can be deleted', async () => {
    const { org, jobId } = await withJob()
    await org.settle()

    await org.delete('asyncoperation', jobId)

    expect(org.jobs).toEqual([])
  })

  test('is not made by hand', async () => {
    const { org } = organization([])

    const values = {
      name: 'Mine',
      depth: 1,
      correlationid: '00000000-0000-4000-8000-000000000001',
      correlationupdatedtime: NOON,
    }
    await refused(org, () => org.create('asyncoperation', values), { code: 'NOT_SUPPORTED' })
  })

  test('waits again when the organization is put back to before it ran', async () => {
    const run = jest.fn()
    const { org } = await withJob(step(AFTER_CREATE, run))
    const before = org.snapshot()
    await org.settle()

    org.restore(before)

    expect(org.jobs).toMatchObject([{ state: 'ready' }])
    await org.settle()
    expect(run).toHaveBeenCalledTimes(2)
    expect(org.jobs).toMatchObject([{ state: 'succeeded' }])
  })

  test('is gone when the organization is put back to before its event', async () => {
    const run = jest.fn()
    const { org } = organization([step(AFTER_CREATE, run)])
    const before = org.snapshot()
    await org.create('contact', { lastname: 'Diaz' })

    org.restore(before)
    await org.settle()

    expect(run).not.toHaveBeenCalled()
    expect(org.jobs).toEqual([])
  })
})

describe('jobs that start by themselves', () => {
  test('run several at a time, and never more than eight', async () => {
    let running = 0
    let most = 0
    const job = step(AFTER_CREATE, async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
    })
    const org = emulator({ tables, steps: [job], runsJobsAtOnce: true })

    for (let i = 0; i < 30; i++) await org.create('contact', { lastname: String(i) })
    await org.settle()

    expect(most).toBe(8)
    expect(org.jobs.every(({ state }) => state === 'succeeded')).toBe(true)
  })

  test('start no more once they are stopped', async () => {
    let runs = 0
    const org = emulator({
      tables,
      steps: [step(AFTER_CREATE, () => void runs++)],
      runsJobsAtOnce: true,
    })

    await org.create('contact', { lastname: 'Diaz' })
    org.stopJobs()
    await org.create('contact', { lastname: 'Roe' })
    await new Promise((resolve) => setTimeout(resolve, 10))
    await org.settle()

    expect(runs).toBe(0)
    expect(org.jobs.map(({ state }) => state)).toEqual(['ready', 'ready'])
  })

  test('start without being asked', async () => {
    let done = (): void => undefined
    const ran = new Promise<void>((resolve) => {
      done = resolve
    })
    const org = emulator({
      tables,
      steps: [step(AFTER_CREATE, () => done())],
      runsJobsAtOnce: true,
    })

    await org.create('contact', { lastname: 'Diaz' })

    await ran
  })
})
