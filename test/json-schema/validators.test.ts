import fc from 'fast-check'

import { isWritable, type PayloadKind } from '../../src/json-schema/column-schema.ts'
import { PayloadValidator } from '../../src/json-schema/validators.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import type { Table } from '../../src/metadata/table.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Values } from '../../src/rows/value.ts'
import { tableDefinitions } from './arbitraries.ts'
import { INT64_MAX, INT64_MIN, vessel } from './definitions.ts'
import { brokenValuesOf, payloadsOf } from './value-arbitraries.ts'

const validator = new PayloadValidator()
const tableOf = (definition: TableDefinition) =>
  new Catalog([{ ...definition, manyToOne: [], oneToMany: [], manyToMany: [] }]).table(
    definition.logicalName,
  )
const table = tableOf(vessel)
const ID = '0b5ab1ee-0000-4000-8000-000000000000'
const ref = (name: string) => ({ table: name, id: ID })

const accepted: readonly (readonly [string, Values])[] = [
  ['text as long as the column', { new_name: 'x'.repeat(10) }],
  ['text whose UTF-16 units are as many', { new_name: '😀'.repeat(5) }],
  ['text with a line end and a tab', { new_name: 'a\r\n\tb' }],
  ['text that is no e-mail address in a column of that format', { new_name: 'no mail' }],
  ['the smallest and largest integer', { new_decks: 1 }],
  ['the largest integer', { new_decks: 20 }],
  ['the smallest 64-bit integer', { new_counter: INT64_MIN }],
  ['the largest 64-bit integer', { new_counter: INT64_MAX }],
  ['the largest decimal', { new_draught: 30.5 }],
  ['digits beyond the precision', { new_draught: 1.23456789 }],
  ['the smallest double', { new_ratio: -1 }],
  ['the largest money', { new_price: 922337203685477 }],
  ['a boolean', { new_sail: true }],
  ['a day', { new_launched: '2024-02-29' }],
  ['a moment', { new_docked: '2026-03-02T10:00:00Z' }],
  ['a moment with an offset and fractions', { new_docked: '2026-03-02T10:00:00.125+02:00' }],
  ['a moment without an offset', { new_docked: '2026-03-02T10:00' }],
  ['an option', { new_kind: 2 }],
  ['options', { new_flags: [1, 9] }],
  ['no options', { new_flags: [] }],
  ['150 options', { new_flags: Array.from({ length: 150 }, () => 1) }],
  ['a state', { statecode: 1 }],
  ['a reference to the target', { new_harbourid: ref('new_harbour') }],
  ['a reference to either target', { new_customerid: ref('contact') }],
  ['a reference to any table where none is named', { new_anything: ref('whatever') }],
  ['a team as the owner', { ownerid: ref('team') }],
  ['parties', { new_crew: [{ partyid: ref('contact'), participationtypemask: 12 }] }],
  ['a GUID', { new_token: ID }],
  ['the name of a table', { new_ofkind: 'account' }],
  ['a managed property', { new_custom: { Value: true, CanBeChanged: false } }],
  ['an image as large as allowed', { new_photo: 'A'.repeat(1368) }],
  ['anything for a column that cannot be set', { createdon: 5, versionnumber: 'x', new_plan: 1 }],
  ['an absent value', { new_name: undefined, nowhere: undefined }],
  ['null for columns that may be empty', { new_name: null, new_kind: null, new_counter: null }],
  ['null for references that may be empty', { new_harbourid: null, new_docked: null }],
]

test.each(accepted)('Update takes %s', (_, values) => {
  expect(() => validator.validateUpdate(table, values)).not.toThrow()
})

test.each(accepted)('Create takes %s', (_, values) => {
  expect(() => validator.validateCreate(table, { new_callsign: 'A1', ...values })).not.toThrow()
})

const on = (column: string, value: unknown) =>
  `The value ${String(value)} of '${column}' on record of type 'new_vessel'`
const payload = `Error identified in Payload provided by the user for Entity :'new_vessels': `

