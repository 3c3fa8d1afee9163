import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const at = { table: 'account', message: 'Assign' } as const

async function account(org: ReturnType<typeof emulator>) {
  const target = { table: 'account', id: await org.create('account', { name: 'Contoso' }) }
  return { target, team: { table: 'team' as const, id: org.teamId } }
}

test('Assign gives the row to the assignee, with all that is derived from the owner', async () => {
  const org = emulator({ tables })
  const { target, team } = await account(org)

  await org.execute('Assign', { target, assignee: team })

  expect(org.peek('account', target.id)).toMatchObject({
    ownerid: team,
    owningteam: team,
    owninguser: null,
  })
})

test('Assign runs its own steps and, inside them, those of the Update it is', async () => {
  const seen: string[] = []
  const note = (message: string, stage: 10 | 20 | 40) =>
    step({ table: 'account', message, stage }, () => void seen.push(`${message} ${stage}`))
  const stages = [10, 20, 40] as const
  const org = emulator({
    tables,
    steps: stages.flatMap((stage) => [note('Assign', stage), note('Update', stage)]),
  })
  const { target, team } = await account(org)

  await org.execute('Assign', { target, assignee: team })

  expect(seen).toEqual([
    'Assign 10',
    'Assign 20',
    'Update 10',
    'Update 20',
    'Update 40',
    'Assign 40',
  ])
})

test('Assign steps see Target and Assignee, and images of the row before and after', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { ...at, stage: 40, preImages: image(['ownerid']), postImages: image(['ownerid']) },
        ({ context, preImage, postImage }) =>
          void seen.push(context.InputParameters, preImage, postImage),
      ),
    ],
  })
  const { target, team } = await account(org)

  await org.execute('Assign', { target, assignee: team })

  expect(seen).toEqual([
    {
      Target: { LogicalName: 'account', Id: target.id, Name: null },
      Assignee: { LogicalName: 'team', Id: team.id, Name: null },
    },
    { ownerid: { table: 'systemuser', id: org.userId } },
    { ownerid: team },
  ])
})

test('the Update of an Assign shows the Assign as its outer context, at the same depth', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step({ table: 'account', message: 'Update' }, ({ context }) => {
        seen.push(context.Depth, context.ParentContext?.MessageName, context.ParentContext?.Stage)
        seen.push(Object.keys(context.ParentContext?.InputParameters ?? {}))
        seen.push(context.ParentContext?.ParentContext)
      }),
    ],
  })
  const { target, team } = await account(org)

  await org.execute('Assign', { target, assignee: team })

  expect(seen).toEqual([1, 'Assign', 30, ['Target', 'Assignee'], null])
})

test('an Update of the owner runs the steps of Assign, stage by stage', async () => {
  const seen: unknown[] = []
  const steps = ([10, 20, 40] as const).map((stage) =>
    step(
      { ...at, stage },
      ({ context }) =>
        void seen.push([context.MessageName, context.Stage, context.InputParameters['Assignee']]),
    ),
  )
  const org = emulator({ tables, steps })
  const { target, team } = await account(org)

  await org.update('account', target.id, { ownerid: team })

  const assignee = { LogicalName: 'team', Id: team.id, Name: null }
  expect(seen).toEqual([
    ['Assign', 10, assignee],
    ['Assign', 20, assignee],
    ['Assign', 40, assignee],
  ])
})

test('an Update of other columns runs no steps of Assign', async () => {
  const run = jest.fn()
  const org = emulator({ tables, steps: [step(at, run)] })
  const { target } = await account(org)

  await org.update('account', target.id, { name: 'Fabrikam' })

  expect(run).not.toHaveBeenCalled()
})

test('the asynchronous steps of Assign run after an Update of the owner', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { ...at, stage: 40, mode: 'async' },
        ({ context }) => void seen.push(context.MessageName, Object.keys(context.InputParameters)),
      ),
    ],
  })
  const { target, team } = await account(org)

  await org.update('account', target.id, { ownerid: team })
  await org.settle()

  expect(seen).toEqual(['Assign', ['Target', 'Assignee']])
})

test('a step of Assign that refuses undoes the Update', async () => {
  const org = emulator({
    tables,
    steps: [step({ ...at, stage: 40 }, ({ reject }) => reject('not to them'))],
  })
  const { target, team } = await account(org)

  await refused(org, () => org.update('account', target.id, { ownerid: team }), {
    code: 'HANDLER_REJECTED',
    message: 'not to them',
  })
  await refused(org, () => org.execute('Assign', { target, assignee: team }), {
    code: 'HANDLER_REJECTED',
  })
})

test('Assign refuses rows that do not exist, as target and as assignee', async () => {
  const org = emulator({ tables })
  const { target, team } = await account(org)
  const missing = '00000000-0000-4000-8000-00000000dead'

  await refused(
    org,
    () => org.execute('Assign', { target: { ...target, id: missing }, assignee: team }),
    { code: 'ROW_NOT_FOUND' },
  )
  await refused(
    org,
    () => org.execute('Assign', { target, assignee: { table: 'team', id: missing } }),
    { code: 'ROW_NOT_FOUND' },
  )
})

test('Assign refuses rows of tables without owners', async () => {
  const org = emulator({ tables })
  const target = { table: 'transactioncurrency', id: org.currencyId }

  await refused(
    org,
    () => org.execute('Assign', { target, assignee: { table: 'team', id: org.teamId } }),
    { code: 'MESSAGE_NOT_OFFERED' },
  )
})
