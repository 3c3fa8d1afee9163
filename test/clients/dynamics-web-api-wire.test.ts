import { PARCEL } from '../web-api/world.ts'
import {
  batchParts,
  contentLength,
  crlf,
  exchange,
  served,
  wire,
  type Served,
} from './connection.ts'

/** Batches as DynamicsWebApi writes them, byte for byte: https://github.com/AleksandrRogov/DynamicsWebApi */

const open = () => served({ tables: [PARCEL] })
const BATCH = 'dwa_batch_29e40c1c-4d5f-4f3c-8a0b-0dd5e8f5a1b2'
const SET = 'changeset_9c3ba5b1-3a5b-4a1f-9d5b-7d3f4a9a1c11'

const send = ({ port, host }: Served, body: string, ...headers: readonly string[]) =>
  exchange(
    port,
    wire(
      'POST /api/data/v9.2/$batch HTTP/1.1',
      [
        `Content-Type: multipart/mixed;boundary=${BATCH}`,
        contentLength(body),
        ...headers,
        'Accept: application/json',
        'OData-MaxVersion: 4.0',
        'OData-Version: 4.0',
        'Authorization: Bearer t',
        `Host: ${host}`,
        'Connection: keep-alive',
      ],
      body,
    ),
  )

/** Headers and body of a part run on without an empty line where there is no body. */
const part = (contentId: string | undefined, line: string, ...rest: readonly string[]) => [
  'Content-Type: application/http',
  'Content-Transfer-Encoding: binary',
  ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
  '',
  line,
  ...rest,
]

const JSON_BODY = 'Content-Type: application/json'

test('2.5: an empty first line, CRLF, no empty line behind headers without a body', async () => {
  const world = await open()
  const root = `${world.url}/api/data/v9.2/`
  const old = await world.org.create('account', { name: 'old' })

  const answer = await send(
    world,
    crlf(
      '',
      `--${BATCH}`,
      `Content-Type: multipart/mixed;boundary=${SET}`,
      '',
      `--${SET}`,
      ...part('100001', `POST ${root}accounts HTTP/1.1`, JSON_BODY, '', '{"name":"A"}'),
      '',
      `--${SET}`,
      ...part('100002', `DELETE ${root}accounts(${old}) HTTP/1.1`, JSON_BODY, 'If-Match: *'),
      '',
      `--${SET}`,
      ...part(
        '100003',
        'POST $100001/new_account_parcels HTTP/1.1',
        JSON_BODY,
        '',
        '{"new_name":"P"}',
      ),
      '',
      `--${SET}--`,
      '',
      `--${BATCH}`,
      ...part(undefined, `GET ${root}accounts?$select=name HTTP/1.1`, 'Accept: application/json'),
      '',
      `--${BATCH}--`,
      '',
    ),
  )

  const parts = batchParts(answer.text)
  expect(answer.status).toBe(200)
  expect(parts.map(({ status, contentId }) => [status, contentId])).toEqual([
    [204, '100001'],
    [204, '100002'],
    [204, '100003'],
    [200, undefined],
  ])
  expect(JSON.parse(parts[3]?.body ?? '')).toMatchObject({ value: [{ name: 'A' }] })
  expect(world.org.contents().get('new_parcel')).toMatchObject([
    { new_name: 'P', new_accountid: { id: parts[0]?.entityId } },
  ])
})

test('2.3 and older: line feeds alone, and no line break at the end', async () => {
  const world = await open()
  const root = `${world.url}/api/data/v9.2/`

  const answer = await send(
    world,
    [
      '',
      `--${BATCH}`,
      `Content-Type: multipart/mixed;boundary=${SET}`,
      '',
      `--${SET}`,
      ...part('100001', `POST ${root}accounts HTTP/1.1`, JSON_BODY, '', '{"name":"A"}'),
      '',
      `--${SET}--`,
      '',
      `--${BATCH}`,
      ...part(undefined, `GET ${root}accounts/$count HTTP/1.1`, 'Accept: application/json'),
      '',
      `--${BATCH}--`,
    ].join('\n'),
  )

  expect(batchParts(answer.text).map(({ status }) => status)).toEqual([204, 200])
  expect(world.org.contents().get('account')).toMatchObject([{ name: 'A' }])
})

