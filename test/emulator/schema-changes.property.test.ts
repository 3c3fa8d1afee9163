import fc from 'fast-check'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import type { SchemaChange } from '../../src/schema/change.ts'
import type { Emulator } from '../../src/testing/index.ts'
import { PARCEL, text, withParcels } from '../schema/tables.ts'
import { step } from '../support/steps.ts'

/** Its rows are typed with the columns there are when types are made. */
const PARCELS: string = 'new_parcel'
const NAMES = ['new_First', 'new_Second']

const turn = () => new Promise((resolve) => setImmediate(resolve))
const change = (told: SchemaChange) => (org: Emulator) => org.schema.change(told)

const first = async (org: Emulator): Promise<string | undefined> => {
  const { rows } = await org.retrieveMultiple({ table: PARCELS, columns: ['new_parcelid'] })
  return rows[0]?.['new_parcelid'] as string | undefined
}

/** Requests of callers, and changes of the very table they are about. */
const ACTIONS: readonly ((org: Emulator) => Promise<unknown>)[] = [
  ...NAMES.flatMap((name) => [
    change({ kind: 'create-column', table: PARCELS, column: text(name) }),
    change({ kind: 'delete-column', table: PARCELS, column: name.toLowerCase() }),
    (org: Emulator) => org.create(PARCELS, { new_name: 'A', [name.toLowerCase()]: 'x' }),
    (org: Emulator) =>
      org.retrieveMultiple({
        table: PARCELS,
        columns: 'all',
        order: [{ column: 'new_name', descending: false }],
      }),
  ]),
  change({ kind: 'delete-table', table: PARCELS }),
  change({ kind: 'create-table', table: PARCEL }),
  change({
    kind: 'create-key',
    table: PARCELS,
    key: { schemaName: 'new_ByName', columns: ['new_name'] },
  }),
  async (org) => {
    const id = await first(org)
    if (id !== undefined) await org.update(PARCELS, id, { new_name: 'B' })
  },
  async (org) => {
    const id = await first(org)
    if (id !== undefined) await org.delete(PARCELS, id)
  },
  (org) =>
    org.transaction(async (tx) => {
      await tx.create(PARCELS, { new_name: 'C' })
      await turn()
      await tx.create(PARCELS, { new_name: 'D' })
    }),
]

/** Whether it was carried out or refused by name. */
async function isAnswered(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    return error instanceof DataverseError && error.code !== 'UNEXPECTED'
  }
}

test('requests, jobs and changes of tables side by side are carried out or refused by name, and every row is of its table', async () => {
  const action = fc.record({ of: fc.nat(ACTIONS.length - 1), waits: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 30 }), async (actions) => {
      const org = await withParcels({
        steps: [
          step({ message: 'Create', table: null, stage: 10 }, async () => void (await turn())),
          step({ message: 'Create', table: null, stage: 40, mode: 'async' }, async () => {
            await turn()
          }),
        ],
      })

      const work: Promise<boolean>[] = []
      for (const { of, waits } of actions) {
        work.push(isAnswered(Promise.resolve(ACTIONS[of]?.(org))))
        if (waits) await turn()
      }
      const answered = await Promise.all(work)
      await org.settle()

      expect(answered).not.toContain(false)
      expect(org.jobs.filter(({ state }) => state === 'failed')).toEqual([])
      for (const [name, rows] of org.contents()) {
        const known = new Set(org.catalog.table(name).columns.keys())
        const odd = rows.flatMap((row) => Object.keys(row).filter((column) => !known.has(column)))
        expect([name, odd]).toEqual([name, []])
      }
    }),
    { numRuns: 30 },
  )
})
