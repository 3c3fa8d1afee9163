import { DataverseError } from '../../src/errors/dataverse-error.ts'
import type { ColumnFamily } from '../../src/query/column-family.ts'
import { evaluate } from '../../src/query/evaluate.ts'
import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import { parseODataQuery } from '../../src/query/odata/parse-query.ts'
import { OPERATORS, operatorOf, type OperatorName } from '../../src/query/operators.ts'
import { parseQueryExpression } from '../../src/query/query-expression/parse.ts'
import type { Query } from '../../src/query/query.ts'
import type { Value } from '../../src/rows/value.ts'
import { asText, CALLER, catalog, guid, ref, sourceOf, tableNamed } from './world.ts'

/*
 * Every operator, on every type of column it takes, in every language: a row that matches, one that does not, and
 * one whose column is empty. And on the types it does not take: refused in every language.
 */

const NAMES = Object.keys(OPERATORS) as OperatorName[]

interface Pair {
  readonly low: Value
  readonly high: Value
}

/** The columns of account by what operators take them for, with two values each. */
const COLUMNS: Readonly<Record<ColumnFamily, Readonly<Record<string, Pair>>>> = {
  text: {
    name: { low: 'alpha', high: 'beta' },
    description: { low: 'alpha', high: 'beta' },
    kind: { low: 'alpha', high: 'beta' },
  },
  number: {
    numberofemployees: { low: 1033, high: 1034 },
    versionnumber: { low: 1033n, high: 1034n },
    discount: { low: 1033, high: 1034.5 },
    latitude: { low: 1033, high: 1034.5 },
    revenue: { low: 1033, high: 1034.5 },
  },
  date: {
    createdon: { low: '2026-03-01T08:00:00Z', high: '2026-04-02T08:00:00Z' },
    founded: { low: '2026-03-01', high: '2026-04-02' },
    opening: { low: '2026-03-01T08:00:00Z', high: '2026-04-02T08:00:00Z' },
  },
  choice: {
    industrycode: { low: 1, high: 2 },
    statecode: { low: 0, high: 1 },
    statuscode: { low: 1, high: 2 },
    creditonhold: { low: false, high: true },
    iscustomizable: { low: { Value: false }, high: { Value: true } },
  },
  choices: { interests: { low: [1], high: [9] } },
  id: {
    address1_addressid: { low: guid(1), high: guid(2) },
    accountid: { low: guid(1), high: guid(2) },
  },
  lookup: {
    parentaccountid: { low: ref('account', 1), high: ref('account', 2) },
    primarycontactid: { low: ref('contact', 1), high: ref('contact', 2) },
    owningbusinessunit: { low: ref('businessunit', 1), high: ref('businessunit', 2) },
  },
  owner: { ownerid: { low: ref('systemuser', 1), high: ref('team', 2) } },
  content: { contract: { low: guid(1), high: guid(2) }, logo: { low: 'AAAA', high: 'BBBB' } },
  none: { parties: { low: null, high: null } },
}

/** `low` and `high`: the values of that name; anything else stands for itself. */
interface Case {
  readonly operands: readonly string[]
  /** Which of the two rows with a value match. Default: the lower one. */
  readonly found?: readonly ('low' | 'high')[]
  /** For operators over time: a date that matches and one that does not, in place of the two values. */
  readonly dates?: readonly [match: string, other: string]
}

const LOW: Case = { operands: ['low'] }
const NOT_LOW: Case = { operands: ['low'], found: ['high'] }
const CALLERS: Case = { operands: [] }
const NOT_CALLERS: Case = { operands: [], found: ['high'] }
const during = (match: string, other: string, ...operands: string[]): Case => ({
  operands,
  dates: [match, other],
})

