/** The kinds of picture that image columns take, by the bytes they begin with. */
const SIGNATURES: readonly {
  readonly mimeType: string
  readonly extension: string
  readonly start: readonly number[]
}[] = [
  { mimeType: 'image/gif', extension: 'gif', start: [0x47, 0x49, 0x46, 0x38] },
  { mimeType: 'image/jpeg', extension: 'jpg', start: [0xff, 0xd8, 0xff] },
  {
    mimeType: 'image/png',
    extension: 'png',
    start: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  },
  { mimeType: 'image/bmp', extension: 'bmp', start: [0x42, 0x4d] },
  { mimeType: 'image/tiff', extension: 'tif', start: [0x49, 0x49, 0x2a, 0x00] },
  { mimeType: 'image/tiff', extension: 'tif', start: [0x4d, 0x4d, 0x00, 0x2a] },
]

export interface ImageFormat {
  readonly mimeType: string
  readonly extension: string
}

/**
 * Told by its first bytes; undefined: no picture that the platform takes.
 * https://learn.microsoft.com/power-apps/developer/data-platform/image-column-data#image-file-types
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  return SIGNATURES.find(({ start }) => start.every((byte, i) => bytes[i] === byte))
}
