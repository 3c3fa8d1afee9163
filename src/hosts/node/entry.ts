import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { refusal, type Answer } from '../../remote-execution/receive.ts'
import type { HostParts } from '../host-preset.ts'
import type { Environment } from '../remote-organization.ts'
import { discarded } from '../../web-api/discarded.ts'
import { Webhook } from '../webhook.ts'

const DEFAULT_PORT = 3000

/** Serves until the process is told to stop: SIGINT or SIGTERM, which let running steps end. */
export async function start(parts: HostParts): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  const complain = (line: string) => void process.stderr.write(`${line}\n`)
  try {
    const { url, stop, webhook } = await listen(parts, process.env, { print, complain })
    const end = () => void stop().then(() => process.exit())
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
    if (!webhook.isGuarded) {
      complain(
        'DATAVERSE_WEBHOOK_KEY is not set, nor _QUERY or _HEADERS: anyone on this machine may call, nobody else can.',
      )
    }
    // Last: whoever waits for this line may call, and may stop us.
    print(`${webhook.stepCount} steps at ${url}`)
  } catch (error) {
    complain(error instanceof DataverseError ? `${error.code}: ${error.message}` : describe(error))
    process.exitCode = 1
  }
}

export interface Log {
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
}

export interface Listening {
  readonly url: string
  readonly webhook: Webhook
  /** Takes no more requests and waits for those that run. */
  readonly stop: () => Promise<void>
}

/** @throws PORT_BUSY, INVALID_ARGUMENT, and what the handlers' steps are refused with */
export async function listen(
  parts: HostParts,
  environment: Environment,
  { print, complain }: Log,
): Promise<Listening> {
  const webhook = new Webhook(parts, environment, print)
  const server = createServer((request, response) => {
    void respond(webhook, request, response, complain)
  })
  await opened(server, portOf(environment), webhook.isGuarded)
  const { port, address } = server.address() as AddressInfo
  return {
    url: `http://${webhook.isGuarded ? 'localhost' : address}:${port}/`,
    webhook,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeIdleConnections()
      }),
  }
}

async function respond(
  webhook: Webhook,
  request: IncomingMessage,
  response: ServerResponse,
  complain: Log['complain'],
): Promise<void> {
  const { method = '', url = '/', headers } = request
  let answer: Answer
  try {
    answer = webhook.refuse({ method, url, headers }) ?? (await received(webhook, request))
  } catch (error) {
    // The caller went away in the middle of its body; nobody reads this.
    answer = refusal(error)
  }
  if (answer.status >= 400) complain(`${answer.status} ${answer.body}`)
  // What was not read must not be taken for the next request.
  const isRead = request.complete
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.body !== '' && { 'content-length': Buffer.byteLength(answer.body) }),
    ...(!isRead && { connection: 'close' }),
  })
  if (isRead) {
    response.end(answer.body)
    return
  }
  response.write(answer.body)
  await discarded(request, 16 * webhook.maxBytes)
  response.end()
}

async function received(webhook: Webhook, request: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length
    if (bytes > webhook.maxBytes) return webhook.tooLong()
    chunks.push(chunk as Buffer)
  }
  return webhook.receive({
    body: Buffer.concat(chunks).toString('utf8'),
    headers: request.headers,
  })
}

/** Without a key only this machine may call. */
function opened(server: Server, port: number, isGuarded: boolean): Promise<void> {
  return new Promise((settle, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      fail(
        cause.code === 'EADDRINUSE'
          ? new DataverseError('PORT_BUSY', `Port ${port} is taken; set PORT to another one.`, {
              cause,
            })
          : cause,
      )
    })
    server.listen({ port, ...(!isGuarded && { host: '127.0.0.1' }) }, () => settle())
  })
}

function portOf({ PORT }: Environment): number {
  if (PORT === undefined || PORT === '') return DEFAULT_PORT
  const port = Number(PORT)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new DataverseError('INVALID_ARGUMENT', `PORT is '${PORT}', which is no port.`)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
