import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import { readColumn } from './column-reader.ts'
import type { Evaluation } from './evaluation.ts'
import { conjunctsOf } from './filter.ts'
import { indexRange } from './index-range.ts'
import { asArray, finderOf, prepareJoint, type Finder } from './find-rows.ts'
import { operandOf, type Comparable } from './operand.ts'
import { operatorOf } from './operators.ts'
import { prepare, type Program, type Selection } from './program.ts'
import type { Condition, Filter, Link, LinkFilter } from './query.ts'

/** Where the rows of a table come from before any condition is looked at. */
export interface Access {
  /** Every row that can match, and maybe more; none twice. */
  readonly rows: () => Iterable<Row>
  /** How many, where that is known. */
  readonly size: number | undefined
  /** For `explain`. */
  readonly text: () => string
  /** Whether they come in the order of their ids. */
  readonly isInKeyOrder: boolean
  /** Nothing is known of those that can match: they are all rows of the table. */
  readonly isWhole?: boolean
}

/** So few rows that looking for a better way costs more than it saves. */
const FEW = 50

/**
 * The cheapest way to the rows of `table` that a selection can match: by id, by an index, backwards through a
 * link whose own rows are few, or all of them.
 */
export function accessTo(table: Table, selection: Selection, evaluation: Evaluation): Access {
  const { source } = evaluation
  const conjuncts = conjunctsOf(selection.where)
  let best: Access | undefined
  for (const condition of conjuncts) {
    if (condition.kind !== 'condition') continue
    const access = byCondition(table, condition, evaluation)
    if (access !== undefined && sizeOf(access) < sizeOf(best)) best = access
  }
  if (sizeOf(best) > 1) best = byRange(table, conjuncts, sizeOf(best), evaluation) ?? best
  if (sizeOf(best) > FEW) {
    for (const link of narrowingLinks(selection, conjuncts)) {
      const narrowed = linkSelection(link, conjuncts)
      const access = throughLink(table, link, narrowed, sizeOf(best), evaluation)
      if (access !== undefined && sizeOf(access) < sizeOf(best)) best = access
    }
  }
  return (
    best ?? {
      rows: () => source.scan(table),
      size: source.size?.(table),
      text: () => 'every row',
      isInKeyOrder: inKeyOrder(table, evaluation),
      isWhole: true,
    }
  )
}

function inKeyOrder(table: Table, { source }: Evaluation): boolean {
  return source.isInKeyOrder?.(table) === true
}

/** Rows of a sorted index are not beside one another in memory: a scan looks at so many in the same time. */
const SORTED_ROW_COST = 4

/** The part of a sorted index that conditions leave, where it has fewer rows than `bound` and a scan takes longer. */
function byRange(
  table: Table,
  conjuncts: readonly Filter[],
  bound: number,
  evaluation: Evaluation,
): Access | undefined {
  const { source } = evaluation
  let best: Access | undefined
  for (const index of source.sorted?.(table) ?? []) {
    const { range, isPart, text } = indexRange(index, conjuncts, table, evaluation)
    if (!isPart) continue
    const size = index.count(range)
    const isCheap = size * SORTED_ROW_COST <= (source.size?.(table) ?? Infinity)
    if (!isCheap || size >= Math.min(bound, sizeOf(best))) continue
    const rows = () => index.rows(range)
    const columns = index.columns.slice(0, -1).join(', ')
    best = { rows, size, text: () => `index ${columns} (${text})`, isInKeyOrder: false }
  }
  return best
}

function sizeOf(access: Access | undefined): number {
  return access?.size ?? Infinity
}

/** The rows an index gives for a condition that must hold; undefined where no index helps. */
function byCondition(
  table: Table,
  condition: Condition,
  evaluation: Evaluation,
): Access | undefined {
  const { index } = operatorOf(condition.operator)
  if (index === undefined || condition.link !== undefined || condition.otherColumn !== undefined) {
    return undefined
  }
  const read = readColumn(table, condition.column, evaluation)
  const finder = finderOf(table, read, evaluation)
  if (finder === undefined) return undefined
  const keys = condition.values.map((value) => operandOf(read.column, value, evaluation))
  const [key] = keys
  const found = keys.length === 1 && key !== undefined ? finder.find(key) : findEach(keys, finder)
  if (found === undefined) return undefined
  const rows = asArray(found)
  return {
    rows: () => rows,
    size: rows.length,
    text: () =>
      `${finder.way} ${condition.column}, ${keys.length === 1 ? 'one value' : `${new Set(keys).size} values`}`,
    isInKeyOrder: rows.length <= 1 || (keys.length === 1 && inKeyOrder(table, evaluation)),
  }
}

