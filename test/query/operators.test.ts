import { familyOf } from '../../src/query/column-family.ts'
import {
  findOperator,
  OPERATORS,
  operatorOf,
  operatorOfCondition,
  operatorOfFunction,
  oppositeOf,
  type OperatorName,
} from '../../src/query/operators.ts'
import type { Value } from '../../src/rows/value.ts'
import { asText, ask, guid, ref, tableNamed } from './world.ts'

const NAMES = Object.keys(OPERATORS) as OperatorName[]

/** A column of each family, with what a row can hold in it. */
const COLUMNS = {
  text: ['name', 'description', 'kind'],
  number: ['numberofemployees', 'versionnumber', 'discount', 'latitude', 'revenue'],
  date: ['createdon', 'founded', 'opening'],
  choice: ['industrycode', 'statecode', 'statuscode', 'creditonhold', 'iscustomizable'],
  choices: ['interests'],
  id: ['address1_addressid', 'accountid'],
  lookup: ['parentaccountid', 'primarycontactid', 'owningbusinessunit'],
  owner: ['ownerid'],
  content: ['contract', 'logo'],
  none: ['parties'],
} as const

/** A low and a high value for every column, as rows hold them. */
const VALUES: Readonly<Record<string, readonly [low: Value, high: Value]>> = {
  name: ['alpha', 'beta'],
  description: ['alpha', 'beta'],
  kind: ['alpha', 'beta'],
  numberofemployees: [5, 7],
  versionnumber: [5n, 7n],
  discount: [5.5, 7.25],
  latitude: [-5.5, 7.25],
  revenue: [5.5, 7.25],
  createdon: ['2026-03-02T08:00:00Z', '2026-04-02T08:00:00Z'],
  founded: ['2026-03-02', '2026-04-02'],
  opening: ['2026-03-02T08:00:00Z', '2026-04-02T08:00:00Z'],
  industrycode: [1, 2],
  statecode: [0, 1],
  statuscode: [1, 2],
  creditonhold: [false, true],
  iscustomizable: [{ Value: false }, { Value: true }],
  interests: [[1, 2], [9]],
  address1_addressid: [guid(71), guid(72)],
  accountid: [guid(1), guid(2)],
  parentaccountid: [ref('account', 71), ref('account', 72)],
  primarycontactid: [ref('contact', 71), ref('contact', 72)],
  owningbusinessunit: [ref('businessunit', 71), ref('businessunit', 72)],
  ownerid: [ref('systemuser', 71), ref('team', 72)],
  contract: [guid(71), guid(72)],
  logo: ['AAAA', 'BBBB'],
}

/** Which of the rows low, high and empty satisfy. */
function matching(column: string, operator: OperatorName, values: readonly Value[]): string[] {
  const [low = null, high = null] = VALUES[column] ?? []
  const isKey = column === 'accountid'
  const rows = [
    { accountid: guid(1), accountnumber: 'low', [column]: low },
    { accountid: guid(2), accountnumber: 'high', [column]: high },
    ...(isKey ? [] : [{ accountid: guid(3), accountnumber: 'empty' }]),
  ]
  const page = ask(
    {
      table: 'account',
      columns: ['accountnumber'],
      where: { kind: 'condition', column, operator, values },
    },
    { account: rows },
  )
  return page.rows.map((row) => asText(row['accountnumber']))
}

const columnsOf = (operator: OperatorName): readonly string[] =>
  operatorOf(operator).columns.flatMap((family): readonly string[] => COLUMNS[family])

