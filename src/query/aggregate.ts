import { DataverseError } from '../errors/dataverse-error.ts'
import type { Value } from '../rows/value.ts'
import { accessTo } from './access.ts'
import { checkedAlias } from './alias.ts'
import { prepareAggregate, type PreparedAggregate } from './accumulator.ts'
import { familyOf } from './column-family.ts'
import { readColumn } from './column-reader.ts'
import { isPlain, valueOf } from './condition.ts'
import { dateGroupOf } from './date-group.ts'
import type { Evaluation } from './evaluation.ts'
import type { Frame, Place } from './filter.ts'
import { groupRows, type GroupState, type PreparedGroup } from './group-rows.ts'
import type { Comparable } from './operand.ts'
import { pageSize, total } from './page-parts.ts'
import type { Program } from './program.ts'
import type { Group, Order, Page, Query, QueryNode } from './query.ts'
import { compareKey, plain, sortKeyOf, type SortKey } from './sort-key.ts'

/**
 * Groups rows and computes each group. Groups come in the order asked for, otherwise in the order of their
 * keys, empty ones first.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data
 * @throws QUERY_ALIAS_MISSING, QUERY_ALIAS_INVALID, QUERY_COLUMN_WITH_AGGREGATE, AGGREGATE_LIMIT_EXCEEDED
 */
export function aggregatePage(query: Query, program: Program, evaluation: Evaluation): Page {
  const nodes = nodesOf(query, program)
  checkNodes(nodes)
  const groups = nodes.flatMap(({ node, place }) =>
    (node.groups ?? []).map((group) => prepareGroup(group, place, query, evaluation)),
  )
  const aggregates = nodes.flatMap(({ node, place }) =>
    (node.aggregates ?? []).map((aggregate) => prepareAggregate(aggregate, place, evaluation)),
  )
  const results = resultsOf(groups, aggregates)
  const keys = orderOf(nodes, groups, results)
  const limit = Math.min(query.aggregateLimit ?? Infinity, evaluation.limits.rowsAggregated)
  const { rows: found } = accessTo(program.table, query, evaluation)
  const states = groupRows(found(), { program, groups, aggregates, limit })

  const rows = states.map((state) => ({
    state,
    row: Object.fromEntries(results.map(({ alias, read }) => [alias, read(state)])),
  }))
  rows.sort((a, b) => {
    for (const compare of keys) {
      const order = compare(a.state, b.state)
      if (order !== 0) return order
    }
    return 0
  })
  const size = pageSize(query, program.table, evaluation.limits)
  const skipped = query.page === undefined ? 0 : (query.page.number - 1) * size
  return {
    rows: rows.slice(skipped, skipped + size).map(({ row }) => row),
    moreRows: query.top === undefined && rows.length > skipped + size,
    ...total(query, rows.length, evaluation.limits.rowsCounted),
  }
}

interface Node {
  readonly node: QueryNode
  readonly place: Place
}

function nodesOf(query: Query, { places, steps }: Program): readonly Node[] {
  const [root] = places
  const linked = steps.map(({ link, place }) => ({ node: link, place }))
  return root === undefined ? linked : [{ node: query, place: root }, ...linked]
}

function checkNodes(nodes: readonly Node[]): void {
  const aliases = new Set<string>()
  for (const { node, place } of nodes) {
    if (node.columns === 'all' || node.columns.length > 0 || (node.aliased?.length ?? 0) > 0) {
      const column =
        node.columns === 'all' ? 'all-attributes' : (node.columns[0] ?? node.aliased?.[0]?.column)
      throw new DataverseError(
        'QUERY_COLUMN_WITH_AGGREGATE',
        `An aggregate query gives groups and aggregates only; '${column}' of ${place.table.logicalName} is neither.`,
      )
    }
    for (const { alias, column } of [...(node.groups ?? []), ...(node.aggregates ?? [])]) {
      if (alias === '') {
        throw new DataverseError(
          'QUERY_ALIAS_MISSING',
          `'${column}' of ${place.table.logicalName} needs an alias in an aggregate query.`,
        )
      }
      if (aliases.has(checkedAlias(alias))) {
        throw new DataverseError(
          'QUERY_ALIAS_INVALID',
          `Alias '${alias}' is used twice in one query.`,
        )
      }
      aliases.add(alias)
    }
  }
}

