import type { Frame } from './filter.ts'
import type { Comparable } from './operand.ts'
import { placeFirst } from './place-first.ts'
import { compareKey, type SortKey } from './sort-key.ts'

/** A kept frame with what it is sorted by. */
export class Entry {
  readonly frame: Frame
  readonly first: Comparable | null
  /** The values of the other keys; read when the first one does not tell. */
  rest: (Comparable | null)[] | undefined
  /** Frames that all keys leave equal stay in the order they came. */
  readonly came: number

  constructor(frame: Frame, first: Comparable | null, came: number) {
    this.frame = frame
    this.first = first
    this.rest = undefined
    this.came = came
  }
}

/** What the first key of a frame must not be behind of, where that is a number; NaN while nothing is turned away. */
export interface Bound {
  readonly value: number
}

/** Fewer than this are not worth being cut down. */
const LEAST_KEPT = 64

/**
 * Keeps `count` of the frames it is shown: those that come after the first `skipped` in the order of `keys`.
 * It collects twice as many as it needs, then forgets the later half; from then on most frames are turned
 * away by their first key. Sorted are in the end only those it gives.
 */
export class FirstRows {
  readonly #first: SortKey | undefined
  readonly #others: readonly SortKey[]
  readonly #skipped: number
  readonly #needed: number
  readonly #collected: number
  readonly #bound: { value: number } = { value: Number.NaN }
  #entries: Entry[] = []
  /** The last of the first `needed` seen so far. */
  #last: Entry | undefined
  #came = 0

  constructor(keys: readonly SortKey[], { skipped, count }: { skipped: number; count: number }) {
    this.#first = keys[0]
    this.#others = keys.slice(1)
    this.#skipped = skipped
    this.#needed = skipped + count
    this.#collected = Math.max(2 * this.#needed, LEAST_KEPT)
  }

  /** Follows what is kept. Whoever shows frames may leave out those it turns away. */
  get bound(): Bound {
    return this.#bound
  }

  add(frame: Frame): void {
    const first = this.#first?.read(frame) ?? null
    const last = this.#last
    if (last !== undefined && compareFirst(this.#first, first, last.first) > 0) return
    const entry = new Entry(frame.slice(), first, this.#came++)
    if (last !== undefined && this.#compare(entry, last) > 0) return
    this.#entries.push(entry)
    if (this.#entries.length >= this.#collected) this.#cut()
  }

  /** What was kept, in order. */
  sorted(): readonly Entry[] {
    const entries = this.#entries
    const high = entries.length
    const low = Math.min(this.#skipped, high)
    const count = this.#needed - this.#skipped
    if (low > 0) placeFirst(entries, { low: 0, high, count: low }, this.#compare)
    placeFirst(entries, { low, high, count }, this.#compare)
    return entries.slice(low, low + count).sort(this.#compare)
  }

  #cut(): void {
    const entries = this.#entries
    placeFirst(entries, { low: 0, high: entries.length, count: this.#needed }, this.#compare)
    entries.length = this.#needed
    const last = entries.reduce((a, b) => (this.#compare(a, b) < 0 ? b : a))
    this.#last = last
    if (typeof last.first === 'number') this.#bound.value = last.first
  }

  readonly #compare = (a: Entry, b: Entry): number =>
    compareFirst(this.#first, a.first, b.first) || this.#compareOthers(a, b) || a.came - b.came

  #compareOthers(a: Entry, b: Entry): number {
    const keys = this.#others
    const own = (a.rest ??= keys.map((key) => key.read(a.frame)))
    const others = (b.rest ??= keys.map((key) => key.read(b.frame)))
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at]
      if (key === undefined) break
      const order = compareKey(key, own[at] ?? null, others[at] ?? null)
      if (order !== 0) return order
    }
    return 0
  }
}

function compareFirst(
  key: SortKey | undefined,
  a: Comparable | null,
  b: Comparable | null,
): number {
  return key === undefined ? 0 : compareKey(key, a, b)
}