/** Row 2 stands below row 1, and so does what `high` points at. Now is 2026-03-02, a Monday, ten past nine. */
const CASES: Readonly<Record<OperatorName, Case>> = {
  eq: LOW,
  ne: NOT_LOW,
  gt: NOT_LOW,
  ge: { operands: ['high'], found: ['high'] },
  lt: { operands: ['high'] },
  le: LOW,
  null: { operands: [], found: [] },
  'not-null': { operands: [], found: ['low', 'high'] },
  in: { operands: ['low', 'low'] },
  'not-in': { operands: ['low', 'low'], found: ['high'] },
  between: { operands: ['low', 'low'] },
  'not-between': { operands: ['low', 'low'], found: ['high'] },
  like: LOW,
  'not-like': NOT_LOW,
  'begins-with': LOW,
  'not-begin-with': NOT_LOW,
  'ends-with': LOW,
  'not-end-with': NOT_LOW,
  'contain-values': { operands: ['1', '3'] },
  'not-contain-values': { operands: ['1', '3'], found: ['high'] },
  'eq-userid': CALLERS,
  'ne-userid': NOT_CALLERS,
  'eq-businessid': CALLERS,
  'ne-businessid': NOT_CALLERS,
  'eq-userteams': { operands: [], found: ['high'] },
  'eq-useroruserteams': { operands: [], found: ['low', 'high'] },
  'eq-useroruserhierarchy': CALLERS,
  'eq-useroruserhierarchyandteams': { operands: [], found: ['low', 'high'] },
  'eq-userlanguage': CALLERS,
  above: { operands: [guid(2)] },
  'eq-or-above': { operands: [guid(1)] },
  under: { operands: [guid(1)], found: ['high'] },
  'eq-or-under': { operands: [guid(2)], found: ['high'] },
  'not-under': { operands: [guid(1)] },
  on: during('2026-02-10', '2026-02-11', '2026-02-10'),
  'on-or-after': during('2026-02-10', '2026-02-09', '2026-02-10'),
  'on-or-before': during('2026-02-10', '2026-02-11', '2026-02-10'),
  yesterday: during('2026-03-01', '2026-03-02'),
  today: during('2026-03-02', '2026-03-01'),
  tomorrow: during('2026-03-03', '2026-03-04'),
  'last-seven-days': during('2026-02-23', '2026-02-22'),
  'next-seven-days': during('2026-03-09', '2026-03-10'),
  'last-week': during('2026-02-28', '2026-03-01'),
  'this-week': during('2026-03-01', '2026-02-28'),
  'next-week': during('2026-03-08', '2026-03-07'),
  'last-month': during('2026-02-28', '2026-03-01'),
  'this-month': during('2026-03-31', '2026-04-01'),
  'next-month': during('2026-04-30', '2026-03-31'),
  'last-year': during('2025-12-31', '2026-01-01'),
  'this-year': during('2026-01-01', '2025-12-31'),
  'next-year': during('2027-01-01', '2026-12-31'),
  'last-x-hours': during('2026-03-02T08:00:00Z', '2026-03-02T06:59:59Z', '2'),
  'next-x-hours': during('2026-03-02T11:59:59Z', '2026-03-02T12:00:00Z', '2'),
  'last-x-days': during('2026-02-28', '2026-02-27', '2'),
  'next-x-days': during('2026-03-04', '2026-03-05', '2'),
  'last-x-weeks': during('2026-02-16', '2026-02-15', '2'),
  'next-x-weeks': during('2026-03-16', '2026-03-17', '2'),
  'last-x-months': during('2026-01-02', '2026-01-01', '2'),
  'next-x-months': during('2026-05-02', '2026-05-03', '2'),
  'last-x-years': during('2024-03-02', '2024-03-01', '2'),
  'next-x-years': during('2028-03-02', '2028-03-03', '2'),
  'olderthan-x-minutes': during('2026-03-02T09:07:59Z', '2026-03-02T09:08:00Z', '2'),
  'olderthan-x-hours': during('2026-03-02T06:59:59Z', '2026-03-02T07:00:00Z', '2'),
  'olderthan-x-days': during('2026-02-27', '2026-02-28', '2'),
  'olderthan-x-weeks': during('2026-02-15', '2026-02-16', '2'),
  'olderthan-x-months': during('2026-01-01', '2026-01-02', '2'),
  'olderthan-x-years': during('2024-03-01', '2024-03-02', '2'),
  'this-fiscal-year': during('2026-12-31', '2027-01-01'),
  'last-fiscal-year': during('2025-01-01', '2026-01-01'),
  'next-fiscal-year': during('2027-12-31', '2026-12-31'),
  'this-fiscal-period': during('2026-03-31', '2026-04-01'),
  'last-fiscal-period': during('2025-10-01', '2026-01-01'),
  'next-fiscal-period': during('2026-06-30', '2026-07-01'),
  'last-x-fiscal-years': during('2024-01-01', '2023-12-31', '2'),
  'next-x-fiscal-years': during('2028-12-31', '2029-01-01', '2'),
  'last-x-fiscal-periods': during('2025-07-01', '2025-06-30', '2'),
  'next-x-fiscal-periods': during('2026-09-30', '2026-10-01', '2'),
  'in-fiscal-year': during('2025-06-01', '2026-06-01', '2025'),
  'in-fiscal-period': during('2019-04-01', '2019-07-01', '2'),
  'in-fiscal-period-and-year': during('2025-04-01', '2026-04-01', '2', '2025'),
  'in-or-after-fiscal-period-and-year': during('2025-04-01', '2025-03-31', '2', '2025'),
  'in-or-before-fiscal-period-and-year': during('2025-06-30', '2025-07-01', '2', '2025'),
}

