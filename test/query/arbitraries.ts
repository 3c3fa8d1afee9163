import fc from 'fast-check'
import type {
  Aggregate,
  Condition,
  Filter,
  Group,
  Link,
  LinkFilter,
  Order,
  Query,
} from '../../src/query/query.ts'
import type { Value, Values } from '../../src/rows/value.ts'
import { guid, ref, type World } from './world.ts'

/** Small worlds of few values, so that rows meet each other and conditions often hold. */
const TEXTS = ['a', 'A ', 'b', 'ab', 'B%', "o'b", 'é']
const NUMBERS = [-1, 0, 1, 2.5]
const DATES = ['2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z', '2026-04-01T12:00:00Z']

const orNull = <T extends Value>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 })
const count = 8
const idOf = (first: number) => fc.integer({ min: first, max: first + count - 1 })

const account = (at: number): fc.Arbitrary<Values> =>
  fc.record({
    accountid: fc.constant(guid(at)),
    name: orNull(fc.constantFrom(...TEXTS)),
    revenue: orNull(fc.constantFrom(...NUMBERS)),
    industrycode: orNull(fc.constantFrom(1, 2, 3)),
    creditonhold: orNull(fc.boolean()),
    createdon: orNull(fc.constantFrom(...DATES)),
    interests: orNull(fc.constantFrom<Value>([1], [1, 9], [2])),
    parentaccountid: orNull(idOf(1).map((id) => ref('account', id))),
    primarycontactid: orNull(idOf(101).map((id) => ref('contact', id))),
  })

const contact = (at: number): fc.Arbitrary<Values> =>
  fc.record({
    contactid: fc.constant(guid(at)),
    fullname: orNull(fc.constantFrom(...TEXTS)),
    firstname: orNull(fc.constantFrom(...TEXTS)),
    annualincome: orNull(fc.constantFrom(...NUMBERS)),
    parentcustomerid: orNull(
      fc.oneof(
        idOf(1).map((id) => ref('account', id)),
        idOf(101).map((id) => ref('contact', id)),
      ),
    ),
  })

/** Some of the rows lookups may point at. */
const rows = (first: number, make: (at: number) => fc.Arbitrary<Values>) =>
  fc
    .subarray(Array.from({ length: count }, (_, at) => first + at))
    .chain((ids) => fc.tuple(...ids.map(make)))

export const world: fc.Arbitrary<World> = fc.record({
  account: rows(1, account),
  contact: rows(101, contact),
})

interface ColumnOfTest {
  readonly table: 'account' | 'contact'
  readonly column: string
  readonly values: readonly Value[]
  readonly operators: readonly Condition['operator'][]
}

const EQUALITY = ['eq', 'ne', 'null', 'not-null', 'in', 'not-in'] as const
const ORDERED = [...EQUALITY, 'gt', 'ge', 'lt', 'le'] as const
const NUMBER = [...ORDERED, 'between', 'not-between'] as const
const TEXT = [
  ...ORDERED,
  'like',
  'not-like',
  'begins-with',
  'not-begin-with',
  'ends-with',
  'not-end-with',
] as const
const DATE = ['eq', 'ne', 'null', 'not-null', 'gt', 'ge', 'lt', 'le', 'between'] as const

const COLUMNS: readonly ColumnOfTest[] = [
  { table: 'account', column: 'name', values: TEXTS, operators: TEXT },
  { table: 'account', column: 'revenue', values: NUMBERS, operators: NUMBER },
  { table: 'account', column: 'industrycode', values: [1, 2, 3], operators: EQUALITY },
  {
    table: 'account',
    column: 'creditonhold',
    values: [true, false],
    operators: ['eq', 'ne', 'null'],
  },
  { table: 'account', column: 'createdon', values: DATES, operators: DATE },
  {
    table: 'account',
    column: 'interests',
    values: [1, 9, 2],
    operators: ['contain-values', 'not-contain-values'],
  },
  {
    table: 'account',
    column: 'parentaccountid',
    values: [guid(1), guid(2), guid(3)],
    operators: EQUALITY,
  },
  {
    table: 'account',
    column: 'accountid',
    values: [guid(1), guid(2)],
    operators: ['eq', 'ne', 'in'],
  },
  { table: 'contact', column: 'fullname', values: TEXTS, operators: TEXT },
  { table: 'contact', column: 'annualincome', values: NUMBERS, operators: NUMBER },
  {
    table: 'contact',
    column: 'parentcustomerid',
    values: [guid(1), guid(2), guid(101)],
    operators: EQUALITY,
  },
]

