import { DataverseError } from '../errors/dataverse-error.ts'

/** Four bytes a pixel: red, green, blue, alpha; rows from the top, without gaps. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/**
 * A few bytes can claim a picture of gigabytes: what is larger is refused before memory is taken for it.
 * Unverified: how large a picture the platform processes.
 */
export const MAX_PIXELS = 50_000_000

/** A picture of this size to draw in, transparent. @throws IMAGE_NOT_PROCESSED */
export function blankPicture(width: number, height: number): Picture {
  assertSize(width, height)
  return { width, height, rgba: new Uint8Array(width * height * 4) }
}

/** @throws IMAGE_NOT_PROCESSED */
export function assertSize(width: number, height: number): void {
  if (width < 1 || height < 1) throw broken(`It is ${width} by ${height} pixels.`)
  if (width * height <= MAX_PIXELS) return
  throw broken(`It is ${width} by ${height} pixels; ${MAX_PIXELS} are the most.`)
}

/** Red, green, blue and alpha, from 0 to 255. */
export type Color = readonly [number, number, number, number]

/** Sets one pixel, which must lie inside. */
export function setPixel({ rgba }: Picture, index: number, [red, green, blue, alpha]: Color): void {
  const at = index * 4
  rgba[at] = red
  rgba[at + 1] = green
  rgba[at + 2] = blue
  rgba[at + 3] = alpha
}

/** What a decoder throws for bytes that are not what they claim to be. */
export function broken(reason: string, cause?: unknown): DataverseError {
  return new DataverseError('IMAGE_NOT_PROCESSED', reason, { cause })
}

/** For what the platform may process and we do not. */
export function notDecoded(mimeType: string, what: string): DataverseError {
  return new DataverseError(
    'NOT_SUPPORTED',
    `Pictures of type ${mimeType} with ${what} are not decoded.`,
  )
}

/** A DataView of the bytes; it throws a RangeError past their end. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
