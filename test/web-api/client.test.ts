import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebApiClient } from '../../src/web-api/client.ts'
import type { TransportOptions } from '../../src/web-api/client/transport.ts'

const ACCOUNT = '10000000-0000-4000-8000-000000000001'
const CONTACT = '20000000-0000-4000-8000-000000000002'
const USER = '30000000-0000-4000-8000-000000000003'

const ACCOUNT_DEFINITION = {
  LogicalName: 'account',
  EntitySetName: 'accounts',
  PrimaryIdAttribute: 'accountid',
  PrimaryNameAttribute: 'name',
  ObjectTypeCode: 1,
  MetadataId: '70000000-0000-4000-8000-000000000007',
  Attributes: [
    attribute('accountid', 'Uniqueidentifier'),
    attribute('name', 'String'),
    attribute('creditlimit', 'Money'),
    attribute('versionnumber', 'BigInt'),
    attribute('primarycontactid', 'Lookup'),
    attribute('ownerid', 'Owner'),
    attribute('new_customerid', 'Customer'),
    {
      ...attribute('new_colours', 'Virtual'),
      AttributeTypeName: { Value: 'MultiSelectPicklistType' },
    },
    attribute('primarycontactidname', 'Virtual'),
  ],
  ManyToOneRelationships: [
    manyToOne('account_primary_contact', 'primarycontactid', 'contact', 'primarycontactid'),
    manyToOne('owner_accounts', 'ownerid', 'owner', 'ownerid'),
    manyToOne('new_customer_account', 'new_customerid', 'account', 'new_CustomerId_account'),
    manyToOne('new_customer_contact', 'new_customerid', 'contact', 'new_CustomerId_contact'),
    manyToOne('account_parent_account', 'parentaccountid', 'account', 'parentaccountid'),
  ],
  OneToManyRelationships: [
    { SchemaName: 'account_parent_account', ReferencedEntityNavigationPropertyName: 'children' },
  ],
  ManyToManyRelationships: [
    {
      SchemaName: 'accountleads_association',
      Entity1LogicalName: 'account',
      Entity1NavigationPropertyName: 'accountleads_association',
      Entity2LogicalName: 'lead',
      Entity2NavigationPropertyName: 'accountleads_association',
    },
  ],
}

const EMAIL_DEFINITION = {
  LogicalName: 'email',
  EntitySetName: 'emails',
  PrimaryIdAttribute: 'activityid',
  Attributes: [attribute('to', 'PartyList'), attribute('subject', 'String')],
}

function attribute(LogicalName: string, type: string) {
  return { LogicalName, AttributeType: type, AttributeTypeName: { Value: `${type}Type` } }
}
function manyToOne(SchemaName: string, column: string, table: string, navigation: string) {
  return {
    SchemaName,
    ReferencingAttribute: column,
    ReferencedEntity: table,
    ReferencingEntityNavigationPropertyName: navigation,
  }
}

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}
interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** An organization of which the test writes the answers; what describes its tables it knows by itself. */
let server: Server
let seen: Seen[] = []
let replies: Reply[] = []

beforeEach(async () => {
  seen = []
  replies = []
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      const url = decodeURIComponent(request.url ?? '').replace('/api/data/v9.2/', '')
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      seen.push({ method: request.method ?? '', url, headers: request.headers, body })
      const {
        status = 204,
        headers = {},
        body: answer,
      } = definitionFor(url) ?? replies.shift() ?? {}
      response.writeHead(status, { 'OData-Version': '4.0', ...headers })
      response.end(
        answer === undefined
          ? undefined
          : typeof answer === 'string'
            ? answer
            : JSON.stringify(answer),
      )
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
})
afterEach(() => new Promise<void>((closed) => void server.close(() => closed())))

function definitionFor(url: string): Reply | undefined {
  const [, table] = /^EntityDefinitions\(LogicalName='(.*)'\)/.exec(url) ?? []
  if (table === undefined) return undefined
  if (table === 'account') return { status: 200, body: ACCOUNT_DEFINITION }
  if (table === 'email') return { status: 200, body: EMAIL_DEFINITION }
  if (table === 'contact' || table === 'systemuser' || table === 'lead') {
    return {
      status: 200,
      body: { LogicalName: table, EntitySetName: `${table}s`, PrimaryIdAttribute: `${table}id` },
    }
  }
  return {
    status: 404,
    body: { error: { code: '0x80060888', message: `Could not find an entity with name ${table}` } },
  }
}

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const client = (options: Partial<TransportOptions> = {}) =>
  new WebApiClient({ url: url(), ...options })
