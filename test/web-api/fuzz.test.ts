import { runInNewContext } from 'node:vm'
import { setFlagsFromString } from 'node:v8'
import fc from 'fast-check'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { Emulator } from '../../src/emulator/emulator.ts'
import { MESSAGES } from '../../src/messages/index.ts'
import type { WebApiRequest, WebApiResponse } from '../../src/web-api/http.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { malformed } from './malformed.ts'
import { ACCOUNT, CONTACT, PARCEL_ID, VALID } from './valid-requests.ts'
import { answerOf, PARCEL, world } from './world.ts'

const IS_LONG = process.env['LONG'] !== undefined

/** One list for all organizations, so that they share what is compiled for their tables. */
const TABLES = [PARCEL]

/** No answer takes longer, whatever was asked; what hangs is found by the test's own limit. */
const MAX_MS = 5_000

/** Answered, refused with a code, or refused by name: whatever else is our own fault. Empty: it is none. */
function faultIn(response: WebApiResponse): string {
  const { status, text, headers } = answerOf(response)
  if (status >= 500 && status !== 501) return `${status} ${text}`
  if (headers['Content-Type']?.startsWith('multipart') === true) {
    const inner = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, each]) => Number(each))
    return inner.some((each) => each >= 500 && each !== 501) ? text : ''
  }
  if (status < 400 || text === '') return ''
  const { error } = JSON.parse(text) as { error: { code: string; message: string } }
  // Codes without a number of the platform go by their names.
  const isCoded = /^(0x[0-9a-f]{8}|[A-Z][A-Z_]+)$/.test(error.code) && error.message !== ''
  return isCoded ? '' : text
}

/** What `expect` remembers of a million calls would be taken for what the server keeps: it is asked of faults only. */
function judge(response: WebApiResponse): void {
  const fault = faultIn(response)
  if (fault !== '') expect(fault).toBe('')
}

/** One server, whose organization is made anew now and then, so that rows don't make it slow. */
async function longRunning() {
  let serve = await organization()
  const api = createWebApi({
    catalog: new Emulator({ tables: TABLES }).catalog,
    service: (caller) => serve(caller),
  })
  let count = 0
  return async (request: WebApiRequest): Promise<WebApiResponse> => {
    // As between requests that come over a network: without a turn, no job would ever be started, and an
    // organization would be kept by the jobs it waits for.
    if (++count % 100 === 0) await new Promise(setImmediate)
    if (count % 2_000 === 0) serve = await organization()
    return api(request)
  }
}

/** With a few rows of known ids. */
async function organization() {
  const org = new Emulator({ tables: TABLES, runsJobsAtOnce: true })
  await org.create('contact', { contactid: CONTACT, lastname: 'Ann' })
  await org.create('account', { accountid: ACCOUNT, name: 'A', revenue: 5 })
  await org.create('new_parcel', {
    new_parcelid: PARCEL_ID,
    new_name: 'P',
    new_code: 'x',
    new_count: 1,
    new_accountid: { table: 'account', id: ACCOUNT },
  })
  return servedOrganization(org)
}

function heapUsedMB(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed / 1_048_576
}

describe('requests of every kind', () => {
  test('are well formed before they are changed', async () => {
    const api = await longRunning()

    for (const { method, path, headers, body } of VALID) {
      judge(await api({ method, url: `/api/data/v9.2/${path}`, headers, body }))
    }
  })

  // A million where there is time for it.
  const rounds = IS_LONG ? 10 : 1
  const perRound = IS_LONG ? 100_000 : 3_000
  const heaps: number[] = []
  let answers: ((request: WebApiRequest) => Promise<WebApiResponse>) | undefined

  test.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    'changed in a few places are answered or refused, and leave nothing in memory (round %i)',
    async () => {
      const api = (answers ??= await longRunning())

      await fc.assert(
        fc.asyncProperty(malformed, async ({ method, path, headers, body, isBytes }) => {
          const started = performance.now()
          const sent = body !== undefined && isBytes ? Buffer.from(body, 'latin1') : body
          judge(await api({ method, url: `/api/data/v9.2/${path}`, headers, body: sent }))
          const took = performance.now() - started
          if (took > MAX_MS) expect(took).toBeLessThan(MAX_MS)
        }),
        { numRuns: perRound },
      )

      heaps.push(heapUsedMB())
      // What is compiled and cached comes with the first round; what grows afterwards is lost.
      expect(heaps.at(-1)).toBeLessThan((heaps[0] ?? 0) + 48)
    },
  )
})

