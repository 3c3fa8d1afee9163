import fc from 'fast-check'
import { columnOf } from '../../src/metadata/catalog.ts'
import type { Column } from '../../src/metadata/column.ts'
import { parseLossless } from '../../src/rows/lossless-json.ts'
import type { Value } from '../../src/rows/value.ts'
import { parseArguments } from '../../src/web-api/address/literal.ts'
import { quote } from '../../src/web-api/answer/quote.ts'
import { writeValue } from '../../src/web-api/answer/write-value.ts'
import { splitParts } from '../../src/web-api/batch/multipart.ts'
import { readValue } from '../../src/web-api/payload/read-value.ts'
import { readSkipToken, pagingElement } from '../../src/web-api/requests/skip-token.ts'
import { world } from './world.ts'

const table = world().org.catalog.table('new_parcel')
const column = (name: string): Column => columnOf(table, name)

/** A value of each kind, as rows hold it. */
const KINDS: readonly (readonly [string, fc.Arbitrary<Value>])[] = [
  ['new_name', fc.string({ unit: 'binary' })],
  ['new_count', fc.integer()],
  ['new_big', fc.bigInt({ min: -9223372036854775808n, max: 9223372036854775807n })],
  ['new_weight', fc.double({ noNaN: true, noDefaultInfinity: true })],
  ['new_ratio', fc.double({ noNaN: true, noDefaultInfinity: true })],
  ['new_fragile', fc.boolean()],
  ['new_parcelid', fc.uuid()],
  [
    'new_tags',
    fc.uniqueArray(fc.nat(), { minLength: 1 }).map((list) => list.sort((a, b) => a - b)),
  ],
  [
    'new_sent',
    fc
      .date({
        min: new Date('1753-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59Z'),
        noInvalidDate: true,
      })
      .map((date) => `${date.toISOString().slice(0, 19)}Z`),
  ],
  [
    'new_due',
    fc
      .date({ min: new Date('1753-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  ],
]

test.each(KINDS)('a value of %s is read as it was written', (name, values) => {
  fc.assert(
    fc.property(values, (value) => {
      const json = parseLossless(writeValue(column(name), value))

      expect(readValue(column(name), json)).toEqual(Object.is(value, -0) ? 0 : value)
    }),
  )
})

test('a text is quoted as JSON.stringify quotes it, or shorter, and reads back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(quote(text))).toBe(text)
    }),
  )
})

test('a text in an address reads back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { named } = parseArguments(`a='${text.replaceAll("'", "''")}',b=5`)

      expect(named.get('a')).toEqual({ kind: 'string', value: text })
    }),
  )
})

test('a paging cookie comes back from its token, however often it was encoded', () => {
  const cookie = fc
    .string({ unit: 'binary' })
    .map((text) => `<cookie page="1"><a last="${encodeURIComponent(text)}" /></cookie>`)
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      cookie,
      fc.constantFrom(1 as const, 2 as const),
      (number, inner, times) => {
        const token = pagingElement(number, inner, times)

        expect(readSkipToken(token)).toMatchObject({ number })
        expect(readSkipToken(pagingElement(number, undefined, times))).toEqual({ number })
      },
    ),
  )
  const plain = '<cookie page="1"><accountid last="{X}" first="{Y}" /></cookie>'
  expect(readSkipToken(pagingElement(2, plain, 1)).cookie).toBe(plain)
  expect(readSkipToken(pagingElement(2, plain, 2)).cookie).toBe(plain)
})

test('parts come out of a multipart body as they went in, with either line end', () => {
  const line = fc
    .string({ minLength: 1 })
    .filter((text) => !/[\r\n]/.test(text) && !text.startsWith('--') && text.trim() !== '')
  fc.assert(
    fc.property(
      fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('\n', '\r\n'),
      (parts, end) => {
        const body = [
          ...parts.flatMap((lines) => ['--b', 'Content-Type: application/http', '', ...lines]),
          '--b--',
          '',
        ].join(end)

        expect(splitParts(body, 'b')?.map((part) => part.content)).toEqual(
          parts.map((lines) => lines.join(end)),
        )
      },
    ),
  )
})
