import fc from 'fast-check'
import { textRules } from '../../src/query/collation.ts'
import { likeTest } from '../../src/query/like.ts'

const RULES = textRules(undefined)
const fits = (pattern: string, text: string) => likeTest(pattern, RULES)(text)

test.each([
  ['abc', 'ABC', true],
  ['abc', 'abc ', false],
  ['a%', 'Alpha', true],
  ['%a', 'Alpha', true],
  ['%lp%', 'Alpha', true],
  ['%x%', 'Alpha', false],
  ['%', '', true],
  ['%%', 'x', true],
  ['_', 'x', true],
  ['_', '', false],
  ['a_c', 'abc', true],
  ['a_c', 'ac', false],
  ['a%c%e', 'abcde', true],
  ['a%c%e', 'abcd', false],
  ['%a%b%a', 'aababa', true],
  ['[a-f]oo', 'Foo', true],
  ['[a-f]oo', 'Goo', false],
  ['[abc]', 'b', true],
  ['[^a-f]oo', 'goo', true],
  ['[^a-f]oo', 'foo', false],
  ['[-a]', '-', true],
  ['[a-]', '-', true],
  ['100[%]', '100%', true],
  ['100[%]', '100x', false],
  ['a[_]b', 'a_b', true],
  ['a[_]b', 'axb', false],
  ['[[]x]', '[x]', true],
  ['a[bc', 'a[bc', false],
  ['[]', '', false],
  ['[z-a]', 'm', false],
  ['a.c', 'abc', false],
  ['a*', 'aaa', false],
  ['%\n%', 'a\nb', true],
])('%p on %p: %p', (pattern, text, expected) => {
  expect(fits(pattern, text)).toBe(expected)
})

test('a text always fits itself with its wildcards escaped', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const pattern = text.replace(/[%_[]/g, '[$&]')
      expect(fits(pattern, text)).toBe(true)
      expect(fits(`%${pattern}%`, `before ${text} after`)).toBe(true)
    }),
  )
})

test('the pattern with each % left out or doubled decides the same as a search by hand', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '%', '_'), { maxLength: 8 })
  const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 })

  fc.assert(
    fc.property(letters, text, (pattern, characters) => {
      const expected = byHand(pattern, characters)
      expect(fits(pattern.join(''), characters.join(''))).toBe(expected)
      expect(fits(pattern.join('').replaceAll('%', '%%'), characters.join(''))).toBe(expected)
    }),
  )
})

function byHand(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '%') {
    return byHand(rest, text) || (text.length > 0 && byHand(pattern, text.slice(1)))
  }
  return text.length > 0 && (first === '_' || first === text[0]) && byHand(rest, text.slice(1))
}

test('many wildcards do not make the search explode', () => {
  const pattern = '%a'.repeat(200) + 'b'
  const started = performance.now()

  expect(fits(pattern, 'a'.repeat(4000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(2000)
})