/** The rows of several values, each once: an index may give one row for two of them. */
function findEach(keys: Iterable<Comparable>, finder: Finder): Iterable<Row> | undefined {
  const rows = new Set<Row>()
  for (const key of new Set(keys)) {
    const found = finder.find(key)
    if (found === undefined) return undefined
    for (const row of found) rows.add(row)
  }
  return rows
}

/** A link without a match of which a row is not in the answer. */
type Narrowing = Link | LinkFilter

function narrowingLinks(selection: Selection, conjuncts: readonly Filter[]): readonly Narrowing[] {
  const links = (selection.links ?? []).filter(
    (link) => link.kind !== 'outer' || conjuncts.some((filter) => needs(filter, link)),
  )
  const filters = conjuncts.filter(
    (filter): filter is LinkFilter =>
      filter.kind === 'link' && (filter.quantifier === 'any' || filter.quantifier === 'not all'),
  )
  return [...links, ...filters]
}

/** Whether a condition on an outer link's column fails where the link found nothing. */
function needs(filter: Filter, link: Link): boolean {
  return (
    filter.kind === 'condition' &&
    filter.link !== undefined &&
    filter.link === link.alias &&
    filter.otherColumn === undefined &&
    !operatorOf(filter.operator).empty
  )
}

/** The rows that are joined to the rows of a link, where those are few. */
function throughLink(
  table: Table,
  link: Narrowing,
  selection: Selection,
  bound: number,
  evaluation: Evaluation,
): Access | undefined {
  const { source } = evaluation
  const linked = source.table(link.table)
  const back = prepareJoint(
    { table, from: link.to, parent: linked, to: link.from },
    undefined,
    evaluation,
  )
  const { finder } = back
  if (finder === undefined) return undefined
  const access = accessTo(linked, selection, evaluation)
  const mostRows = Math.min(bound, source.size?.(table) ?? Infinity)
  if (access.size === undefined || access.size * LINKED_ROW_COST > mostRows) return undefined

  const program: Program = prepare(linked, selection, evaluation)
  const keys = new Set<Comparable>()
  for (const linkedRow of access.rows()) {
    const key = program.rootTest?.(linkedRow) === false ? null : back.key(linkedRow)
    if (key !== null) keys.add(key)
  }
  const [key] = keys
  const found = keys.size === 1 && key !== undefined ? finder.find(key) : findEach(keys, finder)
  if (found === undefined) return undefined
  const rows = asArray(found)
  return {
    rows: () => rows,
    size: rows.length,
    text: () => `${finder.way} ${link.to}, from ${link.table} by ${access.text()}`,
    isInKeyOrder: rows.length <= 1 || (keys.size === 1 && inKeyOrder(table, evaluation)),
  }
}

/** Rows of the table a linked row must be worth before going through the link pays. */
const LINKED_ROW_COST = 4

/**
 * What narrows a link's own rows: its filter and the query's conditions on its columns, without what looks at
 * other tables; that is looked at when the rows are joined.
 */
function linkSelection(link: Narrowing, conjuncts: readonly Filter[]): Selection {
  const ofQuery = conjuncts.flatMap((filter): Filter[] => {
    if (filter.kind !== 'condition' || filter.link === undefined || filter.link !== link.alias)
      return []
    const { kind, column, operator, values, otherColumn } = filter
    return [
      { kind, column, operator, values, ...(otherColumn === undefined ? {} : { otherColumn }) },
    ]
  })
  return {
    where: { kind: 'and', filters: [...conjunctsOf(link.where), ...ofQuery].filter(isOwn) },
    links: (link.links ?? []).filter((nested) => nested.kind !== 'outer' && standsAlone(nested)),
  }
}

/** Whether a link and those on it look at no table but their own. */
function standsAlone({ where, links = [] }: Link): boolean {
  return (where === undefined || isOwn(where)) && links.every(standsAlone)
}

function isOwn(filter: Filter): boolean {
  switch (filter.kind) {
    case 'condition':
      return filter.link === undefined && filter.otherColumn?.includes('.') !== true
    case 'link':
      return true
    case 'and':
    case 'or':
      return filter.filters.every(isOwn)
    default:
      return filter satisfies never
  }
}
