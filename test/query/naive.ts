import { foldText } from '../../src/query/collation.ts'
import type { Condition, Filter, Link, LinkFilter, Query } from '../../src/query/query.ts'
import type { Row, Value, Values } from '../../src/rows/value.ts'
import { asText, tableNamed, type World } from './world.ts'

/** Joined rows by alias; '' is the questioned table's. */
type Joined = Readonly<Record<string, Values | undefined>>

/** What a query finds, told as simply as possible: every combination of rows is looked at. No order. */
export function naive(query: Query, world: World): readonly Row[] {
  return naiveJoin(query, world).map((rows) => {
    const id = tableNamed(query.table).primaryId
    const own = query.columns === 'all' ? [] : query.columns
    const result: Record<string, Value> = Object.fromEntries(
      own.map((name) => [name, rows['']?.[name] ?? null]),
    )
    if (query.distinct !== true) result[id] = rows['']?.[id] ?? null
    for (const { kind, alias = '', columns } of query.links ?? []) {
      if (kind === 'exists' || kind === 'in' || columns === 'all') continue
      for (const name of columns) result[`${alias}.${name}`] = rows[alias]?.[name] ?? null
    }
    return result
  })
}

/** The rows a query joins and its filter leaves, each combination by alias. */
export function naiveJoin(query: Query, world: World): readonly Joined[] {
  let joined: Joined[] = rowsOf(world, query.table).map((row) => ({ '': row }))
  for (const link of query.links ?? []) {
    joined = joined.flatMap((rows) => join(rows, link, world, ''))
  }
  return joined.filter((rows) => holds(query.where, rows, '', world))
}

function rowsOf(world: World, table: string): readonly Values[] {
  return world[table] ?? []
}

/**
 * The links below one are joined to what it brought, be that a row or, of an outer link, none; those that only ask
 * are conditions of the rows it can bring.
 */
function join(rows: Joined, link: Link, world: World, parent: string): Joined[] {
  const alias = link.alias ?? ''
  const isAsking = ({ kind }: Link) => kind === 'exists' || kind === 'in'
  const nested = link.links ?? []
  const below = (found: Joined[]) =>
    nested
      .filter((inner) => !isAsking(inner))
      .reduce((all, inner) => all.flatMap((each) => join(each, inner, world, alias)), found)
  const own = rowsOf(world, link.table)
    .filter((row) => meet(row[link.from], rows[parent]?.[link.to]))
    .map((row): Joined => ({ ...rows, [alias]: row }))
    .filter((candidate) => holds(link.where, candidate, alias, world))
    .filter((candidate) =>
      nested.filter(isAsking).every((inner) => join(candidate, inner, world, alias).length > 0),
    )
  const matches = isAsking(link) ? below(own) : own
  switch (link.kind) {
    case 'inner':
      return below(matches)
    case 'outer':
      return below(matches.length === 0 ? [rows] : matches)
    case 'matchfirst':
      return below(matches.slice(0, 1))
    case 'exists':
    case 'in':
      return matches.length === 0 ? [] : [rows]
    default:
      return link.kind satisfies never
  }
}

function meet(a: Value | undefined, b: Value | undefined): boolean {
  const left = key(a)
  return left !== null && left === key(b)
}

/** What equal values have in common. */
function key(value: Value | undefined): string | number | boolean | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return foldText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'object' && 'id' in value) return value.id
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part,
  )
}

function holds(
  filter: Filter | undefined,
  rows: Joined,
  own: string,
  world: World,
  isNot = false,
): boolean {
  if (filter === undefined) return !isNot
  switch (filter.kind) {
    case 'condition':
      return conditionHolds(filter, rows[filter.link ?? own]?.[filter.column] ?? null, isNot)
    case 'link':
      return linkHolds(filter, rows[own], world) !== isNot
    case 'and':
    case 'or': {
      const turned = isNot !== (filter.negated ?? false)
      const isEvery = (filter.kind === 'and') !== turned
      const test = (part: Filter) => holds(part, rows, own, world, turned)
      return isEvery ? filter.filters.every(test) : filter.filters.some(test)
    }
    default:
      return filter satisfies never
  }
}

function linkHolds(link: LinkFilter, parent: Values | undefined, world: World): boolean {
  const related = rowsOf(world, link.table).filter((row) => meet(row[link.from], parent?.[link.to]))
  const isMatch = related.some((row) => holds(link.where, { '': row }, '', world))
  switch (link.quantifier) {
    case 'any':
    case 'not all':
      return isMatch
    case 'not any':
      return !isMatch
    case 'all':
      return related.length > 0 && !isMatch
    default:
      return link.quantifier satisfies never
  }
}

/** SQL's three values: an empty column makes a comparison unknown, and what is unknown does not hold, turned around or not. */
function conditionHolds({ operator, values }: Condition, value: Value, isNot: boolean): boolean {
  if (operator === 'null') return (value === null) !== isNot
  if (operator === 'not-null') return (value !== null) !== isNot
  const isNegative = operator === 'ne' || operator.startsWith('not-')
  // A negative operator says yes to an empty column, its opposite no.
  if (value === null)
    return isNegative !== isNot ? isNegative || (isNot && POSITIVE.has(operator)) : false
  return compare(operator, value, values) !== isNot
}

/** Operators whose opposite says yes to an empty column. */
const POSITIVE = new Set<string>([
  'eq',
  'in',
  'between',
  'like',
  'begins-with',
  'ends-with',
  'contain-values',
])

function compare(operator: string, value: Value, values: readonly Value[]): boolean {
  const own = key(value) ?? ''
  const [first = '', second = ''] = values.map((each) => key(each) ?? '')
  const text = asText(value).toLowerCase()
  const pattern = asText(values[0]).toLowerCase()
  switch (operator) {
    case 'eq':
    case 'ne':
      return (own === first) === (operator === 'eq')
    case 'gt':
      return order(own, first) > 0
    case 'ge':
      return order(own, first) >= 0
    case 'lt':
      return order(own, first) < 0
    case 'le':
      return order(own, first) <= 0
    case 'in':
    case 'not-in':
      return values.some((each) => key(each) === own) === (operator === 'in')
    case 'between':
    case 'not-between':
      return (own >= first && own <= second) === (operator === 'between')
    case 'contain-values':
    case 'not-contain-values':
      return (
        (value as readonly number[]).some((option) => values.includes(option)) ===
        (operator === 'contain-values')
      )
    case 'like':
    case 'not-like':
      return like(`^${escaped(pattern)}$`, text) === (operator === 'like')
    case 'begins-with':
    case 'not-begin-with':
      return like(`^${escaped(pattern)}`, text) === (operator === 'begins-with')
    case 'ends-with':
    case 'not-end-with':
      return like(`${escaped(pattern)}$`, text) === (operator === 'ends-with')
    default:
      return false
  }
}

function order(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'string' && typeof b === 'string') return new Intl.Collator('en').compare(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}

function like(pattern: string, text: string): boolean {
  return new RegExp(pattern, 's').test(text)
}

function escaped(pattern: string): string {
  return pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('%', '.*')
}
