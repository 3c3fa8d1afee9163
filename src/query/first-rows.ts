import type { Frame } from './filter.ts'
import type { Comparable } from './operand.ts'
import { compareKey, type SortKey } from './sort-key.ts'

/** A kept frame with what it is sorted by. */
export interface Entry {
  readonly frame: Frame
  readonly keys: readonly (Comparable | null)[]
}

/** Fewer than this are not worth being cut down. */
const LEAST_KEPT = 64

/**
 * Keeps the first `limit` of the frames it is shown, in the order of `keys`. It collects twice as many, then
 * sorts and forgets the later half; from then on most frames are turned away by their first key.
 */
export class FirstRows {
  readonly #keys: readonly SortKey[]
  readonly #limit: number
  readonly #collected: number
  #entries: Entry[] = []
  /** The last of the first `limit` seen so far. */
  #last: Entry | undefined

  constructor(keys: readonly SortKey[], limit: number) {
    this.#keys = keys
    this.#limit = limit
    this.#collected = Math.max(2 * limit, LEAST_KEPT)
  }

  add(frame: Frame): void {
    if (this.#last !== undefined && !this.#isBefore(frame, this.#last)) return
    this.#entries.push({ frame: frame.slice(), keys: this.#keys.map((key) => key.read(frame)) })
    if (this.#entries.length < this.#collected) return
    this.#cut()
    this.#last = this.#entries.at(-1)
  }

  /** What was kept, in order; equal ones in the order they came. */
  sorted(): readonly Entry[] {
    this.#cut()
    return this.#entries
  }

  #cut(): void {
    this.#entries.sort((a, b) => this.#compare(a, b))
    if (this.#entries.length > this.#limit) this.#entries.length = this.#limit
  }

  /** Reads no more of the frame than it takes to tell. */
  #isBefore(frame: Frame, last: Entry): boolean {
    const keys = this.#keys
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at]
      if (key === undefined) break
      const order = compareKey(key, key.read(frame), last.keys[at] ?? null)
      if (order !== 0) return order < 0
    }
    return false
  }

  #compare(a: Entry, b: Entry): number {
    const keys = this.#keys
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at]
      if (key === undefined) break
      const order = compareKey(key, a.keys[at] ?? null, b.keys[at] ?? null)
      if (order !== 0) return order
    }
    return 0
  }
}
