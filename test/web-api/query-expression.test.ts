import { idIn, ROOT, world } from './world.ts'

const QUERY = {
  '@odata.type': '#Microsoft.Dynamics.CRM.QueryExpression',
  EntityName: 'new_parcel',
  ColumnSet: { AllColumns: false, Columns: ['new_name'] },
  Criteria: {
    FilterOperator: 'And',
    Conditions: [
      {
        AttributeName: 'new_count',
        Operator: 'GreaterThan',
        Values: [{ Value: 3, Type: 'System.Int32' }],
      },
    ],
  },
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryexpressiontofetchxml */
test('QueryExpressionToFetchXml tells a QueryExpression as FetchXML, which finds the same rows', async () => {
  const { send, org } = world()
  for (let i = 1; i <= 5; i++) {
    await org.create('new_parcel', { new_name: `Parcel ${i}`, new_count: i })
  }

  const { status, json } = await send('POST', 'QueryExpressionToFetchXml', { Query: QUERY })

  expect(status).toBe(200)
  expect(json['@odata.context']).toBe(
    `${ROOT}$metadata#Microsoft.Dynamics.CRM.QueryExpressionToFetchXmlResponse`,
  )
  const found = await send('GET', `new_parcels?fetchXml=${encodeURIComponent(json.FetchXml)}`)
  expect(found.json.value).toMatchObject([{ new_name: 'Parcel 4' }, { new_name: 'Parcel 5' }])
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/fetchxmltoqueryexpression */
test('FetchXmlToQueryExpression tells FetchXML as a QueryExpression', async () => {
  const { send } = world()
  const fetch =
    "<fetch top='2'><entity name='new_parcel'><attribute name='new_name'/><filter><condition attribute='new_count' operator='gt' value='3'/></filter></entity></fetch>"

  const { status, json } = await send(
    'GET',
    `FetchXmlToQueryExpression(FetchXml=@p)?@p='${encodeURIComponent(fetch.replaceAll("'", "''"))}'`,
  )

  expect(status).toBe(200)
  expect(json.Query).toMatchObject({
    EntityName: 'new_parcel',
    TopCount: 2,
    Criteria: {
      Conditions: [
        {
          AttributeName: 'new_count',
          Operator: 'GreaterThan',
          Values: [{ Value: '3', Type: 'System.String' }],
        },
      ],
    },
  })
  const back = await send('POST', 'QueryExpressionToFetchXml', { Query: json.Query })
  expect(back.json.FetchXml).toContain('operator="gt" value="3"')
})

test.each<[string, string, unknown]>([
  ['POST', 'QueryExpressionToFetchXml', { Query: { Entity: 'account' } }],
  ['POST', 'QueryExpressionToFetchXml', {}],
  ['GET', "FetchXmlToQueryExpression(FetchXml='<fetch>')", undefined],
  ['GET', 'FetchXmlToQueryExpression', undefined],
])('%s %s of what is no query is refused', async (method, path, body) => {
  const { send } = world()

  expect(await send(method, path, body)).toMatchObject({ status: 400 })
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/delete-data-bulk */
test('BulkDelete takes queries as JSON, as clients send ids to be deleted', async () => {
  const { send, org } = world()
  const ids: string[] = []
  for (let i = 1; i <= 3; i++) {
    ids.push(idIn(await send('POST', 'new_parcels', { new_name: `Parcel ${i}` })))
  }

  const answer = await send('POST', 'BulkDelete', {
    JobName: 'Bulk delete 2 parcels',
    SendEmailNotification: false,
    ToRecipients: [],
    CCRecipients: [],
    RecurrencePattern: '',
    StartDateTime: '2026-01-01T00:00:00Z',
    QuerySet: [
      {
        '@odata.type': 'Microsoft.Dynamics.CRM.QueryExpression',
        EntityName: 'new_parcel',
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
              AttributeName: 'new_parcelid',
              Operator: 'In',
              Values: ids.slice(0, 2).map((Value) => ({ Value, Type: 'System.Guid' })),
            },
          ],
        },
      },
    ],
  })
  await org.settle()

  expect(answer.json).toMatchObject({ JobId: expect.any(String) })
  const left = await send('GET', 'new_parcels?$select=new_name')
  expect(left.json.value).toMatchObject([{ new_name: 'Parcel 3' }])
  const job = await send('GET', `asyncoperations(${answer.json.JobId})?$select=statuscode`)
  expect(job.json).toMatchObject({ statuscode: 30 })
})
