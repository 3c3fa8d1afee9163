import { PARCEL } from '../web-api/world.ts'
import { batchParts, contentLength, exchange, served, wire, type Served } from './connection.ts'

/** What this server of tools for language models (0.7.8) sends: https://www.npmjs.com/package/mcp-dataverse */

const open = () => served({ tables: [PARCEL] })

async function send(
  { port, host }: Served,
  line: string,
  value?: object | string,
  ...more: readonly string[]
) {
  const body = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  const [method = '', tail = ''] = line.split(' ')
  const json = 'content-type: application/json; charset=utf-8'
  return exchange(
    port,
    wire(
      `${method} /api/data/v9.2/${tail} HTTP/1.1`,
      [
        `host: ${host}`,
        'connection: keep-alive',
        'OData-MaxVersion: 4.0',
        'OData-Version: 4.0',
        'Accept: application/json',
        ...(more.some((each) => each.startsWith('content-type')) ? [] : [json]),
        'Authorization: Bearer abc',
        'accept-language: *',
        'sec-fetch-mode: cors',
        'user-agent: node',
        'accept-encoding: gzip, deflate',
        ...more,
        ...(method === 'GET' ? [] : [contentLength(body)]),
      ],
      body,
    ),
  )
}

/** As it writes them: each with its type. */
const label = (text: string) => ({
  '@odata.type': 'Microsoft.Dynamics.CRM.Label',
  LocalizedLabels: [
    { '@odata.type': 'Microsoft.Dynamics.CRM.LocalizedLabel', Label: text, LanguageCode: 1033 },
  ],
})

describe('queries', () => {
  test('every query has $top, those with $apply too', async () => {
    const world = await open()
    for (const name of ['A', 'B', 'B', 'C']) await world.org.create('account', { name })

    const count = await send(world, 'GET accounts?$top=25&$apply=aggregate(%24count%20as%20n)')
    const groups = await send(
      world,
      'GET accounts?$top=2&$orderby=name%20desc&$apply=groupby((name)%2Caggregate(%24count%20as%20n))',
    )

    expect(count.json.value).toEqual([{ n: 4 }])
    expect(groups.json.value).toEqual([
      { name: 'C', n: 1 },
      { name: 'B', n: 2 },
    ])
  })

  test('groups come page after page, where pages are asked for', async () => {
    const world = await open()
    for (const name of ['A', 'B', 'C']) await world.org.create('account', { name })
    const pages = 'Prefer: odata.maxpagesize=2'

    const first = await send(world, 'GET accounts?$apply=groupby((name))', undefined, pages)
    const link = String(first.json['@odata.nextLink'])
    const path = link.slice(link.indexOf('/v9.2/') + '/v9.2/'.length)
    const second = await send(world, `GET ${path}`, undefined, pages)

    expect(first.json.value).toEqual([{ name: 'A' }, { name: 'B' }])
    expect(first.headers['preference-applied']).toBe('odata.maxpagesize=2')
    expect(second.json.value).toEqual([{ name: 'C' }])
    expect(second.json['@odata.nextLink']).toBeUndefined()
  })

  test('what changed is asked for by the bare token of the last link', async () => {
    const world = await open()
    await world.org.create('account', { name: 'P' })
    const track = 'Prefer: odata.track-changes'

    const all = await send(world, 'GET accounts?$select=name', undefined, track)
    const [, token = ''] =
      /\$deltatoken=(.+)$/.exec(decodeURIComponent(all.json['@odata.deltaLink'])) ?? []
    await world.org.create('account', { name: 'Q' })
    const changed = await send(
      world,
      `GET accounts?$deltatoken=${token.replaceAll(' ', '%20')}&$select=name`,
    )

    expect(all.json.value).toMatchObject([{ name: 'P' }])
    expect(changed.json.value).toMatchObject([{ name: 'Q' }])
  })
})

