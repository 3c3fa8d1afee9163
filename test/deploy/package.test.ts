import { execFile } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import * as index from '../../src/index.ts'
import * as testing from '../../src/testing/index.ts'

const ROOT = join(__dirname, '..', '..')
const run = promisify(execFile)
const node = (...args: string[]) => run(process.execPath, args, { cwd: consumer })

/** A project that has the built package installed, as npm lays it out, and no source condition. */
let consumer: string

beforeAll(async () => {
  consumer = mkdtempSync(join(tmpdir(), 'consumer-test-'))
  const installed = join(consumer, 'node_modules', 'dataverse-handlers')
  mkdirSync(installed, { recursive: true })
  copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'))
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'))
  symlinkSync(join(ROOT, 'src'), join(installed, 'src'))
  await build('--no-types')
})
afterAll(() => rmSync(consumer, { recursive: true, force: true }))

const build = (...options: string[]) =>
  run(process.execPath, [
    ...[join(ROOT, 'build.mjs'), '--no-handlers', ...options],
    ...['--out', join(consumer, 'node_modules', 'dataverse-handlers', 'dist')],
  ])

function write(name: string, text: string): string {
  const file = join(consumer, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

/** A handler and its test, without types; `from` are the lines that bring the names in. */
const scenario = (from: string) => `
  ${from}
  class Watch {
    constructor(clock) { this.clock = clock }
    refuse({ target, reject }) { if (target.name === 'x') reject('Not x at ' + this.clock.now().toISOString()) }
  }
  const method = Object.getOwnPropertyDescriptor(Watch.prototype, 'refuse')
  PreOperation('Create')(Watch.prototype, 'refuse', method)
  inject(Clock)(Watch, undefined, 0)
  Handler('demo_asset')(Watch)
  const column = (name, type) => ({
    logicalName: name, schemaName: name, type, requiredLevel: 'None', maxLength: 100,
    validForRead: true, validForCreate: true, validForUpdate: true,
  })
  const table = {
    logicalName: 'demo_asset', schemaName: 'demo_asset', entitySetName: 'demo_assets', primaryId: 'demo_assetid',
    primaryName: 'name', tableType: 'Standard', ownership: 'None', keys: [], manyToOne: [], oneToMany: [], manyToMany: [],
    columns: [column('demo_assetid', 'Uniqueidentifier'), column('name', 'String')],
  }
  const outcome = async () => {
    const org = emulator({ handlers: [Watch], tables: [table], services: [[Clock, clockAt('2026-03-02T10:00:00Z')]] })
    await org.create('demo_asset', { name: 'y' })
    return org.create('demo_asset', { name: 'x' }).catch((error) => error.code + ': ' + error.message)
  }`
const REFUSAL = 'HANDLER_REJECTED: Not x at 2026-03-02T10:00:00.000Z'
const IMPORTS = `
  import { Clock, Handler, inject, PreOperation } from 'dataverse-handlers'
  import { clockAt, emulator } from 'dataverse-handlers/testing'`
const REQUIRES = `
  const { Clock, Handler, inject, PreOperation } = require('dataverse-handlers')
  const { clockAt, emulator } = require('dataverse-handlers/testing')`

test('import and require give the names of the sources', async () => {
  const doors = ['dataverse-handlers', 'dataverse-handlers/testing']
  const imported = write(
    'names.mjs',
    `const doors = await Promise.all(${JSON.stringify(doors)}.map((door) => import(door)))
     console.log(JSON.stringify(doors.map((door) => Object.keys(door).sort())))`,
  )
  const required = write(
    'names.cjs',
    `const doors = ${JSON.stringify(doors)}.map((door) => require(door))
     console.log(JSON.stringify(doors.map((door) => Object.keys(door).sort())))`,
  )
  const expected = [Object.keys(index).sort(), Object.keys(testing).sort()]

  expect(JSON.parse((await node(imported)).stdout)).toEqual(expected)
  expect(JSON.parse((await node(required)).stdout)).toEqual(expected)
})

test('an ES module may import the CommonJS build by name', async () => {
  const file = write(
    'interop.mjs',
    `import { Handler } from './node_modules/dataverse-handlers/dist/cjs/index.js'
     console.log(typeof Handler)`,
  )

  expect((await node(file)).stdout).toBe('function\n')
})

test.each([
  ['imported', 'scenario.mjs', IMPORTS],
  ['required', 'scenario.cjs', REQUIRES],
])('both doors share classes and tokens when %s', async (_, name, from) => {
  const file = write(name, `${scenario(from)}\n outcome().then(console.log)`)

  expect((await node(file)).stdout.trim()).toBe(REFUSAL)
})

test('the command line starts', async () => {
  const { stdout } = await node(
    join(consumer, 'node_modules', 'dataverse-handlers', 'dist', 'cli', 'main.js'),
    '--help',
  )

  expect(stdout).toMatch(/^Usage: dataverse-handlers/)
})

;(process.env['LONG'] === '1' ? describe : describe.skip)('with LONG=1', () => {
  test('jest runs a test of a handler in its default mode', async () => {
    write('package.json', '{ "private": true }')
    write(
      'watch.test.js',
      `${scenario(REQUIRES)}
       test('refuses', async () => expect(await outcome()).toBe(${JSON.stringify(REFUSAL)}))`,
    )

    const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js')
    const { stderr } = await node(jest, '--rootDir', consumer, '--transform', '{}', 'watch.test.js')

    expect(stderr).toContain('1 passed')
  }, 60_000)

  test.each([
    ['an ES module', 'module'],
    ['CommonJS', 'commonjs'],
  ])(
    '%s reads its declarations, and adds its tables to them',
    async (_, type) => {
      if (!existsSync(join(consumer, TYPES))) await build()
      write(`${type}/package.json`, JSON.stringify({ type }))
      write(`${type}/tsconfig.json`, TSCONFIG)
      write(`${type}/tables.d.ts`, TABLES)
      write(`${type}/handler.ts`, HANDLER)
      const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')

      await expect(node(tsc, '-p', join(consumer, type))).resolves.toMatchObject({ stdout: '' })
    },
    120_000,
  )
})

const TYPES = 'node_modules/dataverse-handlers/dist/cjs/types'
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    module: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2023'],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    experimentalDecorators: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules', '@types')],
  },
  include: ['.'],
})
const TABLES = `
  import type { Col } from 'dataverse-handlers'
  declare module 'dataverse-handlers' {
    interface Tables {
      demo_asset: {
        logicalName: 'demo_asset'; entitySetName: 'demo_assets'; primaryId: 'demo_assetid'
        columns: { demo_assetid: Col<string, 'rc', 'never'>; name: Col<string> }
      }
    }
  }`
const HANDLER = `
  import { Clock, Handler, inject, PreOperation, type CreateEvent } from 'dataverse-handlers'
  import { emulator } from 'dataverse-handlers/testing'
  @Handler('demo_asset')
  export class Watch {
    constructor(@inject(Clock) readonly clock: Clock) {}
    @PreOperation('Create')
    refuse({ target, reject }: CreateEvent<'demo_asset'>) {
      const name: string | null | undefined = target.name
      // @ts-expect-error a column the table does not have
      if (target.nmae === name) reject('No.')
    }
  }
  export const org = emulator({ handlers: [Watch] })`
