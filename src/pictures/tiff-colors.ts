import { notDecoded, type Color } from './picture.ts'
import type { TiffHeader } from './tiff-header.ts'

const PHOTOMETRIC = { WhiteIsZero: 0, BlackIsZero: 1, Rgb: 2, Palette: 3, Cmyk: 5 } as const

/** What makes a color of the samples of a pixel. @throws NOT_SUPPORTED */
export function colorReader({
  photometric,
  samples,
  bits,
  palette,
  alpha,
}: TiffHeader): (sample: (i: number) => number) => Color {
  const most = 2 ** bits - 1
  const hasAlpha = (colors: number) => alpha !== 'none' && samples > colors
  const opacity = (sample: (i: number) => number, colors: number) =>
    hasAlpha(colors) ? (sample(colors) * 255) / most : 255
  // Colors that are multiplied already are divided again: they are multiplied when the picture is drawn.
  const plain = (value: number, opaque: number) =>
    alpha === 'multiplied' && opaque > 0 ? Math.min(255, (value * 255) / opaque) : value
  switch (photometric) {
    case PHOTOMETRIC.WhiteIsZero:
    case PHOTOMETRIC.BlackIsZero:
      return (sample) => {
        const value = photometric === PHOTOMETRIC.WhiteIsZero ? most - sample(0) : sample(0)
        const opaque = opacity(sample, 1)
        const grey = plain((value * 255) / most, opaque)
        return [grey, grey, grey, opaque]
      }
    case PHOTOMETRIC.Rgb:
      return (sample) => {
        const opaque = opacity(sample, 3)
        const shade = (i: number) => plain((sample(i) * 255) / most, opaque)
        return [shade(0), shade(1), shade(2), opaque]
      }
    case PHOTOMETRIC.Palette: {
      const part = (i: number) => (palette[i] ?? 0) >> 8
      return (sample) => {
        const index = sample(0)
        return [part(index), part(index + 2 ** bits), part(index + 2 * 2 ** bits), 255]
      }
    }
    case PHOTOMETRIC.Cmyk:
      return (sample) => {
        const light = 1 - sample(3) / most
        const shade = (i: number) => 255 * (1 - sample(i) / most) * light
        return [shade(0), shade(1), shade(2), 255]
      }
    default:
      throw notDecoded('image/tiff', `photometric interpretation ${photometric}`)
  }
}
