import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { madeUp, TABLES } from '../support/tables.ts'
import { text } from '../../src/metadata/platform/columns.ts'

const tables = TABLES
const three = { table: 'contact', targets: ['Diaz', 'Ito', 'Ngo'].map(named) }

function named(lastname: string) {
  return { values: { lastname } }
}

test('CreateMultiple creates every row and answers their ids in order', async () => {
  const org = emulator({ tables })

  const { ids } = await org.execute('CreateMultiple', three)

  expect(ids.map((id) => org.peek('contact', id)?.['lastname'])).toEqual(['Diaz', 'Ito', 'Ngo'])
})

test('CreateMultiple takes ids that are given', async () => {
  const org = emulator({ tables })
  const id = '0b0b0b0b-0000-4000-8000-000000000001'

  const { ids } = await org.execute('CreateMultiple', {
    table: 'contact',
    targets: [{ id, values: { lastname: 'Diaz' } }],
  })

  expect(ids).toEqual([id])
})

test('its steps run once with all targets, those of Create for every row, stage by stage (bulk-operations)', async () => {
  const seen: unknown[] = []
  const steps = ([10, 20, 40] as const).flatMap((stage) => [
    step(
      { table: 'contact', message: 'CreateMultiple', stage },
      ({ rows }) => void seen.push([stage, rows.map(({ target }) => target['lastname'])]),
    ),
    step(
      { table: 'contact', message: 'Create', stage },
      ({ target }) => void seen.push([stage, target['lastname']]),
    ),
  ])
  const org = emulator({ tables, steps })

  await org.execute('CreateMultiple', three)

  expect(seen).toEqual(
    [10, 20, 40].flatMap((stage) => [
      [stage, ['Diaz', 'Ito', 'Ngo']],
      [stage, 'Diaz'],
      [stage, 'Ito'],
      [stage, 'Ngo'],
    ]),
  )
})

test('a Create runs the steps of CreateMultiple with one target (bulk-operations)', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { table: 'contact', message: 'CreateMultiple', stage: 40 },
        ({ context, rows }) =>
          void seen.push(
            context.MessageName,
            context.PrimaryEntityId,
            rows.map(({ id, target }) => [id, target['lastname']]),
            context.OutputParameters,
          ),
      ),
    ],
  })

  const id = await org.create('contact', { lastname: 'Diaz' })

  expect(seen).toEqual([
    'CreateMultiple',
    '00000000-0000-0000-0000-000000000000',
    [[id, 'Diaz']],
    { Ids: [id] },
  ])
})

test('logic on both messages runs twice for one Create', async () => {
  const run = jest.fn()
  const org = emulator({
    tables,
    steps: [
      step({ table: 'contact', message: 'Create' }, run),
      step({ table: 'contact', message: 'CreateMultiple' }, run),
    ],
  })

  await org.create('contact', { lastname: 'Diaz' })

  expect(run).toHaveBeenCalledTimes(2)
})

test('its steps see Targets, and post-images as a list in their order', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        {
          table: 'contact',
          message: 'CreateMultiple',
          stage: 40,
          postImages: image(['lastname', 'fullname']),
        },
        ({ context, rows }) => {
          const { Targets } = context.InputParameters as {
            readonly Targets: { readonly EntityName: string; readonly Entities: readonly object[] }
          }
          seen.push(Targets.EntityName, Targets.Entities.length)
          seen.push(context.PostEntityImagesCollection?.map(({ image }) => image?.Attributes))
          seen.push(rows.map(({ postImage }) => postImage['fullname']))
        },
      ),
    ],
  })

  await org.execute('CreateMultiple', {
    table: 'contact',
    targets: [named('Diaz'), named('Ito')],
  })

  expect(seen).toEqual([
    'contact',
    2,
    [
      { lastname: 'Diaz', fullname: 'Diaz' },
      { lastname: 'Ito', fullname: 'Ito' },
    ],
    ['Diaz', 'Ito'],
  ])
})

