import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { PROJECT, TABLES } from '../support/tables.ts'

test.each([
  [1, 4, true],
  ['1', 4, true],
  ['Inactive', 2, true],
  [1, 3, false],
  [7, 4, false],
  [1, 99, false],
])('state %p with status %p: %p', async (NewState, NewStatus, IsValid) => {
  const org = emulator({ tables: TABLES })
  const Entity = { table: 'project', id: await org.create('project', { name: 'Bridge' }) }

  expect(await org.execute('IsValidStateTransition', { Entity, NewState, NewStatus })).toEqual({
    IsValid,
  })
})

test('it refuses tables without states and rows that do not exist', async () => {
  const org = emulator({ tables: [PROJECT] })
  const note = await org.create('annotation', { subject: 'Note' })
  const ask = (table: string, row: string) => () =>
    org.execute('IsValidStateTransition', {
      Entity: { table, id: row },
      NewState: 1,
      NewStatus: 2,
    })

  await refused(org, ask('annotation', note), { code: 'STATE_MISSING' })
  await refused(org, ask('project', note), { code: 'ROW_NOT_FOUND' })
})