const refused: readonly (readonly [string, unknown, string, string])[] = [
  [
    'new_name',
    'x'.repeat(11),
    'STRING_TOO_LONG',
    `A validation error occurred.  The length of the 'new_name' attribute of the 'new_vessel' entity exceeded the maximum allowed length of '10'.`,
  ],
  [
    'new_name',
    '😀'.repeat(6),
    'STRING_TOO_LONG',
    `A validation error occurred.  The length of the 'new_name' attribute of the 'new_vessel' entity exceeded the maximum allowed length of '10'.`,
  ],
  [
    'new_name',
    'a\u0001b',
    'INVALID_CHARACTERS',
    `The field 'new_name' contains one or more invalid characters.`,
  ],
  [
    'new_name',
    5,
    'PAYLOAD_INVALID',
    `${payload}Column 'new_name' of new_vessel takes text; found number 5.`,
  ],
  ['new_callsign', null, 'INVALID_ARGUMENT', 'Attribute: new_callsign cannot be set to NULL'],
  [
    'new_decks',
    0,
    'INTEGER_OUT_OF_RANGE',
    `A validation error occurred. ${on('new_decks', 0)} is outside of the allowed values for this attribute. Accepted Values: 1 to 20`,
  ],
  [
    'new_decks',
    21,
    'INTEGER_OUT_OF_RANGE',
    `A validation error occurred. ${on('new_decks', 21)} is outside of the allowed values for this attribute. Accepted Values: 1 to 20`,
  ],
  [
    'new_decks',
    1.5,
    'PAYLOAD_INVALID',
    `${payload}Column 'new_decks' of new_vessel takes a whole number; found number 1.5.`,
  ],
  [
    'new_counter',
    INT64_MAX + 1n,
    'INTEGER_OUT_OF_RANGE',
    `A validation error occurred. ${on('new_counter', '9223372036854775808')} is outside of the allowed values for this attribute. Accepted Values: -9223372036854775808 to 9223372036854775807`,
  ],
  [
    'new_counter',
    INT64_MIN - 1n,
    'INTEGER_OUT_OF_RANGE',
    `A validation error occurred. ${on('new_counter', '-9223372036854775809')} is outside of the allowed values for this attribute. Accepted Values: -9223372036854775808 to 9223372036854775807`,
  ],
  [
    'new_counter',
    5,
    'PAYLOAD_INVALID',
    `${payload}Column 'new_counter' of new_vessel takes a bigint; found number 5.`,
  ],
  [
    'new_draught',
    30.51,
    'DECIMAL_OUT_OF_RANGE',
    `A validation error occurred. ${on('new_draught', 30.51)} is outside of the allowed values for this attribute. Accepted Values: 0 to 30.5`,
  ],
  [
    'new_sail',
    1,
    'BOOLEAN_OUT_OF_RANGE',
    "A validation error occurred. The value 1 of 'new_sail' on record of type 'new_vessel' is outside the valid range. Accepted Values: true,false",
  ],
  [
    'new_launched',
    '2026-02-32',
    'INVALID_DATE',
    `Column 'new_launched' of new_vessel takes a date such as '2026-03-02'; found text '2026-02-32'.`,
  ],
  [
    'new_docked',
    'noon',
    'INVALID_DATE',
    `Column 'new_docked' of new_vessel takes a date and time such as '2026-03-02T10:00:00Z'; found text 'noon'.`,
  ],
  [
    'new_kind',
    5,
    'CHOICE_OUT_OF_RANGE',
    `A validation error occurred. ${on('new_kind', 5)} is outside the valid range. Accepted Values: 1,2`,
  ],
  [
    'statecode',
    2,
    'CHOICE_OUT_OF_RANGE',
    `A validation error occurred. ${on('statecode', 2)} is outside the valid range. Accepted Values: 0,1`,
  ],
  [
    'new_flags',
    [1, 2],
    'CHOICE_OUT_OF_RANGE',
    `A validation error occurred. ${on('new_flags', 2)} is outside the valid range. Accepted Values: 1,9`,
  ],
  [
    'new_flags',
    Array.from({ length: 151 }, () => 1),
    'VALUE_OUT_OF_RANGE',
    `The value is out of range. Column 'new_flags' of new_vessel: it takes at most 150 options.`,
  ],
  [
    'new_flags',
    '1,9',
    'PAYLOAD_INVALID',
    `${payload}Column 'new_flags' of new_vessel takes an array of option numbers; found text '1,9'.`,
  ],
  [
    'new_customerid',
    ref('lead'),
    'INVALID_ARGUMENT',
    `'lead' is not a valid target of column 'new_customerid' of new_vessel, which takes account, contact.`,
  ],
  [
    'ownerid',
    ref('account'),
    'INVALID_ARGUMENT',
    `'account' is not a valid target of column 'ownerid' of new_vessel, which takes systemuser, team.`,
  ],
  [
    'new_harbourid',
    ID,
    'PAYLOAD_INVALID',
    `${payload}Column 'new_harbourid' of new_vessel takes a reference { table, id } with a GUID as its id; found text '${ID}'.`,
  ],
  [
    'new_harbourid',
    { table: 'new_harbour', id: '7' },
    'PAYLOAD_INVALID',
    `${payload}Column 'new_harbourid' of new_vessel takes a reference { table, id } with a GUID as its id; found text '7'.`,
  ],
  [
    'new_crew',
    [{ partyid: ref('contact'), participationtypemask: 13 }],
    'VALUE_OUT_OF_RANGE',
    `The value is out of range. Column 'new_crew' of new_vessel: 13 is no participation type (1 to 12).`,
  ],
  [
    'new_crew',
    [{ partyid: ref('account') }],
    'INVALID_ARGUMENT',
    `'account' is not a valid target of column 'new_crew' of new_vessel, which takes contact.`,
  ],
  [
    'new_token',
    `{${ID}}`,
    'PAYLOAD_INVALID',
    `${payload}Column 'new_token' of new_vessel takes a GUID; found text '{${ID}}'.`,
  ],
  [
    'new_custom',
    {},
    'PAYLOAD_INVALID',
    `${payload}Column 'new_custom' of new_vessel takes a managed property { Value: true or false }; found an object.`,
  ],
  [
    'new_photo',
    'A'.repeat(1369),
    'IMAGE_NOT_PROCESSED',
    `Error occured when processing image. Reason: File size is too big. Column 'new_photo' of new_vessel takes at most 1 KB.`,
  ],
  [
    'creditonhld',
    true,
    'PAYLOAD_INVALID',
    `${payload}Invalid property 'creditonhld' was found in entity 'new_vessel'.`,
  ],
]