export function condition(table: 'account' | 'contact', link?: string): fc.Arbitrary<Condition> {
  return fc
    .constantFrom(...COLUMNS.filter((candidate) => candidate.table === table))
    .chain(({ column, values, operators }) =>
      fc.constantFrom(...operators).chain((operator) =>
        operands(operator, values).map((chosen): Condition => ({
          kind: 'condition',
          column,
          operator,
          values: chosen,
          ...(link === undefined ? {} : { link }),
        })),
      ),
    )
}

function operands(operator: string, values: readonly Value[]): fc.Arbitrary<readonly Value[]> {
  const value = fc.constantFrom(...values)
  if (operator === 'null' || operator === 'not-null') return fc.constant([])
  if (operator.endsWith('between')) return fc.tuple(value, value)
  if (operator === 'in' || operator === 'not-in' || operator.endsWith('contain-values')) {
    return fc.array(value, { minLength: 1, maxLength: 3 })
  }
  return fc.tuple(value)
}

const linkFilter: fc.Arbitrary<LinkFilter> = fc.record({
  kind: fc.constant('link' as const),
  quantifier: fc.constantFrom('any', 'not any', 'all', 'not all'),
  table: fc.constant('contact'),
  from: fc.constant('parentcustomerid'),
  to: fc.constant('accountid'),
  where: condition('contact'),
})

/** Trees of and, or and not over the leaves. */
export function tree(leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  const { filter } = fc.letrec<{ filter: Filter; group: Filter }>((tie) => ({
    filter: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('group')),
    group: fc.record(
      {
        kind: fc.constantFrom('and', 'or'),
        filters: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
        negated: fc.boolean(),
      },
      { requiredKeys: ['kind', 'filters'] },
    ),
  }))
  return filter
}

const link = (
  table: 'account' | 'contact',
  from: string,
  to: string,
  alias: string,
): fc.Arbitrary<Link> =>
  fc.record(
    {
      kind: fc.constantFrom('inner', 'outer', 'exists', 'in', 'matchfirst'),
      table: fc.constant(table),
      from: fc.constant(from),
      to: fc.constant(to),
      alias: fc.constant(alias),
      columns: fc.constant([]),
      where: condition(table),
    },
    { requiredKeys: ['kind', 'table', 'from', 'to', 'alias', 'columns'] },
  )

const LINKS = [
  link('contact', 'contactid', 'primarycontactid', 'c'),
  link('account', 'accountid', 'parentaccountid', 'p'),
  link('contact', 'parentcustomerid', 'accountid', 'k'),
  link('contact', 'fullname', 'name', 'n'),
]

const order: fc.Arbitrary<Order> = fc.record({
  column: fc.constantFrom(
    'name',
    'revenue',
    'industrycode',
    'createdon',
    'parentaccountid',
    'creditonhold',
  ),
  descending: fc.boolean(),
})

