import type { ColumnFamily } from './column-family.ts'

/** One condition operator, the same in every query language. */
export interface Operator {
  /** Which part of the evaluation knows it. */
  readonly kind:
    | 'compare'
    | 'null'
    | 'list'
    | 'range'
    | 'pattern'
    | 'choices'
    | 'window'
    | 'fiscal'
    | 'caller'
    | 'hierarchy'
  /** ConditionOperator of QueryExpression. */
  readonly condition: string
  /** OData operator, or function of the namespace Microsoft.Dynamics.CRM. */
  readonly odata?: string
  /** How many values it takes; 'list' is one or more. */
  readonly values: 0 | 1 | 2 | 'list'
  readonly columns: readonly ColumnFamily[]
  /** Whether an empty column satisfies it. Negative operators say yes. */
  readonly empty: boolean
  /** The operator that holds where this one does not (empty columns aside). */
  readonly opposite?: string
  /** How an index on the column is used: one probe, or one for each value. */
  readonly index?: 'one' | 'each'
  readonly meaning: string
}

const REFERENCES = ['id', 'lookup', 'owner'] as const
const EQUATED = ['text', 'number', 'date', 'choice', 'choices', ...REFERENCES] as const
const LISTED = ['text', 'number', 'choice', 'choices', ...REFERENCES] as const
const ORDERED = ['number', 'date', 'text'] as const
const EVERY = [...EQUATED, 'content'] as const

const window = <const V extends 0 | 1>(condition: string, values: V, meaning: string) =>
  ({
    kind: 'window',
    condition,
    odata: condition,
    values,
    columns: ['date'],
    empty: false,
    meaning,
  }) as const
const fiscal = <const V extends 1 | 2>(condition: string, values: V, meaning: string) =>
  ({
    kind: 'fiscal',
    condition,
    odata: condition,
    values,
    columns: ['date'],
    empty: false,
    meaning,
  }) as const
const hierarchy = (condition: string, meaning: string) =>
  ({
    kind: 'hierarchy',
    condition,
    odata: condition,
    values: 1,
    columns: REFERENCES,
    empty: false,
    meaning,
  }) as const
const caller = (condition: string, meaning: string) =>
  ({
    kind: 'caller',
    condition,
    odata: condition,
    values: 0,
    columns: REFERENCES,
    empty: false,
    meaning,
  }) as const
const pattern = (condition: string, empty: boolean, opposite: string, meaning: string) =>
  ({ kind: 'pattern', condition, values: 1, columns: ['text'], empty, opposite, meaning }) as const

/**
 * Every condition operator by its FetchXML name.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryfunctions
 */
