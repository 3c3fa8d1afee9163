import type { QueryContext } from '../../src/query/context.ts'
import type { Filter, FilterGroup } from '../../src/query/query.ts'
import { emulator } from '../../src/testing/index.ts'
import { ask, CALLER, guid } from './world.ts'

const ROWS = Array.from({ length: 5 }, (_, at) => ({
  accountid: guid(at + 1),
  name: `Contoso ${at + 1}`,
  revenue: at,
}))

/** Five rows match; the limit is four. */
const LIMITED: QueryContext = { ...CALLER, limits: { rowsQuickFound: 4 } }

const like = (column: string, pattern: string): Filter => ({
  kind: 'condition',
  column,
  operator: 'like',
  values: [pattern],
})

function quickFind(text: string, more: Partial<FilterGroup> = {}): FilterGroup {
  return {
    kind: 'or',
    quickFind: true,
    filters: [like('name', text), like('accountnumber', text)],
    ...more,
  }
}

function find(where: Filter, context = LIMITED): number {
  return ask({ table: 'account', columns: [], where }, { account: ROWS }, context).rows.length
}

const EXCEEDED = expect.objectContaining({ code: 'QUICK_FIND_LIMIT_EXCEEDED' })

/** https://learn.microsoft.com/power-apps/developer/data-platform/quick-find */
describe('a quick find', () => {
  test('that finds more rows than the limit is refused, one that finds fewer is answered', () => {
    expect(() => find(quickFind('Contoso%'))).toThrow(EXCEEDED)
    expect(find(quickFind('Contoso 3%'))).toBe(1)
  })

  test('counts what its own filter finds, whatever other filters leave of it', () => {
    const few: Filter = { kind: 'condition', column: 'revenue', operator: 'lt', values: [1] }

    expect(() => find({ kind: 'and', filters: [quickFind('Contoso%'), few] })).toThrow(EXCEEDED)
  })

  test('may find as many rows as the limit says', () => {
    expect(find(quickFind('Contoso%'), { ...CALLER, limits: { rowsQuickFound: 5 } })).toBe(5)
  })

  test('asks against the limit, or for it, whatever the organization’s setting', () => {
    const off = { ...LIMITED, limitsQuickFind: false }

    expect(find(quickFind('Contoso%', { quickFindLimit: 'disabled' }))).toBe(5)
    expect(find(quickFind('Contoso%'), off)).toBe(5)
    expect(() => find(quickFind('Contoso%', { quickFindLimit: 'enabled' }), off)).toThrow(EXCEEDED)
  })

  test('counts rows the caller may not read, too', () => {
    const sight = { of: () => () => undefined }

    expect(() => find(quickFind('Contoso%'), { ...LIMITED, sight })).toThrow(EXCEEDED)
    expect(find(quickFind('Contoso 3%'), { ...LIMITED, sight })).toBe(0)
  })

  test('looks at columns of links, too', () => {
    const where = quickFind('Contoso%', {
      filters: [
        { kind: 'condition', column: 'name', operator: 'like', values: ['Con%'], link: 'p' },
      ],
    })
    const rows = ROWS.map((row) => ({
      ...row,
      parentaccountid: { table: 'account', id: guid(1) },
    }))
    const links = [
      {
        kind: 'inner' as const,
        table: 'account',
        from: 'accountid',
        to: 'parentaccountid',
        alias: 'p',
        columns: [],
      },
    ]

    expect(() =>
      ask({ table: 'account', columns: [], where, links }, { account: rows }, LIMITED),
    ).toThrow(EXCEEDED)
  })

  test('a filter that is no quick find has no such limit', () => {
    expect(find(quickFind('Contoso%', { quickFind: false }))).toBe(5)
  })
})

test('an organization limits quick finds to 10,000 rows until it is told not to', async () => {
  const org = emulator()
  await org.execute('CreateMultiple', {
    table: 'account',
    targets: Array.from({ length: 10_001 }, () => ({ values: { name: 'A' } })),
  })
  const asked = () =>
    org.retrieveMultiple({ table: 'account', columns: [], where: quickFind('A%'), top: 1 })

  await expect(asked()).rejects.toMatchObject({ code: 'QUICK_FIND_LIMIT_EXCEEDED' })

  await org.update('organization', org.organizationId, { quickfindrecordlimitenabled: false })
  expect((await asked()).rows).toHaveLength(1)
})
