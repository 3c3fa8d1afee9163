import { PARCEL } from '../web-api/world.ts'
import { exchange, served, wire, type Served } from './connection.ts'

/** What the generator of types asks for, byte for byte: https://github.com/scottdurow/dataverse-ify */

const open = () => served({ tables: [PARCEL] })

const get = ({ port, host }: Served, path: string) =>
  exchange(
    port,
    wire(`GET ${path} HTTP/1.1`, [
      'OData-MaxVersion: 4.0',
      'OData-Version: 4.0',
      'Accept: application/json',
      'Content-Type: application/json; charset=UTF-8',
      'Authorization: Bearer t',
      `Host: ${host}`,
      'Connection: keep-alive',
      'Accept-Encoding: gzip,deflate',
    ]),
  )

test('the whole of $metadata is XML, though JSON is accepted only', async () => {
  const world = await open()

  const answer = await get(world, '/api/data/v9.0/$metadata')

  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toMatch(/^application\/xml/)
  expect(answer.text).toContain('<EntityType Name="new_parcel"')
  expect(answer.text).toContain('<ActionImport Name="Merge"')
})

test('RetrieveMetadataChanges is refused by name', async () => {
  const world = await open()
  const query = {
    Criteria: {
      Conditions: [
        {
          ConditionOperator: 'Equals',
          PropertyName: 'LogicalName',
          Value: { Type: 'System.String', Value: 'account' },
        },
      ],
      FilterOperator: 'And',
    },
    Properties: {
      AllProperties: false,
      PropertyNames: ['Attributes', 'SchemaName', 'EntitySetName'],
    },
    AttributeQuery: {
      Properties: { AllProperties: false, PropertyNames: ['LogicalName', 'AttributeType'] },
    },
  }

  const answer = await get(
    world,
    `/api/data/v9.0/RetrieveMetadataChanges(Query=%40p0)?@p0=${encodeURIComponent(JSON.stringify(query))}`,
  )

  expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
})
