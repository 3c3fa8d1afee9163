import { Handler, PreOperation, type CreateEvent } from 'dataverse-handlers'
import {
  RunningOrganization,
  type OrganizationParts,
} from '../../src/cli/start/running-organization.ts'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { textOf } from '../../src/rows/value.ts'
import type { WebApi, WebApiResponse } from '../../src/web-api/http.ts'
import { UploadSessions } from '../../src/web-api/requests/upload-sessions.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { PAPER } from '../messages/file-columns.ts'

@Handler('account')
class Shouting {
  @PreOperation('Create', { writes: ['name'] })
  shout(event: CreateEvent<'account', { writes: 'name' }>): void {
    event.target.name = String(event.target.name).toUpperCase()
  }
}

@Handler('account')
class Mistaken {
  @PreOperation('Update', { columns: ['nmae' as 'name'] })
  check(): void {
    // Its column is not there.
  }
}

const PARTS: OrganizationParts = { tables: [], handlers: [], services: [] }

const running = (parts = PARTS, data?: ConstructorParameters<typeof RunningOrganization>[2]) => {
  const uploads = new UploadSessions()
  return new RunningOrganization(
    parts,
    {
      serve: (org) =>
        createWebApi({ catalog: org.catalog, service: servedOrganization(org), uploads }),
      traced: () => undefined,
    },
    data,
  )
}

const send = (api: WebApi, method: string, path: string, body?: object): Promise<WebApiResponse> =>
  api({
    method,
    url: `/api/data/v9.2/${path}`,
    headers: { host: 'localhost', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

const names = ({ org }: RunningOrganization) =>
  (org.contents().get('account') ?? []).map((row) => textOf(row['name']))

test('other handlers take over between two requests; rows, ids and versions go on', async () => {
  const served = running()
  await send(served.api, 'POST', 'accounts', { name: 'quiet' })

  await served.reload({ ...PARTS, handlers: [Shouting] })
  await send(served.api, 'POST', 'accounts', { name: 'loud' })

  const rows = served.org.contents().get('account') ?? []
  expect(names(served)).toEqual(['quiet', 'LOUD'])
  expect(new Set(rows.map((row) => row['accountid'])).size).toBe(2)
  expect(rows[1]?.['versionnumber']).toBeGreaterThan(rows[0]?.['versionnumber'] as bigint)
})

test('a file that is sent in chunks may begin in one organization and end in the next', async () => {
  const served = running({ ...PARTS, tables: [PAPER] })
  const id = await served.org.create('paper', { name: 'Plan' })
  const patch = (url: string, headers: Readonly<Record<string, string>>, body?: Buffer) =>
    served.api({
      method: 'PATCH',
      url,
      headers: { host: 'localhost', ...headers },
      ...(body !== undefined && { body }),
    })
  const begun = await patch(`/api/data/v9.2/papers(${id})/scan`, {
    'x-ms-transfer-mode': 'chunked',
    'x-ms-file-name': 'a.txt',
  })
  const chunk = (range: string, text: string) =>
    patch(
      begun.headers['Location'] ?? '',
      { 'content-type': 'application/octet-stream', 'content-range': `bytes ${range}/6` },
      Buffer.from(text),
    )

  const first = await chunk('0-2', 'abc')
  await served.reload({ ...PARTS, tables: [PAPER] })
  const second = await chunk('3-5', 'def')

  const file = await send(served.api, 'GET', `papers(${id})/scan/$value`)
  expect([first.status, second.status]).toEqual([206, 204])
  expect(Buffer.from(file.body as Uint8Array).toString()).toBe('abcdef')
})

test('requests under way are answered by the organization they came to, later ones by the next', async () => {
  const served = running()

  const before = Array.from({ length: 20 }, (_, i) =>
    send(served.api, 'POST', 'accounts', { name: `a${i}` }),
  )
  const reloading = served.reload({ ...PARTS, handlers: [Shouting] })
  const after = Array.from({ length: 20 }, (_, i) =>
    send(served.api, 'POST', 'accounts', { name: `b${i}` }),
  )
  const answers = await Promise.all([...before, ...after])
  await reloading

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]))
  expect(names(served)).toHaveLength(40)
  expect(
    names(served)
      .slice(20)
      .every((name) => name.startsWith('B')),
  ).toBe(true)
})

test('what cannot be loaded leaves the organization as it was, and it goes on', async () => {
  const served = running({ ...PARTS, handlers: [Shouting] })

  await expect(served.reload({ ...PARTS, handlers: [Mistaken] })).rejects.toMatchObject({
    code: 'STEP_COLUMN_UNKNOWN',
  })
  const { status } = await send(served.api, 'POST', 'accounts', { name: 'loud' })

  expect(status).toBe(204)
  expect(names(served)).toEqual(['LOUD'])
})

