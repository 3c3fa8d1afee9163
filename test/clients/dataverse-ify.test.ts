import { ACTIVITY_TABLES } from '../support/activities.ts'
import { PARCEL } from '../web-api/world.ts'
import {
  batchParts,
  contentLength,
  exchange,
  madeId,
  served,
  wire,
  type Served,
} from './connection.ts'

/** Requests as dataverse-ify's Node mode writes them, byte for byte: https://github.com/scottdurow/dataverse-ify */

const open = () => served({ tables: [PARCEL] })

const headers = (host: string) => [
  'OData-MaxVersion: 4.0',
  'OData-Version: 4.0',
  'Accept: application/json',
  'Content-Type: application/json; charset=UTF-8',
  'Authorization: Bearer t',
  `Host: ${host}`,
]
const LAST = [
  'Connection: keep-alive',
  'Accept-Encoding: gzip,deflate',
  'User-Agent: node-fetch/1.0 (+https://github.com/bitinn/node-fetch)',
]

const bodiless = ({ port, host }: Served, line: string, ...more: readonly string[]) =>
  exchange(port, wire(`${line} HTTP/1.1`, [...headers(host), ...more, ...LAST]))

/** The object is made JSON twice. */
function twice({ port, host }: Served, line: string, value: object) {
  const body = JSON.stringify(JSON.stringify(value))
  return exchange(
    port,
    wire(`${line} HTTP/1.1`, [...headers(host), ...LAST, contentLength(body)], body),
  )
}

const ALL = 'Prefer: odata.include-annotations="*"'
const V = '/api/data/v9.1/'

test('the set of a table is asked for by its encoded name', async () => {
  const world = await open()

  const answer = await bodiless(
    world,
    `GET ${V}EntityDefinitions(LogicalName=%27account%27)?$select=EntitySetName`,
  )
  const unknown = await bodiless(
    world,
    `GET ${V}EntityDefinitions(LogicalName=%27nosuch%27)?$select=EntitySetName`,
  )

  expect(answer.json.EntitySetName).toBe('accounts')
  expect([unknown.status, typeof unknown.json.error.message]).toEqual([404, 'string'])
})

test('who one is, is asked of v9.2 with parentheses', async () => {
  const world = await open()

  const answer = await bodiless(world, 'GET /api/data/v9.2/WhoAmI()')

  expect(answer.json.UserId).toBe(world.org.userId)
})

describe('create', () => {
  test('names its table, binds without a slash, lists choices, and cuts dates', async () => {
    const world = await open()
    const account = await world.org.create('account', { name: 'Contoso' })

    const answer = await twice(world, `POST ${V}new_parcels`, {
      '@odata.type': 'Microsoft.Dynamics.CRM.new_parcel',
      new_name: 'Ærø',
      new_tags: '1,9',
      new_due: '2026-03-04',
      'new_AccountId@odata.bind': `accounts(${account})`,
      'new_Receiver_account@odata.bind': `accounts(${account})`,
    })

    expect(answer.status).toBe(204)
    expect(answer.headers['odata-entityid']).toMatch(/\([0-9a-f-]{36}\)$/)
    const row = await world.org.retrieve('new_parcel', madeId(answer))
    expect(row).toMatchObject({
      new_name: 'Ærø',
      new_tags: [1, 9],
      new_accountid: { table: 'account', id: account },
      new_receiver: { table: 'account', id: account },
    })
  })

  test('of an activity brings its parties', async () => {
    const world = await served({ tables: ACTIVITY_TABLES })
    const contact = await world.org.create('contact', { lastname: 'Ann' })

    const answer = await twice(world, `POST ${V}visits`, {
      '@odata.type': 'Microsoft.Dynamics.CRM.visit',
      subject: 'Hello',
      visit_activity_parties: [
        {
          '@odata.type': 'Microsoft.Dynamics.CRM.activityparty',
          'partyid_contact@odata.bind': `contacts(${contact})`,
          participationtypemask: 5,
        },
      ],
    })

    expect(answer.status).toBe(204)
    const row = await world.org.retrieve('visit', madeId(answer), ['requiredattendees'])
    expect(row['requiredattendees']).toMatchObject([{ partyid: { table: 'contact', id: contact } }])
  })
})

