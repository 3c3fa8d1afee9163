import type { Row } from '../rows/value.ts'
import { parseCookie, printCookie, type Position } from './cookie.ts'
import type { Frame } from './filter.ts'
import { FirstRows, type Entry } from './first-rows.ts'
import { pageAccess, placeOfId, RowsInOrder } from './in-order.ts'
import { pageSize, total, type PageParts } from './page-parts.ts'
import type { Page } from './query.ts'
import type { ScanBound } from './scan.ts'
import { compareKey, type SortKey } from './sort-key.ts'

/** A page of rows as they are: neither put together nor cleared of those that are alike. */
export function plainPage(parts: PageParts): Page {
  const { query, program, evaluation, keys, project } = parts
  const { limits } = evaluation
  const { page } = query
  const size = pageSize(query, program.table, limits)
  const position = page?.cookie === undefined ? undefined : parseCookie(page.cookie, keys)
  const skipped = position === undefined && page !== undefined ? (page.number - 1) * size : 0
  // One row more than the page has tells whether there are more.
  const { entries, matching } = firstRows(parts, { skipped, count: size + 1, position })
  const onPage = entries.slice(0, size)
  const moreRows = query.top === undefined && entries.length > size
  const rows = onPage.map(({ frame }) => project(frame))
  if (!moreRows && query.count !== true) return { rows, moreRows }
  return {
    rows,
    moreRows,
    ...total(query, matching, limits.rowsCounted),
    ...(moreRows ? nextCookie(page?.number ?? 1, keys, onPage) : {}),
  }
}

interface Range {
  readonly skipped: number
  readonly count: number
  readonly position: Position | undefined
}

interface Found {
  readonly entries: readonly Entry[]
  /** How many rows match in all, where each was looked at. */
  readonly matching: number
}

function firstRows({ query, program, evaluation, keys }: PageParts, range: Range): Found {
  const { position } = range
  const { table } = program
  const isEachCounted = query.count === true
  const needed = isEachCounted ? Infinity : range.skipped + range.count
  const wanted = { table, selection: query, keys, needed, position }
  const { access, sortedBy } = pageAccess(wanted, evaluation)
  const rows = access.rows()
  const isWanted = (frame: Frame) => position === undefined || isAfter(frame, keys, position)
  if (sortedBy > 0 && !isEachCounted) {
    const kept = new RowsInOrder(keys, sortedBy, range)
    const start = access.isInKeyOrder ? startAt(rows, table.primaryId, position) : 0
    const add = (frame: Frame) => !isWanted(frame) || kept.add(frame)
    program.run(rows, add, { start, endsEarly: true })
    return { entries: kept.sorted(), matching: 0 }
  }
  const kept = new FirstRows(keys, range)
  let matching = 0
  const add = (frame: Frame) => {
    matching++
    if (isWanted(frame)) kept.add(frame)
    return true
  }
  program.run(rows, add, isEachCounted ? undefined : { bound: scanBound(keys, kept) })
  return { entries: kept.sorted(), matching }
}

/** Rows in the order of their ids are looked at from where the page before ended. */
function startAt(rows: Iterable<Row>, primaryId: string, position: Position | undefined): number {
  const [id] = position ?? []
  if (id === undefined || !Array.isArray(rows)) return 0
  return placeOfId(rows as readonly Row[], primaryId, id)
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
