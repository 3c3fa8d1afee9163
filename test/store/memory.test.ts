import { Entry } from '../../src/store/memory/entry.ts'
import { ColumnIndex, idIn } from '../../src/store/memory/column-index.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { storeCases } from './store-cases.ts'
import { storeProperties } from './store-properties.ts'
import { account, catalog, guid } from './tables.ts'
import { transactionCases } from './transaction-cases.ts'

const open = (of: typeof catalog) => new MemoryStore(of)

describe('memory store', () => {
  storeCases(open)
  transactionCases(open)
  storeProperties(open)

  test('a transaction starts at once when nobody waits', () => {
    const store = new MemoryStore(catalog)
    let hasStarted = false

    void store.transaction(() => {
      hasStarted = true
    })

    expect(hasStarted).toBe(true)
    expect(store.begin()).not.toBeInstanceOf(Promise)
  })

  test('a fork shares the rows themselves', () => {
    const store = filled(10)

    const fork = store.fork()

    for (let i = 0; i < 10; i++) {
      expect(fork.committed.get(account, guid(i))).toBe(store.committed.get(account, guid(i)))
    }
  })

  test('taking one row out of a bucket of a hundred thousand looks at no other', () => {
    const index = new ColumnIndex('parentaccountid', idIn)
    let looks = 0
    const entries = Array.from({ length: 100_000 }, (_, made) => {
      const watched = new Proxy(new Entry(undefined, made), {
        get: (entry, property) => {
          looks++
          return Reflect.get(entry, property) as unknown
        },
      })
      index.add('parent', watched)
      return watched
    })
    const middle = entries[50_000] as Entry
    looks = 0

    index.remove('parent', middle)

    expect(looks).toBeLessThan(10)
    const bucket = index.find('parent')
    expect(bucket instanceof Set && bucket.size === 99_999 && !bucket.has(middle)).toBe(true)
  })

  test('a snapshot of a store that did not change is the same snapshot', () => {
    const store = filled(1)
    const snapshot = store.snapshot()

    expect(store.snapshot()).toBe(snapshot)
  })
})

function filled(count: number): MemoryStore {
  const store = new MemoryStore(catalog)
  void store.transaction((tx) => {
    for (let i = 0; i < count; i++) tx.insert(account, { accountid: guid(i), name: `Account ${i}` })
  })
  return store
}
