import { Clock } from '../../src/authoring/services.ts'
import { bigint, id, text } from '../../src/metadata/platform/columns.ts'
import { clockAt, emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { madeUp } from '../support/tables.ts'

const tables = [
  madeUp('Book', [text('Name', 50), text('Isbn', 20), bigint('VersionNumber', 'read-only')], {
    ownership: 'OrganizationOwned',
    changeTrackingEnabled: true,
  }),
  madeUp('Shelf', [text('Name', 50), bigint('VersionNumber', 'read-only')], {
    ownership: 'OrganizationOwned',
  }),
]
const NOW = '2026-03-02T10:00:00Z'
const VERSION = bigint('VersionNumber', 'read-only')

function world() {
  const clock = clockAt(NOW)
  const org = emulator({ tables, services: [[Clock, clock]] })
  const changes = async (DataVersion?: string, more: object = {}) => {
    const { EntityChanges } = await org.execute('RetrieveEntityChanges', {
      EntityName: 'book',
      Columns: ['name'],
      ...(DataVersion === undefined ? {} : { DataVersion }),
      ...more,
    })
    return EntityChanges
  }
  return { org, clock, changes }
}

/** Names of what is new or changed, ids of what is gone. */
const told = ({ Changes }: Awaited<ReturnType<ReturnType<typeof world>['changes']>>) =>
  Changes.map((change) =>
    change.Type === 'NewOrUpdated' ? change.NewOrUpdatedEntity['name'] : change.RemovedItem.id,
  )

describe('RetrieveEntityChanges (use-change-tracking-synchronize-data-external-systems)', () => {
  test('answers every row without a token, and none that is deleted', async () => {
    const { org, changes } = world()
    const gone = await org.create('book', { name: 'A' })
    await org.create('book', { name: 'B' })
    await org.delete('book', gone)

    const answer = await changes()

    expect(told(answer)).toEqual(['B'])
    expect(answer).toMatchObject({
      MoreRecords: false,
      PagingCookie: null,
      DataToken: expect.stringMatching(/^\d+!03\/02\/2026 10:00:00$/) as string,
    })
  })

  test('answers what is new or changed since the token, then what is gone', async () => {
    const { org, changes } = world()
    const a = await org.create('book', { name: 'A' })
    const b = await org.create('book', { name: 'B' })
    await org.create('book', { name: 'C' })
    const { DataToken } = await changes()

    await org.update('book', b, { name: 'B2' })
    await org.create('book', { name: 'D' })
    await org.delete('book', a)
    const answer = await changes(DataToken)
    const next = await changes(answer.DataToken)

    expect(told(answer)).toEqual(['B2', 'D', a])
    expect(answer.Changes[2]).toEqual({
      Type: 'RemoveOrDeleted',
      RemovedItem: { table: 'book', id: a },
    })
    expect(told(next)).toEqual([])
    expect(told(await changes(DataToken))).toEqual(['B2', 'D', a])
  })

  test('tells of a row that came and went in between', async () => {
    const { org, changes } = world()
    const { DataToken } = await changes()
    const id = await org.create('book', { name: 'A' })
    await org.delete('book', id)

    expect(told(await changes(DataToken))).toEqual([id])
  })

  test('tells of a row that is there again as changed', async () => {
    const { org, changes } = world()
    const id = await org.create('book', { name: 'A' })
    const { DataToken } = await changes()
    await org.delete('book', id)
    await org.create('book', { bookid: id, name: 'again' })

    expect(told(await changes(DataToken))).toEqual(['again'])
    await org.delete('book', id)
    expect(told(await changes(DataToken))).toEqual([id])
  })

  test('comes in pages, changed rows first, with one token for all of them', async () => {
    const { org, changes } = world()
    const gone = await Promise.all(['A', 'B', 'C'].map((name) => org.create('book', { name })))
    const { DataToken } = await changes()
    for (const name of ['D', 'E', 'F']) await org.create('book', { name })
    for (const id of gone) await org.delete('book', id)

    const pages: unknown[][] = []
    const tokens = new Set<string>()
    let PagingCookie: string | null = null
    do {
      const answer: Awaited<ReturnType<typeof changes>> = await changes(DataToken, {
        PageInfo: { Count: 2, PageNumber: pages.length + 1, PagingCookie },
      })
      pages.push(told(answer))
      tokens.add(answer.DataToken)
      PagingCookie = answer.PagingCookie
      // What happens meanwhile is for the next time.
      if (pages.length === 1) await org.create('book', { name: 'late' })
    } while (PagingCookie !== null)
    const [token = ''] = tokens

    expect(pages).toEqual([
      ['D', 'E'],
      ['F', gone[0]],
      [gone[1], gone[2]],
    ])
    expect(tokens.size).toBe(1)
    expect(told(await changes(token))).toEqual(['late'])
    const second = await changes(DataToken, { PageInfo: { Count: 2, PageNumber: 2 } })
    expect(told(second)).toEqual(['F', 'late'])
  })

  test('keeps nothing of deletions before anybody asked, nor of other tables', async () => {
    const { org, changes } = world()
    const deletions = () => org.contents().get('subscriptiontrackingdeletedobject') ?? []
    await org.delete('book', await org.create('book', { name: 'A' }))
    expect(deletions()).toEqual([])

    await changes()
    await org.delete('shelf', await org.create('shelf', { name: 'S' }))
    expect(deletions()).toEqual([])
    await org.delete('book', await org.create('book', { name: 'B' }))
    expect(deletions()).toHaveLength(1)
  })

  test('tells rows of two tables apart that have the same id', async () => {
    const { org, changes } = world()
    const bookid = await org.create('book', { name: 'A' })
    await org.create('account', { accountid: bookid, name: 'A' })
    const before = await changes()
    const accounts = { EntityName: 'account' }
    const { EntityChanges } = await org.execute('RetrieveEntityChanges', accounts)

    await org.delete('book', bookid)
    await org.delete('account', bookid)

    const { DataToken: DataVersion } = EntityChanges
    const after = await org.execute('RetrieveEntityChanges', { ...accounts, DataVersion })
    expect(told(await changes(before.DataToken))).toEqual([bookid])
    expect(after.EntityChanges.Changes).toEqual([
      { Type: 'RemoveOrDeleted', RemovedItem: { table: 'account', id: bookid } },
    ])
  })

  test('tells of an activity that is gone, and of what it had in common with others', async () => {
    const activities = ['new_call', 'activitypointer']
    const { column: version } = VERSION
    const pointers = emulator().catalog.table('activitypointer').definition
    const org = emulator({
      tables: [
        { ...pointers, changeTrackingEnabled: true, columns: [...pointers.columns, version] },
        {
          ...madeUp('new_Call', [text('Subject', 200), VERSION], {
            primaryId: id('ActivityId', 'SystemRequired', 'create-only'),
            primaryName: 'subject',
          }),
          isActivity: true,
          changeTrackingEnabled: true,
        },
      ],
    })
    const called = await org.create('new_call', { subject: 'A' })
    const changes = (EntityName: string, more: object = {}) =>
      org.execute('RetrieveEntityChanges', { EntityName, ...more })
    const before = await Promise.all(activities.map((name) => changes(name)))

    await org.delete('new_call', called)

    for (const [i, table] of activities.entries()) {
      const DataVersion = before[i]?.EntityChanges.DataToken
      const { EntityChanges } = await changes(table, { DataVersion })
      expect(EntityChanges.Changes).toEqual([
        { Type: 'RemoveOrDeleted', RemovedItem: { table, id: called } },
      ])
    }
  })

  test('takes null for what is left out', async () => {
    const { org, changes } = world()
    await org.create('book', { name: 'A' })

    const answer = await changes(undefined, { DataVersion: null, Columns: null, PageInfo: null })

    expect(answer.Changes).toMatchObject([{ NewOrUpdatedEntity: { name: 'A', isbn: null } }])
  })

  test('tells nothing of what was undone', async () => {
    const { org, changes } = world()
    const id = await org.create('book', { name: 'A' })
    const { DataToken } = await changes()

    await expect(
      org.transaction(async (inner) => {
        await inner.delete('book', id)
        await inner.delete('book', id)
      }),
    ).rejects.toMatchObject({ code: 'ROW_NOT_FOUND' })

    expect(told(await changes(DataToken))).toEqual([])
  })

  test('answers all columns where none are named', async () => {
    const { org } = world()
    await org.create('book', { name: 'A', isbn: '1' })

    const { EntityChanges } = await org.execute('RetrieveEntityChanges', { EntityName: 'book' })

    expect(EntityChanges.Changes).toMatchObject([
      { NewOrUpdatedEntity: { name: 'A', isbn: '1', versionnumber: expect.any(BigInt) as bigint } },
    ])
  })

  test('is there for accounts as they come', async () => {
    const { org } = world()
    const id = await org.create('account', { name: 'Contoso' })
    const { EntityChanges } = await org.execute('RetrieveEntityChanges', { EntityName: 'account' })
    await org.delete('account', id)

    const after = await org.execute('RetrieveEntityChanges', {
      EntityName: 'account',
      DataVersion: EntityChanges.DataToken,
    })

    expect(after.EntityChanges.Changes).toEqual([
      { Type: 'RemoveOrDeleted', RemovedItem: { table: 'account', id } },
    ])
  })
})

describe('refused is', () => {
  test('a table that does not track its changes', async () => {
    const { org } = world()

    await refused(org, () => org.execute('RetrieveEntityChanges', { EntityName: 'shelf' }), {
      code: 'CHANGE_TRACKING_OFF',
      message: "Entity shelf isn't enabled for change tracking.",
    })
  })

  test('a token older than seven days', async () => {
    const { org, clock, changes } = world()
    const { DataToken } = await changes()

    clock.advance({ days: 7 })
    expect(told(await changes(DataToken))).toEqual([])
    clock.advance({ seconds: 1 })
    await refused(org, () => changes(DataToken), { code: 'CHANGE_TOKEN_EXPIRED' })
  })

  test('a token of another organization', async () => {
    const { org, changes } = world()
    await org.create('book', { name: 'A' })

    await refused(org, () => changes('0!03/02/2026 10:00:00'), { code: 'CHANGE_TOKEN_EXPIRED' })
    await changes()
    await refused(org, () => changes('0!03/02/2026 10:00:00'), { code: 'CHANGE_TOKEN_EXPIRED' })
  })

  test.each([
    ['a token that is none', { DataVersion: 'x' }, 'INVALID_ARGUMENT'],
    ['a cookie that is none', { PageInfo: { PagingCookie: 'x' } }, 'INVALID_ARGUMENT'],
    ['a column that is not there', { Columns: ['nothing'] }, 'COLUMN_UNKNOWN'],
    ['columns that are no list', { Columns: 5 }, 'INVALID_ARGUMENT'],
    ['a page of nothing', { PageInfo: { Count: 0 } }, 'QUERY_PAGING_INVALID'],
    ['a table that is not there', { EntityName: 'nothing' }, 'TABLE_UNKNOWN'],
  ])('%s', async (_, part, code) => {
    const { org, changes } = world()

    await refused(org, () => changes(undefined, part), { code })
  })
})
