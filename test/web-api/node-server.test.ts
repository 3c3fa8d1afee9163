import { request } from 'node:http'
import { connect } from 'node:net'
import { listen, type ListenOptions } from '../../src/web-api/node-server.ts'
import { world } from './world.ts'

async function serving<T>(
  run: (url: string, org: ReturnType<typeof world>['org']) => Promise<T>,
  options: ListenOptions = {},
): Promise<T> {
  const { api, org } = world()
  const server = await listen(api, options)
  try {
    return await run(server.url, org)
  } finally {
    await server.close()
  }
}

test('a row is created and read over HTTP; links name the host that was called', async () => {
  await serving(async (url) => {
    const created = await fetch(`${url}/api/data/v9.2/accounts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Ærøskøbing 💥' }),
    })
    const address = created.headers.get('OData-EntityId') ?? ''
    const read = await fetch(`${address}?$select=name`)

    expect(created.status).toBe(204)
    expect(address.startsWith(`${url}/api/data/v9.2/accounts(`)).toBe(true)
    expect(await read.json()).toMatchObject({ name: 'Ærøskøbing 💥' })
    expect(Number(read.headers.get('Content-Length'))).toBeGreaterThan(0)
  })
})

test('connections are kept for the next request', async () => {
  await serving(async (url) => {
    const { port } = new URL(url)
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1')
      let received = ''
      socket.on('data', (chunk) => {
        received += chunk.toString()
        if (received.split('HTTP/1.1 204').length === 3) {
          socket.destroy()
          resolve(received)
        }
      })
      socket.on('error', reject)
      const post =
        'POST /api/data/v9.2/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n{"name":"A"}'
      socket.write(post + post)
    })

    expect(text).toContain('Connection: keep-alive')
  })
})

test('a body that is too large is refused with 413, told or not, and nothing is written', async () => {
  await serving(
    async (url, org) => {
      const body = JSON.stringify({ name: 'x'.repeat(2000) })
      const told = await fetch(`${url}/api/data/v9.2/accounts`, { method: 'POST', body })
      const untold = await new Promise<number>((resolve, reject) => {
        const sending = request(
          `${url}/api/data/v9.2/accounts`,
          { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } },
          (response) => {
            response.resume()
            resolve(response.statusCode ?? 0)
          },
        )
        sending.on('error', reject)
        sending.write(body)
        sending.end()
      })

      expect([told.status, untold]).toEqual([413, 413])
      expect(org.contents().get('account') ?? []).toHaveLength(0)
    },
    { maxBodyBytes: 1000 },
  )
})

test('a caller that goes on sending reads the refusal all the same', async () => {
  await serving(
    async (url, org) => {
      const sends = Array.from({ length: 20 }, () =>
        fetch(`${url}/api/data/v9.2/accounts`, {
          method: 'POST',
          body: JSON.stringify({ name: 'x'.repeat(3_000_000) }),
        }),
      )
      const statuses = (await Promise.all(sends)).map(({ status }) => status)

      expect(new Set(statuses)).toEqual(new Set([413]))
      expect(org.contents().get('account') ?? []).toHaveLength(0)
    },
    { maxBodyBytes: 1_000_000 },
  )
})

test('a busy port refuses with PORT_BUSY, naming it', async () => {
  await serving(async (url) => {
    const port = Number(new URL(url).port)

    await expect(listen(world().api, { port })).rejects.toMatchObject({
      code: 'PORT_BUSY',
      message: expect.stringContaining(String(port)),
    })
  })
})

test('closing answers the request that is under way and frees the port', async () => {
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  const server = await listen(async () => {
    await gate
    return { status: 204, headers: {} }
  })
  const waiting = fetch(server.url)
  await new Promise((resolve) => setTimeout(resolve, 50))

  const closed = server.close()
  open()

  expect((await waiting).status).toBe(204)
  await closed
  await expect(fetch(server.url)).rejects.toThrow()
})

test('HEAD has the length of the body it leaves out', async () => {
  await serving(async (url, org) => {
    const id = await org.create('account', { name: 'A' })

    const head = await fetch(`${url}/api/data/v9.2/accounts(${id})`, { method: 'HEAD' })

    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})

test('an answer that cannot be written ends the connection, and the next one is answered', async () => {
  let isFirst = true
  const server = await listen(async () => {
    const headers: Readonly<Record<string, string>> = isFirst ? { Odd: 'a\nb' } : {}
    isFirst = false
    return Promise.resolve({ status: 204, headers })
  })

  await expect(fetch(server.url)).rejects.toThrow()
  expect((await fetch(server.url)).status).toBe(204)

  await server.close()
})