/** The requests but for those that ask for definitions. */
const asked = () => seen.filter((each) => !each.url.startsWith('EntityDefinitions'))

describe('create', () => {
  const created = (set: string, id: string) => ({
    status: 204,
    headers: { 'OData-EntityId': `${url()}/api/data/v9.2/${set}(${id})` },
  })

  test('binds lookups, joins choices and answers with the id', async () => {
    replies = [created('accounts', ACCOUNT)]

    const id = await client().create('account', {
      name: 'Contoso',
      creditlimit: 12.5,
      new_colours: [1, 9],
      primarycontactid: { table: 'contact', id: CONTACT },
      ownerid: { table: 'systemuser', id: USER },
      new_customerid: { table: 'contact', id: CONTACT },
      parentaccountid: null,
      absent: undefined,
    })

    expect(id).toBe(ACCOUNT)
    expect(asked()).toMatchObject([{ method: 'POST', url: 'accounts' }])
    expect(asked()[0]?.body).toEqual({
      name: 'Contoso',
      creditlimit: 12.5,
      new_colours: '1,9',
      'primarycontactid@odata.bind': `/contacts(${CONTACT})`,
      'ownerid@odata.bind': `/systemusers(${USER})`,
      'new_CustomerId_contact@odata.bind': `/contacts(${CONTACT})`,
    })
  })

  test('sends the parties of an activity as one list', async () => {
    replies = [created('emails', ACCOUNT)]

    await client().create('email', {
      subject: 'Hello',
      to: [{ partyid: { table: 'contact', id: CONTACT } }, { addressused: 'a@b.example' }],
    })

    expect(asked()[0]?.body).toEqual({
      subject: 'Hello',
      email_activity_parties: [
        { 'partyid_contact@odata.bind': `/contacts(${CONTACT})`, participationtypemask: 2 },
        { addressused: 'a@b.example', participationtypemask: 2 },
      ],
    })
  })

  test('carries token, caller and tag', async () => {
    replies = [created('accounts', ACCOUNT)]

    await client({ token: async () => 't0ken', callerId: USER }).create(
      'account',
      {},
      { tag: 'mine' },
    )

    expect(asked()[0]).toMatchObject({
      url: 'accounts?tag=mine',
      headers: { authorization: 'Bearer t0ken', mscrmcallerid: USER, 'odata-version': '4.0' },
    })
  })

  test('is another user, knowing the same tables', async () => {
    replies = [created('accounts', ACCOUNT), created('accounts', ACCOUNT)]
    const own = client({ token: async () => 't0ken' })

    await own.create('account', {})
    await own.as(USER).create('account', {})

    expect(asked().map(({ headers }) => headers['mscrmcallerid'])).toEqual([undefined, USER])
  })

  test('cannot be SYSTEM', () => {
    expect(() => client().asSystem()).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }) as Error,
    )
    expect(asked()).toEqual([])
  })

  test('says what a request may say about steps and rules', async () => {
    await client().update(
      'account',
      ACCOUNT,
      {},
      {
        bypass: { sync: true, async: true, stepIds: [CONTACT, USER] },
        suppressDuplicateDetection: false,
        suppressCallbackRegistrationExpanderJob: true,
        solutionUniqueName: 'mine',
      },
    )

    expect(asked()[0]?.headers).toMatchObject({
      'mscrm.bypassbusinesslogicexecution': 'CustomSync,CustomAsync',
      'mscrm.bypassbusinesslogicexecutionstepids': `${CONTACT},${USER}`,
      'mscrm.suppressduplicatedetection': 'false',
      'mscrm.suppresscallbackregistrationexpanderjob': 'true',
      'mscrm.solutionuniquename': 'mine',
    })
  })

  test('asks for the definition of a table once', async () => {
    replies = [created('accounts', ACCOUNT), created('accounts', ACCOUNT)]
    const org = client()

    await Promise.all([org.create('account', {}), org.create('account', {})])

    expect(seen.filter((each) => each.url.startsWith('EntityDefinitions'))).toHaveLength(1)
  })

  test.each([
    [
      'a lookup that points elsewhere',
      { primarycontactid: { table: 'lead', id: CONTACT } },
      'INVALID_ARGUMENT',
    ],
    [
      'a row in a column that is no lookup',
      { name: { table: 'lead', id: CONTACT } },
      'COLUMN_UNKNOWN',
    ],
  ])('refuses %s and sends nothing', async (_, values, code) => {
    await expect(client().create('account', values)).rejects.toMatchObject({ code })

    expect(asked()).toEqual([])
  })
})