describe('update', () => {
  test('is a PATCH without a condition, which makes the row that is missing', async () => {
    const world = await open()
    const id = '11111111-1111-4111-8111-111111111111'

    const answer = await twice(world, `PATCH ${V}accounts(${id})`, {
      '@odata.type': 'Microsoft.Dynamics.CRM.account',
      name: 'A',
    })

    expect(answer.status).toBe(204)
    expect(world.org.contents().get('account')).toMatchObject([{ accountid: id, name: 'A' }])
  })

  test('empties a lookup by the name of the column and that of the navigation', async () => {
    const world = await open()
    const account = await world.org.create('account', { name: 'A' })
    const id = await world.org.create('new_parcel', {
      new_name: 'P',
      new_code: 'x',
      new_accountid: { table: 'account', id: account },
    })

    const answer = await twice(world, `PATCH ${V}new_parcels(${id})`, {
      '@odata.type': 'Microsoft.Dynamics.CRM.new_parcel',
      new_code: null,
      new_accountid: null,
      new_AccountId: null,
    })

    expect(answer.status).toBe(204)
    expect(await world.org.retrieve('new_parcel', id)).toMatchObject({
      new_code: null,
      new_accountid: null,
    })
  })
})

test('delete carries a Content-Type and no body', async () => {
  const world = await open()
  const id = await world.org.create('account', { name: 'A' })

  const answer = await bodiless(world, `DELETE ${V}accounts(${id})`)

  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(world.org.contents().get('account') ?? []).toEqual([])
})

describe('retrieve', () => {
  test('chooses columns, lookups by their values, and reads names from annotations', async () => {
    const world = await open()
    const contact = await world.org.create('contact', { lastname: 'Ann' })
    const id = await world.org.create('account', {
      name: 'A',
      primarycontactid: { table: 'contact', id: contact },
    })

    const answer = await bodiless(
      world,
      `GET ${V}accounts(${id})?$select=name,_primarycontactid_value`,
      ALL,
    )

    expect(answer.json).toMatchObject({
      name: 'A',
      _primarycontactid_value: contact,
      '_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'contact',
      '_primarycontactid_value@Microsoft.Dynamics.CRM.associatednavigationproperty':
        'primarycontactid',
      '_primarycontactid_value@OData.Community.Display.V1.FormattedValue': 'Ann',
    })
  })

  test('of all columns ends in a bare question mark', async () => {
    const world = await open()
    const id = await world.org.create('account', { name: 'A' })

    const answer = await bodiless(world, `GET ${V}accounts(${id})?`, ALL)

    expect(answer.json).toMatchObject({ name: 'A', telephone1: null })
  })

  test('of a missing row is an error with a message', async () => {
    const world = await open()

    const answer = await bodiless(
      world,
      `GET ${V}accounts(11111111-1111-4111-8111-111111111111)?$select=name`,
      ALL,
    )

    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.json.error).toMatchObject({ code: '0x80040217', message: expect.any(String) })
  })
})

