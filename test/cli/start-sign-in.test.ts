import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { signInTo } from '../../src/cli/start/sign-in.ts'
import { Emulator } from '../../src/emulator/emulator.ts'
import { isRowRef } from '../../src/rows/value.ts'
import type { WebApi, WebApiResponse } from '../../src/web-api/http.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'

const TENANT = '0e000000-0000-4000-8000-000000000007'
const OWN_CLIENT = '0e000000-0000-4000-8000-0000000000c1'
const APPLICATION = '11111111-1111-4111-8111-111111111111'
const HOST = 'localhost:8080'
const TOKEN_ENDPOINT = `/${TENANT}/oauth2/v2.0/token`
const GRANT = {
  grant_type: 'client_credentials',
  client_id: OWN_CLIENT,
  client_secret: 'swordfish',
  scope: `http://${HOST}/.default`,
}

function guarded() {
  let now = Date.parse('2026-03-02T10:00:00Z')
  const org = new Emulator()
  const signIn = signInTo(
    () => org,
    { DATAVERSE_CLIENT_SECRET: 'swordfish' },
    () => now,
  )
  const api = signIn.authority.guard(
    createWebApi({ catalog: org.catalog, service: servedOrganization(org, signIn.signedIn) }),
  )
  return { org, api, wait: (ms: number) => (now += ms), told: signIn.told }
}

function send(
  api: WebApi,
  method: string,
  url: string,
  { body, ...headers }: Readonly<Record<string, string>> = {},
): Promise<WebApiResponse> {
  return api({
    method,
    url,
    headers: { host: HOST, ...headers },
    ...(body !== undefined && { body }),
  })
}

function ask(api: WebApi, form: Readonly<Record<string, string>>, endpoint = TOKEN_ENDPOINT) {
  return send(api, 'POST', endpoint, {
    'content-type': 'application/x-www-form-urlencoded',
    body: new URLSearchParams(form).toString(),
  })
}

const read = ({ body }: WebApiResponse) => JSON.parse(String(body)) as Record<string, unknown>

async function tokenOf(api: WebApi, form: Readonly<Record<string, string>> = {}): Promise<string> {
  return String(read(await ask(api, { ...GRANT, ...form }))['access_token'])
}

const create = (api: WebApi, headers: Readonly<Record<string, string>>) =>
  send(api, 'POST', '/api/data/v9.2/accounts', {
    'content-type': 'application/json',
    body: '{"name":"Contoso"}',
    ...headers,
  })

const accounts = (org: Emulator) => org.contents().get('account') ?? []

test('a client finds the endpoints, is given a token and calls with it', async () => {
  const { api, org } = guarded()

  const found = await send(api, 'GET', `/${TENANT}/v2.0/.well-known/openid-configuration`)
  const endpoint = String(read(found)['token_endpoint'])
  const given = await ask(api, GRANT, endpoint)
  const { token_type, expires_in, access_token } = read(given)
  const created = await create(api, { authorization: `Bearer ${String(access_token)}` })

  expect(endpoint).toBe(`http://${HOST}${TOKEN_ENDPOINT}`)
  expect([given.status, token_type, expires_in]).toEqual([200, 'Bearer', 3599])
  expect(created.status).toBe(204)
  expect(accounts(org)).toMatchObject([{ createdby: { id: org.userId } }])
})

test('the token is for what was asked and says who has it', async () => {
  const { api } = guarded()

  const [, claims = ''] = (await tokenOf(api)).split('.')

  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    aud: `http://${HOST}`,
    appid: OWN_CLIENT,
    tid: TENANT,
    iat: Date.parse('2026-03-02T10:00:00Z') / 1000,
  })
})

test.each([
  ['the first version of the endpoint, with a resource', { resource: `http://${HOST}/` }],
  ['a scope whose resource ends with a slash', { scope: `http://${HOST}//.default` }],
])('%s will do, too', async (_, form) => {
  const { api } = guarded()
  const { grant_type, client_id, client_secret } = GRANT
  const asked = { grant_type, client_id, client_secret, ...form }

  const given = await ask(api, asked, `/${TENANT}/oauth2/token`)

  expect(given.status).toBe(200)
})

test.each([
  ['localhost:8080', 'http://127.0.0.1:8080'],
  ['127.0.0.1:8080', 'http://localhost:8080'],
  ['crm.example', 'https://crm.example'],
  ['crm.example:8080', 'https://crm.example'],
])('%s is one server with %s', async (host, resource) => {
  const { api } = guarded()
  const body = new URLSearchParams({ ...GRANT, scope: `${resource}/.default` }).toString()

  const given = await send(api, 'POST', TOKEN_ENDPOINT, { host, body })

  expect(given.status).toBe(200)
})

test('client and secret may stand in a Basic header', async () => {
  const { api } = guarded()

  const given = await send(api, 'POST', TOKEN_ENDPOINT, {
    authorization: `Basic ${Buffer.from(`${OWN_CLIENT}:swordfish`).toString('base64')}`,
    body: new URLSearchParams({ grant_type: GRANT.grant_type, scope: GRANT.scope }).toString(),
  })

  expect(given.status).toBe(200)
})

