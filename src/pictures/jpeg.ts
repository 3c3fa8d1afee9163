import { createRequire } from 'node:module'
import { MAX_PIXELS, type Picture } from './picture.ts'

/** The part of jpeg-js used here. */
interface JpegCodec {
  decode(
    bytes: Uint8Array,
    options: JpegDecoding,
  ): { width: number; height: number; data: Uint8Array }
  encode(
    picture: { readonly width: number; readonly height: number; readonly data: Uint8Array },
    quality: number,
  ): { readonly data: Uint8Array }
}

interface JpegDecoding {
  readonly useTArray: true
  readonly maxResolutionInMP: number
  readonly maxMemoryUsageInMB: number
}

/** Enough for the largest picture in full color. */
const MAX_MEGABYTES = 1024

export function decodeJpeg(bytes: Uint8Array): Picture {
  const { width, height, data } = codec().decode(bytes, {
    useTArray: true,
    maxResolutionInMP: MAX_PIXELS / 1_000_000,
    maxMemoryUsageInMB: MAX_MEGABYTES,
  })
  return { width, height, rgba: data }
}

/** `quality` is from 1 to 100. */
export function encodeJpeg({ width, height, rgba }: Picture, quality: number): Uint8Array {
  return new Uint8Array(codec().encode({ width, height, data: rgba }, quality).data)
}

let loaded: JpegCodec | undefined

/** Loaded at the first picture: few organizations ever see one. An `import` would load at every start, or wait. */
function codec(): JpegCodec {
  if (loaded !== undefined) return loaded
  const require = createRequire(import.meta.url)
  return (loaded = require('jpeg-js') as JpegCodec)
}
