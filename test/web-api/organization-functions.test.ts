import { answerOf, ROOT, world } from './world.ts'

test('RetrieveTotalRecordCount takes its list in the address or behind an alias', async () => {
  const { org, send } = world()
  await org.create('account', { name: 'A' })

  const inline = await send('GET', "RetrieveTotalRecordCount(EntityNames=['account','contact'])")
  const alias = await send('GET', 'RetrieveTotalRecordCount(EntityNames=@p1)?@p1=["account"]')

  expect(inline.json).toEqual({
    '@odata.context': `${ROOT}$metadata#Microsoft.Dynamics.CRM.RetrieveTotalRecordCountResponse`,
    EntityRecordCountCollection: {
      Count: 2,
      IsReadOnly: false,
      Keys: ['account', 'contact'],
      Values: [1, 0],
    },
  })
  expect(alias.json.EntityRecordCountCollection.Values).toEqual([1])
})

test('RetrieveCurrentOrganization takes its access type by its full name', async () => {
  const { org, send } = world()

  const answer = await send(
    'GET',
    "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
  )

  expect(answer.json).toMatchObject({
    '@odata.context': `${ROOT}$metadata#Microsoft.Dynamics.CRM.RetrieveCurrentOrganizationResponse`,
    Detail: { OrganizationId: org.organizationId, State: 'Enabled' },
  })
})

test('RetrieveCurrentOrganization tells the address it is served at, as the caller reached it', async () => {
  const { api } = world()
  const url = '/api/data/v9.2/RetrieveCurrentOrganization()'

  const answer = answerOf(await api({ method: 'GET', url, headers: { host: 'contoso:8443' } }))

  expect(answer.json.Detail.Endpoints).toEqual({
    Count: 1,
    IsReadOnly: false,
    Keys: ['WebApplication'],
    Values: ['http://contoso:8443/'],
  })
})

test('FormatAddress takes its parts behind aliases (web-api-functions-actions-sample)', async () => {
  const { send } = world()

  const answer = await send(
    'GET',
    "FormatAddress(Line1=@p1,City=@p2,StateOrProvince=@p3,PostalCode=@p4,Country=@p5)?@p1='123%20Maple%20St.'&@p2='Seattle'&@p3='WA'&@p4='98007'&@p5='USA'",
  )

  expect(answer.json).toEqual({
    '@odata.context': `${ROOT}$metadata#Microsoft.Dynamics.CRM.FormatAddressResponse`,
    Address: '123 Maple St.\r\nSeattle, WA 98007\r\nUSA',
  })
})

test('what InitializeFrom answers can be sent to be created (create-entity-web-api)', async () => {
  const { org, send } = world()
  const id = await org.create('account', { name: 'A' })

  const template = await send(
    'GET',
    `InitializeFrom(EntityMoniker=@p1,TargetEntityName=@p2,TargetFieldType=@p3)?@p1={'@odata.id':'accounts(${id})'}&@p2='account'&@p3=Microsoft.Dynamics.CRM.TargetFieldType'ValidForCreate'`,
  )
  const created = await send('POST', 'accounts', { ...template.json, name: 'B' })

  expect(template.json).toEqual({
    '@odata.context': `${ROOT}$metadata#accounts/$entity`,
    '@odata.type': '#Microsoft.Dynamics.CRM.account',
    'parentaccountid@odata.bind': `accounts(${id})`,
  })
  expect(created.status).toBe(204)
  expect(org.contents().get('account')).toMatchObject([
    { name: 'A' },
    { name: 'B', parentaccountid: { table: 'account', id } },
  ])
})

test.each([
  ['GET', 'RetrieveProvisionedLanguages()', undefined, 200],
  ['GET', 'RetrieveAvailableLanguages()', undefined, 200],
  ['GET', 'RetrieveOrganizationInfo()', undefined, 200],
  ['POST', 'PublishXml', { ParameterXml: '<importexportxml />' }, 204],
  ['POST', 'PublishAllXml', undefined, 204],
  ['GET', "RetrieveTotalRecordCount(EntityNames=['nothing'])", undefined, 400],
])('%s %s', async (method, path, body, status) => {
  const { send } = world()

  expect((await send(method, path, body)).status).toBe(status)
})