/** Operators by hours and minutes are not for dates without time. */
const isTimed = (operator: OperatorName) => /hours|minutes/.test(operator)

const TAKEN = NAMES.flatMap((operator) =>
  operatorOf(operator).columns.flatMap((family) =>
    Object.entries(COLUMNS[family])
      .filter(([column]) => !(column === 'founded' && isTimed(operator)))
      .filter(([column]) => isFitting(operator, column))
      .map(([column, pair]) => ({ operator, column, pair, family })),
  ),
)

/** What a column must be for its operator's question to make sense in this world. */
function isFitting(operator: OperatorName, column: string): boolean {
  const { kind } = operatorOf(operator)
  if (kind === 'hierarchy') return column === 'accountid' || column === 'parentaccountid'
  return true
}

const REFUSED = NAMES.flatMap((operator) =>
  (Object.keys(COLUMNS) as ColumnFamily[])
    .filter((family) => !operatorOf(operator).columns.includes(family))
    .flatMap((family) =>
      Object.entries(COLUMNS[family]).map(([column, pair]) => ({ operator, column, pair, family })),
    ),
)

type Question = (typeof TAKEN)[number]

/** Ids of the rows found: 1 holds the lower value, 2 the higher one, 3 none. */
function found(query: Query, { operator, column, pair }: Question): readonly string[] {
  const [low, high] = valuesIn(operator, column, pair)
  const isHierarchy = operatorOf(operator).kind === 'hierarchy'
  const parent = isHierarchy && column !== 'parentaccountid' ? ref('account', 1) : null
  const tree =
    isHierarchy && column === 'parentaccountid'
      ? [{ accountid: guid(1) }, { accountid: guid(2), parentaccountid: ref('account', 1) }]
      : []
  // Where the hierarchy stands on the lookup, the rows that point into it are others.
  const first = tree.length === 0 ? 1 : 11
  const account = [
    { accountid: guid(first), [column]: low },
    { accountid: guid(first + 1), parentaccountid: parent, [column]: high },
    ...(column === 'accountid' ? [] : [{ accountid: guid(first + 2) }]),
  ]
  const { rows } = evaluate(query, sourceOf({ ...PEOPLE, account: [...tree, ...account] }), WORLD)
  return rows
    .map((row) => Number.parseInt(asText(row['accountid']).slice(-12), 16))
    .filter((number) => number >= first)
    .map((number) => ['low', 'high', 'empty'][number - first] ?? '')
}

const PEOPLE = {
  systemuser: [{ systemuserid: guid(1) }],
  team: [{ teamid: guid(2) }],
  teammembership: [{ teammembershipid: guid(3), teamid: guid(2), systemuserid: guid(1) }],
}
/** The lower value of every reference is the caller, or the caller's unit; the higher one a team of theirs. */
const WORLD = { ...CALLER, userId: guid(1), businessUnitId: guid(1), teamIds: [guid(2)] }

