import { text } from '../../src/metadata/platform/columns.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { madeUp, TABLES } from '../support/tables.ts'

const READING = { ...madeUp('Reading', [text('Name', 50)]), tableType: 'Elastic' as const }
const tables = [...TABLES, READING]

async function two(org: ReturnType<typeof emulator>) {
  const ids = [
    await org.create('reading', { name: 'One' }),
    await org.create('reading', { name: 'Two' }),
  ]
  return ids.map((id) => ({ table: 'reading', id }))
}

test('DeleteMultiple deletes rows of an elastic table, with its steps once and those of Delete for each', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { table: 'reading', message: 'DeleteMultiple' },
        ({ context }) =>
          void seen.push((context.InputParameters['Targets'] as readonly unknown[]).length),
      ),
      step({ table: 'reading', message: 'Delete' }, ({ id }) => void seen.push(id)),
    ],
  })
  const targets = await two(org)

  await org.execute('DeleteMultiple', { targets })

  expect(seen).toEqual([2, ...targets.map(({ id }) => id)])
  expect(targets.map(({ id }) => org.peek('reading', id))).toEqual([undefined, undefined])
})

test('a Delete does not run the steps of DeleteMultiple (bulk-operations)', async () => {
  const run = jest.fn()
  const org = emulator({
    tables,
    steps: [step({ table: 'reading', message: 'DeleteMultiple' }, run)],
  })
  const [first] = await two(org)

  await org.delete('reading', first?.id ?? '')

  expect(run).not.toHaveBeenCalled()
})

test('a standard table answers that it has not yet been implemented (bulk-operations)', async () => {
  const org = emulator({ tables })
  const id = await org.create('contact', { lastname: 'Diaz' })

  await refused(org, () => org.execute('DeleteMultiple', { targets: [{ table: 'contact', id }] }), {
    code: 'MESSAGE_NOT_OFFERED',
    message: 'DeleteMultiple has not yet been implemented.',
  })
})

test('it refuses no rows, and rows of two tables', async () => {
  const org = emulator({ tables })
  const [first] = await two(org)
  const target = first ?? { table: 'reading', id: '' }
  const missing = '00000000-0000-4000-8000-00000000dead'

  await refused(org, () => org.execute('DeleteMultiple', { targets: [] }), {
    code: 'INVALID_ARGUMENT',
  })
  await refused(
    org,
    () => org.execute('DeleteMultiple', { targets: [target, { table: 'contact', id: missing }] }),
    { code: 'INVALID_ARGUMENT' },
  )
})

test('where a row is missing it is refused by name: the platform would delete the others (bulk-operations)', async () => {
  const org = emulator({ tables })
  const targets = [
    ...(await two(org)),
    { table: 'reading', id: '00000000-0000-4000-8000-00000000dead' },
  ]

  await refused(org, () => org.execute('DeleteMultiple', { targets }), {
    code: 'NOT_SUPPORTED',
    message: expect.stringContaining('DeleteMultiple of reading') as string,
  })
})
