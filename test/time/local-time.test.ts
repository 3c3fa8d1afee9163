import fc from 'fast-check'
import { localTimeFromUtc, utcFromLocalTime, type LocalTime } from '../../src/time/local-time.ts'
import { TIME_ZONES, zoneOfCode } from '../../src/time/zones.ts'

const EASTERN = 35
const INDIA = 190
const SAMOA = 1
const UTC = 92

function local(text: string): LocalTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text
    .split(/[-T:]/)
    .map(Number)
  return { year, month, day, hour, minute, second, millisecond: 0 }
}

function utcOf(text: string, code: number): string {
  return utcFromLocalTime(local(text), code).toISOString()
}

const instants = fc.date({
  min: new Date('1972-01-01T00:00:00Z'),
  max: new Date('2200-01-01T00:00:00Z'),
  noInvalidDate: true,
})
const zones = fc.constantFrom(...TIME_ZONES.map((zone) => zone.code))

describe('local time from UTC', () => {
  test('is what the clock in the zone shows', () => {
    expect(localTimeFromUtc(new Date('2026-03-02T10:00:00.250Z'), INDIA)).toEqual({
      ...local('2026-03-02T15:30:00'),
      millisecond: 250,
    })
    expect(localTimeFromUtc(new Date('2026-03-02T02:00:00Z'), EASTERN)).toEqual(
      local('2026-03-01T21:00:00'),
    )
  })

  test('follows daylight saving', () => {
    expect(localTimeFromUtc(new Date('2026-01-15T12:00:00Z'), EASTERN).hour).toBe(7)
    expect(localTimeFromUtc(new Date('2026-07-15T12:00:00Z'), EASTERN).hour).toBe(8)
  })

  test('midnight is hour 0 of the new day', () => {
    expect(localTimeFromUtc(new Date('2026-01-15T05:00:00Z'), EASTERN)).toEqual(
      local('2026-01-15T00:00:00'),
    )
  })

  test('agrees with what Intl shows', () => {
    fc.assert(
      fc.property(instants, zones, (at, code) => {
        const shown = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zoneOfCode(code).iana,
          dateStyle: 'short',
          timeStyle: 'medium',
        }).format(at)

        expect(localTimeFromUtc(at, code)).toEqual({
          ...local(shown.replace(' ', 'T')),
          millisecond: at.getUTCMilliseconds(),
        })
      }),
    )
  })

  test('an unknown zone and a date that is none are refused', () => {
    expect(() => localTimeFromUtc(new Date(0), 7)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
    expect(() => localTimeFromUtc(new Date(Number.NaN), UTC)).toThrow(
      expect.objectContaining({ code: 'INVALID_DATE' }),
    )
  })
})

describe('UTC from local time', () => {
  test('is the instant at which the clock shows it', () => {
    expect(utcOf('2026-03-02T15:30:00', INDIA)).toBe('2026-03-02T10:00:00.000Z')
    expect(utcOf('2026-01-15T07:00:00', EASTERN)).toBe('2026-01-15T12:00:00.000Z')
    expect(utcOf('2026-07-15T08:00:00', EASTERN)).toBe('2026-07-15T12:00:00.000Z')
  })

  test('a skipped hour is taken as if the clock had not been moved', () => {
    expect(utcOf('2026-03-08T01:59:59', EASTERN)).toBe('2026-03-08T06:59:59.000Z')
    expect(utcOf('2026-03-08T02:30:00', EASTERN)).toBe('2026-03-08T07:30:00.000Z')
    expect(utcOf('2026-03-08T03:00:00', EASTERN)).toBe('2026-03-08T07:00:00.000Z')
    expect(localTimeFromUtc(new Date('2026-03-08T07:30:00Z'), EASTERN).hour).toBe(3)
  })

  test('of a repeated hour the first is taken', () => {
    expect(utcOf('2026-11-01T00:59:59', EASTERN)).toBe('2026-11-01T04:59:59.000Z')
    expect(utcOf('2026-11-01T01:30:00', EASTERN)).toBe('2026-11-01T05:30:00.000Z')
    expect(utcOf('2026-11-01T02:00:00', EASTERN)).toBe('2026-11-01T07:00:00.000Z')
  })

  test('a day that a zone left out becomes the next', () => {
    const noon = utcFromLocalTime(local('2011-12-30T12:00:00'), SAMOA)

    expect(localTimeFromUtc(noon, SAMOA)).toEqual(local('2011-12-31T12:00:00'))
  })

  test('an unknown zone is refused', () => {
    expect(() => utcFromLocalTime(local('2026-01-01T00:00:00'), 7)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  })

  test('undoes the way from UTC, except for the second time an hour comes', () => {
    fc.assert(
      fc.property(instants, zones, (at, code) => {
        const back = utcFromLocalTime(localTimeFromUtc(at, code), code)

        expect(localTimeFromUtc(back, code)).toEqual(localTimeFromUtc(at, code))
        if (back.getTime() !== at.getTime()) expect(back.getTime()).toBeLessThan(at.getTime())
      }),
      { numRuns: 500 },
    )
  })

  test('is the very same instant where no clock is moved within two days', () => {
    fc.assert(
      fc.property(instants, zones, (at, code) => {
        const shift = (days: number): number => {
          const moved = new Date(at.getTime() + days * 86_400_000)
          const { year, month, day, hour, minute, second } = localTimeFromUtc(moved, code)
          return (
            Date.UTC(year, month - 1, day, hour, minute, second) -
            Math.floor(moved.getTime() / 1000) * 1000
          )
        }
        fc.pre(shift(-2) === shift(2))

        expect(utcFromLocalTime(localTimeFromUtc(at, code), code)).toEqual(at)
      }),
      { numRuns: 500 },
    )
  })
})
