import { randomBytes } from 'node:crypto'
import { DynamicsWebApi } from 'dynamics-web-api'
import type { EmulatorOptions } from '../../src/emulator/emulator.ts'
import { step } from '../support/steps.ts'
import { PARCEL } from '../web-api/world.ts'
import { served } from './connection.ts'

/** What the client has beside rows, links and definitions: https://github.com/AleksandrRogov/DynamicsWebApi */

type Row = Record<string, unknown>

async function connected(options: EmulatorOptions = {}) {
  const world = await served({ tables: [PARCEL], ...options })
  const api = new DynamicsWebApi({
    serverUrl: world.url,
    dataApi: { path: 'data', version: '9.2' },
    onTokenRefresh: () => Promise.resolve('any'),
  })
  return { ...world, api }
}

type Api = Awaited<ReturnType<typeof connected>>['api']

const made = async (api: Api, collection: string, data: Row) =>
  (await api.create<Row>({ collection, data })) as unknown as string

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  const { status, code } = thrown as { status: number; code: string }
  return { status, code }
}

const CHUNK = 4 * 1024 * 1024

describe('files', () => {
  const big = PARCEL.columns.map((column) =>
    column.type === 'File' ? { ...column, maxSizeInKB: 20_000 } : column,
  )

  test.each([
    ['a small file', 1000],
    ['a file of several chunks', 2 * CHUNK + 17],
    ['a file whose size is a multiple of the chunk', CHUNK],
  ])('%s goes up in chunks and comes down as it was', async (_, size) => {
    const { api } = await connected({ tables: [{ ...PARCEL, columns: big }] })
    const key = await made(api, 'new_parcels', { new_name: 'A' })
    const data = randomBytes(size)
    const property = { collection: 'new_parcels', key, property: 'new_paper' }

    await api.uploadFile({ ...property, fileName: 'Contract_1.bin', data })
    const file = await api.downloadFile(property)

    expect(file.fileSize).toBe(size)
    expect(file.fileName).toBe('Contract_1.bin')
    expect(Buffer.from(file.data).equals(data)).toBe(true)
  })

  test('one that is deleted is gone', async () => {
    const { api, org } = await connected()
    const key = await made(api, 'new_parcels', { new_name: 'A' })
    const property = { collection: 'new_parcels', key, property: 'new_paper' }
    await api.uploadFile({ ...property, fileName: 'a.txt', data: Buffer.from('hello') })

    await api.deleteRecord({ collection: 'new_parcels', key, property: 'new_paper' })

    expect((await org.retrieve('new_parcel', key))['new_paper']).toBeNull()
    expect(org.contents().get('fileattachment') ?? []).toEqual([])
  })
})

describe('parts of rows', () => {
  test('a column, a related row, the address of one, and rows of a collection are read', async () => {
    const { api, url } = await connected()
    const contact = await made(api, 'contacts', { lastname: 'Ann' })
    const key = await made(api, 'accounts', {
      name: 'Contoso',
      'primarycontactid@odata.bind': `contacts(${contact})`,
      new_account_parcels: [{ new_name: 'P' }],
    })
    const account = { collection: 'accounts', key }

    const column = await api.retrieve<Row>({ ...account, select: ['/name'] })
    const related = await api.retrieve<Row>({
      ...account,
      navigationProperty: 'primarycontactid',
      select: ['lastname'],
    })
    const reference = await api.retrieve<Row>({ ...account, select: ['primarycontactid/$ref'] })
    const parcels = await api.retrieve<Row>({
      ...account,
      navigationProperty: 'new_account_parcels',
      select: ['new_name'],
    })

    expect(column['value']).toBe('Contoso')
    expect(related).toMatchObject({ contactid: contact, lastname: 'Ann' })
    expect(JSON.stringify(reference)).toContain(contact)
    expect(url).toContain('127.0.0.1')
    expect(parcels['value']).toMatchObject([{ new_name: 'P' }])
  })

  test('a column is emptied alone', async () => {
    const { api, org } = await connected()
    const key = await made(api, 'accounts', { name: 'Contoso', telephone1: '555' })

    const answer: unknown = await api.deleteRecord({
      collection: 'accounts',
      key,
      property: 'telephone1',
    })

    expect(answer).toBe(true)
    expect(await org.retrieve('account', key)).toMatchObject({ name: 'Contoso', telephone1: null })
  })

  test('text that is not ASCII is sent escaped, and read back as it was meant', async () => {
    const { api } = await connected()

    const key = await made(api, 'accounts', { name: 'Ærø 日本 💥 \u2028' })

    expect((await api.retrieve<Row>({ collection: 'accounts', key }))['name']).toBe(
      'Ærø 日本 💥 \u2028',
    )
  })

  test('dates come back as dates, and are kept to the second', async () => {
    const { api } = await connected()
    const sent = new Date('2026-03-04T05:06:07Z')

    const key = await made(api, 'new_parcels', {
      new_name: 'A',
      new_sent: sent,
      new_due: '2026-03-04',
    })
    const read = await api.retrieve<Row>({ collection: 'new_parcels', key })

    expect(read['new_sent']).toEqual(sent)
    expect(read['new_due']).toBe('2026-03-04')
  })
})

