import { MemoryStore } from '../../src/store/memory/store.ts'
import type { Row } from '../../src/rows/value.ts'
import { account, catalog, guid } from './tables.ts'

/** A store whose accounts are born with it. */
function world() {
  let made = 0
  const store = new MemoryStore(
    catalog,
    new Map([
      [
        'account',
        () => {
          made++
          return [1, 2].map((n) => ({ accountid: guid(n), name: `Native ${n}` }))
        },
      ],
    ]),
  )
  const names = (of: MemoryStore = store) => of.committed.scan(account).map((row) => row['name'])
  const first = (): Row => store.committed.get(account, guid(1)) ?? {}
  return { store, names, first, timesMade: () => made }
}

test('native rows are made when somebody first looks at their table, and once', () => {
  const { names, timesMade } = world()
  expect(timesMade()).toBe(0)

  names()
  names()

  expect(names()).toEqual(['Native 1', 'Native 2'])
  expect(timesMade()).toBe(1)
})

test('native rows are there for who writes first', async () => {
  const { store, names } = world()

  await store.transaction((tx) => {
    tx.insert(account, { accountid: guid(3), name: 'Own' })
  })

  expect(names()).toEqual(['Native 1', 'Native 2', 'Own'])
})

test('a rollback and a snapshot from before leave native rows where they are', async () => {
  const { store, names, first } = world()
  const before = store.snapshot()
  await store
    .transaction((tx) => {
      tx.remove(account, first())
      throw new RangeError('no')
    })
    .catch(() => undefined)
  expect(names()).toEqual(['Native 1', 'Native 2'])
  await store.transaction((tx) => tx.remove(account, first()))
  expect(names()).toEqual(['Native 2'])

  store.restore(before)

  expect(names()).toEqual(['Native 1', 'Native 2'])
})

test('the contents leave a table out until it differs from what it was born with', async () => {
  const { store, names, first } = world()
  names()
  expect(store.contents()).toEqual(new Map())

  await store.transaction((tx) => tx.patch(account, first(), { name: 'Changed' }))

  expect(store.contents().get('account')).toHaveLength(2)
})

test('a fork has the native rows of its own', async () => {
  const { store, names } = world()
  const fork = store.fork()
  await fork.transaction((tx) => tx.remove(account, fork.committed.get(account, guid(1)) ?? {}))

  expect(names()).toEqual(['Native 1', 'Native 2'])
  expect(names(fork)).toEqual(['Native 2'])
})
