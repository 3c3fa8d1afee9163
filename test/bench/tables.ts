import type { Column } from '../../src/metadata/column.ts'
import type { ManyToManyDefinition, OneToManyDefinition } from '../../src/metadata/relationship.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Values } from '../../src/rows/value.ts'

function named(logicalName: string) {
  return {
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'None',
    validForRead: true,
    validForCreate: true,
    validForUpdate: true,
  } as const
}

const id = (name: string): Column => ({ ...named(name), type: 'Uniqueidentifier' })
const text = (name: string, maxLength = 100): Column => ({
  ...named(name),
  type: 'String',
  maxLength,
})
const memo = (name: string, maxLength: number): Column => ({
  ...named(name),
  type: 'Memo',
  maxLength,
})
const integer = (name: string, min: number, max: number): Column => ({
  ...named(name),
  type: 'Integer',
  min,
  max,
})
const decimal = (
  name: string,
  type: 'Decimal' | 'Double',
  max: number,
  precision: number,
): Column => ({
  ...named(name),
  type,
  min: 0,
  max,
  precision,
})
const yesNo = (name: string): Column => ({ ...named(name), type: 'Boolean', defaultValue: null })
const choice = (
  name: string,
  count: number,
  type: 'Picklist' | 'MultiSelectPicklist' = 'Picklist',
): Column => ({
  ...named(name),
  type,
  options: Array.from({ length: count }, (_, value) => ({ value, label: `${name} ${value}` })),
  defaultValue: null,
})
const lookup = (name: string, target: string): Column => ({
  ...named(name),
  type: 'Lookup',
  targets: [target],
})
const moment = (name: string): Column => ({
  ...named(name),
  type: 'DateTime',
  behavior: 'UserLocal',
  format: 'DateAndTime',
})
const day = (name: string): Column => ({
  ...named(name),
  type: 'DateTime',
  behavior: 'DateOnly',
  format: 'DateOnly',
})
const version = (name: string): Column => ({
  ...named(name),
  type: 'BigInt',
  min: -9223372036854775808n,
  max: 9223372036854775807n,
})
const setByPlatform = (column: Column): Column => ({
  ...column,
  validForCreate: false,
  validForUpdate: false,
})

/** What every table here has: its id, two moments the platform sets, and the row version. */
function table(
  logicalName: string,
  columns: readonly Column[],
  relationships: Partial<Pick<TableDefinition, 'manyToOne' | 'manyToMany'>> = {},
): TableDefinition {
  return {
    logicalName,
    schemaName: logicalName,
    entitySetName: `${logicalName}s`,
    primaryId: `${logicalName}id`,
    primaryName: 'name',
    tableType: 'Standard',
    ownership: 'OrganizationOwned',
    columns: [
      { ...id(`${logicalName}id`), validForUpdate: false },
      ...columns,
      setByPlatform(moment('createdon')),
      setByPlatform(moment('modifiedon')),
      setByPlatform(version('versionnumber')),
    ],
    keys: [],
    manyToOne: [],
    oneToMany: [],
    manyToMany: [],
    ...relationships,
  }
}

function manyToOne(
  referencingTable: string,
  referencingColumn: string,
  referencedTable: string,
  onDelete: 'Cascade' | 'RemoveLink',
): OneToManyDefinition {
  return {
    schemaName: `${referencedTable}_${referencingTable}_${referencingColumn}`,
    referencedTable,
    referencedColumn: `${referencedTable}id`,
    referencingTable,
    referencingColumn,
    cascade: { delete: onDelete },
  }
}

/** W1: a small row. */
export const SMALL = table('benchsmall', [
  text('name'),
  integer('quantity', 0, 1_000_000),
  yesNo('isactive'),
])

/** W4, W6: a parent, and children deleted with it. */
export const PARENT = table('benchparent', [text('name'), integer('touch', 0, 1_000_000)])
export const CHILD = table(
  'benchchild',
  [text('name'), integer('quantity', 0, 1_000_000), lookup('parentid', 'benchparent')],
  { manyToOne: [manyToOne('benchchild', 'parentid', 'benchparent', 'Cascade')] },
)

