import { PARCEL } from '../web-api/world.ts'
import {
  batchParts,
  contentLength,
  crlf,
  exchange,
  madeId,
  served,
  wire,
  type Served,
} from './connection.ts'

/**
 * Requests as the Python client writes them, byte for byte:
 * https://github.com/microsoft/PowerPlatform-DataverseClient-Python
 */

const open = () => served({ tables: [PARCEL] })

/** What its HTTP library puts first, then what the client adds. */
const headers = (host: string) => [
  `Host: ${host}`,
  'User-Agent: DataverseSvcPythonClient:0.1.0b11',
  'Accept-Encoding: gzip, deflate',
  'Accept: application/json',
  'Connection: keep-alive',
  'Authorization: Bearer t',
  'Content-Type: application/json',
  'OData-MaxVersion: 4.0',
  'OData-Version: 4.0',
  'x-ms-client-request-id: 5c3a7b0e-6a86-4a0e-8c0c-0d3b6a0d3c11',
  'x-ms-correlation-id: 0a7f9a0d-6f9c-4f5a-9c55-0a3f1f3d2b22',
]

const V = '/api/data/v9.2/'

const bodiless = ({ port, host }: Served, line: string, ...more: readonly string[]) =>
  exchange(
    port,
    wire(`${line.replace(' ', ` ${V}`)} HTTP/1.1`, [
      ...headers(host),
      ...more,
      ...(line.startsWith('GET') ? [] : ['Content-Length: 0']),
    ]),
  )

function send(
  { port, host }: Served,
  line: string,
  value: object | string,
  ...more: readonly string[]
) {
  const body = typeof value === 'string' ? value : JSON.stringify(value)
  return exchange(
    port,
    wire(
      `${line.replace(' ', ` ${V}`)} HTTP/1.1`,
      [...headers(host), ...more, contentLength(body)],
      body,
    ),
  )
}

/** Form encoding: a space is a plus, and little else stays as it is. */
const form = (options: Readonly<Record<string, string>>) => new URLSearchParams(options).toString()

const account = (values: object) => ({
  '@odata.type': 'Microsoft.Dynamics.CRM.account',
  ...values,
})

describe('first use', () => {
  test('of a table asks for its definition by a filter; an unknown one has none', async () => {
    const world = await open()
    const asked = (name: string) =>
      bodiless(
        world,
        `GET EntityDefinitions?${form({
          $select: 'LogicalName,EntitySetName,PrimaryIdAttribute',
          $filter: `LogicalName eq '${name}'`,
        })}`,
      )

    const [known, unknown] = [await asked('account'), await asked('nosuch')]

    expect(known.json.value).toMatchObject([
      { LogicalName: 'account', EntitySetName: 'accounts', PrimaryIdAttribute: 'accountid' },
    ])
    expect([unknown.status, unknown.json.value]).toEqual([200, []])
  })

  test('of a text asks for the choices of the table and their labels', async () => {
    const world = await open()
    const asked = (name: string) =>
      bodiless(
        world,
        `GET EntityDefinitions(LogicalName='${name}')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)`,
      )

    const [answer, missing] = [await asked('new_parcel'), await asked('nosuch')]

    expect(answer.json.value).toContainEqual(
      expect.objectContaining({
        LogicalName: 'new_size',
        OptionSet: expect.objectContaining({
          Options: [
            expect.objectContaining({
              Value: 1,
              Label: expect.objectContaining({
                LocalizedLabels: [expect.objectContaining({ Label: 'Small', LanguageCode: 1033 })],
              }),
            }),
            expect.objectContaining({ Value: 2 }),
          ],
        }),
      }),
    )
    expect(missing.status).toBe(404)
  })
})