export const OPERATORS = {
  eq: {
    kind: 'compare',
    condition: 'Equal',
    odata: 'eq',
    values: 1,
    columns: EQUATED,
    empty: false,
    opposite: 'ne',
    index: 'one',
    meaning: 'equal',
  },
  ne: {
    kind: 'compare',
    condition: 'NotEqual',
    odata: 'ne',
    values: 1,
    columns: EQUATED,
    empty: true,
    opposite: 'eq',
    meaning: 'not equal',
  },
  gt: {
    kind: 'compare',
    condition: 'GreaterThan',
    odata: 'gt',
    values: 1,
    columns: ORDERED,
    empty: false,
    opposite: 'le',
    meaning: 'greater',
  },
  ge: {
    kind: 'compare',
    condition: 'GreaterEqual',
    odata: 'ge',
    values: 1,
    columns: ORDERED,
    empty: false,
    opposite: 'lt',
    meaning: 'greater or equal',
  },
  lt: {
    kind: 'compare',
    condition: 'LessThan',
    odata: 'lt',
    values: 1,
    columns: ORDERED,
    empty: false,
    opposite: 'ge',
    meaning: 'less',
  },
  le: {
    kind: 'compare',
    condition: 'LessEqual',
    odata: 'le',
    values: 1,
    columns: ORDERED,
    empty: false,
    opposite: 'gt',
    meaning: 'less or equal',
  },
  null: {
    kind: 'null',
    condition: 'Null',
    values: 0,
    columns: EVERY,
    empty: true,
    opposite: 'not-null',
    meaning: 'has no value',
  },
  'not-null': {
    kind: 'null',
    condition: 'NotNull',
    values: 0,
    columns: EVERY,
    empty: false,
    opposite: 'null',
    meaning: 'has a value',
  },
  in: {
    kind: 'list',
    condition: 'In',
    odata: 'In',
    values: 'list',
    columns: LISTED,
    empty: false,
    opposite: 'not-in',
    index: 'each',
    meaning: 'one of the values',
  },
  'not-in': {
    kind: 'list',
    condition: 'NotIn',
    odata: 'NotIn',
    values: 'list',
    columns: LISTED,
    empty: true,
    opposite: 'in',
    meaning: 'none of the values',
  },
  between: {
    kind: 'range',
    condition: 'Between',
    odata: 'Between',
    values: 2,
    columns: ['number', 'date'],
    empty: false,
    opposite: 'not-between',
    meaning: 'from the first value to the second, both included',
  },
  'not-between': {
    kind: 'range',
    condition: 'NotBetween',
    odata: 'NotBetween',
    values: 2,
    columns: ['number', 'date'],
    empty: true,
    opposite: 'between',
    meaning: 'before the first value or after the second',
  },
  like: pattern('Like', false, 'not-like', 'fits the pattern: % any text, _ a character, [] a set'),
  'not-like': pattern('NotLike', true, 'like', 'does not fit the pattern'),
  'begins-with': pattern('BeginsWith', false, 'not-begin-with', 'begins with the value'),
  'not-begin-with': pattern(
    'DoesNotBeginWith',
    true,
    'begins-with',
    'does not begin with the value',
  ),
  'ends-with': pattern('EndsWith', false, 'not-end-with', 'ends with the value'),
  'not-end-with': pattern('DoesNotEndWith', true, 'ends-with', 'does not end with the value'),
  'contain-values': {
    kind: 'choices',
    condition: 'ContainValues',
    odata: 'ContainValues',
    values: 'list',
    columns: ['choices'],
    empty: false,
    opposite: 'not-contain-values',
    meaning: 'at least one of the options is chosen',
  },
  'not-contain-values': {
    kind: 'choices',
    condition: 'DoesNotContainValues',
    odata: 'DoesNotContainValues',
    values: 'list',
    columns: ['choices'],
    empty: true,
    opposite: 'contain-values',
    meaning: 'none of the options is chosen',
  },

  'eq-userid': { ...caller('EqualUserId', 'is the caller'), opposite: 'ne-userid' },
  'ne-userid': {
    ...caller('NotEqualUserId', 'is not the caller'),
    empty: true,
    opposite: 'eq-userid',
  },
  'eq-businessid': {
    ...caller('EqualBusinessId', "is the caller's business unit"),
    opposite: 'ne-businessid',
  },
  'ne-businessid': {
    ...caller('NotEqualBusinessId', "is not the caller's business unit"),
    empty: true,
    opposite: 'eq-businessid',
  },
  'eq-userteams': caller('EqualUserTeams', "is one of the caller's teams"),
  'eq-useroruserteams': caller(
    'EqualUserOrUserTeams',
    "is the caller or one of the caller's teams",
  ),
  'eq-useroruserhierarchy': caller(
    'EqualUserOrUserHierarchy',
    'is the caller or somebody who reports to the caller',
  ),
  'eq-useroruserhierarchyandteams': caller(
    'EqualUserOrUserHierarchyAndTeams',
    'is the caller, somebody who reports to the caller, or a team of one of them',
  ),
  'eq-userlanguage': {
    ...caller('EqualUserLanguage', "is the caller's language"),
    columns: ['number'],
  },

  above: hierarchy('Above', 'above the row in its hierarchy'),
  'eq-or-above': hierarchy('AboveOrEqual', 'the row or above it in its hierarchy'),
  under: { ...hierarchy('Under', 'below the row in its hierarchy'), opposite: 'not-under' },
  'eq-or-under': hierarchy('UnderOrEqual', 'the row or below it in its hierarchy'),
  'not-under': {
    ...hierarchy('NotUnder', 'not below the row in its hierarchy'),
    empty: true,
    opposite: 'under',
  },

  on: window('On', 1, 'on that day'),
  'on-or-after': window('OnOrAfter', 1, 'on that day or later'),
  'on-or-before': window('OnOrBefore', 1, 'on that day or before'),
  yesterday: window('Yesterday', 0, 'yesterday'),
  today: window('Today', 0, 'today'),
  tomorrow: window('Tomorrow', 0, 'tomorrow'),
  'last-seven-days': window('Last7Days', 0, 'in the seven days before today, or today until now'),
  'next-seven-days': window('Next7Days', 0, 'later today, or in the seven days after it'),
  'last-week': window('LastWeek', 0, 'last week; weeks begin on Sunday'),
  'this-week': window('ThisWeek', 0, 'this week'),
  'next-week': window('NextWeek', 0, 'next week'),
  'last-month': window('LastMonth', 0, 'last month'),
  'this-month': window('ThisMonth', 0, 'this month'),
  'next-month': window('NextMonth', 0, 'next month'),
  'last-year': window('LastYear', 0, 'last year'),
  'this-year': window('ThisYear', 0, 'this year'),
  'next-year': window('NextYear', 0, 'next year'),
  'last-x-hours': window('LastXHours', 1, 'in the last hours'),
  'next-x-hours': window('NextXHours', 1, 'in the next hours'),
  'last-x-days': window('LastXDays', 1, 'in the last days'),
  'next-x-days': window('NextXDays', 1, 'in the next days'),
  'last-x-weeks': window('LastXWeeks', 1, 'in the last weeks'),
  'next-x-weeks': window('NextXWeeks', 1, 'in the next weeks'),
  'last-x-months': window('LastXMonths', 1, 'in the last months'),
  'next-x-months': window('NextXMonths', 1, 'in the next months'),
  'last-x-years': window('LastXYears', 1, 'in the last years'),
  'next-x-years': window('NextXYears', 1, 'in the next years'),
  'olderthan-x-minutes': window('OlderThanXMinutes', 1, 'more than so many minutes ago'),
  'olderthan-x-hours': window('OlderThanXHours', 1, 'more than so many hours ago'),
  'olderthan-x-days': window('OlderThanXDays', 1, 'more than so many days ago'),
  'olderthan-x-weeks': window('OlderThanXWeeks', 1, 'more than so many weeks ago'),
  'olderthan-x-months': window('OlderThanXMonths', 1, 'more than so many months ago'),
  'olderthan-x-years': window('OlderThanXYears', 1, 'more than so many years ago'),
  'this-fiscal-year': window('ThisFiscalYear', 0, 'in this fiscal year'),
  'last-fiscal-year': window('LastFiscalYear', 0, 'in the last fiscal year'),
  'next-fiscal-year': window('NextFiscalYear', 0, 'in the next fiscal year'),
  'this-fiscal-period': window('ThisFiscalPeriod', 0, 'in this fiscal period'),
  'last-fiscal-period': window('LastFiscalPeriod', 0, 'in the last fiscal period'),
  'next-fiscal-period': window('NextFiscalPeriod', 0, 'in the next fiscal period'),
  'last-x-fiscal-years': window(
    'LastXFiscalYears',
    1,
    'in the last fiscal years, or this one until now',
  ),
  'next-x-fiscal-years': window(
    'NextXFiscalYears',
    1,
    'later this fiscal year, or in the next ones',
  ),
  'last-x-fiscal-periods': window(
    'LastXFiscalPeriods',
    1,
    'in the last fiscal periods, or this one until now',
  ),
  'next-x-fiscal-periods': window(
    'NextXFiscalPeriods',
    1,
    'later this fiscal period, or in the next ones',
  ),

  'in-fiscal-year': fiscal('InFiscalYear', 1, 'in that fiscal year'),
  'in-fiscal-period': fiscal('InFiscalPeriod', 1, 'in that period of any fiscal year'),
  'in-fiscal-period-and-year': fiscal(
    'InFiscalPeriodAndYear',
    2,
    'in that period of that fiscal year',
  ),
  'in-or-after-fiscal-period-and-year': fiscal(
    'InOrAfterFiscalPeriodAndYear',
    2,
    'in that period of that fiscal year, or later',
  ),
  'in-or-before-fiscal-period-and-year': fiscal(
    'InOrBeforeFiscalPeriodAndYear',
    2,
    'in that period of that fiscal year, or before',
  ),
} as const satisfies Readonly<Record<string, Operator>>

