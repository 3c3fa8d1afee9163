import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/main.ts'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { listen, type Listening } from '../../src/web-api/node-server.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { everything } from '../support/organization.ts'

const STEP = {
  sdkmessageprocessingstepid: '50000000-0000-4000-8000-000000000001',
  name: 'Accounts.tell',
  message: 'Update',
  table: 'account',
  stage: 40,
  mode: 1,
  rank: 1,
  supporteddeployment: 0,
  filteringattributes: 'name',
  images: [
    {
      name: 'preImage',
      entityalias: 'preImage',
      imagetype: 0,
      messagepropertyname: 'Target',
      attributes: 'name',
    },
  ],
}
const HOOK = ['--endpoint', 'Demo hook', '--webhook', 'https://host.example/hook']

let org: Emulator
let server: Listening
let posted: string[]
let cwd = ''
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'deploy-'))
  posted = []
  org = emulator({
    postToEndpoint: (_, { context }) =>
      void posted.push(`${context.MessageName} ${Object.keys(context.PreEntityImages).join()}`),
  })
  const api = createWebApi({ catalog: org.catalog, service: servedOrganization(org) })
  server = await listen(api, { port: 0, host: '127.0.0.1' })
  manifest([STEP])
})
afterEach(async () => {
  await server.close()
  rmSync(cwd, { recursive: true, force: true })
})

function manifest(steps: readonly object[]): void {
  writeFileSync(join(cwd, 'steps.json'), JSON.stringify({ steps }))
}

async function run(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  steps = 'steps.json',
) {
  let out = ''
  let err = ''
  const code = await main(['deploy', ...argv, '--steps', steps], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    cwd,
    env: { DATAVERSE_URL: server.url, DATAVERSE_WEBHOOK_KEY: 's3cret', ...env },
  })
  return { code, out, err }
}

test('plan tells what apply then writes over the Web API, and a second apply writes nothing', async () => {
  const lines = [
    'create  endpoint Demo hook: https://host.example/hook',
    'create  Accounts.tell: Update of account, 40 async',
    'create  Accounts.tell: pre-image preImage: name',
  ]
  const before = everything(org)

  const plan = await run(['plan', ...HOOK])
  const after = everything(org)
  const applied = await run(['apply', ...HOOK])
  const again = await run(['apply', '--endpoint', 'Demo hook'], { DATAVERSE_WEBHOOK_KEY: '' })

  expect(plan).toEqual({
    code: 0,
    out: [...lines, '3 writes to make; 0 steps unchanged.', ''].join('\n'),
    err: '',
  })
  expect(after).toEqual(before)
  expect(applied.out).toBe([...lines, '3 writes made; 0 steps unchanged.', ''].join('\n'))
  expect(again.out).toBe('Nothing to write; 1 step unchanged.\n')
  const id = await org.create('account', { name: 'Contoso' })
  await org.update('account', id, { name: 'Fabrikam' })
  await org.settle()
  expect(posted).toEqual(['Update preImage'])
})

test('changes and removals are written over the Web API', async () => {
  await run(['apply', ...HOOK])
  manifest([{ ...STEP, filteringattributes: undefined, rank: 3, images: [] }])

  const changed = await run(['apply', ...HOOK])
  manifest([])
  const removed = await run(['apply', ...HOOK])

  expect(changed.out).toBe(
    [
      'update  Accounts.tell: rank 1 → 3; filteringattributes name → none',
      'delete  Accounts.tell: image preImage',
      '2 writes made; 0 steps unchanged.',
      '',
    ].join('\n'),
  )
  expect(removed.out).toBe('delete  Accounts.tell\n1 write made; 0 steps unchanged.\n')
  expect(org.peek('sdkmessageprocessingstep', STEP.sdkmessageprocessingstepid)).toBeUndefined()
})

describe('is refused, and nothing is written:', () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp, string]>([
    [
      'without an organization',
      { DATAVERSE_URL: '' },
      /^INVALID_ARGUMENT: No organization is named/,
      'steps.json',
    ],
    [
      'without a key for a new endpoint',
      { DATAVERSE_WEBHOOK_KEY: '' },
      /^DEPLOY_REFUSED: .*DATAVERSE_WEBHOOK_KEY/,
      'steps.json',
    ],
    [
      'an organization that does not answer',
      { DATAVERSE_URL: 'http://127.0.0.1:1' },
      /^ORGANIZATION_UNREACHABLE: /,
      'steps.json',
    ],
    [
      'a file of steps that is not there',
      {},
      /^INVALID_ARGUMENT: There is no gone\.json: run/,
      'gone.json',
    ],
  ])('%s', async (_, env, message, steps) => {
    const before = everything(org)

    const { code, err } = await run(['apply', ...HOOK], env, steps)

    expect(code).toBe(1)
    expect(err).toMatch(message)
    expect(everything(org)).toEqual(before)
  })

  test('a command line that names neither plan nor apply, or no endpoint', async () => {
    expect((await run([...HOOK])).code).toBe(2)
    expect((await run(['plan'])).code).toBe(2)
    expect((await run(['undo', ...HOOK])).err).toContain('Allowed choices are plan, apply')
  })
})