test('a step sets columns of each target, which the steps of Create then see', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step({ table: 'contact', message: 'CreateMultiple', writes: ['jobtitle'] }, ({ rows }) => {
        for (const { target } of rows) target['jobtitle'] = `Dr. ${target['lastname'] as string}`
      }),
      step(
        { table: 'contact', message: 'Create' },
        ({ target }) => void seen.push(target['jobtitle']),
      ),
    ],
  })

  const { ids } = await org.execute('CreateMultiple', three)

  expect(seen).toEqual(['Dr. Diaz', 'Dr. Ito', 'Dr. Ngo'])
  expect(org.peek('contact', ids[1] ?? '')).toMatchObject({ jobtitle: 'Dr. Ito' })
})

test('a step that sets a column it has not declared refuses the request', async () => {
  const org = emulator({
    tables,
    steps: [
      step({ table: 'contact', message: 'CreateMultiple', writes: ['jobtitle'] }, ({ rows }) => {
        for (const { target } of rows) target['lastname'] = 'Other'
      }),
    ],
  })

  await refused(org, () => org.execute('CreateMultiple', three), { code: 'STEP_WRITE_UNDECLARED' })
})

test('all rows are created or none', async () => {
  const org = emulator({
    tables,
    steps: [
      step({ table: 'contact', message: 'Create', stage: 40 }, ({ target, reject }) => {
        if (target['lastname'] === 'Ngo') reject('not Ngo')
      }),
    ],
  })

  await refused(org, () => org.execute('CreateMultiple', three), {
    code: 'HANDLER_REJECTED',
    message: 'not Ngo',
  })
})

test('PreValidation of every row runs outside the transaction, the other stages inside', async () => {
  const seen: unknown[] = []
  const steps = ([10, 20, 40] as const).map((stage) =>
    step(
      { table: 'contact', message: 'Create', stage },
      ({ context }) => void seen.push([stage, context.IsInTransaction]),
    ),
  )
  const org = emulator({ tables, steps })

  await org.execute('CreateMultiple', { table: 'contact', targets: [named('Diaz')] })

  expect(seen).toEqual([
    [10, false],
    [20, true],
    [40, true],
  ])
})

test('asynchronous steps of both messages run after the commit', async () => {
  const seen: unknown[] = []
  const asynchronous = { table: 'contact', stage: 40, mode: 'async' } as const
  const org = emulator({
    tables,
    steps: [
      step(
        { ...asynchronous, message: 'CreateMultiple' },
        ({ rows }) => void seen.push(rows.map(({ target }) => target['lastname'])),
      ),
      step(
        { ...asynchronous, message: 'Create' },
        ({ target }) => void seen.push(target['lastname']),
      ),
    ],
  })

  await org.execute('CreateMultiple', three)
  expect(seen).toEqual([])
  await org.settle()

  expect(seen).toEqual([['Diaz', 'Ito', 'Ngo'], 'Diaz', 'Ito', 'Ngo'])
})

test('it refuses to create no rows, and rows of elastic tables', async () => {
  const elastic = { ...madeUp('Reading', [text('Name', 50)]), tableType: 'Elastic' as const }
  const org = emulator({ tables: [...TABLES, elastic] })

  await refused(org, () => org.execute('CreateMultiple', { table: 'contact', targets: [] }), {
    code: 'INVALID_ARGUMENT',
  })
  await refused(
    org,
    () => org.execute('CreateMultiple', { table: 'reading', targets: [{ values: {} }] }),
    { code: 'NOT_SUPPORTED' },
  )
})

test('a step that sends it is refused by name', async () => {
  const org = emulator({
    tables,
    steps: [
      step({ table: 'account', message: 'Create' }, async ({ org }) => {
        await org.execute('CreateMultiple', three)
      }),
    ],
  })

  await refused(org, () => org.create('account', { name: 'Contoso' }), { code: 'NOT_SUPPORTED' })
})

test.each(['Create', 'CreateMultiple'])(
  'what a %s bypasses counts for the steps of both',
  async (sent) => {
    const run = jest.fn()
    const org = emulator({
      tables,
      steps: [
        step({ table: 'contact', message: 'CreateMultiple' }, run),
        step({ table: 'contact', message: 'Create' }, run),
      ],
    })
    const bypass = { sync: true }

    if (sent === 'Create') await org.create('contact', { lastname: 'Diaz' }, { bypass })
    else await org.execute('CreateMultiple', { ...three, bypass })

    expect(run).not.toHaveBeenCalled()
  },
)
