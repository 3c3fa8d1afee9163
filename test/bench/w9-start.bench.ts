import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { assertEqual, type Benchmark, type Measurement, type Side } from './harness.ts'
import { numbered } from './tables.ts'

export const w9: Benchmark = {
  name: 'w9',
  question: 'a whole process: import the built package, make an organization, Create one row, ms',
  obstacle: () =>
    existsSync(PACKAGE)
      ? undefined
      : `${PACKAGE} is not there; build the package first (npm run build).`,
  measurements: () => [
    ...[
      { count: 10, most: 150 },
      { count: 300, most: 300 },
    ].map(({ count, most }) =>
      measurement({
        name: `${count} tables`,
        tables: () => Array.from({ length: count }, (_, i) => numbered(i)),
        table: 'benchtable7',
        most,
      }),
    ),
    {
      ...measurement({
        name: 'real tables',
        tables: realTables,
        table: 'account',
        most: 300,
      }),
      ...(!existsSync(REAL_TABLES) && { obstacle: `there is no ${REAL_TABLES}` }),
    },
  ],
}

interface World {
  readonly name: string
  readonly tables: () => readonly TableDefinition[]
  /** Gets the row. */
  readonly table: string
  readonly most: number
}

function measurement({ name, tables, table, most }: World): Measurement {
  return {
    name,
    unit: 'ms',
    base: side(BARE_PROGRAM, tables, table),
    ours: side(OUR_PROGRAM, tables, table),
    most,
  }
}

/** Exports of a real organization, kept outside the project. */
const REAL_TABLES = join(process.cwd(), '..', 'shared', 'tables', 'definitions')

function realTables(): readonly TableDefinition[] {
  return readdirSync(REAL_TABLES)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => readEntityDefinitions(readFileSync(join(REAL_TABLES, file), 'utf8'), file))
}

const PACKAGE = join(process.cwd(), 'dist', 'esm', 'testing.js')

/** Reads the tables from a file, as both programs do; row versions are 64 bits and written with an n. */
const READ_TABLES = `
  import { readFileSync } from 'node:fs'
  const tables = JSON.parse(readFileSync(process.argv[1], 'utf8'), (_, value) =>
    typeof value === 'string' && /^-?[0-9]+n$/.test(value) ? BigInt(value.slice(0, -1)) : value)`

const OUR_PROGRAM = `${READ_TABLES}
  import { emulator } from ${JSON.stringify(pathToFileURL(PACKAGE).href)}
  const org = emulator({ tables })
  const id = await org.create(process.argv[2], { name: 'first' })
  process.stdout.write(String((await org.retrieve(process.argv[2], id)).name))`

const BARE_PROGRAM = `${READ_TABLES}
  const rows = new Map(tables.map((table) => [table.logicalName, new Map()]))
  rows.get(process.argv[2]).set('1', { name: 'first' })
  process.stdout.write(String(rows.get(process.argv[2]).get('1').name))`

function side(program: string, tables: World['tables'], table: string): Side {
  return () => {
    const file = join(mkdtempSync(join(tmpdir(), 'bench-')), 'tables.json')
    writeFileSync(
      file,
      JSON.stringify(tables(), (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value,
      ),
    )
    let answer = ''
    return {
      operations: 1,
      run() {
        const { stdout, stderr, status } = spawnSync(
          process.execPath,
          ['--input-type=module', '-e', program, file, table],
          { encoding: 'utf8' },
        )
        if (status !== 0) throw new DataverseError('UNEXPECTED', stderr)
        answer = stdout
      },
      check() {
        assertEqual('name', answer, 'first')
      },
    }
  }
}