describe('queries', () => {
  test('braces are taken off ids, and a saved query is run by its id', async () => {
    const { api, org } = await connected()
    const contact = await made(api, 'contacts', { lastname: 'Ann' })
    await made(api, 'accounts', {
      name: 'Contoso',
      'primarycontactid@odata.bind': `contacts(${contact})`,
    })
    const view = await org.create('savedquery', {
      name: 'All',
      returnedtypecode: 'account',
      fetchxml: '<fetch><entity name="account"><attribute name="name"/></entity></fetch>',
      querytype: 0,
    })

    const found = await api.retrieveMultiple<Row>({
      collection: 'accounts',
      filter: `_primarycontactid_value eq {${contact.toUpperCase()}}`,
    })
    const viewed = await api.retrieveMultiple<Row>({
      collection: 'accounts',
      savedQuery: view,
    } as never)

    expect(found.value).toMatchObject([{ name: 'Contoso' }])
    expect(viewed.value).toMatchObject([{ name: 'Contoso' }])
  })

  test('the columns of FetchXML links keep their dotted names', async () => {
    const { api } = await connected()
    await made(api, 'accounts', { name: 'Contoso', primarycontactid: { lastname: 'Ann' } })

    const { value } = await api.fetch<Row>({
      collection: 'accounts',
      fetchXml:
        '<fetch><entity name="account"><attribute name="name"/><link-entity name="contact" from="contactid" to="primarycontactid" alias="c"><attribute name="lastname"/></link-entity></entity></fetch>',
    })

    expect(value).toMatchObject([{ name: 'Contoso', 'c.lastname': 'Ann' }])
  })

  test('Dataverse query functions take lists of values', async () => {
    const { api } = await connected()
    for (const name of ['A', 'B', 'C']) await made(api, 'accounts', { name })

    const { value } = await api.retrieveMultiple<Row>({
      collection: 'accounts',
      filter: "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['A','C'])",
      orderBy: ['name'],
    })

    expect(value.map(({ name }) => name)).toEqual(['A', 'C'])
  })

  test('a link to changes is followed as it was given', async () => {
    const { api, org } = await connected()
    const first = await api.retrieveMultiple<Row>({
      collection: 'accounts',
      select: ['name'],
      trackChanges: true,
    })
    await org.create('account', { name: 'New' })

    const later = await fetch(first.oDataDeltaLink ?? '')

    expect(await later.json()).toMatchObject({ value: [{ name: 'New' }] })
  })
})

