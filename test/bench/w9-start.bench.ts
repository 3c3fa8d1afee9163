import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { assertEqual, type Benchmark, type Side } from './harness.ts'
import { numbered } from './tables.ts'

export const w9: Benchmark = {
  name: 'w9',
  question: 'a whole process: import the built package, make an organization, Create one row, ms',
  obstacle: () =>
    existsSync(PACKAGE)
      ? undefined
      : `${PACKAGE} is not there; build the package first (npm run build).`,
  measurements: () =>
    [
      { tables: 10, most: 150 },
      { tables: 300, most: 300 },
    ].map(({ tables, most }) => ({
      name: `${tables} tables`,
      unit: 'ms',
      base: side(BARE_PROGRAM, tables),
      ours: side(OUR_PROGRAM, tables),
      most,
    })),
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
  const id = await org.create('benchtable7', { name: 'first', quantity: 1, kind: 2 })
  process.stdout.write(String((await org.retrieve('benchtable7', id)).quantity))`

const BARE_PROGRAM = `${READ_TABLES}
  const rows = new Map(tables.map((table) => [table.logicalName, new Map()]))
  rows.get('benchtable7').set('1', { name: 'first', quantity: 1, kind: 2 })
  process.stdout.write(String(rows.get('benchtable7').get('1').quantity))`

function side(program: string, count: number): Side {
  return () => {
    const file = join(mkdtempSync(join(tmpdir(), 'bench-')), 'tables.json')
    const tables = Array.from({ length: count }, (_, i) => numbered(i))
    writeFileSync(
      file,
      JSON.stringify(tables, (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value,
      ),
    )
    let answer = ''
    return {
      operations: 1,
      run() {
        const { stdout, stderr, status } = spawnSync(
          process.execPath,
          ['--input-type=module', '-e', program, file],
          { encoding: 'utf8' },
        )
        if (status !== 0) throw new DataverseError('UNEXPECTED', stderr)
        answer = stdout
      },
      check() {
        assertEqual('quantity', answer, '1')
      },
    }
  }
}
