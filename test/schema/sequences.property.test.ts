import fc from 'fast-check'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import type { SchemaChange } from '../../src/schema/change.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { choice, integer, lookup, money, PARCEL, text } from './tables.ts'

const TABLES = ['new_parcel', 'new_crate', 'account'] as const
const COLUMNS = ['new_One', 'new_Two', 'new_Three'] as const
const RELATIONSHIPS = ['new_first', 'new_second'] as const

const table = fc.constantFrom(...TABLES)
const column = fc.constantFrom(...COLUMNS)
const relationship = fc.constantFrom(...RELATIONSHIPS)
const kinds = [text, integer, money, choice].map((make) => (name: string) => make(name))

const change: fc.Arbitrary<SchemaChange> = fc.oneof(
  fc.constantFrom('new_Parcel', 'new_Crate').map((schemaName) => ({
    kind: 'create-table' as const,
    table: { ...PARCEL, schemaName },
  })),
  table.map((name) => ({ kind: 'delete-table' as const, table: name })),
  fc
    .tuple(table, column, fc.constantFrom(...kinds))
    .map(([name, of, make]) => ({ kind: 'create-column', table: name, column: make(of) }) as const),
  fc
    .tuple(table, column)
    .map(
      ([name, of]) => ({ kind: 'delete-column', table: name, column: of.toLowerCase() }) as const,
    ),
  fc.tuple(table, column).map(
    ([name, of]) =>
      ({
        kind: 'create-key',
        table: name,
        key: { schemaName: `new_By${of}`, columns: [of.toLowerCase()] },
      }) as const,
  ),
  fc
    .tuple(table, column)
    .map(
      ([name, of]) =>
        ({ kind: 'delete-key', table: name, key: `new_by${of.toLowerCase()}` }) as const,
    ),
  fc.tuple(table, table, column, relationship).map(
    ([referencedTable, referencingTable, of, schemaName]) =>
      ({
        kind: 'create-lookup',
        lookup: lookup(of),
        relationships: [{ schemaName, referencedTable, referencingTable }],
      }) as const,
  ),
  fc.tuple(table, table, relationship).map(
    ([first, second, schemaName]) =>
      ({
        kind: 'create-many-to-many',
        relationship: { schemaName, sides: [{ table: first }, { table: second }] },
      }) as const,
  ),
  relationship.map((name) => ({ kind: 'delete-relationship', relationship: name }) as const),
)

/** A change, or a row of the table with something in its columns. */
const move = fc.oneof(
  { weight: 3, arbitrary: change },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('row' as const), table, n: fc.nat(3) }) },
)

test('whatever comes after whatever, tables, rows and keys stay of one piece', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 14 }), async (moves) => {
      const org = emulator()
      for (const each of moves) {
        if (each.kind === 'row') await makeRow(org, each.table, each.n)
        else await changeOrLeave(org, each)
        assertWhole(org)
      }
      const { definitions, choices } = org.catalog
      expect(new Catalog(definitions, [], choices).definitions).toEqual(definitions)
    }),
    { numRuns: 40 },
  )
})

/** What is refused leaves everything as it was. */
async function changeOrLeave(org: Emulator, wanted: SchemaChange): Promise<void> {
  const before = { catalog: org.catalog, contents: org.contents() }
  try {
    await org.schema.change(wanted)
  } catch (error) {
    if (!(error instanceof DataverseError)) throw error
    expect(org.catalog).toBe(before.catalog)
    expect(org.contents()).toEqual(before.contents)
  }
}

async function makeRow(org: Emulator, tableName: string, n: number): Promise<void> {
  const columns = org.catalog.find(tableName)?.columns
  if (columns === undefined) return
  const values = COLUMNS.flatMap((name) => {
    const type = columns.get(name.toLowerCase())?.type
    if (type === 'String') return [[name.toLowerCase(), `value ${n}`]]
    return type === 'Integer' || type === 'Money' ? [[name.toLowerCase(), n]] : []
  })
  try {
    await org.create(tableName, Object.fromEntries(values) as Record<string, never>)
  } catch (error) {
    if (!(error instanceof DataverseError) || error.code !== 'DUPLICATE_KEY') throw error
  }
}

function assertWhole(org: Emulator): void {
  const { catalog } = org
  for (const [name, rows] of org.contents()) {
    const known = catalog.table(name)
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual([...known.storedColumns].sort())
    }
  }
  for (const name of catalog.names) {
    const { manyToOne, columns } = catalog.table(name)
    for (const { referencingColumn, schemaName } of manyToOne) {
      if (schemaName.startsWith('new_')) expect(columns.has(referencingColumn)).toBe(true)
    }
  }
}
