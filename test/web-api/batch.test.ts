import { answerOf, idIn, ROOT, world, type Answer, type World } from './world.ts'

interface BatchPart {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly contentId: string | undefined
  readonly body: string
}

async function sendBatch(
  { api }: World,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  boundary = 'batch_1',
): Promise<Answer> {
  return answerOf(
    await api({
      method: 'POST',
      url: '/api/data/v9.2/$batch',
      headers: {
        host: 'localhost:8080',
        'content-type': `multipart/mixed;boundary=${boundary}`,
        ...headers,
      },
      body,
    }),
  )
}

/** The answers of a batch in order, those of change sets among them; read as clients do, by lines. */
function partsOf({ text }: Answer): BatchPart[] {
  return text
    .split(/--(?:batchresponse|changesetresponse)_[0-9a-f-]+(?:--)?\r\n/)
    .filter((part) => part.includes('HTTP/1.1 '))
    .map((part) => {
      const [outer = '', ...inner] = part.split('\r\n\r\n')
      const [head = '', ...body] = [inner[0] ?? '', ...inner.slice(1)]
      const [line = '', ...lines] = head.split('\r\n')
      return {
        status: Number(/^HTTP\/1\.1 (\d{3}) [A-Za-z ]+$/.exec(line)?.[1]),
        headers: Object.fromEntries(
          lines.map((each) => each.split(/:\s*(.*)/s).slice(0, 2)),
        ) as Record<string, string>,
        contentId: /Content-ID: (\S+)/.exec(outer)?.[1],
        body: body.join('\r\n\r\n').trim(),
      }
    })
}

const crlf = (...lines: readonly string[]) => lines.join('\r\n')
const http = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary']

describe('a batch', () => {
  test('answers its requests in order', async () => {
    const made = world()
    const id = await made.org.create('account', { name: 'Contoso' })

    const answer = await sendBatch(
      made,
      crlf(
        '--batch_1',
        ...http,
        '',
        `GET ${ROOT}accounts(${id})?$select=name HTTP/1.1`,
        'Accept: application/json',
        '',
        '',
        '--batch_1',
        ...http,
        '',
        'POST /api/data/v9.2/contacts HTTP/1.1',
        'Content-Type: application/json; type=entry',
        '',
        '{"lastname":"McKay"}',
        '--batch_1',
        ...http,
        '',
        `DELETE accounts(${id}) HTTP/1.1`,
        '--batch_1--',
        '',
      ),
    )

    const parts = partsOf(answer)
    expect(answer.status).toBe(200)
    expect(answer.headers['Content-Type']).toMatch(
      /^multipart\/mixed; boundary=batchresponse_[0-9a-f-]{36}$/,
    )
    expect(answer.text).toMatch(/^--batchresponse_/)
    expect(parts.map((part) => part.status)).toEqual([200, 204, 204])
    expect(JSON.parse(parts[0]?.body ?? '')).toMatchObject({ name: 'Contoso' })
    expect(parts[0]?.headers['Content-Type']).toBe(
      'application/json; odata.metadata=minimal; odata.streaming=true',
    )
    expect(parts[1]?.headers['OData-EntityId']).toBe(parts[1]?.headers['Location'])
  })

  test('takes LF alone, an empty first line, blanks after delimiters, and URLs with spaces', async () => {
    const made = world()
    await made.org.create('account', { name: "O'Neil & Sons" })

    const answer = await sendBatch(
      made,
      [
        '',
        '--batch_1 ',
        'Content-Type:application/http',
        '',
        "GET accounts?$select=name&$filter=contains(name,'Neil') HTTP/1.1",
        '--batch_1',
        'Content-Type: application/http',
        '',
        'GET WhoAmI',
        '--batch_1-- ',
        ' ',
      ].join('\n'),
      { 'content-type': 'multipart/mixed; boundary="batch_1"' },
    )

    const parts = partsOf(answer)
    expect(parts[0]?.status).toBe(200)
    expect(JSON.parse(parts[0]?.body ?? '').value).toHaveLength(1)
    expect(parts).toHaveLength(2)
  })

  test('the first failure ends it with its status', async () => {
    const made = world()

    const answer = await sendBatch(
      made,
      crlf(
        '--batch_1',
        ...http,
        '',
        'GET nosuchs HTTP/1.1',
        '',
        '--batch_1',
        ...http,
        '',
        'POST accounts HTTP/1.1',
        '',
        '{"name":"never"}',
        '--batch_1--',
      ),
    )

    expect(answer.status).toBe(404)
    expect(partsOf(answer).map((part) => part.status)).toEqual([404])
    expect(made.org.contents().get('account') ?? []).toHaveLength(0)
  })

  test('odata.continue-on-error goes on and answers 200', async () => {
    const made = world()

    const answer = await sendBatch(
      made,
      crlf(
        '--batch_1',
        ...http,
        '',
        'GET nosuchs HTTP/1.1',
        '',
        '--batch_1',
        ...http,
        '',
        'POST accounts HTTP/1.1',
        '',
        '{"name":"made"}',
        '--batch_1--',
      ),
      { prefer: 'odata.continue-on-error' },
    )

    expect(answer.status).toBe(200)
    expect(partsOf(answer).map((part) => part.status)).toEqual([404, 204])
  })

  test.each([
    ['no boundary', 'x', { 'content-type': 'multipart/mixed' }],
    ['another type', '{}', { 'content-type': 'application/json' }],
    ['no delimiter', 'nothing here', {}],
    ['no request line', crlf('--batch_1', ...http, '', 'nonsense', '--batch_1--'), {}],
    [
      'a batch in a batch',
      crlf('--batch_1', ...http, '', 'POST $batch HTTP/1.1', '', 'x', '--batch_1--'),
      {},
    ],
    [
      'more than 1000 requests',
      crlf(
        ...Array.from({ length: 1001 }, () =>
          crlf('--batch_1', ...http, '', 'GET accounts HTTP/1.1', ''),
        ),
        '--batch_1--',
      ),
      {},
    ],
  ])('is refused with 400 for %s', async (_, body, headers) => {
    const answer = await sendBatch(world(), body, headers)

    expect(answer.status).toBe(400)
  })
})

