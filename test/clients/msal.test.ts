import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { signInTo } from '../../src/cli/start/sign-in.ts'
import { Emulator } from '../../src/emulator/emulator.ts'
import type { WebApiResponse } from '../../src/web-api/http.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'

/*
 * What MSAL asks a directory for, of Node (7.2.1) and of Python (1.21.0). Both refuse a directory without https, so
 * that the server stands behind a proxy that speaks it: https://learn.microsoft.com/entra/identity-platform/msal-overview
 */

const TENANT = '0e000000-0000-4000-8000-000000000007'
const CLIENT = '0e000000-0000-4000-8000-0000000000c1'
const PROXY = {
  host: '127.0.0.1:8080',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'dev.example',
}
const DIRECTORY = `https://dev.example/${TENANT}`

const PYTHON = {
  'content-type': 'application/x-www-form-urlencoded',
  'x-client-sku': 'MSAL.Python',
  'x-client-ver': '1.21.0',
  'x-client-current-telemetry': '4|730,0|',
}
const NODE = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', accept: '*/*' }

function directory() {
  const org = new Emulator()
  const signIn = signInTo(
    () => org,
    { DATAVERSE_CLIENT_SECRET: 'swordfish' },
    () => Date.parse('2026-03-02T10:00:00Z'),
  )
  const api = signIn.authority.guard(
    createWebApi({ catalog: org.catalog, service: servedOrganization(org, signIn.signedIn) }),
  )
  return (method: string, url: string, headers: Readonly<Record<string, string>>, body?: string) =>
    api({ method, url, headers: { ...PROXY, ...headers }, ...(body !== undefined && { body }) })
}

const read = ({ body }: WebApiResponse) => JSON.parse(String(body)) as Record<string, unknown>

/** As Node’s writes it: its telemetry in the form, and the id of the request in the address, too. */
const nodeForm = (secret: string) =>
  `client_id=${CLIENT}&scope=https%3A%2F%2Fdev.example%2F.default&grant_type=client_credentials&x-client-SKU=msal.js.node&x-client-VER=7.2.1&x-client-OS=linux&x-client-CPU=x64&x-ms-lib-capability=retry-after%2C%20h429&x-client-current-telemetry=5%7C771%2C2%2C%2C%2C%7C%2C&x-client-last-telemetry=5%7C0%7C%7C%7C0%2C0&client-request-id=dd3e63bd-a0b5-4fe3-8206-e4337bbf6232&client_secret=${secret}`

const pythonForm = (secret: string) =>
  `client_id=${CLIENT}&grant_type=client_credentials&client_info=1&client_secret=${secret}&scope=https%3A%2F%2Fdev.example%2F.default`

test('the endpoints are told as the proxy is reached, all of them with https', async () => {
  const send = directory()

  const found = read(await send('GET', `/${TENANT}/v2.0/.well-known/openid-configuration`, NODE))

  expect(found).toMatchObject({
    issuer: `${DIRECTORY}/v2.0`,
    authorization_endpoint: `${DIRECTORY}/oauth2/v2.0/authorize`,
    token_endpoint: `${DIRECTORY}/oauth2/v2.0/token`,
    jwks_uri: `${DIRECTORY}/discovery/v2.0/keys`,
  })
})

test.each([
  ['Node', NODE, nodeForm, '?client-request-id=dd3e63bd-a0b5-4fe3-8206-e4337bbf6232'],
  ['Python', PYTHON, pythonForm, ''],
])('a client of %s is given a token and calls with it', async (_, headers, form, query) => {
  const send = directory()

  const given = await send(
    'POST',
    `/${TENANT}/oauth2/v2.0/token${query}`,
    headers,
    form('swordfish'),
  )
  const { token_type, expires_in, ext_expires_in, access_token } = read(given)
  const called = await send('GET', '/api/data/v9.2/WhoAmI', {
    authorization: `Bearer ${String(access_token)}`,
  })

  expect([token_type, expires_in, ext_expires_in]).toEqual(['Bearer', 3599, 3599])
  expect(read(called)['@odata.context']).toMatch(/^https:\/\/dev\.example\//)
})

test.each([
  ['Node', NODE, nodeForm],
  ['Python', PYTHON, pythonForm],
])('a client of %s with a wrong secret is told why, by numbers too', async (_, headers, form) => {
  const send = directory()

  const refused = await send('POST', `/${TENANT}/oauth2/v2.0/token`, headers, form('herring'))

  expect(refused.status).toBe(401)
  expect(read(refused)).toMatchObject({
    error: 'invalid_client',
    error_description: expect.stringMatching(/^AADSTS7000215: /),
    error_codes: [7000215],
    correlation_id: expect.any(String),
  })
})

test.each([
  ['devicecode', 'unsupported_grant_type', 'device_code'],
  ['authorize', 'unsupported_response_type', 'interactive'],
])(
  'people do not sign in here: %s is refused in the form of a directory',
  async (name, error, grant) => {
    const send = directory()
    const form = `client_id=${CLIENT}&scope=https%3A%2F%2Fdev.example%2F.default`

    const refused = await send('POST', `/${TENANT}/oauth2/v2.0/${name}`, NODE, form)

    expect(refused.status).toBe(400)
    expect(read(refused)).toMatchObject({
      error,
      error_description: `AADSTS70003: The app requested an unsupported grant type '${grant}'. Only client_credentials is emulated.`,
    })
  },
)

test('who calls without a token learns where to get one, as the proxy is reached', async () => {
  const send = directory()

  const { status, headers } = await send('GET', '/api/data/v9.2/', {})

  expect(status).toBe(401)
  expect(headers['WWW-Authenticate']).toBe(
    `Bearer authorization_uri=${DIRECTORY}/oauth2/authorize, resource_id=https://dev.example/`,
  )
})
