import type { Frame } from './filter.ts'
import type { Comparable } from './operand.ts'
import { compareKey, type SortKey } from './sort-key.ts'

/** A kept frame with what it is sorted by. */
export interface Entry {
  readonly frame: Frame
  readonly keys: readonly (Comparable | null)[]
  /** Place of arrival, so that equal rows keep their order. */
  readonly number: number
}

/**
 * Keeps the first `limit` of the frames it is shown, in the order of `keys`, without keeping or sorting the
 * others: a heap whose top is the last of those kept.
 */
export class FirstRows {
  readonly #keys: readonly SortKey[]
  readonly #limit: number
  readonly #entries: Entry[] = []
  #isHeap = false
  #shown = 0

  constructor(keys: readonly SortKey[], limit: number) {
    this.#keys = keys
    this.#limit = limit
  }

  add(frame: Frame): void {
    const number = this.#shown++
    if (this.#entries.length < this.#limit) {
      this.#entries.push(this.#entryOf(frame, number))
      return
    }
    if (!this.#isHeap) this.#makeHeap()
    const top = this.#entries[0]
    if (top === undefined || !this.#isBefore(frame, top)) return
    this.#entries[0] = this.#entryOf(frame, number)
    this.#sink(0)
  }

  /** What was kept, in order. */
  sorted(): readonly Entry[] {
    return this.#entries.sort((a, b) => this.#compare(a, b))
  }

  #entryOf(frame: Frame, number: number): Entry {
    return { frame: frame.slice(), keys: this.#keys.map((key) => key.read(frame)), number }
  }

  /** Reads no more of the frame than it takes to tell; most frames lose by their first key. */
  #isBefore(frame: Frame, top: Entry): boolean {
    for (let at = 0; at < this.#keys.length; at++) {
      const key = this.#keys[at]
      if (key === undefined) break
      const order = compareKey(key, key.read(frame), top.keys[at] ?? null)
      if (order !== 0) return order < 0
    }
    return false
  }

  #compare(a: Entry, b: Entry): number {
    for (let at = 0; at < this.#keys.length; at++) {
      const key = this.#keys[at]
      if (key === undefined) break
      const order = compareKey(key, a.keys[at] ?? null, b.keys[at] ?? null)
      if (order !== 0) return order
    }
    return a.number - b.number
  }

  #makeHeap(): void {
    this.#isHeap = true
    for (let at = (this.#entries.length >> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  #sink(start: number): void {
    const entries = this.#entries
    let at = start
    for (;;) {
      const left = 2 * at + 1
      let last = at
      for (const child of [left, left + 1]) {
        const candidate = entries[child]
        const present = entries[last]
        if (
          candidate !== undefined &&
          present !== undefined &&
          this.#compare(candidate, present) > 0
        ) {
          last = child
        }
      }
      const moved = entries[at]
      const other = entries[last]
      if (last === at || moved === undefined || other === undefined) return
      entries[at] = other
      entries[last] = moved
      at = last
    }
  }
}
