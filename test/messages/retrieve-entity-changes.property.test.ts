import fc from 'fast-check'
import type { RetrieveEntityChangesResponse } from '../../src/messages/requests.ts'
import { bigint, text } from '../../src/metadata/platform/columns.ts'
import { textOf } from '../../src/rows/value.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { madeUp } from '../support/tables.ts'

const tables = [
  madeUp('Book', [text('Name', 50), bigint('VersionNumber', 'read-only')], {
    ownership: 'OrganizationOwned',
    changeTrackingEnabled: true,
  }),
]

const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`

/** What one client does, or that it synchronizes. */
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('write'),
      index: fc.nat(7),
      name: fc.string({ maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete'), index: fc.nat(7) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('synchronize'),
      size: fc.integer({ min: 1, max: 4 }),
    }),
  },
)

/** A copy of the table that is kept by changes alone. */
class Mirror {
  readonly rows = new Map<string, unknown>()
  #token: string | undefined

  async synchronize(org: Emulator, Count: number): Promise<void> {
    let PagingCookie: string | null = null
    let token: string
    do {
      const { EntityChanges }: RetrieveEntityChangesResponse = await org.execute(
        'RetrieveEntityChanges',
        {
          EntityName: 'book',
          Columns: ['name'],
          ...(this.#token === undefined ? {} : { DataVersion: this.#token }),
          PageInfo: { Count, PagingCookie },
        },
      )
      for (const change of EntityChanges.Changes) {
        if (change.Type === 'RemoveOrDeleted') this.rows.delete(change.RemovedItem.id)
        else {
          const { bookid, name } = change.NewOrUpdatedEntity
          this.rows.set(textOf(bookid), name)
        }
      }
      PagingCookie = EntityChanges.PagingCookie
      token = EntityChanges.DataToken
    } while (PagingCookie !== null)
    this.#token = token
  }
}

test('whoever follows the changes has the table, whatever happens to it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
      const org = emulator({ tables })
      const mirror = new Mirror()
      const present = () =>
        new Map((org.contents().get('book') ?? []).map((row) => [row['bookid'], row['name']]))
      for (const each of [...actions, { kind: 'synchronize', size: 2 } as const]) {
        if ('size' in each) {
          await mirror.synchronize(org, each.size)
          expect(mirror.rows).toEqual(present())
        } else if ('name' in each) {
          await org.upsert('book', idOf(each.index), { name: each.name })
        } else if (present().has(idOf(each.index))) {
          await org.delete('book', idOf(each.index))
        }
      }
    }),
  )
})
