import fc from 'fast-check'

import { parseSchema, printSchema } from '../../src/json-schema/schema-file.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { parseLossless } from '../../src/rows/lossless-json.ts'
import { columns, COLUMN_TYPES, tableDefinitions } from './arbitraries.ts'
import { INT64_MAX, INT64_MIN, vessel } from './definitions.ts'

/** Untyped, as JSON.parse gives it. */
type Json = ReturnType<typeof JSON.parse>

const file = parseLossless(printSchema(vessel)) as Json

test('a printed definition is read back as it was', () => {
  fc.assert(
    fc.property(tableDefinitions, (definition) => {
      expect(parseSchema(printSchema(definition), 'x.json')).toStrictEqual(definition)
    }),
    { numRuns: 200 },
  )
})

test.each(COLUMN_TYPES)('a column of type %s is read back as it was', (type) => {
  fc.assert(
    fc.property(columns(type), (column) => {
      const definition = { ...vessel, columns: [column] }

      expect(parseSchema(printSchema(definition), 'x.json').columns).toStrictEqual([column])
    }),
    { numRuns: 40 },
  )
})

test('the text does not depend on the order in which a definition was put together', () => {
  fc.assert(
    fc.property(tableDefinitions, (definition) => {
      const shuffled = reversed(definition) as TableDefinition

      expect(printSchema(shuffled)).toBe(printSchema(definition))
    }),
    { numRuns: 50 },
  )
})

test('64-bit bounds stand in the text digit by digit', () => {
  const text = printSchema(vessel)

  expect(text).toContain('"minimum": -9223372036854775808')
  expect(text).toContain('"maximum": 9223372036854775807')
  const counter = parseSchema(text, 'x.json').columns.find((c) => c.logicalName === 'new_counter')
  expect(counter).toMatchObject({ min: INT64_MIN, max: INT64_MAX })
})

test('bounds beyond 2^53 of other columns stay numbers', () => {
  const definition = {
    ...vessel,
    columns: [{ ...vessel.columns[7], min: -1e17, max: 2 ** 60 }],
  } as TableDefinition

  expect(parseSchema(printSchema(definition), 'x.json')).toStrictEqual(definition)
})

test('the file names its dialect and itself, and describes a row', () => {
  expect(file).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'new_vessel.json',
    $ref: '#/$defs/row',
    title: 'Vessel',
  })
})

test('description texts can be left out', () => {
  const text = printSchema(vessel, { descriptions: false })

  expect(printSchema(vessel)).toContain('What somebody wrote about barges.')
  expect(text).not.toContain('What somebody wrote')
  expect(parseSchema(text, 'x.json').columns).toHaveLength(vessel.columns.length)
})

test('a column is described once, and the payloads refer to it', () => {
  const reference = { $ref: '#/$defs/columns/properties/new_name' }

  expect(file.$defs.columns.properties.new_name).toEqual({
    title: 'Name',
    description: 'What somebody wrote about names.',
    type: ['string', 'null'],
    maxLength: 10,
    $ref: '#/$defs/text',
    'x-dataverse': {
      access: 'rcu',
      type: 'String',
      schemaName: 'new_name',
      requiredLevel: 'ApplicationRequired',
      format: 'Email',
    },
  })
  expect(file.$defs.create.properties.new_name).toEqual(reference)
  expect(file.$defs.update.properties.new_name).toEqual(reference)
  expect(file.$defs.row.properties.new_name).toEqual(reference)
})

test('only what the server demands is required', () => {
  expect(file.$defs.create.required).toEqual(['new_callsign'])
  expect(file.$defs.update.required).toBeUndefined()
  expect(file.$defs.row.required).toEqual(['new_vesselid'])
})

test('columns that cannot be set are read-only in payloads and nothing else is said of them', () => {
  for (const name of ['createdon', 'versionnumber', 'new_plan', 'new_kindname']) {
    expect(file.$defs.create.properties[name]).toEqual({ readOnly: true })
    expect(file.$defs.update.properties[name]).toEqual({ readOnly: true })
  }
  expect(file.$defs.update.properties.new_vesselid).toEqual({ readOnly: true })
})

test('rows hold stored columns only', () => {
  expect(Object.keys(file.$defs.row.properties)).not.toEqual(
    expect.arrayContaining(['new_crew', 'new_kindname']),
  )
})

test('digits beyond the precision are no reason to refuse', () => {
  expect(printSchema(vessel)).not.toContain('multipleOf')
})

const damage: readonly (readonly [
  change: string,
  damaged: (json: Json) => void,
  message: string,
])[] = [
  ['no dialect', (json) => delete json.$schema, '$schema must be one of https://json-schema.org'],
  [
    'no table facts',
    (json) => delete json['x-dataverse'],
    'x-dataverse.logicalName must be text; found nothing',
  ],
  [
    'a wrong ownership',
    (json) => (json['x-dataverse'].ownership = 'Mine'),
    "x-dataverse.ownership must be one of UserOwned, TeamOwned, BusinessOwned, OrganizationOwned, BusinessParented, None; found 'Mine'",
  ],
  [
    'a wrong column type',
    (json) => (json.$defs.columns.properties.new_name['x-dataverse'].type = 'Text'),
    '$defs.columns.properties.new_name.x-dataverse.type must be one of String',
  ],
  [
    'no length',
    (json) => delete json.$defs.columns.properties.new_name.maxLength,
    '$defs.columns.properties.new_name.maxLength must be a number; found nothing',
  ],
  [
    'a fraction as a 64-bit bound',
    (json) => (json.$defs.columns.properties.new_counter.minimum = 0.5),
    '$defs.columns.properties.new_counter.minimum must be an integer; found 0.5',
  ],
  [
    'options that are no list',
    (json) => (json.$defs.columns.properties.new_kind['x-dataverse'].options = { 1: 'Barge' }),
    '$defs.columns.properties.new_kind.x-dataverse.options must be an array; found an object',
  ],
  [
    'an unknown cascade type',
    (json) => (json['x-dataverse'].manyToOne[0].cascade.delete = 'Keep'),
    'x-dataverse.manyToOne[0].cascade.delete must be one of NoCascade',
  ],
  [
    'a relationship of one side',
    (json) =>
      (json['x-dataverse'].manyToMany = [{ schemaName: 'a', intersectTable: 'b', sides: [{}] }]),
    'x-dataverse.manyToMany[0].sides must be two sides; found an array',
  ],
]

test.each(damage)('a file with %s is refused by file and place', (_, damaged, message) => {
  const json = JSON.parse(printSchema(vessel))
  damaged(json)

  expect(refusal(() => parseSchema(JSON.stringify(json), 'schemas/new_vessel.json'))).toEqual({
    code: 'SCHEMA_INVALID',
    message: expect.stringContaining(`schemas/new_vessel.json: ${message}`),
  })
})

test('text that is not JSON is refused by file', () => {
  expect(refusal(() => parseSchema('{ "a": }', 'schemas/a.json'))).toEqual({
    code: 'SCHEMA_INVALID',
    message: expect.stringMatching(/^schemas\/a\.json is not JSON: Unexpected token/),
  })
})

function refusal(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return { code, message }
  }
  return 'not refused'
}

/** The same plain data with the members of every object in the opposite order, menus aside. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, name === 'menu' ? member : reversed(member)]),
  )
}
