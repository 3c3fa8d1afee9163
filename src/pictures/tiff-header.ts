import { broken, notDecoded, viewOf } from './picture.ts'

/** What the first directory of a file tells of its picture. */
export interface TiffHeader {
  readonly isLittleEndian: boolean
  readonly width: number
  readonly height: number
  /** Of one sample; all have as many. */
  readonly bits: number
  readonly samples: number
  readonly compression: number
  readonly photometric: number
  readonly predictor: number
  /** Samples lie in parts of their own instead of side by side. */
  readonly isPlanar: boolean
  /** Whether the sample after the colors is alpha; colors may be multiplied with it already. */
  readonly alpha: 'none' | 'multiplied' | 'apart'
  /** Reds, greens, blues, of 16 bits. */
  readonly palette: readonly number[]
  readonly parts: TiffParts
}

/** Strips or tiles, from the top left. */
export interface TiffParts {
  readonly areTiles: boolean
  readonly width: number
  readonly height: number
  readonly offsets: readonly number[]
  readonly byteCounts: readonly number[]
}

const TAG = {
  Width: 256,
  Height: 257,
  Bits: 258,
  Compression: 259,
  Photometric: 262,
  StripOffsets: 273,
  Samples: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  Planar: 284,
  Predictor: 317,
  Palette: 320,
  TileWidth: 322,
  TileHeight: 323,
  TileOffsets: 324,
  TileByteCounts: 325,
  ExtraSamples: 338,
  SampleFormat: 339,
} as const

/** Bytes of a value, by type: BYTE, SHORT, LONG. Others tell nothing that is needed. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4 }

const WHOLE_NUMBERS = 1

/** Far more than a color has: what claims more is damaged. */
const MAX_SAMPLES = 16

export function readTiffHeader(bytes: Uint8Array): TiffHeader {
  const isLittleEndian = bytes[0] === 0x49
  const tags = readTags(viewOf(bytes), isLittleEndian)
  const all = (tag: number): readonly number[] => tags.get(tag) ?? []
  const one = (tag: number, absent?: number): number => {
    const value = all(tag)[0] ?? absent
    if (value === undefined) throw broken(`It has no tag ${tag}.`)
    return value
  }
  const width = one(TAG.Width)
  const height = one(TAG.Height)
  const samples = one(TAG.Samples, 1)
  const bits = one(TAG.Bits, 1)
  if (all(TAG.Bits).some((other) => other !== bits) || ![1, 2, 4, 8, 16].includes(bits)) {
    throw notDecoded('image/tiff', `samples of ${all(TAG.Bits).join(', ')} bits`)
  }
  if (samples < 1 || samples > MAX_SAMPLES) throw broken(`A pixel has ${samples} samples.`)
  if (one(TAG.SampleFormat, WHOLE_NUMBERS) !== WHOLE_NUMBERS) {
    throw notDecoded('image/tiff', 'samples that are no whole numbers')
  }
  const extra = all(TAG.ExtraSamples)[0]
  return {
    isLittleEndian,
    width,
    height,
    bits,
    samples,
    compression: one(TAG.Compression, 1),
    photometric: one(TAG.Photometric),
    predictor: one(TAG.Predictor, 1),
    isPlanar: samples > 1 && one(TAG.Planar, 1) === 2,
    alpha: extra === 1 ? 'multiplied' : extra === 2 ? 'apart' : 'none',
    palette: all(TAG.Palette),
    parts: tags.has(TAG.TileWidth)
      ? checkedParts({
          areTiles: true,
          width: one(TAG.TileWidth),
          height: one(TAG.TileHeight),
          offsets: all(TAG.TileOffsets),
          byteCounts: all(TAG.TileByteCounts),
        })
      : checkedParts({
          areTiles: false,
          width,
          height: Math.min(one(TAG.RowsPerStrip, height), height),
          offsets: all(TAG.StripOffsets),
          byteCounts: all(TAG.StripByteCounts),
        }),
  }
}

function checkedParts(parts: TiffParts): TiffParts {
  if (parts.width > 0 && parts.height > 0) return parts
  throw broken('Its parts have no size.')
}

function readTags(view: DataView, isLittleEndian: boolean): ReadonlyMap<number, readonly number[]> {
  const tags = new Map<number, readonly number[]>()
  const directory = view.getUint32(4, isLittleEndian)
  const count = view.getUint16(directory, isLittleEndian)
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + i * 12
    const size = TYPE_BYTES[view.getUint16(at + 2, isLittleEndian)]
    if (size === undefined) continue
    const length = view.getUint32(at + 4, isLittleEndian)
    const start = size * length <= 4 ? at + 8 : view.getUint32(at + 8, isLittleEndian)
    if (start + size * length > view.byteLength) throw broken('It ends in its directory.')
    tags.set(
      view.getUint16(at, isLittleEndian),
      Array.from({ length }, (_, j) => numberAt(view, start + j * size, size, isLittleEndian)),
    )
  }
  return tags
}

function numberAt(view: DataView, at: number, size: number, isLittleEndian: boolean): number {
  if (size === 1) return view.getUint8(at)
  return size === 2 ? view.getUint16(at, isLittleEndian) : view.getUint32(at, isLittleEndian)
}
