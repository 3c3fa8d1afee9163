import { PARCEL } from '../web-api/world.ts'
import { exchange, served, wire, type Served } from './connection.ts'

/** What the generator of types asks for, byte for byte: https://github.com/scottdurow/dataverse-ify */

const open = () => served({ tables: [PARCEL] })

const TOLD_OF_EVERY_COLUMN = [
  'SchemaName',
  'LogicalName',
  'RequiredLevel',
  'AttributeType',
  'AttributeTypeName',
  'SourceType',
  'IsLogical',
  'AttributeOf',
  'Description',
  'DisplayName',
]
const COLUMN_PROPERTIES = [
  ...TOLD_OF_EVERY_COLUMN,
  'OptionSet',
  'Targets',
  'DateTimeBehavior',
  'Format',
]

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

interface Column {
  readonly LogicalName: string
}

test('RetrieveMetadataChanges tells the columns of a table', async () => {
  const world = await open()
  const query = {
    Criteria: {
      Conditions: [
        {
          PropertyName: 'LogicalName',
          ConditionOperator: 'Equals',
          Value: { Value: 'account', Type: 'System.String' },
        },
      ],
      FilterOperator: 'And',
    },
    Properties: { PropertyNames: ['Attributes', 'SchemaName', 'EntitySetName'] },
    AttributeQuery: { Properties: { PropertyNames: COLUMN_PROPERTIES } },
  }

  const answer = await get(
    world,
    `/api/data/v9.0/RetrieveMetadataChanges(Query=%40p0)?@p0=${encodeURIComponent(JSON.stringify(query))}`,
  )

  expect(answer.status).toBe(200)
  expect(answer.json.EntityMetadata).toMatchObject([
    { LogicalName: 'account', SchemaName: 'Account', EntitySetName: 'accounts' },
  ])
  const told = answer.json.EntityMetadata[0].Attributes as readonly Column[]
  const columns = new Map(told.map((column) => [column.LogicalName, column]))
  for (const column of columns.values()) {
    expect(Object.keys(column)).toEqual(expect.arrayContaining(TOLD_OF_EVERY_COLUMN))
  }
  expect(columns.get('name')).toMatchObject({
    SchemaName: 'Name',
    AttributeType: 'String',
    AttributeTypeName: { Value: 'StringType' },
    Format: 'Text',
    IsLogical: false,
    MaxLength: null,
  })
  expect(columns.get('primarycontactid')).toMatchObject({ Targets: ['contact'] })
  expect(columns.get('statecode')).toMatchObject({
    '@odata.type': '#Microsoft.Dynamics.CRM.ComplexStateAttributeMetadata',
    OptionSet: { Options: [{ Value: 0 }, { Value: 1 }] },
  })
  expect(columns.get('createdon')).toMatchObject({ DateTimeBehavior: { Value: 'UserLocal' } })
})