describe('rows', () => {
  test('are created alone, and together', async () => {
    const world = await open()

    const one = await send(world, 'POST accounts', { name: 'A' })
    const many = await send(world, 'POST accounts/Microsoft.Dynamics.CRM.CreateMultiple', {
      Targets: [account({ name: 'B' }), account({ name: 'C' })],
    })

    expect([one.status, madeId(one).length, many.status]).toEqual([204, 36, 200])
    expect(many.json.Ids).toHaveLength(2)
    expect(
      world.org
        .contents()
        .get('account')
        ?.map(({ name }) => name),
    ).toEqual(['A', 'B', 'C'])
  })

  test('are updated alone on condition that they are there, and together by their ids', async () => {
    const world = await open()
    const [a, b] = [
      await world.org.create('account', { name: 'A' }),
      await world.org.create('account', { name: 'B' }),
    ]

    const one = await send(world, `PATCH accounts(${a})`, { name: 'A2' }, 'If-Match: *')
    const none = await send(
      world,
      'PATCH accounts(11111111-1111-4111-8111-111111111111)',
      { name: 'X' },
      'If-Match: *',
    )
    const many = await send(world, 'POST accounts/Microsoft.Dynamics.CRM.UpdateMultiple', {
      Targets: [a, b].map((accountid) => account({ accountid, telephone1: '1' })),
    })

    expect([one.status, none.status, many.status]).toEqual([204, 404, 204])
    expect(world.org.contents().get('account')).toMatchObject([
      { name: 'A2', telephone1: '1' },
      { name: 'B', telephone1: '1' },
    ])
  })

  test('are upserted by alternate key, alone and together', async () => {
    const world = await open()

    const one = await send(world, "PATCH new_parcels(new_code='x')", { new_count: 1 })
    const again = await send(world, "PATCH new_parcels(new_code='x')", { new_count: 2 })
    const many = await send(world, 'POST new_parcels/Microsoft.Dynamics.CRM.UpsertMultiple', {
      Targets: ['x', 'y'].map((code) => ({
        '@odata.type': 'Microsoft.Dynamics.CRM.new_parcel',
        '@odata.id': `new_parcels(new_code='${code}')`,
        new_name: `name of ${code}`,
      })),
    })

    expect([one.status, again.status, many.status]).toEqual([204, 204, 204])
    expect(world.org.contents().get('new_parcel')).toMatchObject([
      { new_code: 'x', new_count: 2, new_name: 'name of x' },
      { new_code: 'y', new_name: 'name of y' },
    ])
  })

  test('are deleted alone, and together by a job', async () => {
    const world = await open()
    const ids = await Promise.all(
      ['A', 'B', 'C'].map(async (name) => world.org.create('account', { name })),
    )
    const [first = '', ...others] = ids

    const one = await bodiless(world, `DELETE accounts(${first})`, 'If-Match: *')
    const many = await send(world, 'POST BulkDelete', {
      JobName: 'Bulk delete accounts records @ 2026-11-21T07:50:40.995410Z',
      SendEmailNotification: false,
      ToRecipients: [],
      CCRecipients: [],
      RecurrencePattern: '',
      StartDateTime: '2026-11-21T07:50:40.995410Z',
      QuerySet: [
        {
          '@odata.type': 'Microsoft.Dynamics.CRM.QueryExpression',
          EntityName: 'account',
          ColumnSet: {
            '@odata.type': 'Microsoft.Dynamics.CRM.ColumnSet',
            AllColumns: false,
            Columns: [],
          },
          Criteria: {
            '@odata.type': 'Microsoft.Dynamics.CRM.FilterExpression',
            FilterOperator: 'And',
            Conditions: [
              {
                '@odata.type': 'Microsoft.Dynamics.CRM.ConditionExpression',
                AttributeName: 'accountid',
                Operator: 'In',
                Values: others.map((id) => ({ Value: id, Type: 'System.Guid' })),
              },
            ],
          },
        },
      ],
    })

    expect([one.status, many.status]).toEqual([204, 200])
    expect(many.json.JobId).toMatch(/^[0-9a-f-]{36}$/)
    await world.org.settle()
    expect(world.org.contents().get('account') ?? []).toEqual([])
  })

  test('are read with columns, related rows, annotations and their version', async () => {
    const world = await open()
    const contact = await world.org.create('contact', { lastname: 'Ann' })
    const id = await world.org.create('account', {
      name: 'A',
      primarycontactid: { table: 'contact', id: contact },
    })
    const asked = (key: string) =>
      bodiless(
        world,
        `GET accounts(${key})?${form({ $select: 'name,statecode', $expand: 'primarycontactid($select=lastname)' })}`,
        'Prefer: odata.include-annotations="*"',
      )

    const [row, missing] = [await asked(id), await asked('11111111-1111-4111-8111-111111111111')]

    expect(row.json).toMatchObject({
      '@odata.etag': expect.stringMatching(/^W\/"\d+"$/),
      name: 'A',
      'statecode@OData.Community.Display.V1.FormattedValue': 'Active',
      primarycontactid: { lastname: 'Ann' },
    })
    expect(missing.status).toBe(404)
  })

  test('are listed with every option in form encoding, page after page', async () => {
    const world = await open()
    for (let i = 0; i < 5; i++) await world.org.create('account', { name: `A ${i}`, revenue: i })

    const first = await bodiless(
      world,
      `GET accounts?${form({
        $select: 'name,revenue',
        $filter: "revenue ge 1 and startswith(name,'A ')",
        $orderby: 'revenue desc,name asc',
        $expand: 'primarycontactid($select=fullname)',
        $count: 'true',
      })}`,
      'Prefer: odata.maxpagesize=3,odata.include-annotations="*"',
    )
    const link: string = first.json['@odata.nextLink']
    const second = await bodiless(
      world,
      `GET ${link.slice(world.url.length + V.length)}`,
      'Prefer: odata.maxpagesize=3,odata.include-annotations="*"',
    )
    const top = await bodiless(world, `GET accounts?${form({ $select: 'name', $top: '2' })}`)

    const names = (answer: { json: { value: { name: string }[] } }) =>
      answer.json.value.map(({ name }) => name)
    expect(first.json['@odata.count']).toBe(4)
    expect([names(first), names(second)]).toEqual([['A 4', 'A 3', 'A 2'], ['A 1']])
    expect(second.json['@odata.nextLink']).toBeUndefined()
    expect(names(top)).toHaveLength(2)
  })
})

