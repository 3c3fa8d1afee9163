/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to but without 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** undefined of nothing. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.whole(0, items.length - 1)]
  }

  /** Some of them, at least one, in their order. */
  some<T>(items: readonly T[], most: number): readonly T[] {
    const wanted = this.whole(1, Math.min(most, items.length))
    const chosen = new Set<T>()
    while (chosen.size < wanted) {
      const item = this.pick(items)
      if (item !== undefined) chosen.add(item)
    }
    return items.filter((item) => chosen.has(item))
  }

  /** A GUID of version 4. */
  guid(): string {
    const hex = Array.from({ length: 32 }, () => this.whole(0, 15).toString(16))
    hex[12] = '4'
    hex[16] = (8 + this.whole(0, 3)).toString(16)
    const text = hex.join('')
    return [
      text.slice(0, 8),
      text.slice(8, 12),
      text.slice(12, 16),
      text.slice(16, 20),
      text.slice(20),
    ].join('-')
  }
}
