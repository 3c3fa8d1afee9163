import { Handler, PreOperation } from '../../src/authoring/decorators.ts'
import type { CreateEvent } from '../../src/authoring/event.ts'
import { ROOT, world } from './world.ts'

test('a browser’s pre-flight is answered, and its origin may read the answers', async () => {
  const { send } = world()
  const origin = 'https://app.contoso.example'

  const preflight = await send('OPTIONS', 'accounts', undefined, {
    origin,
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'if-match,prefer',
  })
  const read = await send('GET', 'accounts', undefined, { origin })
  const plain = await send('GET', 'accounts')

  expect(preflight.status).toBe(204)
  expect(preflight.headers).toMatchObject({
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Headers': 'if-match,prefer',
  })
  expect(preflight.headers['Access-Control-Allow-Methods']).toContain('PATCH')
  expect(read.headers['Access-Control-Allow-Origin']).toBe(origin)
  expect(read.headers['Access-Control-Expose-Headers']).toContain('OData-EntityId')
  expect(plain.headers['Access-Control-Allow-Origin']).toBeUndefined()
})

test('a service protection limit answers 429 on demand, and nothing is written', async () => {
  let left = 1
  const { org, send } = world({
    api: {
      limit: () => (left-- > 0 ? { kind: 'requests', retryAfterSeconds: 7 } : undefined),
    },
  })

  const limited = await send('POST', 'accounts', { name: 'A' })
  const before = org.contents().get('account') ?? []
  const again = await send('POST', 'accounts', { name: 'A' })

  expect(limited.status).toBe(429)
  expect(limited.headers['Retry-After']).toBe('7')
  expect(limited.json.error.code).toBe('0x80072322')
  expect(before).toHaveLength(0)
  expect(again.status).toBe(204)
})

test('links follow what a proxy says of scheme and host', async () => {
  const { send } = world()

  const answer = await send(
    'POST',
    'accounts',
    { name: 'A' },
    {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'org.crm.dynamics.com',
    },
  )

  expect(answer.headers['OData-EntityId']).toMatch(
    'https://org.crm.dynamics.com/api/data/v9.2/accounts(',
  )
})

test('an absolute URL is its own root', async () => {
  const { send } = world()

  const answer = await send('POST', 'https://x.example:1234/api/data/v9.1/accounts/', { name: 'A' })

  expect(answer.headers['OData-EntityId']).toMatch('https://x.example:1234/api/data/v9.1/accounts(')
})

test('the service document lists the sets', async () => {
  const { send } = world()

  const answer = await send('GET', '')

  expect(answer.json['@odata.context']).toBe(`${ROOT}$metadata`)
  expect(answer.json.value).toContainEqual({ name: 'accounts', kind: 'EntitySet', url: 'accounts' })
})

@Handler('account')
class Refusing {
  @PreOperation('Create')
  refuse({ reject }: CreateEvent<'account'>) {
    reject('Not today.', { httpStatus: 409, subErrorCode: 12345, operationStatus: 1 })
  }
}

test('what a step refuses reaches the client with the status it chose', async () => {
  const { org, send } = world({ handlers: [Refusing] })
  const before = org.contents()

  const plain = await send('POST', 'accounts', { name: 'A' })
  const annotated = await send(
    'POST',
    'accounts',
    { name: 'A' },
    { prefer: 'odata.include-annotations="*"' },
  )

  expect(plain.status).toBe(409)
  expect(plain.json).toEqual({ error: { code: '0x80040265', message: 'Not today.' } })
  expect(annotated.json.error).toMatchObject({
    '@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus': '1',
    '@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode': '12345',
    '@Microsoft.PowerApps.CDS.InnerError.Message': 'Not today.',
  })
  expect(org.contents()).toEqual(before)
})

test('the caller’s headers reach whoever gives out the organization', async () => {
  const seen: unknown[] = []
  const { org, send } = world()
  const { send: asCaller } = world({
    api: {
      catalog: org.catalog,
      service: (caller) => {
        seen.push(caller)
        return org
      },
    },
  })

  await asCaller('GET', 'accounts', undefined, {
    authorization: 'Bearer x',
    mscrmcallerid: 'u',
    callerobjectid: 'o',
  })

  expect(seen).toMatchObject([{ authorization: 'Bearer x', systemUserId: 'u', objectId: 'o' }])
  expect((await send('GET', 'accounts')).status).toBe(200)
})
