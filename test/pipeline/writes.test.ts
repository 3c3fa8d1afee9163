import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step, type StepSpec } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'

const tables = TABLES
const CREATE: StepSpec = { message: 'Create', table: 'project' }
const UPDATE: StepSpec = { message: 'Update', table: 'project' }

describe('a column that a step declared and set', () => {
  test.each([10, 20] as const)('at stage %i is stored', async (stage) => {
    const write = step({ ...CREATE, stage, writes: ['code'] }, ({ target }) => {
      target['code'] = 'made'
    })
    const org = emulator({ tables, steps: [write] })

    const id = await org.create('project', { name: 'Bridge' })

    expect(await org.retrieve('project', id, ['code'])).toMatchObject({ code: 'made' })
  })

  test('is seen by the steps after it', async () => {
    const seen: unknown[] = []
    const steps = [
      step(
        { ...UPDATE, writes: ['code'], rank: 1 },
        ({ target }) => void (target['code'] = 'made'),
      ),
      step({ ...UPDATE, rank: 2 }, ({ target }) => void seen.push(target['code'])),
      step({ ...UPDATE, stage: 40 }, ({ target }) => void seen.push(target['code'])),
    ]
    const org = emulator({ tables, steps })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual(['made', 'made'])
  })

  test('may be set by an asynchronous function', async () => {
    const write = step({ ...CREATE, writes: ['code'] }, async ({ target, org }) => {
      await org.retrieveMultiple({ table: 'contact', columns: [] })
      target['code'] = 'made'
    })
    const org = emulator({ tables, steps: [write] })

    const id = await org.create('project', { name: 'Bridge' })

    expect(await org.retrieve('project', id, ['code'])).toMatchObject({ code: 'made' })
  })

  test('may be set through the Target of the execution context', async () => {
    const write = step({ ...CREATE, writes: ['code'] }, ({ context }) => {
      const { Attributes } = context.InputParameters['Target'] as {
        Attributes: Record<string, unknown>
      }
      Attributes['code'] = 'made'
    })
    const org = emulator({ tables, steps: [write] })

    const id = await org.create('project', { name: 'Bridge' })

    expect(await org.retrieve('project', id, ['code'])).toMatchObject({ code: 'made' })
  })

  test('replaces what was sent, and deleting it takes it out of the request', async () => {
    const steps = [
      step({ ...CREATE, writes: ['code', 'region'] }, ({ target }) => {
        target['code'] = 'made'
        delete target['region']
      }),
    ]
    const org = emulator({ tables, steps })

    const id = await org.create('project', { name: 'Bridge', code: 'sent', region: 'North' })

    expect(await org.retrieve('project', id, ['code', 'region'])).toMatchObject({
      code: 'made',
      region: null,
    })
  })

  test('is brought into the shape of its column', async () => {
    const write = step(
      { ...CREATE, writes: ['weight', 'code', 'startson', 'tags'] },
      ({ target }) => {
        target['weight'] = 1.005
        target['code'] = ''
        target['startson'] = '2026-03-02T12:00:00+02:00'
        target['tags'] = [3, 1, 3]
      },
    )
    const org = emulator({ tables, steps: [write] })

    const id = await org.create('project', { name: 'Bridge' })

    expect(await org.retrieve('project', id)).toMatchObject({
      weight: 1.01,
      code: null,
      startson: '2026-03-02T10:00:00Z',
      tags: [1, 3],
    })
  })

  test('may be one that no client may send', async () => {
    const write = step({ ...CREATE, writes: ['stamp', 'createdon'] }, ({ target }) => {
      target['stamp'] = 'seen'
      target['createdon'] = '2001-01-01T00:00:00Z'
    })
    const org = emulator({ tables, steps: [write] })

    const id = await org.create('project', { name: 'Bridge' })

    expect(await org.retrieve('project', id)).toMatchObject({
      stamp: 'seen',
      createdon: '2001-01-01T00:00:00Z',
    })
  })

  test.each([
    ['name', 'far too long a name for a project', 'STRING_TOO_LONG'],
    ['weight', 1001, 'DECIMAL_OUT_OF_RANGE'],
    ['phase', 9, 'CHOICE_OUT_OF_RANGE'],
    ['number', 'many', 'PAYLOAD_INVALID'],
    ['startson', 'soon', 'INVALID_DATE'],
    ['isurgent', 'yes', 'PAYLOAD_INVALID'],
    ['leadid', { table: 'contact', id: '44444444-4444-4444-8444-444444444444' }, 'ROW_NOT_FOUND'],
    ['ownerid', null, 'OWNER_MISSING'],
    ['projectid', '44444444-4444-4444-8444-444444444444', 'INVALID_ARGUMENT'],
  ] as const)('is refused as a client’s would be: %s', async (column, value, code) => {
    for (const spec of [CREATE, UPDATE]) {
      const write = step({ ...spec, writes: [column] }, ({ target }) => {
        ;(target as Record<string, unknown>)[column] = value
      })
      const id = '55555555-5555-4555-8555-555555555555'
      const rows = [{ table: 'project', values: { projectid: id, name: 'Bridge' } }]
      const org = emulator({ tables, rows, steps: [write] })

      await refused(
        org,
        () =>
          spec === CREATE
            ? org.create('project', { name: 'Tunnel' })
            : org.update('project', id, { name: 'Tunnel' }),
        { code },
      )
    }
  })

  test('is checked even where no client may send it, and nothing is written', async () => {
    const write = step({ ...CREATE, stage: 20, writes: ['modifiedby'] }, ({ target }) => {
      target['modifiedby'] = 'me'
    })
    const org = emulator({ tables, steps: [write] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), { code: 'PAYLOAD_INVALID' })
  })

  test('takes along what the platform derives from it', async () => {
    const team = '0e000000-0000-4000-8000-000000000003'
    const write = step(
      { message: 'Update', table: 'project', writes: ['ownerid', 'statecode'] },
      ({ target }) => {
        target['ownerid'] = { table: 'team', id: team }
        target['statecode'] = 1
      },
    )
    const org = emulator({ tables, steps: [write] })
    const id = await org.create('project', { name: 'Bridge', statuscode: 3 })

    await org.update('project', id, { name: 'Tunnel' })

    expect(org.peek('project', id)).toMatchObject({
      owninguser: null,
      owningteam: { table: 'team', id: team },
      owneridtype: 'team',
      statecode: 1,
      statuscode: 2,
    })
  })

  test('of a status outside the row’s state is refused', async () => {
    const write = step({ ...UPDATE, writes: ['statuscode'] }, ({ target }) => {
      target['statuscode'] = 4
    })
    const org = emulator({ tables, steps: [write] })
    const id = await org.create('project', { name: 'Bridge' })

    await refused(org, () => org.update('project', id, { name: 'Tunnel' }), {
      code: 'STATUS_INVALID_FOR_STATE',
    })
  })
})

