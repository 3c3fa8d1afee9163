import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HostParts } from '../../src/hosts/host-preset.ts'
import { listen, type Listening, type Log } from '../../src/hosts/node/entry.ts'
import { bodyWith, CREATE } from '../remote-execution/contexts.ts'
import { AssetWatch } from './handlers/asset-watch.ts'
import { services } from './handlers/services.ts'
import { hostCases } from './host-cases.ts'

const SILENT: Log = { print: () => undefined, complain: () => undefined }
const PARTS = { handlers: [AssetWatch], services }

const opened: Listening[] = []
async function open(
  environment: Readonly<Record<string, string>>,
  { log = SILENT, ...parts }: { readonly log?: Log } & Partial<HostParts> = {},
) {
  const listening = await listen({ ...PARTS, ...parts }, { PORT: '0', ...environment }, log)
  opened.push(listening)
  return listening
}
afterAll(() => Promise.all(opened.map(({ stop }) => stop())))

hostCases((environment) => open(environment))

test('without a key only this machine may call', async () => {
  const { url, webhook } = await open({})

  const response = await fetch(url, { method: 'POST', body: 'hello' })

  expect(new URL(url).hostname).toBe('127.0.0.1')
  expect(webhook.isGuarded).toBe(false)
  expect(response.status).toBe(400)
})

test('keys in headers are demanded like those in the address', async () => {
  const { url, webhook } = await open({ DATAVERSE_WEBHOOK_HEADERS: 'x-api-key=s3cret' })
  const post = (headers: Readonly<Record<string, string>>) =>
    fetch(url, { method: 'POST', body: 'hello', headers })

  const [refused, letIn] = [await post({}), await post({ 'X-Api-Key': 's3cret' })]

  expect(webhook.isGuarded).toBe(true)
  expect(refused.status).toBe(401)
  expect(await refused.text()).toContain('The key in the header x-api-key is missing or wrong.')
  expect(letIn.status).toBe(400)
})

test('a handler that calls an organization nobody named is told so', async () => {
  const { url } = await open({})

  const response = await fetch(url, { method: 'POST', body: CREATE })

  expect(response.status).toBe(500)
  expect(await response.text()).toContain('DATAVERSE_URL is not set')
})

test('steps that were left out do not run', async () => {
  const { url, webhook } = await open({}, { leftOut: ['AssetWatch.greet'] })

  const response = await fetch(url, { method: 'POST', body: CREATE })

  expect(webhook.stepCount).toBe(2)
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('No step here is for Create of demo_asset')
})

test('columns of which a context does not tell the kind are read by what the bundle knows', async () => {
  const lines: string[] = []
  const columnKinds = { demo_asset: { demo_name: 'DateOnly' } } as const
  const log = { ...SILENT, print: (line: string) => lines.push(line) }
  const { url } = await open({}, { columnKinds, log })
  const target = (JSON.parse(CREATE) as { InputParameters: [{ value: object }] }).InputParameters[0]
  const Attributes = [{ key: 'demo_name', value: '/Date(1700006400000)/' }]

  await fetch(url, {
    method: 'POST',
    body: bodyWith({ InputParameters: [{ ...target, value: { ...target.value, Attributes } }] }),
  })

  expect(lines).toEqual(['AssetWatch.greet: greeting 2023-11-15'])
})

test('what goes wrong is printed', async () => {
  const complaints: string[] = []
  const { url } = await open({}, { log: { ...SILENT, complain: (line) => complaints.push(line) } })

  await fetch(url, { method: 'POST', body: 'hello' })

  expect(complaints).toEqual([expect.stringContaining('400 {"error":{"code":"CONTEXT_INVALID"')])
})

test('health is told to whoever asks', async () => {
  const { url } = await open({ DATAVERSE_WEBHOOK_KEY: 'k' })

  const health = await fetch(new URL('/health', url))
  const elsewhere = await fetch(new URL('/elsewhere?code=k', url), { method: 'POST' })

  expect([health.status, elsewhere.status]).toEqual([200, 404])
})

test('a port that is taken is refused by name', async () => {
  const other = createServer()
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
  const { port } = other.address() as AddressInfo

  await expect(open({ PORT: String(port) })).rejects.toMatchObject({
    code: 'PORT_BUSY',
    message: `Port ${port} is taken; set PORT to another one.`,
  })
  await new Promise<void>((closed) => void other.close(() => closed()))
})

test('a port that is none is refused by name', async () => {
  await expect(open({ PORT: 'http' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})
