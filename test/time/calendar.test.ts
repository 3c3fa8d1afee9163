import fc from 'fast-check'
import { add, boundsOf, startOf, type CalendarUnit } from '../../src/time/calendar.ts'
import { localTimeFromUtc } from '../../src/time/local-time.ts'
import { TIME_ZONES } from '../../src/time/zones.ts'

const EASTERN = { timeZoneCode: 35 }
const UTC = { timeZoneCode: 92 }
/** Cairo moves its clock at midnight. */
const EGYPT = { timeZoneCode: 120 }

/** A Monday, 05:15 in New York. */
const AT = new Date('2026-03-02T10:15:30.500Z')

function bounds(unit: CalendarUnit, offset = 0, calendar = EASTERN, at = AT): string[] {
  const { start, end } = boundsOf(unit, at, calendar, offset)
  return [start.toISOString(), end.toISOString()]
}

describe('bounds', () => {
  test('of a day are its midnights in the zone', () => {
    expect(bounds('day')).toEqual(['2026-03-02T05:00:00.000Z', '2026-03-03T05:00:00.000Z'])
    expect(bounds('day', -1)).toEqual(['2026-03-01T05:00:00.000Z', '2026-03-02T05:00:00.000Z'])
    expect(bounds('day', 1)).toEqual(['2026-03-03T05:00:00.000Z', '2026-03-04T05:00:00.000Z'])
    expect(bounds('day', 0, UTC)).toEqual(['2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z'])
  })

  test('of a day on which the clock is moved are 23 or 25 hours apart', () => {
    const hours = (at: string): number => {
      const { start, end } = boundsOf('day', new Date(at), EASTERN)
      return (end.getTime() - start.getTime()) / 3_600_000
    }

    expect([hours('2026-03-08T12:00:00Z'), hours('2026-11-01T12:00:00Z')]).toEqual([23, 25])
  })

  test('of a day without midnight begin with its first instant and end at midnight', () => {
    const { start, end } = boundsOf('day', new Date('2024-04-26T12:00:00Z'), EGYPT)

    expect(localTimeFromUtc(start, 120)).toMatchObject({ day: 26, hour: 1, minute: 0 })
    expect(localTimeFromUtc(new Date(start.getTime() - 1), 120)).toMatchObject({
      day: 25,
      hour: 23,
    })
    expect(localTimeFromUtc(end, 120)).toMatchObject({ day: 27, hour: 0, minute: 0 })
  })

  test('of a week begin on Sunday unless the organization says otherwise', () => {
    expect(bounds('week', 0, UTC)[0]).toBe('2026-03-01T00:00:00.000Z')
    expect(boundsOf('week', AT, { ...UTC, weekStartsOn: 1 })).toEqual({
      start: new Date('2026-03-02T00:00:00Z'),
      end: new Date('2026-03-09T00:00:00Z'),
    })
    expect(startOf('week', AT, { ...UTC, weekStartsOn: 2 })).toEqual(
      new Date('2026-02-24T00:00:00Z'),
    )
  })

  test('of a month, a quarter and a year follow the calendar', () => {
    expect(bounds('month')).toEqual(['2026-03-01T05:00:00.000Z', '2026-04-01T04:00:00.000Z'])
    expect(bounds('month', -1, UTC)).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ])
    expect(bounds('quarter', 1, UTC)).toEqual([
      '2026-04-01T00:00:00.000Z',
      '2026-07-01T00:00:00.000Z',
    ])
    expect(bounds('year', -1)).toEqual(['2025-01-01T05:00:00.000Z', '2026-01-01T05:00:00.000Z'])
  })

  test('of an hour and a minute are counted by the instant, also in an hour that comes twice', () => {
    const second = new Date('2026-11-01T06:30:15Z')

    expect(bounds('hour', 0, EASTERN, second)).toEqual([
      '2026-11-01T06:00:00.000Z',
      '2026-11-01T07:00:00.000Z',
    ])
    expect(bounds('minute', 0, EASTERN, second)[0]).toBe('2026-11-01T06:30:00.000Z')
    expect(startOf('hour', AT, { timeZoneCode: 190 })).toEqual(new Date('2026-03-02T09:30:00Z'))
  })
})

describe('adding', () => {
  test('days and weeks keep the time of day over a move of the clock', () => {
    const before = new Date('2026-03-07T17:00:00Z')

    expect(add(before, 'day', 1, EASTERN)).toEqual(new Date('2026-03-08T16:00:00Z'))
    expect(add(before, 'week', 1, EASTERN)).toEqual(new Date('2026-03-14T16:00:00Z'))
    expect(add(before, 'hour', 24, EASTERN)).toEqual(new Date('2026-03-08T17:00:00Z'))
  })

  test('months end with the month where it has fewer days', () => {
    expect(add(new Date('2026-01-31T00:00:00Z'), 'month', 1, UTC)).toEqual(
      new Date('2026-02-28T00:00:00Z'),
    )
    expect(add(new Date('2024-02-29T00:00:00Z'), 'year', 1, UTC)).toEqual(
      new Date('2025-02-28T00:00:00Z'),
    )
    expect(add(new Date('2026-05-31T00:00:00Z'), 'quarter', -1, UTC)).toEqual(
      new Date('2026-02-28T00:00:00Z'),
    )
  })

  test('nothing leaves the second of two equal hours where it is', () => {
    const second = new Date('2026-11-01T06:30:00Z')

    expect(add(second, 'day', 0, EASTERN)).toEqual(second)
  })
})

test('every instant lies in the bounds of its units, and the bounds adjoin', () => {
  const at = fc.date({
    min: new Date('1972-01-01T00:00:00Z'),
    max: new Date('2150-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  const zone = fc.constantFrom(...TIME_ZONES.map((z) => z.code))
  const unit = fc.constantFrom<CalendarUnit>('day', 'week', 'month', 'quarter', 'year')
  const weekday = fc.constantFrom<0 | 1 | 6>(0, 1, 6)

  fc.assert(
    fc.property(at, zone, unit, weekday, (instant, timeZoneCode, of, weekStartsOn) => {
      const calendar = { timeZoneCode, weekStartsOn }
      const { start, end } = boundsOf(of, instant, calendar)

      expect(start <= instant && instant < end).toBe(true)
      expect(startOf(of, end, calendar)).toEqual(end)
      expect(boundsOf(of, new Date(start.getTime() - 1), calendar).end).toEqual(start)
    }),
    { numRuns: 500 },
  )
})
