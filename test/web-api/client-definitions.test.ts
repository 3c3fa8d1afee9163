import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSchema, printSchema } from '../../src/json-schema/schema-file.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { readDocument } from '../../src/metadata/import/read-document.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { parseLossless } from '../../src/rows/lossless-json.ts'
import { listTables, readDefinition, type Asked } from '../../src/web-api/client/definitions.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { answerOf, world } from './world.ts'

/** Asks a service in this process that tells these tables. */
function asking(catalog: Catalog): Asked {
  const { org } = world()
  const api = createWebApi({ catalog, service: () => org.as(org.userId) })
  return {
    root: 'http://localhost/api/data/v9.2/',
    async send({ method, path }) {
      const answer = answerOf(await api({ method, url: `/api/data/v9.2/${path}`, headers: {} }))
      return { status: answer.status, headers: new Headers(), json: parseLossless(answer.text) }
    },
  }
}

async function told(catalog: Catalog): Promise<readonly TableDefinition[]> {
  const asked = asking(catalog)
  const read: TableDefinition[] = []
  for (const name of catalog.names) read.push(await readDefinition(asked, name))
  return read
}

const NAMES = ['logicalName', 'schemaName', 'value', 'name'] as const

/** Where `after` does not say what `before` says; what it says beyond that is its own affair. */
function lost(before: unknown, after: unknown, path: string): readonly string[] {
  if (Array.isArray(before)) {
    const items: readonly unknown[] = Array.isArray(after) ? after : []
    return before.flatMap((item: unknown, i) => {
      const key = NAMES.find((name) => isObject(item) && name in item)
      const match = items.find(
        (each) => isObject(each) && isObject(item) && key !== undefined && each[key] === item[key],
      )
      const name = key !== undefined && isObject(item) ? String(item[key]) : String(i)
      return lost(item, match ?? items[i], `${path}.${name}`)
    })
  }
  if (!isObject(before)) {
    // A label without text is none.
    const isSame = Object.is(before, after) || (before === '' && after === undefined)
    return isSame ? [] : [`${path}: ${String(before)} → ${String(after)}`]
  }
  return Object.entries(before).flatMap(([name, value]) =>
    lost(value, isObject(after) ? after[name] : undefined, `${path}.${name}`),
  )
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of messages definitions tell nothing. */
const withoutMessages = (table: TableDefinition) => ({ ...table, messages: undefined })

/** What a service told of them, told again and written to files, is the same; and nothing was lost on the way. */
async function roundTrip(definitions: readonly TableDefinition[]): Promise<void> {
  const before = new Catalog(definitions)

  const once = await told(before)
  const twice = await told(new Catalog(once))
  const filed = once.map((table) => parseSchema(printSchema(table), `${table.logicalName}.json`))

  const names = new Map(once.map((table) => [table.logicalName, table]))
  const losses = before.definitions.flatMap((table) =>
    lost(withoutMessages(table), names.get(table.logicalName), table.logicalName),
  )
  expect(losses).toEqual([])
  expect(twice).toEqual(once)
  expect(filed).toEqual(once)
}

test.each(PLATFORM_TABLES.map((table) => [table.logicalName, table] as const))(
  '%s of the platform is told without loss',
  (_, table) => roundTrip([table]),
)

test('a table that was made while the organization ran is told without loss', async () => {
  const { org, send } = world()
  await send('POST', 'EntityDefinitions', {
    SchemaName: 'new_Crate',
    OwnershipType: 'UserOwned',
    Attributes: [
      {
        '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
        SchemaName: 'new_Name',
        IsPrimaryName: true,
      },
    ],
  })

  await roundTrip([org.catalog.table('new_crate').definition])
})

test('tables that somebody made or changed are known from the others', async () => {
  const { org } = world()
  await org.schema.change({
    kind: 'create-column',
    table: 'contact',
    column: {
      type: 'Boolean',
      logicalName: 'new_vip',
      schemaName: 'new_Vip',
      requiredLevel: 'None',
      validForRead: true,
      validForCreate: true,
      validForUpdate: true,
      defaultValue: null,
    },
  })

  const tables = await listTables(asking(org.catalog))

  const customized = tables.filter((table) => table.isCustomized).map((table) => table.logicalName)
  expect(customized.sort()).toEqual(['contact', 'new_parcel', 'new_parcel_contact'])
})

const folder = join(__dirname, '..', '..', '..', 'shared', 'tables')
const present = existsSync(folder)

;(present ? describe : describe.skip)('what real organizations told', () => {
  const files = present
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /^(?:definitions|pages).*\.(?:md|json)$/.test(name),
      )
    : []

  test.each(files)('%s is told without loss', async (file) => {
    const document = readDocument(readFileSync(join(folder, file), 'utf8'), file)
    if (document.kind === 'reference-page') await roundTrip([document.table])
    if (document.kind === 'entity-definitions') await roundTrip(document.tables)
  })
})
