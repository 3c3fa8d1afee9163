import { blankPicture, broken, setPixel, viewOf, type Color, type Picture } from './picture.ts'

const COMPRESSION = { None: 0, Rle8: 1, Rle4: 2, BitFields: 3, AlphaBitFields: 6 } as const

const FILE_HEADER_BYTES = 14
const CORE_HEADER_BYTES = 12
const INFO_HEADER_BYTES = 40

/** https://learn.microsoft.com/windows/win32/gdi/bitmap-storage */
export function decodeBmp(bytes: Uint8Array): Picture {
  const view = viewOf(bytes)
  const header = readHeader(view)
  const picture = blankPicture(header.width, header.height)
  const rowOf = (line: number) => (header.isTopDown ? line : header.height - 1 - line)
  const draw = (x: number, line: number, color: Color) => {
    if (x < header.width && line < header.height) {
      setPixel(picture, rowOf(line) * header.width + x, color)
    }
  }
  if (header.bits > 8) {
    drawColors(view, header, draw)
    return picture
  }
  const palette = readPalette(view, header)
  const drawIndex = (x: number, line: number, index: number) => {
    draw(x, line, palette[index] ?? BLACK)
  }
  if (header.compression === COMPRESSION.None) drawIndexes(view, header, drawIndex)
  else {
    // What runs leave out shows the first color.
    for (let i = 0; i < header.width * header.height; i++) setPixel(picture, i, palette[0] ?? BLACK)
    drawRuns(view, header, drawIndex)
  }
  return picture
}

const BLACK: Color = [0, 0, 0, 255]

interface Header {
  readonly headerBytes: number
  readonly width: number
  readonly height: number
  readonly isTopDown: boolean
  readonly bits: number
  readonly compression: number
  readonly pixelsAt: number
  readonly colors: number
}

function readHeader(view: DataView): Header {
  const headerBytes = view.getUint32(14, true)
  const pixelsAt = view.getUint32(10, true)
  if (headerBytes === CORE_HEADER_BYTES) {
    return checked({
      headerBytes,
      width: view.getUint16(18, true),
      height: view.getUint16(20, true),
      isTopDown: false,
      bits: view.getUint16(24, true),
      compression: COMPRESSION.None,
      pixelsAt,
      colors: 0,
    })
  }
  if (headerBytes < INFO_HEADER_BYTES) throw broken(`A header has no ${headerBytes} bytes.`)
  const height = view.getInt32(22, true)
  return checked({
    headerBytes,
    width: view.getInt32(18, true),
    height: Math.abs(height),
    isTopDown: height < 0,
    bits: view.getUint16(28, true),
    compression: view.getUint32(30, true),
    pixelsAt,
    colors: view.getUint32(46, true),
  })
}

/** Which numbers of bits go with which compression. */
const BITS: Readonly<Record<number, readonly number[]>> = {
  [COMPRESSION.None]: [1, 4, 8, 16, 24, 32],
  [COMPRESSION.Rle8]: [8],
  [COMPRESSION.Rle4]: [4],
  [COMPRESSION.BitFields]: [16, 32],
  [COMPRESSION.AlphaBitFields]: [16, 32],
}

function checked(header: Header): Header {
  if (BITS[header.compression]?.includes(header.bits) === true) return header
  throw broken(`Compression ${header.compression} with ${header.bits} bits does not exist.`)
}

function readPalette(view: DataView, { headerBytes, bits, colors }: Header): readonly Color[] {
  const entryBytes = headerBytes === CORE_HEADER_BYTES ? 3 : 4
  const length = colors === 0 ? 1 << bits : Math.min(colors, 1 << bits)
  const start = FILE_HEADER_BYTES + headerBytes
  return Array.from({ length }, (_, i) => {
    const at = start + i * entryBytes
    return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at), 255]
  })
}

/** Lines are filled up to four bytes. */
function lineBytes({ width, bits }: Header): number {
  return Math.ceil((width * bits) / 32) * 4
}

type DrawIndex = (x: number, line: number, index: number) => void

function drawIndexes(view: DataView, header: Header, draw: DrawIndex): void {
  const { width, height, bits, pixelsAt } = header
  for (let line = 0; line < height; line++) {
    const start = pixelsAt + line * lineBytes(header)
    for (let x = 0; x < width; x++) {
      const bit = x * bits
      const byte = view.getUint8(start + (bit >> 3))
      draw(x, line, (byte >> (8 - bits - (bit & 7))) & ((1 << bits) - 1))
    }
  }
}

/** Pairs of bytes: how often and what; a first byte of 0 is an order. */
function drawRuns(view: DataView, { bits, height, pixelsAt }: Header, draw: DrawIndex): void {
  const nibble = (byte: number, i: number) =>
    bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15
  let at = pixelsAt
  let x = 0
  let line = 0
  while (line < height) {
    const count = view.getUint8(at++)
    const value = view.getUint8(at++)
    if (count > 0) {
      for (let i = 0; i < count; i++) draw(x++, line, nibble(value, i))
    } else if (value === 0) {
      x = 0
      line++
    } else if (value === 1) {
      return
    } else if (value === 2) {
      x += view.getUint8(at++)
      line += view.getUint8(at++)
    } else {
      const bytes = Math.ceil((value * bits) / 8)
      for (let i = 0; i < value; i++) {
        draw(x++, line, nibble(view.getUint8(at + ((i * bits) >> 3)), i))
      }
      at += bytes + (bytes % 2)
    }
  }
}

function drawColors(
  view: DataView,
  header: Header,
  draw: (x: number, line: number, color: Color) => void,
): void {
  const { width, height, bits, pixelsAt } = header
  const pixelBytes = bits / 8
  const read = bits === 24 ? threeBytes : maskedColor(masksOf(view, header), bits)
  for (let line = 0; line < height; line++) {
    const start = pixelsAt + line * lineBytes(header)
    for (let x = 0; x < width; x++) draw(x, line, read(view, start + x * pixelBytes))
  }
}

type ReadColor = (view: DataView, at: number) => Color

function threeBytes(view: DataView, at: number): Color {
  return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at), 255]
}

/** Which bits are red, green, blue and alpha; without alpha all is opaque. */
type Masks = readonly [number, number, number, number]

function masksOf(view: DataView, { headerBytes, bits, compression }: Header): Masks {
  if (compression === COMPRESSION.None) {
    return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0x00ff00, 0x0000ff, 0]
  }
  const at = FILE_HEADER_BYTES + INFO_HEADER_BYTES
  const hasAlpha = headerBytes >= 56 || compression === COMPRESSION.AlphaBitFields
  return [
    view.getUint32(at, true),
    view.getUint32(at + 4, true),
    view.getUint32(at + 8, true),
    hasAlpha ? view.getUint32(at + 12, true) : 0,
  ]
}

function maskedColor(masks: Masks, bits: number): ReadColor {
  const [red, green, blue, alpha] = [
    masked(masks[0]),
    masked(masks[1]),
    masked(masks[2]),
    masked(masks[3]),
  ]
  return (view, at) => {
    const value = bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true)
    return [red(value, 0), green(value, 0), blue(value, 0), alpha(value, 255)]
  }
}

/** The bits of a mask, from 0 to 255. */
function masked(mask: number): (value: number, absent: number) => number {
  if (mask === 0) return (_, absent) => absent
  const shift = 31 - Math.clz32(mask & -mask)
  const most = mask >>> shift
  return (value) => (((value & mask) >>> shift) * 255) / most
}
