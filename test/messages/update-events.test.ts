import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { madeUp, TABLES } from '../support/tables.ts'

const tables = TABLES
const EQUIPMENT = madeUp(
  'Equipment',
  [text('Name', 50), lookup('BusinessUnitId', to('businessunit', 'business_unit_equipment'))],
  { ownership: 'BusinessOwned' },
)
const at = { table: 'project', message: 'Update' } as const
const MIXED = { name: 'Tunnel', statecode: 1, statuscode: 4 }

/** What was set of the columns that this is about, without those the platform adds. */
const sent = (target: object) =>
  Object.keys(target).filter((column) => ['name', 'statecode', 'statuscode'].includes(column))

describe('an Update of state and other columns (special-update-operation-behavior)', () => {
  test('runs PreOperation and PostOperation twice: the other columns, then state and status', async () => {
    const seen: unknown[] = []
    const steps = ([10, 20, 40] as const).map((stage) =>
      step({ ...at, stage }, ({ target }) => void seen.push([stage, sent(target)])),
    )
    const org = emulator({ tables, steps })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, MIXED)

    expect(seen).toEqual([
      [10, ['name', 'statecode', 'statuscode']],
      [20, ['name']],
      [40, ['name']],
      [20, ['statecode', 'statuscode']],
      [40, ['statecode', 'statuscode']],
    ])
    expect(org.peek('project', id)).toMatchObject(MIXED)
  })

  test('runs steps that filter on columns only for the part that holds them', async () => {
    const run = jest.fn()
    const org = emulator({ tables, steps: [step({ ...at, columns: ['statecode'] }, run)] })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, MIXED)

    expect(run).toHaveBeenCalledTimes(1)
  })

  test('shows the full set as outer context of both parts, and shared variables from one to the other', async () => {
    const outer: unknown[] = []
    const shared: unknown[] = []
    const org = emulator({
      tables,
      steps: [
        step(at, ({ context, sharedVariables, target }) => {
          const target10 = context.ParentContext?.InputParameters['Target'] as {
            readonly Attributes: object
          }
          outer.push(sent(target10.Attributes))
          shared.push(sharedVariables['seen'])
          sharedVariables['seen'] = sent(target)
        }),
      ],
    })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, MIXED)

    expect(outer).toEqual([
      ['name', 'statecode', 'statuscode'],
      ['name', 'statecode', 'statuscode'],
    ])
    expect(shared).toEqual([undefined, ['name']])
  })

  test('shows the second part the row as the first has left it', async () => {
    const seen: unknown[] = []
    const org = emulator({
      tables,
      steps: [
        step(
          { ...at, preImages: image(['name', 'statecode']) },
          ({ preImage }) => void seen.push(preImage),
        ),
      ],
    })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, MIXED)

    expect(seen).toEqual([
      { name: 'Bridge', statecode: 0 },
      { name: 'Tunnel', statecode: 0 },
    ])
  })

  test('runs the steps of SetState with the second part only', async () => {
    const seen: unknown[] = []
    const org = emulator({
      tables,
      steps: [
        step({ ...at, rank: 1 }, ({ target }) => void seen.push(sent(target))),
        step({ table: 'project', message: 'SetState' }, () => void seen.push('SetState')),
      ],
    })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, MIXED)

    expect(seen).toEqual([['name'], ['statecode', 'statuscode'], 'SetState'])
  })

  test('is undone whole when a step of the second part refuses', async () => {
    const org = emulator({
      tables,
      steps: [
        step({ ...at, stage: 40, columns: ['statecode'] }, ({ reject }) => reject('keep it open')),
      ],
    })
    const id = await org.create('project', { name: 'Bridge' })

    await refused(org, () => org.update('project', id, MIXED), { code: 'HANDLER_REJECTED' })
  })

  test('runs asynchronous steps for each part', async () => {
    const seen: unknown[] = []
    const org = emulator({
      tables,
      steps: [
        step({ ...at, stage: 40, mode: 'async' }, ({ target }) => void seen.push(sent(target))),
      ],
    })
    const id = await org.create('project', { name: 'Bridge' })

    await org.update('project', id, MIXED)
    await org.settle()

    expect(seen).toEqual([['name'], ['statecode', 'statuscode']])
  })
})

test('an Update of state alone, or of other columns alone, runs its steps once', async () => {
  const run = jest.fn()
  const org = emulator({ tables, steps: [step(at, run)] })
  const id = await org.create('project', { name: 'Bridge' })

  await org.update('project', id, { statecode: 1 })
  await org.update('project', id, { name: 'Tunnel', description: 'Under the river' })

  expect(run).toHaveBeenCalledTimes(2)
})

test('an Update of owner and other columns runs its steps once on a user-owned table', async () => {
  const run = jest.fn()
  const org = emulator({ tables, steps: [step(at, run)] })
  const id = await org.create('project', { name: 'Bridge' })

  await org.update('project', id, { name: 'Tunnel', ownerid: { table: 'team', id: org.teamId } })

  expect(run).toHaveBeenCalledTimes(1)
})

describe('an Update of where a row of a business-owned table belongs', () => {
  test('runs PreOperation and PostOperation twice when it holds other columns, too', async () => {
    const seen: unknown[] = []
    const keep = ['description', 'businessunitid']
    const org = emulator({
      tables,
      steps: [
        step(
          { table: 'team', message: 'Update' },
          ({ target }) =>
            void seen.push(Object.keys(target).filter((column) => keep.includes(column))),
        ),
      ],
    })
    const unit = { table: 'businessunit' as const, id: org.businessUnitId }
    const id = await org.create('team', { name: 'Sales', businessunitid: unit })

    await org.update('team', id, { description: 'They sell', businessunitid: unit })

    expect(seen).toEqual([['description'], ['businessunitid']])
  })

  test('runs the steps of SetParent for a team, of SetBusiness for a facility', async () => {
    const seen: unknown[] = []
    const note = (table: string, message: string) =>
      step(
        { table, message },
        ({ context }) => void seen.push([table, message, context.InputParameters]),
      )
    const org = emulator({
      tables: [...TABLES, EQUIPMENT],
      steps: [note('team', 'SetParent'), note('equipment', 'SetBusiness')],
    })
    const unit = { table: 'businessunit' as const, id: org.businessUnitId }
    const team = await org.create('team', { name: 'Sales', businessunitid: unit })
    const crane = await org.create('equipment', { name: 'Crane', businessunitid: unit })

    await org.update('team', team, { businessunitid: unit })
    await org.update('equipment', crane, { businessunitid: unit })

    expect(seen).toMatchObject([
      ['team', 'SetParent', { ParentId: unit.id }],
      ['equipment', 'SetBusiness', { BusinessId: unit.id }],
    ])
  })

  test.each(['SetParent', 'SetBusiness'])('is not asked for by %s, which refuses', async (name) => {
    const org = emulator({ tables })
    const target = { table: 'team', id: org.teamId }

    await refused(org, () => org.execute(name, { target, to: null }), { code: 'NOT_SUPPORTED' })
  })
})
