import fc from 'fast-check'
import { base64Of, bytesOfBase64, copyOfBytes, plainBytes } from '../../src/rows/bytes.ts'

test('bytes survive being base64 text', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(plainBytes(bytesOfBase64(base64Of(bytes)) ?? new Uint8Array(1))).toEqual(bytes)
    }),
  )
})

test.each(['?', 'A=A', 'ä', 'A A', '===='])('%j is no base64', (text) => {
  expect(bytesOfBase64(text)).toBeUndefined()
})

test('a copy is not changed with what it was copied of', () => {
  const original = Buffer.from('abc')

  const copy = copyOfBytes(original, 1)
  original.fill(0)

  expect(copy).toEqual(Uint8Array.from([98, 99]))
})

test('plain bytes are the same memory', () => {
  const buffer = Buffer.from('abc')

  const plain = plainBytes(buffer)
  buffer[0] = 0

  expect(plain).toEqual(Uint8Array.from([0, 98, 99]))
  expect(Buffer.isBuffer(plain)).toBe(false)
})