test('tables that were changed while it ran stay changed', async () => {
  const served = running()
  await send(served.api, 'POST', "EntityDefinitions(LogicalName='account')/Attributes", {
    '@odata.type': 'Microsoft.Dynamics.CRM.IntegerAttributeMetadata',
    SchemaName: 'new_Boats',
    RequiredLevel: { Value: 'None' },
    DisplayName: { LocalizedLabels: [{ Label: 'Boats', LanguageCode: 1033 }] },
    MinValue: 0,
    MaxValue: 10,
  })
  await send(served.api, 'POST', 'accounts', { name: 'A', new_boats: 3 })

  await served.reload({ ...PARTS, handlers: [Shouting] })
  const { data } = served
  const reopened = running(PARTS, data)

  expect(data.tables.map((table) => table.logicalName)).toContain('account')
  expect(data.tables.length).toBeLessThan(PLATFORM_TABLES.length / 2)
  for (const each of [served, reopened]) {
    expect(each.org.contents().get('account')).toMatchObject([{ name: 'A', new_boats: 3 }])
    expect((await send(each.api, 'POST', 'accounts', { name: 'B', new_boats: 11 })).status).toBe(
      400,
    )
  }
})

test('a global choice goes on, used or not', async () => {
  const served = running()
  for (const Name of ['new_color', 'new_unused']) {
    await send(served.api, 'POST', 'GlobalOptionSetDefinitions', { Name, Options: [{ Value: 7 }] })
  }
  await send(served.api, 'POST', "EntityDefinitions(LogicalName='account')/Attributes", {
    '@odata.type': 'Microsoft.Dynamics.CRM.PicklistAttributeMetadata',
    SchemaName: 'new_Color',
    'GlobalOptionSet@odata.bind': "/GlobalOptionSetDefinitions(Name='new_color')",
  })

  const reopened = running(PARTS, served.data)
  await served.reload(PARTS)

  for (const { org, api } of [served, reopened]) {
    expect(org.catalog.choices.map(({ name }) => name)).toEqual(['new_color', 'new_unused'])
    const inserted = await send(api, 'POST', 'InsertOptionValue', {
      OptionSetName: 'new_color',
      Value: 8,
    })
    expect(inserted.status).toBe(200)
    expect(org.catalog.table('account').columns.get('new_color')).toMatchObject({
      options: [{ value: 7 }, { value: 8 }],
    })
  }
})

test('only tables that were changed are kept, however often it is loaded anew', async () => {
  const served = running()
  await send(served.api, 'POST', "EntityDefinitions(LogicalName='account')/Attributes", {
    '@odata.type': 'Microsoft.Dynamics.CRM.MemoAttributeMetadata',
    SchemaName: 'new_Story',
  })
  const changed = () => served.data.tables.map(({ logicalName }) => logicalName)
  const before = changed()

  await served.reload(PARTS)
  await served.reload(PARTS)

  expect([before, changed(), served.data.removed]).toEqual([['account'], ['account'], []])
})

test('with access enforced a new user may do nothing', async () => {
  const served = running()
  const enforced = new RunningOrganization(PARTS, {
    enforcesAccess: true,
    serve: (org) => createWebApi({ catalog: org.catalog, service: servedOrganization(org) }),
    traced: () => undefined,
  })
  const createAsNobody = async ({ org, api }: RunningOrganization) => {
    const user = await org.create('systemuser', {
      domainname: 'ann@contoso.com',
      internalemailaddress: 'ann@contoso.com',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    const { status } = await api({
      method: 'POST',
      url: '/api/data/v9.2/accounts',
      headers: { host: 'localhost', 'content-type': 'application/json', mscrmcallerid: user },
      body: '{"name":"A"}',
    })
    return status
  }

  expect([await createAsNobody(served), await createAsNobody(enforced)]).toEqual([204, 403])
  expect([names(served), names(enforced)]).toEqual([['A'], []])
})

test('rows of a table that is gone are refused by name, and what ran goes on', async () => {
  const [table] = PLATFORM_TABLES.filter(({ logicalName }) => logicalName === 'account').map(
    (account) => ({
      ...account,
      logicalName: 'boat',
      schemaName: 'Boat',
      entitySetName: 'boats',
      objectTypeCode: 10_500,
    }),
  )
  const tables = table === undefined ? [] : [table]
  const served = running({ ...PARTS, tables })
  await send(served.api, 'POST', 'boats', { name: 'Argo' })

  await expect(served.reload(PARTS)).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: expect.stringContaining(`'boat'`),
  })

  expect(served.org.contents().get('boat')).toHaveLength(1)
})

test('what waits for its time runs in no organization that has been replaced', async () => {
  const served = running()
  const former = served.org
  await send(served.api, 'POST', 'accounts', { name: 'kept' })
  await former.execute('BulkDelete', {
    QuerySet: [{ EntityName: 'account' }],
    JobName: 'Later',
    SendEmailNotification: false,
    ToRecipients: [],
    CCRecipients: [],
    RecurrencePattern: '',
    StartDateTime: new Date(Date.now() + 50).toISOString(),
  })

  await served.reload(PARTS)
  await new Promise((resolve) => setTimeout(resolve, 100))

  expect(former.jobs).toMatchObject([{ state: 'waiting' }])
  expect(names(served)).toEqual(['kept'])
})