/** What can be called by name; with parameters of every kind in operation-parameters.test.ts. */
const OPERATION_NAMES = [
  ...MESSAGES.map(({ name }) => name),
  'InsertOptionValue',
  'CanBeReferenced',
]

/** Pieces that addresses are made of, and pieces that break them. */
const piece = fc.oneof(
  fc.constantFrom(
    'accounts',
    'contacts',
    'new_parcels',
    'systemusers',
    'EntityDefinitions',
    'RelationshipDefinitions',
    'GlobalOptionSetDefinitions',
    'WhoAmI',
    'WhoAmI()',
    ...OPERATION_NAMES,
    ...OPERATION_NAMES.map((name) => `Microsoft.Dynamics.CRM.${name}`),
    '$batch',
    '$metadata',
    '$ref',
    '$count',
    '$value',
    'Microsoft.Dynamics.CRM.Merge',
    'Microsoft.Dynamics.CRM.',
    'new_account_parcels',
    'primarycontactid',
    'name',
    '(11111111-0000-4000-8000-000000000000)',
    "(LogicalName='account')",
    "(new_code='x')",
    "('",
    '(',
    ')',
    "'",
    '/',
    '//',
    '?',
    '&',
    '=',
    '$select=',
    '$filter=',
    '$expand=',
    '$orderby=',
    '$top=',
    '$apply=',
    '$skiptoken=',
    '$deltatoken=',
    '$count=true',
    '$id=',
    'fetchXml=',
    'savedQuery=',
    "contains(name,'x')",
    ' eq ',
    ' and ',
    'not ',
    '(',
    'name',
    'null',
    '1',
    '%',
    '%27',
    '%00',
    '%ff',
    '+',
    '@p1',
    '@p1=',
    '{"@odata.id":"accounts(1)"}',
    '[',
    '__proto__',
    'constructor',
    'toString',
    '<fetch>',
    '<cookie pagenumber="2" pagingcookie="" istracking="False" />',
    '💥',
    '\ud800',
  ),
  fc.string({ maxLength: 6 }),
)
const path = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
const method = fc.constantFrom(
  'GET',
  'POST',
  'PATCH',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'MERGE',
  '',
)
const body = fc.oneof(
  fc.constant(undefined),
  fc.json(),
  fc.string(),
  fc.constantFrom(
    '{"__proto__":{"name":"x"}}',
    '{"name":{"name":1}}',
    '{"primarycontactid@odata.bind":"$1"}',
    '{"ownerid@odata.bind":"/teams(x)"}',
    '{"@odata.id":"accounts(11111111-0000-4000-8000-000000000000)"}',
    '{"value":1}',
    '{"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.account"}]}',
    '['.repeat(20_000),
    '--b\r\n\r\n--b--',
  ),
)
const header = fc.oneof(
  fc.constantFrom(
    '',
    '*',
    'null',
    'W/"1"',
    '"',
    'W/"99999999999999999999"',
    'return=representation',
    'odata.maxpagesize=0',
  ),
  fc.string({ maxLength: 12 }),
)

