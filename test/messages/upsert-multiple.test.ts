import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES

async function world(steps: Parameters<typeof emulator>[0] = {}) {
  const org = emulator({ tables, ...steps })
  const id = await org.create('project', { name: 'Bridge', code: 'B1' })
  return { org, id }
}
const targets = [
  { key: { code: 'T1' }, values: { name: 'Tunnel' } },
  { key: { code: 'B1' }, values: { name: 'Long bridge' } },
  { id: '0b0b0b0b-0000-4000-8000-000000000001', values: { name: 'Road' } },
]

test('UpsertMultiple updates rows that exist and creates the others, found by key or id', async () => {
  const { org, id } = await world()

  const { results } = await org.execute('UpsertMultiple', { table: 'project', targets })

  expect(results.map(({ created }) => created)).toEqual([true, false, true])
  expect(results[1]?.id).toBe(id)
  expect(results.map((result) => org.peek('project', result.id))).toMatchObject([
    { name: 'Tunnel', code: 'T1' },
    { name: 'Long bridge', code: 'B1' },
    { name: 'Road' },
  ])
})

test('its events are those of CreateMultiple and UpdateMultiple, at its own depth', async () => {
  const seen: unknown[] = []
  const note = (message: string) =>
    step(
      { table: 'project', message },
      ({ rows, context }) =>
        void seen.push([message, rows.map(({ target }) => target['name']), context.Depth]),
    )
  const { org } = await world({ steps: [note('CreateMultiple'), note('UpdateMultiple')] })
  seen.length = 0

  await org.execute('UpsertMultiple', { table: 'project', targets })

  expect(seen).toEqual([
    ['CreateMultiple', ['Tunnel', 'Road'], 1],
    ['UpdateMultiple', ['Long bridge'], 1],
  ])
})

test('nothing is written when one row is refused, or a key is not defined', async () => {
  const { org } = await world()

  await refused(
    org,
    () =>
      org.execute('UpsertMultiple', {
        table: 'project',
        targets: [...targets, { key: { code: 'X' }, values: { name: 'n'.repeat(50) } }],
      }),
    { code: 'STRING_TOO_LONG' },
  )
  await refused(
    org,
    () =>
      org.execute('UpsertMultiple', {
        table: 'project',
        targets: [{ key: { name: 'Bridge' }, values: {} }],
      }),
    { code: 'KEY_NOT_DEFINED' },
  )
})

test.each([
  ['by one key', { key: { code: 'B1' }, values: { name: 'Second' } }],
  ['by its id and a key', { id: '0b0b0b0b-0000-4000-8000-00000000000f', values: {} }],
])('a row that two targets mean, %s, is an error (bulk-operations)', async (_how, second) => {
  const { org, id } = await world()
  const first = { key: { code: 'B1' }, values: { name: 'First' } }

  await refused(
    org,
    () =>
      org.execute('UpsertMultiple', {
        table: 'project',
        targets: [first, 'id' in second ? { ...second, id } : second],
      }),
    { code: 'INVALID_ARGUMENT', message: expect.stringContaining(id) },
  )
})

test('a row that two targets would create is an error', async () => {
  const { org } = await world()
  const target = { key: { code: 'T1' }, values: { name: 'Tunnel' } }

  await refused(
    org,
    () => org.execute('UpsertMultiple', { table: 'project', targets: [target, target] }),
    { code: 'DUPLICATE_KEY' },
  )
})