describe('a change set', () => {
  const changeSet = (...requests: readonly string[][]) =>
    crlf(
      '--batch_1',
      'Content-Type: multipart/mixed; boundary=changeset_1',
      '',
      ...requests.flatMap(([id = '', ...lines]) => [
        '--changeset_1',
        ...http,
        `Content-ID: ${id}`,
        '',
        ...lines,
      ]),
      '--changeset_1--',
      '',
      '--batch_1--',
      '',
    )

  test('its requests refer to what earlier ones made', async () => {
    const made = world()

    const answer = await sendBatch(
      made,
      changeSet(
        ['1', 'POST accounts HTTP/1.1', 'Content-Type: application/json', '', '{"name":"Contoso"}'],
        [
          '2',
          'POST contacts HTTP/1.1',
          '',
          '{"lastname":"McKay","parentcustomerid_account@odata.bind":"$1"}',
        ],
        ['3', 'PUT $1/name HTTP/1.1', '', '{"value":"Fabrikam"}'],
        ['4', 'PUT $1/primarycontactid/$ref HTTP/1.1', '', '{"@odata.id":"$2"}'],
        ['5', 'POST $1/new_account_parcels HTTP/1.1', '', '{"new_name":"P"}'],
        ['6', 'PATCH $2 HTTP/1.1', '', '{"firstname":"Yvonne"}'],
      ),
    )

    const parts = partsOf(answer)
    expect(parts.map((part) => part.status)).toEqual([204, 204, 204, 204, 204, 204])
    expect(parts.map((part) => part.contentId)).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(answer.text).toContain('--changesetresponse_')
    const id = /\(([^)]+)\)/.exec(parts[0]?.headers['OData-EntityId'] ?? '')?.[1] ?? ''
    const account = await made.org.retrieve('account', id)
    expect(account).toMatchObject({ name: 'Fabrikam', primarycontactid: { table: 'contact' } })
    expect(await made.org.retrieve('contact', account.primarycontactid?.id ?? '')).toMatchObject({
      firstname: 'Yvonne',
      parentcustomerid: { table: 'account', id },
    })
    expect(parts[2]?.headers['OData-EntityId']).toBeUndefined()
  })

  test('when one request fails nothing of it stays, and the failing answer is all', async () => {
    const made = world()
    const before = made.org.contents()

    const answer = await sendBatch(
      made,
      changeSet(
        ['1', 'POST accounts HTTP/1.1', '', '{"name":"Contoso"}'],
        ['2', 'POST contacts HTTP/1.1', '', '{"nosuch":1}'],
        ['3', 'POST accounts HTTP/1.1', '', '{"name":"Never"}'],
      ),
    )

    const parts = partsOf(answer)
    expect(answer.status).toBe(400)
    expect(parts).toMatchObject([{ status: 400, contentId: '2' }])
    expect(JSON.parse(parts[0]?.body ?? '').error.code).toBe('0x80048d19')
    expect(made.org.contents()).toEqual(before)
  })

  test('a reference to nothing is refused with its text', async () => {
    const made = world()

    const answer = await sendBatch(made, changeSet(['1', 'PATCH $7 HTTP/1.1', '', '{}']))

    expect(answer.status).toBe(400)
    expect(JSON.parse(partsOf(answer)[0]?.body ?? '').error.message).toBe(
      "Content-ID Reference: '$7' does not exist in the batch context.",
    )
  })

  test('GET is not allowed in it', async () => {
    const answer = await sendBatch(world(), changeSet(['1', 'GET accounts HTTP/1.1', '']))

    expect(answer.status).toBe(400)
  })

  test('a deep insert in it is part of it', async () => {
    const made = world()
    const before = made.org.contents()

    const answer = await sendBatch(
      made,
      changeSet(
        [
          '1',
          'POST accounts HTTP/1.1',
          '',
          '{"name":"A","new_account_parcels":[{"new_name":"P"}]}',
        ],
        ['2', 'DELETE accounts(11111111-0000-4000-8000-000000000000) HTTP/1.1', ''],
      ),
    )

    expect(answer.status).toBe(404)
    expect(made.org.contents()).toEqual(before)
  })

  test('return=representation inside it can be referred to', async () => {
    const made = world()

    const answer = await sendBatch(
      made,
      changeSet(
        ['1', 'POST accounts HTTP/1.1', 'Prefer: return=representation', '', '{"name":"Contoso"}'],
        ['2', 'PATCH $1 HTTP/1.1', '', '{"name":"Fabrikam"}'],
      ),
    )

    expect(partsOf(answer).map((part) => part.status)).toEqual([201, 204])
    expect(idIn(answer)).toBe('')
  })
})
