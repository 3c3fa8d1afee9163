import { Catalog } from '../../src/metadata/catalog.ts'
import type { Column } from '../../src/metadata/column.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'

const base = (logicalName: string) => ({
  logicalName,
  schemaName: logicalName,
  requiredLevel: 'None' as const,
  validForRead: true,
  validForCreate: true,
  validForUpdate: true,
})
const text = (name: string): Column => ({ ...base(name), type: 'String', maxLength: 100 })

const parcel = (...names: readonly string[]): TableDefinition => ({
  logicalName: 'parcel',
  schemaName: 'parcel',
  entitySetName: 'parcels',
  primaryId: 'parcelid',
  tableType: 'Standard',
  ownership: 'None',
  columns: [{ ...base('parcelid'), type: 'Uniqueidentifier' }, ...names.map(text)],
  keys: [],
  manyToOne: [],
  oneToMany: [],
  manyToMany: [],
})

/** A store with one row, and the tables it began with. */
async function withRow() {
  const catalog = new Catalog([parcel('name', 'code')])
  const store = new MemoryStore(catalog)
  const row = { parcelid: '1', name: 'First', code: 'A' }
  await store.transaction((tx) => tx.insert(catalog.table('parcel'), row))
  return { store, catalog, row }
}

test('rows take the shape of other tables: new columns empty, others gone', async () => {
  const { store } = await withRow()
  const next = new Catalog([parcel('name', 'weight')])

  store.useCatalog(next)

  expect({ ...store.committed.get(next.table('parcel'), '1') }).toEqual({
    parcelid: '1',
    name: 'First',
    weight: null,
  })
})

test('rows of tables of the same shape are the very rows they were', async () => {
  const { store, catalog } = await withRow()
  const before = store.committed.get(catalog.table('parcel'), '1')
  const next = new Catalog([{ ...parcel('name', 'code'), displayName: 'Parcel' }])

  store.useCatalog(next)

  expect(store.committed.get(next.table('parcel'), '1')).toBe(before)
})

test('rows of tables that are gone are gone', async () => {
  const { store, catalog } = await withRow()

  store.useCatalog(new Catalog([]))
  store.useCatalog(catalog)

  expect(store.committed.get(catalog.table('parcel'), '1')).toBeUndefined()
})

test('a fork goes on with the tables and rows it has', async () => {
  const { store, catalog, row } = await withRow()
  const fork = store.fork()

  store.useCatalog(new Catalog([parcel('name')]))

  expect({ ...fork.committed.get(catalog.table('parcel'), '1') }).toEqual(row)
  await fork.transaction((tx) =>
    tx.insert(catalog.table('parcel'), { parcelid: '2', name: 'Second', code: 'B' }),
  )
  expect(fork.contents().get('parcel')).toHaveLength(2)
  expect(store.contents().get('parcel')).toHaveLength(1)
})

test('what was understood of the former tables is not written', async () => {
  const { store, catalog } = await withRow()
  const former = catalog.table('parcel')
  store.useCatalog(new Catalog([parcel('name', 'weight')]))
  const before = store.contents()

  await expect(
    store.transaction((tx) => tx.insert(former, { parcelid: '2', name: 'Second' })),
  ).rejects.toMatchObject({ code: 'TABLE_CHANGED' })

  expect(store.contents()).toEqual(before)
})

test('tables do not change under a transaction that has written', async () => {
  const { store, catalog } = await withRow()
  const tx = await store.begin()
  tx.insert(catalog.table('parcel'), { parcelid: '2', name: 'Second' })

  expect(() => store.useCatalog(new Catalog([]))).toThrow(
    expect.objectContaining({ code: 'STORE_BUSY' }),
  )

  tx.commit()
  expect(store.contents().get('parcel')).toHaveLength(2)
})

test('snapshots from before can not be restored', async () => {
  const { store, catalog } = await withRow()
  const before = store.snapshot()
  store.useCatalog(new Catalog([parcel('name', 'code', 'weight')]))

  expect(() => store.restore(before)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))

  expect(store.contents().get('parcel')).toHaveLength(1)
  expect(catalog.table('parcel').columns.has('weight')).toBe(false)
})
