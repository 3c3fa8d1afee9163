import type { AggregateFunction, DateGrouping, LinkQuantifier, LinkType } from '../query.ts'

/** JoinOperator of links. https://learn.microsoft.com/dotnet/api/microsoft.xrm.sdk.query.joinoperator */
export const JOIN_WORDS = {
  inner: 'Inner',
  outer: 'LeftOuter',
  matchfirst: 'MatchFirstRowUsingCrossApply',
  in: 'In',
  exists: 'Exists',
} as const satisfies Readonly<Record<LinkType, string>>

/** JoinOperator of links inside a filter. */
export const QUANTIFIER_WORDS = {
  any: 'Any',
  'not any': 'NotAny',
  all: 'All',
  'not all': 'NotAll',
} as const satisfies Readonly<Record<LinkQuantifier, string>>

/** XrmAggregateType, without None. */
export const AGGREGATE_WORDS = {
  count: 'Count',
  countcolumn: 'CountColumn',
  sum: 'Sum',
  avg: 'Avg',
  min: 'Min',
  max: 'Max',
} as const satisfies Readonly<Record<AggregateFunction, string>>

/** XrmDateTimeGrouping, without None. */
export const DATE_WORDS = {
  day: 'Day',
  week: 'Week',
  month: 'Month',
  quarter: 'Quarter',
  year: 'Year',
  'fiscal-period': 'FiscalPeriod',
  'fiscal-year': 'FiscalYear',
} as const satisfies Readonly<Record<DateGrouping, string>>

/** The name a word of QueryExpression stands for. */
export function nameOfWord<N extends string>(
  words: Readonly<Record<N, string>>,
  word: string,
): N | undefined {
  return (Object.keys(words) as N[]).find((name) => words[name] === word)
}
