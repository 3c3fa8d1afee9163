import type { AnyEvent } from '../../src/authoring/event.ts'
import type { Entity, ParameterBag } from '../../src/pipeline/execution-context.ts'
import type { Query } from '../../src/query/query.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const RETRIEVE = { message: 'Retrieve', table: 'project' } as const
const QUERY = { message: 'RetrieveMultiple', table: 'project' } as const
const ALL: Query = { table: 'project', columns: ['name'] }

async function twoProjects(org: ReturnType<typeof emulator>) {
  const id = await org.create('project', { name: 'Bridge', code: 'B1' })
  await org.create('project', { name: 'Tunnel' })
  return id
}

describe('steps on Retrieve', () => {
  test.each([10, 20] as const)('may ask for other columns at %i', async (stage) => {
    const widen = step({ ...RETRIEVE, stage }, (event) => {
      event.query = { ...(event.query as object), columns: ['name', 'code'] }
    })
    const org = emulator({ tables, steps: [widen] })
    const id = await twoProjects(org)

    expect(await org.retrieve('project', id, ['name'])).toEqual({
      projectid: id,
      name: 'Bridge',
      code: 'B1',
    })
  })

  test('may replace the answer, and leave the row alone', async () => {
    const mask = step({ ...RETRIEVE, stage: 40 }, (event) => {
      event.result = { ...(event.result as object), name: '***' }
    })
    const org = emulator({ tables, steps: [mask] })
    const id = await twoProjects(org)
    const before = everything(org)

    expect(await org.retrieve('project', id, ['name'])).toMatchObject({ name: '***' })
    expect(everything(org)).toEqual(before)
  })

  test('see the answer at PostOperation, and in OutputParameters', async () => {
    const seen: unknown[] = []
    const look = step({ ...RETRIEVE, stage: 40 }, ({ result, context }) => {
      seen.push(result, context.OutputParameters['BusinessEntity'])
    })
    const org = emulator({ tables, steps: [look] })
    const id = await twoProjects(org)

    await org.retrieve('project', id, ['name'])

    const row = { projectid: id, name: 'Bridge' }
    expect(seen).toEqual([row, { LogicalName: 'project', Id: id, Attributes: row }])
  })

  test('change the answer in OutputParameters, and no row', async () => {
    const mask = step({ ...RETRIEVE, stage: 40 }, ({ context }) => {
      const entity = context.OutputParameters['BusinessEntity'] as Entity
      context.OutputParameters['BusinessEntity'] = {
        ...entity,
        Attributes: { ...entity.Attributes, name: '***' },
      }
    })
    const org = emulator({ tables, steps: [mask] })
    const id = await twoProjects(org)
    const before = everything(org)

    expect(await org.retrieve('project', id, ['name'])).toEqual({ projectid: id, name: '***' })
    expect(everything(org)).toEqual(before)
  })

  test.each([
    ['no entity', (bag: ParameterBag) => void (bag['BusinessEntity'] = 'none')],
    ['a part the answer does not have', (bag: ParameterBag) => void (bag['Extra'] = 1)],
  ])('cannot make of the answer %s', async (_, change) => {
    const steps = [
      step({ ...RETRIEVE, stage: 40 }, ({ context }) => change(context.OutputParameters)),
    ]
    const org = emulator({ tables, steps })
    const id = await twoProjects(org)

    await refused(org, () => org.retrieve('project', id, ['name']), { code: 'HANDLER_FAILED' })
  })

  test('change the answer in one place: what replaces the result is not written over', async () => {
    const twice = step({ ...RETRIEVE, stage: 40 }, (event) => {
      const output = event.context.OutputParameters
      event.result = { name: 'replaced' }
      output['BusinessEntity'] = {}
    })
    const org = emulator({ tables, steps: [twice] })
    const id = await twoProjects(org)

    await refused(org, () => org.retrieve('project', id, ['name']), { code: 'HANDLER_FAILED' })
  })

  test('know what was asked for', async () => {
    let seen: AnyEvent['context'] | undefined
    const org = emulator({
      tables,
      steps: [step({ ...RETRIEVE, stage: 10 }, ({ context }) => void (seen = context))],
    })
    const id = await twoProjects(org)

    await org.retrieve('project', id, ['name'])

    expect(seen?.InputParameters).toEqual({
      Target: { LogicalName: 'project', Id: id, Name: null },
      ColumnSet: { AllColumns: false, Columns: ['name'] },
    })
  })

  test('may refuse', async () => {
    const org = emulator({ tables, steps: [step(RETRIEVE, ({ reject }) => reject('secret'))] })
    const id = await twoProjects(org)

    await refused(org, () => org.retrieve('project', id), {
      code: 'HANDLER_REJECTED',
      message: 'secret',
    })
  })

  test('may write, in a transaction that fails as a whole', async () => {
    const steps = [
      step(RETRIEVE, async ({ org }) => {
        await org.create('contact', { lastname: 'Reader' })
      }),
      step({ ...RETRIEVE, stage: 40 }, ({ result, reject }) => {
        if ((result as Record<string, unknown>)['name'] === 'Tunnel') reject('not this one')
      }),
    ]
    const org = emulator({ tables, steps })
    const id = await twoProjects(org)
    const other = org.contents().get('project')?.[1]?.['projectid']

    await org.retrieve('project', id)
    expect(org.contents().get('contact')).toHaveLength(1)
    await refused(org, () => org.retrieve('project', other as string), { message: 'not this one' })
  })
})

