import { DataverseError } from '../errors/dataverse-error.ts'
import { decodeBmp } from './bmp.ts'
import { decodeGif } from './gif.ts'
import { decodeJpeg, encodeJpeg } from './jpeg.ts'
import { broken, type Picture } from './picture.ts'
import { decodePng } from './png.ts'
import { resizedSquare } from './square.ts'
import { decodeTiff } from './tiff.ts'

/** What image columns say their `MaxWidth` and `MaxHeight` are, always. */
const MAX_SIDE = 144

/** As the platform's answers have it: their tables of quantization are those of 75 of 100. */
const QUALITY = 75

const DECODERS: Readonly<Record<string, (bytes: Uint8Array) => Picture>> = {
  'image/bmp': decodeBmp,
  'image/gif': decodeGif,
  'image/jpeg': decodeJpeg,
  'image/png': decodePng,
  'image/tiff': decodeTiff,
}

/**
 * The picture as an image column shows it: a square of its middle, of at most 144 by 144 pixels, as JPEG.
 * Where a side is longer than that, the square has 144 pixels; otherwise as many as the shorter side.
 * https://learn.microsoft.com/power-apps/developer/data-platform/image-column-data#resize-rules-for-thumbnail-sized-images
 * https://learn.microsoft.com/power-apps/maker/data-platform/types-of-fields#image-columns
 * Unverified: that a picture with one long side and one short one is enlarged; that what is transparent becomes
 * black; that the orientation a camera notes is not heeded.
 * @throws IMAGE_NOT_PROCESSED for a picture that cannot be decoded, NOT_SUPPORTED for a kind that is not decoded here
 */
export function thumbnailOf(bytes: Uint8Array, mimeType: string): Uint8Array {
  const { width, height, rgba } = decode(bytes, mimeType)
  const side = Math.max(width, height) > MAX_SIDE ? MAX_SIDE : Math.min(width, height)
  return encodeJpeg(resizedSquare({ width, height, rgba }, side), QUALITY)
}

function decode(bytes: Uint8Array, mimeType: string): Picture {
  const decoder = DECODERS[mimeType]
  if (decoder === undefined) throw broken(`Pictures of type ${mimeType} are not decoded.`)
  try {
    return decoder(bytes)
  } catch (cause) {
    // Reading past the end is a RangeError; packages throw what they like.
    throw cause instanceof DataverseError ? cause : broken('It ends early, or is damaged.', cause)
  }
}
