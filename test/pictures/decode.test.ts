import { deflateSync } from 'node:zlib'
import { decodeBmp } from '../../src/pictures/bmp.ts'
import { decodeGif } from '../../src/pictures/gif.ts'
import { decodeJpeg } from '../../src/pictures/jpeg.ts'
import type { Color, Picture } from '../../src/pictures/picture.ts'
import { decodePng } from '../../src/pictures/png.ts'
import { decodeTiff } from '../../src/pictures/tiff.ts'
import { bmp, png, tiff } from './encode.ts'
import { SAMPLES } from './samples.ts'

type Decoder = (bytes: Uint8Array) => Picture
type Sketch = (x: number, y: number) => Color

const bytesOf = (sample: keyof typeof SAMPLES) => Buffer.from(SAMPLES[sample], 'base64')

const colors: Sketch = (x, y) => [x * 25, y * 40, x * y * 4, 255]
const alphaOf = (x: number, y: number) => ((x + y) % 3) * 127
const seeThrough: Sketch = (x, y) => [x * 25, y * 40, 200, alphaOf(x, y)]
const greyAlpha: Sketch = (x, y) => [x * 25, x * 25, x * 25, alphaOf(x, y)]
const bits: Sketch = (x, y) => grey((x * y) % 3 === 0 ? 255 : 0)
const indexed: Sketch = (x, y) => grey(((x * 7 + y) % 4) * 85)
const grey = (value: number): Color => [value, value, value, 255]

/** Every pixel as the sketch has it, to the rounding of 16 bits; the color of what is transparent is nobody's. */
function expectPicture(picture: Picture, width: number, height: number, sketch: Sketch): void {
  expect([picture.width, picture.height]).toEqual([width, height])
  const wrong: unknown[] = []
  for (let i = 0; i < width * height; i++) {
    const is = [...picture.rgba.subarray(i * 4, i * 4 + 4)]
    const wanted = sketch(i % width, Math.floor(i / width))
    const differs = wanted.some((value, part) => Math.abs(value - (is[part] ?? 0)) > 1)
    if (differs && (wanted[3] !== 0 || is[3] !== 0)) wrong.push({ i, is, wanted })
  }
  expect(wrong).toEqual([])
}

describe('pixels are those of the file', () => {
  test.each<[keyof typeof SAMPLES, Decoder, Sketch]>([
    ['png', decodePng, colors],
    ['pngOfBits', decodePng, bits],
    ['pngGreyAlpha', decodePng, greyAlpha],
    ['gifInterlaced', decodeGif, indexed],
    ['bmp', decodeBmp, colors],
    ['bmpOfBits', decodeBmp, bits],
    ['bmpPalette', decodeBmp, indexed],
    ['bmpOf32Bits', decodeBmp, (x, y) => [x * 25, y * 40, 200, 255]],
    ['tiffLzw', decodeTiff, colors],
    ['tiffDeflate', decodeTiff, colors],
    ['tiffPackBits', decodeTiff, colors],
    ['tiffDifferences', decodeTiff, colors],
    ['tiffAlpha', decodeTiff, seeThrough],
    ['tiffStrips', decodeTiff, colors],
    ['tiffOfBits', decodeTiff, bits],
    ['tiffOf16Bits', decodeTiff, (x) => grey(x * 25)],
  ])('%s', (sample, decode, sketch) => {
    expectPicture(decode(bytesOf(sample)), 10, 7, sketch)
  })

  test('gifAnimated: of its first frame', () => {
    expectPicture(decodeGif(bytesOf('gifAnimated')), 10, 7, indexed)
  })

  test('gifTransparent: one color is none', () => {
    const isClear = (x: number, y: number) => (x * 7 + y) % 4 === 1

    expectPicture(decodeGif(bytesOf('gifTransparent')), 10, 7, (x, y) =>
      isClear(x, y) ? [0, 0, 0, 0] : indexed(x, y),
    )
  })

  test.each<[keyof typeof SAMPLES, number, number]>([
    ['jpeg', 40, 90],
    ['jpegProgressive', 40, 90],
    // A camera's note that the picture lies on its side is not heeded.
    ['jpegTurned', 40, 90],
    ['jpegCmyk', 40, 90],
  ])('%s', (sample, green, blue) => {
    const { width, height, rgba } = decodeJpeg(bytesOf(sample))

    expect([width, height]).toEqual([16, 24])
    expect(Math.abs((rgba[0] ?? 0) - 200)).toBeLessThan(4)
    expect(Math.abs((rgba[1] ?? 0) - green)).toBeLessThan(4)
    expect(Math.abs((rgba[2] ?? 0) - blue)).toBeLessThan(4)
  })

  test('jpegGrey', () => {
    const [red, green, blue, alpha] = decodeJpeg(bytesOf('jpegGrey')).rgba

    expect([green, blue, alpha]).toEqual([red, red, 255])
  })
})

