import type { NumberSequences } from '../../pipeline/runtime.ts'

/** What a sequence begins with when nobody set a seed. */
const DEFAULT_SEED = 1000

/** Random texts are the same in every run, so that tests can be repeated. */
const RANDOM_SEED = 0x9e3779b9

/** Random texts are saved as a sequence of their own, under a name that no column has: they go on, too. */
const RANDOM = '{RANDSTRING}'

interface Sequence {
  readonly seed: number
  next: number
}

/** Where a sequence is. */
export interface SavedSequence {
  readonly name: string
  readonly seed: number
  readonly next: number
}

/** The numbers of an organization's auto-number columns. They outlive rollbacks and snapshots, as on the platform. */
export class AutoNumberSequences implements NumberSequences {
  readonly #sequences = new Map<string, Sequence>()
  #random = RANDOM_SEED

  constructor(saved: readonly SavedSequence[] = []) {
    for (const { name, seed, next } of saved) {
      if (name === RANDOM) this.#random = next
      else this.#sequences.set(name, { seed, next })
    }
  }

  /** To go on with elsewhere. */
  get saved(): readonly SavedSequence[] {
    const random = { name: RANDOM, seed: RANDOM_SEED, next: this.#random }
    return [
      ...[...this.#sequences].map(([name, { seed, next }]) => ({ name, seed, next })),
      ...(this.#random === RANDOM_SEED ? [] : [random]),
    ]
  }

  next(name: string): number {
    let sequence = this.#sequences.get(name)
    if (sequence === undefined) {
      sequence = { seed: DEFAULT_SEED, next: DEFAULT_SEED }
      this.#sequences.set(name, sequence)
    }
    return sequence.next++
  }

  peek(name: string): number {
    return this.#sequences.get(name)?.next ?? DEFAULT_SEED
  }

  seed(name: string): number {
    return this.#sequences.get(name)?.seed ?? DEFAULT_SEED
  }

  restart(name: string, seed: number): void {
    this.#sequences.set(name, { seed, next: seed })
  }

  /** xorshift32: a whole number below `limit`. */
  random(limit: number): number {
    let x = this.#random
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#random = x >>> 0
    return this.#random % limit
  }
}