describe('steps on RetrieveMultiple', () => {
  test('change the rows in OutputParameters, and none that is stored', async () => {
    const mask = step({ ...QUERY, stage: 40 }, ({ context }) => {
      const page = context.OutputParameters['BusinessEntityCollection'] as {
        readonly Entities: readonly Entity[]
      }
      context.OutputParameters['BusinessEntityCollection'] = {
        ...page,
        Entities: page.Entities.map((entity) => ({
          ...entity,
          Attributes: { ...entity.Attributes, name: '***' },
        })),
      }
    })
    const org = emulator({ tables, steps: [mask] })
    await twoProjects(org)
    const before = everything(org)

    const { rows } = await org.retrieveMultiple(ALL)

    expect(rows.map(({ name }) => name)).toEqual(['***', '***'])
    expect(everything(org)).toEqual(before)
  })

  test('change the columns of an entity in place, and take entities away', async () => {
    const mask = step({ ...QUERY, stage: 40 }, ({ context }) => {
      const page = context.OutputParameters['BusinessEntityCollection'] as { Entities: Entity[] }
      for (const { Attributes } of page.Entities) Attributes['name'] = '***'
      page.Entities.pop()
    })
    const org = emulator({ tables, steps: [mask] })
    await twoProjects(org)
    const before = everything(org)

    const { rows } = await org.retrieveMultiple(ALL)

    expect(rows.map(({ name }) => name)).toEqual(['***'])
    expect(everything(org)).toEqual(before)
  })

  test('add entities, whose id need not be among their columns', async () => {
    const id = 'c0000000-0000-4000-8000-000000000001'
    const add = step({ ...QUERY, stage: 40 }, ({ context }) => {
      const page = context.OutputParameters['BusinessEntityCollection'] as { Entities: Entity[] }
      page.Entities.push({ LogicalName: 'project', Id: id, Attributes: { name: 'Imagined' } })
    })
    const org = emulator({ tables, steps: [add] })
    await twoProjects(org)

    const { rows } = await org.retrieveMultiple(ALL)

    expect(rows.at(-1)).toEqual({ projectid: id, name: 'Imagined' })
  })

  test.each([
    ['is no collection', { Entities: 'none' }],
    ['holds no entities', { Entities: [{ name: 'Bridge' }] }],
  ])('cannot make of the answer what %s', async (_, answer) => {
    const change = step({ ...QUERY, stage: 40 }, ({ context }) => {
      context.OutputParameters['BusinessEntityCollection'] = answer
    })
    const org = emulator({ tables, steps: [change] })
    await twoProjects(org)

    await refused(org, () => org.retrieveMultiple(ALL), {
      code: 'HANDLER_FAILED',
    })
  })

  test.each([10, 20] as const)('may ask for something else at %i', async (stage) => {
    const narrow = step({ ...QUERY, stage }, (event) => {
      event.query = {
        ...(event.query as Query),
        where: { kind: 'condition', column: 'name', operator: 'eq', values: ['Tunnel'] },
      } satisfies Query
    })
    const org = emulator({ tables, steps: [narrow] })
    await twoProjects(org)

    const { rows } = await org.retrieveMultiple(ALL)

    expect(rows).toMatchObject([{ name: 'Tunnel' }])
  })

  test('may replace the rows of the answer', async () => {
    const cut = step({ ...QUERY, stage: 40 }, (event) => {
      event.result = (event.result as readonly Record<string, never>[]).slice(0, 1)
    })
    const org = emulator({ tables, steps: [cut] })
    await twoProjects(org)

    const { rows, moreRows } = await org.retrieveMultiple(ALL)

    expect(rows).toMatchObject([{ name: 'Bridge' }])
    expect(moreRows).toBe(false)
  })

  test('see the query and the rows', async () => {
    const seen: unknown[] = []
    const steps = [
      step({ ...QUERY, stage: 10 }, ({ query, result }) => void seen.push(query, result)),
      step({ ...QUERY, stage: 40 }, ({ result }) => void seen.push(result)),
    ]
    const org = emulator({ tables, steps })
    await twoProjects(org)

    await org.retrieveMultiple(ALL)

    expect(seen).toMatchObject([ALL, undefined, [{ name: 'Bridge' }, { name: 'Tunnel' }]])
  })

  test('of a table that is only linked do not run', async () => {
    const run = jest.fn()
    const org = emulator({ tables, steps: [step({ ...QUERY, table: 'contact' }, run)] })
    await twoProjects(org)

    await org.retrieveMultiple({
      ...ALL,
      links: [{ kind: 'outer', table: 'contact', from: 'contactid', to: 'leadid', columns: [] }],
    })

    expect(run).not.toHaveBeenCalled()
  })
})
