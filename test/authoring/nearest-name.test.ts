import fc from 'fast-check'
import { nearestName } from '../../src/authoring/nearest-name.ts'

test.each([
  ['nmae', 'name'],
  ['creditlimt', 'creditlimit'],
  ['CreditLimit', 'creditlimit'],
  ['shoesize', undefined],
  ['', undefined],
])('%s → %s', (wanted, nearest) => {
  expect(nearestName(wanted, ['accountid', 'name', 'creditlimit'])).toBe(nearest)
})

const NAME = fc.stringMatching(/^[a-z]{4,12}$/)

test('a name that is there is its own nearest', () => {
  fc.assert(
    fc.property(fc.uniqueArray(NAME, { minLength: 1 }), (names) => {
      for (const name of names) expect(nearestName(name, names)).toBe(name)
    }),
  )
})

test('one letter too many is forgiven', () => {
  fc.assert(
    fc.property(NAME, fc.nat(), (name, at) => {
      const i = at % (name.length + 1)
      expect(nearestName(`${name.slice(0, i)}x${name.slice(i)}`, [name])).toBe(name)
    }),
  )
})
