import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { webhookSender, type Post, type SenderOptions } from '../../src/remote-execution/send.ts'
import { textOf } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { choice } from '../schema/tables.ts'
import { refused } from '../support/organization.ts'
import { TABLES as tables } from '../support/tables.ts'

// https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks

// Deployment tools are not typed by our tables either.
const ENDPOINTS: string = 'serviceendpoint'
const STEPS: string = 'sdkmessageprocessingstep'
const ENDPOINT = {
  name: 'Hook',
  contract: 8,
  url: 'https://hooks.example/contacts?tenant=7',
  authtype: 4,
  authvalue: 'k&y',
}
const settings = (name: string, value: string) =>
  `<settings><setting name="${name}" value="${value}" /></settings>`

/** An organization that posts every Create of a contact to the endpoint. */
async function organization(
  endpoint: object,
  options: SenderOptions,
  { mode = 0 } = {},
): Promise<Emulator> {
  const org = emulator({ tables, postToEndpoint: webhookSender(options) })
  const id = await org.create(ENDPOINTS, { ...ENDPOINT, ...endpoint })
  const only = async (table: string, column: string, value: string, more = {}) => {
    const where = { kind: 'condition', column, operator: 'eq', values: [value] } as const
    const { rows } = await org.retrieveMultiple({ table, columns: [column], where, ...more })
    return rows
  }
  const [message] = await only('sdkmessage', 'name', 'Create')
  const filters = await org.retrieveMultiple({
    table: 'sdkmessagefilter',
    columns: ['sdkmessageid'],
    where: {
      kind: 'condition',
      column: 'primaryobjecttypecode',
      operator: 'eq',
      values: ['contact'],
    },
  })
  const messageId = textOf(message?.['sdkmessageid'])
  const filter = filters.rows.find(
    ({ sdkmessageid }) => (sdkmessageid as { readonly id: string }).id === messageId,
  )
  await org.create(STEPS, {
    name: 'Post contacts',
    sdkmessageid: { table: 'sdkmessage', id: messageId },
    sdkmessagefilterid: {
      table: 'sdkmessagefilter',
      id: textOf(filter?.['sdkmessagefilterid']),
    },
    eventhandler: { table: 'serviceendpoint', id },
    stage: 40,
    mode,
    rank: 1,
  })
  return org
}

/** Answers with these statuses, one after the other; keeps what was posted. */
function hook(...statuses: readonly number[]) {
  const posted: Parameters<Post>[] = []
  const post: Post = (...call) => {
    posted.push(call)
    return Promise.resolve({ status: statuses[posted.length - 1] ?? 500 })
  }
  return { posted, post }
}

const DIAZ = { lastname: 'Diaz' }

