import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/main.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'build-'))
  for (const folder of ['handlers', 'schemas']) mkdirSync(join(cwd, folder))
  writeFileSync(join(cwd, 'handlers', 'stamp.ts'), STAMP)
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const STAMP = `
  import { Handler, PostOperation, PreOperation } from 'dataverse-handlers'
  @Handler('account') export class Stamp {
    @PreOperation('Create', { writes: ['description'] }) note({ target }) { target.description = 'x' }
    @PreOperation('Create', { writes: ['fax'] }) fax({ target }) { target.fax = 'x' }
    @PostOperation('Delete') tell({ trace }) { trace('gone') }
  }`

async function run(...argv: string[]) {
  let out = ''
  let err = ''
  const code = await main(['build', ...argv], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    cwd,
    env: {},
  })
  return { code, out, err }
}

test('bundles the handlers for a host and lists the steps to register', async () => {
  const { code, out, err } = await run('--leave-out', 'Stamp.note', 'Stamp.fax')

  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(
    /^1 steps, without Stamp\.note, Stamp\.fax: dist\/hosts\/node\/index\.mjs, \d+ kB\nWhat to register: dist\/hosts\/node\/steps\.json\n$/,
  )
  expect(readFileSync(join(cwd, 'dist/hosts/node/index.mjs'), 'utf8')).toContain('Stamp = class')
  expect(JSON.parse(readFileSync(join(cwd, 'dist/hosts/node/steps.json'), 'utf8'))).toMatchObject({
    steps: [{ name: 'Stamp.tell', message: 'Delete', stage: 40 }],
  })
})

test('takes other folders', async () => {
  const { code } = await run(
    ...['--handlers', 'handlers', '--out', 'bundle', '--minify'],
    ...['--leave-out', 'Stamp.note', '--leave-out', 'Stamp.fax'],
  )

  expect(code).toBe(0)
  expect(existsSync(join(cwd, 'bundle', 'index.mjs'))).toBe(true)
})

describe('is refused, and nothing is written:', () => {
  test.each([
    ['a step that writes', [], /^BUNDLE_REFUSED: .*there: Stamp\.note Stamp\.fax\.\n$/],
    [
      'a folder of tables that is not there',
      ['--schemas', 'gone'],
      /^SCHEMA_INVALID: There is no folder gone/,
    ],
    ['a folder of handlers that is not there', ['--handlers', 'gone'], /^HANDLERS_UNREADABLE: /],
    [
      'a host that is not known',
      ['--host', 'moon'],
      /^NOT_SUPPORTED: There is no host 'moon'; there is node\.\n$/,
    ],
  ])('%s', async (_, argv, message) => {
    const { code, err } = await run(...argv)

    expect(code).toBe(1)
    expect(err).toMatch(message)
    expect(existsSync(join(cwd, 'dist'))).toBe(false)
  })
})