describe('retrieve', () => {
  test('asks for the columns and gives them the shapes rows hold', async () => {
    replies = [
      {
        status: 200,
        body: `{"@odata.context":"x","@odata.etag":"W/\\"1\\"","accountid":"${ACCOUNT}","name":null,"versionnumber":9007199254740993,"new_colours":"1,9",
          "_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"contact","_primarycontactid_value":"${CONTACT}","_new_customerid_value":null}`,
      },
    ]
    const columns = [
      'name',
      'versionnumber',
      'new_colours',
      'primarycontactid',
      'new_customerid',
      'creditlimit',
    ]

    const row = await client().retrieve<string, string>('account', ACCOUNT, columns)

    expect(asked()[0]).toMatchObject({
      method: 'GET',
      url: `accounts(${ACCOUNT})?$select=name,versionnumber,new_colours,_primarycontactid_value,_new_customerid_value,creditlimit`,
      headers: { prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"' },
    })
    expect(row).toEqual({
      accountid: ACCOUNT,
      name: null,
      creditlimit: null,
      versionnumber: 9007199254740993n,
      new_colours: [1, 9],
      primarycontactid: { table: 'contact', id: CONTACT },
      new_customerid: null,
    })
  })

  test('small 64-bit numbers are bigint as well', async () => {
    replies = [{ status: 200, body: { versionnumber: 7 } }]

    expect(await client().retrieve('account', ACCOUNT)).toEqual({ versionnumber: 7n })
  })

  test('a row that is not there', async () => {
    replies = [
      {
        status: 404,
        body: {
          error: { code: '0x80040217', message: `account With Id = ${ACCOUNT} Does Not Exist` },
        },
      },
    ]

    await expect(client().retrieve('account', ACCOUNT)).rejects.toMatchObject({
      code: 'ROW_NOT_FOUND',
      message: `account With Id = ${ACCOUNT} Does Not Exist`,
    })
  })

  test('a table that is not there', async () => {
    await expect(client().retrieve('nothing', ACCOUNT)).rejects.toMatchObject({
      code: 'TABLE_UNKNOWN',
      message: "The organization has no table 'nothing'.",
    })
  })
})

describe('update, upsert and delete', () => {
  test('an update never creates, and clears a lookup through its navigation property', async () => {
    await client().update('account', ACCOUNT, { name: null, primarycontactid: null })

    expect(asked()).toMatchObject([
      {
        method: 'PATCH',
        url: `accounts(${ACCOUNT})`,
        headers: { 'if-match': '*' },
        body: { name: null, primarycontactid: null },
      },
    ])
  })

  test('a version that is expected travels as an etag', async () => {
    replies = [
      {},
      { status: 412, body: { error: { code: '0x80060882', message: 'The version differs.' } } },
    ]

    await client().update('account', ACCOUNT, {}, { ifVersion: 5n })
    const deleted = client().delete('account', ACCOUNT, { ifVersion: 5n })

    await expect(deleted).rejects.toMatchObject({ code: 'VERSION_MISMATCH' })
    expect(asked().map((each) => each.headers['if-match'])).toEqual(['W/"5"', 'W/"5"'])
  })

  test('an upsert by id or by key says whether the row was made', async () => {
    replies = [
      { status: 201, body: { accountid: ACCOUNT } },
      { status: 200, body: { accountid: ACCOUNT } },
    ]
    const org = client()

    const byId = await org.upsert('account', ACCOUNT, { name: 'A' }, { only: 'create' })
    const byKey = await org.upsert(
      'account',
      { name: "O'Neil", primarycontactid: { table: 'contact', id: CONTACT }, creditlimit: 5 },
      {},
      { only: 'update' },
    )

    expect([byId, byKey]).toEqual([
      { id: ACCOUNT, created: true },
      { id: ACCOUNT, created: false },
    ])
    expect(asked()).toMatchObject([
      { url: `accounts(${ACCOUNT})?$select=accountid`, headers: { 'if-none-match': '*' } },
      {
        url: `accounts(name='O''Neil',_primarycontactid_value=${CONTACT},creditlimit=5)?$select=accountid`,
        headers: { 'if-match': '*' },
      },
    ])
  })

  test('parties are not updated, and nothing is sent', async () => {
    await expect(client().update('email', ACCOUNT, { to: [] })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    })

    expect(asked()).toEqual([])
  })
})

