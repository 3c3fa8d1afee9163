import { Command } from 'commander'
import { relative, resolve } from 'node:path'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import { PLATFORM_TABLES } from '../../metadata/platform/index.ts'
import { readDocument } from '../../metadata/import/read-document.ts'
import { findDocuments } from '../import/find-documents.ts'
import { foldDocuments, type ReadDocument } from '../import/fold-documents.ts'
import { readSchemas } from '../import/read-schemas.ts'
import { reporter, type Reporter } from '../import/report.ts'
import { readText } from '../import/files.ts'
import { writeSchemas } from '../import/write-schemas.ts'
import type { Exit, Io } from '../io.ts'

interface ImportOptions {
  readonly out: string
  readonly platform: boolean
  readonly replace: boolean
  readonly descriptions: boolean
}

/** `dataverse-handlers import`: documents about tables → schemas/<table>.json and schemas/tables.d.ts. */
export function importCommand(io: Io, exit: Exit): Command {
  return new Command('import')
    .description('make table schemas from reference pages (.md) and EntityDefinitions (.json)')
    .argument('[paths...]', 'files, or folders to search for them')
    .option('--out <folder>', 'where the schemas go', 'schemas')
    .option(
      '--platform',
      'also write the built-in platform tables the folder has no schema of',
      false,
    )
    .option(
      '--replace',
      'let built-in platform tables replace schemas the folder has of them',
      false,
    )
    .option('--no-descriptions', 'leave the texts out that describe tables and columns')
    .action((paths: string[], options: ImportOptions, command: Command) => {
      if (paths.length === 0 && !options.platform) {
        command.error('error: nothing to import: name files or folders, or ask for --platform')
      }
      exit(importTables(paths, options, io) ? 0 : 1)
    })
}

/** Reads everything before it writes anything; whether nothing failed. */
function importTables(paths: readonly string[], options: ImportOptions, io: Io): boolean {
  const report = reporter(io)
  const folder = resolve(io.cwd, options.out)
  const read = readAll(paths, report, io)
  const known = readSchemas(folder)
  const tables = foldDocuments(read, {
    report,
    baseOf: (name) => known.tables.get(name) ?? PLATFORM_TABLES.find((t) => t.logicalName === name),
  })
  if (options.platform) addPlatformTables(tables, options.replace ? NOTHING : known.tables)
  for (const [name, error] of known.broken) if (!tables.has(name)) report.refused(error)
  const written = writeSchemas(folder, tables, {
    known,
    report,
    descriptions: options.descriptions,
  })
  const shown = relative(io.cwd, folder) || '.'
  if (written > 0) {
    report.done(
      `${counted(written, 'table')} from ${counted(read.length, 'document')} written to ${shown}`,
    )
  }
  return report.failures === 0
}

function readAll(paths: readonly string[], report: Reporter, io: Io): readonly ReadDocument[] {
  const files = findDocuments(paths, io.cwd, report)
  const read: ReadDocument[] = []
  files.forEach((file, i) => {
    report.progress(i + 1, files.length)
    const name = relative(io.cwd, file.path) || file.path
    try {
      const document = readDocument(readText(file.path, name), name)
      // Schema files of an earlier run may lie in a folder; naming one as input is a mistake.
      if (document.kind !== 'schema') read.push({ name, document })
      else if (file.isNamed) report.failure(`${name} is a table schema already; nothing to import.`)
    } catch (error) {
      report.refused(error)
    }
  })
  return read
}

/** What the folder has already, imported or written before, knows more than the built-in definition. */
function addPlatformTables(
  tables: Map<string, TableDefinition>,
  known: ReadonlyMap<string, unknown>,
): void {
  for (const table of PLATFORM_TABLES) {
    const { logicalName } = table
    if (!tables.has(logicalName) && !known.has(logicalName)) tables.set(logicalName, table)
  }
}

const NOTHING: ReadonlyMap<string, unknown> = new Map()

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
