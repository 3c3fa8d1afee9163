import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { ASSET, bodyWith, CREATE, wireTarget } from '../remote-execution/contexts.ts'

export interface OpenedHost {
  /** Where webhooks are to be posted. */
  readonly url: string
  stop(): Promise<void>
}

/** Opens the host with the handlers of `handlers/`, in the given environment. */
export type OpenHost = (environment: Readonly<Record<string, string>>) => Promise<OpenedHost>

const KEY = 'k3y/with+signs'

/** What every host does with a webhook call. */
export function hostCases(open: OpenHost): void {
  let host: OpenedHost
  let organization: Organization

  beforeAll(async () => {
    organization = await openOrganization()
    host = await open({
      DATAVERSE_WEBHOOK_KEY: KEY,
      DATAVERSE_URL: organization.url,
      DATAVERSE_TOKEN: 't0ken',
    })
  })
  afterAll(async () => {
    await host.stop()
    await organization.stop()
  })

  const post = (body: string, init: RequestInit & { readonly key?: string } = {}) => {
    const { key = KEY, ...rest } = init
    const url = new URL(host.url)
    url.searchParams.set('code', key)
    return fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      ...rest,
    })
  }
  const update = (name: string) =>
    bodyWith({
      MessageName: 'Update',
      Stage: 20,
      InputParameters: [{ key: 'Target', value: wireTarget({ demo_name: name }) }],
      PreEntityImages: [{ key: 'preImage', value: wireTarget({ demo_name: 'Pump 7' }) }],
    })

  test('a step that lets the event pass is answered with 204 and no body', async () => {
    const response = await post(update('Pump 8'))

    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
  })

  test('a refusal is answered with 400 and its message', async () => {
    const response = await post(update('x'))

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: { code: '0x80040265', message: 'Pump 7 may not be called x.' },
    })
  })

  test('a failure is answered with 500, the step that failed and its message', async () => {
    const response = await post(bodyWith({ MessageName: 'Delete', InputParameters: [] }))

    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({
      error: { message: 'AssetWatch.fail: RangeError: out of luck' },
    })
  })

  test('a step calls the organization that DATAVERSE_URL names, with the token', async () => {
    const response = await post(CREATE)

    expect(response.status).toBe(204)
    expect(organization.created).toEqual([
      {
        authorization: 'Bearer t0ken',
        body: {
          subject: 'Hello Pump 7',
          'regardingobjectid_demo_asset@odata.bind': `/demo_assets(${ASSET})`,
        },
      },
    ])
  })

  test.each([
    ['wrong', 'k3y'],
    ['missing', ''],
  ])('a %s key is answered with 401, and nothing runs', async (_, key) => {
    const before = organization.created.length

    const response = await post(CREATE, { key })

    expect(response.status).toBe(401)
    expect(organization.created).toHaveLength(before)
  })

  test('a wrong key is answered before the body has come', async () => {
    const answer = await beginPost(host.url, 'code=wrong', 1_000)

    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  })

  test.each(['', 'hello', '[]', '{}'])('a body that is no context (%j) is 400', async (body) => {
    const response = await post(body)

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'CONTEXT_INVALID' } })
  })

  test('another method than POST is 405', async () => {
    const response = await fetch(host.url, { method: 'PUT', body: CREATE })

    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  test('a body longer than any context is 413', async () => {
    const response = await post('x'.repeat(300_000))

    expect(response.status).toBe(413)
  })

  test('a body of no told length that is too long is 413', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(100_000))
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 4; i++) controller.enqueue(chunk)
        controller.close()
      },
    })

    const response = await post('', { body, duplex: 'half' })

    expect(response.status).toBe(413)
  })

  test('several calls at a time are each answered', async () => {
    const names = ['a', 'x', 'b', 'x']

    const responses = await Promise.all(names.map((name) => post(update(name))))

    expect(responses.map(({ status }) => status)).toEqual([204, 400, 204, 400])
  })
}

interface Organization {
  readonly url: string
  readonly created: { readonly authorization: string | undefined; readonly body: unknown }[]
  stop(): Promise<void>
}

/** An organization that knows tasks and takes them. */
async function openOrganization(): Promise<Organization> {
  const created: Organization['created'] = []
  const server: Server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      const path = decodeURIComponent(request.url ?? '').replace('/api/data/v9.2/', '')
      const [, table] = /^EntityDefinitions\(LogicalName='(.*)'\)/.exec(path) ?? []
      if (table !== undefined) {
        response.end(
          JSON.stringify({
            LogicalName: table,
            EntitySetName: `${table}s`,
            PrimaryIdAttribute: `${table}id`,
            ManyToOneRelationships: [
              {
                SchemaName: 'demo_asset_Tasks',
                ReferencingAttribute: 'regardingobjectid',
                ReferencedEntity: 'demo_asset',
                ReferencingEntityNavigationPropertyName: 'regardingobjectid_demo_asset',
              },
            ],
          }),
        )
        return
      }
      const { authorization } = request.headers
      created.push({ authorization, body: JSON.parse(text) })
      response.writeHead(204, { 'OData-EntityId': `http://org/tasks(${ASSET})` }).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    created,
    stop: () => new Promise((stopped) => void server.close(() => stopped())),
  }
}

/** Sends the head of a request and waits for an answer without ever sending its body. */
function beginPost(url: string, query: string, length: number): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((settle, fail) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', fail)
    socket.once('data', (chunk) => {
      settle(String(chunk))
      socket.destroy()
    })
    socket.write(
      `POST /?${query} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${length}\r\n\r\n`,
    )
  })
}
