import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type Server,
  type ServerResponse,
} from 'node:http'
import { DataverseError } from '../errors/dataverse-error.ts'
import { discarded } from './discarded.ts'
import { errorAnswer } from './error-answer.ts'
import type { WebApi, WebApiRequest, WebApiResponse } from './http.ts'
import { refuseWhatIsNoRequest } from './refuse-connection.ts'

export interface ListenOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1: an emulator is nobody else's business. */
  readonly host?: string
  /** Larger bodies are refused with 413. Default 128 MB, what one file may have. */
  readonly maxBodyBytes?: number
}

export interface Listening {
  /** `http://127.0.0.1:8080` */
  readonly url: string
  readonly port: number
  /** Takes no more connections, ends idle ones at once, and resolves when the last request is answered. */
  close(): Promise<void>
}

const MAX_BODY_BYTES = 128 * 1024 * 1024

/** Room for a URL of 32 KB, which node's own limit has not, beside a token. */
const MAX_HEADER_BYTES = 96 * 1024

const TOO_LARGE = Symbol('too large')

/**
 * A Web API behind node:http, with keep-alive.
 * @throws PORT_BUSY when something else listens there
 */
export function listen(api: WebApi, options: ListenOptions = {}): Promise<Listening> {
  const { port = 0, host = '127.0.0.1', maxBodyBytes = MAX_BODY_BYTES } = options
  const server = createServer(
    // A request without a Host is answered like any other.
    { maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
    (message, response) => {
      void answer(api, message, response, maxBodyBytes)
    },
  )
  refuseWhatIsNoRequest(server)
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenError(error, host, port))
    })
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve(listening(server, host))
    })
  })
}

function listening(server: Server, host: string): Listening {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        // Those that become idle from now on are not waited for either.
        server.keepAliveTimeout = 1
        server.closeIdleConnections()
      }),
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): DataverseError {
  if (error.code === 'EADDRINUSE') {
    return new DataverseError(
      'PORT_BUSY',
      `Port ${port} on ${host} is in use; stop what listens there or choose another port.`,
      { cause: error },
    )
  }
  return new DataverseError('UNEXPECTED', `Can't listen on ${host}:${port}: ${error.message}`, {
    cause: error,
  })
}

async function answer(
  api: WebApi,
  message: IncomingMessage,
  response: ServerResponse,
  maxBodyBytes: number,
): Promise<void> {
  let isAnswered = false
  try {
    const body = await readBody(message, maxBodyBytes)
    if (body === TOO_LARGE) {
      await refuseBody(message, response, maxBodyBytes)
      return
    }
    const request: WebApiRequest = {
      method: message.method ?? 'GET',
      url: message.url ?? '/',
      headers: headersOf(message),
      body,
    }
    const given = await api(request)
    isAnswered = true
    send(response, given)
  } catch (error) {
    // The caller is gone, or the answer could not be written, of which node may have kept half: nobody is left to tell.
    if (isAnswered || response.headersSent || response.destroyed) response.destroy()
    else send(response, errorAnswer(error))
  }
}

async function refuseBody(
  message: IncomingMessage,
  response: ServerResponse,
  maxBodyBytes: number,
): Promise<void> {
  const refusal = errorAnswer(
    new DataverseError('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes.`),
  )
  // What is left of the body is not kept, so the connection can't be used again.
  begin(response, { ...refusal, headers: { ...refusal.headers, Connection: 'close' } })
  await discarded(message, 16 * maxBodyBytes)
  response.end()
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string | undefined>> {
  // node joins repeated headers by commas, except Set-Cookie, which no request has.
  return headers as Readonly<Record<string, string | undefined>>
}

/** Text where the sender says so; bytes otherwise, for a file must not pass through text. */
function readBody(
  message: IncomingMessage,
  maxBodyBytes: number,
): Promise<string | Uint8Array | undefined | typeof TOO_LARGE> | undefined {
  const { headers } = message
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    return undefined
  }
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes) return Promise.resolve(TOO_LARGE)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBodyBytes) resolve(TOO_LARGE)
      else chunks.push(chunk)
    })
    message.on('end', () => {
      const [only] = chunks
      const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
      resolve(isText(headers['content-type']) ? bytes.toString('utf8') : bytes)
    })
    message.on('error', reject)
  })
}

function isText(contentType: string | undefined): boolean {
  return contentType !== undefined && /json|^multipart\/|^text\//i.test(contentType)
}

/** In one write: the head goes with the body. */
function send(response: ServerResponse, answer: WebApiResponse): void {
  const written = head(response, answer)
  if (written === undefined) response.end()
  else response.end(written.body, written.encoding)
}

/** All of the answer; that it has ended is told by whoever calls. */
function begin(response: ServerResponse, answer: WebApiResponse): void {
  const written = head(response, answer)
  if (written !== undefined) response.write(written.body, written.encoding)
}

interface WrittenBody {
  readonly body: string | Uint8Array
  readonly encoding: BufferEncoding
}

/** Writes the head of an answer; gives its body, if it has one. */
function head(
  response: ServerResponse,
  { status, headers, body }: WebApiResponse,
): WrittenBody | undefined {
  // A list of names and values: node asks less of it than of an object.
  const fields: OutgoingHttpHeader[] = []
  for (const name in headers) fields.push(name, headers[name] ?? '')
  // A 204 or 304 has no length; everything else is told, so that no answer is chunked.
  if (status === 204 || status === 304) {
    response.writeHead(status, fields)
    return undefined
  }
  const length =
    body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length
  fields.push('Content-Length', length)
  response.writeHead(status, fields)
  // Where every character is one byte, nothing has to be encoded.
  return body === undefined
    ? undefined
    : { body, encoding: length === body.length ? 'latin1' : 'utf8' }
}
