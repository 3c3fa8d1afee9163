import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'

const ROOT = join(__dirname, '..')
const SRC = join(ROOT, 'src')

const CORE_AND_AUTHORING = [
  'errors',
  'rows',
  'metadata',
  'time',
  'query',
  'store',
  'cascade',
  'pipeline',
  'messages',
  'authoring',
]

/** Which rooms a room may import from (value and type imports), lowest first. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  rows: ['errors'],
  metadata: ['errors', 'rows'],
  time: ['errors'],
  query: ['errors', 'rows', 'metadata', 'time'],
  'json-schema': ['errors', 'rows', 'metadata'],
  schema: ['errors', 'rows', 'metadata'],
  seed: ['errors', 'rows', 'metadata'],
  store: ['errors', 'rows', 'metadata', 'query'],
  cascade: ['errors', 'rows', 'metadata', 'store'],
  pictures: ['errors'],
  pipeline: ['errors', 'rows', 'metadata', 'store'],
  messages: ['errors', 'rows', 'metadata', 'time', 'query', 'store', 'cascade', 'pipeline'],
  security: ['errors', 'rows', 'metadata', 'query', 'store', 'pipeline'],
  authoring: ['errors', 'rows', 'pipeline', 'messages'],
  'web-api': ['errors', 'rows', 'metadata', 'schema', 'query', 'messages'],
  'remote-execution': ['errors', 'rows', 'pipeline', 'messages', 'authoring'],
  emulator: [...CORE_AND_AUTHORING, 'json-schema', 'pictures', 'schema', 'security'],
  testing: ['errors', 'schema', 'emulator', 'authoring', 'store', 'pipeline', 'remote-execution'],
  hosts: ['errors', 'authoring', 'emulator', 'web-api', 'remote-execution'],
  deploy: ['errors', 'authoring', 'messages', 'hosts', 'pipeline'],
  cli: [
    ...CORE_AND_AUTHORING,
    'seed',
    'json-schema',
    'schema',
    'web-api',
    'remote-execution',
    'emulator',
    'testing',
    'hosts',
    'deploy',
  ],
}

/** Which folders a package belongs to. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'markdown-it': ['metadata/import/reference-page'],
  'date-fns': ['time'],
  'date-fns-tz': ['time'],
  saxes: ['query/fetchxml'],
  ajv: ['json-schema'],
  'jpeg-js': ['pictures'],
  inversify: ['authoring'],
  'reflect-metadata': ['authoring'],
  esbuild: ['deploy'],
  commander: ['cli'],
  'csv-parse': ['cli/seed-files'],
  picocolors: ['cli'],
}

/** Node's own modules that the core may use: ids and nothing else. */
const CORE = [
  'errors',
  'rows',
  'metadata',
  'schema',
  'query',
  'store',
  'cascade',
  'pipeline',
  'messages',
  'security',
]
const CORE_NODE_MODULES = ['node:crypto']

interface Import {
  readonly file: string
  readonly specifier: string
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : path.endsWith('.ts') ? [path] : []
  })
}

const FILES = filesIn(SRC)
const IMPORTS: readonly Import[] = FILES.flatMap((file) =>
  ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => ({ file, specifier: fileName })),
)

const placeOf = (path: string) => relative(SRC, path).split(sep).join('/')
const roomOf = (path: string) => placeOf(path).split('/')[0] ?? ''
const isInRoom = (path: string) => placeOf(path).includes('/')

test('every room has a line in the table, and every line a room', () => {
  const rooms = new Set(FILES.filter(isInRoom).map(roomOf))

  expect([...rooms].sort()).toEqual(Object.keys(ROOMS).sort())
})

test('imports point one way', () => {
  const wrong = IMPORTS.filter(({ file, specifier }) => {
    if (!specifier.startsWith('.') || !isInRoom(file)) return false
    const target = resolve(dirname(file), specifier)
    const [from, to] = [roomOf(file), roomOf(target)]
    return from !== to && !(ROOMS[from] ?? []).includes(to)
  })

  expect(wrong.map(({ file, specifier }) => `${placeOf(file)} imports ${specifier}`)).toEqual([])
})

test('a package belongs to its room', () => {
  const wrong = IMPORTS.filter(({ file, specifier }) => {
    if (specifier.startsWith('.') || specifier.startsWith('node:')) return false
    const name = specifier.startsWith('@')
      ? specifier.split('/').slice(0, 2).join('/')
      : (specifier.split('/')[0] ?? '')
    return !(PACKAGES[name] ?? []).some((place) => placeOf(file).startsWith(`${place}/`))
  })

  expect(wrong.map(({ file, specifier }) => `${placeOf(file)} imports ${specifier}`)).toEqual([])
})

test('the core reads no files and knows no network', () => {
  const wrong = IMPORTS.filter(
    ({ file, specifier }) =>
      specifier.startsWith('node:') &&
      CORE.includes(roomOf(file)) &&
      !CORE_NODE_MODULES.includes(specifier),
  )

  expect(wrong.map(({ file, specifier }) => `${placeOf(file)} imports ${specifier}`)).toEqual([])
})

test('imports inside the package end in .ts', () => {
  const wrong = IMPORTS.filter(
    ({ specifier }) => specifier.startsWith('.') && !specifier.endsWith('.ts'),
  )

  expect(wrong.map(({ file, specifier }) => `${placeOf(file)} imports ${specifier}`)).toEqual([])
})
