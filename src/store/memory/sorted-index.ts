import type { Table } from '../../metadata/table.ts'
import { indexedColumn, type IndexedColumn } from '../../query/indexed-column.ts'
import type { SortedPlace, SortedRange, SortedRows, SortedValues } from '../../query/sorted-rows.ts'
import type { Row } from '../../rows/value.ts'
import type { Entry } from './entry.ts'

/** A block this long is cut in two: short enough to put a key into, long enough to have few of them. */
const LONGEST_BLOCK = 512

/** A row's place in the index, under what it held when it was put there. */
interface Key {
  readonly values: SortedValues
  readonly entry: Entry
}

/** Between two keys. */
interface Position {
  readonly block: number
  readonly at: number
}

/**
 * Rows sorted by columns of their table, then by id. Sorted when somebody first asks; from then on a change costs
 * a search and a place in a block, however many rows there are.
 */
export class SortedIndex implements SortedRows {
  readonly columns: readonly string[]
  readonly #sorted: readonly IndexedColumn[]
  readonly #entries: () => Iterable<Entry>
  /** None is empty. undefined until somebody asks. */
  #blocks: Key[][] | undefined

  /** @throws COLUMN_UNKNOWN, INVALID_ARGUMENT */
  constructor(table: Table, columns: readonly string[], entries: () => Iterable<Entry>) {
    this.columns = columns.includes(table.primaryId) ? columns : [...columns, table.primaryId]
    this.#sorted = this.columns.map((column) => indexedColumn(table, column))
    this.#entries = entries
  }

  count(range: SortedRange): number {
    const blocks = this.#built()
    const { start, end } = this.#ends(range)
    if (start.block === end.block) return Math.max(0, end.at - start.at)
    let count = end.at - start.at
    for (let block = start.block; block < end.block; block++) count += blocks[block]?.length ?? 0
    return Math.max(0, count)
  }

  rows(range: SortedRange): Iterable<Row> {
    const { start, end } = this.#ends(range)
    return this.#between(start, end)
  }

  *backwards(range: SortedRange, alike: number): Generator<Row, void, undefined> {
    const { start, end } = this.#ends(range)
    let stop = end
    for (;;) {
      const last = this.#before(stop)
      if (last === undefined) return
      const first = this.#position({ values: last.values.slice(0, alike), isBehind: false })
      const isLastRun = !isBehind(first, start)
      yield* this.#between(isLastRun ? start : first, stop)
      if (isLastRun) return
      stop = first
    }
  }

  /** Keeps up with a row that was written; one of both is absent where it came or went. */
  move(entry: Entry, before: Row | undefined, after: Row | undefined): void {
    const blocks = this.#blocks
    if (blocks === undefined) return
    const isSame = ({ name }: IndexedColumn) => before?.[name] === after?.[name]
    if (before !== undefined && after !== undefined && this.#sorted.every(isSame)) return
    if (before !== undefined) this.#remove(blocks, this.#valuesOf(before))
    if (after !== undefined) this.#insert(blocks, { values: this.#valuesOf(after), entry })
  }

  #built(): Key[][] {
    if (this.#blocks !== undefined) return this.#blocks
    const keys: Key[] = []
    for (const entry of this.#entries()) {
      if (entry.row !== undefined) keys.push({ values: this.#valuesOf(entry.row), entry })
    }
    keys.sort((a, b) => this.#compare(a.values, b.values))
    const blocks: Key[][] = []
    // Half full, so that the first changes do not cut every block.
    for (let at = 0; at < keys.length; at += LONGEST_BLOCK / 2) {
      blocks.push(keys.slice(at, at + LONGEST_BLOCK / 2))
    }
    this.#blocks = blocks
    return blocks
  }

  #insert(blocks: Key[][], key: Key): void {
    const found = this.#position({ values: key.values, isBehind: false })
    const isLast = found.block === blocks.length
    const block = isLast ? blocks.at(-1) : blocks[found.block]
    if (block === undefined) {
      blocks.push([key])
      return
    }
    block.splice(isLast ? block.length : found.at, 0, key)
    if (block.length <= LONGEST_BLOCK) return
    blocks.splice(isLast ? blocks.length : found.block + 1, 0, block.splice(LONGEST_BLOCK / 2))
  }

  #remove(blocks: Key[][], values: SortedValues): void {
    const { block: place, at } = this.#position({ values, isBehind: false })
    const block = blocks[place]
    if (block === undefined) return
    block.splice(at, 1)
    if (block.length === 0) blocks.splice(place, 1)
  }

  #valuesOf(row: Row): SortedValues {
    return this.#sorted.map(({ value }) => value(row))
  }

  #ends({ from, to }: SortedRange): { readonly start: Position; readonly end: Position } {
    const start = from === undefined ? { block: 0, at: 0 } : this.#position(from)
    const end = to === undefined ? { block: this.#built().length, at: 0 } : this.#position(to)
    return { start, end }
  }

  /** Where the first key is that is not before a place. */
  #position(place: SortedPlace): Position {
    const blocks = this.#built()
    const block = firstOf(blocks.length, (at) => !this.#isBefore(blocks[at]?.at(-1), place))
    const keys = blocks[block]
    if (keys === undefined) return { block, at: 0 }
    return { block, at: firstOf(keys.length, (at) => !this.#isBefore(keys[at], place)) }
  }

  #isBefore(key: Key | undefined, { values, isBehind: includes }: SortedPlace): boolean {
    const order = key === undefined ? 0 : this.#compare(key.values, values)
    return order < 0 || (order === 0 && includes)
  }

  /** By as many values as both have. */
  #compare(a: SortedValues, b: SortedValues): number {
    for (let at = 0; at < b.length; at++) {
      const left = a[at] ?? null
      const right = b[at] ?? null
      if (left === right) continue
      if (left === null) return -1
      if (right === null) return 1
      const order = this.#sorted[at]?.compare(left, right) ?? 0
      if (order !== 0) return order
    }
    return 0
  }

  #before({ block, at }: Position): Key | undefined {
    const blocks = this.#built()
    return at > 0 ? blocks[block]?.[at - 1] : blocks[block - 1]?.at(-1)
  }

  *#between(start: Position, end: Position): Generator<Row, void, undefined> {
    const blocks = this.#built()
    for (let block = start.block; block <= end.block; block++) {
      const keys = blocks[block]
      if (keys === undefined) return
      const stop = block === end.block ? end.at : keys.length
      for (let at = block === start.block ? start.at : 0; at < stop; at++) {
        const row = keys[at]?.entry.row
        if (row !== undefined) yield row
      }
    }
  }
}

function isBehind(a: Position, b: Position): boolean {
  return a.block > b.block || (a.block === b.block && a.at > b.at)
}

/** The first of so many numbers of which something holds that holds of all behind it, too. */
function firstOf(count: number, holds: (at: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