describe('queries in other languages', () => {
  test('FetchXML is paged by the cookie, which is encoded twice', async () => {
    const world = await open()
    for (const name of ['A', 'B', 'C']) await world.org.create('account', { name })
    const page = (attributes: string) =>
      bodiless(
        world,
        `GET accounts?${form({
          fetchXml: `<fetch count="2" ${attributes}><entity name="account"><attribute name="name" /><order attribute="name" /></entity></fetch>`,
        })}`,
        'Prefer: odata.include-annotations="Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords"',
      )

    const first = await page('')
    const element: string = first.json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']
    const number = /pagenumber="(\d+)"/.exec(element)?.[1] ?? ''
    const cookie = decodeURIComponent(
      decodeURIComponent(/pagingcookie="([^"]*)"/.exec(element)?.[1] ?? ''),
    )
    const escaped = cookie.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
    const second = await page(`paging-cookie="${escaped}" page="${number}"`)
    const counted = await page('page="2"')

    expect(first.json['@Microsoft.Dynamics.CRM.morerecords']).toBe(true)
    expect([number, cookie.startsWith('<cookie page="1">')]).toEqual(['2', true])
    expect(second.json.value).toMatchObject([{ name: 'C' }])
    expect(counted.json.value).toMatchObject([{ name: 'C' }])
    expect(second.json['@Microsoft.Dynamics.CRM.morerecords'] ?? false).toBe(false)
  })

  test('SQL is refused by name', async () => {
    const world = await open()

    const answer = await bodiless(
      world,
      'GET accounts?sql=SELECT%20name%20FROM%20account%20WHERE%20statecode%20%3D%200',
    )

    expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
    expect(answer.json.error.message).toContain('sql')
  })
})

const CRM = 'Microsoft.Dynamics.CRM.'
const label = (text: string) => ({
  '@odata.type': `${CRM}Label`,
  LocalizedLabels: [{ '@odata.type': `${CRM}LocalizedLabel`, Label: text, LanguageCode: 1033 }],
})
const column = (type: string, SchemaName: string, more: object = {}) => ({
  '@odata.type': `${CRM}${type}AttributeMetadata`,
  SchemaName,
  DisplayName: label(SchemaName),
  RequiredLevel: { Value: 'None' },
  ...more,
})

