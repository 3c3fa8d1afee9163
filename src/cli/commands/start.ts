import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { loadHandlers, type LoadedHandlers } from '../../deploy/load-handlers.ts'
import { Emulator } from '../../emulator/emulator.ts'
import { readSchemaFolder } from '../../json-schema/read-folder.ts'
import { listen, type Listening } from '../../web-api/node-server.ts'
import { createWebApi } from '../../web-api/web-api.ts'
import type { Exit, Io } from '../io.ts'
import { describeSteps, describeTables, describeTrace } from '../start/describe.ts'
import { servedOrganization } from '../start/served-organization.ts'

interface StartOptions {
  readonly port: number
  readonly handlers: string
  readonly schemas: string
}

const DEFAULT_PORT = 8080

/** `dataverse-handlers start`: the emulated organization behind its Web API, with the handlers in it. */
export function startCommand(io: Io, exit: Exit): Command {
  return new Command('start')
    .description('serve an emulated organization, with your handlers in it, as a Dataverse Web API')
    .option('--port <number>', 'where to listen on 127.0.0.1; 0: any free port', portOf)
    .option('--handlers <folder>', 'the handlers', 'handlers')
    .option('--schemas <folder>', 'the tables, as import wrote them', 'schemas')
    .action(async (options: Partial<StartOptions> & Pick<StartOptions, 'handlers' | 'schemas'>) => {
      const port = options.port ?? portOf(io.env['PORT'] ?? String(DEFAULT_PORT))
      await serve({ ...options, port }, io)
      exit(0)
    })
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError(`'${text}' is no port; give a number from 0 to 65535.`)
}

/** Until the process is told to end. */
async function serve(options: StartOptions, io: Io): Promise<void> {
  const write = (text: string) => void io.stdout.write(`${text}\n`)
  const folder = resolve(io.cwd, options.schemas)
  const tables = readSchemaFolder(folder)
  const loaded = await handlersOf(resolve(io.cwd, options.handlers))
  const org = new Emulator({
    tables,
    handlers: loaded.handlers,
    services: loaded.services,
    runsJobsAtOnce: true,
  })
  const api = createWebApi({ catalog: org.catalog, service: servedOrganization(org) })
  const listening = await listen(api, { port: options.port })

  const own = tables.map((table) => table.logicalName)
  write(`Tables of ${relative(io.cwd, folder) || '.'}/\n`)
  write(describeTables(org.catalog, own))
  write(`\nSteps of ${options.handlers}/, in pipeline order\n`)
  write(org.steps.length === 0 ? 'none' : describeSteps(org.steps))
  write(`\nWeb API  ${listening.url}/api/data/v9.2/`)
  write(`\nTry\n${tries(listening, own).join('\n')}`)
  write('\nEach request shows here what it set off. Ctrl-C ends.\n')
  org.onTrace((node) => write(describeTrace(node)))
  await ended()
  await listening.close()
  write('Ended.')
}

/** A folder that is not there holds no handlers; one that is there must be readable. */
async function handlersOf(folder: string): Promise<LoadedHandlers> {
  if (!existsSync(folder)) return { files: [], handlers: [], services: [] }
  return loadHandlers(folder)
}

/** Two lines that work as they stand. */
function tries({ url }: Listening, own: readonly string[]): readonly string[] {
  const root = `${url}/api/data/v9.2`
  const [set, body] = own.includes('exchangesyncidmapping')
    ? ['exchangesyncidmappings', '{"itemsubject":"Status report"}']
    : ['accounts', '{"name":"Contoso"}']
  return [
    `  curl -i ${root}/${set} -H 'Content-Type: application/json' -d '${body}'`,
    `  curl '${root}/${set}?$top=3'`,
  ]
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