export type OperatorName = keyof typeof OPERATORS

/** Names of the operators of one kind. */
export type OperatorOf<K extends Operator['kind']> = {
  readonly [N in OperatorName]: (typeof OPERATORS)[N]['kind'] extends K ? N : never
}[OperatorName]

export function operatorOf(name: OperatorName): Operator {
  return OPERATORS[name]
}

/** Spellings older documents use. */
const LEGACY: Readonly<Record<string, OperatorName>> = {
  neq: 'ne',
  'eq-owneduseroruserhierarchy': 'eq-useroruserhierarchy',
}

/**
 * Names under which one page lists conditions that have other names in the reference.
 * https://learn.microsoft.com/power-apps/developer/data-platform/query-hierarchical-data
 */
const OTHER_NAMES: Readonly<Record<string, OperatorName>> = {
  OwnedByMeOrMyReports: 'eq-useroruserhierarchy',
  OwnedByMeOrMyReportsAndTeams: 'eq-useroruserhierarchyandteams',
}

/** The operator by its FetchXML name, legacy spellings included. */
export function findOperator(name: string): OperatorName | undefined {
  if (Object.hasOwn(OPERATORS, name)) return name as OperatorName
  return Object.hasOwn(LEGACY, name) ? LEGACY[name] : undefined
}

let byFunction: ReadonlyMap<string, OperatorName> | undefined
let byCondition: ReadonlyMap<string, OperatorName> | undefined

/** The operator a ConditionOperator of QueryExpression stands for. */
export function operatorOfCondition(name: string): OperatorName | undefined {
  byCondition ??= new Map([
    ...(Object.keys(OPERATORS) as OperatorName[]).map(
      (key) => [operatorOf(key).condition, key] as const,
    ),
    ...Object.entries(OTHER_NAMES),
  ])
  return byCondition.get(name)
}

/** The operator an OData query function of Microsoft.Dynamics.CRM stands for. */
export function operatorOfFunction(name: string): OperatorName | undefined {
  byFunction ??= new Map([
    ...(Object.keys(OPERATORS) as OperatorName[]).flatMap((key) => {
      const { odata } = operatorOf(key)
      return odata === undefined ? [] : [[odata, key] as const]
    }),
    ...Object.entries(OTHER_NAMES),
  ])
  return byFunction.get(name)
}

export function oppositeOf(name: OperatorName): OperatorName | undefined {
  return operatorOf(name).opposite as OperatorName | undefined
}