/** A table with a column of every kind that the client declares. */
const BOAT = {
  '@odata.type': `${CRM}EntityMetadata`,
  SchemaName: 'new_Boat',
  DisplayName: label('Boat'),
  DisplayCollectionName: label('Boats'),
  Description: label('Custom entity for Boat'),
  OwnershipType: 'UserOwned',
  HasActivities: false,
  HasNotes: true,
  IsActivity: false,
  Attributes: [
    column('String', 'new_Name', {
      MaxLength: 100,
      FormatName: { Value: 'Text' },
      IsPrimaryName: true,
    }),
    column('String', 'new_Text', { MaxLength: 200, FormatName: { Value: 'Text' } }),
    column('Memo', 'new_Memo', {
      MaxLength: 4000,
      FormatName: { Value: 'Text' },
      ImeMode: 'Auto',
    }),
    column('Integer', 'new_Integer', {
      Format: 'None',
      MinValue: -2147483648,
      MaxValue: 2147483647,
    }),
    column('Decimal', 'new_Decimal', {
      MinValue: -100000000000.0,
      MaxValue: 100000000000.0,
      Precision: 2,
    }),
    column('Double', 'new_Double', {
      MinValue: -100000000000.0,
      MaxValue: 100000000000.0,
      Precision: 2,
    }),
    column('DateTime', 'new_Date', { Format: 'DateOnly', ImeMode: 'Inactive' }),
    column('Boolean', 'new_Boolean', {
      OptionSet: {
        '@odata.type': `${CRM}BooleanOptionSetMetadata`,
        TrueOption: { Value: 1, Label: label('True') },
        FalseOption: { Value: 0, Label: label('False') },
        IsGlobal: false,
      },
    }),
    column('Picklist', 'new_Choice', {
      OptionSet: {
        '@odata.type': `${CRM}OptionSetMetadata`,
        IsGlobal: false,
        Options: [
          { '@odata.type': `${CRM}OptionMetadata`, Value: 1, Label: label('One') },
          { '@odata.type': `${CRM}OptionMetadata`, Value: 2, Label: label('Two') },
        ],
      },
    }),
    column('File', 'new_File'),
  ],
}

const TABLE =
  'MetadataId,LogicalName,SchemaName,EntitySetName,PrimaryNameAttribute,PrimaryIdAttribute'