/** What an operator finds when it is given the low value (and, where it takes two, the high one). */
const FOUND: Partial<Record<OperatorName, { values: 'low' | 'both' | 'none'; rows: string[] }>> = {
  eq: { values: 'low', rows: ['low'] },
  ne: { values: 'low', rows: ['high', 'empty'] },
  gt: { values: 'low', rows: ['high'] },
  ge: { values: 'low', rows: ['low', 'high'] },
  lt: { values: 'low', rows: [] },
  le: { values: 'low', rows: ['low'] },
  null: { values: 'none', rows: ['empty'] },
  'not-null': { values: 'none', rows: ['low', 'high'] },
  in: { values: 'both', rows: ['low', 'high'] },
  'not-in': { values: 'low', rows: ['high', 'empty'] },
  between: { values: 'both', rows: ['low', 'high'] },
  'not-between': { values: 'both', rows: ['empty'] },
  like: { values: 'low', rows: ['low'] },
  'not-like': { values: 'low', rows: ['high', 'empty'] },
  'begins-with': { values: 'low', rows: ['low'] },
  'not-begin-with': { values: 'low', rows: ['high', 'empty'] },
  'ends-with': { values: 'low', rows: ['low'] },
  'not-end-with': { values: 'low', rows: ['high', 'empty'] },
}

describe.each(Object.entries(FOUND))('%s', (name, { values, rows }) => {
  const operator = name as OperatorName

  test.each(columnsOf(operator))('compares %s as the column stores it', (column) => {
    const [low = null, high = null] = VALUES[column] ?? []
    const operands = values === 'low' ? [low] : values === 'both' ? [low, high] : []

    const expected = column === 'accountid' ? rows.filter((row) => row !== 'empty') : rows
    expect(matching(column, operator, operands)).toEqual(expected)
  })

  if (values === 'none') return

  test.each(columnsOf(operator))('takes text for %s, as FetchXML gives it', (column) => {
    const [low = null, high = null] = VALUES[column] ?? []
    const operands = (values === 'both' ? [low, high] : [low]).map(spelled)

    const expected = column === 'accountid' ? rows.filter((row) => row !== 'empty') : rows
    expect(matching(column, operator, operands)).toEqual(expected)
  })
})

function spelled(value: Value): string {
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return value.join(',')
    if ('id' in value) return `{${value.id.toUpperCase()}}`
    if ('Value' in value) return value.Value ? '1' : '0'
  }
  return asText(value)
}

const REFUSED = NAMES.flatMap((operator) =>
  Object.entries(COLUMNS).flatMap(([family, columns]) =>
    (operatorOf(operator).columns as readonly string[]).includes(family)
      ? []
      : columns.map((column) => [operator, column] as const),
  ),
)

test.each(REFUSED)('%s is refused on %s', (operator, column) => {
  const code = column === 'parties' ? 'NOT_SUPPORTED' : 'QUERY_CONDITION_INVALID'
  const count = operatorOf(operator).values
  const values = count === 'list' ? ['1'] : Array.from({ length: count }, () => '1')

  expect(() => matching(column, operator, values)).toThrow(expect.objectContaining({ code }))
})

test.each(NAMES)('%s refuses another number of values than it takes', (operator) => {
  const count = operatorOf(operator).values
  const values = count === 'list' ? [] : Array.from({ length: count + 1 }, () => '1')
  const [column = ''] = columnsOf(operator)

  expect(() => matching(column, operator, values)).toThrow(
    expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }),
  )
})

test.each([
  ['numberofemployees', 'x'],
  ['numberofemployees', '1.5'],
  ['versionnumber', '1.5'],
  ['discount', 'x'],
  ['revenue', ''],
  ['createdon', 'yesterday'],
  ['founded', '2026-02-30'],
  ['industrycode', 'Mining'],
  ['creditonhold', '2'],
  ['accountid', '123'],
  ['parentaccountid', 'Contoso'],
  ['ownerid', '{}'],
  ['interests', '1,x'],
])('eq on %s refuses %p', (column, value) => {
  expect(() => matching(column, 'eq', [value])).toThrow(
    expect.objectContaining({ code: 'QUERY_VALUE_INVALID' }),
  )
})

test('a column that is unknown is refused with the platform’s text', () => {
  expect(() => matching('nope', 'eq', ['1'])).toThrow(
    expect.objectContaining({
      code: 'COLUMN_UNKNOWN',
      message:
        "'account' entity doesn't contain attribute with Name = 'nope' and NameMapping = 'Logical'.",
    }),
  )
})

test('in refuses texts longer than 850 characters', () => {
  expect(() => matching('name', 'in', ['x'.repeat(851)])).toThrow(
    expect.objectContaining({ code: 'QUERY_VALUE_INVALID' }),
  )
})

