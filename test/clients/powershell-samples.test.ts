import { PARCEL } from '../web-api/world.ts'
import { contentLength, exchange, madeId, served, wire, type Served } from './connection.ts'

/**
 * What the helper functions of Microsoft's PowerShell samples send. What is not given to them goes out empty, and
 * booleans in headers are spelt as that shell spells them.
 * https://github.com/microsoft/PowerApps-Samples/tree/master/dataverse/webapi/PS
 */

const BASE = [
  'Authorization: Bearer abc',
  'Accept: application/json',
  'OData-MaxVersion: 4.0',
  'OData-Version: 4.0',
]
const READ = [...BASE, 'If-None-Match: ', 'Consistency: Strong']
const WRITE = [...BASE, 'Consistency: Strong', 'MSCRM.SolutionUniqueName: ']

const TABLE = "EntityDefinitions(LogicalName='new_parcel')"

function send(
  { port, host }: Served,
  line: string,
  headers: readonly string[],
  value?: object,
  ...more: readonly string[]
) {
  const body = value === undefined ? '' : JSON.stringify(value, undefined, 2)
  const [method = '', tail = ''] = line.split(' ')
  return exchange(
    port,
    wire(
      `${method} /api/data/v9.2/${tail} HTTP/1.1`,
      [
        `Host: ${host}`,
        ...headers,
        ...more,
        ...(value === undefined ? [] : ['Content-Type: application/json', contentLength(body)]),
      ],
      body,
    ),
  )
}

const open = () => served({ tables: [PARCEL] })

test('an empty If-None-Match is no condition', async () => {
  const world = await open()
  const id = await world.org.create('account', { name: 'A' })

  const read = await send(world, `GET accounts(${id})?$select=name`, READ)
  const made = await send(world, 'POST accounts', READ, { name: 'B' })

  expect([read.status, read.json.name]).toEqual([200, 'A'])
  expect([made.status, madeId(made)]).toEqual([204, expect.stringMatching(/^[0-9a-f-]{36}$/)])
})

test('a table is read, changed and sent back whole, into no solution', async () => {
  const world = await open()
  const table = (await send(world, `GET ${TABLE}`, READ)).json
  const labels = [{ Label: 'Crate', LanguageCode: 1033 }]

  const changed = await send(
    world,
    `PUT ${TABLE}`,
    WRITE,
    { ...table, HasNotes: true, DisplayName: { LocalizedLabels: labels } },
    'MSCRM.MergeLabels: True',
  )
  const { json } = await send(world, `GET ${TABLE}?$select=HasNotes,DisplayName`, READ)

  expect(changed.status).toBe(204)
  expect([json.HasNotes, json.DisplayName.UserLocalizedLabel.Label]).toEqual([true, 'Crate'])
})

test('… and so is a column, with its type and without its context', async () => {
  const world = await open()
  const path = `${TABLE}/Attributes(LogicalName='new_count')`
  const type = 'Microsoft.Dynamics.CRM.IntegerAttributeMetadata'
  const column = (await send(world, `GET ${path}/${type}`, READ)).json
  delete column['@odata.context']

  const changed = await send(world, `PUT ${path}`, WRITE, {
    ...column,
    MaxValue: 77,
    '@odata.type': type,
  })

  expect(changed.status).toBe(204)
  expect((await send(world, `GET ${path}/${type}`, READ)).json).toEqual({
    '@odata.context': expect.any(String),
    ...column,
    MaxValue: 77,
    ModifiedOn: expect.any(String),
  })
})

test('choices are added, ordered and removed in a solution without a name', async () => {
  const world = await open()
  const column = { EntityLogicalName: 'new_parcel', AttributeLogicalName: 'new_size' }
  const none = { SolutionUniqueName: '' }
  const label = { LocalizedLabels: [{ Label: 'Vast', LanguageCode: 1033 }] }
  const values = async () => {
    const path = `${TABLE}/Attributes(LogicalName='new_size')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata/OptionSet?$select=Options`
    const { Options } = (await send(world, `GET ${path}`, READ)).json as {
      readonly Options: readonly { readonly Value: number }[]
    }
    return Options.map(({ Value }) => Value)
  }
  const before = await values()

  const added = await send(world, 'POST InsertOptionValue', WRITE, {
    ...column,
    ...none,
    Value: 727000003,
    Label: label,
  })
  const order = [727000003, ...before]
  const ordered = await send(world, 'POST OrderOption', WRITE, {
    ...column,
    ...none,
    Values: order,
  })
  const between = await values()
  const removed = await send(world, 'POST DeleteOptionValue', WRITE, {
    ...column,
    ...none,
    Value: 727000003,
  })

  expect(added.json.NewOptionValue).toBe(727000003)
  expect([ordered.status, between]).toEqual([204, order])
  expect([removed.status, await values()]).toEqual([204, before])
})
