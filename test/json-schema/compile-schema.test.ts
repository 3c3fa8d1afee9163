import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'

import { isWritable } from '../../src/json-schema/column-schema.ts'
import { compileSchema } from '../../src/json-schema/compile-schema.ts'
import { printSchema } from '../../src/json-schema/schema-file.ts'
import { parseLossless } from '../../src/rows/lossless-json.ts'
import { tableDefinitions } from './arbitraries.ts'
import { base, INT64_MAX, vessel } from './definitions.ts'
import { payloadsOf, rowsOf } from './value-arbitraries.ts'

const ID = '0b5ab1ee-0000-4000-8000-000000000000'
const schema = compileSchema(printSchema(vessel), 'new_vessel.json')
const create = (payload: object) => schema.create({ new_callsign: 'A1', ...payload })

test('rows made from a definition are valid rows of its file', () => {
  fc.assert(
    fc.property(
      tableDefinitions.chain((definition) => fc.tuple(fc.constant(definition), rowsOf(definition))),
      ([definition, row]) => {
        expect(compileSchema(printSchema(definition), 'x.json').row(row)).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
})

test('payloads made from a definition are valid, columns that cannot be set included', () => {
  fc.assert(
    fc.property(
      tableDefinitions.chain((definition) =>
        fc.tuple(
          fc.constant({
            ...definition,
            // Pairs of state and status have a test of their own.
            columns: definition.columns.filter((column) => column.type !== 'Status'),
          }),
          payloadsOf(
            definition,
            (column) => column.type !== 'Status' && isWritable(column, 'update'),
          ),
        ),
      ),
      ([definition, values]) => {
        const readOnly = definition.columns.filter((column) => !isWritable(column, 'update'))
        const ignored = Object.fromEntries(
          readOnly.map((column) => [column.logicalName, 'ignored']),
        )

        const { update } = compileSchema(printSchema(definition), 'x.json')

        expect(update({ ...values, ...ignored })).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
})

test('a file is a valid schema of its dialect, which any validator takes', () => {
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    // Types stand beside references here; formats are annotations.
    strictTypes: false,
    validateFormats: false,
    keywords: ['x-dataverse'],
  })

  const isRow = ajv.compile(JSON.parse(printSchema(vessel)) as object)

  expect(isRow({ new_vesselid: ID, new_name: 'a' })).toBe(true)
  expect(isRow({ new_vesselid: ID, new_name: 'x'.repeat(11) })).toBe(false)
})

test('an unknown column is named', () => {
  expect(create({ creditonhld: true })).toEqual([
    { path: '', message: `'creditonhld' is not a column of this table` },
  ])
})

test('everything wrong with a payload is told, each with its place', () => {
  expect(schema.update({ new_name: 'x'.repeat(11), new_kind: 5, new_decks: 21 })).toEqual([
    { path: '/new_name', message: 'must NOT have more than 10 characters' },
    { path: '/new_decks', message: 'must be <= 20' },
    { path: '/new_kind', message: 'must be one of 1, 2, null' },
  ])
})

test('a Create lacks what only the client can give', () => {
  expect(schema.create({})).toEqual([
    { path: '', message: `must have required property 'new_callsign'` },
  ])
})

test('64-bit integers are exact as bigint, and as exact as a double as number', () => {
  expect(create({ new_counter: INT64_MAX })).toEqual([])
  expect(create({ new_counter: INT64_MAX + 1n })).toEqual([
    {
      path: '/new_counter',
      message: 'must be a 64-bit integer within the bounds of the column',
    },
  ])
  expect(create({ new_counter: 9223372036854775807 })).toEqual([])
  expect(create({ new_counter: 2 ** 64 })).toHaveLength(1)
  expect(create({ new_counter: 0.5 })).toHaveLength(1)
  expect(create(parseLossless('{ "new_counter": 9223372036854775808 }') as object)).toHaveLength(1)
})

test('lookups are set in either spelling', () => {
  expect(create({ new_harbourid: { table: 'new_harbour', id: ID } })).toEqual([])
  expect(create({ 'new_HarbourId@odata.bind': `/new_harbours(${ID})` })).toEqual([])
  expect(create({ 'new_customerid_contact@odata.bind': `/contacts(${ID})` })).toEqual([])
  expect(create({ 'ownerid@odata.bind': `/teams(${ID})`, new_HarbourId: null })).toEqual([])
})

test('a lookup is refused with another table, a bare id or a navigation the table does not have', () => {
  expect(create({ new_harbourid: { table: 'account', id: ID } })).toHaveLength(1)
  expect(create({ new_harbourid: ID })).toHaveLength(1)
  expect(create({ 'new_customerid_lead@odata.bind': `/leads(${ID})` })).toHaveLength(1)
  expect(create({ new_HarbourId: { new_name: 'deep insert' } })).toHaveLength(1)
})

test('a lookup that must be given may be given in either spelling', () => {
  const required = {
    ...vessel,
    columns: [
      {
        ...base('new_harbourid', { requiredLevel: 'SystemRequired' }),
        type: 'Lookup' as const,
        targets: ['new_harbour'],
      },
    ],
  }
  const needsHarbour = compileSchema(printSchema(required), 'x.json').create

  expect(needsHarbour({}).length).toBeGreaterThan(0)
  expect(needsHarbour({ new_harbourid: { table: 'new_harbour', id: ID } })).toEqual([])
  expect(needsHarbour({ 'new_HarbourId@odata.bind': `/new_harbours(${ID})` })).toEqual([])
})

test('annotations and control information pass', () => {
  expect(
    create({
      '@odata.etag': 'W/"1"',
      'new_kind@OData.Community.Display.V1.FormattedValue': 'Barge',
      '_new_harbourid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'new_harbour',
    }),
  ).toEqual([])
})

test('a status reason of another state than the one sent with it is refused', () => {
  expect(schema.update({ statecode: 1, statuscode: 2 })).toEqual([])
  expect(schema.update({ statuscode: 2 })).toEqual([])
  expect(schema.update({ statecode: 1, statuscode: 1 })).toContainEqual({
    path: '/statuscode',
    message: 'must be one of 2, null',
  })
})

test('parties of an activity are sent as one collection', () => {
  const party = {
    'partyid_contact@odata.bind': `/contacts(${ID})`,
    participationtypemask: 2,
  }

  expect(create({ new_vessel_activity_parties: [party, { addressused: 'a@b.c' }] })).toEqual([])
  expect(
    create({ new_vessel_activity_parties: [{ ...party, participationtypemask: 13 }] }),
  ).toHaveLength(1)
})

test('a row has its primary id', () => {
  expect(schema.row({ new_name: 'a' })).toEqual([
    { path: '', message: `must have required property 'new_vesselid'` },
  ])
})

test('a file whose schema cannot be compiled is refused by its name', () => {
  const damaged = printSchema(vessel).replace('"maxLength": 10', '"maxLength": "ten"')

  expect(() => compileSchema(damaged, 'schemas/new_vessel.json').create({})).toThrow(
    expect.objectContaining({
      code: 'SCHEMA_INVALID',
      message: expect.stringContaining('schemas/new_vessel.json: '),
    }),
  )
  expect(() => compileSchema('[]', 'schemas/new_vessel.json')).toThrow(
    expect.objectContaining({ code: 'SCHEMA_INVALID' }),
  )
})
