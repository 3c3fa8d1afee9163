import fc from 'fast-check'
import { parseLossless, printLossless } from '../../src/rows/lossless-json.ts'

test('an integer of 64 bits keeps every digit', () => {
  expect(parseLossless('{"max":9223372036854775807,"min":[-9223372036854775808]}')).toEqual({
    max: 9223372036854775807n,
    min: [-9223372036854775808n],
  })
  expect(parseLossless('9007199254740993')).toBe(9007199254740993n)
})

test('an integer that a number holds exactly stays a number', () => {
  expect(parseLossless('[9007199254740991,-9007199254740991,1,0]')).toEqual([
    9007199254740991, -9007199254740991, 1, 0,
  ])
})

test('digits in strings, names and fractions are left alone', () => {
  const text =
    '{"9223372036854775807":"9223372036854775807","a\\"9223372036854775807":1.9223372036854775807,"e":9223372036854775807e2}'
  expect(parseLossless(text)).toEqual(JSON.parse(text))
})

test('a string or name that begins with the NUL character survives beside a long integer', () => {
  const value = { '\u0000a': '\u00001', b: '\u0000\u00009', n: 9223372036854775807n }
  expect(parseLossless(printLossless(value))).toEqual(value)
})

test('a malformed text is refused as JSON.parse refuses it', () => {
  for (const text of [
    '{"a":9223372036854775807,}',
    '[09223372036854775807]',
    '"a"9223372036854775807',
  ]) {
    let expected: unknown
    try {
      JSON.parse(text)
    } catch (error) {
      expected = error
    }
    expect(() => parseLossless(text)).toThrow(expected as Error)
  }
})

test('a bigint prints as its digits, with and without indentation', () => {
  expect(printLossless({ a: [1n, 'x'], b: {}, c: [] })).toBe('{"a":[1,"x"],"b":{},"c":[]}')
  expect(printLossless({ a: [1n], b: undefined, c: new Date(0) }, 2)).toBe(
    '{\n  "a": [\n    1\n  ],\n  "c": "1970-01-01T00:00:00.000Z"\n}',
  )
})

test('a cycle is refused, with or without a bigint', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  expect(() => printLossless(cycle)).toThrow()
})

test('what JSON.stringify can print is printed the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, space) => {
      const withoutBigint = JSON.stringify({ value, n: 1 }, undefined, space)
      expect(printLossless({ value, n: 1n }, space)).toBe(withoutBigint)
      expect(printLossless({ value, n: 1 }, space)).toBe(withoutBigint)
    }),
  )
})

test('printing and reading give back any value with long integers in it', () => {
  const beyond = fc.bigInt().filter((n) => n > 2n ** 53n || n < -(2n ** 53n))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      beyond,
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.constant(null),
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree')),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      const read = parseLossless(printLossless(value))
      expect(read).toEqual(parseLossless(printLossless(read)))
      expect(printLossless(read)).toBe(printLossless(value))
    }),
  )
})
