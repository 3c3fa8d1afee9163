import { STATUS_CODES, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { DataverseError } from '../errors/dataverse-error.ts'
import { errorAnswer } from './error-answer.ts'

/** What node itself would refuse without a body, or by ending the connection, is refused with a coded error. */
export function refuseWhatIsNoRequest(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, connection: Duplex) => {
    const [status, message] = REFUSALS[error.code ?? ''] ?? [400, `${NO_REQUEST} ${error.message}.`]
    refuse(connection, status, message)
  })
  server.on('connect', (_, connection: Duplex) => {
    refuse(connection, 405, 'This is no proxy: CONNECT is not allowed.')
  })
  // Whatever is expected beside 100-continue is left unheeded.
  server.on('checkExpectation', (request, response) => {
    server.emit('request', request, response)
  })
}

const NO_REQUEST = 'This can not be read as a request:'

/** By node's codes. https://nodejs.org/docs/latest-v20.x/api/http.html#event-clienterror */
const REFUSALS: Readonly<Record<string, readonly [status: number, message: string] | undefined>> = {
  HPE_HEADER_OVERFLOW: [431, 'The URL and the headers are too long. Send it in a $batch.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request was not sent to its end in time.'],
}

/** How long a caller may take to read the refusal and to end its side, ms. */
const PATIENCE_MS = 2_000

function refuse(connection: Duplex, status: number, message: string): void {
  if (!connection.writable) {
    connection.destroy()
    return
  }
  const { headers, body = '' } = errorAnswer(new DataverseError('QUERY_INVALID', message))
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  // What else comes is thrown away: ending at once would cost the caller the answer.
  connection.on('error', () => connection.destroy()).resume()
  connection.end(`${lines.join('\r\n')}\r\n\r\n${body.toString()}`)
  const patience = setTimeout(() => connection.destroy(), PATIENCE_MS)
  connection.on('close', () => {
    clearTimeout(patience)
  })
}
