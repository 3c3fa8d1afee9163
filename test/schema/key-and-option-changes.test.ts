import type { Column } from '../../src/metadata/column.ts'
import type { OptionPlace, SchemaChange } from '../../src/schema/change.ts'
import { emulator } from '../../src/testing/index.ts'
import { PROJECT } from '../support/tables.ts'
import { choice, refused, text, withParcels, yesNo } from './tables.ts'

const key = (schemaName: string, ...columns: readonly string[]): SchemaChange => ({
  kind: 'create-key',
  table: 'new_parcel',
  key: { schemaName, columns },
})

describe('a new alternate key', () => {
  test('finds rows that were there, and refuses the next of the kind', async () => {
    const org = await withParcels()
    const id = await org.create('new_parcel', { new_name: 'First', new_weight: 3 })

    await org.schema.change(key('new_ByBoth', 'new_name', 'new_weight'))

    expect(org.findByKey('new_parcel', { new_name: 'FIRST', new_weight: 3 })).toBe(id)
    await expect(
      org.create('new_parcel', { new_name: 'first', new_weight: 3 }),
    ).rejects.toMatchObject({ code: 'DUPLICATE_KEY' })
    await org.create('new_parcel', { new_name: 'first', new_weight: 4 })
  })

  test('over equal rows fails: it finds nothing and refuses nothing', async () => {
    const org = await withParcels()
    await org.create('new_parcel', { new_name: 'First' })
    await org.create('new_parcel', { new_name: 'first' })

    await org.schema.change(key('new_ByName', 'new_name'))

    expect(org.catalog.table('new_parcel').definition.keys).toMatchObject([
      { logicalName: 'new_byname', indexStatus: 'Failed' },
    ])
    expect(() => org.findByKey('new_parcel', { new_name: 'First' })).toThrow(
      expect.objectContaining({ code: 'KEY_NOT_DEFINED' }),
    )
    await org.create('new_parcel', { new_name: 'FIRST' })
  })

  test('compares no rows that leave a column empty', async () => {
    const org = await withParcels()
    await org.create('new_parcel', { new_name: null })
    await org.create('new_parcel', { new_name: null })

    await org.schema.change(key('new_ByName', 'new_name'))

    expect(org.catalog.table('new_parcel').keys).toHaveLength(1)
  })

  test('is refused by name, by columns, by size and number', async () => {
    const org = await withParcels()
    await org.schema.change(key('new_ByName', 'new_name'))
    await org.schema.change({
      kind: 'create-column',
      table: 'new_parcel',
      column: text('new_Long', 4000),
    })
    await org.schema.change({
      kind: 'create-column',
      table: 'new_parcel',
      column: { ...text('new_Secret'), isSecured: true },
    })

    await refused(org, key('new_BYNAME', 'new_weight'), { code: 'KEY_EXISTS' })
    await refused(org, key('new_Other', 'new_name'), { code: 'KEY_COLUMNS_TAKEN' })
    await refused(org, key('Other', 'new_weight'), { code: 'SCHEMA_NAME_INVALID' })
    await refused(org, key('new_Other', 'new_nosuch'), { code: 'COLUMN_UNKNOWN' })
    await refused(org, key('new_Other', 'statecode'), { code: 'INVALID_ARGUMENT' })
    await refused(org, key('new_Other', 'new_long'), { code: 'INVALID_ARGUMENT' })
    await refused(org, key('new_Other', 'new_secret'), { code: 'INVALID_ARGUMENT' })
    await refused(org, key('new_Other', 'new_weight', 'new_weight'), { code: 'INVALID_ARGUMENT' })
    await refused(org, key('new_Other'), { code: 'INVALID_ARGUMENT' })
    for (let n = 1; n < 10; n++) {
      await org.schema.change({
        kind: 'create-column',
        table: 'new_parcel',
        column: text(`new_Code${n}`),
      })
      await org.schema.change(key(`new_By${n}`, `new_code${n}`))
    }
    await refused(org, key('new_Eleventh', 'new_weight'), { code: 'INVALID_ARGUMENT' })
  })

  test('of a virtual table is refused', async () => {
    const org = emulator({ tables: [{ ...PROJECT, tableType: 'Virtual' }] })
    const onProject: SchemaChange = {
      kind: 'create-key',
      table: 'project',
      key: { schemaName: 'new_ByRegion', columns: ['region'] },
    }

    await refused(org, onProject, { code: 'INVALID_ARGUMENT' })
  })

  test('goes when it is deleted', async () => {
    const org = await withParcels()
    await org.schema.change(key('new_ByName', 'new_name'))
    const remove: SchemaChange = { kind: 'delete-key', table: 'new_parcel', key: 'new_byname' }

    await org.schema.change(remove)

    expect(org.catalog.table('new_parcel').keys).toEqual([])
    await refused(org, remove, { code: 'KEY_UNKNOWN', number: 0x80041140 })
  })
})

