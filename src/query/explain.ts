import { accessTo } from './access.ts'
import { pageSize } from './page-parts.ts'
import { pageAccess, type PageAccess } from './in-order.ts'
import { sortKeys } from './sort-keys.ts'
import { checkQuery } from './check-query.ts'
import type { QueryContext } from './context.ts'
import { evaluationOf, type Evaluation } from './evaluation.ts'
import { prepare, type JoinStep, type Program } from './program.ts'
import type { Filter, Order, Query } from './query.ts'
import type { Table } from '../metadata/table.ts'
import type { RowSource } from './row-source.ts'

/**
 * How `evaluate` would answer, as text: where the rows come from, what they are tested for, how tables are
 * joined and rows sorted. Reads indexes, but no row is tested.
 */
export function explain(
  query: Query,
  source: RowSource,
  context: QueryContext = query.context ?? {},
): string {
  const evaluation = evaluationOf(source, context)
  checkQuery(query, evaluation.limits)
  const table = source.table(query.table)
  const program = prepare(table, query, evaluation)
  const { access, sortedBy } = accessOf(query, table, program, evaluation)
  const size = access.size === undefined ? '' : `, ${access.size} rows`
  return [
    `${table.logicalName}: ${access.text()}${size}`,
    ...(query.where === undefined ? [] : [`  where ${filterText(query.where)}`]),
    ...program.steps.map(stepText),
    `  ${orderText(query, table.primaryId, sortedBy > 0)}`,
  ].join('\n')
}

function accessOf(
  query: Query,
  table: Table,
  program: Program,
  evaluation: Evaluation,
): PageAccess {
  if (query.aggregate === true || query.distinct === true) {
    return { access: accessTo(table, query, evaluation), sortedBy: 0 }
  }
  const keys = sortKeys(query, program, evaluation)
  const { page } = query
  const size = pageSize(query, table, evaluation.limits)
  const skipped = page === undefined || page.cookie !== undefined ? 0 : (page.number - 1) * size
  const needed = query.count === true ? Infinity : skipped + size + 1
  return pageAccess({ table, selection: query, keys, needed, position: undefined }, evaluation)
}

function stepText({ place, link, joint }: JoinStep): string {
  const way = joint.finder === undefined ? 'hash table' : joint.finder.way
  const where = link.where === undefined ? '' : ` where ${filterText(link.where)}`
  return `  ${link.kind} link ${place.alias} to ${link.table}: ${way} ${link.from} = ${link.to}${where}`
}

function orderText(
  { order = [], aggregate, distinct, top, page, groups, aggregates }: Query,
  primaryId: string,
  isSorted: boolean,
): string {
  if (aggregate === true) {
    const by = (groups ?? []).map(({ column }) => column).join(', ')
    return `group by ${by === '' ? 'nothing' : by}, compute ${(aggregates ?? []).map((a) => `${a.function} ${a.column}`).join(', ')}`
  }
  const keys = order.map(
    ({ column, descending, link }: Order) =>
      `${link === undefined ? '' : `${link}.`}${column}${descending ? ' descending' : ''}`,
  )
  const sorted = [...keys, ...(distinct === true ? [] : [primaryId])].join(', ')
  const kept = top ?? page?.size
  const skipped =
    page === undefined || page.cookie !== undefined ? 0 : page.size * (page.number - 1)
  const skip = skipped === 0 ? '' : `, skip ${skipped}`
  return `${isSorted ? 'sorted' : 'sort'} by ${sorted}${skip}${kept === undefined ? '' : `, keep ${skipped === 0 ? 'the first' : 'the next'} ${kept}`}${distinct === true ? ', distinct' : ''}`
}

function filterText(filter: Filter): string {
  switch (filter.kind) {
    case 'condition': {
      const { link, column, operator, values, otherColumn } = filter
      const operands =
        otherColumn === undefined
          ? values.map((value) => JSON.stringify(value, spelled))
          : [otherColumn]
      return [`${link === undefined ? '' : `${link}.`}${column}`, operator, ...operands].join(' ')
    }
    case 'link':
      return `${filter.quantifier} ${filter.table}${filter.where === undefined ? '' : ` (${filterText(filter.where)})`}`
    case 'and':
    case 'or': {
      const inner = filter.filters.map(filterText).join(` ${filter.kind} `)
      return `${filter.negated === true ? 'not ' : ''}(${inner})`
    }
    default:
      return filter satisfies never
  }
}

function spelled(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