describe('multi-choice columns', () => {
  test.each([
    ['contain-values', [2], ['low']],
    ['contain-values', [2, 9], ['low', 'high']],
    ['contain-values', ['2'], ['low']],
    ['contain-values', [3], []],
    ['not-contain-values', [2], ['high', 'empty']],
    ['not-contain-values', [3], ['low', 'high', 'empty']],
    ['eq', [[2, 1]], ['low']],
    ['eq', ['2,1'], ['low']],
    ['eq', [1], []],
    ['in', ['9', '1,2'], ['low', 'high']],
  ] as const)('%s %p finds %p', (operator, values, rows) => {
    expect(matching('interests', operator, values)).toEqual(rows)
  })
})

test('text is equal whatever its case and the blanks at its end', () => {
  expect(matching('name', 'eq', ['ALPHA  '])).toEqual(['low'])
})

test('a date without time means midnight', () => {
  expect(matching('createdon', 'ge', ['2026-04-02'])).toEqual(['high'])
  expect(matching('founded', 'eq', ['2026-03-02T17:00:00Z'])).toEqual(['low'])
})

test('a time with an offset is the same instant in UTC', () => {
  expect(matching('createdon', 'eq', ['2026-03-02T10:00:00+02:00'])).toEqual(['low'])
  expect(matching('opening', 'eq', ['2026-03-02T08:00:00+02:00'])).toEqual(['low'])
})

test('in the zone of a caller a date without time begins when it does there', () => {
  const [low] = VALUES['createdon'] ?? []
  const page = ask(
    {
      table: 'account',
      columns: [],
      where: { kind: 'condition', column: 'createdon', operator: 'eq', values: ['2026-03-02'] },
    },
    {
      account: [
        { accountid: guid(1), createdon: '2026-03-01T23:00:00Z' },
        { accountid: guid(2), createdon: low },
      ],
    },
    { timeZoneCode: 110 },
  )

  expect(page.rows).toEqual([{ accountid: guid(1) }])
})

describe('the table of operators', () => {
  test('every family of columns is one of the columns of account', () => {
    const families = new Set([...tableNamed('account').columns.values()].map(familyOf))

    expect([...families].sort()).toEqual(Object.keys(COLUMNS).sort())
  })

  test('an opposite has an opposite: the operator itself', () => {
    for (const name of NAMES) {
      const opposite = oppositeOf(name)
      if (opposite !== undefined) expect(oppositeOf(opposite)).toBe(name)
    }
  })

  test('an operator and its opposite take the same values on the same columns', () => {
    for (const name of NAMES) {
      const opposite = oppositeOf(name)
      if (opposite === undefined) continue
      expect(operatorOf(opposite).values).toEqual(operatorOf(name).values)
      expect(operatorOf(opposite).columns).toEqual(operatorOf(name).columns)
    }
  })

  test('no two operators have one name in QueryExpression or OData', () => {
    const conditions = NAMES.map((name) => operatorOf(name).condition)
    const functions = NAMES.flatMap((name) => operatorOf(name).odata ?? [])

    expect(new Set(conditions).size).toBe(conditions.length)
    expect(new Set(functions).size).toBe(functions.length)
  })

  test('the names of the page on hierarchies are found (query-hierarchical-data)', () => {
    for (const find of [operatorOfFunction, operatorOfCondition]) {
      expect(find('OwnedByMeOrMyReports')).toBe('eq-useroruserhierarchy')
      expect(find('OwnedByMeOrMyReportsAndTeams')).toBe('eq-useroruserhierarchyandteams')
    }
  })

  test('older spellings and query functions are found', () => {
    expect(findOperator('neq')).toBe('ne')
    expect(findOperator('eq-owneduseroruserhierarchy')).toBe('eq-useroruserhierarchy')
    expect(findOperator('toString')).toBeUndefined()
    expect(operatorOfFunction('LastXFiscalYears')).toBe('last-x-fiscal-years')
    expect(operatorOfFunction('Nope')).toBeUndefined()
  })
})
