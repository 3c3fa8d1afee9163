import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import { accessTo, type Access } from './access.ts'
import { compareGuids } from './collation.ts'
import type { Position } from './cookie.ts'
import type { Evaluation } from './evaluation.ts'
import { conjunctsOf, type Frame } from './filter.ts'
import { Entry, FirstRows } from './first-rows.ts'
import { indexRange, type IndexRange } from './index-range.ts'
import type { Comparable } from './operand.ts'
import type { Selection } from './program.ts'
import { compareKey, type SortKey } from './sort-key.ts'
import type { SortedRange, SortedRows } from './sorted-rows.ts'

/** Where the rows of a page come from. */
export interface PageAccess {
  readonly access: Access
  /** The rows come in the order of so many of the keys; none: in any. */
  readonly sortedBy: number
}

export interface PageWanted {
  readonly table: Table
  readonly selection: Selection
  readonly keys: readonly SortKey[]
  /** So many of the first rows are wanted; Infinity where each must be seen. */
  readonly needed: number
  /** Where the page before ended. */
  readonly position: Position | undefined
}

/**
 * The cheapest way to the first rows: those that can match, to be sorted; or rows in the order asked for, until
 * there are enough.
 */
export function pageAccess(wanted: PageWanted, evaluation: Evaluation): PageAccess {
  const { table, selection, keys, needed } = wanted
  const access = accessTo(table, selection, evaluation)
  const [first] = keys
  if (first === undefined || first.slot !== 0) return { access, sortedBy: 0 }
  if (first.column === table.primaryId && !first.descending) {
    const ordered = needed === Infinity ? undefined : inKeyOrder(access, wanted, evaluation)
    if (ordered !== undefined) return { access: ordered, sortedBy: 1 }
    if (access.isInKeyOrder) return { access, sortedBy: 1 }
  }
  const index = bestIndex(wanted, evaluation)
  if (index === undefined) return { access, sortedBy: 0 }
  const size = index.rows.count(index.range)
  // As many rows as have to be looked at where those that match are spread evenly.
  const looked = Math.sqrt(Math.min(needed, size) * size)
  if ((access.size ?? Infinity) < looked) return { access, sortedBy: 0 }
  return { access: inOrder(index, size), sortedBy: index.sortedBy }
}

/** All rows of a source that has them in the order of their ids, or keeps an index of that. */
function inKeyOrder(
  access: Access,
  { table, position }: PageWanted,
  { source }: Evaluation,
): Access | undefined {
  const rows = access.isWhole === true ? source.inKeyOrder?.(table) : undefined
  if (rows === undefined) return undefined
  const id = position?.[0]
  const from = typeof id === 'string' ? id : undefined
  return { ...access, rows: () => rows(from), isInKeyOrder: true }
}

/** An index that has the rows in the order of the first keys. */
interface OrderedIndex {
  readonly rows: SortedRows
  readonly range: SortedRange
  readonly text: string
  readonly sortedBy: number
  /** Gone through backwards, with rows that are alike in so many columns as they are sorted. */
  readonly backwards: number | undefined
}

function bestIndex(
  { table, selection, keys, needed, position }: PageWanted,
  evaluation: Evaluation,
): OrderedIndex | undefined {
  const indexes = evaluation.source.sorted?.(table) ?? []
  if (indexes.length === 0 || needed === Infinity) return undefined
  const conjuncts = conjunctsOf(selection.where)
  let best: OrderedIndex | undefined
  for (const rows of indexes) {
    const part = indexRange(rows, conjuncts, table, evaluation)
    const index = ordered(rows, part, { table, keys, position })
    if (index !== undefined && index.sortedBy > (best?.sortedBy ?? 0)) best = index
  }
  return best
}

