import { dateByPattern } from '../../src/time/date-pattern.ts'

const AT = new Date('2026-03-02T15:04:05.067Z')

test.each([
  ['M/d/yyyy h:mm tt', '3/2/2026 3:04 PM'],
  ['yyyyMMddHHmmss', '20260302150405'],
  ['dd.MM.yy HH:mm', '02.03.26 15:04'],
  ['dddd, MMMM d', 'Monday, March 2'],
  ['ddd d MMM', 'Mon 2 Mar'],
  ['hh:mm:ss.fff t', '03:04:05.067 P'],
  ["yyyy'-Q'M", '2026-Q3'],
  ['', ''],
])('%s is written %s', (pattern, text) => {
  expect(dateByPattern(AT, pattern)).toBe(text)
})

test.each([
  ['2026-03-02T00:30:00Z', '12:30 AM'],
  ['2026-03-02T12:30:00Z', '12:30 PM'],
])('midnight and noon are twelve: %s', (at, text) => {
  expect(dateByPattern(new Date(at), 'h:mm tt')).toBe(text)
})

test.each(['qq', 'yyyyy', 'dd b'])('%s is no pattern', (pattern) => {
  expect(() => dateByPattern(AT, pattern)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  )
})
