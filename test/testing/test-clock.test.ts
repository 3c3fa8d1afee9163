import { clockAt } from '../../src/testing/index.ts'

describe('a test clock', () => {
  test.each(['2026-03-02T10:00:00Z', new Date('2026-03-02T10:00:00Z')])(
    'stands still at the time it was given: %p',
    (time) => {
      const clock = clockAt(time)

      expect([clock.now(), clock.now()]).toEqual(
        Array<Date>(2).fill(new Date('2026-03-02T10:00:00Z')),
      )
    },
  )

  test('is put forward by any units together', () => {
    const clock = clockAt('2026-03-02T10:00:00Z')

    clock.advance({ days: 1, hours: 2, minutes: 3, seconds: 4, ms: 5 })

    expect(clock.now()).toEqual(new Date('2026-03-03T12:03:04.005Z'))
  })

  test('is set, also back', () => {
    const clock = clockAt('2026-03-02T10:00:00Z')

    clock.set('2001-01-01T00:00:00Z')

    expect(clock.now()).toEqual(new Date('2001-01-01T00:00:00Z'))
  })

  test('gives out dates that nobody can turn it with', () => {
    const clock = clockAt('2026-03-02T10:00:00Z')

    clock.now().setFullYear(1999)

    expect(clock.now()).toEqual(new Date('2026-03-02T10:00:00Z'))
  })

  test.each(['soon', '', new Date(Number.NaN)])('refuses what is no time: %p', (time) => {
    expect(() => clockAt(time)).toThrow(expect.objectContaining({ code: 'INVALID_DATE' }))
    const clock = clockAt('2026-03-02T10:00:00Z')

    expect(() => clock.set(time)).toThrow(expect.objectContaining({ code: 'INVALID_DATE' }))
    expect(clock.now()).toEqual(new Date('2026-03-02T10:00:00Z'))
  })
})
