import { connect } from 'node:net'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts'
import { listen, type Listening } from '../../src/web-api/node-server.ts'
import { createWebApi, type WebApiOptions } from '../../src/web-api/web-api.ts'

/** An organization behind a port of this machine. */
export interface Served {
  readonly org: Emulator
  /** `http://127.0.0.1:…` */
  readonly url: string
  readonly port: number
  /** `127.0.0.1:…`, as the Host header has it. */
  readonly host: string
}

const open: Listening[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

/** Served until the test ends. */
export async function served(
  options: EmulatorOptions = {},
  web: Pick<WebApiOptions, 'limit'> = {},
): Promise<Served> {
  const org = new Emulator({ runsJobsAtOnce: true, ...options })
  const server = await listen(
    createWebApi({ catalog: org.catalog, service: servedOrganization(org), ...web }),
  )
  open.push(server)
  return { org, url: server.url, port: server.port, host: `127.0.0.1:${server.port}` }
}

/** What came back over the connection, nothing of it interpreted but its length. */
export interface WireAnswer {
  readonly status: number
  readonly reason: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  /** The body as JSON. */
  // A test looks into the answers it asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any
}

/** Writes these bytes to a connection of its own, and reads the one answer. */
export function exchange(port: number, request: string | Uint8Array): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(3_000, () => socket.destroy())
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const answer = readAnswer(received)
      if (answer === undefined) return
      socket.destroy()
      resolve(answer)
    })
    socket.on('error', reject)
    socket.on('close', () => {
      reject(new Error(`The connection ended after: ${received.toString()}`))
    })
    socket.write(request)
  })
}

/** undefined: not all of it is there yet. */
function readAnswer(bytes: Buffer): WireAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [line = '', ...rest] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    rest.map((each) => {
      const colon = each.indexOf(':')
      return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()]
    }),
  )
  const body = bytes.subarray(end + 4)
  if (body.length < Number(headers['content-length'] ?? 0)) return undefined
  const [, status = '', reason = ''] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(line) ?? []
  const text = body.toString()
  return {
    status: Number(status),
    reason,
    headers,
    text,
    get json(): unknown {
      return JSON.parse(text) as unknown
    },
  }
}

/** The lines of a request or a batch, as most clients end them. */
export const crlf = (...lines: readonly string[]): string => lines.join('\r\n')

/** A request's text: its line, its headers in their order, and its body. */
export function wire(line: string, headers: readonly string[], body = ''): string {
  return `${crlf(line, ...headers)}\r\n\r\n${body}`
}

export const contentLength = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}`

/** The row that was made, as its address in `OData-EntityId` ends; '' where there is none. */
export function madeId({ headers }: WireAnswer): string {
  return /\(([0-9a-f-]{36})\)$/.exec(headers['odata-entityid'] ?? '')?.[1] ?? ''
}

/** One answer of a batch, read by its lines as the clients read it. */
export interface BatchPart {
  readonly status: number
  readonly contentId: string | undefined
  readonly entityId: string | undefined
  readonly body: string
}

export function batchParts(text: string): BatchPart[] {
  return text
    .split(/--(?:batchresponse|changesetresponse)_[0-9a-f-]+(?:--)?\r\n/)
    .filter((part) => part.includes('HTTP/1.1 '))
    .map((part) => ({
      status: Number(/^HTTP\/1\.1 (\d{3}) [A-Za-z0-9 ]+\r$/m.exec(part)?.[1]),
      contentId: /^Content-ID: (\S+)\r$/m.exec(part)?.[1],
      entityId: /^OData-EntityId: .*\(([0-9a-f-]{36})\)\r$/m.exec(part)?.[1],
      body: part.split('\r\n\r\n').slice(2).join('\r\n\r\n').trim(),
    }))
}
