import { TIME_ZONES, UTC_CODE, zoneOfCode } from '../../src/time/zones.ts'

test('a code names a time zone by its Windows and its tz database name', () => {
  expect(zoneOfCode(35)).toEqual({
    code: 35,
    standardName: 'Eastern Standard Time',
    daylightName: 'Eastern Daylight Time',
    iana: 'America/New_York',
  })
  expect(zoneOfCode(190)).toMatchObject({
    standardName: 'India Standard Time',
    iana: 'Asia/Kolkata',
  })
  expect(zoneOfCode(UTC_CODE)).toMatchObject({ standardName: 'UTC', iana: 'Etc/UTC' })
})

test('codes and names are each used once', () => {
  expect(new Set(TIME_ZONES.map((zone) => zone.code)).size).toBe(76)
  expect(new Set(TIME_ZONES.map((zone) => zone.standardName)).size).toBe(76)
  expect(TIME_ZONES).toHaveLength(76)
})

test('the runtime knows every tz database name', () => {
  for (const { iana } of TIME_ZONES) {
    expect(() => new Intl.DateTimeFormat('en-US', { timeZone: iana })).not.toThrow()
  }
})

test.each([7, -1, 35.5, Number.NaN])('the code %p is refused', (code) => {
  expect(() => zoneOfCode(code)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})