describe('a step that posts to a webhook', () => {
  test('sends its context with the headers of Dataverse, and the key in the query', async () => {
    const { posted, post } = hook(204)
    const org = await organization({}, { post })

    const id = await org.create('contact', DIAZ)

    expect(posted).toHaveLength(1)
    const [url, request] = posted[0] ?? []
    expect(url).toBe('https://hooks.example/contacts?tenant=7&code=k%26y')
    expect(request).toMatchObject({
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-ms-dynamics-entity-name': 'contact',
        'x-ms-dynamics-request-name': 'Create',
      },
    })
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      MessageName: 'Create',
      PrimaryEntityId: id,
      Stage: 40,
    })
  })

  test('tells columns that were made after it was registered as what they are', async () => {
    const { posted, post } = hook(204)
    const org = await organization({}, { post })
    await org.schema.change({
      kind: 'create-column',
      table: 'contact',
      column: choice('new_Size'),
    })

    const made: object = { new_size: 2 }
    await org.create('contact', { ...DIAZ, ...made })

    const size = { key: 'new_size', value: { __type: expect.any(String), Value: 2 } }
    expect(JSON.parse(posted[0]?.[1].body ?? '')).toMatchObject({
      InputParameters: [{ key: 'Target', value: { Attributes: expect.arrayContaining([size]) } }],
    })
  })

  test('signs in with headers', async () => {
    const { posted, post } = hook(200)
    const authvalue = settings('x-api-key', 'a &lt; b')
    const org = await organization({ authtype: 5, authvalue }, { post })

    await org.create('contact', DIAZ)

    expect(posted[0]?.[1].headers).toMatchObject({ 'x-api-key': 'a < b' })
  })

  test('signs in with parameters of the query', async () => {
    const { posted, post } = hook(200)
    const org = await organization({ authtype: 6, authvalue: settings('who', 'me') }, { post })

    await org.create('contact', DIAZ)

    expect(posted[0]?.[0]).toBe('https://hooks.example/contacts?tenant=7&who=me')
  })

  test('reads no body, and leaves none waiting', async () => {
    let cancelled = 0
    const cancel = () => {
      cancelled++
      return Promise.reject(new TypeError('Terminated.'))
    }
    const org = await organization(
      {},
      { post: () => Promise.resolve({ status: 200, body: { cancel } }) },
    )

    const id = await org.create('contact', DIAZ)

    expect(org.peek('contact', id)).toMatchObject(DIAZ)
    expect(cancelled).toBe(1)
  })

  test.each([301, 400, 404, 500])('fails with %i, and everything is undone', async (status) => {
    const { posted, post } = hook(status)
    const org = await organization({}, { post })

    await refused(org, () => org.create('contact', DIAZ), {
      code: 'WEBHOOK_REFUSED',
      number: 0x80050201,
      message: expect.stringContaining(String(status)) as string,
    })
    expect(posted).toHaveLength(1)
  })

  test.each([502, 503, 504])('tries once more after %i', async (status) => {
    const { posted, post } = hook(status, 200)
    const org = await organization({}, { post })

    await org.create('contact', DIAZ)

    expect(posted).toHaveLength(2)
  })

  test('fails where the second attempt does', async () => {
    const { posted, post } = hook(503, 503, 200)
    const org = await organization({}, { post })

    await refused(org, () => org.create('contact', DIAZ), { code: 'WEBHOOK_REFUSED' })
    expect(posted).toHaveLength(2)
  })

  test('fails when there is no answer in time', async () => {
    const post: Post = (_, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      )
    const org = await organization({}, { post, timeoutMs: 5 })

    await refused(org, () => org.create('contact', DIAZ), {
      code: 'WEBHOOK_TIMED_OUT',
      number: 0x80050202,
    })
  })

  test('fails where it cannot be called, and does not tell the key', async () => {
    const post: Post = () => Promise.reject(new TypeError('fetch failed'))
    const org = await organization({}, { post })

    await refused(org, () => org.create('contact', DIAZ), {
      code: 'WEBHOOK_UNREACHABLE',
      number: 0x80050205,
      message:
        'The webhook call failed because https://hooks.example/contacts could not be called.',
    })
  })

  test.each([
    ['has no address', { url: 'here' }, 'WEBHOOK_UNREACHABLE'],
    ['has no headers to sign in with', { authtype: 5, authvalue: 'x' }, 'WEBHOOK_HEADERS_INVALID'],
    [
      'has headers that cannot be sent',
      { authtype: 5, authvalue: settings('not a name', 'x') },
      'WEBHOOK_HEADERS_INVALID',
    ],
    ['has no parameters to sign in with', { authtype: 6, authvalue: 'x' }, 'WEBHOOK_QUERY_INVALID'],
    ['signs in as no webhook does', { authtype: 2 }, 'NOT_SUPPORTED'],
    ['is a queue', { contract: 2 }, 'NOT_SUPPORTED'],
  ])('sends nothing where its endpoint %s', async (_, endpoint, code) => {
    const { posted, post } = hook(200)
    const org = await organization(endpoint, { post })

    await refused(org, () => org.create('contact', DIAZ), { code })
    expect(posted).toEqual([])
  })

  test('fails its job alone where it is asynchronous', async () => {
    const { post } = hook(500)
    const org = await organization({}, { post }, { mode: 1 })

    await org.create('contact', DIAZ)
    await org.settle()

    expect(org.jobs).toMatchObject([{ state: 'failed', error: { code: 'WEBHOOK_REFUSED' } }])
    const [job] = org.contents().get('asyncoperation') ?? []
    expect(job).toMatchObject({ errorcode: -2147155455 })
  })

  test('calls over HTTP', async () => {
    const bodies: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (part) => (body += String(part)))
      request.on('end', () => {
        bodies.push(body)
        response.writeHead(204).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      const org = await organization({ url: `http://127.0.0.1:${port}/` }, {})

      await org.create('contact', DIAZ)

      expect(bodies.map((body) => JSON.parse(body) as object)).toMatchObject([
        { MessageName: 'Create', PrimaryEntityName: 'contact' },
      ])
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })
})