test.each(refused)('%s does not take %j: %s', (column, value, code, message) => {
  const values = { new_callsign: 'A1', [column]: value } as Values

  for (const kind of ['create', 'update'] as const) {
    expect(refusal(kind, table, values)).toEqual({ code, message })
  }
})

test('Create is refused without a column that only the client can give', () => {
  expect(refusal('create', table, { new_name: 'a' })).toEqual({
    code: 'COLUMN_MISSING',
    message: `Attribute 'new_callsign' cannot be NULL`,
  })
  expect(refusal('update', table, { new_name: 'a' })).toBeUndefined()
})

test('a caller may give the primary id on Create; on Update it is ignored', () => {
  expect(refusal('create', table, { new_callsign: 'A', new_vesselid: 'x' })).toMatchObject({
    code: 'PAYLOAD_INVALID',
  })
  expect(refusal('update', table, { new_vesselid: 'x' })).toBeUndefined()
})

test('calculated columns are ignored, whatever their flags say', () => {
  const [, name] = vessel.columns
  const calculated = tableOf({
    ...vessel,
    columns: [{ ...name, sourceType: 1 }],
  } as TableDefinition)

  expect(refusal('update', calculated, { new_name: 5 })).toBeUndefined()
})

test('an option table without rows names no limit', () => {
  const kind = vessel.columns.find((column) => column.logicalName === 'new_kind')
  const open = tableOf({ ...vessel, columns: [{ ...kind, options: [] }] } as TableDefinition)

  expect(refusal('update', open, { new_kind: 7 })).toBeUndefined()
  expect(refusal('update', open, { new_kind: '7' })).toMatchObject({ code: 'PAYLOAD_INVALID' })
})

const cases = tableDefinitions.chain((definition) =>
  fc.constantFrom(...definition.columns).chain((column) =>
    fc.record({
      definition: fc.constant(definition),
      values: payloadsOf(definition, (carried) => isWritable(carried, 'update')),
      column: fc.constant(column),
      broken: brokenValuesOf(column),
    }),
  ),
)

test('values made from a definition are taken; with one broken, that one is refused', () => {
  fc.assert(
    fc.property(cases, ({ definition, values, column, broken: [value, code] }) => {
      const generated = tableOf(definition)
      const { logicalName } = column

      expect(refusal('update', generated, values)).toBeUndefined()
      expect(refusal('update', generated, { ...values, [logicalName]: value })).toEqual(
        isWritable(column, 'update')
          ? { code, message: expect.stringContaining(logicalName) }
          : undefined,
      )
    }),
    { numRuns: 500 },
  )
})

function refusal(kind: PayloadKind, of: Table, values: Values): unknown {
  try {
    if (kind === 'create') validator.validateCreate(of, values)
    else validator.validateUpdate(of, values)
    return undefined
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return { code, message }
  }
}