function prepareGroup(
  group: Group,
  place: Place,
  query: Query,
  evaluation: Evaluation,
): PreparedGroup {
  const column = readColumn(place.table, group.column, evaluation)
  const raw = (frame: Frame) => {
    const row = frame[place.slot]
    return row === undefined ? null : column.read(row)
  }
  const comparable = valueOf(column, evaluation)
  const value = (frame: Frame) => {
    const row = frame[place.slot]
    return row === undefined ? null : comparable(row)
  }
  if (group.date !== undefined) {
    const part = dateGroupOf(group.date, group, column, evaluation)
    const read = (frame: Frame) => {
      const date = value(frame)
      return typeof date === 'string' ? part(date) : null
    }
    return {
      group,
      isText: false,
      plainColumn: undefined,
      key: read,
      shown: read,
      sort: (descending) => (a, b) => compareValues(read(a), read(b), descending),
    }
  }
  if (column.column.type === 'DateTime') {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `Invalid value '' for dategrouping: '${group.column}' holds dates, which are grouped by a part of them.`,
    )
  }
  return {
    group,
    isText: familyOf(column.column) === 'text',
    plainColumn: isPlain(column, evaluation) ? group.column : undefined,
    key: value,
    shown: raw,
    sort: (descending) => {
      const order = { column: group.column, descending }
      const key: SortKey = sortKeyOf(order, place, query.choicesByValue === true, evaluation)
      return (a, b) => compareKey(key, key.read(a), key.read(b))
    },
  }
}

function compareValues(a: Comparable | null, b: Comparable | null, descending: boolean): number {
  if (a === b) return 0
  const ascending = a === null ? -1 : b === null ? 1 : plain(a, b)
  return descending ? -ascending : ascending
}

interface Result {
  readonly alias: string
  readonly read: (state: GroupState) => Value
  readonly compare: (descending: boolean) => (a: GroupState, b: GroupState) => number
}

function resultsOf(
  groups: readonly PreparedGroup[],
  aggregates: readonly PreparedAggregate[],
): readonly Result[] {
  return [
    ...groups.map(({ group, shown, sort }): Result => ({
      alias: group.alias,
      read: ({ frame }) => shown(frame),
      compare: (descending) => {
        const compare = sort(descending)
        return (a, b) => compare(a.frame, b.frame)
      },
    })),
    ...aggregates.map(({ aggregate }, at): Result => {
      const read = ({ accumulators }: GroupState) => accumulators[at]?.result() ?? null
      return {
        alias: aggregate.alias,
        read,
        compare: (descending) => (a, b) =>
          compareValues(read(a) as Comparable | null, read(b) as Comparable | null, descending),
      }
    }),
  ]
}

/** The orders of the query by the aliases they name, then the groups' own keys. */
function orderOf(
  nodes: readonly Node[],
  groups: readonly PreparedGroup[],
  results: readonly Result[],
): readonly ((a: GroupState, b: GroupState) => number)[] {
  const asked: readonly Order[] = nodes.flatMap(({ node }) => node.order ?? [])
  const orders = asked.map(({ column, descending }) => {
    const result = results.find(({ alias }) => alias === column)
    if (result !== undefined) return result.compare(descending)
    throw new DataverseError(
      'QUERY_ALIAS_UNKNOWN',
      `An aggregate query is sorted by the alias of a group or aggregate; '${column}' is none of ${results.map(({ alias }) => alias).join(', ')}.`,
    )
  })
  const byKey = groups.map(
    ({ key }) =>
      (a: GroupState, b: GroupState) =>
        compareValues(key(a.frame), key(b.frame), false),
  )
  return [...orders, ...byKey]
}
