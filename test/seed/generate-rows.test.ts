import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { PayloadValidator } from '../../src/json-schema/validators.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { isRowRef, textOf } from '../../src/rows/value.ts'
import { generateRows } from '../../src/seed/generate-rows.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { TABLES } from '../support/tables.ts'

const ALL = [...PLATFORM_TABLES, ...TABLES, ...ACTIVITY_TABLES]
const CATALOG = new Catalog(ALL)
const CUSTOMERS = ['visit', 'lead', 'contact', 'annotation', 'account', 'project']

test('the same seed gives the same rows, another one others', () => {
  const rows = (seed: number) => generateRows(CATALOG, { tables: CUSTOMERS, seed })

  expect(rows(7)).toEqual(rows(7))
  expect(rows(7)).not.toEqual(rows(8))
})

test('each table has as many rows as asked for, ten where nothing is said', () => {
  const rows = generateRows(CATALOG, { tables: ['account', 'contact'], counts: { account: 3 } })

  expect(rows.filter(({ table }) => table === 'account')).toHaveLength(3)
  expect(rows.filter(({ table }) => table === 'contact')).toHaveLength(10)
})

test('lookups hold rows that come before', () => {
  const seen = new Set<string>()

  for (const { table, values } of generateRows(CATALOG, { tables: CUSTOMERS })) {
    for (const value of Object.values(values)) {
      if (isRowRef(value)) expect(seen).toContain(`${value.table} ${value.id}`)
    }
    seen.add(`${table} ${textOf(values[CATALOG.table(table).primaryId])}`)
  }
})

test('for any seed the rows are valid, and can be created in their order', () => {
  const payloads = new PayloadValidator()

  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const rows = generateRows(CATALOG, { tables: CUSTOMERS, counts: {}, seed })

      for (const { table, values } of rows) payloads.validateCreate(CATALOG.table(table), values)
      const org = emulator({ tables: [...TABLES, ...ACTIVITY_TABLES], rows })
      expect(org.contents().get('contact')).toHaveLength(10)
    }),
    { numRuns: 25 },
  )
})

/** What breaks a value of the column; undefined: the column takes anything. */
function broken(columns: TableDefinition['columns'], name: string): unknown {
  const column = columns.find(({ logicalName }) => logicalName === name)
  if (column === undefined) return undefined
  if ('maxLength' in column) {
    return column.maxLength < 5000 ? 'x'.repeat(column.maxLength + 1) : 'a\u0001'
  }
  if ('max' in column && typeof column.max === 'number') return column.max + 1
  return BROKEN[column.type]
}

const BROKEN: Readonly<Record<string, unknown>> = {
  Boolean: 'maybe',
  Picklist: 987_654,
  MultiSelectPicklist: [987_654],
  Lookup: { table: 'nothing', id: 'x' },
  Customer: { table: 'nothing', id: 'x' },
  DateTime: 'yesterday',
}

test('a row with one broken value fails at that value', () => {
  const payloads = new PayloadValidator()

  fc.assert(
    fc.property(fc.nat(), fc.nat(), (seed, at) => {
      const rows = generateRows(CATALOG, { tables: ['account', 'contact', 'lead'], seed })
      const { table, values } = rows[at % rows.length] ?? { table: '', values: {} }
      const known = CATALOG.table(table)
      const names = Object.keys(values).filter(
        (name) => broken(known.definition.columns, name) !== undefined,
      )
      const name = names[at % names.length] ?? ''
      const wrong = { ...values, [name]: broken(known.definition.columns, name) }

      expect(() => payloads.validateCreate(known, wrong as typeof values)).toThrow(
        expect.objectContaining({ message: expect.stringContaining(`'${name}'`) }),
      )
    }),
  )
})

test('what a row must have is given though the definition names no values', () => {
  const demanded = {
    requiredLevel: 'SystemRequired',
    validForRead: true,
    validForCreate: true,
    validForUpdate: true,
  } as const
  const crate: TableDefinition = {
    logicalName: 'new_crate',
    schemaName: 'new_Crate',
    entitySetName: 'new_crates',
    primaryId: 'new_crateid',
    tableType: 'Standard',
    ownership: 'OrganizationOwned',
    columns: [
      {
        ...demanded,
        type: 'Uniqueidentifier',
        logicalName: 'new_crateid',
        schemaName: 'new_CrateId',
      },
      { ...demanded, type: 'Uniqueidentifier', logicalName: 'new_lot', schemaName: 'new_Lot' },
      {
        ...demanded,
        type: 'Lookup',
        logicalName: 'new_about',
        schemaName: 'new_About',
        targets: [],
      },
      {
        ...demanded,
        type: 'Picklist',
        logicalName: 'new_kind',
        schemaName: 'new_Kind',
        options: [],
        defaultValue: null,
      },
      {
        ...demanded,
        type: 'MultiSelectPicklist',
        logicalName: 'new_marks',
        schemaName: 'new_Marks',
        options: [],
        defaultValue: null,
      },
    ],
    keys: [],
    manyToOne: [],
    oneToMany: [],
    manyToMany: [],
  }
  const catalog = new Catalog([...PLATFORM_TABLES, crate])

  const rows = generateRows(catalog, { tables: ['new_crate', 'account'] })

  const contents = emulator({ tables: [crate], rows }).contents()
  expect(contents.get('account')).toHaveLength(10)
  expect(contents.get('new_crate')).toHaveLength(10)
  for (const row of contents.get('new_crate') ?? []) {
    expect(row).toMatchObject({
      new_kind: 1,
      new_marks: [1],
      new_about: { table: expect.stringMatching(/^(account|new_crate)$/) },
    })
  }
  expect(() => generateRows(catalog, { tables: ['new_crate'] })).toThrow(
    'A row of new_crate needs one of any table in new_about; generate such rows, too, or tell existing ones.',
  )
})

test('a table that needs rows which are not there says which', () => {
  expect(() => generateRows(CATALOG, { tables: ['systemuser'] })).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('businessunit'),
    }),
  )
  expect(() =>
    generateRows(CATALOG, {
      tables: ['systemuser'],
      existing: [{ table: 'businessunit', id: '0e000000-0000-4000-8000-000000000002' }],
    }),
  ).not.toThrow()
})

test.each(['owner', 'activitypointer', 'activityparty', 'teammembership'])(
  'rows of %s, which clients do not create, are refused',
  (table) => {
    expect(() => generateRows(CATALOG, { tables: [table] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  },
)

test('a table nobody defined is refused', () => {
  expect(() => generateRows(CATALOG, { tables: ['nothing'] })).toThrow(
    expect.objectContaining({ code: 'TABLE_UNKNOWN' }),
  )
})

const folder = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')
const present = existsSync(folder)

;(present ? test : test.skip)('real definitions get a data set that can be created', () => {
  const names = ['account', 'contact', 'lead', 'opportunity', 'email', 'annotation']
  const tables = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readEntityDefinitions(readFileSync(join(folder, name), 'utf8'), name))
  const catalog = new Catalog([...PLATFORM_TABLES, ...tables])

  const rows = generateRows(catalog, { tables: names })
  const org = emulator({ tables, rows })

  for (const name of names) expect(org.contents().get(name)).toHaveLength(10)
})
