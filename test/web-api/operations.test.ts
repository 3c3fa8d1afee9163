import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { MessageService } from '../../src/messages/service.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { answerOf, ROOT, world } from './world.ts'

const ID = '5e9bafa0-0000-4000-8000-000000000001'
const OTHER = '5e9bafa0-0000-4000-8000-000000000002'

/** An organization that only notes which messages it is sent. */
function noting(answers: Readonly<Record<string, unknown>> = {}) {
  const sent: { readonly message: string; readonly request: unknown }[] = []
  const service = new MessageService(async (message, request) => {
    sent.push({ message, request })
    if (message in answers) return answers[message]
    throw new DataverseError('MESSAGE_UNKNOWN', `There is no message '${message}'.`)
  })
  const { catalog } = world().org
  const api = createWebApi({
    catalog,
    service: () => service,
  })
  const send = async (method: string, path: string, body?: object, headers = {}) =>
    answerOf(
      await api({
        method,
        url: ROOT + path,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    )
  return { sent, send }
}

describe('functions', () => {
  test.each(['WhoAmI', 'WhoAmI()', 'WhoAmI?', 'WhoAmI()?'])(
    '%s is called and its response written',
    async (path) => {
      const { sent, send } = noting({
        WhoAmI: { UserId: ID, BusinessUnitId: ID, OrganizationId: ID },
      })

      const answer = await send('GET', path)

      expect(sent).toEqual([{ message: 'WhoAmI', request: {} }])
      expect(answer.status).toBe(200)
      expect(answer.json).toEqual({
        '@odata.context': `${ROOT}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
        UserId: ID,
        BusinessUnitId: ID,
        OrganizationId: ID,
      })
    },
  )

  test('arguments are read inline and behind aliases', async () => {
    const { sent, send } = noting({ RetrieveThings: {} })

    await send(
      'GET',
      `RetrieveThings(Text='O''Neil',Number=5,Big=9007199254740993,Yes=true,Id=${ID.toUpperCase()},Kind=Microsoft.Dynamics.CRM.EndpointAccessType'Default',List=@p1,Row=@p2,None=@p3)?@p1=["a","b"]&@p2={'@odata.id':'accounts(${OTHER})'}`,
    )

    expect(sent[0]?.request).toEqual({
      Text: "O'Neil",
      Number: 5,
      Big: 9007199254740993n,
      Yes: true,
      Id: ID,
      Kind: 'Default',
      List: ['a', 'b'],
      Row: { table: 'account', id: OTHER },
      None: null,
    })
  })

  test('a bound one names its row', async () => {
    const { sent, send } = noting({
      RetrievePrincipalAccess: { AccessRights: 'ReadAccess, WriteAccess' },
    })

    const answer = await send(
      'GET',
      `systemusers(${ID})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={"@odata.id":"${ROOT}accounts(${OTHER})"}`,
    )

    expect(sent[0]?.request).toEqual({
      Principal: { table: 'systemuser', id: ID },
      Target: { table: 'account', id: OTHER },
    })
    expect(answer.json.AccessRights).toBe('ReadAccess, WriteAccess')
  })

  test('a message nobody knows is 404', async () => {
    const { send } = noting()

    const answer = await send('GET', 'RetrieveNothing()')

    expect(answer.status).toBe(404)
    expect(answer.json.error).toEqual({
      code: '0x8006088a',
      message: "Resource not found for the segment 'RetrieveNothing'.",
    })
  })
})

describe('actions', () => {
  test('POST Merge sends its parameters, rows as references', async () => {
    const { sent, send } = noting({ Merge: undefined })

    const answer = await send('POST', 'Merge', {
      Target: { '@odata.type': '#Microsoft.Dynamics.CRM.account', accountid: ID },
      Subordinate: {
        '@odata.type': 'Microsoft.Dynamics.CRM.account',
        accountid: OTHER.toUpperCase(),
      },
      UpdateContent: { '@odata.type': 'Microsoft.Dynamics.CRM.account', name: 'Merged' },
      PerformParentingChecks: false,
    })

    expect(answer.status).toBe(204)
    expect(sent).toEqual([
      {
        message: 'Merge',
        request: {
          Target: { table: 'account', id: ID },
          Subordinate: { table: 'account', id: OTHER },
          UpdateContent: { LogicalName: 'account', Id: '', Attributes: { name: 'Merged' } },
          PerformParentingChecks: false,
        },
      },
    ])
  })

  test('custom ones are bound to rows and sets, and answer what they answer', async () => {
    const { sent, send } = noting({
      new_Weigh: {
        Weight: 5n,
        Row: { table: 'account', id: OTHER },
        Rows: [
          {
            LogicalName: 'new_parcel',
            Id: ID,
            Attributes: { new_parcelid: ID, new_accountid: { table: 'account', id: OTHER } },
          },
        ],
      },
    })

    const row = await send('POST', `new_parcels(${ID})/Microsoft.Dynamics.CRM.new_Weigh`, {
      Unit: 'kg',
    })
    await send('POST', 'new_parcels/Microsoft.Dynamics.CRM.new_Weigh')

    expect(sent.map(({ request }) => request)).toEqual([
      { Target: { table: 'new_parcel', id: ID }, Unit: 'kg' },
      {},
    ])
    expect(row.json).toEqual({
      '@odata.context': `${ROOT}$metadata#Microsoft.Dynamics.CRM.new_WeighResponse`,
      Weight: 5,
      Row: { '@odata.type': '#Microsoft.Dynamics.CRM.account', accountid: OTHER },
      Rows: [
        {
          '@odata.type': '#Microsoft.Dynamics.CRM.new_parcel',
          new_parcelid: ID,
          _new_accountid_value: OTHER,
        },
      ],
    })
  })

  test.each([
    ['POST', 'Create', 404],
    ['POST', 'RetrieveMultiple', 404],
    ['POST', 'ExecuteTransaction', 404],
    ['GET', 'Merge', 404],
    ['POST', 'WhoAmI', 405],
    ['DELETE', 'Merge', 405],
    ['POST', 'Microsoft.Dynamics.CRM.Merge', 404],
    ['POST', 'Merge/more', 404],
    ['GET', "RetrieveThings('x')", 400],
  ])('%s %s is refused with %i and sends nothing', async (method, path, status) => {
    const { sent, send } = noting()

    expect((await send(method, path)).status).toBe(status)
    expect(sent).toEqual([])
  })
})

describe('what every message of a request carries', () => {
  test('the tag of the query', async () => {
    const { sent, send } = noting({ Create: { id: ID }, Retrieve: { row: { accountid: ID } } })

    await send('POST', 'accounts?tag=import', { name: 'A' }, { prefer: 'return=representation' })

    expect(sent).toEqual([
      { message: 'Create', request: { table: 'account', values: { name: 'A' }, tag: 'import' } },
      {
        message: 'Retrieve',
        request: expect.objectContaining({ table: 'account', id: ID, tag: 'import' }),
      },
    ])
  })

  test('the steps to leave out', async () => {
    const { sent, send } = noting({ Delete: undefined })

    await send('DELETE', `accounts(${ID})`, undefined, {
      'mscrm.bypassbusinesslogicexecution': 'CustomSync,CustomAsync',
      'mscrm.bypassbusinesslogicexecutionstepids': `"${OTHER}"`,
    })
    await send('DELETE', `accounts(${ID})`, undefined, {
      'mscrm.bypasscustompluginexecution': 'true',
    })

    expect(sent.map(({ request }) => (request as { readonly bypass: unknown }).bypass)).toEqual([
      { sync: true, async: true, stepIds: [OTHER] },
      { plugins: true },
    ])
  })

  test.each([
    { 'mscrm.bypassbusinesslogicexecution': 'Everything' },
    { 'mscrm.bypassbusinesslogicexecutionstepids': 'x' },
  ])('%j is refused with 400 and sends nothing', async (headers) => {
    const { sent, send } = noting()

    expect((await send('DELETE', `accounts(${ID})`, undefined, headers)).status).toBe(400)
    expect(sent).toEqual([])
  })

  test('which duplicate rule is to be published, by the address', async () => {
    const { sent, send } = noting({ PublishDuplicateRule: { JobId: OTHER } })

    await send('POST', `duplicaterules(${ID})/Microsoft.Dynamics.CRM.PublishDuplicateRule`, {})

    expect(sent).toMatchObject([
      { message: 'PublishDuplicateRule', request: { DuplicateRuleId: ID } },
    ])
  })

  test('what the client tells of itself', async () => {
    const { sent, send } = noting({ Delete: undefined })

    await send('DELETE', `accounts(${ID})`, undefined, {
      'user-agent': 'tests/1.0',
      'accept-language': 'en-US',
      'x-ms-app-name': 'sample_App',
    })

    expect(sent).toMatchObject([
      {
        request: {
          client: { userAgent: 'tests/1.0', acceptLanguage: 'en-US', appName: 'sample_App' },
        },
      },
    ])
  })

  test('what is asked about duplicates, flows and solutions', async () => {
    const { sent, send } = noting({ Delete: undefined })

    await send('DELETE', `accounts(${ID})`, undefined, {
      'mscrm.suppressduplicatedetection': 'false',
      'mscrm.suppresscallbackregistrationexpanderjob': 'true',
      'mscrm.solutionuniquename': 'sample',
    })

    expect(sent[0]?.request).toEqual({
      table: 'account',
      id: ID,
      suppressDuplicateDetection: false,
      suppressCallbackRegistrationExpanderJob: true,
      solutionUniqueName: 'sample',
    })
  })
})

describe('operations on rows of the directory and on mail', () => {
  const typed = (table: string, id: string) => ({
    '@odata.type': `Microsoft.Dynamics.CRM.${table}`,
    [`${table}id`]: id,
  })

  test('a user is added to the team of a row and removed again', async () => {
    const { org, send } = world()
    const contact = await org.create('contact', { lastname: 'Ito' })
    const template = await org.create('teamtemplate', {
      teamtemplatename: 'Readers',
      defaultaccessrightsmask: 1,
      objecttypecode: 2,
    })
    const body = {
      Record: typed('contact', contact),
      TeamTemplate: typed('teamtemplate', template),
    }
    const call = (name: string) =>
      send('POST', `systemusers(${org.userId})/Microsoft.Dynamics.CRM.${name}`, body)

    const added = await call('AddUserToRecordTeam')
    const removed = await call('RemoveUserFromRecordTeam')

    expect([added.status, removed.status]).toEqual([200, 200])
    expect(added.json).toEqual({
      '@odata.context': `${ROOT}$metadata#Microsoft.Dynamics.CRM.AddUserToRecordTeamResponse`,
      AccessTeamId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    })
    expect(removed.json.AccessTeamId).toBe(added.json.AccessTeamId)
  })

  test('the rate of a currency is a function', async () => {
    const { org, send } = world()

    const { status, json } = await send(
      'GET',
      `RetrieveExchangeRate(TransactionCurrencyId=${org.currencyId})`,
    )

    expect([status, json.ExchangeRate]).toEqual([200, 1])
  })

  test('the row that SendEmail is bound to is the email', async () => {
    const { sent, send } = noting({ SendEmail: { Subject: 'Offer' } })

    const answer = await send('POST', `accounts(${ID})/Microsoft.Dynamics.CRM.SendEmail`, {
      IssueSend: true,
    })

    expect(sent).toEqual([{ message: 'SendEmail', request: { EmailId: ID, IssueSend: true } }])
    expect(answer.json.Subject).toBe('Offer')
  })
})