/** W2, W10: 20 columns of every common kind. */
export const WIDE = table(
  'benchwide',
  [
    text('name'),
    text('code', 20),
    memo('description', 2000),
    text('email'),
    text('remark', 200),
    text('externalid', 50),
    integer('quantity', 0, 1_000_000),
    integer('priority', 1, 5),
    decimal('price', 'Decimal', 1_000_000, 2),
    decimal('discount', 'Decimal', 100, 2),
    decimal('weight', 'Double', 10_000, 3),
    choice('kind', 3),
    choice('color', 5),
    choice('tags', 6, 'MultiSelectPicklist'),
    yesNo('isactive'),
    yesNo('isurgent'),
    lookup('customerid', 'benchparent'),
    lookup('productid', 'benchparent'),
    moment('orderedon'),
    day('dueon'),
  ],
  {
    manyToOne: [
      manyToOne('benchwide', 'customerid', 'benchparent', 'RemoveLink'),
      manyToOne('benchwide', 'productid', 'benchparent', 'RemoveLink'),
    ],
  },
)

/** W7: rows to ask for. */
export const SALE = table(
  'benchsale',
  [
    text('name'),
    integer('quantity', 0, 1_000_000),
    integer('amount', 0, 1_000_000),
    choice('kind', 8),
    lookup('parentid', 'benchparent'),
  ],
  { manyToOne: [manyToOne('benchsale', 'parentid', 'benchparent', 'RemoveLink')] },
)

/** W5: many-to-many. */
const TAGGED: ManyToManyDefinition = {
  schemaName: 'benchleft_benchright',
  intersectTable: 'benchlink',
  sides: [
    { table: 'benchleft', intersectColumn: 'benchleftid' },
    { table: 'benchright', intersectColumn: 'benchrightid' },
  ],
}
export const LEFT = table('benchleft', [text('name')], { manyToMany: [TAGGED] })
export const RIGHT = table('benchright', [text('name')])

/** A table like SMALL under another name: W9 needs many. */
export function numbered(index: number): TableDefinition {
  return table(`benchtable${index}`, [
    text('name'),
    integer('quantity', 0, 1_000_000),
    choice('kind', 3),
    moment('orderedon'),
  ])
}

export const SMALL_VALUES: Values = { name: 'A small row', quantity: 42, isactive: true }

/** A payload for WIDE, every column given; texts differ from row to row. */
export function wideValues(index: number, customer: string, product: string): Values {
  return {
    name: `Order ${index}`,
    code: `C-${index}`,
    description: 'Two pallets, to be delivered at the back door before noon.',
    email: 'someone@example.com',
    remark: 'fragile',
    externalid: `ext-${index}`,
    quantity: index % 1000,
    priority: (index % 5) + 1,
    price: 199.95,
    discount: 12.5,
    weight: 3.125,
    kind: index % 3,
    color: index % 5,
    tags: [1, 3, 5],
    isactive: true,
    isurgent: index % 2 === 0,
    customerid: { table: 'benchparent', id: customer },
    productid: { table: 'benchparent', id: product },
    orderedon: '2026-03-02T10:00:00Z',
    dueon: '2026-03-09',
  }
}

/** One fault each: what W2 must refuse, on either side. */
export const BAD_VALUES: Readonly<Record<string, Values>> = {
  'a text too long': { code: 'x'.repeat(21) },
  'a text that is a number': { name: 7 },
  'an integer out of range': { priority: 6 },
  'a decimal out of range': { discount: 100.5 },
  'a choice that is none': { kind: 3 },
  'a date that is none': { dueon: '2026-02-30' },
  'a lookup of another table': {
    customerid: { table: 'benchsmall', id: '00000000-0000-4000-8000-000000000001' },
  },
}
