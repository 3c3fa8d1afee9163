import { PARCEL } from '../web-api/world.ts'
import { exchange, served, wire, type Served } from './connection.ts'

/** What the generator of types asks for, byte for byte: https://www.npmjs.com/package/dataverse-type-gen */

const open = () => served({ tables: [PARCEL] })

const get = ({ port, host }: Served, tail: string, version = 'v9.2') =>
  exchange(
    port,
    wire(`GET /api/data/${version}/${tail} HTTP/1.1`, [
      `Host: ${host}`,
      'Connection: keep-alive',
      'Authorization: Bearer t',
      'Accept: application/json',
      'OData-MaxVersion: 4.0',
      'OData-Version: 4.0',
    ]),
  )

const CRM = 'Microsoft.Dynamics.CRM.'

test('a definition comes with its columns and relationships', async () => {
  const world = await open()

  const answer = await get(
    world,
    "EntityDefinitions(LogicalName='new_parcel')?$select=LogicalName,SchemaName,EntitySetName&$expand=Attributes,OneToManyRelationships,ManyToOneRelationships,ManyToManyRelationships",
  )

  expect(answer.json.EntitySetName).toBe('new_parcels')
  expect(answer.json.Attributes).toContainEqual(
    expect.objectContaining({
      '@odata.type': '#Microsoft.Dynamics.CRM.LookupAttributeMetadata',
      LogicalName: 'new_parentid',
    }),
  )
  expect(answer.json.ManyToManyRelationships).toContainEqual(
    expect.objectContaining({ SchemaName: 'new_parcel_contact' }),
  )
  expect(answer.json.ManyToOneRelationships.length).toBeGreaterThan(0)
  expect(answer.json.OneToManyRelationships.length).toBeGreaterThan(0)
})

test('columns are read with chosen properties, each with its kind', async () => {
  const world = await open()

  const answer = await get(
    world,
    "EntityDefinitions(LogicalName='new_parcel')/Attributes?$select=LogicalName,SchemaName,AttributeType",
  )

  expect(answer.json.value).toContainEqual(
    expect.objectContaining({
      '@odata.type': '#Microsoft.Dynamics.CRM.StringAttributeMetadata',
      LogicalName: 'new_code',
    }),
  )
})

test.each([
  ['Picklist', 'new_size'],
  ['MultiSelectPicklist', 'new_tags'],
])('%s columns are read with their choices', async (kind, name) => {
  const world = await open()

  const answer = await get(
    world,
    `EntityDefinitions(LogicalName='new_parcel')/Attributes/${CRM}${kind}AttributeMetadata?$select=LogicalName&$expand=OptionSet`,
  )

  const [column] = answer.json.value
  expect(column.LogicalName).toBe(name)
  expect(column.OptionSet.Options).toHaveLength(2)
})

test.each(['State', 'Status'])('%s columns are read with their choices', async (kind) => {
  const world = await open()

  const answer = await get(
    world,
    `EntityDefinitions(LogicalName='account')/Attributes/${CRM}${kind}AttributeMetadata?$select=LogicalName&$expand=OptionSet`,
  )

  expect(answer.json.value[0].OptionSet.Options).toHaveLength(2)
})

test('lookup columns are read with the tables they lead to', async () => {
  const world = await open()

  const answer = await get(
    world,
    `EntityDefinitions(LogicalName='new_parcel')/Attributes/${CRM}LookupAttributeMetadata?$select=LogicalName,Targets`,
  )

  expect(answer.json.value).toContainEqual(
    expect.objectContaining({ LogicalName: 'new_receiver', Targets: ['account', 'contact'] }),
  )
})

test('fifteen tables are asked for at once, by a chain of or', async () => {
  const world = await open()
  const names = ['account', 'contact', 'lead', ...Array.from({ length: 12 }, (_, i) => `none${i}`)]

  const answer = await get(
    world,
    `EntityDefinitions?$select=LogicalName&$filter=${names.map((name) => `LogicalName eq '${name}'`).join(' or ')}`.replaceAll(
      ' ',
      '%20',
    ),
    'v9.1',
  )

  const found: { LogicalName: string }[] = answer.json.value
  expect(found.map(({ LogicalName }) => LogicalName).sort()).toEqual(['account', 'contact', 'lead'])
})

test('a nested choice of properties is heeded', async () => {
  const world = await open()

  const answer = await get(
    world,
    "EntityDefinitions?$select=LogicalName&$filter=LogicalName%20eq%20'account'&$expand=Attributes($select=LogicalName)",
  )

  const [column] = answer.json.value[0].Attributes
  expect(column).not.toHaveProperty('SchemaName')
})

test.each(['$top=1', '$skip=1', '$orderby=LogicalName', 'LabelLanguages=1033'])(
  'definitions refuse %s with 0x80060888',
  async (option) => {
    const world = await open()

    const answer = await get(world, `EntityDefinitions?$select=LogicalName&${option}`)

    expect([answer.status, answer.json.error.code]).toEqual([400, '0x80060888'])
  },
)

test('definitions refuse functions in conditions with 0x8006088a', async () => {
  const world = await open()

  const answer = await get(
    world,
    "EntityDefinitions?$select=LogicalName&$filter=startswith(LogicalName,'new')",
  )

  expect([answer.status, answer.json.error.code]).toEqual([501, '0x8006088a'])
})

test.each(['solutions?$select=solutionid', 'solutioncomponents?$select=objectid'])(
  'there is no %s',
  async (tail) => {
    const world = await open()

    const answer = await get(world, tail)

    expect([answer.status, answer.json.error.code]).toEqual([404, '0x8006088a'])
  },
)