describe('a column that a step did not declare', () => {
  const undeclared = (spec: StepSpec, run: (event: AnyEvent) => void | Promise<void>) =>
    step({ ...spec, name: 'Careless.write' }, run)

  test.each([
    ['a new one', 'code'],
    ['one that was sent', 'name'],
  ])('is refused by name where the step declared none: %s', async (_, column) => {
    const write = undeclared(CREATE, ({ target }) => void (target[column] = 'made'))
    const org = emulator({ tables, steps: [write] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), {
      code: 'STEP_WRITE_UNDECLARED',
      message: `Careless.write sets '${column}' of its target; declare it: writes: ['${column}'].`,
    })
  })

  test.each([
    ['a new one', 'code'],
    ['one that was sent', 'name'],
  ])('is refused by name where the step declared others: %s', async (_, column) => {
    const write = undeclared({ ...CREATE, writes: ['region'] }, ({ target }) => {
      target[column] = 'made'
    })
    const org = emulator({ tables, steps: [write] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), {
      code: 'STEP_WRITE_UNDECLARED',
      message: `Careless.write sets '${column}' of its target; declare it: writes: ['${column}'].`,
    })
  })

  test('is refused when it is deleted', async () => {
    for (const writes of [[], ['region']]) {
      const write = undeclared({ ...CREATE, writes }, ({ target }) => void delete target['name'])
      const org = emulator({ tables, steps: [write] })

      await refused(org, () => org.create('project', { name: 'Bridge' }), {
        code: 'STEP_WRITE_UNDECLARED',
      })
    }
  })

  test('is refused in asynchronous functions, too', async () => {
    for (const writes of [[], ['region']]) {
      const write = undeclared({ ...CREATE, writes }, async ({ target, org }) => {
        await org.retrieveMultiple({ table: 'contact', columns: [] })
        target['code'] = 'made'
      })
      const org = emulator({ tables, steps: [write] })

      await refused(org, () => org.create('project', { name: 'Bridge' }), {
        code: 'STEP_WRITE_UNDECLARED',
      })
    }
  })

  test('is refused after the main operation, where nothing can be declared', async () => {
    const write = undeclared(
      { ...UPDATE, stage: 40 },
      ({ target }) => void (target['code'] = 'made'),
    )
    const org = emulator({ tables, steps: [write] })
    const id = await org.create('project', { name: 'Bridge' })

    await refused(org, () => org.update('project', id, { name: 'Tunnel' }), {
      code: 'STEP_WRITE_UNDECLARED',
      message:
        "Careless.write sets 'code' of its target; after the main operation the target can no longer be changed.",
    })
  })

  test('is not blamed for a frozen object of the handler’s own', async () => {
    const settings = Object.freeze({ limit: 1 }) as { limit: number }
    const write = undeclared(CREATE, ({ target }) => {
      void target['name']
      settings.limit = 2
    })
    const org = emulator({ tables, steps: [write] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), { code: 'HANDLER_FAILED' })
  })
})

