import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import { emulator } from '../../src/testing/index.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { changed, madeUp } from '../support/tables.ts'
import { answerOf, ROOT } from './world.ts'

const NUMBER = changed(text('Number', 50), {
  autoNumberFormat: '{SEQNUM:4}',
})
const TABLES = [madeUp('Widget', [text('Name', 20), NUMBER])]

function served() {
  const org = emulator({ tables: TABLES })
  const api = createWebApi({ catalog: org.catalog, service: servedOrganization(org) })
  const send = async (method: string, path: string, body?: object, headers = {}) =>
    answerOf(await api({ method, url: ROOT + path, headers, body: body && JSON.stringify(body) }))
  return { org, send }
}

test('LocalTimeFromUtcTime is a function', async () => {
  const { send } = served()

  const { status, json } = await send(
    'GET',
    'LocalTimeFromUtcTime(TimeZoneCode=@p1,UtcTime=@p2)?@p1=35&@p2=2026-01-15T17:00:00Z',
  )

  expect([status, json]).toEqual([
    200,
    {
      '@odata.context': `${ROOT}$metadata#Microsoft.Dynamics.CRM.LocalTimeFromUtcTimeResponse`,
      LocalTime: '2026-01-15T12:00:00Z',
    },
  ])
})

test('GetTimeZoneCodeByLocalizedName is a function', async () => {
  const { send } = served()

  const { json } = await send(
    'GET',
    "GetTimeZoneCodeByLocalizedName(LocalizedStandardName='India Standard Time',LocaleId=1033)",
  )

  expect(json.TimeZoneCode).toBe(190)
})

test('GetAllTimeZonesWithDisplayName answers a set of rows', async () => {
  const { send } = served()

  const { status, json } = await send('GET', 'GetAllTimeZonesWithDisplayName(LocaleId=1033)')

  expect(status).toBe(200)
  expect(json['@odata.context']).toBe(`${ROOT}$metadata#timezonedefinitions`)
  expect(json.value).toContainEqual(
    expect.objectContaining({
      timezonecode: 35,
      userinterfacename: '(GMT-05:00) Eastern Standard Time',
    }),
  )
})

test('the rows a function answers can be chosen from, and are not asked for more', async () => {
  const { send } = served()
  const path = 'GetAllTimeZonesWithDisplayName(LocaleId=1033)'

  const chosen = await send('GET', `${path}?$select=timezonecode`)
  const filtered = await send('GET', `${path}?$filter=timezonecode eq 35`)

  expect(chosen.json['@odata.context']).toBe(`${ROOT}$metadata#timezonedefinitions(timezonecode)`)
  expect(Object.keys(chosen.json.value[0] as object)).toEqual([
    'timezonecode',
    'timezonedefinitionid',
  ])
  expect([filtered.status, filtered.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
})

test('the seed of an auto-number column is set and read by actions', async () => {
  const { org, send } = served()
  const sequence = { EntityName: 'widget', AttributeName: 'number' }

  const set = await send('POST', 'SetAutoNumberSeed', { ...sequence, Value: 7000 })
  const next = await send('POST', 'GetNextAutoNumberValue', sequence)
  const seed = await send('POST', 'GetAutoNumberSeed', sequence)
  const id = await org.create('widget', { name: 'W' })

  expect(set.status).toBe(204)
  expect(next.json.NextAutoNumberValue).toBe(7000)
  expect(seed.json.AutoNumberSeedValue).toBe(7000)
  expect(org.peek('widget', id)?.['number']).toBe('7000')
})

test('formatted dates are in the zone and the patterns of the user who calls', async () => {
  const { org, send } = served()
  const id = await org.create('contact', {
    lastname: 'McKay',
    lastonholdtime: '2026-03-02T15:04:00Z',
  })
  await org.update('usersettings', org.userId, {
    timezonecode: 35,
    dateformatstring: 'dd.MM.yyyy',
    timeformatstring: 'HH:mm',
  })

  const { json } = await send('GET', `contacts(${id})?$select=lastonholdtime`, undefined, {
    prefer: 'odata.include-annotations="*"',
  })

  expect(json['lastonholdtime@OData.Community.Display.V1.FormattedValue']).toBe('02.03.2026 10:04')
})

test('formatted amounts are in the currency of their row, base amounts in that of the organization', async () => {
  const { org, send } = served()
  await org.update('transactioncurrency', org.currencyId, { currencysymbol: '£' })
  const euro = await org.create('transactioncurrency', {
    currencyname: 'Euro',
    isocurrencycode: 'EUR',
    currencysymbol: '€',
    currencyprecision: 2,
    exchangerate: 0.5,
  })
  const id = await org.create('account', {
    name: 'Contoso',
    creditlimit: 100,
    transactioncurrencyid: { table: 'transactioncurrency', id: euro },
  })

  const { json } = await send(
    'GET',
    `accounts(${id})?$select=creditlimit,creditlimit_base`,
    undefined,
    { prefer: 'odata.include-annotations="*"' },
  )

  expect(json).toMatchObject({
    'creditlimit@OData.Community.Display.V1.FormattedValue': '€100.00',
    'creditlimit_base@OData.Community.Display.V1.FormattedValue': '£200.00',
  })
})
