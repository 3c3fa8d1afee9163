import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleHandlers, type BundleOptions } from '../../src/deploy/bundle.ts'
import { hostCases, type OpenedHost } from '../hosts/host-cases.ts'
import { CREATE } from '../remote-execution/contexts.ts'

const ASSET_HANDLERS = join(__dirname, '..', 'hosts', 'handlers')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
function bundle(handlersDir: string, options: Partial<BundleOptions> = {}) {
  const outDir = join(folder, `out-${++count}`)
  const bundling = bundleHandlers({ handlersDir, outDir, host: 'node', leaveOut: [], ...options })
  return { outDir, bundling }
}

/** A folder `handlers` of its own with these files. */
function handlers(files: Readonly<Record<string, string>>): string {
  const dir = join(folder, `project-${++count}`, 'handlers')
  mkdirSync(dir, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

const STAMP = `
  import { Handler, PreOperation } from 'dataverse-handlers'
  @Handler('account') export class Stamp {
    @PreOperation('Create', { writes: ['description', 'fax'] }) note({ target }) { target.description = 'x' }
    @PreOperation('Delete') refuse({ reject }) { reject('Never.') }
  }`

const CLOSE = `
  import { CustomMessage } from 'dataverse-handlers'
  @CustomMessage({ name: 'sample_Close', binding: 'Global', parameters: {}, response: {}, steps: 'None' })
  export class Close {
    run() {}
  }`

interface Started extends OpenedHost {
  readonly child: ChildProcess
  readonly output: () => string
}

/** Starts a bundle and waits until it says where it listens. */
async function start(
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const env = { PATH: process.env['PATH'], PORT: '0', ...environment }
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const url = await new Promise<string>((settle, fail) => {
    const read = (chunk: unknown) => {
      output += String(chunk)
      const [, told] = /steps at (\S+)/.exec(output) ?? []
      if (told !== undefined) settle(told)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => fail(new Error(`ended with ${code}: ${output}`)))
  })
  const stop = async () => {
    if (child.exitCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return { url, stop, child, output: () => output }
}

describe('a bundle on its own', () => {
  hostCases(async (environment) => {
    const { bundling } = bundle(ASSET_HANDLERS)
    return start((await bundling).file, environment)
  })
})

test('a minified bundle answers the same, without the steps that were left out', async () => {
  const { outDir, bundling } = bundle(handlers({ 'stamp.ts': STAMP }), {
    leaveOut: ['Stamp.note'],
    minify: true,
  })

  const { file, steps, leftOut, bytes } = await bundling

  expect(file).toBe(join(outDir, 'index.mjs'))
  expect(steps.map(({ name }) => name)).toEqual(['Stamp.refuse'])
  expect(leftOut).toEqual(['Stamp.note'])
  expect(bytes).toBeLessThan(150_000)
  expect(JSON.parse(readFileSync(join(outDir, 'steps.json'), 'utf8'))).toEqual({ steps })
  const host = await start(file)
  const answers = await Promise.all(
    ['Create', 'Delete'].map(async (message) => {
      const body = CREATE.replaceAll('demo_asset"', 'account"')
        .replace('"MessageName":"Create"', `"MessageName":"${message}"`)
        .replace('"Stage":40', '"Stage":20')
      const response = await fetch(host.url, { method: 'POST', body })
      return [response.status, await response.text()]
    }),
  )
  await host.stop()
  expect(answers).toEqual([
    [400, expect.stringContaining('No step here is for Create of account')],
    [400, expect.stringContaining('Never.')],
  ])
})

test('a bundle holds no pipeline, store or validator', async () => {
  const { file } = await bundle(ASSET_HANDLERS).bundling
  const text = readFileSync(file, 'utf8')

  expect(text).toContain('AssetWatch = class')
  expect(text).not.toMatch(
    /\b(Pipeline|MemoryStore|Emulator|Ajv) = class|class (Pipeline|MemoryStore|Emulator|Ajv)\b/,
  )
})

test('days without a time are taken from the schemas beside the handlers', async () => {
  const dir = handlers({ 'stamp.ts': STAMP })
  const birthdate = { 'x-dataverse': { type: 'DateTime', behavior: 'DateOnly' } }
  mkdirSync(join(dir, '..', 'schemas'))
  writeFileSync(
    join(dir, '..', 'schemas', 'contact.json'),
    JSON.stringify({ $defs: { columns: { properties: { birthdate } } } }),
  )

  const { file } = await bundle(dir, { leaveOut: ['Stamp.note'] }).bundling

  expect(readFileSync(file, 'utf8')).toMatch(/contact"?: \{ "?birthdate"?: "DateOnly"/)
})

describe('nothing is bundled', () => {
  async function refused(handlersDir: string, options: Partial<BundleOptions> = {}) {
    const { outDir, bundling } = bundle(handlersDir, options)
    const error: unknown = await bundling.catch((thrown: unknown) => thrown)
    expect(existsSync(outDir)).toBe(false)
    return error
  }

  test('of a step that sets columns of its target', async () => {
    expect(await refused(handlers({ 'stamp.ts': STAMP }))).toMatchObject({
      code: 'BUNDLE_REFUSED',
      message:
        "Not bundled: Stamp.note sets description, fax: nothing comes back from host 'node', whose answer is a status only. Leave out by name what is not to run there: Stamp.note.",
    })
  })

  test('of a custom message, unless it is left out', async () => {
    const dir = handlers({ 'stamp.ts': STAMP, 'close.ts': CLOSE })

    expect(await refused(dir, { leaveOut: ['Stamp.note'] })).toMatchObject({
      code: 'BUNDLE_REFUSED',
      message: expect.stringMatching(
        /^Not bundled: Close\.run is the operation of a custom message: .* there: Close\.run\.$/,
      ),
    })
    const { steps } = await bundle(dir, { leaveOut: ['Stamp.note', 'Close.run'] }).bundling
    expect(steps.map(({ name }) => name)).toEqual(['Stamp.refuse'])
  })

  test('when a step to leave out is not there', async () => {
    expect(await refused(ASSET_HANDLERS, { leaveOut: ['AssetWatch.gone'] })).toMatchObject({
      code: 'BUNDLE_REFUSED',
      message: expect.stringContaining('no step is called AssetWatch.gone; there is AssetWatch.'),
    })
  })

  test('when no step is left', async () => {
    const dir = handlers({ 'stamp.ts': STAMP })

    expect(await refused(dir, { leaveOut: ['Stamp.note', 'Stamp.refuse'] })).toMatchObject({
      code: 'BUNDLE_REFUSED',
    })
  })

  test('of two handlers of one name', async () => {
    const dir = handlers({ 'a.ts': STAMP, 'b.ts': STAMP })

    expect(await refused(dir, { leaveOut: ['Stamp.note'] })).toMatchObject({
      code: 'BUNDLE_REFUSED',
      message: 'Not bundled: two handlers are called Stamp.',
    })
  })

  test('of what does not compile, with its place', async () => {
    const dir = handlers({ 'wrong.ts': 'export class {{' })

    expect(await refused(dir)).toMatchObject({
      code: 'BUNDLE_REFUSED',
      message: expect.stringMatching(/wrong\.ts:1: /),
    })
  })

  test('of what fails when it is loaded', async () => {
    const dir = handlers({ 'wrong.ts': 'throw new RangeError("out of luck")' })

    expect(await refused(dir)).toMatchObject({
      code: 'HANDLERS_UNREADABLE',
      message: 'The handlers cannot be loaded: RangeError: out of luck',
    })
  })

  test('of a step its decorator refuses', async () => {
    const dir = handlers({ 'wrong.ts': STAMP.replace("'Create', {", "'Delete', {") })

    expect(await refused(dir)).toMatchObject({ code: 'STEP_INVALID' })
  })

  test.each([
    ['an empty folder', () => handlers({}), {}, 'HANDLERS_UNREADABLE'],
    ['no folder', () => join(folder, 'nowhere'), {}, 'HANDLERS_UNREADABLE'],
    ['a host nobody knows', () => ASSET_HANDLERS, { host: 'moon' }, 'NOT_SUPPORTED'],
  ])('of %s', async (_, dir, options, code) => {
    expect(await refused(dir(), options)).toMatchObject({ code })
  })
})

describe('the process of a bundle', () => {
  let file: string
  beforeAll(async () => {
    file = (await bundle(ASSET_HANDLERS).bundling).file
  })

  test('says how many steps it has, and that it lets this machine only call it without a key', async () => {
    const host = await start(file)

    await host.stop()

    expect(host.output()).toMatch(/^3 steps at http:\/\/127\.0\.0\.1:\d+\/$/m)
    expect(host.output()).toContain('DATAVERSE_WEBHOOK_KEY is not set')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('ends well on %s', async (signal) => {
    const { child } = await start(file)

    child.kill(signal)
    const [code, by] = (await once(child, 'exit')) as [number | null, string | null]

    expect([code, by]).toEqual([0, null])
  })

  test('ends with a word about a port that is taken', async () => {
    const other = createServer()
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
    const { port } = other.address() as AddressInfo

    await expect(start(file, { PORT: String(port) })).rejects.toThrow(
      `ended with 1: PORT_BUSY: Port ${port} is taken; set PORT to another one.`,
    )
    await new Promise<void>((closed) => void other.close(() => closed()))
  })
})
