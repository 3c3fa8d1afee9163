import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tokenSource } from '../../src/hosts/token-source.ts'

const URL_OF_ORGANIZATION = 'https://contoso.crm.example/api/data'
const urlOf = () => URL_OF_ORGANIZATION

/** What the directory was asked, and what it answers. */
let asked: { readonly path: string; readonly form: Readonly<Record<string, string>> }[] = []
let answer: (count: number) => unknown
let directory: Server
let credentials: Readonly<Record<string, string>>

beforeAll(async () => {
  directory = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      asked.push({
        path: request.url ?? '',
        form: Object.fromEntries(new URLSearchParams(text)),
      })
      response.end(JSON.stringify(answer(asked.length)))
    })
  })
  await new Promise<void>((listening) => directory.listen(0, '127.0.0.1', listening))
  credentials = {
    DATAVERSE_AUTHORITY: `http://127.0.0.1:${(directory.address() as AddressInfo).port}/`,
    DATAVERSE_TENANT_ID: 'contoso.example',
    DATAVERSE_CLIENT_ID: 'the-client',
    DATAVERSE_CLIENT_SECRET: 'a&b=+c',
  }
})
afterAll(() => new Promise((closed) => void directory.close(closed)))
beforeEach(() => {
  asked = []
  answer = (count) => ({ access_token: `token ${count}`, expires_in: 3_600 })
})

test('a token that is set is used as it is, and nothing gives none', async () => {
  expect(await tokenSource({ DATAVERSE_TOKEN: 't0ken' }, urlOf)?.()).toBe('t0ken')
  expect(tokenSource({}, urlOf)).toBeUndefined()
  expect(tokenSource({ DATAVERSE_TOKEN: '', DATAVERSE_CLIENT_ID: '' }, urlOf)).toBeUndefined()
})

test('a client asks the directory for a token of the organization', async () => {
  const token = tokenSource(credentials, urlOf)

  expect(await token?.()).toBe('token 1')
  expect(asked).toEqual([
    {
      path: '/contoso.example/oauth2/v2.0/token',
      form: {
        grant_type: 'client_credentials',
        client_id: 'the-client',
        client_secret: 'a&b=+c',
        scope: 'https://contoso.crm.example/.default',
      },
    },
  ])
})

test('a token is asked for once, and again a minute before it ends', async () => {
  let nowMs = 0
  const token = tokenSource(credentials, urlOf, () => nowMs)
  const take = async () => token?.()

  expect(await Promise.all([take(), take()])).toEqual(['token 1', 'token 1'])
  nowMs = 3_539_999
  expect(await take()).toBe('token 1')
  nowMs = 3_540_000
  expect(await Promise.all([take(), take()])).toEqual(['token 2', 'token 2'])
})

test('a token that lasts shorter than that is used once', async () => {
  answer = (count) => ({ access_token: `token ${count}`, expires_in: 5 })
  const token = tokenSource(credentials, urlOf)

  expect(await token?.()).toBe('token 1')
  expect(await token?.()).toBe('token 2')
})

test('a directory that gives none tells why, and is asked again', async () => {
  answer = () => ({ error: 'invalid_client', error_description: 'Invalid secret.\r\nTrace ID: 1' })
  const token = tokenSource(credentials, urlOf)

  await expect(token?.()).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
    message: expect.stringMatching(
      /contoso\.example\/oauth2\/v2\.0\/token gave no token for DATAVERSE_CLIENT_ID: invalid_client: Invalid secret\.$/,
    ),
  })
  answer = () => ({ access_token: 'given', expires_in: 3_600 })
  expect(await token?.()).toBe('given')
})

test('a directory that does not answer is told of by its address', async () => {
  const token = tokenSource({ ...credentials, DATAVERSE_AUTHORITY: 'http://127.0.0.1:1' }, urlOf)

  await expect(token?.()).rejects.toMatchObject({
    code: 'ORGANIZATION_UNREACHABLE',
    message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/.* gave no token: /),
  })
})

test.each(['DATAVERSE_TENANT_ID', 'DATAVERSE_CLIENT_SECRET'])(
  'a client without %s is refused',
  (variable) => {
    expect(() => tokenSource({ ...credentials, [variable]: '' }, urlOf)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: `DATAVERSE_CLIENT_ID is set, but ${variable} is not; a token is given for both.`,
      }),
    )
  },
)