describe('retrieveMultiple', () => {
  test('asks for pages beside annotations', async () => {
    const world = await open()
    for (const name of ['A', 'B', 'C']) await world.org.create('account', { name })

    const first = await bodiless(
      world,
      `GET ${V}accounts?$select=name&$orderby=name%20asc`,
      `${ALL},odata.maxpagesize=2`,
    )
    const link: string = first.json['@odata.nextLink']
    const second = await bodiless(
      world,
      `GET ${link.slice(world.url.length)}`,
      `${ALL},odata.maxpagesize=2`,
    )

    expect(link.startsWith(`${world.url}${V}accounts?`)).toBe(true)
    expect(second.json.value).toMatchObject([{ name: 'C' }])
  })

  test('of FetchXML reads the cookie, whether there is more, and the count', async () => {
    const world = await open()
    for (const name of ['A', 'B', 'C']) await world.org.create('account', { name })
    const fetchXml = (page: string) =>
      encodeURIComponent(
        `<fetch count="2" ${page} returntotalrecordcount="true"><entity name="account"><attribute name="name"/><order attribute="name"/></entity></fetch>`,
      )

    const first = await bodiless(world, `GET ${V}accounts?fetchXml=${fetchXml('page="1"')}`, ALL)
    const second = await bodiless(world, `GET ${V}accounts?fetchXml=${fetchXml('page="2"')}`, ALL)

    expect(first.json).toMatchObject({
      '@Microsoft.Dynamics.CRM.morerecords': true,
      '@Microsoft.Dynamics.CRM.totalrecordcount': 3,
      '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': false,
      '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': expect.stringContaining('pagenumber="2"'),
    })
    expect(second.json.value).toMatchObject([{ name: 'C' }])
    expect(second.json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']).toBeUndefined()
  })
})

const BATCH = 'batch_1790000000000'
const SET = 'changeset_1790000000000'

/** Line feeds, a line with one blank behind each closing delimiter, one boundary for all change sets. */
function batch({ port, host }: Served, ...items: readonly (readonly string[])[]) {
  const body = [...items.flat(), `--${BATCH}--`, ' '].join('\n')
  return exchange(
    port,
    wire(
      `POST ${V}$batch HTTP/1.1`,
      [
        'OData-MaxVersion: 4.0',
        'OData-Version: 4.0',
        'Accept: application/json',
        `Content-Type: multipart/mixed;boundary=${BATCH}`,
        'MSCRM.SuppressDuplicateDetection: true',
        'Authorization: Bearer t',
        `Host: ${host}`,
        ...LAST,
        contentLength(body),
      ],
      body,
    ),
  )
}

const request = (line: string, body = '') => [
  'Content-Type: application/http',
  'Content-Transfer-Encoding: binary',
  '',
  `${line} HTTP/1.1`,
  'Accept: application/json',
  'Content-Type: application/json;type=entry',
  '',
  ...(body === '' ? [] : [body]),
]
const alone = (line: string, body?: string) => [`--${BATCH}`, ...request(line, body)]
const inChangeSet = (...requests: readonly (readonly string[])[]) => [
  `--${BATCH}`,
  `Content-Type: multipart/mixed;boundary=${SET}`,
  'Content-Transfer-Encoding: binary',
  '',
  ...requests.flatMap(([type = '', encoding = '', ...rest], index) => [
    `--${SET}`,
    type,
    encoding,
    `Content-ID: ${index + 1}`,
    ...rest,
  ]),
  `--${SET}--`,
  ' ',
]
const encoded = (value: object) => JSON.stringify(JSON.stringify(value))

describe('links', () => {
  test('one is made by a relative address, in a body encoded twice', async () => {
    const world = await open()
    const contact = await world.org.create('contact', { lastname: 'Ann' })
    const lead = await world.org.create('lead', { lastname: 'B', subject: 'B' })

    const answer = await twice(
      world,
      `POST ${V}contacts(${contact})/contactleads_association/$ref`,
      {
        '@odata.context': `${world.url}${V}$metadata#$ref`,
        '@odata.id': `leads(${lead})`,
      },
    )

    expect(answer.status).toBe(204)
    expect(world.org.contents().get('contactleads')).toMatchObject([{ leadid: lead }])
  })

  test('several are made and removed in a batch', async () => {
    const world = await open()
    const contact = await world.org.create('contact', { lastname: 'Ann' })
    const leads = [
      await world.org.create('lead', { lastname: 'B', subject: 'B' }),
      await world.org.create('lead', { lastname: 'C', subject: 'C' }),
    ]
    const of = `${V}contacts(${contact})/contactleads_association`

    const made = await batch(
      world,
      inChangeSet(
        ...leads.map((lead) =>
          request(`POST ${of}/$ref`, encoded({ '@odata.id': `leads(${lead})` })),
        ),
      ),
    )
    const links = world.org.contents().get('contactleads') ?? []
    const removed = await batch(
      world,
      inChangeSet(...leads.map((lead) => request(`DELETE ${of}(${lead})/$ref`))),
    )

    expect([made.status, removed.status]).toEqual([200, 200])
    expect(links).toHaveLength(2)
    expect(world.org.contents().get('contactleads') ?? []).toEqual([])
  })
})

describe('execute', () => {
  test('a function has its arguments behind encoded aliases, bound or not', async () => {
    const world = await open()
    const account = await world.org.create('account', { name: 'A' })

    const total = await bodiless(
      world,
      `GET ${V}RetrieveTotalRecordCount(EntityNames=%40p0)?@p0=${encodeURIComponent('["account"]')}`,
    )
    const access = await bodiless(
      world,
      `GET ${V}systemusers(${world.org.userId})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=%40p0)?@p0=${encodeURIComponent(`{"@odata.id":"accounts(${account})"}`)}`,
    )

    expect(total.json.EntityRecordCountCollection.Values).toEqual([1])
    expect(access.json.AccessRights).toContain('ReadAccess')
  })

  test('an action has rows with their type and id, bound or not', async () => {
    const world = await open()
    const [target, other] = [
      await world.org.create('account', { name: 'A' }),
      await world.org.create('account', { name: 'B' }),
    ]
    const row = (id: string) => ({ '@odata.type': 'Microsoft.Dynamics.CRM.account', accountid: id })

    const merged = await twice(world, `POST ${V}Merge`, {
      Target: row(target),
      Subordinate: row(other),
      PerformParentingChecks: false,
    })
    const made = await twice(world, `POST ${V}accounts/Microsoft.Dynamics.CRM.CreateMultiple`, {
      Targets: [{ '@odata.type': 'Microsoft.Dynamics.CRM.account', name: 'C' }],
    })

    expect([merged.status, made.status]).toEqual([204, 200])
    expect(await world.org.retrieve('account', other)).toMatchObject({ merged: true })
    expect(made.json.Ids).toHaveLength(1)
  })
})

describe('executeMultiple', () => {
  test('lone requests and change sets of one boundary are answered in order', async () => {
    const world = await open()
    const old = await world.org.create('account', { name: 'old' })

    const answer = await batch(
      world,
      inChangeSet(
        request(`POST ${V}accounts`, encoded({ name: 'A' })),
        request(`PATCH ${V}accounts(${old})`, encoded({ name: 'new' })),
      ),
      alone(`DELETE ${V}accounts(${old})`),
      inChangeSet(request(`POST ${V}accounts`, encoded({ name: 'B' }))),
    )

    expect(answer.headers['content-type']).toMatch(/^multipart\/mixed; boundary=batchresponse_/)
    expect(answer.text.startsWith('--batchresponse_')).toBe(true)
    expect(batchParts(answer.text).map(({ status, contentId }) => [status, contentId])).toEqual([
      [204, '1'],
      [204, '2'],
      [204, undefined],
      [204, '1'],
    ])
    expect(
      world.org
        .contents()
        .get('account')
        ?.map(({ name }) => name),
    ).toEqual(['A', 'B'])
  })

  test('a change set that fails undoes itself, and the error is the last answer', async () => {
    const world = await open()

    const answer = await batch(
      world,
      inChangeSet(
        request(`POST ${V}accounts`, encoded({ name: 'A' })),
        request(`POST ${V}accounts`, encoded({ nosuch: 1 })),
      ),
    )

    expect(answer.status).toBe(400)
    expect(JSON.parse(batchParts(answer.text).at(-1)?.body ?? '')).toMatchObject({
      error: { message: expect.any(String) },
    })
    expect(world.org.contents().get('account') ?? []).toEqual([])
  })

  test('a function that lost its arguments on the way is refused', async () => {
    const world = await open()

    const answer = await batch(world, alone(`GET ${V}RetrieveTotalRecordCount(EntityNames=%40p0)`))

    expect(answer.status).toBe(400)
  })
})
