import type { Column } from '../../src/metadata/column.ts'
import type { SchemaChange } from '../../src/schema/change.ts'
import { emulator } from '../../src/testing/index.ts'
import { image, step } from '../support/steps.ts'
import {
  choice,
  integer,
  money,
  PARCEL,
  RECEIVER,
  refused,
  text,
  withParcels,
  yesNo,
} from './tables.ts'

/** Its rows are typed with the columns there are when types are made. */
const ACCOUNTS: string = 'account'

const create = (column: Column, table = 'new_parcel'): SchemaChange => ({
  kind: 'create-column',
  table,
  column,
})
const update = (column: Column): SchemaChange => ({
  kind: 'update-column',
  table: 'new_parcel',
  column,
})
const remove = (column: string, table = 'new_parcel'): SchemaChange => ({
  kind: 'delete-column',
  table,
  column,
})

describe('a new column', () => {
  test('is empty in the rows that are there, whatever its default', async () => {
    const org = await withParcels()
    const old = await org.create('new_parcel', { new_name: 'Old' })

    await org.schema.change(create(yesNo('new_Fragile')))

    const fresh = await org.create('new_parcel', { new_name: 'New' })
    expect(await org.retrieve('new_parcel', old)).toMatchObject({ new_fragile: null })
    expect(await org.retrieve('new_parcel', fresh)).toMatchObject({ new_fragile: true })
  })

  test('leaves rows otherwise as they were, row version included', async () => {
    const org = await withParcels()
    const id = await org.create('new_parcel', { new_name: 'Old', new_weight: 3 })
    const before = org.peek('new_parcel', id)

    await org.schema.change(create(text('new_Remark')))

    expect(org.peek('new_parcel', id)).toEqual({ ...before, new_remark: null })
  })

  test('of money brings the amount in base currency and the currency along', async () => {
    const org = await withParcels()

    await org.schema.change(create(money('new_Value')))

    const id = await org.create('new_parcel', { new_name: 'First', new_value: 12.5 })
    expect(await org.retrieve('new_parcel', id)).toMatchObject({
      new_value: 12.5,
      new_value_base: 12.5,
      exchangerate: 1,
      transactioncurrencyid: { id: org.currencyId },
    })
  })

  test('checks what is written to it', async () => {
    const org = await withParcels()

    await org.schema.change(create(text('new_Remark', 5)))

    await expect(org.create('new_parcel', { new_remark: 'too long' })).rejects.toMatchObject({
      code: 'STRING_TOO_LONG',
    })
  })

  test('may be put on a table of the platform, and taken away again', async () => {
    const org = emulator()
    const id = await org.create('account', { name: 'Contoso' })

    await org.schema.change(create(integer('new_Score'), 'account'))
    await org.update(ACCOUNTS, id, { new_score: 7 })
    const scored = org.peek('account', id)
    await org.schema.change(remove('new_score', 'account'))

    expect(scored).toMatchObject({ name: 'Contoso', new_score: 7 })
    expect(org.peek('account', id)).not.toHaveProperty('new_score')
    expect(org.peek('account', id)).toMatchObject({ name: 'Contoso' })
  })

  test('can not be made where the platform would not', async () => {
    const org = await withParcels()

    await refused(org, create(text('new_Name')), { code: 'COLUMN_EXISTS' })
    await refused(org, create(text('remark')), { code: 'SCHEMA_NAME_INVALID' })
    await refused(org, create(text('new_Remark'), 'nosuch'), { code: 'TABLE_UNKNOWN' })
    await refused(org, create(text('new_Remark', 4001)), { code: 'INVALID_ARGUMENT' })
    await refused(org, create({ ...integer('new_Odd'), min: 5, max: 1 } as Column), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(org, create({ ...money('new_Odd'), precision: 5 } as Column), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(org, create({ ...text('new_Odd'), requiredLevel: 'SystemRequired' }), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(org, create({ ...integer('new_Odd'), sourceType: 1 }), { code: 'NOT_SUPPORTED' })
    await refused(org, create({ ...choice('new_Odd'), defaultValue: 9 } as Column), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(
      org,
      create({ ...choice('new_Odd'), options: [{ value: 1 }, { value: 1 }] } as Column),
      { code: 'INVALID_ARGUMENT' },
    )
    await refused(org, create(text('new_Remark'), 'teammembership'), { code: 'INVALID_ARGUMENT' })
  })
})

/** A column of a type that has limits, one of them beyond what a column may have. */
const beyond = (type: Column['type'], limits: object): Column =>
  ({ ...integer('new_Odd'), type, ...limits }) as Column

test.each([
  ['String', { maxLength: 4_001 }],
  ['String', { maxLength: 10.5 }],
  ['Integer', { min: 0.5 }],
  ['Decimal', { precision: 0.5 }],
  ['Image', { maxSizeInKB: 1.5 }],
  ['Memo', { maxLength: 1_048_577 }],
  ['Integer', { max: 2_147_483_648 }],
  ['Decimal', { max: 100_000_000_001, precision: 2 }],
  ['Decimal', { precision: 11 }],
  ['Double', { min: -100_000_000_001, precision: 2 }],
  ['Double', { precision: 6 }],
  ['Money', { max: 922_337_203_685_478, precision: 2 }],
  ['Money', { precision: 5 }],
  ['MultiSelectPicklist', { options: [{ value: 1 }], defaultValue: 1 }],
  ['Image', { maxSizeInKB: 30_721 }],
  ['File', { maxSizeInKB: 10_485_761 }],
] as const)(
  'a new column of type %s is not made with %j (types-of-fields)',
  async (type, limits) => {
    const org = await withParcels()

    await refused(org, create(beyond(type, limits)), { code: 'INVALID_ARGUMENT' })
  },
)

describe('a column that changes', () => {
  test('holds later values to its new limits, and keeps the present ones', async () => {
    const org = await withParcels()
    const id = await org.create('new_parcel', { new_name: 'A long name' })

    await org.schema.change(update(text('new_Name', 4)))

    expect(await org.retrieve('new_parcel', id)).toMatchObject({ new_name: 'A long name' })
    await expect(org.update('new_parcel', id, { new_name: 'Longer' })).rejects.toMatchObject({
      code: 'STRING_TOO_LONG',
    })
  })

  test('keeps its options and its targets', async () => {
    const org = await withParcels()
    await org.schema.change(RECEIVER)

    await org.schema.change(
      update({ ...choice('new_Size'), options: [], displayName: 'Size' } as Column),
    )

    expect(org.catalog.table('new_parcel').columns.get('new_size')).toMatchObject({
      displayName: 'Size',
      options: [{ value: 1 }, { value: 2 }],
    })
  })

  test('does not become another kind of column', async () => {
    const org = await withParcels()

    await refused(org, update(integer('new_Name')), { code: 'INVALID_ARGUMENT' })
    await refused(org, update({ ...text('new_Name'), requiredLevel: 'SystemRequired' }), {
      code: 'INVALID_ARGUMENT',
    })
    await refused(org, update(text('new_Name', 9000)), { code: 'INVALID_ARGUMENT' })
    await refused(org, update(text('new_Nosuch')), { code: 'COLUMN_UNKNOWN' })
  })

  test('of days does not become one of instants', async () => {
    const org = await withParcels()
    const due = (behavior: 'UserLocal' | 'DateOnly'): Column => ({
      ...text('new_Due'),
      type: 'DateTime',
      behavior,
      format: 'DateOnly',
    })
    await org.schema.change(create(due('UserLocal')))

    await org.schema.change(update(due('DateOnly')))

    await refused(org, update(due('UserLocal')), { code: 'INVALID_ARGUMENT' })
  })

  test('that is a date of the platform keeps its behavior', async () => {
    const org = await withParcels()
    const createdOn = org.catalog.table('new_parcel').columns.get('createdon')

    await refused(
      org,
      update({ ...createdOn, behavior: 'DateOnly', format: 'DateOnly' } as Column),
      {
        code: 'INVALID_ARGUMENT',
      },
    )
  })

  test('in an alternate key is not secured', async () => {
    const org = await withParcels()
    await org.schema.change({
      kind: 'create-key',
      table: 'new_parcel',
      key: { schemaName: 'new_ByName', columns: ['new_name'] },
    })

    await refused(org, update({ ...text('new_Name'), isSecured: true }), {
      code: 'KEY_COLUMN_SECURED',
      number: 0x80060896,
    })
  })

  test('of days has the format of days (behavior-format-date-time-attribute)', async () => {
    const org = await withParcels()
    const due = (format: 'DateOnly' | 'DateAndTime'): Column => ({
      ...text('new_Due'),
      type: 'DateTime',
      behavior: 'DateOnly',
      format,
    })
    const expected = { code: 'DATE_FORMAT_INVALID', number: 0x800608a2 }

    await refused(org, create(due('DateAndTime')), expected)
    await org.schema.change(create(due('DateOnly')))
    await refused(org, update(due('DateAndTime')), expected)
  })
})

describe('a deleted column', () => {
  test('takes its values along, and what belongs to it', async () => {
    const org = await withParcels()
    await org.schema.change(create(money('new_Value')))
    const id = await org.create('new_parcel', { new_name: 'First', new_value: 3 })

    await org.schema.change(remove('new_value'))

    const row = org.peek('new_parcel', id)
    expect(row).toMatchObject({ new_name: 'First' })
    expect(row).not.toHaveProperty('new_value')
    expect(row).not.toHaveProperty('new_value_base')
    await expect(org.update('new_parcel', id, { new_value: 3 })).rejects.toMatchObject({
      code: 'COLUMN_UNKNOWN',
    })
  })

  test('does not give its values back when it is made again', async () => {
    const org = await withParcels()
    const id = await org.create('new_parcel', { new_name: 'First', new_weight: 3 })

    await org.schema.change(remove('new_weight'))
    await org.schema.change(create(integer('new_Weight')))

    expect(await org.retrieve('new_parcel', id)).toMatchObject({ new_weight: null })
  })

  test('that is a lookup takes its relationships along', async () => {
    const org = await withParcels()
    await org.schema.change(RECEIVER)

    await org.schema.change(remove('new_receiverid'))

    expect(org.catalog.findRelationship('new_account_parcels')).toBeUndefined()
    expect(org.catalog.table('new_parcel').columns.has('new_receiveridname')).toBe(false)
    const account = await org.create('account', { name: 'Contoso' })
    await org.delete('account', account)
  })
})

describe('a column that stays', () => {
  test('names the rows, belongs to another one, or is the platform’s', async () => {
    const org = await withParcels()
    await org.schema.change(create(money('new_Value')))

    await refused(org, remove('new_name'), { code: 'PRIMARY_NAME_FIXED' })
    await refused(org, remove('new_value_base'), { code: 'CHILD_COLUMN_FIXED' })
    await refused(org, remove('new_parcelid'), { code: 'COMPONENT_FIXED' })
    await refused(org, remove('statuscode'), { code: 'COMPONENT_FIXED' })
    await refused(org, remove('revenue', 'account'), { code: 'COMPONENT_FIXED' })
    await refused(org, remove('new_nosuch'), { code: 'COLUMN_UNKNOWN' })
  })

  test('is part of an alternate key', async () => {
    const org = await withParcels()
    await org.schema.change({
      kind: 'create-key',
      table: 'new_parcel',
      key: { schemaName: 'new_ByWeight', columns: ['new_weight'] },
    })

    await refused(org, remove('new_weight'), {
      code: 'COMPONENT_IN_USE',
      message: expect.stringContaining('new_byweight'),
    })
  })

  test('is what a step filters on, or asks for in an image', async () => {
    const { definition } = (await withParcels()).catalog.table('new_parcel')
    const on = (spec: object) =>
      emulator({
        tables: [definition],
        steps: [step({ message: 'Update', table: 'new_parcel', ...spec }, () => undefined)],
      })

    await refused(on({ columns: ['new_weight'] }), remove('new_weight'), {
      code: 'COMPONENT_IN_USE',
    })
    await refused(on({ preImages: image(['new_weight']) }), remove('new_weight'), {
      code: 'COMPONENT_IN_USE',
    })
    const other = on({ columns: ['new_size'], preImages: image('all') })
    await other.schema.change(remove('new_weight'))
    expect(other.catalog.table('new_parcel').columns.has('new_weight')).toBe(false)
  })
})

test('a table definition that was read stays as it was', async () => {
  const org = await withParcels()
  const before = org.catalog.table('new_parcel')

  await org.schema.change(create(text('new_Remark')))

  expect(before.columns.has('new_remark')).toBe(false)
  expect(org.catalog.table('new_parcel').columns.has('new_remark')).toBe(true)
  expect(PARCEL.columns).toHaveLength(3)
})
