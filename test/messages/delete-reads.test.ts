import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import type { Table } from '../../src/metadata/table.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import type { Row } from '../../src/rows/value.ts'
import { CommittedReader, MemoryReader } from '../../src/store/memory/reader.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { madeUp, pointer, standardColumns } from '../support/tables.ts'

/* What a Delete over many relationships costs: counted in rows that are read, never in time. */

const ROWS = 10_000
const RELATIONSHIPS = 20
const ref = (table: string, id: string) => ({ table, id })
const [GOING, STAYING] = [0, 1].map((at) =>
  ref('account', `acc00000-0000-4000-8000-00000000000${at}`),
)

/** Of the platform's own tables and of real ones, where those are there. */
const KNOWN = [
  'account.parentaccountid',
  'account.msa_managingpartnerid',
  'contact.parentcustomerid',
  'contact.msa_managingpartnerid',
  'lead.customerid',
  'lead.parentaccountid',
  'annotation.objectid',
  'email.regardingobjectid',
  'opportunity.customerid',
  'opportunity.parentaccountid',
].map((name) => name.split('.') as [table: string, column: string])

/** Every second one goes with its account, the others are unlinked. */
const VISITS = Array.from({ length: RELATIONSHIPS }, (_, at) => `visit${at}`)
const visits = VISITS.map((name, at) =>
  madeUp(name, [
    text('Name', 50),
    pointer('AccountId', 'account', `${name}_account`, at % 2 === 0 ? 'Cascade' : 'RemoveLink'),
    ...standardColumns(name),
  ]),
)

/** An organization with two accounts of which each has as many rows around it. */
function world(definitions: readonly TableDefinition[]) {
  const tables = [...definitions, ...visits]
  const { catalog } = emulator({ tables })
  const lookups = [
    ...KNOWN.filter(([table, column]) => catalog.find(table)?.columns.has(column) === true),
    ...VISITS.map((table) => [table, 'accountid'] as const),
  ].slice(0, RELATIONSHIPS)
  const rows = [GOING, STAYING].flatMap((parent, which) => [
    { table: 'account', values: { accountid: parent?.id, name: 'Contoso' } },
    ...Array.from({ length: ROWS }, (_, at) => {
      const [table = '', column = ''] = lookups[at % RELATIONSHIPS] ?? []
      const { primaryId, primaryName = '' } = catalog.table(table)
      const id = `${which}0000000-0000-4000-8000-${at.toString().padStart(12, '0')}`
      return { table, values: { [primaryId]: id, [primaryName]: 'Row', [column]: parent } }
    }),
  ])
  return { org: emulator({ tables, rows }), lookups }
}

/** Every row that somebody is handed, by table and id, and how often whole tables are gone through. */
function watchReads() {
  const rows = new Map<string, number>()
  const whole: string[] = []
  const note = (table: Table, row: Row | undefined) => {
    if (row === undefined) return
    const key = `${table.logicalName} ${String(row[table.primaryId])}`
    rows.set(key, (rows.get(key) ?? 0) + 1)
  }
  const { get, related, byKey } = MemoryReader.prototype
  const spies = [
    jest.spyOn(MemoryReader.prototype, 'get').mockImplementation(function (
      this: MemoryReader,
      table,
      id,
    ) {
      const row = get.call(this, table, id)
      note(table, row)
      return row
    }),
    jest.spyOn(MemoryReader.prototype, 'byKey').mockImplementation(function (
      this: MemoryReader,
      ...asked
    ) {
      const row = byKey.call(this, ...asked)
      note(asked[0], row)
      return row
    }),
    jest.spyOn(MemoryReader.prototype, 'related').mockImplementation(function (
      this: MemoryReader,
      ...asked
    ) {
      const found = related.call(this, ...asked)
      for (const row of found) note(asked[0], row)
      return found
    }),
    jest.spyOn(MemoryReader.prototype, 'scan').mockImplementation((table) => {
      whole.push(table.logicalName)
      return []
    }),
    jest.spyOn(MemoryReader.prototype, 'select').mockImplementation((query) => {
      whole.push(JSON.stringify(query))
      return { rows: [], moreRows: false }
    }),
  ]
  return {
    rows,
    whole,
    end() {
      for (const spy of spies) spy.mockRestore()
    },
  }
}

async function deletesReadingOnlyItsOwn(definitions: readonly TableDefinition[]): Promise<void> {
  const { org, lookups } = world(definitions)
  expect(new Set(lookups.map(String)).size).toBe(RELATIONSHIPS)
  const reads = watchReads()

  await org.delete('account', GOING?.id ?? '')

  reads.end()
  const others = [...reads.rows.keys()].filter(
    (key) => !/ 0[0-9a-f]{7}-|acc00000-0000-4000-8000-000000000000$/.test(key),
  )
  expect(others).toEqual([])
  expect(reads.whole).toEqual([])
  const related = [...reads.rows].filter(([key]) => / 00000000-/.test(key))
  expect(related).toHaveLength(ROWS)
  // Looked for, planned, and found again when it goes: never more often, however many relationships there are.
  expect(Math.max(...related.map(([, count]) => count))).toBeLessThanOrEqual(4)
  // The rows of the other account are there.
  const left = lookups.map(([table, column]) =>
    new CommittedReaderOf(org).related(table, column),
  )
  expect(left.reduce((sum, count) => sum + count, 0)).toBe(ROWS)
}
