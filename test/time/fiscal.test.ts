import fc from 'fast-check'
import {
  addFiscalPeriods,
  boundsOfFiscalPeriod,
  boundsOfFiscalYear,
  fiscalPeriodOf,
  fiscalSettings,
  periodsPerYear,
  type FiscalSettings,
} from '../../src/time/fiscal.ts'

const EASTERN = { timeZoneCode: 35 }
const UTC = { timeZoneCode: 92 }

const APRIL_QUARTERS: FiscalSettings = {
  startMonth: 4,
  startDay: 1,
  periodType: 'quarterly',
  namedAfter: 'start',
}

describe('settings', () => {
  test('are read from the columns of the organization', () => {
    expect(
      fiscalSettings({
        fiscalcalendarstart: '2020-07-15T00:00:00Z',
        fiscalperiodtype: 2003,
        fiscalyeardisplaycode: 2,
      }),
    ).toEqual({ startMonth: 7, startDay: 15, periodType: 'monthly', namedAfter: 'end' })
  })

  test('of an organization that says nothing are quarters from 1 January', () => {
    expect(fiscalSettings({ fiscalcalendarstart: null })).toEqual({
      startMonth: 1,
      startDay: 1,
      periodType: 'quarterly',
      namedAfter: 'start',
    })
  })

  test('a period type and a start that are none are refused', () => {
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error

    expect(() => fiscalSettings({ fiscalperiodtype: 7 })).toThrow(refused)
    expect(() => fiscalSettings({ fiscalcalendarstart: 'April' })).toThrow(refused)
  })
})

describe('the period of an instant', () => {
  test('is counted from the start of the fiscal year', () => {
    const of = (at: string) => fiscalPeriodOf(new Date(at), APRIL_QUARTERS, UTC)

    expect(of('2026-04-01T00:00:00Z')).toEqual({ year: 2026, period: 1 })
    expect(of('2026-03-31T23:59:59Z')).toEqual({ year: 2025, period: 4 })
    expect(of('2026-12-31T00:00:00Z')).toEqual({ year: 2026, period: 3 })
  })

  test('is that of the zone’s day', () => {
    const midnight = new Date('2026-04-01T02:00:00Z')

    expect(fiscalPeriodOf(midnight, APRIL_QUARTERS, EASTERN)).toEqual({ year: 2025, period: 4 })
  })

  test('belongs to the year it ends in where years are named so', () => {
    const named: FiscalSettings = { ...APRIL_QUARTERS, namedAfter: 'end' }
    const january: FiscalSettings = { ...named, startMonth: 1 }
    const at = new Date('2026-05-05T00:00:00Z')

    expect(fiscalPeriodOf(at, named, UTC)).toEqual({ year: 2027, period: 1 })
    expect(fiscalPeriodOf(at, january, UTC)).toEqual({ year: 2026, period: 2 })
  })

  test('the last of thirteen four-week periods lasts to the end of the year', () => {
    const weeks: FiscalSettings = { ...APRIL_QUARTERS, startMonth: 1, periodType: 'four-week' }

    expect(fiscalPeriodOf(new Date('2026-12-31T12:00:00Z'), weeks, UTC)).toEqual({
      year: 2026,
      period: 13,
    })
    expect(boundsOfFiscalPeriod({ year: 2026, period: 13 }, weeks, UTC)).toEqual({
      start: new Date('2026-12-03T00:00:00Z'),
      end: new Date('2027-01-01T00:00:00Z'),
    })
  })
})

describe('bounds', () => {
  test('of a period are midnights in the zone', () => {
    expect(boundsOfFiscalPeriod({ year: 2025, period: 4 }, APRIL_QUARTERS, EASTERN)).toEqual({
      start: new Date('2026-01-01T05:00:00Z'),
      end: new Date('2026-04-01T04:00:00Z'),
    })
  })

  test('of a year go by its name', () => {
    const named: FiscalSettings = { ...APRIL_QUARTERS, namedAfter: 'end' }

    expect(boundsOfFiscalYear(2026, APRIL_QUARTERS, UTC).start).toEqual(
      new Date('2026-04-01T00:00:00Z'),
    )
    expect(boundsOfFiscalYear(2026, named, UTC).start).toEqual(new Date('2025-04-01T00:00:00Z'))
  })

  test('a year that begins on 29 February begins on the 28th where there is none', () => {
    const leap: FiscalSettings = { ...APRIL_QUARTERS, startMonth: 2, startDay: 29 }

    expect(boundsOfFiscalYear(2024, leap, UTC)).toEqual({
      start: new Date('2024-02-29T00:00:00Z'),
      end: new Date('2025-02-28T00:00:00Z'),
    })
  })

  test.each([0, 5, 1.5])('period %p of four is refused', (period) => {
    expect(() => boundsOfFiscalPeriod({ year: 2026, period }, APRIL_QUARTERS, UTC)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  })
})

test('periods are counted over the ends of years', () => {
  const first = { year: 2026, period: 1 }

  expect(addFiscalPeriods(first, -1, APRIL_QUARTERS)).toEqual({ year: 2025, period: 4 })
  expect(addFiscalPeriods(first, 9, APRIL_QUARTERS)).toEqual({ year: 2028, period: 2 })
  expect(addFiscalPeriods(first, 0, APRIL_QUARTERS)).toEqual(first)
})

test('every instant lies in its period, and periods adjoin', () => {
  const settings = fc.record({
    startMonth: fc.integer({ min: 1, max: 12 }),
    startDay: fc.integer({ min: 1, max: 31 }),
    periodType: fc.constantFrom<FiscalSettings['periodType']>(
      'annual',
      'semiannual',
      'quarterly',
      'monthly',
      'four-week',
    ),
    namedAfter: fc.constantFrom<FiscalSettings['namedAfter']>('start', 'end'),
  })
  const at = fc.date({
    min: new Date('1950-01-01T00:00:00Z'),
    max: new Date('2100-01-01T00:00:00Z'),
    noInvalidDate: true,
  })

  fc.assert(
    fc.property(at, settings, (instant, fiscal) => {
      const period = fiscalPeriodOf(instant, fiscal, EASTERN)
      const { start, end } = boundsOfFiscalPeriod(period, fiscal, EASTERN)
      const next = addFiscalPeriods(period, 1, fiscal)

      expect(start <= instant && instant < end).toBe(true)
      expect(boundsOfFiscalPeriod(next, fiscal, EASTERN).start).toEqual(end)
      expect(addFiscalPeriods(next, -1, fiscal)).toEqual(period)
      expect(period.period).toBeLessThanOrEqual(periodsPerYear(fiscal))
    }),
    { numRuns: 500 },
  )
})
