import { Emulator } from '../../src/emulator/emulator.ts'

const query = {
  table: 'account',
  columns: ['name'],
  order: [{ column: 'revenue', descending: true }],
  top: 2,
} as const

test('an organization keeps the indexes its options declare', async () => {
  const org = new Emulator({ indexes: { account: ['revenue', ['statecode', 'createdon']] } })
  for (const [name, revenue] of [
    ['A', 1],
    ['B', 3],
    ['C', 2],
  ] as const) {
    await org.create('account', { name, revenue })
  }

  const { rows } = await org.retrieveMultiple(query)

  expect(rows.map(({ name }) => name)).toEqual(['B', 'C'])
  expect(org.explain(query)).toBe(
    [
      'account: index revenue in order, 3 rows',
      '  sorted by revenue descending, accountid, keep the first 2',
    ].join('\n'),
  )
})

test('without them explain tells that rows are sorted', () => {
  expect(new Emulator().explain(query)).toBe(
    [
      'account: every row, 0 rows',
      '  sort by revenue descending, accountid, keep the first 2',
    ].join('\n'),
  )
})

test.each([
  ['an unknown table', { acount: ['name'] }, 'TABLE_UNKNOWN', /'acount'/],
  ['an unknown column', { account: ['name', ['revenu']] }, 'COLUMN_UNKNOWN', /'revenu'/],
])('an index on %s makes no organization', (_, indexes, code, message) => {
  const make = () => new Emulator({ indexes })

  expect(make).toThrow(expect.objectContaining({ code }))
  expect(make).toThrow(message)
})
