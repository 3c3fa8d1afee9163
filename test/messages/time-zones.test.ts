import { emulator } from '../../src/testing/emulator.ts'
import { TIME_ZONES } from '../../src/time/zones.ts'
import { refused } from '../support/organization.ts'

const EASTERN = 35

test.each([
  ['winter', '2026-01-15T17:00:00Z', '2026-01-15T12:00:00Z'],
  ['summer', '2026-07-15T17:00:00Z', '2026-07-15T13:00:00Z'],
])('LocalTimeFromUtcTime and UtcTimeFromLocalTime undo each other in %s', async (_, utc, local) => {
  const org = emulator()

  expect(
    await org.execute('LocalTimeFromUtcTime', { TimeZoneCode: EASTERN, UtcTime: utc }),
  ).toEqual({ LocalTime: local })
  expect(
    await org.execute('UtcTimeFromLocalTime', { TimeZoneCode: EASTERN, LocalTime: local }),
  ).toEqual({ UtcTime: utc })
})

test('they take Dates, and texts without an offset', async () => {
  const org = emulator()
  const noon = { LocalTime: '2026-01-15T12:00:00Z' }

  expect(
    await org.execute('LocalTimeFromUtcTime', {
      TimeZoneCode: EASTERN,
      UtcTime: new Date('2026-01-15T17:00:00Z'),
    }),
  ).toEqual(noon)
  expect(
    await org.execute('LocalTimeFromUtcTime', {
      TimeZoneCode: EASTERN,
      UtcTime: '2026-01-15T17:00',
    }),
  ).toEqual(noon)
})

test.each([
  ['a code no time zone has', { TimeZoneCode: 7, UtcTime: '2026-01-15' }, 'INVALID_ARGUMENT'],
  ['what is no time', { TimeZoneCode: EASTERN, UtcTime: 'noon' }, 'INVALID_DATE'],
  ['a day that is not', { TimeZoneCode: EASTERN, UtcTime: '2026-02-30' }, 'INVALID_DATE'],
  ['a Date that is none', { TimeZoneCode: EASTERN, UtcTime: new Date('noon') }, 'INVALID_DATE'],
])('they refuse %s', async (_, request, code) => {
  const org = emulator()
  const { TimeZoneCode, UtcTime: LocalTime } = request

  await refused(org, () => org.execute('LocalTimeFromUtcTime', request), { code })
  await refused(org, () => org.execute('UtcTimeFromLocalTime', { TimeZoneCode, LocalTime }), {
    code,
  })
})

test('they refuse times that another zone puts after the year 9999', async () => {
  const org = emulator()
  const [TONGA, last] = [300, '9999-12-31T23:30:00']

  await refused(
    org,
    () => org.execute('LocalTimeFromUtcTime', { TimeZoneCode: TONGA, UtcTime: last }),
    { code: 'INVALID_DATE' },
  )
  await refused(
    org,
    () => org.execute('UtcTimeFromLocalTime', { TimeZoneCode: EASTERN, LocalTime: last }),
    { code: 'INVALID_DATE' },
  )
})

test.each(['India Standard Time', 'india standard time', 'India Daylight Time'])(
  'GetTimeZoneCodeByLocalizedName knows %s',
  async (LocalizedStandardName) => {
    expect(
      await emulator().execute('GetTimeZoneCodeByLocalizedName', {
        LocalizedStandardName,
        LocaleId: 1033,
      }),
    ).toEqual({ TimeZoneCode: 190 })
  },
)

test('GetTimeZoneCodeByLocalizedName refuses a name nobody knows', async () => {
  const org = emulator()

  await refused(
    org,
    () =>
      org.execute('GetTimeZoneCodeByLocalizedName', {
        LocalizedStandardName: 'Lunar Standard Time',
        LocaleId: 1033,
      }),
    { code: 'INVALID_ARGUMENT' },
  )
})

test('GetAllTimeZonesWithDisplayName lists every zone', async () => {
  const { EntityCollection } = await emulator().execute('GetAllTimeZonesWithDisplayName', {
    LocaleId: 1033,
  })

  expect(EntityCollection.EntityName).toBe('timezonedefinition')
  expect(EntityCollection.Entities).toHaveLength(TIME_ZONES.length)
  expect(EntityCollection.Entities.map(({ Attributes }) => Attributes)).toContainEqual({
    timezonedefinitionid: '0e200000-0000-4000-8000-000000000035',
    timezonecode: EASTERN,
    userinterfacename: '(GMT-05:00) Eastern Standard Time',
  })
})

test('timezonedefinition is read and not written', async () => {
  const org = emulator()
  const id = '0e200000-0000-4000-8000-000000000035'

  expect(
    await org.retrieve('timezonedefinition', id, ['standardname', 'daylightname', 'bias']),
  ).toMatchObject({
    standardname: 'Eastern Standard Time',
    daylightname: 'Eastern Daylight Time',
    bias: 300,
  })
  await refused(org, () => org.update('timezonedefinition', id, {}), {
    code: 'MESSAGE_NOT_OFFERED',
  })
})