/** How the keys follow the columns of an index; columns that hold one value may stand between. */
function ordered(
  rows: SortedRows,
  part: IndexRange,
  { table, keys, position }: Pick<PageWanted, 'table' | 'keys' | 'position'>,
): OrderedIndex | undefined {
  const { columns } = rows
  const isDescending = keys[0]?.descending === true
  const reached: (Comparable | null)[] = []
  let sortedBy = 0
  for (const [at, column] of columns.entries()) {
    const key = keys[sortedBy]
    const follows = key !== undefined && key.slot === 0 && key.isIndexed && key.column === column
    if (follows && key.descending === isDescending) {
      reached.push(position?.[sortedBy] ?? null)
      sortedBy++
    } else if (follows && isDescending && at === columns.length - 1 && column === table.primaryId) {
      // Ids ascend also where all else descends.
      sortedBy++
      break
    } else if (at < part.values.length) {
      reached.push(part.values[at] ?? null)
    } else break
  }
  if (sortedBy === 0) return undefined
  return {
    rows,
    range: position === undefined ? part.range : behind(part.range, reached, isDescending),
    text: `index ${columns.slice(0, -1).join(', ')}${part.text === '' ? '' : ` (${part.text})`}`,
    sortedBy,
    backwards: isDescending ? reached.length : undefined,
  }
}

/** What is left of a range behind the last row of a page; rows that are alike in these values are looked at again. */
function behind(
  { from, to }: SortedRange,
  values: readonly (Comparable | null)[],
  isDescending: boolean,
): SortedRange {
  return isDescending
    ? { from, to: { values, isBehind: true } }
    : { from: { values, isBehind: false }, to }
}

function inOrder({ rows, range, text, backwards }: OrderedIndex, size: number): Access {
  return {
    rows: () => (backwards === undefined ? rows.rows(range) : rows.backwards(range, backwards)),
    size,
    text: () => `${text} in order`,
    isInKeyOrder: false,
  }
}

/** Where in rows that are sorted by id the one with this id is, or the first behind it. */
export function placeOfId(rows: readonly Row[], primaryId: string, id: Comparable | null): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    const own = rows[middle]?.[primaryId]
    if (typeof own === 'string' && compareGuids(own, String(id)) >= 0) high = middle
    else low = middle + 1
  }
  return low
}

/** Keeps the rows of a page out of those that come in the order of the first `sortedBy` keys. */
export class RowsInOrder {
  readonly #leading: readonly SortKey[]
  readonly #skipped: number
  readonly #needed: number
  /** Where frames that are alike in the leading keys are still to be sorted. */
  readonly #unsorted: FirstRows | undefined
  readonly #entries: Entry[] = []
  #came = 0
  /** What the last of as many frames as are needed held in the leading keys. */
  #last: readonly (Comparable | null)[] = []

  constructor(
    keys: readonly SortKey[],
    sortedBy: number,
    { skipped, count }: { readonly skipped: number; readonly count: number },
  ) {
    this.#leading = keys.length === sortedBy ? keys : keys.slice(0, sortedBy)
    this.#skipped = skipped
    this.#needed = skipped + count
    this.#unsorted = sortedBy < keys.length ? new FirstRows(keys, { skipped, count }) : undefined
  }

  /** False: none that comes later is needed. */
  add(frame: Frame): boolean {
    if (this.#unsorted === undefined) {
      if (this.#came >= this.#skipped) this.#entries.push(new Entry(frame.slice(), null, 0))
      return ++this.#came < this.#needed
    }
    if (this.#came >= this.#needed && this.#isBehindLast(frame)) return false
    this.#unsorted.add(frame)
    if (++this.#came === this.#needed) this.#last = this.#leading.map((key) => key.read(frame))
    return true
  }

  sorted(): readonly Entry[] {
    return this.#unsorted?.sorted() ?? this.#entries
  }

  #isBehindLast(frame: Frame): boolean {
    return this.#leading.some(
      (key, at) => compareKey(key, key.read(frame), this.#last[at] ?? null) !== 0,
    )
  }
}
