import fc from 'fast-check'
import { Catalog } from '../../src/metadata/catalog.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { generateRows } from '../../src/seed/generate-rows.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { everything } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'

const RUNS = process.env['LONG'] === undefined ? 25 : 500
const tables = [...TABLES, ...ACTIVITY_TABLES]
const CATALOG = new Catalog([...PLATFORM_TABLES, ...tables])
const SEEDED = ['account', 'contact', 'lead', 'annotation', 'project', 'visit']

/** Deletes the rows at these places, those that are there still and may be deleted. */
async function deleteAt(org: Emulator, places: readonly number[]): Promise<void> {
  const rows = SEEDED.flatMap((table) =>
    [...(org.contents().get(table) ?? [])].map((row) => ({
      table,
      id: row[CATALOG.table(table).primaryId] as string,
    })),
  )
  for (const place of places) {
    const row = rows[place % rows.length]
    if (row === undefined) continue
    await org.delete(row.table, row.id).catch((error: unknown) => {
      if (error instanceof DataverseError && error.code !== 'UNEXPECTED') return
      throw error
    })
  }
}

const rowCounts = (org: Emulator) =>
  new Map([...org.contents()].map(([table, rows]) => [table, rows.length]))

test('deleting rows and going back to a snapshot is the identity, however often', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
      async (seed, places) => {
        const org = emulator({ tables, rows: generateRows(CATALOG, { tables: SEEDED, seed }) })
        const before = everything(org)
        const snapshot = org.snapshot()

        await deleteAt(org, places)
        const left = rowCounts(org)
        org.restore(snapshot)
        expect(everything(org)).toEqual(before)

        // What is looked up by an index, and not in the rows, is back as well.
        await deleteAt(org, places)
        expect(rowCounts(org)).toEqual(left)
        org.restore(snapshot)
        expect(everything(org)).toEqual(before)
      },
    ),
    { numRuns: RUNS },
  )
})
