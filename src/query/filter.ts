import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import { conditionTest, pairTest, type RowTest } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import { negation } from './negate.ts'
import type { Condition, Filter, LinkFilter } from './query.ts'

/** One combination of joined rows: the questioned table's first, then a place for each link in order. */
export type Frame = (Row | undefined)[]
export type FrameTest = (frame: Frame) => boolean

/** A table of the query under the name conditions call it by. */
export interface Place {
  readonly slot: number
  readonly alias: string
  readonly table: Table
}

/** What a filter can look at: its own table, and the joined ones by alias or table name. */
export interface Scope {
  readonly own: Place
  readonly places: readonly Place[]
  readonly evaluation: Evaluation
  /** Makes the test of a link inside a filter; given, because links hold filters again. */
  linkTest(link: LinkFilter, table: Table): RowTest
}

/** The filters that must all hold, as flat as possible: what can be looked at one by one. */
export function conjunctsOf(filter: Filter | undefined): readonly Filter[] {
  if (filter === undefined) return []
  if (filter.kind !== 'and' && filter.kind !== 'or') return [filter]
  if (filter.negated === true) return conjunctsOf(negation({ ...filter, negated: false }))
  const [only] = filter.filters
  if (filter.filters.length === 1 && only !== undefined) return conjunctsOf(only)
  if (filter.kind === 'or') return [filter]
  const parts: Filter[] = []
  for (const part of filter.filters) {
    if (part.kind === 'condition') parts.push(part)
    else parts.push(...conjunctsOf(part))
  }
  return parts
}

/** The last place a filter needs; 0 where its own table is enough. */
export function lastSlotOf(filter: Filter, scope: Scope): number {
  switch (filter.kind) {
    case 'condition':
      return Math.max(placeOf(filter, scope).slot, otherOf(filter, scope).place.slot)
    case 'link':
      return scope.own.slot
    case 'and':
    case 'or':
      return filter.filters.reduce(
        (last, part) => Math.max(last, lastSlotOf(part, scope)),
        scope.own.slot,
      )
    default:
      return filter satisfies never
  }
}

/** Whether nothing but the row of the own table is needed. */
export function isLocal(filter: Filter, own: Place): boolean {
  switch (filter.kind) {
    case 'condition':
      return (
        (filter.link === undefined || filter.link === own.alias) &&
        (filter.otherColumn === undefined || !filter.otherColumn.includes('.'))
      )
    case 'link':
      return true
    case 'and':
    case 'or':
      return filter.filters.every((part) => isLocal(part, own))
    default:
      return filter satisfies never
  }
}

/** The test of a filter that is local. */
export function rowTest(filter: Filter, scope: Scope): RowTest {
  return combined<Row>(filter, (leaf) => {
    if (leaf.kind === 'link') return scope.linkTest(leaf, scope.own.table)
    if (leaf.otherColumn === undefined)
      return conditionTest(leaf, scope.own.table, scope.evaluation)
    const test = pairTest(
      {
        condition: leaf,
        table: scope.own.table,
        other: { table: scope.own.table, column: leaf.otherColumn },
      },
      scope.evaluation,
    )
    return (row) => test(row, row)
  })
}

/** What stands for a linked row that is not there: every column of it is empty. */
const NO_ROW: Row = Object.freeze({})

/** The test of a filter over joined rows. */
export function frameTest(filter: Filter, scope: Scope): FrameTest {
  return combined<Frame>(filter, (leaf) => {
    if (leaf.kind === 'link') {
      const test = scope.linkTest(leaf, scope.own.table)
      const { slot } = scope.own
      return (frame) => test(frame[slot] ?? NO_ROW)
    }
    const { slot, table } = placeOf(leaf, scope)
    if (leaf.otherColumn === undefined) {
      const test = conditionTest(leaf, table, scope.evaluation)
      return (frame) => test(frame[slot] ?? NO_ROW)
    }
    const { place, column } = otherOf(leaf, scope)
    const test = pairTest(
      { condition: leaf, table, other: { table: place.table, column } },
      scope.evaluation,
    )
    return (frame) => test(frame[slot] ?? NO_ROW, frame[place.slot] ?? NO_ROW)
  })
}

/** The place a name means: an alias, or the name of a table that is joined once. */
export function placeNamed(name: string, { places }: Pick<Scope, 'places'>): Place {
  const byAlias = places.find((place) => place.alias === name)
  if (byAlias !== undefined) return byAlias
  const byTable = places.filter((place) => place.table.logicalName === name)
  const [only] = byTable
  if (only !== undefined && byTable.length === 1) return only
  const known = places.map((place) => place.alias).filter((alias) => alias !== '')
  throw new DataverseError(
    'QUERY_ALIAS_UNKNOWN',
    `'${name}' is not the alias of a link this part of the query can look at; ${known.length === 0 ? 'it has no links' : `known: ${known.join(', ')}`}.`,
  )
}

function placeOf(condition: Condition, scope: Scope): Place {
  return condition.link === undefined ? scope.own : placeNamed(condition.link, scope)
}

function otherOf(
  condition: Condition,
  scope: Scope,
): { readonly place: Place; readonly column: string } {
  const { otherColumn } = condition
  const dot = otherColumn?.indexOf('.') ?? -1
  if (otherColumn === undefined || dot === -1) {
    return { place: placeOf(condition, scope), column: otherColumn ?? '' }
  }
  return { place: placeNamed(otherColumn.slice(0, dot), scope), column: otherColumn.slice(dot + 1) }
}

type Test<T> = (subject: T) => boolean

function combined<T>(filter: Filter, leaf: (filter: Condition | LinkFilter) => Test<T>): Test<T> {
  switch (filter.kind) {
    case 'condition':
    case 'link':
      return leaf(filter)
    case 'and':
    case 'or': {
      if (filter.negated === true) {
        return combined(negation({ ...filter, negated: false }), leaf)
      }
      const tests = filter.filters.map((part) => combined(part, leaf))
      return filter.kind === 'and' ? every(tests) : some(tests)
    }
    default:
      return filter satisfies never
  }
}

export function every<T>(tests: readonly Test<T>[]): Test<T> {
  const [first, second] = tests
  if (first === undefined) return () => true
  if (second === undefined) return first
  if (tests.length === 2) return (subject) => first(subject) && second(subject)
  return (subject) => {
    for (const test of tests) if (!test(subject)) return false
    return true
  }
}

/** An `or` of nothing asks for nothing. */
function some<T>(tests: readonly Test<T>[]): Test<T> {
  const [first, second] = tests
  if (first === undefined) return () => true
  if (second === undefined) return first
  if (tests.length === 2) return (subject) => first(subject) || second(subject)
  return (subject) => {
    for (const test of tests) if (test(subject)) return true
    return false
  }
}
