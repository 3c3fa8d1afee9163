import fc from 'fast-check'
import type { DataverseError } from '../../../../src/errors/dataverse-error.ts'
import { firstFault } from '../../../../src/metadata/import/entity-definitions/json-fault.ts'
import { readEntityDefinitions } from '../../../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { without } from '../../without.ts'
import { attribute, entity } from './entities.ts'

function refusal(text: string): string {
  try {
    readEntityDefinitions(text, 'x.json')
  } catch (error) {
    expect((error as DataverseError).code).toBe('DOCUMENT_UNREADABLE')
    return (error as DataverseError).message
  }
  throw new TypeError('was read')
}

test.each([
  ['', 'x.json:1: expected a JSON value, found the end of the file.'],
  [
    '{\n  "a": 1,\n  b: 2\n}',
    `x.json:3: expected a member name in quotes, and a colon, found 'b: 2'.`,
  ],
  ['{\n"a": [1, 2\n}', `x.json:3: expected ',' or ']', found '}'.`],
  ['[1]\n[2]', `x.json:2: expected nothing more, found '[2]'.`],
  ['{"a": 9223372036854775807,\n"b": tru', `x.json:2: expected a JSON value, found 'tru'.`],
  ['{"a": 1', `x.json:1: expected ',' or '}', found the end of the file.`],
])('%j is refused where it stops being JSON', (text, message) => {
  expect(refusal(text)).toBe(message)
})

test('the finder of faults and JSON.parse agree on what JSON is', () => {
  const parses = (text: string) => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', ']', '0', 'x', '\\', ' '),
      (json, at, put) => {
        const place = at % (json.length + 1)
        const text = json.slice(0, place) + put + json.slice(put === '' ? place + 1 : place)
        expect(firstFault(text) === undefined).toBe(parses(text))
      },
    ),
  )
})

test.each([
  [
    '3',
    'x.json:1: expected EntityDefinitions: an object with LogicalName, an array of them, or one under value, found 3.',
  ],
  [
    '{"a":1}',
    'x.json:1: expected EntityDefinitions: an object with LogicalName, an array of them, or one under value, found an object with a.',
  ],
])('%s is JSON, but no definitions', (text, message) => {
  expect(refusal(text)).toBe(message)
})

test('a table without attributes is refused: they were not asked for', () => {
  const json = without(entity([]), 'Attributes')
  expect(refusal(JSON.stringify(json, undefined, 1))).toBe(
    'x.json:2: expected Attributes of new_parcel, found none: ask for them with $expand=Attributes.',
  )
})

test('a column that is told twice, in two types, is refused', () => {
  const json = entity([attribute('new_a', 'String'), attribute('new_a', 'Integer')])
  expect(refusal(JSON.stringify(json, undefined, 1))).toMatch(
    /^x\.json:\d+: expected one column of this name, new_parcel\/new_a, found two\.$/,
  )
})

test('a key without columns is refused: all rows would have it', () => {
  const json = entity([], { Keys: [{ LogicalName: 'new_k', KeyAttributes: [] }] })
  expect(refusal(JSON.stringify(json, undefined, 1))).toMatch(
    /^x\.json:2: expected KeyAttributes of new_parcel\.Keys\[0\], found none\.$/,
  )
})

test.each([
  [{ EntityLogicalName: 'new_parcel' }, 'new_parcel'],
  [{}, '…'],
])(
  'an answer that holds the columns of one table only is refused with what to ask for',
  (more, table) => {
    const json = { value: [attribute('new_width', 'Integer', more)] }
    expect(refusal(JSON.stringify(json, undefined, 1))).toMatch(
      `expected Attributes of new_width, found a column: ask for the table, EntityDefinitions(LogicalName='${table}')?$expand=Attributes.`,
    )
  },
)

test.each([
  [
    attribute('a', 'Quantum'),
    /x\.json:\d+: expected one of StringType, .* as AttributeTypeName of new_parcel\/a, found 'QuantumType'\./,
  ],
  [
    attribute('a', 'Integer', { MaxValue: 'many' }),
    /x\.json:\d+: expected a number as MaxValue of new_parcel\/a, found 'many'\./,
  ],
  [
    attribute('a', 'BigInt', { MaxValue: 1.5 }),
    /expected a whole number as MaxValue of new_parcel\/a, found 1\.5\./,
  ],
  [
    attribute('a', 'String', { IsValidForCreate: 'yes' }),
    /expected true or false as IsValidForCreate of new_parcel\/a, found 'yes'\./,
  ],
  [
    attribute('a', 'Lookup', { Targets: 'account' }),
    /expected an array as Targets of new_parcel\/a, found 'account'\./,
  ],
  [
    attribute('a', 'Picklist', { OptionSet: { Options: [{}] } }),
    /expected Value of new_parcel\/a\.OptionSet\.Options\[0\], found none\./,
  ],
  [
    attribute('a', 'String', { DisplayName: 'A' }),
    /expected an object as new_parcel\/a\.DisplayName, found 'A'\./,
  ],
])('a column of the wrong shape is refused by name and line (%#)', (column, message) => {
  expect(refusal(JSON.stringify(entity([column]), undefined, 2))).toMatch(message)
})
