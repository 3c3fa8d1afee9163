import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { main } from '../../src/cli/main.ts'
import { parseSchema } from '../../src/json-schema/schema-file.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { attribute, entity, label } from '../metadata/import/entity-definitions/entities.ts'
import { column, page, PROPERTIES } from '../metadata/import/reference-page/pages.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'import-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

function put(name: string, text: string): void {
  mkdirSync(dirname(join(cwd, name)), { recursive: true })
  writeFileSync(join(cwd, name), text)
}

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await main(['import', ...argv], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    cwd,
    env: {},
  })
  return { code, out, err }
}

const schema = (name: string, folder = 'schemas') => {
  const file = join(cwd, folder, `${name}.json`)
  return parseSchema(readFileSync(file, 'utf8'), file)
}
const named = (name: string) =>
  page({ properties: PROPERTIES.replaceAll('new_parcel', name).replaceAll('new_Parcel', name) })
const EXTENSION = `# Parcel

> [!NOTE]
> The Microsoft Dynamics 365 Parcel table extends the [Microsoft Dataverse Parcel table](/entities/new_parcel).

## Writable columns/attributes

${column('msdyn_Extra', 'String', '|MaxLength|10|')}
`

test('a page becomes a schema, and all schemas become types', async () => {
  put('docs/new_parcel.md', page())
  put('docs/deep/new_crate.md', named('new_crate'))

  const { code, out, err } = await run('docs')

  expect([code, err]).toEqual([0, ''])
  expect(out).toBe('2 tables from 2 documents written to schemas\n')
  expect(readdirSync(join(cwd, 'schemas')).sort()).toEqual([
    'new_crate.json',
    'new_parcel.json',
    'tables.d.ts',
  ])
  expect(schema('new_parcel')).toMatchObject({ logicalName: 'new_parcel', displayName: 'Parcel' })
  const types = readFileSync(join(cwd, 'schemas', 'tables.d.ts'), 'utf8')
  expect(types).toContain('new_parcel')
  expect(types).toContain('new_crate')
})

test('--out says where the schemas go; types cover what lay there before', async () => {
  put('new_parcel.md', page())
  put('new_crate.md', named('new_crate'))
  await run('new_parcel.md', '--out', 'made/here')

  const { code } = await run('new_crate.md', '--out', 'made/here')

  expect(code).toBe(0)
  const types = readFileSync(join(cwd, 'made/here/tables.d.ts'), 'utf8')
  expect(types).toContain('new_parcel')
  expect(types).toContain('new_crate')
})

test('importing again changes nothing', async () => {
  put('new_parcel.md', page())
  await run('.')
  const first = readFileSync(join(cwd, 'schemas/new_parcel.json'), 'utf8')

  const { code, out } = await run('.')

  expect([code, out]).toEqual([0, '1 table from 1 document written to schemas\n'])
  expect(readFileSync(join(cwd, 'schemas/new_parcel.json'), 'utf8')).toBe(first)
})

test('unreadable files get one line each, the others are imported, the exit code is 1', async () => {
  put('a.md', page())
  put('b.md', 'no page\n')
  put('c.json', '{"value": [\n}')

  const { code, err } = await run('.')

  expect(code).toBe(1)
  expect(err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^b\.md:1: expected a table reference page: .*, found neither\.$/),
    `c.json:2: expected a JSON value, found '}'.`,
  ])
  expect(schema('new_parcel').logicalName).toBe('new_parcel')
})

test('nothing is written when nothing can be read', async () => {
  put('b.md', 'no page\n')
  expect((await run('b.md')).code).toBe(1)
  expect(existsSync(join(cwd, 'schemas'))).toBe(false)
})

test('a file as Windows PowerShell writes it, in UTF-16, is read', async () => {
  const text = `\uFEFF${JSON.stringify(entity([attribute('new_parcelid', 'Uniqueidentifier')]))}`
  writeFileSync(join(cwd, 'new_parcel.json'), text, 'utf16le')

  expect((await run('new_parcel.json')).code).toBe(0)

  expect(schema('new_parcel').columns.map((c) => c.logicalName)).toEqual(['new_parcelid'])
})

test('a path that is not there, or a folder without documents, is a failure', async () => {
  mkdirSync(join(cwd, 'empty'))
  const { code, err } = await run('nowhere.md', 'empty')
  expect(code).toBe(1)
  expect(err).toBe(
    'nowhere.md cannot be read: ENOENT: no such file or directory.\nempty holds no .md or .json file.\n',
  )
})

test('files about a folder and hidden folders are passed over', async () => {
  put('docs/new_parcel.md', page())
  put('docs/README.md', 'Read me.')
  put('docs/.git/x.json', '{')
  put('docs/node_modules/x/package.json', '{}')
  expect((await run('docs')).code).toBe(0)
})

test('a schema file named as input is a mistake', async () => {
  put('new_parcel.md', page())
  await run('new_parcel.md')
  const { code, err } = await run('schemas/new_parcel.json')
  expect([code, err]).toEqual([
    1,
    'schemas/new_parcel.json is a table schema already; nothing to import.\n',
  ])
})

