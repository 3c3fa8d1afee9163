import { ask, column, guid, ref } from './world.ts'

const ACCOUNTS = [
  { accountid: guid(3), name: 'Contoso', revenue: 300, industrycode: 1 },
  {
    accountid: guid(1),
    name: 'adatum',
    revenue: 100,
    industrycode: 2,
    parentaccountid: ref('account', 3),
  },
  { accountid: guid(2), name: 'Fabrikam', industrycode: 3 },
]
const WORLD = { account: ACCOUNTS }

test('without an order rows come by primary id', () => {
  const page = ask({ table: 'account', columns: ['name'] }, WORLD)

  expect(page).toEqual({
    rows: [
      { name: 'adatum', accountid: guid(1) },
      { name: 'Fabrikam', accountid: guid(2) },
      { name: 'Contoso', accountid: guid(3) },
    ],
    moreRows: false,
  })
})

test('text is sorted without regard to case, empty first', () => {
  const query = {
    table: 'account',
    columns: ['name'],
    order: [{ column: 'name', descending: true }],
  }

  expect(column(ask(query, WORLD), 'name')).toEqual(['Fabrikam', 'Contoso', 'adatum'])
})

test('conditions and nested filters select rows', () => {
  const page = ask(
    {
      table: 'account',
      columns: ['name'],
      where: {
        kind: 'or',
        filters: [
          { kind: 'condition', column: 'name', operator: 'eq', values: ['CONTOSO '] },
          {
            kind: 'and',
            filters: [
              { kind: 'condition', column: 'revenue', operator: 'null', values: [] },
              { kind: 'condition', column: 'industrycode', operator: 'in', values: [3, 4] },
            ],
          },
        ],
      },
    },
    WORLD,
  )

  expect(column(page, 'name')).toEqual(['Fabrikam', 'Contoso'])
})

test('rows are new objects', () => {
  const rows = ask({ table: 'account', columns: 'all' }, WORLD).rows

  expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype)
  expect(rows[0]).not.toHaveProperty('secret')
})