test('Content-IDs begin anew in each change set, and mean its own rows', async () => {
  const world = await open()
  const root = `${world.url}/api/data/v9.2/`
  const set = (name: string, boundary: string) => [
    `--${BATCH}`,
    `Content-Type: multipart/mixed;boundary=${boundary}`,
    '',
    `--${boundary}`,
    ...part('100001', `POST ${root}accounts HTTP/1.1`, JSON_BODY, '', `{"name":"${name}"}`),
    '',
    `--${boundary}`,
    ...part(
      '100002',
      `POST ${root}new_parcels HTTP/1.1`,
      JSON_BODY,
      '',
      `{"new_name":"of ${name}","new_AccountId@odata.bind":"$100001"}`,
    ),
    '',
    `--${boundary}--`,
    '',
  ]

  const answer = await send(
    world,
    crlf('', ...set('A', `${SET}1`), ...set('B', `${SET}2`), `--${BATCH}--`, ''),
  )

  expect(batchParts(answer.text).map(({ contentId }) => contentId)).toEqual([
    '100001',
    '100002',
    '100001',
    '100002',
  ])
  const names = new Map(
    (world.org.contents().get('account') ?? []).map((row) => [row['accountid'], row['name']]),
  )
  const parcels = world.org.contents().get('new_parcel') ?? []
  expect(
    parcels.map((row) => [row['new_name'], names.get((row['new_accountid'] as { id: string }).id)]),
  ).toEqual([
    ['of A', 'A'],
    ['of B', 'B'],
  ])
})

test('a single long GET comes as a batch of one', async () => {
  const world = await open()
  await world.org.create('account', { name: 'A' })
  const filter = encodeURIComponent(
    Array.from({ length: 80 }, (_, i) => `name eq 'N${i}'`).join(' or ') + " or name eq 'A'",
  )

  const answer = await send(
    world,
    crlf(
      '',
      `--${BATCH}`,
      ...part(
        undefined,
        `GET ${world.url}/api/data/v9.2/accounts?$select=name&$filter=${filter} HTTP/1.1`,
        'Accept: application/json',
        'OData-MaxVersion: 4.0',
        'OData-Version: 4.0',
        'Prefer: odata.include-annotations="*"',
      ),
      '',
      `--${BATCH}--`,
      '',
    ),
  )

  expect(JSON.parse(batchParts(answer.text)[0]?.body ?? '')).toMatchObject({
    value: [{ name: 'A' }],
  })
})

