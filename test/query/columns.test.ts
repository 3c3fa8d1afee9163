import type { Query } from '../../src/query/query.ts'
import type { Row } from '../../src/rows/value.ts'
import { ask, CALLER, guid, ref } from './world.ts'

const WORLD = {
  account: [
    {
      accountid: guid(1),
      name: 'Contoso',
      statecode: 1,
      creditonhold: true,
      secret: 'x',
      parentaccountid: ref('account', 2),
      ownerid: ref('team', 7),
    },
    { accountid: guid(2), name: 'Fabrikam', parentaccountid: ref('account', 9) },
    { accountid: guid(3), parentaccountid: ref('account', 1) },
  ],
}

const rows = (query: Partial<Query>) => ask({ table: 'account', columns: [], ...query }, WORLD).rows

test('without columns a row holds its key', () => {
  expect(rows({ top: 1 })).toEqual([{ accountid: guid(1) }])
})

test('empty columns are null', () => {
  expect(rows({ columns: ['name', 'revenue'], top: 1 })).toEqual([
    { name: 'Contoso', revenue: null, accountid: guid(1) },
  ])
})

test('all columns are those a client may read and rows hold', () => {
  const [row = {}] = rows({ columns: 'all', top: 1 })

  expect(row).toMatchObject({ name: 'Contoso', revenue: null, accountid: guid(1) })
  expect(row).not.toHaveProperty('secret')
  expect(row).not.toHaveProperty('statecodename')
})

test('companions of lookups and choices are computed', () => {
  expect(rows({ columns: ['parentaccountidname', 'statecodename', 'owneridtype'] })).toEqual([
    {
      parentaccountidname: 'Fabrikam',
      statecodename: 'Inactive',
      owneridtype: 'team',
      accountid: guid(1),
    },
    { parentaccountidname: null, statecodename: null, owneridtype: null, accountid: guid(2) },
    { parentaccountidname: 'Contoso', statecodename: null, owneridtype: null, accountid: guid(3) },
  ])
})

test('companions can be conditions, also where the metadata does not list them', () => {
  const found = (column: string, value: string) =>
    rows({ where: { kind: 'condition', column, operator: 'eq', values: [value] } })

  expect(found('parentaccountidname', 'fabrikam')).toEqual([{ accountid: guid(1) }])
  expect(found('statecodename', 'inactive')).toEqual([{ accountid: guid(1) }])
  expect(found('creditonholdname', 'Held')).toEqual([{ accountid: guid(1) }])
  expect(found('owneridtype', 'team')).toEqual([{ accountid: guid(1) }])
})

test('a lookup that leads to several tables has a companion that tells which, listed or not', () => {
  const world = {
    contact: [
      { contactid: guid(1), parentcustomerid: ref('account', 7) },
      { contactid: guid(2), parentcustomerid: ref('contact', 1) },
      { contactid: guid(3) },
    ],
  }
  const found = (query: Partial<Query>) =>
    ask({ table: 'contact', columns: ['parentcustomeridtype'], ...query }, world).rows
  const is = (operator: 'eq' | 'null', ...values: readonly string[]) =>
    found({ where: { kind: 'condition', column: 'parentcustomeridtype', operator, values } })

  expect(is('eq', 'Account')).toEqual([{ contactid: guid(1), parentcustomeridtype: 'account' }])
  expect(is('null')).toEqual([{ contactid: guid(3), parentcustomeridtype: null }])
  expect(
    found({
      columns: [],
      aggregate: true,
      groups: [{ column: 'parentcustomeridtype', alias: 't' }],
    }),
  ).toEqual([{ t: null }, { t: 'account' }, { t: 'contact' }])
  expect(() => rows({ columns: ['primarycontactidtype'] })).toThrow(
    expect.objectContaining({ code: 'COLUMN_UNKNOWN' }),
  )
})

test('a column comes back under its alias too', () => {
  expect(
    rows({ columns: ['name'], aliased: [{ column: 'name', alias: 'title' }], top: 1 }),
  ).toEqual([{ name: 'Contoso', title: 'Contoso', accountid: guid(1) }])
})

test('CountChildren counts the rows below in the hierarchy', () => {
  const aliased = [{ column: 'accountid', alias: 'below', rowAggregate: 'CountChildren' }] as const

  expect(rows({ aliased }).map((row) => row['below'])).toEqual([1, 2, 0])
})

test('CountChildren counts rows below that the caller may not read, too', () => {
  const aliased = [{ column: 'accountid', alias: 'below', rowAggregate: 'CountChildren' }] as const
  const query: Query = { table: 'account', columns: [], aliased }
  const account = [
    { accountid: guid(1) },
    { accountid: guid(2), parentaccountid: ref('account', 1) },
    { accountid: guid(3), parentaccountid: ref('account', 2) },
  ]
  const sight = { of: () => (row: Row) => (row['accountid'] === guid(1) ? row : undefined) }

  expect(ask(query, { account }, { ...CALLER, sight }).rows).toEqual([
    { accountid: guid(1), below: 2 },
  ])
})

test('an alias may be any word, even the name of what objects are made of', () => {
  const [row = {}] = rows({ aliased: [{ column: 'name', alias: '__proto__' }], top: 1 })

  expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
  expect(Object.getOwnPropertyDescriptor(row, '__proto__')?.value).toBe('Contoso')
})

test.each(['', '1x', 'a b', 'a.b', 'ä'])('the alias %p is refused', (alias) => {
  expect(() => rows({ aliased: [{ column: 'name', alias }] })).toThrow(
    expect.objectContaining({ code: 'QUERY_ALIAS_INVALID' }),
  )
})

test('one name for two things is refused, one column twice is not', () => {
  expect(() =>
    rows({ columns: ['name'], aliased: [{ column: 'revenue', alias: 'name' }] }),
  ).toThrow(expect.objectContaining({ code: 'QUERY_ALIAS_INVALID' }))
  expect(rows({ columns: ['name', 'name'], top: 1 })).toEqual([
    { name: 'Contoso', accountid: guid(1) },
  ])
})

test.each([
  ['nope', 'COLUMN_UNKNOWN'],
  ['parties', 'NOT_SUPPORTED'],
])('the column %s is refused', (column, code) => {
  expect(() => rows({ columns: [column] })).toThrow(expect.objectContaining({ code }))
})

test('an unknown table is refused', () => {
  expect(() => ask({ table: 'nope', columns: [] }, {})).toThrow(
    expect.objectContaining({ code: 'TABLE_UNKNOWN' }),
  )
})
