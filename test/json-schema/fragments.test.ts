import { printSchema } from '../../src/json-schema/schema-file.ts'
import type { Column } from '../../src/metadata/column.ts'
import { base, vessel } from './definitions.ts'

/* What the schema of a table says of each of its columns. */

interface Printed {
  readonly $defs: {
    readonly columns: { readonly properties: Readonly<Record<string, object>> }
    readonly create: { readonly properties: Readonly<Record<string, object>> }
    readonly row: { readonly properties: Readonly<Record<string, object>> }
    readonly statePairs: { readonly allOf: readonly object[] }
  }
}

const MORE: readonly Column[] = [
  { ...base('new_noted'), type: 'DateTime', behavior: 'UserLocal', format: 'DateOnly' },
  { ...base('new_rank'), type: 'Picklist', options: [{ value: 3 }], defaultValue: 3 },
]
const { $defs } = JSON.parse(
  printSchema({ ...vessel, columns: [...vessel.columns, ...MORE] }),
) as Printed

const REFERENCE = { table: { enum: ['new_harbour'] }, id: { type: 'string' } }

test.each([
  ['String', 'new_name', { type: ['string', 'null'], maxLength: 10 }],
  ['String that must be given', 'new_callsign', { type: 'string', maxLength: 6 }],
  ['Memo', 'new_log', { type: ['string', 'null'], maxLength: 2000 }],
  ['Integer', 'new_decks', { type: ['integer', 'null'], minimum: 1, maximum: 20 }],
  ['BigInt', 'new_counter', { type: ['integer', 'null'] }],
  ['Decimal', 'new_draught', { type: ['number', 'null'], minimum: 0, maximum: 30.5 }],
  ['Double', 'new_ratio', { type: ['number', 'null'], minimum: -1, maximum: 1 }],
  ['Money', 'new_price', { type: ['number', 'null'], minimum: 0, maximum: 922337203685477 }],
  ['Boolean', 'new_sail', { type: 'boolean', default: false }],
  ['DateTime of days', 'new_launched', { type: ['string', 'null'], $ref: '#/$defs/date' }],
  ['DateTime of instants', 'new_docked', { type: ['string', 'null'], $ref: '#/$defs/dateTime' }],
  ['DateTime that shows days', 'new_noted', { $ref: '#/$defs/dateTime' }],
  ['Picklist', 'new_kind', { type: ['integer', 'null'], enum: [1, 2, null] }],
  ['Picklist with a default', 'new_rank', { enum: [3, null], default: 3 }],
  ['State', 'statecode', { type: 'integer', enum: [0, 1], default: 0 }],
  ['Status', 'statuscode', { type: ['integer', 'null'], enum: [1, 2, null] }],
  [
    'MultiSelectPicklist',
    'new_flags',
    { type: ['array', 'null'], maxItems: 150, items: { type: 'integer', enum: [1, 9] } },
  ],
  ['Lookup', 'new_harbourid', { type: ['object', 'null'], properties: REFERENCE }],
  ['Customer', 'new_customerid', { properties: { table: { enum: ['account', 'contact'] } } }],
  ['Owner', 'ownerid', { type: 'object', properties: { table: { enum: ['systemuser', 'team'] } } }],
  ['Uniqueidentifier', 'new_token', { type: ['string', 'null'], $ref: '#/$defs/guid' }],
  ['EntityName', 'new_ofkind', { type: ['string', 'null'] }],
  [
    'ManagedProperty',
    'new_custom',
    {
      properties: {
        Value: { type: 'boolean' },
        CanBeChanged: { type: 'boolean' },
        ManagedPropertyLogicalName: { type: 'string' },
      },
      required: ['Value'],
    },
  ],
  ['Image', 'new_photo', { contentEncoding: 'base64', maxLength: 1368 }],
  ['File', 'new_plan', { type: ['string', 'null'], $ref: '#/$defs/guid' }],
])('a column of type %s', (_, column, expected) => {
  expect($defs.columns.properties[column]).toMatchObject(expected)
})

test('lookups are also set by the property they are bound with, one for each table of a customer', () => {
  expect($defs.create.properties).toMatchObject({
    'new_HarbourId@odata.bind': { $ref: '#/$defs/bind' },
    new_HarbourId: { type: 'null' },
    'new_customerid_account@odata.bind': { $ref: '#/$defs/bind' },
    'new_customerid_contact@odata.bind': { $ref: '#/$defs/bind' },
  })
})

test('what cannot be sent is no part of what is required, and is part of a row', () => {
  expect($defs.create.properties['new_plan']).toEqual({ readOnly: true })
  expect($defs.row.properties['new_plan']).toBeDefined()
})

test('state and status are told as pairs', () => {
  expect($defs.statePairs.allOf[1]).toEqual({
    if: { properties: { statecode: { const: 1 } }, required: ['statecode', 'statuscode'] },
    then: { properties: { statuscode: { enum: [2, null] } } },
  })
})