describe('definitions', () => {
  const tables = (world: Served, filter: string, ...more: readonly string[]) =>
    bodiless(world, `GET EntityDefinitions?${form({ $select: TABLE, $filter: filter })}`, ...more)
  async function withBoats() {
    const world = await open()
    const created = await send(world, 'POST EntityDefinitions?SolutionUniqueName=Default', BOAT)
    return { world, created, id: madeId(created) }
  }

  test('a table is made with its columns, found at once, and deleted', async () => {
    const { world, created, id } = await withBoats()

    const found = await tables(world, "LogicalName eq 'new_boat'", 'Consistency: Strong')
    const row = await send(world, 'POST new_boats', {
      new_name: 'Argo',
      new_integer: 3,
      new_choice: 2,
      new_date: '2026-03-04',
    })
    const gone = await bodiless(world, `DELETE EntityDefinitions(${id})`, 'If-Match: *')
    const after = await tables(world, "LogicalName eq 'new_boat'")

    expect(created.status).toBe(204)
    expect(found.json.value).toMatchObject([
      {
        MetadataId: id,
        LogicalName: 'new_boat',
        SchemaName: 'new_Boat',
        EntitySetName: 'new_boats',
        PrimaryNameAttribute: 'new_name',
        PrimaryIdAttribute: 'new_boatid',
      },
    ])
    expect([row.status, gone.status, after.json.value]).toEqual([204, 204, []])
  })

  test('tables are listed that are not private, and fewer by another condition', async () => {
    const world = await open()

    const all = await tables(world, 'IsPrivate eq false')
    const some = await tables(world, "IsPrivate eq false and (SchemaName eq 'Account')")

    expect(all.json.value.length).toBeGreaterThan(5)
    expect(some.json.value).toMatchObject([{ LogicalName: 'account' }])
  })

  test('columns are added, found by a filter, and deleted', async () => {
    const { world, id } = await withBoats()

    const added = await send(
      world,
      `POST EntityDefinitions(${id})/Attributes`,
      column('String', 'new_Code', { MaxLength: 20, FormatName: { Value: 'Text' } }),
    )
    const found = await bodiless(
      world,
      `GET EntityDefinitions(${id})/Attributes?${form({
        $select: 'MetadataId,LogicalName,SchemaName',
        $filter: "LogicalName eq 'new_code'",
      })}`,
    )
    const key: string = found.json.value[0].MetadataId
    const gone = await bodiless(
      world,
      `DELETE EntityDefinitions(${id})/Attributes(${key})`,
      'If-Match: *',
    )

    expect([added.status, gone.status]).toEqual([204, 204])
    expect(madeId(added)).toBe(key)
    expect(world.org.catalog.table('new_boat').columns.has('new_code')).toBe(false)
  })

  test('keys are made, listed and deleted', async () => {
    const { world } = await withBoats()
    const keys = "EntityDefinitions(LogicalName='new_boat')/Keys"

    const made = await send(world, `POST ${keys}`, {
      SchemaName: 'new_ByText',
      DisplayName: label('By text'),
      KeyAttributes: ['new_text'],
    })
    const listed = await bodiless(world, `GET ${keys}`)
    const gone = await bodiless(world, `DELETE ${keys}(${madeId(made)})`)

    expect([made.status, gone.status]).toEqual([204, 204])
    expect(listed.json.value).toMatchObject([
      { MetadataId: madeId(made), SchemaName: 'new_ByText', KeyAttributes: ['new_text'] },
    ])
    expect(world.org.catalog.table('new_boat').definition.keys ?? []).toEqual([])
  })

  test('relationships of both kinds are made, found, listed and deleted', async () => {
    const { world, id } = await withBoats()
    const solution = 'MSCRM.SolutionUniqueName: Default'

    const one = await send(
      world,
      'POST RelationshipDefinitions',
      {
        '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
        SchemaName: 'new_parcel_boat',
        ReferencedEntity: 'new_parcel',
        ReferencingEntity: 'new_boat',
        ReferencedAttribute: 'new_parcelid',
        CascadeConfiguration: {
          Assign: 'NoCascade',
          Delete: 'RemoveLink',
          Merge: 'NoCascade',
          Reparent: 'NoCascade',
          Share: 'NoCascade',
          Unshare: 'NoCascade',
        },
        Lookup: {
          '@odata.type': `${CRM}LookupAttributeMetadata`,
          SchemaName: 'new_ParcelId',
          DisplayName: label('Parcel'),
          RequiredLevel: {
            Value: 'None',
            CanBeChanged: true,
            ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings',
          },
        },
      },
      solution,
    )
    const many = await send(
      world,
      'POST RelationshipDefinitions',
      {
        '@odata.type': `${CRM}ManyToManyRelationshipMetadata`,
        SchemaName: 'new_boat_contact',
        Entity1LogicalName: 'new_boat',
        Entity2LogicalName: 'contact',
        IntersectEntityName: 'new_boat_contact',
      },
      solution,
    )
    const found = await bodiless(
      world,
      `GET RelationshipDefinitions?${form({ $filter: "SchemaName eq 'new_parcel_boat'" })}`,
    )
    const lists = await Promise.all(
      ['OneToManyRelationships', 'ManyToOneRelationships', 'ManyToManyRelationships'].map(
        async (name) =>
          bodiless(
            world,
            `GET EntityDefinitions(${id})/${name}${name.startsWith('ManyToMany') ? '' : '?%24select=SchemaName%2CReferencedEntity'}`,
          ),
      ),
    )
    const gone = [
      await bodiless(world, `DELETE RelationshipDefinitions(${madeId(one)})`, 'If-Match: *'),
      await bodiless(world, `DELETE RelationshipDefinitions(${madeId(many)})`, 'If-Match: *'),
    ]

    expect([one.status, many.status]).toEqual([204, 204])
    expect(found.json.value).toMatchObject([{ MetadataId: madeId(one) }])
    expect(lists.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(lists[1]?.json.value).toContainEqual(
      expect.objectContaining({ SchemaName: 'new_parcel_boat', ReferencedEntity: 'new_parcel' }),
    )
    expect(lists[2]?.json.value).toMatchObject([{ SchemaName: 'new_boat_contact' }])
    expect(gone.map(({ status }) => status)).toEqual([204, 204])
  })
})

describe('files', () => {
  async function withParcel() {
    const world = await open()
    const id = await world.org.create('new_parcel', { new_name: 'A' })
    return { world, id, path: `new_parcels(${id})/new_paper` }
  }
  const bytes = (world: Served, path: string, body: string, ...more: readonly string[]) =>
    exchange(
      world.port,
      wire(
        `PATCH ${V}${path} HTTP/1.1`,
        [
          ...headers(world.host).filter((each) => !each.startsWith('Content-Type')),
          'Content-Type: application/octet-stream',
          ...more,
          contentLength(body),
        ],
        body,
      ),
    )

  test('a small one is sent whole, where the column is empty and where it is not', async () => {
    const { world, path } = await withParcel()

    const first = await bytes(world, path, 'one', 'x-ms-file-name: a.txt', 'If-None-Match: null')
    const second = await bytes(world, path, 'two', 'x-ms-file-name: b.txt', 'If-Match: *')
    const back = await bodiless(world, `GET ${path}/$value`)

    expect([first.status, second.status]).toEqual([204, 204])
    expect([back.text, back.headers['x-ms-file-name']]).toEqual(['two', 'b.txt'])
  })

  test('a large one goes in chunks to the location it is told', async () => {
    const { world, path } = await withParcel()

    const begun = await bytes(
      world,
      path,
      '',
      'x-ms-transfer-mode: chunked',
      'x-ms-file-name: a.txt',
    )
    const location = (begun.headers['location'] ?? '').slice(world.url.length + V.length)
    const first = await bytes(world, location, 'onetwo', 'Content-Range: bytes 0-5/9')
    const last = await bytes(world, location, 'thr', 'Content-Range: bytes 6-8/9')
    const back = await bodiless(world, `GET ${path}/$value`)

    expect(begun.headers['x-ms-chunk-size']).toBe('4194304')
    expect([first.status, last.status, back.text]).toEqual([206, 204, 'onetwothr'])
  })

  test('a column that is missing is made, and waited for by reading it', async () => {
    const { world } = await withParcel()
    const poll = () => bodiless(world, 'GET accounts?$top=1&$select=new_contract')

    const before = await poll()
    const made = await send(
      world,
      "POST EntityDefinitions(LogicalName='account')/Attributes",
      column('File', 'new_Contract'),
    )
    const after = await poll()

    expect([before.status, made.status, after.status]).toEqual([400, 204, 200])
  })
})

const BATCH = 'batch_7c5a9e64-5d0b-4d5c-9d7f-5b0a1d2e3f40'
const SET = 'changeset_0c7e2c58-9d4a-4b9e-8d4e-2f1a0b9c8d7e'

describe('batches', () => {
  function batch({ port, host }: Served, lines: readonly string[], ...more: readonly string[]) {
    const body = crlf(...lines, `--${BATCH}--`, '')
    return exchange(
      port,
      wire(
        `POST ${V}$batch HTTP/1.1`,
        [
          ...headers(host).filter((each) => !each.startsWith('Content-Type')),
          `Content-Type: multipart/mixed; boundary="${BATCH}"`,
          ...more,
          contentLength(body),
        ],
        body,
      ),
    )
  }
  const request = (line: string, ...rest: readonly string[]) => [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `${line} HTTP/1.1`,
    ...rest,
    '',
  ]
  const ENTRY = 'Content-Type: application/json; type=entry'
  const numbered = (id: number, [type = '', encoding = '', ...rest]: readonly string[]) => [
    type,
    encoding,
    `Content-ID: ${id}`,
    ...rest,
  ]

  test('quote their boundaries, leave spaces in addresses, and refer to rows by number', async () => {
    const world = await open()
    await world.org.create('account', { name: 'A B' })
    const root = `${world.url}${V}`

    const answer = await batch(world, [
      `--${BATCH}`,
      ...request(
        `GET ${root}accounts?$select=name&$filter=name eq 'A B'`,
        'Accept: application/json',
        'Prefer: odata.include-annotations="*"',
      ),
      `--${BATCH}`,
      `Content-Type: multipart/mixed; boundary="${SET}"`,
      '',
      `--${SET}`,
      ...numbered(1, request(`POST ${root}accounts`, ENTRY, '', '{"name": "made"}')),
      `--${SET}`,
      ...numbered(
        2,
        request(
          `POST ${root}new_parcels`,
          ENTRY,
          '',
          '{"new_name": "P", "new_AccountId@odata.bind": "$1"}',
        ),
      ),
      `--${SET}`,
      ...numbered(3, request('PATCH $1', ENTRY, 'If-Match: *', '', '{"telephone1": "555"}')),
      `--${SET}`,
      ...numbered(4, request('DELETE $2', 'If-Match: *')),
      `--${SET}--`,
      `--${BATCH}`,
      ...request(`DELETE ${root}accounts(11111111-1111-4111-8111-111111111111)`, 'If-Match: *'),
    ])

    const parts = batchParts(answer.text)
    expect(parts.map(({ status, contentId }) => [status, contentId])).toEqual([
      [200, undefined],
      [204, '1'],
      [204, '2'],
      [204, '3'],
      [204, '4'],
      [404, undefined],
    ])
    expect(JSON.parse(parts[0]?.body ?? '')).toMatchObject({ value: [{ name: 'A B' }] })
    expect(await world.org.retrieve('account', parts[1]?.entityId ?? '')).toMatchObject({
      name: 'made',
      telephone1: '555',
    })
    expect(world.org.contents().get('new_parcel') ?? []).toEqual([])
  })

  test('number their requests on from one change set to the next, and go on when asked', async () => {
    const world = await open()
    const root = `${world.url}${V}`
    const set = (boundary: string, id: number, body: string) => [
      `--${BATCH}`,
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      ...numbered(id, request(`POST ${root}accounts`, ENTRY, '', body)),
      `--${boundary}--`,
    ]

    const answer = await batch(
      world,
      [...set(`${SET}1`, 1, '{"nosuch": 1}'), ...set(`${SET}2`, 2, '{"name": "B"}')],
      'Prefer: odata.continue-on-error',
    )

    expect([answer.status, answer.reason]).toEqual([200, 'OK'])
    expect(batchParts(answer.text).map(({ status, contentId }) => [status, contentId])).toEqual([
      [400, '1'],
      [204, '2'],
    ])
    expect(world.org.contents().get('account')).toMatchObject([{ name: 'B' }])
  })

  test('of more than 1000 requests are rejected as a whole, with an error in JSON', async () => {
    const world = await open()
    const one = [`--${BATCH}`, ...request(`GET ${world.url}${V}WhoAmI`)]

    const allowed = await batch(world, Array<readonly string[]>(1000).fill(one).flat())
    const refused = await batch(world, Array<readonly string[]>(1001).fill(one).flat())

    expect(batchParts(allowed.text)).toHaveLength(1000)
    expect(refused.status).toBe(400)
    expect(refused.json.error.message).toContain('1000')
  })
})

test('a refusal tells code and message, and a limit how long to wait', async () => {
  const world = await open()
  const limited = await served({}, { limit: () => ({ kind: 'requests', retryAfterSeconds: 7 }) })

  const answer = await send(world, 'POST accounts', { nosuch: 1 })
  const limit = await send(limited, 'POST accounts', { name: 'A' })

  expect([answer.status, answer.json.error.code]).toEqual([400, '0x80048d19'])
  expect(answer.json.error.message).toContain('nosuch')
  expect(answer.headers['x-ms-service-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  expect([limit.status, limit.headers['retry-after']]).toEqual([429, '7'])
  expect(limit.json.error.code).toBe('0x80072322')
  expect(limited.org.contents().get('account') ?? []).toEqual([])
})
