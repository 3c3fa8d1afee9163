import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Table } from '../../src/metadata/table.ts'
import { textOf, type Row } from '../../src/rows/value.ts'
import { MemoryReader } from '../../src/store/memory/reader.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { madeUp, pointer, standardColumns } from '../support/tables.ts'

/* What a Delete over many relationships costs: counted in rows that are read, never in time. */

const ROWS = 10_000
const RELATIONSHIPS = 20
const account = (id: string) => ({ table: 'account', id })
const GOING = account('acc00000-0000-4000-8000-000000000000')
const STAYING = account('acc00000-0000-4000-8000-000000000001')

/** Lookups of the platform's own tables and of real ones, where those are there. */
const KNOWN: readonly (readonly [table: string, column: string])[] = [
  ['account', 'parentaccountid'],
  ['account', 'msa_managingpartnerid'],
  ['contact', 'parentcustomerid'],
  ['contact', 'msa_managingpartnerid'],
  ['lead', 'customerid'],
  ['lead', 'parentaccountid'],
  ['annotation', 'objectid'],
  ['opportunity', 'customerid'],
  ['opportunity', 'parentaccountid'],
]

/** The others are made up: every second row goes with its account, the rest is unlinked. */
const VISITS = Array.from({ length: RELATIONSHIPS }, (_, at) => `visit${at}`)
const visits = VISITS.map((name, at) =>
  madeUp(name, [
    text('Name', 50),
    pointer('AccountId', 'account', `${name}_account`, at % 2 === 0 ? 'Cascade' : 'RemoveLink'),
    ...standardColumns(name),
  ]),
)

/** Two accounts with rows that point at them over as many relationships; the second one has few. */
function twoAccounts(definitions: readonly TableDefinition[]) {
  const tables = [...definitions, ...visits]
  const { catalog } = emulator({ tables })
  const lookups = [
    ...KNOWN.filter(([table, column]) => catalog.find(table)?.columns.has(column) === true),
    ...VISITS.map((table) => [table, 'accountid'] as const),
  ].slice(0, RELATIONSHIPS)
  const around = (parent: typeof GOING, digit: string, rows: number) =>
    Array.from({ length: rows / RELATIONSHIPS }, (_, at) =>
      lookups.map(([name, column], which) => {
        const { primaryId, primaryName = '' } = catalog.table(name)
        const number = (at * RELATIONSHIPS + which).toString().padStart(12, '0')
        const id = `${digit}0000000-0000-4000-8000-${number}`
        return { table: name, values: { [primaryId]: id, [primaryName]: 'Row', [column]: parent } }
      }),
    ).flat()
  const accounts = [GOING, STAYING].map(({ table, id }) => ({
    table,
    values: { accountid: id, name: 'Contoso' },
  }))
  const rows = [...accounts, ...around(GOING, '1', ROWS), ...around(STAYING, '2', ROWS / 100)]
  return emulator({ tables, rows })
}

/** How often each row is handed out while `work` runs, by table and id; and how often a whole table is gone through. */
async function readsOf(work: () => Promise<unknown>) {
  const found = (['get', 'byKey', 'related'] as const).map((name) =>
    jest.spyOn(MemoryReader.prototype, name),
  )
  const searched = (['scan', 'select'] as const).map((name) =>
    jest.spyOn(MemoryReader.prototype, name),
  )

  await work()

  const rows = new Map<string, number>()
  for (const { mock } of found) {
    mock.calls.forEach(([table], call) => {
      // Each answer is a row, rows, or nothing.
      const answer = mock.results[call]?.value as Row | readonly Row[] | undefined
      for (const row of [answer ?? []].flat()) count(rows, table, row)
    })
  }
  return { rows, searches: searched.flatMap(({ mock }) => mock.calls).length }
}

function count(rows: Map<string, number>, table: Table, row: Row): void {
  const key = `${table.logicalName} ${textOf(row[table.primaryId])}`
  rows.set(key, (rows.get(key) ?? 0) + 1)
}

afterEach(() => jest.restoreAllMocks())

async function deleteReadsItsOwnRows(definitions: readonly TableDefinition[]): Promise<void> {
  const org = twoAccounts(definitions)

  const { rows, searches } = await readsOf(() => org.delete('account', GOING.id))

  const related = [...rows].filter(([key]) => / 10000000-/.test(key))
  expect(related).toHaveLength(ROWS)
  expect([...rows.keys()].filter((key) => / 20000000-/.test(key))).toEqual([])
  expect(rows.has(`account ${STAYING.id}`)).toBe(false)
  // Beside them: the account itself, and a few rows of the organization, however many go.
  expect(rows.size - ROWS).toBeLessThan(10)
  expect(searches).toBe(0)
  // To be looked for, to be planned, to be found present, to be read by its own Delete.
  expect(Math.max(...related.map(([, times]) => times))).toBeLessThanOrEqual(4)
  expect(org.peek('account', GOING.id)).toBeUndefined()
  expect(org.peek('account', STAYING.id)).toBeDefined()
}

test('deleting an account with 10,000 rows over 20 relationships reads those rows alone', () =>
  deleteReadsItsOwnRows([]))

/** Real exports, kept outside the project. */
const FOLDER = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')

;(existsSync(FOLDER) ? describe : describe.skip)('with real definitions', () => {
  test('deleting such an account reads those rows alone, too', () =>
    deleteReadsItsOwnRows(
      readdirSync(FOLDER)
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => readEntityDefinitions(readFileSync(join(FOLDER, name), 'utf8'), name)),
    ))
})