describe('answers', () => {
  async function answered(lines: (root: string) => readonly string[], ...headers: string[]) {
    const world = await open()
    const root = `${world.url}/api/data/v9.2/`
    const answer = await send(world, crlf('', ...lines(root), `--${BATCH}--`, ''), ...headers)
    return { ...world, answer, text: answer.text }
  }
  const writes = (root: string, ...bodies: readonly string[]) => [
    `--${BATCH}`,
    `Content-Type: multipart/mixed;boundary=${SET}`,
    '',
    ...bodies.flatMap((body, index) => [
      `--${SET}`,
      ...part(String(100_001 + index), `POST ${root}accounts HTTP/1.1`, JSON_BODY, '', body),
      '',
    ]),
    `--${SET}--`,
    '',
  ]
  const read = (root: string, tail: string) => [
    `--${BATCH}`,
    ...part(undefined, `GET ${root}${tail} HTTP/1.1`, 'Accept: application/json'),
    '',
  ]

  test('begin with their delimiter at once, which Content-Type names', async () => {
    const { answer, text } = await answered((root) => writes(root, '{"name":"A"}'))

    const delimiter = /^--(batchresponse_[0-9a-f-]{36})\r\n/.exec(text)?.[1]
    expect(answer.headers['content-type']).toBe(`multipart/mixed; boundary=${delimiter}`)
    expect(text.endsWith(`--${delimiter}--\r\n`)).toBe(true)
  })

  test('of change sets are in delimiters of their own', async () => {
    const { text } = await answered((root) => writes(root, '{"name":"A"}'))

    expect(text).toMatch(
      /\r\nContent-Type: multipart\/mixed; boundary=(changesetresponse_[0-9a-f-]{36})\r\n\r\n--\1\r\n[^]*--\1--\r\n/,
    )
  })

  test('have the headers, the status line and the empty lines that clients look for', async () => {
    const { text, url } = await answered((root) => writes(root, '{"name":"A"}'))

    expect(text).toMatch(
      /\r\nContent-Type: application\/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 100001\r\n\r\nHTTP\/1\.1 204 No Content\r\n/,
    )
    expect(text).toContain(`\r\nOData-EntityId: ${url}/api/data/v9.2/accounts(`)
  })

  test('have braces in bodies only, and reasons of letters, digits and spaces', async () => {
    const { text } = await answered(
      (root) => [
        ...read(root, 'accounts?$select=name'),
        ...read(root, 'nosuch'),
        ...read(root, 'accounts/$count'),
      ],
      'Prefer: odata.continue-on-error',
    )

    const heads = text.split(/^--batchresponse_.*$/m).map((each) => each.split('{')[0])
    expect(heads.join('')).not.toContain('}')
    expect([...text.matchAll(/^HTTP\/1\.1 \d{3} ([A-Za-z0-9 ]+)\r$/gm)].map(([, r]) => r)).toEqual([
      'OK',
      'Not Found',
      'OK',
    ])
  })

  test('of a change set that failed are the one that failed, with its Content-ID', async () => {
    const { text, org } = await answered((root) =>
      writes(root, '{"name":"A"}', '{"nosuch":1}', '{"name":"C"}'),
    )

    expect(batchParts(text).map(({ status, contentId }) => [status, contentId])).toEqual([
      [400, '100002'],
    ])
    expect(text).not.toContain('changesetresponse_')
    expect(org.contents().get('account') ?? []).toEqual([])
  })

  test('end at the first failure, whose status the whole has', async () => {
    const { answer, text } = await answered((root) => [
      ...read(root, 'accounts?$select=name'),
      ...read(root, 'accounts(11111111-1111-4111-8111-111111111111)'),
      ...read(root, 'contacts'),
    ])

    expect(answer.status).toBe(404)
    expect(batchParts(text).map(({ status }) => status)).toEqual([200, 404])
  })

  test('go on behind a failure where that is asked for', async () => {
    const { answer, text } = await answered(
      (root) => [...read(root, 'nosuch'), ...read(root, 'accounts/$count')],
      'Prefer: odata.continue-on-error',
    )

    expect(answer.status).toBe(200)
    expect(batchParts(text).map(({ status }) => status)).toEqual([404, 200])
  })

  test('say 0x8006088a of an unknown segment', async () => {
    const { text } = await answered((root) => read(root, 'nosuch'))

    expect(batchParts(text)[0]).toMatchObject({ status: 404 })
    expect(JSON.parse(batchParts(text)[0]?.body ?? '')).toMatchObject({
      error: { code: '0x8006088a' },
    })
  })

  test('of a batch that can not be read are no multipart, but an error', async () => {
    const world = await open()

    const answer = await send(world, 'no delimiter')

    expect([answer.status, answer.json.error.code]).toEqual([400, expect.stringMatching(/^0x/)])
  })
})

test('a name that is not ASCII is read from its escapes', async () => {
  const { port, host, org } = await open()
  const body = '{"name":"\\u00c6r\\u00f8 \\u65e5\\ud83d\\udca5"}'

  const answer = await exchange(
    port,
    wire(
      'POST /api/data/v9.2/accounts HTTP/1.1',
      [
        'Content-Type: application/json; charset=utf-8',
        contentLength(body),
        'Accept: application/json',
        'OData-MaxVersion: 4.0',
        'OData-Version: 4.0',
        'Authorization: Bearer t',
        `Host: ${host}`,
        'Connection: keep-alive',
      ],
      body,
    ),
  )

  expect(answer.status).toBe(204)
  expect(org.contents().get('account')).toMatchObject([{ name: 'Ærø 日💥' }])
})
