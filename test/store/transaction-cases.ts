import type { Catalog } from '../../src/metadata/catalog.ts'
import type { Values } from '../../src/rows/value.ts'
import type { Savepoint, Store, Transaction } from '../../src/store/store.ts'
import { account, catalog, contact, guid } from './tables.ts'

/** What every store must do about transactions, snapshots and forks. */
export function transactionCases(open: (catalog: Catalog) => Store): void {
  const named = (number: number, name: string): Values => ({ accountid: guid(number), name })
  const names = async (store: Store) =>
    (store.contents().get('account') ?? []).map((row) => row['name'])

  describe('a transaction', () => {
    test('answers what its work answers', async () => {
      const store = open(catalog)

      expect(await store.transaction(() => 7)).toBe(7)
      expect(await store.transaction(async () => Promise.resolve(8))).toBe(8)
    })

    test('undoes everything when its work throws, now or later', async () => {
      const store = open(catalog)
      const first = await store.transaction((tx) => tx.insert(account, named(1, 'first')))
      const second = await store.transaction((tx) => tx.insert(account, named(2, 'second')))
      const before = store.contents()
      const work = async (tx: Transaction) => {
        await tx.patch(account, first, { name: 'changed' })
        await tx.patch(account, first, { name: 'changed again' })
        await tx.remove(account, second)
        await tx.insert(account, named(2, 'made again'))
        await tx.insert(account, named(3, 'new'))
        await tx.insert(contact, { contactid: guid(4) })
      }

      await expect(
        store.transaction(async (tx) => {
          await work(tx)
          throw new RangeError('later')
        }),
      ).rejects.toThrow('later')
      await expect(
        store.transaction((tx) => {
          void tx.insert(account, named(5, 'new'))
          throw new RangeError('now')
        }),
      ).rejects.toThrow('now')

      expect(store.contents()).toEqual(before)
      expect(await names(store)).toEqual(['first', 'second'])
    })

    test('waits for those that came before, in order of arrival, also for failing ones', async () => {
      const store = open(catalog)
      const seen: string[] = []
      const slow = async (name: string) => {
        seen.push(`${name} begins`)
        await new Promise(setImmediate)
        seen.push(`${name} ends`)
        if (name === 'b') throw new RangeError('b')
      }

      const all = ['a', 'b', 'c'].map((name) => store.transaction(() => slow(name)))
      const results = await Promise.allSettled([...all, store.transaction(() => seen.push('d'))])

      expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends', 'd'])
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
      ])
    })

    test('one that was begun lasts until it is ended, and takes no write afterwards', async () => {
      const store = open(catalog)
      const first = await store.begin()
      const second = store.begin()
      await first.insert(account, named(1, 'kept'))
      await first.commit()

      const tx = await second
      await tx.insert(account, named(2, 'undone'))
      await tx.rollback()

      expect(await names(store)).toEqual(['kept'])
      const refusal = { code: 'TRANSACTION_NOT_STARTED' }
      const late = async () => tx.insert(account, named(3, 'late'))
      await expect(late()).rejects.toMatchObject(refusal)
      await expect((async () => tx.commit())()).rejects.toMatchObject(refusal)
      expect(await names(store)).toEqual(['kept'])
    })

    test('nobody outside sees what it wrote, until it is committed', async () => {
      const store = open(catalog)
      const row = await store.transaction((tx) =>
        tx.insert(account, {
          ...named(1, 'before'),
          accountnumber: 'A',
          parentaccountid: { table: 'account', id: guid(9) },
        }),
      )
      const before = store.contents()
      const { committed } = store
      const byNumber = async (accountnumber: string) =>
        committed.byKey(account, ['accountnumber'], { accountnumber })
      const children = async (id: number) => committed.related(account, 'parentaccountid', guid(id))

      const tx = await store.begin()
      await tx.patch(account, row, {
        name: 'after',
        accountnumber: 'B',
        parentaccountid: { table: 'account', id: guid(8) },
      })
      await tx.insert(account, { ...named(2, 'new'), accountnumber: 'A' })

      expect(await committed.get(account, guid(1))).toBe(row)
      expect(await committed.get(account, guid(2))).toBeUndefined()
      expect(await byNumber('A')).toBe(row)
      expect(await byNumber('B')).toBeUndefined()
      expect(await children(9)).toEqual([row])
      expect(await children(8)).toEqual([])
      expect(store.contents()).toEqual(before)

      await tx.commit()
      expect(await byNumber('A')).toMatchObject({ name: 'new' })
      expect(await byNumber('B')).toMatchObject({ name: 'after' })
      expect(await children(9)).toEqual([])
    })
  })

  describe('a savepoint', () => {
    test('is come back to without losing what was before', async () => {
      const store = open(catalog)

      await store.transaction(async (tx) => {
        const row = await tx.insert(account, named(1, 'first'))
        const savepoint = tx.savepoint()
        await tx.patch(account, row, { name: 'changed' })
        await tx.insert(account, named(2, 'second'))
        await tx.rollbackTo(savepoint)
        await tx.insert(account, named(3, 'third'))
        await tx.rollbackTo(savepoint)
        await tx.insert(account, named(4, 'fourth'))
      })

      expect(await names(store)).toEqual(['first', 'fourth'])
    })

    test('that was itself undone is refused, and nothing changes', async () => {
      const store = open(catalog)

      await store.transaction(async (tx) => {
        const outer = tx.savepoint()
        await tx.insert(account, named(1, 'first'))
        const inner = tx.savepoint()
        await tx.rollbackTo(outer)
        await tx.insert(account, named(2, 'second'))

        await expect((async () => tx.rollbackTo(inner))()).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        })
      })

      expect(await names(store)).toEqual(['second'])
    })

    test('of another transaction is refused', async () => {
      const store = open(catalog)
      let foreign: Savepoint | undefined
      await store.transaction((tx) => {
        foreign = tx.savepoint()
      })

      const work = store.transaction(async (tx) => {
        if (foreign !== undefined) await tx.rollbackTo(foreign)
      })

      await expect(work).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    })
  })

  describe('a snapshot', () => {
    const write = (store: Store, number: number, name: string) =>
      store.transaction((tx) => tx.insert(account, named(number, name)))

    test('is gone back to, however often, and forth to a newer one', async () => {
      const store = open(catalog)
      const first = await write(store, 1, 'one')
      await write(store, 2, 'two')
      const old = store.snapshot()
      const oldContents = store.contents()
      await store.transaction((tx) => tx.remove(account, first))
      await write(store, 3, 'three')
      const recent = store.snapshot()
      const recentContents = store.contents()
      await write(store, 1, 'made again')

      store.restore(old)
      expect(store.contents()).toEqual(oldContents)
      store.restore(recent)
      expect(store.contents()).toEqual(recentContents)
      await write(store, 4, 'four')
      store.restore(old)
      expect(store.contents()).toEqual(oldContents)
      store.restore(old)
      expect(store.contents()).toEqual(oldContents)
    })

    test('is of what is committed', async () => {
      const store = open(catalog)
      const tx = await store.begin()
      await tx.insert(account, named(1, 'one'))
      const snapshot = store.snapshot()
      await tx.commit()

      store.restore(snapshot)

      expect(store.contents().size).toBe(0)
    })

    test('of another store is refused', async () => {
      const store = open(catalog)
      const foreign = open(catalog).snapshot()

      expect(() => store.restore(foreign)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      )
    })

    test('is not restored while a transaction runs', async () => {
      const store = open(catalog)
      const snapshot = store.snapshot()
      const tx = await store.begin()
      await tx.insert(account, named(1, 'one'))

      expect(() => store.restore(snapshot)).toThrow(expect.objectContaining({ code: 'STORE_BUSY' }))

      await tx.commit()
      expect(await names(store)).toEqual(['one'])
    })

    test('goes back over rows that have been forked away in between', async () => {
      const store = open(catalog)
      await write(store, 1, 'one')
      const snapshot = store.snapshot()
      await write(store, 2, 'two')
      const fork = store.fork()
      await write(store, 3, 'three')

      store.restore(snapshot)

      expect(await names(store)).toEqual(['one'])
      expect(await names(fork)).toEqual(['one', 'two'])
    })
  })

  describe('a fork', () => {
    test('has the same rows, and neither sees what the other writes', async () => {
      const store = open(catalog)
      const row = await store.transaction((tx) => tx.insert(account, named(1, 'one')))
      const fork = store.fork()
      expect(fork.contents()).toEqual(store.contents())

      await fork.transaction((tx) => tx.patch(account, row, { name: 'changed in the fork' }))
      await store.transaction((tx) => tx.insert(account, named(2, 'two')))
      await fork.transaction((tx) => tx.insert(contact, { contactid: guid(3) }))

      expect(await names(store)).toEqual(['one', 'two'])
      expect(await names(fork)).toEqual(['changed in the fork'])
      expect(store.contents().has('contact')).toBe(false)
    })

    test('of a store with an open transaction has what is committed', async () => {
      const store = open(catalog)
      const row = await store.transaction((tx) => tx.insert(account, named(1, 'one')))
      const tx = await store.begin()
      await tx.patch(account, row, { name: 'uncommitted' })
      await tx.insert(account, named(2, 'two'))
      const fork = store.fork()
      await tx.commit()

      expect(await names(fork)).toEqual(['one'])
      expect(await names(store)).toEqual(['uncommitted', 'two'])
    })

    test('goes on counting row versions where its origin was', async () => {
      const store = open(catalog)
      await store.transaction((tx) => tx.insert(account, named(1, 'one')))

      const row = await store.fork().transaction((tx) => tx.insert(account, named(2, 'two')))

      expect(row['versionnumber']).toBe(2n)
    })

    test('forks on', async () => {
      const store = open(catalog)
      await store.transaction((tx) => tx.insert(account, named(1, 'one')))
      const child = store.fork()
      await child.transaction((tx) => tx.insert(account, named(2, 'two')))
      const grandchild = child.fork()
      await grandchild.transaction((tx) => tx.insert(account, named(3, 'three')))

      expect(await names(store)).toEqual(['one'])
      expect(await names(child)).toEqual(['one', 'two'])
      expect(await names(grandchild)).toEqual(['one', 'two', 'three'])
    })
  })
}
