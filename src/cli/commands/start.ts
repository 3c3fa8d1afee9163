import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { loadHandlers, type LoadedHandlers } from '../../deploy/load-handlers.ts'
import { Emulator } from '../../emulator/emulator.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { readSchemaFolder } from '../../json-schema/read-folder.ts'
import { PLATFORM_TABLES } from '../../metadata/platform/index.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import { listen } from '../../web-api/node-server.ts'
import { createWebApi } from '../../web-api/web-api.ts'
import type { Exit, Io } from '../io.ts'
import { plant } from '../seed-files/plant.ts'
import { readSeedFiles } from '../seed-files/read-seed-files.ts'
import { describeMessages, describeSteps, describeTables } from '../start/describe.ts'
import { paintFor } from '../start/paint.ts'
import { requestLog } from '../start/request-log.ts'
import { requestsToTry } from '../start/requests-to-try.ts'
import { servedOrganization } from '../start/served-organization.ts'
import { signInTo, type SignIn } from '../start/sign-in.ts'

interface StartOptions {
  readonly port?: number
  /** Absent: `handlers`, if it is there. */
  readonly handlers?: string
  readonly schemas: string
  readonly host: string
  readonly auth?: boolean
  /** A file or folder. */
  readonly seed?: string
}

const DEFAULT_PORT = '8080'
const LOOPBACK = '127.0.0.1'

/** How long requests under way may take once the end is asked for; then their connections are cut. */
const GRACE_MS = 1_000

/** `dataverse-handlers start`: the emulated organization behind its Web API, with the handlers in it. */
export function startCommand(io: Io, exit: Exit): Command {
  return new Command('start')
    .description('serve an emulated organization, with your handlers in it, as a Dataverse Web API')
    .option(
      '--port <number>',
      `where to listen; 0: any free port (default: PORT or ${DEFAULT_PORT})`,
      portOf,
    )
    .option(
      '--host <address>',
      'the address to listen at; others than loopback need --auth',
      LOOPBACK,
    )
    .option('--seed <path>', 'rows to begin with: a JSON or CSV file, or a folder of them')
    .option('--auth', 'demand a bearer token, and give them for client credentials')
    .option('--handlers <folder>', 'the handlers (default: "handlers")')
    .option('--schemas <folder>', 'the tables, as import wrote them', 'schemas')
    .action(async (options: StartOptions, command: Command) => {
      assertHost(options, command)
      await serve({ ...options, port: options.port ?? portIn(io, command) }, io)
      exit(0)
    })
}

/** Nobody else is to reach an organization that lets in whoever comes. */
function assertHost({ host, auth }: StartOptions, command: Command): void {
  if (auth === true || host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host))
    return
  command.error(
    `error: '${host}' can be reached from other machines; add --auth, or leave --host out.`,
  )
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('Give a number from 0 to 65535.')
}

/** Left empty, the variable says nothing. */
function portIn({ env }: Io, command: Command): number {
  const text = env['PORT'] || DEFAULT_PORT
  try {
    return portOf(text)
  } catch {
    command.error(`error: PORT is '${text}'; give a number from 0 to 65535.`)
  }
}

/** Until the process is told to end. */
async function serve(options: StartOptions & { readonly port: number }, io: Io): Promise<void> {
  const write = (text: string) => void io.stdout.write(`${text}\n`)
  const tables = tablesOf(options.schemas, io)
  const { handlers, services } = await handlersOf(options.handlers, io)
  const org = new Emulator({ tables, handlers, services, runsJobsAtOnce: true })
  if (options.seed !== undefined) await seed(resolve(io.cwd, options.seed), org)
  const signIn = options.auth === true ? signInTo(org, io.env, () => Date.now()) : undefined
  const service = servedOrganization(org, signIn?.signedIn)
  const api = createWebApi({ catalog: org.catalog, service })
  const log = requestLog(signIn?.authority.guard(api) ?? api, { write, paint: paintFor(io) })
  const listening = await listen(log.api, { port: options.port, host: options.host })
  const asked = endAsked()
  org.onTrace(log.ended)
  write(describe(org, ownTables(tables), listening.url, signIn))

  await asked
  await Promise.race([listening.close(), delay(GRACE_MS, undefined, { ref: false })])
  write('Ended.')
}

/** @throws SEED_INVALID */
async function seed(path: string, org: Emulator): Promise<void> {
  await plant(readSeedFiles(path, org.catalog), org)
}

/** @throws SCHEMA_INVALID */
function tablesOf(schemas: string, io: Io): readonly TableDefinition[] {
  const folder = resolve(io.cwd, schemas)
  if (existsSync(folder)) return readSchemaFolder(folder)
  const here = relative(io.cwd, folder)
  throw new DataverseError(
    'SCHEMA_INVALID',
    `There is no folder ${here}, where the tables are. Run 'npx dataverse-handlers import --platform --out ${here}' to begin with the built-in ones, or name another folder with --schemas.`,
  )
}

/** A folder that nobody named need not be there; any other must be readable. */
async function handlersOf(named: string | undefined, io: Io): Promise<LoadedHandlers> {
  const folder = resolve(io.cwd, named ?? 'handlers')
  if (named === undefined && !existsSync(folder)) return { files: [], handlers: [], services: [] }
  return loadHandlers(folder)
}

/** What somebody imported or made, beside the tables every organization has. */
function ownTables(tables: readonly TableDefinition[]): readonly string[] {
  const builtIn = new Set(PLATFORM_TABLES.map((table) => table.logicalName))
  return tables.map((table) => table.logicalName).filter((name) => !builtIn.has(name))
}

function describe(
  org: Emulator,
  own: readonly string[],
  url: string,
  signIn: SignIn | undefined,
): string {
  const root = `${url}/api/data/v9.2`
  return [
    'Tables',
    '',
    describeTables(org.catalog, own),
    '',
    'Steps, in pipeline order',
    '',
    org.steps.length === 0 ? 'none' : describeSteps(org.steps),
    ...describeMessages(org.customMessages),
    '',
    `Web API  ${root}/`,
    '',
    ...(signIn === undefined ? [] : ['Sign in', ...signIn.told.map((line) => `  ${line}`), '']),
    'Try',
    ...(signIn === undefined ? [] : [`  ${signIn.tokenLine(url)}`]),
    ...requestsToTry(org, own, root).map((line) => `  ${authorized(line, signIn)}`),
    '',
    'Each request shows here what it sets off. Ctrl-C ends.',
    '',
  ].join('\n')
}

function authorized(line: string, signIn: SignIn | undefined): string {
  return signIn === undefined ? line : `${line} -H "Authorization: Bearer $TOKEN"`
}

/** A second Ctrl-C finds no listener and ends the process at once. */
function endAsked(): Promise<void> {
  return new Promise((resolve) => {
    const ask = () => {
      process.removeListener('SIGINT', ask)
      process.removeListener('SIGTERM', ask)
      resolve()
    }
    process.on('SIGINT', ask)
    process.on('SIGTERM', ask)
  })
}
