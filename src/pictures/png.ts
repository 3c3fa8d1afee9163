import { crc32, inflateSync } from 'node:zlib'
import { blankPicture, broken, setPixel, viewOf, type Color, type Picture } from './picture.ts'

/** How many samples a pixel has, by color type: grey, color, index, grey with alpha, color with alpha. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}
const PALETTE = 3

/** Which pixels a pass tells of; a picture that is not interlaced is one pass. */
const ONE_PASS = [{ x: 0, y: 0, across: 1, down: 1 }]
const ADAM7 = [
  { x: 0, y: 0, across: 8, down: 8 },
  { x: 4, y: 0, across: 8, down: 8 },
  { x: 0, y: 4, across: 4, down: 8 },
  { x: 2, y: 0, across: 4, down: 4 },
  { x: 0, y: 2, across: 2, down: 4 },
  { x: 1, y: 0, across: 2, down: 2 },
  { x: 0, y: 1, across: 1, down: 2 },
]

/** https://www.w3.org/TR/png-3/ */
export function decodePng(bytes: Uint8Array): Picture {
  const chunks = readChunks(bytes)
  const header = readHeader(chunks.header)
  const picture = blankPicture(header.width, header.height)
  const passes = header.isInterlaced ? ADAM7 : ONE_PASS
  const sizes = passes.map((pass) => passSize(header, pass))
  const data = inflateSync(Buffer.concat(chunks.data), {
    // What unpacks to more than the picture is not unpacked to its end.
    maxOutputLength: sizes.reduce((sum, { lineBytes, lines }) => sum + lineBytes * lines, 0),
  })
  const isPlain =
    header.depth === 8 && header.samples >= 3 && (header.samples === 4 || !chunks.transparency)
  let at = 0
  passes.forEach((pass, i) => {
    const { columns, lines, lineBytes } = sizes[i] ?? passSize(header, pass)
    let above: Uint8Array = new Uint8Array(lineBytes)
    for (let line = 0; line < lines; line++) {
      if (at + lineBytes > data.length) throw broken('Its pixels end early.')
      const current = data.subarray(at, at + lineBytes)
      unfilter(current, above, header.pixelBytes)
      const start = (pass.y + line * pass.down) * header.width + pass.x
      if (isPlain) copyColors(picture, start, pass.across, current, header.samples)
      else {
        for (let x = 0; x < columns; x++) {
          setPixel(picture, start + x * pass.across, colorOf(header, chunks, current, x))
        }
      }
      above = current
      at += lineBytes
    }
  })
  return picture
}

interface Chunks {
  readonly header: DataView
  readonly palette: Uint8Array
  /** Of single colors, or one alpha for each color of the palette. */
  readonly transparency: Uint8Array | undefined
  readonly data: readonly Uint8Array[]
}

function readChunks(bytes: Uint8Array): Chunks {
  const view = viewOf(bytes)
  const found = new Map<string, Uint8Array>()
  const data: Uint8Array[] = []
  for (let at = 8, type = ''; type !== 'IEND';) {
    const length = view.getUint32(at)
    if (at + 12 + length > bytes.length) throw broken('It ends early.')
    const named = bytes.subarray(at + 4, at + 8 + length)
    type = Buffer.from(named.subarray(0, 4)).toString('latin1')
    if (crc32(named) !== view.getUint32(at + 8 + length)) throw broken(`Its ${type} is damaged.`)
    if (type === 'IDAT') data.push(named.subarray(4))
    else found.set(type, named.subarray(4))
    at += 12 + length
  }
  return {
    header: viewOf(found.get('IHDR') ?? new Uint8Array()),
    palette: found.get('PLTE') ?? new Uint8Array(),
    transparency: found.get('tRNS'),
    data,
  }
}

interface Header {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly colorType: number
  readonly samples: number
  /** Of a whole pixel, at least one: how far back filters look. */
  readonly pixelBytes: number
  readonly isInterlaced: boolean
}