test('EntityDefinitions win over a page; its messages fill in', async () => {
  put(
    'a.json',
    JSON.stringify(
      entity([attribute('new_parcelid', 'Uniqueidentifier')], { DisplayName: label('Defined') }),
    ),
  )
  put('b.md', page({ messages: '## Messages\n\n|Message|SDK Assembly|\n|-|-|\n|Create|x|\n' }))

  await run('.')

  expect(schema('new_parcel')).toMatchObject({
    displayName: 'Defined',
    messages: [{ name: 'Create', isEvent: true }],
  })
})

describe('an extension page', () => {
  test('adds to its base of the same run', async () => {
    put('a-extension.md', EXTENSION)
    put('b.md', page())
    expect((await run('.')).code).toBe(0)
    expect(schema('new_parcel').columns.map((c) => c.logicalName)).toContain('msdyn_extra')
  })

  test('adds to the schema of an earlier run', async () => {
    put('b.md', page())
    await run('b.md')
    put('a-extension.md', EXTENSION)
    expect((await run('a-extension.md')).code).toBe(0)
    expect(schema('new_parcel').columns.map((c) => c.logicalName)).toEqual([
      'new_parcelid',
      'msdyn_extra',
    ])
  })

  test('adds to a built-in table', async () => {
    put('account.md', EXTENSION.replaceAll('new_parcel', 'account'))
    expect((await run('account.md')).code).toBe(0)
    const builtIn = PLATFORM_TABLES.find((t) => t.logicalName === 'account')
    expect(schema('account').columns).toHaveLength((builtIn?.columns.length ?? 0) + 1)
  })

  test('without a base is a failure, and nothing is written', async () => {
    put('a.md', EXTENSION)
    const { code, err } = await run('a.md')
    expect(code).toBe(1)
    expect(err).toBe(
      `a.md extends table 'new_parcel', of which there is no document, schema or built-in definition; import the page of new_parcel too.\n`,
    )
    expect(existsSync(join(cwd, 'schemas'))).toBe(false)
  })
})

describe('--platform', () => {
  test('writes the built-in tables', async () => {
    expect((await run('--platform')).code).toBe(0)
    expect(readdirSync(join(cwd, 'schemas'))).toHaveLength(PLATFORM_TABLES.length + 1)
  })

  test('leaves what was imported as it is', async () => {
    const own = entity([attribute('accountid', 'Uniqueidentifier')], {
      LogicalName: 'account',
      PrimaryIdAttribute: 'accountid',
    })
    put('account.json', JSON.stringify(own))
    await run('account.json')
    await run('--platform')
    expect(schema('account').columns).toHaveLength(1)
    expect(schema('systemuser').columns.length).toBeGreaterThan(1)
  })
})

test('a schema in the folder that cannot be read is named, unless it is written anew', async () => {
  put('new_parcel.md', page())
  put('schemas/new_old.json', '{"x-dataverse": {}}')
  const { code, err } = await run('new_parcel.md')
  expect(code).toBe(1)
  expect(err).toContain('new_old.json')
  expect(schema('new_parcel').logicalName).toBe('new_parcel')

  rmSync(join(cwd, 'schemas/new_old.json'))
  put('schemas/new_parcel.json', '{"x-dataverse": {}}')
  expect((await run('new_parcel.md')).code).toBe(0)
})

test.each(['../escaped', 'a/b', '/tmp/absolute', 'a b'])(
  'a document cannot name the file it is written to: %j',
  async (LogicalName) => {
    const columns = [attribute('new_parcelid', 'Uniqueidentifier')]
    put('a.json', JSON.stringify(entity(columns, { LogicalName })))

    const { code, err } = await run('a.json')

    expect(code).toBe(1)
    expect(err).toContain(`'${LogicalName}' is no name a table can have`)
    expect(readdirSync(cwd)).toEqual(['a.json'])
    expect(existsSync(join(cwd, '../escaped.json'))).toBe(false)
  },
)

test('an output folder that is none is refused', async () => {
  put('new_parcel.md', page())
  put('schemas', 'a file where the folder should be')
  const { code, err } = await run('new_parcel.md')
  expect(code).toBe(1)
  expect(err).toMatch(
    /^DOCUMENT_UNREADABLE: .*schemas cannot be read: ENOTDIR: not a directory\.\n$/,
  )
  expect(readdirSync(cwd).sort()).toEqual(['new_parcel.md', 'schemas'])
})

test('a schema that cannot be written is named, and no half of anything is left behind', async () => {
  put('new_parcel.md', page())
  mkdirSync(join(cwd, 'schemas/new_parcel.json'), { recursive: true })
  const { code, err, out } = await run('new_parcel.md')
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(/new_parcel\.json cannot be written: EISDIR/)
  expect(readdirSync(join(cwd, 'schemas'))).toEqual(['new_parcel.json'])
})

test('many files are counted while they are read', async () => {
  for (let i = 0; i < 101; i++) put(`t${i}.md`, named(`new_t${i}`))
  const { code, out } = await run('.')
  expect(code).toBe(0)
  expect(out).toBe('reading 100 of 101\n101 tables from 101 documents written to schemas\n')
})

test('a wrong command line is refused with code 2, help is not', async () => {
  expect((await run('--what')).code).toBe(2)
  expect((await run()).code).toBe(2)
  const { code, out } = await run('--help')
  expect(code).toBe(0)
  expect(out).toContain('--platform')
})
