import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Catalog } from '../../src/metadata/catalog.ts'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { madeUp } from '../support/tables.ts'

/* What a start costs: counted in tables that are made ready, never in time (that is w9 of the benchmarks). */

/** The tables somebody asked the catalog for so far: these are made ready, the others are definitions. */
function readied() {
  const { mock } = jest.spyOn(Catalog.prototype, 'find')
  return () => new Set(mock.calls.map(([logicalName]) => logicalName))
}

afterEach(() => jest.restoreAllMocks())

/** What every organization has rows of from the beginning. */
const OWN = [
  'businessunit',
  'organization',
  'owner',
  'systemuser',
  'team',
  'teammembership',
  'transactioncurrency',
  'usersettings',
]

test('a start makes the tables ready that the organization’s own rows are of', () => {
  const tables = Array.from({ length: 100 }, (_, at) => madeUp(`Table${at}`, []))
  const touched = readied()

  emulator({ tables })

  expect([...touched()].sort()).toEqual(OWN)
})

test('a request makes its table ready, and those its lookups and relationships lead to', async () => {
  const tables = [madeUp('Table1', []), madeUp('Table2', [])]
  const org = emulator({ tables })
  const touched = readied()

  const id = await org.create('table1', {})
  await org.delete('table1', id)

  expect(touched()).toContain('table1')
  expect(touched()).not.toContain('table2')
  expect(touched()).not.toContain('account')
})

/** Real exports, kept outside the project. */
const FOLDER = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')

;(existsSync(FOLDER) ? describe : describe.skip)(
  'with the definitions of shared/tables/definitions',
  () => {
    const definitions = () =>
      readdirSync(FOLDER)
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => readEntityDefinitions(readFileSync(join(FOLDER, name), 'utf8'), name))

    test('a start makes no more of them ready; a new account leaves those alone that it does not lead to', async () => {
      const touched = readied()

      const org = emulator({ tables: definitions() })
      expect([...touched()].sort()).toEqual(OWN)
      expect(org.catalog.names.length).toBeGreaterThan(PLATFORM_TABLES.length)

      await org.create('account', { name: 'Contoso' })
      expect(touched()).toContain('account')
      for (const table of ['activityparty', 'annotation', 'email', 'opportunity', 'teamtemplate']) {
        expect(touched()).not.toContain(table)
      }
    })
  },
)