test('an application with a user of its own is that user, and may act for another', async () => {
  const { api, org } = guarded()
  const businessunitid = { table: 'businessunit', id: org.businessUnitId } as const
  const user = (name: string, applicationid: string | null) =>
    org.create('systemuser', {
      domainname: `${name}@contoso.com`,
      internalemailaddress: `${name}@contoso.com`,
      businessunitid,
      applicationid,
    })
  const app = await user('app', APPLICATION)
  const ann = await user('ann', null)
  const authorization = `Bearer ${await tokenOf(api, { client_id: APPLICATION })}`

  await create(api, { authorization })
  await create(api, { authorization, mscrmcallerid: ann })

  const by = accounts(org).map(({ createdby, createdonbehalfby }) =>
    [createdby, createdonbehalfby].map((ref) => (isRowRef(ref) ? ref.id : ref)),
  )
  expect(by).toEqual([
    [app, null],
    [ann, app],
  ])
})

describe('without a token that counts, 401 tells where to get one, and nothing is written:', () => {
  const forged = (token: string) => {
    const [head = '', , signature = ''] = token.split('.')
    const claims = { appid: OWN_CLIENT, exp: 9_999_999_999 }
    return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
  }

  test.each<[string, (api: WebApi) => Promise<string | undefined>]>([
    ['none', () => Promise.resolve(undefined)],
    ['no bearer token', () => Promise.resolve('Basic eDp5')],
    ['another text', () => Promise.resolve('Bearer abc')],
    ['one of another server', async () => `Bearer ${await tokenOf(guarded().api)}`],
    ['one whose claims were changed', async (api) => `Bearer ${forged(await tokenOf(api))}`],
  ])('%s', async (_, authorizationOf) => {
    const { api, org } = guarded()
    const authorization = await authorizationOf(api)

    const refused = await create(api, { ...(authorization !== undefined && { authorization }) })

    expect(refused.status).toBe(401)
    expect(refused.headers['WWW-Authenticate']).toBe(
      `Bearer authorization_uri=http://${HOST}/${TENANT}/oauth2/authorize, resource_id=http://${HOST}/`,
    )
    expect(accounts(org)).toEqual([])
  })

  test('one that has expired', async () => {
    const { api, org, wait } = guarded()
    const authorization = `Bearer ${await tokenOf(api)}`

    wait(3_598_000)
    const inTime = await create(api, { authorization })
    wait(1_000)
    const late = await create(api, { authorization })

    expect([inTime.status, late.status]).toEqual([204, 401])
    expect(accounts(org)).toHaveLength(1)
  })
})

test('an application whose user is gone is refused with 403', async () => {
  const { api, org } = guarded()
  const app = await org.create('systemuser', {
    domainname: 'app@contoso.com',
    internalemailaddress: 'app@contoso.com',
    businessunitid: { table: 'businessunit', id: org.businessUnitId },
    applicationid: APPLICATION,
  })
  const authorization = `Bearer ${await tokenOf(api, { client_id: APPLICATION })}`
  await org.update('systemuser', app, { applicationid: null })

  expect((await create(api, { authorization })).status).toBe(403)
  expect(accounts(org)).toEqual([])
})

test.each([
  ['a wrong secret', { client_secret: 'tuna' }, 401, 'invalid_client', 7000215],
  ['a client nobody knows', { client_id: APPLICATION }, 400, 'unauthorized_client', 700016],
  ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
  ['a scope without /.default', { scope: 'openid' }, 400, 'invalid_scope', 1002012],
  ['a scope of no resource', { scope: '.default' }, 400, 'invalid_scope', 1002012],
  [
    'a resource that is elsewhere',
    { scope: 'https://a.example/.default' },
    400,
    'invalid_resource',
    500011,
  ],
  ['another port', { scope: 'http://localhost:9/.default' }, 400, 'invalid_resource', 500011],
  ['two scopes', { scope: 'http://a http://b/.default' }, 400, 'invalid_scope', 1002012],
])('%s is given no token', async (_, form, status, error, code) => {
  const { api } = guarded()

  const refused = await ask(api, { ...GRANT, ...form })

  expect(refused.status).toBe(status)
  expect(read(refused)).toMatchObject({ error, error_codes: [code] })
  expect(read(refused)).not.toHaveProperty('access_token')
})

test.each([
  ['//', HOST],
  ['http://[', HOST],
  ['/api/data/v9.2/accounts', 'a b'],
  ['/api/data/v9.2/accounts', '['],
])('a request to %j of %j is refused, and not by chance', async (url, host) => {
  const { api } = guarded()

  const refused = await send(api, 'GET', url, { host })

  expect([401, 404]).toContain(refused.status)
})

test('the line for a shell sends any secret as it is', () => {
  const { tokenLine } = signInTo(
    () => new Emulator(),
    { DATAVERSE_CLIENT_SECRET: 'a&b=+c' },
    () => 0,
  )

  const line = tokenLine('http://localhost:8080')

  expect(line).toContain('--data-urlencode "client_secret=$DATAVERSE_CLIENT_SECRET"')
  expect(line).not.toContain('a&b')
})

test('keys are published; a token endpoint is posted to', async () => {
  const { api } = guarded()

  const { keys } = read(await send(api, 'GET', `/common/discovery/v2.0/keys`))
  const got = await send(api, 'GET', TOKEN_ENDPOINT)

  expect(keys).toMatchObject([{ kty: 'RSA', alg: 'RS256' }])
  expect(got.status).toBe(405)
})