describe('associate and disassociate', () => {
  const account = { table: 'account', id: ACCOUNT }
  const lead = { table: 'lead', id: CONTACT }

  test('go through the collection, a request for each row', async () => {
    await client().associate(account, 'accountleads_association', [lead, { ...lead, id: USER }])
    await client().disassociate(account, 'accountleads_association', lead)

    expect(asked()).toMatchObject([
      {
        method: 'POST',
        url: `accounts(${ACCOUNT})/accountleads_association/$ref`,
        body: { '@odata.id': `${url()}/api/data/v9.2/leads(${CONTACT})` },
      },
      { method: 'POST', body: { '@odata.id': `${url()}/api/data/v9.2/leads(${USER})` } },
      { method: 'DELETE', url: `accounts(${ACCOUNT})/accountleads_association(${CONTACT})/$ref` },
    ])
  })

  test('set and clear the lookup where the row holds it', async () => {
    const contact = { table: 'contact', id: CONTACT }

    await client().associate(account, 'account_primary_contact', contact)
    await client().disassociate(account, 'account_primary_contact', contact)

    expect(asked()).toMatchObject([
      { method: 'PUT', url: `accounts(${ACCOUNT})/primarycontactid/$ref` },
      { method: 'DELETE', url: `accounts(${ACCOUNT})/primarycontactid/$ref` },
    ])
  })

  test('take the end that is named where a table refers to itself', async () => {
    const parent = 'account_parent_account'

    await client().associate(account, parent, account, { role: 'Referenced' })
    await client().associate(account, parent, account, { role: 'Referencing' })

    expect(asked().map(({ method, url }) => [method, url])).toEqual([
      ['POST', `accounts(${ACCOUNT})/children/$ref`],
      ['PUT', `accounts(${ACCOUNT})/parentaccountid/$ref`],
    ])
  })

  test('refuse a relationship the table does not have', async () => {
    await expect(client().associate(account, 'nothing', lead)).rejects.toMatchObject({
      code: 'RELATIONSHIP_UNKNOWN',
    })

    expect(asked()).toEqual([])
  })
})

