import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const at = { table: 'project', message: 'SetState' } as const

async function project(org: ReturnType<typeof emulator>) {
  return { table: 'project', id: await org.create('project', { name: 'Bridge' }) }
}

test('SetState sets state and status', async () => {
  const org = emulator({ tables })
  const target = await project(org)

  await org.execute('SetState', { target, state: 1, status: 4 })

  expect(org.peek('project', target.id)).toMatchObject({ statecode: 1, statuscode: 4 })
})

test.each([undefined, -1])('SetState with status %s takes the default one', async (status) => {
  const org = emulator({ tables })
  const target = await project(org)

  await org.execute(
    'SetState',
    status === undefined ? { target, state: 1 } : { target, state: 1, status },
  )

  expect(org.peek('project', target.id)).toMatchObject({ statecode: 1, statuscode: 2 })
})

test('SetState steps see EntityMoniker, State and Status, and images', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { ...at, stage: 40, preImages: image(['statecode']), postImages: image(['statecode']) },
        ({ context, preImage, postImage }) =>
          void seen.push(context.InputParameters, preImage, postImage),
      ),
    ],
  })
  const target = await project(org)

  await org.execute('SetState', { target, state: 1, status: 4 })

  expect(seen).toEqual([
    {
      EntityMoniker: { LogicalName: 'project', Id: target.id, Name: null },
      State: { Value: 1 },
      Status: { Value: 4 },
    },
    { statecode: 0 },
    { statecode: 1 },
  ])
})

test('Update steps see a SetState request as Update, with its parameters in ParentContext (event-framework)', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { table: 'project', message: 'Update', stage: 40 },
        ({ context }) =>
          void seen.push(
            context.MessageName,
            context.Depth,
            Object.keys(context.ParentContext?.InputParameters ?? {}),
          ),
      ),
    ],
  })
  const target = await project(org)

  await org.execute('SetState', { target, state: 1, status: 4 })

  expect(seen).toEqual(['Update', 1, ['EntityMoniker', 'State', 'Status']])
})

test('neither a SetState nor an Update of the state runs the steps of SetState twice', async () => {
  const run = jest.fn()
  const org = emulator({ tables, steps: [step(at, run)] })
  const target = await project(org)

  await org.execute('SetState', { target, state: 1, status: 4 })

  expect(run).toHaveBeenCalledTimes(1)

  await org.update('project', target.id, { statecode: 0, statuscode: 1 })

  expect(run).toHaveBeenCalledTimes(2)
})

test('an Update of the state runs the steps of SetState with its parameters', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [step(at, ({ context }) => void seen.push(context.InputParameters))],
  })
  const target = await project(org)

  await org.update('project', target.id, { statecode: 1, statuscode: 4 })

  expect(seen).toMatchObject([{ State: { Value: 1 }, Status: { Value: 4 } }])
})

test('SetState refuses a status of another state, and a row that does not exist', async () => {
  const org = emulator({ tables })
  const target = await project(org)
  const missing = { table: 'project', id: '00000000-0000-4000-8000-00000000dead' }

  await refused(org, () => org.execute('SetState', { target, state: 1, status: 3 }), {
    code: 'STATUS_INVALID_FOR_STATE',
  })
  await refused(org, () => org.execute('SetState', { target: missing, state: 1 }), {
    code: 'ROW_NOT_FOUND',
  })
})

test('SetState refuses tables without states', async () => {
  const org = emulator({ tables })
  const target = { table: 'annotation', id: await org.create('annotation', { subject: 'Note' }) }

  await refused(org, () => org.execute('SetState', { target, state: 1 }), {
    code: 'STATE_MISSING',
  })
})
