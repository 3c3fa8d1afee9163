import fc from 'fast-check'
import { answerOf, world } from './world.ts'

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
        const answer = answerOf(
          await api({ method: verb, url: `/api/data/v9.2/${tail}`, headers, body: sent }),
        )

        if (answer.status < 400) return
        expect(answer.status === 501 || answer.status < 500).toBe(true)
        if (answer.text === '' || answer.headers['Content-Type']?.startsWith('multipart') === true)
          return
        expect(answer.json.error.code).toMatch(
          /^(0x[0-9a-f]{8}|NOT_SUPPORTED|UNAUTHORIZED|PAYLOAD_TOO_LARGE)$/,
        )
        expect(answer.json.error.message.length).toBeGreaterThan(0)
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
