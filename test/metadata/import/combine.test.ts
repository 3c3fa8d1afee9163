import { combineDefinitions } from '../../../src/metadata/import/combine.ts'
import { id, table, text } from '../definitions.ts'

const page = table('account', {
  displayName: 'Page',
  messages: [{ name: 'Create', isEvent: true }],
  columns: [id('accountid'), text('name', { description: 'Of the page' }), text('pageonly')],
  manyToOne: [
    {
      schemaName: 'r',
      referencedTable: 'a',
      referencingTable: 'account',
      cascade: { delete: 'Cascade' },
    },
  ],
  manyToMany: [
    { schemaName: 'm', intersectTable: 'x', sides: [{ table: 'account' }, { table: 'lead' }] },
  ],
})
const definitions = table('account', {
  displayName: 'Definitions',
  isCustom: false,
  columns: [id('accountid'), text('name', { validForCreate: false }), text('definitionsonly')],
  keys: [{ logicalName: 'k', schemaName: 'k', columns: ['name'] }],
  manyToOne: [
    {
      schemaName: 'r',
      referencedTable: 'a',
      referencingTable: 'account',
      referencingColumn: 'aid',
    },
  ],
  manyToMany: [
    { schemaName: 'm', intersectTable: 'x', sides: [{ table: 'lead' }, { table: 'account' }] },
  ],
})
const both = combineDefinitions(definitions, page)

test('the better document wins where both tell', () => {
  expect(both.displayName).toBe('Definitions')
  expect(both.columns.find((c) => c.logicalName === 'name')).toMatchObject({
    validForCreate: false,
  })
  expect(both.manyToMany[0]?.sides[0]).toEqual({ table: 'lead' })
})

test('what only one of them tells is kept', () => {
  expect(both.messages).toEqual(page.messages)
  expect(both.keys).toEqual(definitions.keys)
  expect(both.columns.map((c) => c.logicalName)).toEqual([
    'accountid',
    'name',
    'definitionsonly',
    'pageonly',
  ])
  expect(both.columns[1]?.description).toBe('Of the page')
  expect(both.manyToOne).toEqual([
    {
      schemaName: 'r',
      referencedTable: 'a',
      referencingTable: 'account',
      referencingColumn: 'aid',
      cascade: { delete: 'Cascade' },
    },
  ])
})

test('of two types of a column one counts, with its own properties only', () => {
  const other = { ...text('name'), type: 'Integer', min: 0, max: 1 } as const
  const mixed = combineDefinitions(
    table('account', { columns: [text('name')] }),
    table('account', { columns: [other] }),
  )
  expect(mixed.columns).toEqual([text('name')])
})

test('options that EntityDefinitions left out come from the page', () => {
  const choice = { ...text('kind'), type: 'Picklist', defaultValue: null } as const
  const mixed = combineDefinitions(
    table('account', { columns: [{ ...choice, options: [] }] }),
    table('account', { columns: [{ ...choice, options: [{ value: 1 }] }] }),
  )
  expect(mixed.columns[0]).toHaveProperty('options', [{ value: 1 }])
})