const SIZE: OptionPlace = { table: 'new_parcel', column: 'new_size' }
const STATUS: OptionPlace = { table: 'new_parcel', column: 'statuscode' }

describe('the options of a choice', () => {
  test('grow, change, move and go', async () => {
    const org = await withParcels()
    const optionsNow = () => {
      const column = org.catalog.table('new_parcel').columns.get('new_size')
      return column !== undefined && 'options' in column ? column.options : []
    }

    const third = await org.schema.change({
      kind: 'insert-option',
      of: SIZE,
      option: { value: 7, label: 'Huge' },
    })
    const next = await org.schema.change({
      kind: 'insert-option',
      of: SIZE,
      option: { label: 'Odd' },
    })
    await org.schema.change({ kind: 'update-option', of: SIZE, value: 1, label: 'Tiny' })
    await org.schema.change({
      kind: 'order-options',
      of: SIZE,
      values: [7, 2, 1, 100_000_000],
    })
    await org.schema.change({ kind: 'delete-option', of: SIZE, value: 2 })

    expect([third.optionValue, next.optionValue]).toEqual([7, 100_000_000])
    expect(optionsNow()).toEqual([
      { value: 7, label: 'Huge' },
      { value: 1, label: 'Tiny' },
      { value: 100_000_000, label: 'Odd' },
    ])
    const id = await org.create('new_parcel', { new_size: 7 })
    expect(await org.retrieve('new_parcel', id)).toMatchObject({ new_size: 7 })
    await expect(org.create('new_parcel', { new_size: 2 })).rejects.toMatchObject({
      code: 'CHOICE_OUT_OF_RANGE',
    })
  })

  test('of several columns change together', async () => {
    const org = await withParcels()
    await org.schema.change({
      kind: 'create-choice',
      choice: { name: 'new_kinds', options: [{ value: 1, label: 'One' }] },
    })
    for (const name of ['new_First', 'new_Second']) {
      await org.schema.change({
        kind: 'create-column',
        table: 'new_parcel',
        column: choice(name, 'new_kinds'),
      })
    }

    await org.schema.change({
      kind: 'insert-option',
      of: { choice: 'new_kinds' },
      option: { value: 2, label: 'Two' },
    })

    const id = await org.create('new_parcel', { new_first: 2, new_second: 2 })
    expect(await org.retrieve('new_parcel', id)).toMatchObject({ new_first: 2, new_second: 2 })
    await refused(
      org,
      { kind: 'delete-choice', choice: 'new_kinds' },
      { code: 'CHOICE_IN_USE', message: expect.stringContaining('new_parcel.new_first') },
    )
  })

  test('are not doubled, nor changed where they are not', async () => {
    const org = await withParcels()
    const insert = (of: OptionPlace): SchemaChange => ({
      kind: 'insert-option',
      of,
      option: { value: 1 },
    })

    await refused(org, insert(SIZE), { code: 'INVALID_ARGUMENT' })
    for (const value of [-1, 0.5, 2_147_483_648]) {
      const odd: SchemaChange = { kind: 'insert-option', of: SIZE, option: { value } }
      await refused(org, odd, { code: 'INVALID_ARGUMENT' })
    }
    await refused(org, insert(STATUS), { code: 'INVALID_ARGUMENT' })
    await refused(org, insert({ choice: 'new_nosuch' }), { code: 'INVALID_ARGUMENT' })
    await refused(org, insert({ table: 'new_parcel', column: 'new_nosuch' }), {
      code: 'COLUMN_UNKNOWN',
    })
    await refused(
      org,
      { kind: 'update-option', of: SIZE, value: 9, label: 'Nine' },
      { code: 'INVALID_ARGUMENT' },
    )
    await refused(
      org,
      { kind: 'order-options', of: SIZE, values: [1] },
      { code: 'INVALID_ARGUMENT' },
    )
    await refused(
      org,
      { kind: 'order-options', of: SIZE, values: [1, 1] },
      { code: 'INVALID_ARGUMENT' },
    )
    await refused(
      org,
      { kind: 'update-option', of: { table: 'new_parcel', column: 'new_name' }, value: 1 },
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('yes and no keep their two, under other labels', async () => {
    const org = await withParcels()
    await org.schema.change({
      kind: 'create-column',
      table: 'new_parcel',
      column: yesNo('new_Fragile'),
    })
    const of = { table: 'new_parcel', column: 'new_fragile' }

    await org.schema.change({ kind: 'update-option', of, value: 1, label: 'Fragile' })

    expect(org.catalog.table('new_parcel').columns.get('new_fragile')).toMatchObject({
      trueLabel: 'Fragile',
      falseLabel: 'No',
    })
    await refused(org, { kind: 'delete-option', of, value: 0 }, { code: 'OPTION_KIND_FIXED' })
  })
})

describe('states and statuses', () => {
  test('a status is added to its state, and rows take it', async () => {
    const org = await withParcels()

    const { optionValue } = await org.schema.change({
      kind: 'insert-status',
      table: 'new_parcel',
      state: 1,
      option: { label: 'Lost' },
    })

    expect(optionValue).toBe(100_000_000)
    const id = await org.create('new_parcel', { new_name: 'First' })
    await org.update('new_parcel', id, { statecode: 1, statuscode: 100_000_000 })
    expect(await org.retrieve('new_parcel', id)).toMatchObject({ statuscode: 100_000_000 })
    await expect(
      org.update('new_parcel', id, { statecode: 0, statuscode: 100_000_000 }),
    ).rejects.toMatchObject({ code: 'STATUS_INVALID_FOR_STATE' })
  })

  test('a state takes another label and another default status', async () => {
    const org = await withParcels()
    await org.schema.change({
      kind: 'insert-status',
      table: 'new_parcel',
      state: 1,
      option: { value: 5, label: 'Lost' },
    })

    await org.schema.change({
      kind: 'update-state',
      table: 'new_parcel',
      value: 1,
      label: 'Closed',
      defaultStatus: 5,
    })

    const id = await org.create('new_parcel', { new_name: 'First' })
    await org.update('new_parcel', id, { statecode: 1 })
    expect(await org.retrieve('new_parcel', id)).toMatchObject({ statuscode: 5 })
    await org.schema.change({ kind: 'delete-option', of: STATUS, value: 2 })
    await refused(
      org,
      { kind: 'delete-option', of: STATUS, value: 5 },
      { code: 'DEFAULT_STATUS_FIXED' },
    )
  })

  test('are refused where they do not fit', async () => {
    const org = await withParcels()
    const state = { table: 'new_parcel', column: 'statecode' }

    await refused(
      org,
      { kind: 'insert-status', table: 'new_parcel', state: 9, option: {} },
      { code: 'INVALID_ARGUMENT' },
    )
    await refused(
      org,
      { kind: 'update-state', table: 'new_parcel', value: 1, defaultStatus: 1 },
      { code: 'INVALID_ARGUMENT' },
    )
    await refused(
      org,
      { kind: 'delete-option', of: state, value: 1 },
      { code: 'OPTION_KIND_FIXED' },
    )
    await refused(
      emulator(),
      { kind: 'insert-status', table: 'systemuser', state: 0, option: {} },
      { code: 'COLUMN_UNKNOWN' },
    )
  })
})

describe('a global choice', () => {
  test('is refused by name and by options', async () => {
    const org = emulator()
    const create = (name: string, ...values: readonly number[]): SchemaChange => ({
      kind: 'create-choice',
      choice: { name, options: values.map((value) => ({ value })) },
    })
    await org.schema.change(create('new_Kinds', 1))

    await refused(org, create('new_KINDS', 1), { code: 'SCHEMA_NAME_TAKEN' })
    await refused(org, create('kinds', 1), { code: 'SCHEMA_NAME_INVALID' })
    await refused(org, create('new_Other', 1, 1), { code: 'INVALID_ARGUMENT' })
    await refused(org, create('new_Other', -1), { code: 'INVALID_ARGUMENT' })
    await refused(
      org,
      { kind: 'delete-choice', choice: 'new_nosuch' },
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('changes its labels and goes', async () => {
    const org = emulator()
    await org.schema.change({
      kind: 'create-choice',
      choice: { name: 'new_kinds', displayName: 'Kinds', options: [] },
    })

    await org.schema.change({
      kind: 'update-choice',
      choice: 'new_kinds',
      labels: { displayName: 'Sorts', description: 'Of parcels' },
    })

    expect(org.catalog.choices).toEqual([
      { name: 'new_kinds', displayName: 'Sorts', description: 'Of parcels', options: [] },
    ])
    await org.schema.change({ kind: 'delete-choice', choice: 'new_kinds' })
    expect(org.catalog.choices).toEqual([])
  })

  test('that columns of the platform share is not deleted', async () => {
    const shared: Column = { ...choice('new_Size'), globalChoiceName: 'incident_kinds' } as Column
    const { definition } = (await withParcels()).catalog.table('new_parcel')
    const org = emulator({
      tables: [
        {
          ...definition,
          columns: [...definition.columns.filter((c) => c.logicalName !== 'new_size'), shared],
        },
      ],
    })

    await refused(
      org,
      { kind: 'delete-choice', choice: 'incident_kinds' },
      { code: 'CHOICE_IN_USE' },
    )
  })
})