describe('retrieveMultiple', () => {
  const fetchXmlOf = (index: number) =>
    (asked()[index]?.url ?? '').replace('accounts?fetchXml=', '')

  test('asks in FetchXML, and columns that are left out are empty', async () => {
    replies = [{ status: 200, body: { value: [{ accountid: ACCOUNT, name: 'A & B' }] } }]

    const { rows, moreRows } = await client().retrieveMultiple({
      table: 'account',
      columns: ['name', 'creditlimit'],
      where: {
        kind: 'or',
        filters: [
          { kind: 'condition', column: 'name', operator: 'eq', values: ['A & B'] },
          { kind: 'condition', column: 'creditlimit', operator: 'null', values: [] },
          { kind: 'condition', column: 'new_colours', operator: 'contain-values', values: [1] },
          { kind: 'condition', column: 'creditlimit', operator: 'between', values: [1, 2] },
        ],
      },
      order: [{ column: 'name', descending: true }],
      top: 3,
    })

    expect(fetchXmlOf(0)).toBe(
      '<fetch top="3"><entity name="account"><attribute name="name"/><attribute name="creditlimit"/><order attribute="name" descending="true"/>' +
        '<filter type="or"><condition attribute="name" operator="eq" value="A &amp; B"/><condition attribute="creditlimit" operator="null"/>' +
        '<condition attribute="new_colours" operator="contain-values"><value>1</value></condition>' +
        '<condition attribute="creditlimit" operator="between"><value>1</value><value>2</value></condition></filter></entity></fetch>',
    )
    expect(rows).toEqual([{ accountid: ACCOUNT, name: 'A & B', creditlimit: null }])
    expect(moreRows).toBe(false)
  })

  test('goes on where the cookie of the page before says', async () => {
    const cookie = '<cookie page="1"><accountid last="{X}" first="{Y}" /></cookie>'
    const encoded = encodeURIComponent(encodeURIComponent(cookie))
    replies = [
      {
        status: 200,
        body: {
          '@Microsoft.Dynamics.CRM.totalrecordcount': 7,
          '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': false,
          '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': `<cookie pagenumber="2" pagingcookie="${encoded}" istracking="False" />`,
          '@Microsoft.Dynamics.CRM.morerecords': true,
          value: [],
        },
      },
      { status: 200, body: { value: [] } },
    ]
    const query = { table: 'account', columns: ['name'], count: true } as const

    const first = await client().retrieveMultiple({ ...query, page: { size: 2, number: 1 } })
    await client().retrieveMultiple({ ...query, page: { size: 2, number: 2, cookie } })

    expect(first).toEqual({
      rows: [],
      moreRows: true,
      totalCount: 7,
      totalCountLimitExceeded: false,
      cookie,
    })
    expect(fetchXmlOf(1)).toContain(
      'page="2" paging-cookie="&lt;cookie page=&quot;1&quot;&gt;&lt;accountid last=&quot;{X}&quot; first=&quot;{Y}&quot; /&gt;&lt;/cookie&gt;"',
    )
  })

  test('links, aggregates and negations are said in FetchXML', async () => {
    replies = [{ status: 200, body: { value: [{ n: 2, 'c._ownerid_value': null }] } }]

    const { rows } = await client().retrieveMultiple({
      table: 'account',
      columns: [],
      aggregate: true,
      groups: [{ column: 'createdon', alias: 'year', date: 'year', utc: true }],
      aggregates: [{ function: 'count', column: 'accountid', alias: 'n' }],
      order: [{ column: 'year', descending: false }],
      where: {
        kind: 'and',
        negated: true,
        filters: [{ kind: 'condition', column: 'name', operator: 'eq', values: ['x'] }],
      },
      links: [
        {
          kind: 'outer',
          table: 'contact',
          from: 'contactid',
          to: 'primarycontactid',
          alias: 'c',
          columns: [],
          where: {
            kind: 'link',
            quantifier: 'not any',
            table: 'task',
            from: 'regardingobjectid',
            to: 'contactid',
          },
        },
      ],
    })

    expect(fetchXmlOf(0)).toBe(
      '<fetch aggregate="true"><entity name="account"><attribute name="createdon" alias="year" groupby="true" dategrouping="year" usertimezone="false"/>' +
        '<attribute name="accountid" alias="n" aggregate="count"/><order alias="year"/>' +
        '<filter type="or"><condition attribute="name" operator="ne" value="x"/></filter>' +
        '<link-entity name="contact" from="contactid" to="primarycontactid" alias="c" link-type="outer"><filter>' +
        '<link-entity name="task" from="regardingobjectid" to="contactid" link-type="not any"/></filter></link-entity></entity></fetch>',
    )
    expect(rows).toMatchObject([{ n: 2, year: null }])
  })

  test('a lookup of a linked row tells its table', async () => {
    replies = [
      {
        status: 200,
        body: {
          value: [
            {
              'c.parentcustomerid@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
              'c.parentcustomerid': ACCOUNT,
            },
          ],
        },
      },
    ]

    const { rows } = await client().retrieveMultiple({
      table: 'account',
      columns: [],
      links: [
        {
          kind: 'inner',
          table: 'contact',
          from: 'contactid',
          to: 'primarycontactid',
          alias: 'c',
          columns: ['parentcustomerid', 'fullname'],
        },
      ],
    })

    expect(rows).toEqual([
      { 'c.parentcustomerid': { table: 'account', id: ACCOUNT }, 'c.fullname': null },
    ])
  })

  test('a query too long for a URL is refused by name', async () => {
    const values = Array.from({ length: 2_000 }, () => CONTACT)
    const question = client().retrieveMultiple({
      table: 'account',
      columns: [],
      where: { kind: 'condition', column: 'accountid', operator: 'in', values },
    })

    await expect(question).rejects.toMatchObject({ code: 'NOT_SUPPORTED' })
    expect(asked()).toEqual([])
  })
})