test('a batch has requests without a space before the boundary, and two empty lines behind a read', async () => {
  const world = await open()
  const id = await world.org.create('account', { name: 'A' })
  const type = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary', '']
  const root = `${world.url}/api/data/v9.2`
  const json = 'Content-Type: application/json'
  const body = [
    '--batch_17953',
    ...type,
    `GET ${root}/accounts(${id})?$select=name HTTP/1.1`,
    json,
    '',
    '',
    '--batch_17953',
    ...type,
    `PATCH ${root}/accounts(${id}) HTTP/1.1`,
    json,
    '',
    '{"telephone1":"1"}',
    '--batch_17953--',
  ].join('\r\n')

  const answer = await send(
    world,
    'POST $batch',
    body,
    'content-type: multipart/mixed;boundary=batch_17953',
  )

  expect(batchParts(answer.text).map(({ status }) => status)).toEqual([200, 204])
  expect(await world.org.retrieve('account', id)).toMatchObject({ telephone1: '1' })
})

describe('definitions', () => {
  test('a lookup is made by its relationship, labels with their types', async () => {
    const world = await open()

    const made = await send(world, 'POST RelationshipDefinitions', {
      '@odata.type': 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
      SchemaName: 'new_contact_new_parcel_Sender',
      ReferencedEntity: 'contact',
      ReferencedAttribute: 'contactid',
      ReferencingEntity: 'new_parcel',
      Lookup: {
        '@odata.type': 'Microsoft.Dynamics.CRM.LookupAttributeMetadata',
        AttributeType: 'Lookup',
        AttributeTypeName: { Value: 'LookupType' },
        SchemaName: 'new_Sender',
        DisplayName: label('Sender'),
        RequiredLevel: { Value: 'None' },
      },
    })

    expect(made.status).toBe(204)
    expect(world.org.catalog.table('new_parcel').columns.get('new_sender')?.type).toBe('Lookup')
  })

  test('a column is changed by a PUT of what changes, without its type', async () => {
    const world = await open()
    const path = "EntityDefinitions(LogicalName='new_parcel')/Attributes(LogicalName='new_name')"

    const changed = await send(
      world,
      `PUT ${path}`,
      { DisplayName: label('Title'), RequiredLevel: { Value: 'Recommended' }, MaxLength: 80 },
      'MSCRM.MergeLabels: true',
    )
    const read = await send(world, `GET ${path}`)

    expect(changed.status).toBe(204)
    expect(read.json).toMatchObject({ MaxLength: 80, RequiredLevel: { Value: 'Recommended' } })
    expect(read.json.DisplayName.UserLocalizedLabel.Label).toBe('Title')
  })

  test('PATCH of a definition is refused', async () => {
    const world = await open()
    const before = world.org.catalog.table('new_parcel').definition

    const refused = await send(
      world,
      "PATCH EntityDefinitions(LogicalName='new_parcel')",
      { '@odata.type': '#Microsoft.Dynamics.CRM.EntityMetadata', HasNotes: true },
      'MSCRM.MergeLabels: true',
    )

    expect(refused.status).toBe(405)
    expect(world.org.catalog.table('new_parcel').definition).toBe(before)
  })

  test('the choices of a column are tried by one type after the other', async () => {
    const world = await open()
    const ask = (type: string) =>
      send(
        world,
        `GET EntityDefinitions(LogicalName='account')/Attributes(LogicalName='statecode')/Microsoft.Dynamics.CRM.${type}AttributeMetadata?$select=LogicalName,DisplayName&$expand=OptionSet`,
      )

    const [picklist, state] = [await ask('Picklist'), await ask('State')]

    expect(picklist.status).toBe(404)
    expect(state.json.OptionSet.Options).toMatchObject([{ Value: 0 }, { Value: 1 }])
  })
})

test('rows are merged by their type, their key and their address at once', async () => {
  const world = await open()
  const [kept, gone] = [
    await world.org.create('account', { name: 'A' }),
    await world.org.create('account', { name: 'B' }),
  ]
  const row = (id: string) => ({
    '@odata.type': 'Microsoft.Dynamics.CRM.account',
    accountid: id,
    '@odata.id': `accounts(${id})`,
  })

  const merged = await send(world, 'POST Merge', {
    Target: row(kept),
    Subordinate: row(gone),
    UpdateContent: { '@odata.type': '#Microsoft.Dynamics.CRM.account', telephone1: '9' },
    PerformParentingChecks: false,
  })

  expect(merged.status).toBe(204)
  expect(await world.org.retrieve('account', kept)).toMatchObject({ telephone1: '9' })
  expect(await world.org.retrieve('account', gone)).toMatchObject({ statecode: 1, merged: true })
})
