import fc from 'fast-check'
import { parseGuid, sequentialIds } from '../../src/rows/guid.ts'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const ID = '0e0000ab-0000-4000-8000-00000000000f'

test('a GUID is spelled in lower case without braces', () => {
  expect(parseGuid(ID)).toBe(ID)
  expect(parseGuid(ID.toUpperCase())).toBe(ID)
  expect(parseGuid(`{${ID.toUpperCase()}}`)).toBe(ID)
})

test.each([
  '',
  'x',
  ID.slice(1),
  `${ID}0`,
  ID.replace('a', 'g'),
  ID.replaceAll('-', '0'),
  `[${ID}]`,
])('%p is no GUID', (text) => {
  expect(parseGuid(text)).toBeUndefined()
})

test('what is a GUID is what its pattern says', () => {
  const characters = fc.constantFrom(...'0123456789abcdefABCDEFg-{}é')
  const texts = fc.oneof(
    fc.uuid(),
    fc
      .tuple(fc.uuid(), fc.nat(35), characters)
      .map(([id, at, c]) => id.slice(0, at) + c + id.slice(at + 1)),
    fc.string({ unit: characters, minLength: 36, maxLength: 36 }),
  )

  fc.assert(
    fc.property(texts, (text) => {
      expect(parseGuid(text)).toBe(GUID.test(text) ? text.toLowerCase() : undefined)
    }),
    { numRuns: 500 },
  )
})

test('sequential ids are GUIDs that count', () => {
  const ids = sequentialIds('0e0000ab')

  expect([ids.next(), ids.next()]).toEqual([
    '0e0000ab-0000-4000-8000-000000000001',
    '0e0000ab-0000-4000-8000-000000000002',
  ])
})