function valuesIn(operator: OperatorName, column: string, pair: Pair): readonly Value[] {
  const { dates } = CASES[operator]
  if (dates === undefined) return [pair.low, pair.high]
  return dates.map((date) => {
    if (column === 'founded') return date.slice(0, 10)
    return date.includes('T') ? date : `${date}T08:00:00Z`
  })
}

function expected({ operator, column }: Question): readonly string[] {
  const rows = CASES[operator].found ?? ['low']
  const { empty } = operatorOf(operator)
  return empty && column !== 'accountid' ? [...rows, 'empty'] : rows
}

/** The operands as text. */
function texts({ operator, pair }: Question): readonly string[] {
  return CASES[operator].operands.map((operand) =>
    operand === 'low' || operand === 'high' ? spelled(pair[operand]) : operand,
  )
}

function spelled(value: Value): string {
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return value.join(',')
    if ('id' in value) return value.id
    if ('Value' in value) return String(value.Value)
  }
  return asText(value)
}

const LANGUAGES: Readonly<Record<string, (question: Question) => Query>> = {
  FetchXML: (question) => {
    const values = texts(question).map((value) => `<value>${value}</value>`)
    return parseFetchXml(
      `<fetch><entity name='account'><filter><condition attribute='${question.column}' operator='${question.operator}'>${values.join('')}</condition></filter></entity></fetch>`,
    )
  },
  QueryExpression: (question) =>
    parseQueryExpression({
      EntityName: 'account',
      ColumnSet: {},
      Criteria: {
        Conditions: [
          {
            AttributeName: question.column,
            Operator: operatorOf(question.operator).condition,
            Values: texts(question).map((Value) => ({ Value, Type: 'System.String' })),
          },
        ],
      },
    }),
  OData: (question) =>
    parseODataQuery({ filter: odata(question) }, tableNamed('account'), catalog).query,
}

const TEXT_FUNCTIONS: Partial<Record<OperatorName, string>> = {
  like: 'contains',
  'not-like': 'not contains',
  'begins-with': 'startswith',
  'not-begin-with': 'not startswith',
  'ends-with': 'endswith',
  'not-end-with': 'not endswith',
}

function odata(question: Question): string {
  const { operator, column, family } = question
  const isLookup = family === 'lookup' || family === 'owner'
  const property =
    column === 'iscustomizable' ? `${column}/Value` : isLookup ? `_${column}_value` : column
  const values = texts(question)
  const quoted = values.map((value) => `'${value}'`)
  const [first = ''] = values
  if (operator === 'null') return `${property} eq null`
  if (operator === 'not-null') return `${property} ne null`
  const { kind, odata: name } = operatorOf(operator)
  if (kind === 'compare') {
    const isText = family === 'text' || family === 'choices'
    return `${property} ${operator} ${isText ? `'${first}'` : first}`
  }
  const text = TEXT_FUNCTIONS[operator]
  if (text !== undefined) return `${text}(${property},'${first}')`
  const parameters =
    values.length === 0
      ? ''
      : operatorOf(operator).values === 1
        ? `,PropertyValue='${first}'`
        : kind === 'fiscal'
          ? `,PropertyValue1='${first}',PropertyValue2=${quoted[1] ?? ''}`
          : `,PropertyValues=[${quoted.join(',')}]`
  return `Microsoft.Dynamics.CRM.${name ?? ''}(PropertyName='${column}'${parameters})`
}

describe.each(Object.keys(LANGUAGES))('%s', (language) => {
  const read = LANGUAGES[language] ?? (() => ({ table: '', columns: [] }))

  test.each(TAKEN.map((question) => [question.operator, question.column, question] as const))(
    '%s finds on %s what it says, and empty columns only where it is negative',
    (_, __, question) => {
      expect(found(read(question), question)).toEqual(expected(question))
    },
  )

  test.each(REFUSED.map((question) => [question.operator, question.column, question] as const))(
    '%s is refused on %s, a type it does not take',
    (_, __, question) => {
      expect(() => found(read(question), question)).toThrow(DataverseError)
    },
  )
})

test('every operator has its case', () => {
  expect(Object.keys(CASES).sort()).toEqual([...NAMES].sort())
})