describe('execute', () => {
  test('a function is a GET with its parameters as aliases', async () => {
    replies = [{ status: 200, body: { '@odata.context': 'x', Address: 'Main St' } }]

    const answer = await client().execute('FormatAddress', { Line1: "O'Neil's", Country: 'IE' })

    expect(answer).toEqual({ Address: 'Main St' })
    expect(asked()).toMatchObject([
      {
        method: 'GET',
        url: "FormatAddress(Line1=@p0,Country=@p1)?@p0='O''Neil''s'&@p1='IE'",
      },
    ])
  })

  test('anything else is an action; rows travel with their type and key', async () => {
    const request = { Target: { table: 'account', id: ACCOUNT }, Amounts: [1, 2] }

    expect(await client().execute('new_Price', request)).toEqual({})

    expect(asked()).toMatchObject([
      {
        method: 'POST',
        url: 'new_Price',
        body: {
          Target: { '@odata.type': 'Microsoft.Dynamics.CRM.account', accountid: ACCOUNT },
          Amounts: [1, 2],
        },
      },
    ])
  })

  test('messages with a method of their own go there', async () => {
    await client().execute('Update', { table: 'account', id: ACCOUNT, values: { name: 'B' } })

    expect(asked()).toMatchObject([{ method: 'PATCH', body: { name: 'B' } }])
  })
})

describe('what the organization refuses', () => {
  const refusing = async (reply: Reply) => {
    replies = [reply]
    return client().delete('account', ACCOUNT)
  }

  test.each([
    [
      'by its code',
      { status: 400, body: { error: { code: '0x80040265', message: 'No.' } } },
      'HANDLER_REJECTED',
      'No.',
    ],
    [
      'by status',
      { status: 403, body: { error: { code: '0x80048405', message: 'No privilege.' } } },
      'ACCESS_DENIED',
      'No privilege.',
    ],
    [
      'without a body',
      { status: 401 },
      'UNAUTHORIZED',
      `The organization refused DELETE accounts(${ACCOUNT}) with 401: without saying why`,
    ],
    [
      'by a code we do not know',
      { status: 400, body: { error: { code: '0x80099999', message: 'Odd.' } } },
      'ORGANIZATION_REFUSED',
      `The organization refused DELETE accounts(${ACCOUNT}) with 400 (0x80099999): Odd.`,
    ],
    [
      'with a page',
      { status: 500, body: '<html>' },
      'ORGANIZATION_REFUSED',
      `The organization refused DELETE accounts(${ACCOUNT}) with 500: without saying why`,
    ],
  ] as const)('%s is a coded error', async (_, reply, code, message) => {
    await expect(refusing(reply)).rejects.toMatchObject({ name: 'DataverseError', code, message })
  })

  test('an answer that is no JSON', async () => {
    replies = [{ status: 200, body: '<html>' }]

    await expect(client().retrieve('account', ACCOUNT)).rejects.toMatchObject({
      code: 'ORGANIZATION_REFUSED',
    })
  })

  test('an organization that is not there', async () => {
    const gone = url()
    await new Promise((closed) => server.close(closed))
    const org = new WebApiClient({ url: gone })

    await expect(org.delete('account', ACCOUNT)).rejects.toMatchObject({
      code: 'ORGANIZATION_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('an organization that does not answer in time', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening))
    const { port } = silent.address() as AddressInfo
    const org = new WebApiClient({ url: `http://127.0.0.1:${port}`, timeoutMs: 50 })

    await expect(org.delete('account', ACCOUNT)).rejects.toMatchObject({
      code: 'ORGANIZATION_UNREACHABLE',
    })

    silent.closeAllConnections()
    await new Promise((closed) => silent.close(closed))
  })
})

describe('service protection limits', () => {
  const limited = (seconds: string): Reply => ({
    status: 429,
    headers: { 'Retry-After': seconds },
    body: { error: { code: '0x80072322', message: 'Number of requests exceeded the limit.' } },
  })

  test('a request that was put off is sent again after the time it was told', async () => {
    const waited: number[] = []
    replies = [limited('5'), limited('2'), {}]

    await client({ wait: async (ms) => waited.push(ms) }).delete('account', ACCOUNT)

    expect(waited).toEqual([5_000, 2_000])
    expect(asked()).toHaveLength(3)
  })

  test('a request that would be put off too long fails', async () => {
    const waited: number[] = []
    replies = [limited('20'), limited('20')]

    const deleted = client({ wait: async (ms) => waited.push(ms) }).delete('account', ACCOUNT)

    await expect(deleted).rejects.toMatchObject({ code: 'THROTTLED' })
    expect(waited).toEqual([20_000])
  })
})
