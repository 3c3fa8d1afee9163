import { inflateSync } from 'node:zlib'
import { unpackLzw } from './lzw.ts'
import {
  blankPicture,
  broken,
  MAX_PIXELS,
  notDecoded,
  setPixel,
  viewOf,
  type Picture,
} from './picture.ts'
import { colorReader } from './tiff-colors.ts'
import { readTiffHeader, type TiffHeader } from './tiff-header.ts'

/** The first picture of the file. https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf */
export function decodeTiff(bytes: Uint8Array): Picture {
  const header = readTiffHeader(bytes)
  const { width, height, samples, isPlanar, parts } = header
  const picture = blankPicture(width, height)
  const planes = isPlanar ? samples : 1
  const across = Math.ceil(width / parts.width)
  const down = Math.ceil(height / parts.height)
  // A part may be larger than the picture; many of them would take forever.
  if (across * down * parts.width * parts.height > 4 * MAX_PIXELS)
    throw broken('Its tiles are vast.')
  const colorOf = colorReader(header)
  for (let row = 0; row < down; row++) {
    const top = row * parts.height
    // The last strip is as long as the picture, the last tile as any other.
    const lines = parts.areTiles ? parts.height : Math.min(parts.height, height - top)
    for (let column = 0; column < across; column++) {
      const left = column * parts.width
      const unpacked = Array.from({ length: planes }, (_, plane) =>
        unpackPart(bytes, header, (plane * down + row) * across + column, lines),
      )
      drawPart(picture, header, { unpacked, left, top, lines, colorOf })
    }
  }
  return picture
}

interface Part {
  /** One for each plane, or one for all samples. */
  readonly unpacked: readonly Uint8Array[]
  readonly left: number
  readonly top: number
  readonly lines: number
  readonly colorOf: ReturnType<typeof colorReader>
}

function drawPart(picture: Picture, header: TiffHeader, part: Part): void {
  const { bits, samples, isPlanar, isLittleEndian, parts } = header
  const { unpacked, left, top, lines, colorOf } = part
  const lineBytes = bytesOfLine(header)
  const right = Math.min(parts.width, picture.width - left)
  const end = Math.min(lines, picture.height - top)
  let x = 0
  let y = 0
  const sample = (i: number): number => {
    const [plane, index] = isPlanar ? [unpacked[i], x] : [unpacked[0], x * samples + i]
    return plane === undefined ? 0 : sampleAt(plane, y * lineBytes, index, bits, isLittleEndian)
  }
  for (y = 0; y < end; y++) {
    for (x = 0; x < right; x++) {
      setPixel(picture, (top + y) * picture.width + left + x, colorOf(sample))
    }
  }
}

function sampleAt(
  bytes: Uint8Array,
  start: number,
  index: number,
  bits: number,
  isLittleEndian: boolean,
): number {
  if (bits === 8) return bytes[start + index] ?? 0
  if (bits === 16) {
    const first = bytes[start + index * 2] ?? 0
    const second = bytes[start + index * 2 + 1] ?? 0
    return isLittleEndian ? first + second * 256 : first * 256 + second
  }
  const bit = index * bits
  return ((bytes[start + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1)
}

/** Lines of a part fill whole bytes. */
function bytesOfLine({ parts, isPlanar, samples, bits }: TiffHeader): number {
  return Math.ceil((parts.width * (isPlanar ? 1 : samples) * bits) / 8)
}

/** One strip or tile, of one plane or all. */
function unpackPart(
  bytes: Uint8Array,
  header: TiffHeader,
  index: number,
  lines: number,
): Uint8Array {
  const { compression, parts, predictor } = header
  const offset = parts.offsets[index]
  const count = parts.byteCounts[index]
  if (offset === undefined || count === undefined || offset + count > bytes.length) {
    throw broken('A part of it is missing.')
  }
  const length = bytesOfLine(header) * lines
  const unpacked = unpack(bytes.subarray(offset, offset + count), compression, length)
  if (unpacked.length < length) throw broken('A part of it ends early.')
  if (predictor === 2) addDifferences(unpacked, header, lines)
  else if (predictor !== 1) throw notDecoded('image/tiff', `predictor ${predictor}`)
  return unpacked
}

function unpack(packed: Uint8Array, compression: number, length: number): Uint8Array {
  switch (compression) {
    case 1:
      return new Uint8Array(packed)
    case 5:
      return unpackLzw(packed, { bits: 8, length, from: 'high' })
    case 8:
    case 32946:
      return inflateSync(packed, { maxOutputLength: length })
    case 32773:
      return unpackBits(packed, length)
    default:
      throw notDecoded('image/tiff', `compression ${compression}`)
  }
}

/** PackBits: a byte tells how many bytes follow, or how often the next one is there. */
function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let at = 0
  for (let i = 0; at < length;) {
    const order = packed[i++]
    if (order === undefined) throw broken('Its packed pixels end early.')
    if (order < 128) {
      const literal = packed.subarray(i, i + Math.min(order + 1, length - at))
      out.set(literal, at)
      at += order + 1
      i += order + 1
    } else if (order > 128) {
      out.fill(packed[i++] ?? 0, at, at + 257 - order)
      at += 257 - order
    }
  }
  return out
}

/** Samples are kept as differences to those of the pixel before. */
function addDifferences(part: Uint8Array, header: TiffHeader, lines: number): void {
  const { bits, isLittleEndian } = header
  if (bits !== 8 && bits !== 16) throw broken(`It has differences of ${bits} bits.`)
  const samples = header.isPlanar ? 1 : header.samples
  const lineBytes = bytesOfLine(header)
  const view = viewOf(part)
  for (let line = 0; line < lines; line++) {
    const start = line * lineBytes
    if (bits === 8) {
      for (let i = start + samples; i < start + lineBytes; i++) {
        part[i] = (part[i] ?? 0) + (part[i - samples] ?? 0)
      }
    } else {
      for (let i = start + samples * 2; i < start + lineBytes; i += 2) {
        const sum =
          view.getUint16(i, isLittleEndian) + view.getUint16(i - samples * 2, isLittleEndian)
        view.setUint16(i, sum & 0xffff, isLittleEndian)
      }
    }
  }
}