describe('a png', () => {
  test.each([
    [1, 1],
    [3, 2],
    [9, 17],
  ])('may be interlaced: %d by %d', (width, height) => {
    const bytes = png({
      width,
      height,
      isInterlaced: true,
      samples: (x, y) => [x * 25, y * 13, 7],
    })

    expectPicture(decodePng(bytes), width, height, (x, y) => [x * 25, y * 13, 7, 255])
  })

  test('of 16 bits a sample keeps the upper 8', () => {
    const bytes = png({
      width: 4,
      height: 2,
      depth: 16,
      colorType: 6,
      samples: (x, y) => [x * 20_000, y * 30_000, 65_535, 32_768],
    })

    expectPicture(decodePng(bytes), 4, 2, (x, y) => [
      (x * 20_000) / 257,
      (y * 30_000) / 257,
      255,
      127,
    ])
  })

  test('may have a palette, each color of it an alpha', () => {
    const bytes = png({
      width: 5,
      height: 1,
      depth: 2,
      colorType: 3,
      samples: (x) => [x % 3],
      chunks: {
        PLTE: Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255]),
        tRNS: Buffer.from([10, 20]),
      },
    })
    const palette: readonly Color[] = [
      [255, 0, 0, 10],
      [0, 255, 0, 20],
      [0, 0, 255, 255],
    ]

    expectPicture(decodePng(bytes), 5, 1, (x) => palette[x % 3] ?? [0, 0, 0, 0])
  })

  test.each([
    [2, [8, 9, 7], 3],
    [0, [8], 1],
  ])('of color type %d may name one color that is transparent', (colorType, clear, samples) => {
    const bytes = png({
      width: 3,
      height: 1,
      colorType,
      samples: (x) => [7 + x, 9, 7].slice(0, samples),
      chunks: { tRNS: Buffer.from(clear.flatMap((value) => [0, value])) },
    })

    const { rgba } = decodePng(bytes)

    expect([rgba[3], rgba[7], rgba[11]]).toEqual([255, 0, 255])
  })

  test.each([1, 2, 3, 4])('undoes filter %d', (filter) => {
    const raw = [
      [filter, 10, 20, 30, 40, 50, 60],
      [filter, 1, 2, 3, 250, 251, 252],
    ].flat()
    const bytes = png({ width: 2, height: 2, samples: () => [0, 0, 0] })
    const start = bytes.indexOf('IDAT') - 4
    const whole = Buffer.concat([
      bytes.subarray(0, start),
      ...chunk('IDAT', deflateSync(Buffer.from(raw))),
      ...chunk('IEND', Buffer.alloc(0)),
    ])
    const expected: Record<number, readonly number[]> = {
      1: [10, 20, 30, 50, 70, 90, 1, 2, 3, 251, 253, 255],
      2: [10, 20, 30, 40, 50, 60, 11, 22, 33, 34, 45, 56],
      3: [10, 20, 30, 45, 60, 75, 6, 12, 18, 19, 31, 42],
      4: [10, 20, 30, 50, 70, 90, 11, 22, 33, 44, 65, 86],
    }

    const { rgba } = decodePng(whole)

    expect([...rgba].filter((_, i) => i % 4 !== 3)).toEqual(expected[filter])
  })
})

const chunk = (type: string, data: Buffer) => {
  const made = png({ width: 1, height: 1, samples: () => [0, 0, 0], chunks: { [type]: data } })
  const at = made.indexOf(type) - 4
  return [made.subarray(at, at + 12 + data.length)]
}