describe('batches', () => {
  test('writes beside each other are one change set, and a read ends it', async () => {
    const { api, org } = await connected()

    api.startBatch()
    void api.create({ collection: 'accounts', data: { name: 'A' } })
    void api.create({ collection: 'accounts', data: { name: 'B' } })
    void api.retrieveMultiple({ collection: 'accounts', select: ['name'] })
    void api.create({ collection: 'accounts', data: { name: 'x'.repeat(200) } })
    const thrown: unknown = await api.executeBatch().catch((error: unknown) => error)

    // The change set before the read stays, the one behind it does not.
    expect(JSON.stringify(thrown)).toContain('0x80044331')
    expect(
      org
        .contents()
        .get('account')
        ?.map(({ name }) => name),
    ).toEqual(['A', 'B'])
  })

  test('a row made in it is written on, and gets others, by its Content-ID', async () => {
    const { api, org } = await connected()

    api.startBatch()
    void api.create({ collection: 'accounts', data: { name: 'A' }, contentId: '7' })
    void api.create({ collection: '$7/new_account_parcels', data: { new_name: 'P' } } as never)
    await api.executeBatch()

    const [account] = org.contents().get('account') ?? []
    expect(org.contents().get('new_parcel')).toMatchObject([
      { new_name: 'P', new_accountid: { id: account?.['accountid'] } },
    ])
  })

  test('continueOnError goes on behind a failure', async () => {
    const { api, org } = await connected()

    api.startBatch()
    void api.create({ collection: 'accounts', data: { name: 'x'.repeat(200) }, inChangeSet: false })
    void api.create({ collection: 'accounts', data: { name: 'B' }, inChangeSet: false })
    const answers = await api.executeBatch({ continueOnError: true })

    // Inside a batch the client keeps the error as it was sent.
    expect(answers[0]).toMatchObject({ status: 400, error: { code: '0x80044331' } })
    expect(org.contents().get('account')).toMatchObject([{ name: 'B' }])
  })

  test('a failing batch rejects with what each of its parts answered', async () => {
    const { api } = await connected()
    const key = '11111111-1111-4111-8111-111111111111'

    api.startBatch()
    void api.retrieveMultiple({ collection: 'accounts' })
    void api.retrieve({ collection: 'accounts', key })
    const thrown: unknown = await api.executeBatch().catch((error: unknown) => error)

    expect(thrown).toMatchObject([{ value: [] }, { status: 404, error: { code: '0x80040217' } }])
  })
})

describe('messages', () => {
  test('functions take lists behind aliases', async () => {
    const { api } = await connected()
    await made(api, 'accounts', { name: 'A' })

    const counted = await api.callFunction<Row>({
      functionName: 'RetrieveTotalRecordCount',
      parameters: { EntityNames: ['account', 'contact'] },
    })

    expect(counted['EntityRecordCountCollection']).toMatchObject({
      Keys: ['account', 'contact'],
      Values: [1, 0],
    })
  })

  test('an action of a set makes several rows', async () => {
    const { api, org } = await connected()

    const answer = await api.callAction<Row>({
      collection: 'accounts',
      actionName: 'Microsoft.Dynamics.CRM.CreateMultiple',
      action: {
        Targets: ['A', 'B'].map((name) => ({
          '@odata.type': 'Microsoft.Dynamics.CRM.account',
          name,
        })),
      },
    })

    expect(answer['Ids']).toEqual(
      org
        .contents()
        .get('account')
        ?.map(({ accountid }) => accountid),
    )
  })
})

describe('other calls', () => {
  test('the whole of $metadata is text', async () => {
    const { api } = await connected()

    const csdl = await api.retrieveCsdlMetadata({ addAnnotations: true })

    expect(csdl).toContain('<EntityType Name="new_parcel"')
  })

  test('the headers that leave custom logic out reach the organization', async () => {
    const ran: string[] = []
    const { api } = await connected({
      steps: [step({ message: 'Create', table: 'account' }, () => void ran.push('create'))],
    })

    await api.create({
      collection: 'accounts',
      data: { name: 'A' },
      bypassCustomPluginExecution: true,
    })
    await api.create({ collection: 'accounts', data: { name: 'B' }, duplicateDetection: true })

    expect(ran).toEqual(['create'])
  })

  test('search and background operations are not there', async () => {
    const { api } = await connected()
    const operation = '11111111-1111-4111-8111-111111111111'

    expect(await refusalOf(api.query('contoso'))).toMatchObject({ status: 404 })
    expect(await refusalOf(api.suggest('contoso'))).toMatchObject({ status: 404 })
    expect(await refusalOf(api.autocomplete('contoso'))).toMatchObject({ status: 404 })
    expect(await refusalOf(api.getBackgroundOperationStatus(operation))).toMatchObject({
      status: 404,
    })
    expect(await refusalOf(api.cancelBackgroundOperation(operation))).toMatchObject({ status: 404 })
  })
})