function readHeader(header: DataView): Header {
  const depth = header.getUint8(8)
  const colorType = header.getUint8(9)
  const samples = SAMPLES[colorType]
  if (samples === undefined || DEPTHS[colorType]?.includes(depth) !== true) {
    throw broken(`Color type ${colorType} with ${depth} bits does not exist.`)
  }
  return {
    width: header.getUint32(0),
    height: header.getUint32(4),
    depth,
    colorType,
    samples,
    pixelBytes: Math.max(1, (samples * depth) >> 3),
    isInterlaced: header.getUint8(12) === 1,
  }
}

/** A line has one byte more than its pixels: how it is filtered. A pass without pixels has no lines. */
function passSize(
  { width, height, depth, samples }: Header,
  { x, y, across, down }: (typeof ADAM7)[number],
): { readonly columns: number; readonly lines: number; readonly lineBytes: number } {
  const columns = Math.max(0, Math.ceil((width - x) / across))
  const lines = columns === 0 ? 0 : Math.max(0, Math.ceil((height - y) / down))
  return { columns, lines, lineBytes: 1 + Math.ceil((columns * samples * depth) / 8) }
}

/** Adds what is left of a byte and above it, in place. */
function unfilter(line: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  const filter = line[0] ?? 0
  if (filter > 4) throw broken(`Filter ${filter} does not exist.`)
  if (filter === 0) return
  for (let i = 1; i < line.length; i++) {
    const left = i > pixelBytes ? (line[i - pixelBytes] ?? 0) : 0
    const up = above[i] ?? 0
    const upLeft = i > pixelBytes ? (above[i - pixelBytes] ?? 0) : 0
    line[i] = (line[i] ?? 0) + predicted(filter, left, up, upLeft)
  }
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  const toLeft = Math.abs(up - upLeft)
  const toUp = Math.abs(left - upLeft)
  const toUpLeft = Math.abs(left + up - 2 * upLeft)
  if (toLeft <= toUp && toLeft <= toUpLeft) return left
  return toUp <= toUpLeft ? up : upLeft
}

/** Most pictures have three or four bytes a pixel: these are copied as they are. */
function copyColors(
  { rgba }: Picture,
  start: number,
  across: number,
  line: Uint8Array,
  samples: number,
): void {
  for (let from = 1, to = start * 4; from < line.length; from += samples, to += across * 4) {
    rgba[to] = line[from] ?? 0
    rgba[to + 1] = line[from + 1] ?? 0
    rgba[to + 2] = line[from + 2] ?? 0
    rgba[to + 3] = samples === 4 ? (line[from + 3] ?? 0) : 255
  }
}

function colorOf(
  header: Header,
  { palette, transparency }: Chunks,
  line: Uint8Array,
  x: number,
): Color {
  const { depth, samples, colorType } = header
  const sample = (i: number) => sampleAt(line, depth, x * samples + i)
  if (colorType === PALETTE) {
    const index = sample(0)
    const at = index * 3
    const alpha = transparency?.[index] ?? 255
    return [palette[at] ?? 0, palette[at + 1] ?? 0, palette[at + 2] ?? 0, alpha]
  }
  const shade = (i: number) => (sample(i) * 255) / (2 ** depth - 1)
  const red = shade(0)
  if (samples === 2) return [red, red, red, shade(1)]
  if (samples === 4) return [red, shade(1), shade(2), shade(3)]
  const isTransparent =
    transparency !== undefined &&
    Array.from({ length: samples }, (_, i) => sample(i)).every(
      (value, i) => value === (transparency[i * 2] ?? 0) * 256 + (transparency[i * 2 + 1] ?? 0),
    )
  const alpha = isTransparent ? 0 : 255
  return samples === 1 ? [red, red, red, alpha] : [red, shade(1), shade(2), alpha]
}

/** The line's first byte is its filter. */
function sampleAt(line: Uint8Array, depth: number, i: number): number {
  if (depth === 8) return line[1 + i] ?? 0
  if (depth === 16) return (line[1 + i * 2] ?? 0) * 256 + (line[2 + i * 2] ?? 0)
  const bit = i * depth
  const byte = line[1 + (bit >> 3)] ?? 0
  return (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)
}