describe('a bmp', () => {
  const COLORS = [0, 0, 0, 0, 30, 20, 10, 0, 60, 50, 40, 0]
  const palette: readonly Color[] = [
    [0, 0, 0, 255],
    [10, 20, 30, 255],
    [40, 50, 60, 255],
  ]

  test.each([
    [
      'of runs of 8 bits',
      { bits: 8, compression: 1 },
      // Three of 1, end of line; one right and up is left out; then 2, 1, 2 as they are; end.
      [3, 1, 0, 0, 0, 2, 1, 0, 0, 3, 2, 1, 2, 0, 0, 1],
    ],
    [
      'of runs of 4 bits',
      { bits: 4, compression: 2 },
      [3, 0x11, 0, 0, 0, 2, 1, 0, 0, 3, 0x21, 0x20, 0, 1],
    ],
  ])('%s is read from its last line', (_, facts, pixels) => {
    const bytes = bmp({ width: 4, height: 2, colors: 3, ...facts }, COLORS, pixels)
    const indexes = [
      [0, 2, 1, 2],
      [1, 1, 1, 0],
    ]

    expectPicture(decodeBmp(bytes), 4, 2, (x, y) => palette[indexes[y]?.[x] ?? 0] ?? grey(0))
  })

  test('with a height below 0 is read from the top', () => {
    const bytes = bmp({ width: 1, height: -2, bits: 24 }, [], [3, 2, 1, 0, 6, 5, 4, 0])

    expectPicture(decodeBmp(bytes), 1, 2, (_, y) => (y === 0 ? [1, 2, 3, 255] : [4, 5, 6, 255]))
  })

  test('of 16 bits has 5 for each color, or what its masks say', () => {
    const five = bmp({ width: 1, height: 1, bits: 16 }, [], [0x1f, 0x7c, 0, 0])
    const masks = [0x00, 0xf8, 0, 0, 0xe0, 0x07, 0, 0, 0x1f, 0, 0, 0]
    const masked = bmp({ width: 1, height: 1, bits: 16, compression: 3 }, masks, [0xe0, 7, 0, 0])

    expectPicture(decodeBmp(five), 1, 1, () => [255, 0, 255, 255])
    expectPicture(decodeBmp(masked), 1, 1, () => [0, 255, 0, 255])
  })

  test('may have a mask of alpha', () => {
    const masks = [0xff, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0xff]
    const bytes = bmp({ width: 1, height: 1, bits: 32, compression: 6 }, masks, [1, 2, 3, 4])

    expectPicture(decodeBmp(bytes), 1, 1, () => [1, 2, 3, 4])
  })

  test('of the first kind has shorter headers and colors', () => {
    const bytes = Buffer.alloc(26 + 6 + 4)
    bytes.write('BM')
    bytes.writeUInt32LE(32, 10)
    bytes.writeUInt32LE(12, 14)
    bytes.writeUInt16LE(2, 18)
    bytes.writeUInt16LE(1, 20)
    bytes.writeUInt16LE(1, 22)
    bytes.writeUInt16LE(1, 24)
    bytes.set([30, 20, 10, 60, 50, 40, 0b01000000], 26)

    expectPicture(decodeBmp(bytes), 2, 1, (x) => palette[x + 1] ?? grey(0))
  })
})

describe('a tiff', () => {
  const RGB = { 258: [8, 8, 8], 262: [2], 277: [3] }

  test('of tiles is cut at its edges', () => {
    // Two by two tiles of two by two pixels, for a picture of three by three.
    const tile = (left: number, top: number) =>
      Buffer.from([0, 1].flatMap((y) => [0, 1].flatMap((x) => [left + x, top + y, 9])))
    const tiles = [tile(0, 0), tile(2, 0), tile(0, 2), tile(2, 2)]

    const bytes = tiff({ ...RGB, 256: [3], 257: [3], 322: [2], 323: [2] }, tiles, {
      areTiles: true,
    })

    expectPicture(decodeTiff(bytes), 3, 3, (x, y) => [x, y, 9, 255])
  })

  test('may keep each color in a part of its own, and the last byte first', () => {
    const planes = [Buffer.from([1, 2]), Buffer.from([3, 4]), Buffer.from([5, 6])]

    const bytes = tiff({ ...RGB, 256: [2], 257: [1], 278: [1], 284: [2] }, planes, { isBig: true })

    expectPicture(decodeTiff(bytes), 2, 1, (x) => [1 + x, 3 + x, 5 + x, 255])
  })

  test.each<[string, Record<number, readonly number[]>, readonly number[], Color]>([
    ['white is 0', { 258: [8], 262: [0] }, [55], grey(200)],
    [
      'a palette of 16 bits',
      { 258: [1], 262: [3], 320: [0, 2560, 0, 5120, 0, 7680] },
      [0x80],
      [10, 20, 30, 255],
    ],
    [
      'cyan, magenta, yellow, black',
      { 258: [8, 8, 8, 8], 262: [5], 277: [4] },
      [0, 255, 0, 51],
      [204, 0, 204, 255],
    ],
    [
      'colors multiplied with alpha',
      { 258: [8, 8, 8, 8], 262: [2], 277: [4], 338: [1] },
      [100, 50, 0, 100],
      [255, 127, 0, 100],
    ],
    ['a grey of 16 bits', { 258: [16], 262: [1] }, [0x12, 0x80], grey(0x80)],
  ])('%s', (_, tags, pixel, color) => {
    const bytes = tiff({ 256: [1], 257: [1], ...tags }, [Buffer.from(pixel)])

    expectPicture(decodeTiff(bytes), 1, 1, () => color)
  })
})
