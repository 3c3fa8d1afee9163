import fc from 'fast-check'
import { deflateSync } from 'node:zlib'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { decodeJpeg } from '../../src/pictures/jpeg.ts'
import { thumbnailOf } from '../../src/pictures/thumbnail.ts'
import { bmp, png, pngOf, tiff } from './encode.ts'
import { SAMPLES } from './samples.ts'

type Samples = (x: number, y: number) => readonly number[]

const thumbnail = (width: number, height: number, samples: Samples, colorType = 2) =>
  decodeJpeg(thumbnailOf(png({ width, height, samples, colorType }), 'image/png'))

const RED = () => [255, 0, 0]

/** What is thrown, by code; jpeg loses a little of every color. */
const codeOf = (bytes: Uint8Array, mimeType: string) => {
  try {
    thumbnailOf(bytes, mimeType)
    return undefined
  } catch (error) {
    return error instanceof DataverseError ? error.code : error
  }
}

describe('a thumbnail (image-column-data)', () => {
  test.each([
    [300, 428, 144],
    [144, 300, 144],
    [200, 10, 144],
    [145, 145, 144],
    [144, 144, 144],
    [144, 100, 100],
    [91, 130, 91],
    [1, 1, 1],
    [3, 2, 2],
  ])('of %d by %d pixels is a square of %d', (width, height, side) => {
    const shown = thumbnail(width, height, RED)

    expect([shown.width, shown.height]).toEqual([side, side])
  })

  test('is a jpeg, whatever it is made of', () => {
    for (const bytes of [
      png({ width: 2, height: 2, samples: RED }),
      bmp({ width: 1, height: 1, bits: 24 }, [], [1, 2, 3, 0]),
    ]) {
      const shown = thumbnailOf(bytes, bytes[0] === 0x42 ? 'image/bmp' : 'image/png')

      expect([...shown.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
      expect(Buffer.from(shown.subarray(6, 10)).toString()).toBe('JFIF')
    }
  })

  test('shows the middle', () => {
    const shown = thumbnail(300, 100, (x) =>
      x < 100 ? [255, 0, 0] : x < 200 ? [0, 0, 255] : [0, 255, 0],
    )

    const middles = [0, 72, 143].map((x) => [
      ...shown.rgba.subarray((72 * 144 + x) * 4).subarray(0, 3),
    ])
    for (const [red = 0, green = 0, blue = 0] of middles) {
      expect([red < 20, green < 20, blue > 235]).toEqual([true, true, true])
    }
  })

  test('keeps the mean of what it makes smaller', () => {
    const shown = thumbnail(288, 288, (x, y) => ((x + y) % 2 === 0 ? [255, 255, 255] : [0, 0, 0]))

    const center = shown.rgba[(72 * 144 + 72) * 4] ?? 0
    expect(Math.abs(center - 127)).toBeLessThan(4)
  })

  test('of one color is of that color', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
        (width, height, color) => {
          const { rgba } = thumbnail(width, height, () => color)

          const off = rgba.map((value, i) => Math.abs(value - (color[i % 4] ?? 255)))
          expect(off.reduce((most, value) => Math.max(most, value))).toBeLessThan(8)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('is black where the picture is transparent', () => {
    const { rgba } = thumbnail(8, 8, () => [255, 255, 255, 0], 6)

    expect([...rgba.subarray(0, 3)]).toEqual([0, 0, 0])
  })
})

describe('refused is', () => {
  const sized = (width: number, height: number) => {
    const header = Buffer.alloc(13)
    header.writeUInt32BE(width, 0)
    header.writeUInt32BE(height, 4)
    header.set([8, 2], 8)
    return pngOf([
      ['IHDR', header],
      ['IDAT', deflateSync(Buffer.alloc(100))],
      ['IEND', Buffer.alloc(0)],
    ])
  }
  const gif = Buffer.from(SAMPLES.gifInterlaced, 'base64')
  const wideGif = Buffer.from(gif)
  wideGif.writeUInt16LE(65_535, 6)
  wideGif.writeUInt16LE(65_535, 8)
  const wideFrame = Buffer.from(gif)
  wideFrame.fill(255, gif.indexOf(0x2c, 13) + 5, gif.indexOf(0x2c, 13) + 9)
  const wideJpeg = Buffer.from(SAMPLES.jpeg, 'base64')
  wideJpeg.fill(
    255,
    wideJpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5,
    wideJpeg.indexOf(Buffer.from([0xff, 0xc0])) + 9,
  )
  const RGB = { 258: [8, 8, 8], 262: [2], 277: [3] }

  test.each([
    ['a png that claims a billion pixels', sized(40_000, 40_000), 'image/png'],
    ['a png without pixels', sized(0, 10), 'image/png'],
    ['a gif that claims four billion', wideGif, 'image/gif'],
    ['a gif with a frame of four billion', wideFrame, 'image/gif'],
    ['a jpeg that claims four billion', wideJpeg, 'image/jpeg'],
    [
      'a bmp that claims a billion',
      bmp({ width: 40_000, height: 40_000, bits: 24 }, [], []),
      'image/bmp',
    ],
    ['a bmp of less than nothing', bmp({ width: -1, height: 1, bits: 24 }, [], []), 'image/bmp'],
    [
      'a tiff that claims a billion',
      tiff({ ...RGB, 256: [40_000], 257: [40_000] }, []),
      'image/tiff',
    ],
    [
      'a tiff of vast tiles',
      tiff({ ...RGB, 256: [1], 257: [40_000_000], 322: [40_000_000], 323: [1] }, [], {
        areTiles: true,
      }),
      'image/tiff',
    ],
    [
      'a tiff that unpacks to more than it shows',
      tiff({ ...RGB, 256: [1], 257: [1], 259: [8] }, [deflateSync(Buffer.alloc(10_000_000))]),
      'image/tiff',
    ],
  ])('%s', (_, bytes, mimeType) => {
    expect(codeOf(bytes, mimeType)).toBe('IMAGE_NOT_PROCESSED')
  })

  test.each(['interlaced', 'plain'])('an %s png that unpacks to more than it shows', (kind) => {
    const bomb = png({ width: 2, height: 2, samples: RED, isInterlaced: kind === 'interlaced' })
    const header = bomb.subarray(16, 29)
    const bytes = pngOf([
      ['IHDR', header],
      ['IDAT', deflateSync(Buffer.alloc(10_000_000))],
      ['IEND', Buffer.alloc(0)],
    ])

    expect(codeOf(bytes, 'image/png')).toBe('IMAGE_NOT_PROCESSED')
  })

  test.each(Object.entries(SAMPLES).filter(([name]) => name !== 'tiffFax'))(
    'what is left of %s',
    (name, text) => {
      const whole = Buffer.from(text, 'base64')
      const mimeType = `image/${/^(png|gif|bmp|tiff|jpeg)/.exec(name)?.[1] ?? ''}`
      // What jpeg leaves out is grey, as with others who read it: only its headers must be there.
      const most = mimeType === 'image/jpeg' ? 100 : Math.floor(whole.length / 2)

      for (let length = 0; length < most; length++) {
        expect([length, codeOf(whole.subarray(0, length), mimeType)]).toEqual([
          length,
          'IMAGE_NOT_PROCESSED',
        ])
      }
      expect(codeOf(whole, mimeType)).toBeUndefined()
    },
  )

  test.each([
    ['fax', Buffer.from(SAMPLES.tiffFax, 'base64'), 'compression 4'],
    [
      'luminance',
      tiff({ ...RGB, 256: [1], 257: [1], 262: [6] }, [Buffer.alloc(3)]),
      'photometric interpretation 6',
    ],
    [
      'numbers of 32 bits',
      tiff({ 256: [1], 257: [1], 258: [32], 262: [1] }, [Buffer.alloc(4)]),
      'samples of 32 bits',
    ],
  ])('a tiff of %s, by name', (_, bytes, what) => {
    expect(() => thumbnailOf(bytes, 'image/tiff')).toThrow(
      expect.objectContaining({
        code: 'NOT_SUPPORTED',
        message: `Pictures of type image/tiff with ${what} are not decoded.`,
      }),
    )
  })

  test('what is damaged anywhere, with a code and soon', () => {
    const samples = Object.entries(SAMPLES)
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        ([name, text], changes) => {
          const bytes = Buffer.from(text, 'base64')
          for (const [at, value] of changes) bytes[at % bytes.length] = value
          const mimeType = `image/${/^(png|gif|bmp|tiff|jpeg)/.exec(name)?.[1] ?? ''}`

          expect([undefined, 'IMAGE_NOT_PROCESSED', 'NOT_SUPPORTED']).toContain(
            codeOf(bytes, mimeType),
          )
        },
      ),
      { numRuns: 200 },
    )
  })
})
