import { Command, InvalidArgumentError } from 'commander'
import type { Exit, Io } from '../io.ts'
import { serve, type ServeOptions } from '../start/serve.ts'

interface StartOptions extends Omit<ServeOptions, 'port'> {
  readonly port?: number
}

const DEFAULT_PORT = '8080'
const LOOPBACK = '127.0.0.1'

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
    .option(
      '--data <file>',
      'where the organization is kept: opened from there, saved at the end and on SIGUSR2',
    )
    .option('--watch', 'load handlers and tables anew when their files change; rows stay')
    .option('--auth', 'demand a bearer token, and give them for client credentials')
    .option('--access', 'let users do only what their roles, their own rows and shares allow')
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
