import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/main.ts'
import { plant } from '../../src/cli/seed-files/plant.ts'
import { readSeedFiles } from '../../src/cli/seed-files/read-seed-files.ts'
import { Emulator } from '../../src/emulator/emulator.ts'
import { printSeed } from '../../src/cli/seed-files/print-seed.ts'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { generateRows } from '../../src/seed/generate-rows.ts'

const DEFINITIONS = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')
const whereShared = existsSync(DEFINITIONS) ? describe : describe.skip

let cwd = ''
beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'seed-'))))
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

async function run(...argv: string[]) {
  let out = ''
  let err = ''
  const code = await main(['seed', ...argv], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    cwd,
    env: {},
  })
  return { code, out, err }
}

test('writes rows that an organization can begin with; the same number gives the same', async () => {
  const first = await run('account', 'contact', '--count', '4', '--seed', '7')
  await run('account', 'contact', '--count', '4', '--seed', '7', '--out', 'again.json')

  const org = new Emulator()
  await plant(readSeedFiles(join(cwd, 'seed.json'), org.catalog), org)

  expect(first).toEqual({
    code: 0,
    out: '8 rows of account, contact written to seed.json\n',
    err: '',
  })
  expect(org.contents().get('account')).toHaveLength(4)
  expect(org.contents().get('contact')).toHaveLength(4)
  expect(readFileSync(join(cwd, 'again.json'), 'utf8')).toBe(
    readFileSync(join(cwd, 'seed.json'), 'utf8'),
  )
})

describe('is refused, and nothing is written:', () => {
  test('over a file that is there', async () => {
    writeFileSync(join(cwd, 'seed.json'), 'mine')

    expect(await run()).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^SEED_INVALID: seed\.json is there already/),
    })
    expect(readFileSync(join(cwd, 'seed.json'), 'utf8')).toBe('mine')
  })

  test.each([
    ['a table nobody knows', ['acount'], 1, /^TABLE_UNKNOWN: .*'acount'/],
    ['a count that is none', ['--count', 'many'], 2, /Give a whole number/],
  ])('%s', async (_, argv, code, err) => {
    const answer = await run(...argv)

    expect(answer).toMatchObject({ code, err: expect.stringMatching(err) })
    expect(readdirSync(cwd)).toEqual([])
  })
})

whereShared('with the definitions of shared/tables/definitions', () => {
  test('all together make an organization, with rows of every table clients create', async () => {
    const tables = readdirSync(DEFINITIONS)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => readEntityDefinitions(readFileSync(join(DEFINITIONS, file), 'utf8'), file))
    const org = new Emulator({ tables })
    const names = ['account', 'contact', 'lead', 'opportunity', 'annotation', 'team', 'email']
    const existing = [
      { table: 'businessunit', id: org.businessUnitId },
      { table: 'transactioncurrency', id: org.currencyId },
      { table: 'systemuser', id: org.userId },
    ]
    const rows = generateRows(org.catalog, { tables: names, existing })
    const path = join(cwd, 'seed.json')
    writeFileSync(path, printSeed(rows))

    await plant(readSeedFiles(path, org.catalog), org)

    for (const name of names) {
      expect([name, org.contents().get(name)?.length]).toEqual([name, name === 'team' ? 11 : 10])
    }
  })
})
