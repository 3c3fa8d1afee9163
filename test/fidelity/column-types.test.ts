import type { Emulator } from '../../src/emulator/emulator.ts'
import type { Column } from '../../src/metadata/column.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { PROJECT } from '../support/tables.ts'
import { answerOf, ROOT } from '../web-api/world.ts'

/** A column that holds the name of a table. */
const OF_TABLE: Column = {
  type: 'EntityName',
  logicalName: 'oftable',
  schemaName: 'OfTable',
  requiredLevel: 'None',
  validForRead: true,
  validForCreate: true,
  validForUpdate: true,
}
const WIDE: TableDefinition = { ...PROJECT, columns: [...PROJECT.columns, OF_TABLE] }

async function send(org: Emulator, method: string, path: string, body?: string) {
  const api = createWebApi({ catalog: org.catalog, service: () => org })
  return answerOf(await api({ method, url: ROOT + path, headers: {}, body }))
}

describe('a column of each type, as the Web API has it (web-api-properties)', () => {
  test.each([
    ['String', 'name', 'Edm.String', '"Bridge"'],
    ['Memo', 'description', 'Edm.String', '"two\\nlines"'],
    ['Integer', 'number', 'Edm.Int32', '7'],
    ['BigInt', 'serial', 'Edm.Int64', '9007199254740993'],
    ['Decimal', 'weight', 'Edm.Decimal', '1.50'],
    ['Double', 'ratio', 'Edm.Double', '0.5'],
    ['Money', 'budget', 'Edm.Decimal', '12.5000'],
    ['Boolean', 'isurgent', 'Edm.Boolean', 'false'],
    ['DateTime of instants', 'startson', 'Edm.DateTimeOffset', '"2024-05-01T13:00:00Z"'],
    ['DateTime of days', 'dueday', 'Edm.Date', '"2024-05-01"'],
    ['DateTime without a zone', 'meetsat', 'Edm.DateTimeOffset', '"2024-05-01T13:00:00Z"'],
    ['Picklist', 'phase', 'Edm.Int32', '2'],
    ['MultiSelectPicklist', 'tags', 'Edm.String', '"1,3"'],
    ['State', 'statecode', 'Edm.Int32', '1'],
    ['Status', 'statuscode', 'Edm.Int32', '4'],
    ['Uniqueidentifier', 'token', 'Edm.Guid', '"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"'],
    ['EntityName', 'oftable', 'Edm.String', '"account"'],
    [
      'ManagedProperty',
      'iscustomizable',
      'mscrm.BooleanManagedProperty',
      '{"Value":true,"CanBeChanged":true,"ManagedPropertyLogicalName":"iscustomizable"}',
    ],
  ])('%s', async (_, column, edmType, json) => {
    const org = emulator({ tables: [WIDE] })
    const id = await org.create('project', { name: 'Tunnel' })
    const both = column === 'statuscode' ? '"statecode":1,' : ''

    const written = await send(org, 'PATCH', `projects(${id})`, `{${both}"${column}":${json}}`)
    const read = await send(org, 'GET', `projects(${id})?$select=${column}`)
    const metadata = await send(org, 'GET', '$metadata')

    expect([written.status, read.status]).toEqual([204, 200])
    expect(read.text).toContain(`"${column}":${json}`)
    const type = metadata.text.split('<EntityType Name="project"')[1]?.split('</EntityType>')[0]
    expect(type).toContain(`<Property Name="${column}" Type="${edmType}"`)
  })
})
