import { unpackLzw } from './lzw.ts'
import { assertSize, blankPicture, broken, setPixel, viewOf, type Picture } from './picture.ts'

const EXTENSION = 0x21
const FRAME = 0x2c
const GRAPHIC_CONTROL = 0xf9

/** Which rows an interlaced frame tells of, pass by pass. */
const PASSES = [
  { from: 0, by: 8 },
  { from: 4, by: 8 },
  { from: 2, by: 4 },
  { from: 1, by: 2 },
]

/** The first frame, on its screen. https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export function decodeGif(bytes: Uint8Array): Picture {
  const view = viewOf(bytes)
  const screen = blankPicture(view.getUint16(6, true), view.getUint16(8, true))
  const packed = view.getUint8(10)
  let palette = paletteAt(bytes, 13, packed)
  let at = 13 + palette.length
  let transparent = -1
  for (;;) {
    const block = view.getUint8(at++)
    if (block === EXTENSION) {
      const label = view.getUint8(at++)
      if (label === GRAPHIC_CONTROL) {
        transparent = (view.getUint8(at + 1) & 1) === 1 ? view.getUint8(at + 4) : -1
      }
      at = afterBlocks(view, at)
    } else if (block === FRAME) {
      const flags = view.getUint8(at + 8)
      const own = paletteAt(bytes, at + 9, flags)
      if (own.length > 0) palette = own
      const frame: Frame = {
        left: view.getUint16(at, true),
        top: view.getUint16(at + 2, true),
        width: view.getUint16(at + 4, true),
        height: view.getUint16(at + 6, true),
        isInterlaced: (flags & 0x40) !== 0,
        palette,
        transparent,
      }
      drawFrame(screen, frame, indexesAt(bytes, at + 9 + own.length, frame))
      return screen
    } else {
      throw broken('It has no frame.')
    }
  }
}

interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly isInterlaced: boolean
  readonly palette: Uint8Array
  readonly transparent: number
}

/** Three bytes a color; empty where the flags tell of none. */
function paletteAt(bytes: Uint8Array, at: number, flags: number): Uint8Array {
  if ((flags & 0x80) === 0) return new Uint8Array()
  const length = 3 * (2 << (flags & 7))
  if (at + length > bytes.length) throw broken('It ends in its palette.')
  return bytes.subarray(at, at + length)
}

function afterBlocks(view: DataView, at: number): number {
  let end = at
  let length: number
  do {
    length = view.getUint8(end)
    end += length + 1
  } while (length > 0)
  return end
}

/** Indexes of colors, row by row as the file has them. */
function indexesAt(bytes: Uint8Array, at: number, { width, height }: Frame): Uint8Array {
  const view = viewOf(bytes)
  const bits = view.getUint8(at)
  if (bits < 1 || bits > 8) throw broken(`Its colors have ${bits} bits.`)
  assertSize(width, height)
  const parts: Uint8Array[] = []
  for (let i = at + 1; view.getUint8(i) > 0; i += view.getUint8(i) + 1) {
    parts.push(bytes.subarray(i + 1, i + 1 + view.getUint8(i)))
  }
  return unpackLzw(Buffer.concat(parts), { bits, length: width * height, from: 'low' })
}

function drawFrame(screen: Picture, frame: Frame, indexes: Uint8Array): void {
  const { left, top, width, palette, transparent } = frame
  let at = 0
  for (const row of rowsOf(frame)) {
    const y = top + row
    for (let x = 0; x < width; x++) {
      const index = indexes[at++] ?? 0
      const isInside = left + x < screen.width && y < screen.height
      if (!isInside || index === transparent) continue
      const color = index * 3
      setPixel(screen, y * screen.width + left + x, [
        palette[color] ?? 0,
        palette[color + 1] ?? 0,
        palette[color + 2] ?? 0,
        255,
      ])
    }
  }
}

function* rowsOf({ height, isInterlaced }: Frame): Iterable<number> {
  for (const { from, by } of isInterlaced ? PASSES : [{ from: 0, by: 1 }]) {
    for (let y = from; y < height; y += by) yield y
  }
}
