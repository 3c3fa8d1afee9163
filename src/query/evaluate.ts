import { DataverseError } from '../errors/dataverse-error.ts'
import { accessTo } from './access.ts'
import { aggregatePage } from './aggregate.ts'
import { checkQuery } from './check-query.ts'
import type { QueryContext } from './context.ts'
import { parseCookie, printCookie, type Position } from './cookie.ts'
import { distinctRows } from './distinct.ts'
import { evaluationOf, type Evaluation } from './evaluation.ts'
import { placeNamed, type Frame, type Place } from './filter.ts'
import { FirstRows, type Entry } from './first-rows.ts'
import { projectionFor, propertiesOf, type ResultProperty } from './project.ts'
import { prepare, type JoinStep, type Program } from './program.ts'
import { pageSize, total, type PageParts } from './page-parts.ts'
import type { Order, Page, Query, QueryNode } from './query.ts'
import { checkQuickFind } from './quick-find.ts'
import type { RowSource } from './row-source.ts'
import type { ScanBound } from './scan.ts'
import { compareKey, primaryKeyOf, sortKeyOf, type SortKey } from './sort-key.ts'

/**
 * Answers a query from the rows of `source`. The rows of the page are new objects; nothing a source keeps is
 * given out.
 * @throws everything that is wrong with the query, before any row is read
 */
export function evaluate(
  query: Query,
  source: RowSource,
  context: QueryContext = query.context ?? {},
): Page {
  const evaluation = evaluationOf(source, context)
  checkQuery(query, evaluation.limits)
  const table = source.table(query.table)
  const program = prepare(table, query, evaluation)
  checkQuickFind(query, table, evaluation)
  if (query.aggregate === true) return aggregatePage(query, program, evaluation)
  const keys = sortKeys(query, program, evaluation)
  const properties = () => resultProperties(query, program)
  const project = projectionFor(query, table, properties, evaluation)
  const parts = { query, program, evaluation, keys, project }
  return query.distinct === true
    ? distinctRows({ ...parts, properties: properties() })
    : plainPage(parts)
}

function plainPage({ query, program, evaluation, keys, project }: PageParts): Page {
  const { limits } = evaluation
  const { page } = query
  const size = pageSize(query, program.table, limits)
  const position = page?.cookie === undefined ? undefined : parseCookie(page.cookie, keys)
  const skipped = position === undefined && page !== undefined ? (page.number - 1) * size : 0
  // One row more than the page has tells whether there are more.
  const first = new FirstRows(keys, { skipped, count: size + 1 })
  let matching = 0
  program.run(
    accessTo(program.table, query, evaluation).rows(),
    (frame) => {
      matching++
      if (position === undefined || isAfter(frame, keys, position)) first.add(frame)
      return true
    },
    // Where rows are counted, each must be seen.
    query.count === true ? undefined : scanBound(keys, first),
  )

  const entries = first.sorted()
  const onPage = entries.slice(0, size)
  const moreRows = query.top === undefined && entries.length > size
  return {
    rows: onPage.map(({ frame }) => project(frame)),
    moreRows,
    ...total(query, matching, limits.rowsCounted),
    ...(moreRows ? nextCookie(page?.number ?? 1, keys, onPage) : {}),
  }
}

/** What rows need not be looked at for, where they are sorted by a number first. */
function scanBound([key]: readonly SortKey[], { bound }: FirstRows): ScanBound | undefined {
  if (key?.isPlain !== true || key.slot !== 0) return undefined
  return { column: key.column, descending: key.descending, bound }
}

function isAfter(frame: Frame, keys: readonly SortKey[], position: Position): boolean {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]
    if (key === undefined) break
    const order = compareKey(key, key.read(frame), position[at] ?? null)
    if (order !== 0) return order > 0
  }
  return false
}

/** No cookie where rows are sorted by a linked table's column, its key included: it would not tell a place. */
function nextCookie(
  page: number,
  keys: readonly SortKey[],
  entries: readonly Entry[],
): Pick<Page, 'cookie'> {
  const first = entries[0]
  const last = entries.at(-1)
  const tells = keys.every(({ slot }) => slot === 0)
  return first === undefined || last === undefined || !tells
    ? {}
    : { cookie: printCookie(page, keys, first, last) }
}

/** The properties of the result: the chosen columns, the primary id where rows stand for themselves, the links' columns. */
function resultProperties(query: Query, { places, steps }: Program): readonly ResultProperty[] {
  const [root] = places
  if (root === undefined) return []
  const own = propertiesOf(query, root)
  const { primaryId } = root.table
  const withId =
    query.distinct === true || own.some(({ name }) => name === primaryId)
      ? own
      : [...own, { name: primaryId, place: root, column: primaryId }]
  const all = [...withId, ...steps.flatMap(({ link, place }) => propertiesOf(link, place))]
  // The columns of one table have different names.
  if (all.length > withId.length || query.aliased !== undefined) refuseTwice(all)
  return all
}

function refuseTwice(properties: readonly ResultProperty[]): void {
  const seen = new Map<string, ResultProperty>()
  for (const property of properties) {
    const other = seen.get(property.name)
    // Choosing a column twice is no mistake; giving two things one name is.
    if (
      other !== undefined &&
      (other.column !== property.column || other.place !== property.place)
    ) {
      throw new DataverseError(
        'QUERY_ALIAS_INVALID',
        `'${property.name}' names both '${other.column}' and '${property.column}' in the result; give one of them another alias.`,
      )
    }
    seen.set(property.name, property)
  }
}

/**
 * The orders of the query and of its links in that order, then the primary ids of all that brings several rows,
 * so that no two are alike. Distinct rows have no ids.
 */
function sortKeys(query: Query, program: Program, evaluation: Evaluation): readonly SortKey[] {
  const { places, steps } = program
  const keys = orders(query, program).map(({ order, place }) =>
    sortKeyOf(order, place, query.choicesByValue === true, evaluation),
  )
  if (query.distinct === true) return keys
  const isSorted = ({ slot, table }: Place) =>
    keys.some((key) => key.slot === slot && key.column === table.primaryId)
  for (const place of places) {
    const step = steps.find((candidate) => candidate.place === place)
    const isSeveral = step === undefined || !bringsOne(step)
    if (isSeveral && !isSorted(place)) keys.push(primaryKeyOf(place, evaluation))
  }
  return keys
}

/** Whether a link brings one row at most, so that the row it is joined to stays the only one with its key. */
function bringsOne({ link, joint }: JoinStep): boolean {
  return link.kind === 'matchfirst' || joint.finder?.way === 'key'
}

interface PlacedOrder {
  readonly order: Order
  readonly place: Place
}

function orders(query: Query, { places, steps }: Program): readonly PlacedOrder[] {
  const found: PlacedOrder[] = []
  const addOf = (node: QueryNode, own: Place) => {
    for (const order of node.order ?? []) {
      const place = order.link === undefined ? own : placeNamed(order.link, { places })
      found.push({ order, place })
    }
  }
  const [root] = places
  if (root !== undefined) addOf(query, root)
  for (const { link, place } of steps) addOf(link, place)
  return found
}
