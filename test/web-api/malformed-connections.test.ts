import { connect } from 'node:net'
import fc from 'fast-check'
import { exchange, served } from '../clients/connection.ts'
import { malformed } from './malformed.ts'
import { PARCEL } from './world.ts'

/** Malformed requests over real connections: each is answered, and the next one is, too. */

const RUNS = process.env['LONG'] === undefined ? 300 : 20_000

/** A coded answer, or one that says yes. */
function judge({ status, text, headers }: Awaited<ReturnType<typeof exchange>>): void {
  expect(status < 500 || status === 501 ? '' : `${status} ${text}`).toBe('')
  expect(status).toBeGreaterThanOrEqual(200)
  if (status < 400 || text === '' || headers['content-type']?.startsWith('multipart')) return
  const { error } = JSON.parse(text) as { error: { code: string } }
  // Codes without a number of the platform go by their names.
  expect(error.code).toMatch(/^(0x[0-9a-f]{8}|[A-Z][A-Z_]+)$/)
}

describe('what can not be read as HTTP', () => {
  test.each([
    ['no request', 'nonsense\r\n\r\n', 400],
    ['bytes of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003', 400],
    [
      'a space in the address',
      'GET /api/data/v9.2/accounts?$filter=name eq 1 HTTP/1.1\r\nHost: x\r\n\r\n',
      400,
    ],
    ['a method nobody knows', 'NOSUCH /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    [
      'a length that is no number',
      'POST /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
      400,
    ],
    [
      'two lengths',
      'POST /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    [
      'a chunk that is none',
      'POST /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
    [
      'endless headers',
      `GET /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(200_000)}\r\n\r\n`,
      431,
    ],
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['MERGE', 'MERGE /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ])('%s is refused with a code', async (_, bytes, status) => {
    const { port, org } = await served()

    const answer = await exchange(port, Buffer.from(bytes, 'latin1'))

    expect(answer.status).toBe(status)
    expect(answer.json.error.code).toMatch(/^0x[0-9a-f]{8}$/)
    expect(org.contents().get('account') ?? []).toEqual([])
  })

  test.each([
    ['no Host', 'GET /api/data/v9.2/WhoAmI HTTP/1.1\r\n\r\n'],
    [
      'an expectation',
      'GET /api/data/v9.2/WhoAmI HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\n\r\n',
    ],
    [
      'an upgrade',
      'GET /api/data/v9.2/WhoAmI HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['HTTP/1.0', 'GET /api/data/v9.2/WhoAmI HTTP/1.0\r\n\r\n'],
    ['an absolute address', 'GET http://x/api/data/v9.2/WhoAmI HTTP/1.1\r\nHost: y\r\n\r\n'],
  ])('%s is answered', async (_, bytes) => {
    const { port, org } = await served()

    const answer = await exchange(port, bytes)

    expect(answer.json.UserId).toBe(org.userId)
  })

  test('an address of 32 KB is read, a longer one refused', async () => {
    const { port } = await served()
    const asked = (length: number) => {
      const before = '/api/data/v9.2/accounts?$select=name&tag='
      return exchange(
        port,
        `GET ${before}${'x'.repeat(length - before.length)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      )
    }

    expect((await asked(32_768)).status).toBe(200)
    expect((await asked(32_769)).status).toBe(400)
  })

  test('a body that is told to be too large is refused before any of it comes', async () => {
    const { port, org } = await served()

    const answer = await exchange(
      port,
      'POST /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n',
    )

    expect([answer.status, answer.json.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect(org.contents().get('account') ?? []).toEqual([])
  })

  test('a caller that leaves in the middle costs nothing', async () => {
    const world = await served()
    const half =
      'POST /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"name":"A"'

    for (let i = 0; i < 20; i++) {
      await new Promise<void>((left) => {
        const socket = connect(world.port, '127.0.0.1', () => {
          socket.write(half, () => socket.destroy())
        })
        socket.on('close', () => {
          left()
        })
      })
    }
    const answer = await exchange(
      world.port,
      'GET /api/data/v9.2/WhoAmI HTTP/1.1\r\nHost: x\r\n\r\n',
    )

    expect(answer.status).toBe(200)
    expect(world.org.contents().get('account') ?? []).toEqual([])
  })
})

/** What a header or an address can not carry is escaped, or node would refuse to read on. */
const printable = (text: string) =>
  // Halves of pairs, which have no escape, become the sign for that.
  Buffer.from(text)
    .toString()
    .replace(/[^\x21-\x7e]/gu, (each) => encodeURIComponent(each))
const oneLine = (text: string) => text.replace(/[^\x20-\x7e]/g, '?')

test('changed requests of every kind are answered on their connections', async () => {
  const { port } = await served({ tables: [PARCEL] })

  await fc.assert(
    fc.asyncProperty(malformed, async ({ method, path, headers, body = '' }) => {
      const bytes = Buffer.from(body)
      const lines = [
        `${/^[A-Z]+$/.test(method) ? method : 'GET'} /api/data/v9.2/${printable(path)} HTTP/1.1`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${oneLine(value)}`),
        `Content-Length: ${bytes.length}`,
      ]

      judge(
        await exchange(port, Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes])),
      )
    }),
    { numRuns: RUNS },
  )
})

test('changed bytes of requests are answered, or refused as no requests', async () => {
  const { port } = await served({ tables: [PARCEL] })

  await fc.assert(
    fc.asyncProperty(
      malformed,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.uint8Array({ minLength: 1, maxLength: 6 }),
      async ({ method, path, headers, body = '' }, at, bytes) => {
        const text = Buffer.from(
          `${[
            `${method} /api/data/v9.2/${path} HTTP/1.1`,
            ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
            // The whole is told to end here, however long it is: nothing waits for more.
            'Connection: close',
          ].join('\r\n')}\r\n\r\n${body}`,
        )
        const place = Math.floor(at * text.length)
        const changed = Buffer.concat([text.subarray(0, place), bytes, text.subarray(place)])

        // What follows makes whatever has come so far an end or an error.
        judge(await exchange(port, Buffer.concat([changed, Buffer.from('\r\n\r\n\u0000\r\n\r\n')])))
      },
    ),
    { numRuns: RUNS },
  )
})
