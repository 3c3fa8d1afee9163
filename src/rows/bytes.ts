/** `bytes` as base64 text, without a copy of them. */
export function base64Of({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('base64')
}

/** The bytes that base64 text stands for; undefined for text that is none. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** A part of `bytes` that is the caller's own; the `slice` of a Buffer would share its memory. */
export function copyOfBytes(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(from, to))
}

/** The same memory without what a Buffer adds: stored values print as other arrays of bytes do. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes
  return Buffer.isBuffer(bytes) ? new Uint8Array(buffer, byteOffset, length) : bytes
}
