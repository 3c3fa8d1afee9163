import { connect, type Socket } from 'node:net'
import { DataverseError } from '../../src/errors/dataverse-error.ts'

/** One request as it goes over the wire, without the head that all share. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: string
  /** The status of the answer; another one fails the load. */
  readonly status: number
}

export interface LoadResult {
  readonly requests: number
  readonly ms: number
  /** Of every request, in order of size, ms. */
  readonly latencies: Float64Array
  /** The last answer's body. */
  readonly lastBody: string
}

/**
 * Sends requests over `connections` kept-alive connections, one at a time on each, until `requestOf` has no
 * more. Sockets rather than node:http: a client must not be slower than what it measures.
 */
export async function load(
  port: number,
  connections: number,
  requestOf: (index: number) => LoadRequest | undefined,
): Promise<LoadResult> {
  const latencies: number[] = []
  let next = 0
  let lastBody = ''
  const start = performance.now()
  const one = async () => {
    const connection = new Connection(port)
    for (;;) {
      const request = requestOf(next++)
      if (request === undefined) break
      const sent = performance.now()
      const { status, body } = await connection.send(request)
      latencies.push(performance.now() - sent)
      if (status !== request.status) {
        throw new DataverseError(
          'UNEXPECTED',
          `${request.method} ${request.path}: ${status} ${body}`,
        )
      }
      lastBody = body
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, one))
  const ms = performance.now() - start
  return {
    requests: latencies.length,
    ms,
    latencies: Float64Array.from(latencies).sort(),
    lastBody,
  }
}

/** @param part 0.99 for the 99th percentile */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #settle: ((answer: { status: number; body: string }) => void) | undefined
  #fail: ((error: Error) => void) | undefined

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
      this.#read()
    })
    this.#socket.on('error', (error) => this.#fail?.(error))
    this.#socket.on('close', () => this.#fail?.(new TypeError('the connection was closed')))
  }

  send({ method, path, body }: LoadRequest): Promise<{ status: number; body: string }> {
    const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n`
    const type = `Content-Type: ${path.endsWith('$batch') ? 'multipart/mixed;boundary=b' : 'application/json'}\r\nContent-Length: ${Buffer.byteLength(body ?? '')}\r\n`
    this.#socket.write(body === undefined ? `${head}\r\n` : `${head}${type}\r\n${body}`)
    return new Promise((settle, fail) => {
      this.#settle = settle
      this.#fail = fail
    })
  }

  close(): void {
    this.#fail = undefined
    this.#socket.destroy()
  }

  #read(): void {
    const end = this.#received.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = this.#received.toString('latin1', 0, end)
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
    const total = end + 4 + length
    if (this.#received.length < total) return
    const body = this.#received.toString('utf8', end + 4, total)
    this.#received = this.#received.subarray(total)
    this.#settle?.({ status: Number(head.slice(9, 12)), body })
  }
}
