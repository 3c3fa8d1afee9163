import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join, relative } from 'node:path'
import { CsvError, parse } from 'csv-parse/sync'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { parseLossless } from '../../rows/lossless-json.ts'
import { nearestName } from '../../authoring/nearest-name.ts'
import { readCells, readMembers, type SeedValues } from './read-seed-row.ts'

/** A row to create, and where it was written. */
export interface SeedRow extends SeedValues {
  readonly table: Table
  /** `accounts.csv, row 3`: rows are counted from 1, without the heading. */
  readonly source: string
}

interface SeedFile {
  readonly path: string
  /** As messages name it. */
  readonly name: string
}

/**
 * The rows of a file, or of all files of a folder in the order of their names. JSON: the rows of the table the
 * file is named after (`accounts.json`, `account.json`), or an object with the rows of several tables; either as
 * a Web API answers them, or with columns by their names. CSV: a heading, and rows of the table the file is named
 * after. Folders inside are left alone.
 * @throws SEED_INVALID naming file and row
 */
export function readSeedFiles(path: string, catalog: Catalog): readonly SeedRow[] {
  return filesAt(path).flatMap((file) =>
    extname(file.path).toLowerCase() === '.csv' ? readCsv(file, catalog) : readJson(file, catalog),
  )
}

function filesAt(path: string): readonly SeedFile[] {
  try {
    if (!statSync(path).isDirectory()) return [{ path, name: basename(path) }]
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(json|csv)$/i.test(entry.name))
      .map(({ name }) => ({ path: join(path, name), name }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (cause) {
    const where = relative(process.cwd(), path) || path
    throw new DataverseError('SEED_INVALID', `There is nothing to read at ${where}.`, { cause })
  }
}

function readCsv(file: SeedFile, catalog: Catalog): readonly SeedRow[] {
  const table = tableNamed(nameWithoutType(file), catalog, file.name)
  const records = recordsOf(file)
  return records.map((cells, index) => {
    const source = `${file.name}, row ${index + 1}`
    return { table, source, ...placed(source, () => readCells(table, cells, catalog)) }
  })
}

function recordsOf({ path, name }: SeedFile): readonly Readonly<Record<string, string>>[] {
  try {
    return parse(readFileSync(path), { columns: true, bom: true, skip_empty_lines: true })
  } catch (cause) {
    const reason = cause instanceof CsvError ? cause.message : String(cause)
    throw new DataverseError('SEED_INVALID', `${name}: ${reason}`, { cause })
  }
}

function readJson(file: SeedFile, catalog: Catalog): readonly SeedRow[] {
  const document = jsonOf(file)
  if (Array.isArray(document)) return rowsOf(document, nameWithoutType(file), file, catalog)
  if (!isObject(document)) {
    throw new DataverseError('SEED_INVALID', `${file.name}: an array of rows is expected.`)
  }
  // An answer of the Web API, with its annotations.
  if (Array.isArray(document['value'])) {
    const context = document['@odata.context']
    const [, set] = /#([^(/]+)/.exec(typeof context === 'string' ? context : '') ?? []
    return rowsOf(document['value'], set ?? nameWithoutType(file), file, catalog)
  }
  return Object.entries(document).flatMap(([name, rows]) => {
    if (Array.isArray(rows)) return rowsOf(rows, name, file, catalog, ` of ${name}`)
    throw new DataverseError('SEED_INVALID', `${file.name}: '${name}' is not an array of rows.`)
  })
}

function jsonOf({ path, name }: SeedFile): unknown {
  try {
    return parseLossless(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataverseError('SEED_INVALID', `${name}: ${reason}`, { cause })
  }
}

function rowsOf(
  rows: readonly unknown[],
  name: string,
  file: SeedFile,
  catalog: Catalog,
  place = '',
): readonly SeedRow[] {
  const table = tableNamed(name, catalog, file.name)
  return rows.map((row, index) => {
    const source = `${file.name}, row ${index + 1}${place}`
    return { table, source, ...placed(source, () => readMembers(table, row, catalog)) }
  })
}

/** By logical name or entity set. */
function tableNamed(name: string, catalog: Catalog, file: string): Table {
  const table = catalog.find(name.toLowerCase()) ?? catalog.findBySet(name)
  if (table !== undefined) return table
  const near = nearestName(name, catalog.names)
  const hint = near === undefined ? '' : ` Did you mean '${near}'?`
  throw new DataverseError('SEED_INVALID', `${file}: there is no table '${name}'.${hint}`)
}

/** What was thrown, with the place it is about. */
export function placed<T>(source: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw misplaced(source, error)
  }
}

export function misplaced(source: string, error: unknown): unknown {
  if (!(error instanceof DataverseError)) return error
  const code = error.code === 'SEED_INVALID' ? '' : `${error.code}: `
  return new DataverseError('SEED_INVALID', `${source}: ${code}${error.message}`, { cause: error })
}

function nameWithoutType({ name }: SeedFile): string {
  return name.slice(0, name.length - extname(name).length)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