test('malformed requests are answered with a coded 4xx or a named 501, never with a fault of our own', async () => {
  const { api } = world()

  await fc.assert(
    fc.asyncProperty(
      method,
      path,
      body,
      fc.record({
        prefer: header,
        'if-match': header,
        'if-none-match': header,
        'content-type': fc.oneof(header, fc.constant('multipart/mixed;boundary=b')),
      }),
      async (verb, tail, sent, headers) => {
        judge(await api({ method: verb, url: `/api/data/v9.2/${tail}`, headers, body: sent }))
      },
    ),
    { numRuns: 3000 },
  )
})

test.each([
  '',
  '/',
  '/nonsense',
  'http://',
  '/api/data',
  '/api/data/v9.2x/accounts',
  '/api/data/v8.2/accounts',
  '?',
  '\u0000',
])('what is outside the service root is 404: %j', async (url) => {
  const { api } = world()

  const answer = answerOf(await api({ method: 'GET', url, headers: {} }))

  expect(answer.status).toBe(404)
  expect(answer.json.error.code).toBe('0x8006088a')
})

test('a URL over 32 KB is refused', async () => {
  const { send } = world()

  expect((await send('GET', `accounts?$filter=name eq '${'x'.repeat(33_000)}'`)).status).toBe(400)
})

/** Names and signs of queries, put together at random: mostly nearly right. */
const word = fc.constantFrom(
  ...['name', 'accountid', 'primarycontactid', '_primarycontactid_value', 'ownerid', 'createdon'],
  ...[
    'new_account_parcels',
    'new_parcel_contact',
    'new_tags',
    'new_due',
    'versionnumber',
    'nosuch',
  ],
  ...[
    ' eq ',
    ' gt ',
    ' and ',
    'not ',
    '(',
    ')',
    ',',
    '/',
    ':',
    ';',
    "'x'",
    '1',
    'null',
    'true',
    '2020-01-01',
  ],
  ...[
    'any(',
    'all(',
    'o:',
    'o/',
    '$count',
    'contains(',
    ' desc',
    ' with sum as a',
    'groupby((',
    'aggregate(',
  ],
  ...[
    'Microsoft.Dynamics.CRM.In(PropertyName=',
    'PropertyValues=[',
    '$select=',
    '$expand=',
    '*',
    '/$ref',
    "'",
  ],
)
const option = fc
  .tuple(
    fc.constantFrom(
      '$select',
      '$filter',
      '$orderby',
      '$expand',
      '$apply',
      '$top',
      '$skiptoken',
      'fetchXml',
      '@p1',
    ),
    fc.array(word, { maxLength: 8 }),
  )
  .map(([name, words]) => `${name}=${words.join('')}`)
const query = fc.array(option, { maxLength: 3 }).map((options) => options.join('&'))
const place = fc.constantFrom(
  'accounts',
  'new_parcels',
  'accounts/$count',
  'accounts(11111111-0000-4000-8000-000000000000)/new_account_parcels',
  'EntityDefinitions',
  "EntityDefinitions(LogicalName='account')/Attributes",
  'new_parcels/Microsoft.Dynamics.CRM.UpsertMultiple',
)
const { value: payload } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      null,
      1,
      1.5,
      'x',
      '',
      true,
      '2020-01-01',
      '/accounts(11111111-0000-4000-8000-000000000000)',
    ),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(
      fc.constantFrom(
        'name',
        'new_count',
        'primarycontactid',
        'ownerid@odata.bind',
        '@odata.type',
        '@odata.id',
        'new_account_parcels',
        'value',
        'Targets',
      ),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}))

test('queries and bodies that are nearly right are answered, or refused by name', async () => {
  const { api } = world()

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
      place,
      query,
      payload,
      async (verb, tail, asked, sent) => {
        judge(
          await api({
            method: verb,
            url: `/api/data/v9.2/${tail}?${asked}`,
            headers: { prefer: 'odata.include-annotations="*",odata.maxpagesize=2' },
            body: verb === 'GET' ? undefined : JSON.stringify(sent),
          }),
        )
      },
    ),
    { numRuns: 2000 },
  )
})
