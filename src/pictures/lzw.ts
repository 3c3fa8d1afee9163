import { broken } from './picture.ts'

export interface LzwOptions {
  /** Bits of a code that stands for itself. */
  readonly bits: number
  /** How many bytes come out. */
  readonly length: number
  /** Which end of a byte is read first: `low` in gif, `high` in tiff, which also widens codes one code early. */
  readonly from: 'low' | 'high'
}

const MAX_BITS = 12

/** What was packed as gif and tiff pack it. @throws IMAGE_NOT_PROCESSED */
export function unpackLzw(packed: Uint8Array, { bits, length, from }: LzwOptions): Uint8Array {
  const clear = 1 << bits
  const end = clear + 1
  const early = from === 'high' ? 1 : 0
  const table = new LzwTable(clear)
  const out = new Uint8Array(length)
  let at = 0
  let read = 0
  let held = 0
  let heldBits = 0
  let size = bits + 1
  let previous = -1
  while (at < length) {
    while (heldBits < size) {
      const byte = packed[read++]
      if (byte === undefined) throw broken('Its packed pixels end early.')
      held = from === 'low' ? held | (byte << heldBits) : (held << 8) | byte
      heldBits += 8
    }
    heldBits -= size
    let code: number
    if (from === 'low') {
      code = held & ((1 << size) - 1)
      held >>>= size
    } else {
      code = held >>> heldBits
      held &= (1 << heldBits) - 1
    }
    if (code === clear) {
      table.next = clear + 2
      size = bits + 1
      previous = -1
      continue
    }
    if (code === end) throw broken('Its packed pixels end early.')
    if (code > table.next || (code === table.next && previous < 0)) {
      throw broken('Its packed pixels are damaged.')
    }
    if (previous >= 0) table.add(previous, code === table.next ? previous : code)
    at = table.write(code, out, at)
    previous = code
    if (table.next + early >= 1 << size && size < MAX_BITS) size++
  }
  return out
}

/** Every entry is another one and a byte more. */
class LzwTable {
  next: number
  readonly #before = new Uint16Array(1 << MAX_BITS)
  readonly #last = new Uint8Array(1 << MAX_BITS)
  readonly #first = new Uint8Array(1 << MAX_BITS)
  readonly #lengths = new Uint16Array(1 << MAX_BITS)

  constructor(clear: number) {
    this.next = clear + 2
    for (let i = 0; i < clear; i++) {
      this.#last[i] = i
      this.#first[i] = i
      this.#lengths[i] = 1
    }
  }

  /** An entry that is `before` and the first byte of `following`; a full table takes no more. */
  add(before: number, following: number): void {
    if (this.next === 1 << MAX_BITS) return
    this.#before[this.next] = before
    this.#last[this.next] = this.#first[following] ?? 0
    this.#first[this.next] = this.#first[before] ?? 0
    this.#lengths[this.next] = (this.#lengths[before] ?? 0) + 1
    this.next++
  }

  /** Returns where the entry ends. What is past the end of `out` is let go. */
  write(code: number, out: Uint8Array, at: number): number {
    const end = at + (this.#lengths[code] ?? 0)
    let entry = code
    for (let i = end - 1; i > at; i--) {
      out[i] = this.#last[entry] ?? 0
      entry = this.#before[entry] ?? 0
    }
    out[at] = this.#last[entry] ?? 0
    return end
  }
}