describe('the columns a step filters on', () => {
  const count = (seen: number[], columns: readonly string[], stage: 10 | 20 | 40) =>
    step({ ...UPDATE, columns, stage }, () => void seen.push(stage))

  async function run(columns: readonly string[], values: Record<string, unknown>) {
    const seen: number[] = []
    const org = emulator({
      tables,
      steps: ([10, 20, 40] as const).map((stage) => count(seen, columns, stage)),
    })
    const id = await org.create('project', { name: 'Bridge', code: 'B1', budget: 5 })
    await org.update('project', id, values as never)
    return seen
  }

  test('let it run when one of them was sent', async () => {
    expect(await run(['region', 'name'], { name: 'Tunnel' })).toEqual([10, 20, 40])
  })

  test('let it run when the value is the one stored already', async () => {
    expect(await run(['name'], { name: 'Bridge' })).toEqual([10, 20, 40])
  })

  test('let it run when the column is cleared', async () => {
    expect(await run(['code'], { code: null })).toEqual([10, 20, 40])
  })

  test('keep it from running when none of them was sent', async () => {
    expect(await run(['region', 'code'], { name: 'Tunnel' })).toEqual([])
  })

  test('do not count columns sent without a value', async () => {
    expect(await run(['code'], { name: 'Tunnel', code: undefined })).toEqual([])
  })

  test('do not count columns that the platform adds by itself', async () => {
    expect(await run(['modifiedon'], { name: 'Tunnel' })).toEqual([])
    expect(await run(['statuscode'], { statecode: 1 })).toEqual([])
    expect(await run(['budget_base'], { budget: 6 })).toEqual([])
  })

  test('do not count columns a client may not send, though it did', async () => {
    expect(await run(['stamp'], { stamp: 'mine' })).toEqual([])
  })

  test('count columns that an earlier step has set', async () => {
    const seen: number[] = []
    const steps = [
      step({ ...UPDATE, writes: ['region'] }, ({ target }) => void (target['region'] = 'North')),
      step({ ...UPDATE, columns: ['region'], stage: 40 }, () => void seen.push(40)),
    ]
    const org = emulator({ tables, steps })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual([40])
  })

  test('leave it the whole target', async () => {
    let seen: unknown
    const look = step(
      { ...UPDATE, columns: ['name'], stage: 10 },
      ({ target }) => void (seen = target),
    )
    const org = emulator({ tables, steps: [look] })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, { name: 'Tunnel', region: 'North' })

    expect(seen).toEqual({ projectid: id, name: 'Tunnel', region: 'North' })
  })
})

describe('the target at each stage', () => {
  test('of a Create is what was sent with defaults, then what the platform sets, then what it computes', async () => {
    const seen: Record<string, unknown>[] = []
    const steps = ([10, 20, 40] as const).map((stage) =>
      step({ ...CREATE, stage }, ({ target }) => void seen.push({ ...target })),
    )
    const org = emulator({ tables, steps })

    const id = await org.create('project', { name: 'Bridge', budget: 5 })

    const [before, inner, after] = seen
    expect(before).toEqual({ name: 'Bridge', budget: 5, isurgent: true, phase: 1 })
    expect(inner).toMatchObject({
      projectid: id,
      createdon: '2026-01-01T00:00:00Z',
      modifiedonbehalfby: null,
      ownerid: { table: 'systemuser', id: org.userId },
      owningbusinessunit: { table: 'businessunit', id: org.businessUnitId },
      statecode: 0,
      statuscode: 1,
    })
    expect(inner).not.toHaveProperty('budget_base')
    expect(after).toMatchObject({
      transactioncurrencyid: { table: 'transactioncurrency', id: org.currencyId },
      exchangerate: 1,
      budget_base: 5,
    })
  })

  test('of an Update has the id from the start, and who changed it from PreOperation on', async () => {
    const seen: Record<string, unknown>[] = []
    const steps = ([10, 20] as const).map((stage) =>
      step({ ...UPDATE, stage }, ({ target }) => void seen.push({ ...target })),
    )
    const org = emulator({ tables, steps })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual([
      { projectid: id, name: 'Tunnel' },
      {
        projectid: id,
        name: 'Tunnel',
        modifiedon: '2026-01-01T00:00:00Z',
        modifiedby: { table: 'systemuser', id: org.userId },
        modifiedonbehalfby: null,
      },
    ])
  })
})

describe('a lookup that no client may send and a step sets', () => {
  const creates = (id: string) =>
    step({ ...CREATE, writes: ['createdby'] }, ({ target }) => {
      target['createdby'] = { table: 'systemuser', id }
    })

  test('names a row that is there', async () => {
    const org = emulator({ tables, steps: [creates('0e000000-0000-4000-8000-000000000009')] })

    const id = await org.create('project', { name: 'Bridge' })

    expect(org.peek('project', id)).toMatchObject({
      createdby: { table: 'systemuser', id: org.systemUserId },
    })
  })

  test('is refused where there is none', async () => {
    const missing = '66666666-6666-4666-8666-666666666666'
    const org = emulator({ tables, steps: [creates(missing)] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), { code: 'ROW_NOT_FOUND' })
  })
})
