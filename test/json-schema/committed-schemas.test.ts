import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { readSchemaFolder } from '../../src/json-schema/read-folder.ts'
import { parseSchema, printSchema } from '../../src/json-schema/schema-file.ts'
import { printTableTypes } from '../../src/json-schema/table-types.ts'
import { readDocument } from '../../src/metadata/import/read-document.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import type { Column } from '../../src/metadata/column.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'

const ROOT = join(__dirname, '../..')
const SCHEMAS = join(ROOT, 'schemas')
const DOCUMENTS = join(ROOT, '../shared/tables')
const committed = (name: string) => readFileSync(join(SCHEMAS, name), 'utf8')

test.each(PLATFORM_TABLES.map((table) => [table.logicalName, table] as const))(
  'schemas/%s.json is what the built-in definition prints',
  (name, table) => {
    expect(committed(`${name}.json`)).toBe(printSchema(table, { descriptions: false }))
  },
)

test('schemas/tables.d.ts is what the schemas beside it print', () => {
  expect(committed('tables.d.ts')).toBe(printTableTypes(readSchemaFolder(SCHEMAS)))
})

test('no description text is committed', () => {
  for (const table of readSchemaFolder(SCHEMAS)) {
    const texts = [table, ...table.columns.flatMap(withOptions)].map((told) => told.description)

    expect(texts.filter((text) => text !== undefined)).toEqual([])
  }
})

function withOptions(column: Column): readonly { readonly description?: string }[] {
  return 'options' in column ? [column, ...column.options] : [column]
}

const documentsPresent = existsSync(DOCUMENTS)
;(documentsPresent ? describe : describe.skip)('with the documents of shared/tables', () => {
  const tables = documentsPresent ? tablesOf(DOCUMENTS) : []

  test.each(['contactleads', 'exchangesyncidmapping'])(
    'schemas/%s.json is what its reference page prints',
    (name) => {
      const page = tables.find(({ table }) => table.logicalName === name)

      expect(page && printSchema(page.table, { descriptions: false })).toBe(
        committed(`${name}.json`),
      )
    },
  )

  test.each(tables.map(({ file, table }) => [file, table] as const))(
    '%s is read back from its schema as it was',
    (file, table) => {
      const text = printSchema(table)

      expect(parseSchema(text, file)).toStrictEqual(table)
      expect(printSchema(parseSchema(text, file))).toBe(text)
    },
  )
})

interface FromDocument {
  readonly file: string
  readonly table: TableDefinition
}

function tablesOf(folder: string): readonly FromDocument[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly FromDocument[] => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return tablesOf(path)
    if (entry.name === 'README.md') return []
    const document = readDocument(readFileSync(path, 'utf8'), entry.name)
    switch (document.kind) {
      case 'reference-page':
        return [{ file: entry.name, table: document.table }]
      case 'entity-definitions':
        return document.tables.map((table) => ({ file: entry.name, table }))
      case 'extension-page':
      case 'schema':
        return []
      default:
        return document satisfies never
    }
  })
}