/** Queries over account with links, filters on them, order and top. */
export const query: fc.Arbitrary<Query> = fc
  .subarray([0, 1, 2, 3], { maxLength: 2 })
  .chain((chosen) => fc.tuple(...chosen.map((at) => LINKS[at] ?? link('contact', '', '', ''))))
  .chain((links) => {
    const joined = links.filter(({ kind }) => kind !== 'exists' && kind !== 'in')
    const leaves = [
      condition('account'),
      linkFilter,
      ...joined.map(({ table, alias }) =>
        condition(table === 'contact' ? 'contact' : 'account', alias),
      ),
    ]
    return fc.record(
      {
        table: fc.constant('account'),
        columns: fc.constant(['name', 'revenue']),
        links: fc.constant(
          links.map((each) =>
            joined.includes(each)
              ? { ...each, columns: each.table === 'contact' ? ['fullname'] : ['name'] }
              : each,
          ),
        ),
        where: tree(fc.oneof(...leaves)),
        order: fc.uniqueArray(order, { maxLength: 2, selector: ({ column }) => column }),
        top: fc.integer({ min: 1, max: 12 }),
        choicesByValue: fc.boolean(),
        distinct: fc.boolean(),
      },
      { requiredKeys: ['table', 'columns', 'links'] },
    )
  })

/** The parent of an account, and below it the contacts that belong to the parent. */
const nested: fc.Arbitrary<Link> = fc
  .tuple(
    link('account', 'accountid', 'parentaccountid', 'p'),
    link('contact', 'parentcustomerid', 'accountid', 'below'),
  )
  .map(([outer, inner]) => ({ ...outer, links: [inner] }))

/** As `query`, with a link below a link. */
export const nestedQuery: fc.Arbitrary<Query> = fc
  .tuple(query, nested)
  .filter(([{ links = [] }]) => links.every(({ alias }) => alias !== 'p'))
  .map(([asked, below]) => ({ ...asked, links: [...(asked.links ?? []), below] }))

const group: fc.Arbitrary<Group> = fc.oneof(
  fc
    .constantFrom('name', 'industrycode', 'creditonhold', 'parentaccountid', 'revenue')
    .map((column) => ({ column, alias: `g_${column}` })),
  fc
    .constantFrom('day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year')
    .map((date): Group => ({
      column: 'createdon',
      alias: `g_${date.replace('-', '_')}`,
      date,
      utc: true,
    })),
)

const aggregate: fc.Arbitrary<Aggregate> = fc.oneof(
  fc
    .constantFrom('count', 'countcolumn', 'sum', 'avg', 'min', 'max')
    .map((name): Aggregate => ({ function: name, column: 'revenue', alias: `a_${name}` })),
  fc
    .constantFrom('countcolumn', 'min', 'max')
    .map((name): Aggregate => ({ function: name, column: 'createdon', alias: `d_${name}` })),
  fc.constant<Aggregate>({
    function: 'countcolumn',
    column: 'name',
    alias: 'n_distinct',
    distinct: true,
  }),
)

/** Groups and aggregates over accounts and the tables linked to them, with filters and orders by alias. */
export const aggregateQuery: fc.Arbitrary<Query> = fc
  .record({
    random: query,
    groups: fc.uniqueArray(group, { maxLength: 2, selector: ({ alias }) => alias }),
    aggregates: fc.uniqueArray(aggregate, { maxLength: 4, selector: ({ alias }) => alias }),
    income: fc.boolean(),
    descending: fc.boolean(),
    isSorted: fc.boolean(),
  })
  .filter(({ groups, aggregates }) => groups.length + aggregates.length > 0)
  .map(({ random, groups, aggregates, income, descending, isSorted }): Query => {
    const { table, where, links = [] } = random
    const aliases = [...groups, ...aggregates].map(({ alias }) => alias)
    return {
      table,
      columns: [],
      aggregate: true,
      groups,
      aggregates,
      ...(where === undefined ? {} : { where }),
      links: links.map((each) => ({
        ...each,
        columns: [],
        ...(income && each.alias === 'c' && each.kind !== 'exists' && each.kind !== 'in'
          ? {
              aggregates: [{ function: 'sum' as const, column: 'annualincome', alias: 'c_income' }],
            }
          : {}),
      })),
      ...(isSorted ? { order: [{ column: aliases[0] ?? '', descending }] } : {}),
    }
  })
