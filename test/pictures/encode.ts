import { crc32, deflateSync } from 'node:zlib'

interface Sketch {
  readonly width: number
  readonly height: number
  /** Samples of a pixel, as many as the color type has. */
  readonly samples: (x: number, y: number) => readonly number[]
  readonly depth?: number
  readonly colorType?: number
  readonly isInterlaced?: boolean
  /** Further chunks, by type. */
  readonly chunks?: Readonly<Record<string, Uint8Array>>
}

const STARTS = [0, 4, 0, 2, 0, 1, 0]
const ACROSS = [8, 8, 4, 4, 2, 2, 1]
const TOPS = [0, 0, 4, 0, 2, 0, 1]
const DOWN = [8, 8, 8, 4, 4, 2, 2]

/** A png of what `samples` says, of three bytes a pixel where nothing else is said. */
export function png({
  width,
  height,
  samples,
  depth = 8,
  colorType = 2,
  isInterlaced = false,
  chunks = {},
}: Sketch): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, colorType, 0, 0, isInterlaced ? 1 : 0], 8)
  const lines: number[] = []
  for (let pass = 0; pass < (isInterlaced ? 7 : 1); pass++) {
    const at = (list: readonly number[], whole: number) =>
      isInterlaced ? (list[pass] ?? whole) : whole
    for (let y = at(TOPS, 0); y < height; y += at(DOWN, 1)) {
      const line: number[] = []
      for (let x = at(STARTS, 0); x < width; x += at(ACROSS, 1)) line.push(...samples(x, y))
      if (line.length > 0) lines.push(0, ...bytesOf(line, depth))
    }
  }
  return pngOf([
    ['IHDR', header],
    ...Object.entries(chunks),
    ['IDAT', deflateSync(Buffer.from(lines))],
    ['IEND', Buffer.alloc(0)],
  ])
}

export function pngOf(chunks: readonly (readonly [string, Uint8Array])[]): Buffer {
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...chunks.map(([type, data]) => {
      const named = Buffer.concat([Buffer.from(type), data])
      const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
      length.writeUInt32BE(data.length)
      check.writeUInt32BE(crc32(named))
      return Buffer.concat([length, named, check])
    }),
  ])
}

/** Samples one after the other, the first in the highest bits. */
function bytesOf(samples: readonly number[], depth: number): readonly number[] {
  if (depth === 16) return samples.flatMap((value) => [value >> 8, value & 255])
  const bytes = new Array<number>(Math.ceil((samples.length * depth) / 8)).fill(0)
  samples.forEach((value, i) => {
    const bit = i * depth
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (value << (8 - depth - (bit & 7)))
  })
  return bytes
}

/** A bmp with the header of 1990, and what follows it. */
export function bmp(
  facts: {
    readonly width: number
    readonly height: number
    readonly bits: number
    readonly compression?: number
    readonly colors?: number
  },
  afterHeader: readonly number[],
  pixels: readonly number[],
): Buffer {
  const header = Buffer.alloc(54)
  header.write('BM')
  header.writeUInt32LE(54 + afterHeader.length, 10)
  header.writeUInt32LE(40, 14)
  header.writeInt32LE(facts.width, 18)
  header.writeInt32LE(facts.height, 22)
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(facts.bits, 28)
  header.writeUInt32LE(facts.compression ?? 0, 30)
  header.writeUInt32LE(facts.colors ?? 0, 46)
  return Buffer.concat([header, Buffer.from([...afterHeader, ...pixels])])
}

/** A tiff with these tags, all of 32 bits, and its parts behind the directory; big-endian where `isBig`. */
export function tiff(
  tags: Readonly<Record<number, readonly number[]>>,
  parts: readonly Uint8Array[],
  { isBig = false, areTiles = false } = {},
): Buffer {
  const [offsetsTag, countsTag] = areTiles ? [324, 325] : [273, 279]
  const all: Record<number, readonly number[]> = {
    ...tags,
    [offsetsTag]: parts.map(() => 0),
    [countsTag]: parts.map((part) => part.length),
  }
  const listed = Object.entries(all)
  const valuesAt = 8 + 2 + listed.length * 12 + 4
  const partsAt = valuesAt + listed.reduce((sum, [, values]) => sum + values.length * 4, 0)
  let next = partsAt
  all[offsetsTag] = parts.map((part) => (next += part.length) - part.length)
  const head = Buffer.alloc(partsAt)
  const write16 = (value: number, at: number) =>
    isBig ? head.writeUInt16BE(value, at) : head.writeUInt16LE(value, at)
  const write32 = (value: number, at: number) =>
    isBig ? head.writeUInt32BE(value, at) : head.writeUInt32LE(value, at)
  head.write(isBig ? 'MM' : 'II')
  write16(42, 2)
  write32(8, 4)
  write16(listed.length, 8)
  let values = valuesAt
  Object.entries(all).forEach(([tag, list], i) => {
    const at = 10 + i * 12
    write16(Number(tag), at)
    write16(4, at + 2)
    write32(list.length, at + 4)
    if (list.length === 1) write32(list[0] ?? 0, at + 8)
    else {
      write32(values, at + 8)
      for (const value of list) {
        write32(value, values)
        values += 4
      }
    }
  })
  return Buffer.concat([head, ...parts])
}
