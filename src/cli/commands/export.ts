import { relative, resolve } from 'node:path'
import { Command } from 'commander'
import { tokenSource } from '../../hosts/token-source.ts'
import { PLATFORM_TABLES } from '../../metadata/platform/index.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import { listTables, readDefinition } from '../../web-api/client/definitions.ts'
import { Transport } from '../../web-api/client/transport.ts'
import { readSchemas, type KnownSchemas } from '../import/read-schemas.ts'
import { reporter, type Reporter } from '../import/report.ts'
import { writeSchemas } from '../import/write-schemas.ts'
import type { Exit, Io } from '../io.ts'

interface ExportOptions {
  readonly url: string
  readonly out: string
  readonly descriptions: boolean
}

const DEFAULT_URL = 'http://127.0.0.1:8080'

/** `dataverse-handlers export`: the tables of a running organization → schemas/<table>.json and schemas/tables.d.ts. */
export function exportCommand(io: Io, exit: Exit): Command {
  return new Command('export')
    .description('write the tables of a running organization, as they are now, to table schemas')
    .argument(
      '[tables...]',
      'logical names (default: custom tables, tables with custom columns, and those that have a schema)',
    )
    .option(
      '--url <url>',
      'where the organization is; called with DATAVERSE_TOKEN, or with the client of DATAVERSE_CLIENT_ID, _SECRET and DATAVERSE_TENANT_ID',
      DEFAULT_URL,
    )
    .option('--out <folder>', 'where the schemas go', 'schemas')
    .option('--no-descriptions', 'leave the texts out that describe tables and columns')
    .action(async (tables: string[], options: ExportOptions) => {
      exit((await exportTables(tables, options, io)) ? 0 : 1)
    })
}

/** Reads everything before it writes anything; whether nothing failed. */
async function exportTables(
  named: readonly string[],
  options: ExportOptions,
  io: Io,
): Promise<boolean> {
  const report = reporter(io)
  const folder = resolve(io.cwd, options.out)
  const known = readSchemas(folder)
  const token = tokenSource(io.env, () => options.url)
  const transport = new Transport({ url: options.url, ...(token !== undefined && { token }) })
  const names = named.length > 0 ? named : await chosenTables(transport, known, report)
  const tables = new Map<string, TableDefinition>()
  for (const [i, name] of names.entries()) {
    report.progress(i + 1, names.length)
    try {
      const definition = await readDefinition(transport, name)
      tables.set(name, withMessages(definition, known))
    } catch (error) {
      report.refused(error)
    }
  }
  if (report.failures > 0) return false
  const { descriptions } = options
  const written = writeSchemas(folder, tables, { known, report, descriptions })
  if (written > 0) {
    const shown = relative(io.cwd, folder) || '.'
    report.done(
      `${written} table${written === 1 ? '' : 's'} of ${transport.root} written to ${shown}`,
    )
  } else if (tables.size === 0) report.done('Nothing to export: no table is custom.')
  return report.failures === 0
}

/** What somebody made or changed, and what the folder follows already. */
async function chosenTables(
  transport: Transport,
  known: KnownSchemas,
  report: Reporter,
): Promise<readonly string[]> {
  const tables = await listTables(transport)
  const present = new Set(tables.map(({ logicalName }) => logicalName))
  for (const name of known.tables.keys()) {
    // A file may be there for handlers that run elsewhere: whoever wrote it takes it away.
    if (!present.has(name))
      report.done(`${name}: the organization has no such table; its schema stays.`)
  }
  return tables
    .filter(({ logicalName, isCustomized }) => isCustomized || known.tables.has(logicalName))
    .map(({ logicalName }) => logicalName)
}

/** Definitions tell no messages: those that were known stay. */
function withMessages(definition: TableDefinition, known: KnownSchemas): TableDefinition {
  const { logicalName } = definition
  const former =
    known.tables.get(logicalName) ??
    PLATFORM_TABLES.find((table) => table.logicalName === logicalName)
  return former?.messages === undefined ? definition : { ...definition, messages: former.messages }
}
