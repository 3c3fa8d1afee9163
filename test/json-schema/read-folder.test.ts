import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readSchemaFolder } from '../../src/json-schema/read-folder.ts'
import { printSchema } from '../../src/json-schema/schema-file.ts'
import { vessel } from './definitions.ts'

const harbour = { ...vessel, logicalName: 'new_harbour', manyToOne: [] }
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schemas-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('every table of a folder is read, in the order of names, and other files are left alone', () => {
  writeFileSync(join(folder, 'new_vessel.json'), printSchema(vessel))
  writeFileSync(join(folder, 'new_harbour.json'), printSchema(harbour))
  writeFileSync(join(folder, 'tables.d.ts'), 'export {}')

  expect(readSchemaFolder(folder)).toStrictEqual([harbour, vessel])
})

test('a damaged file is refused by its name', () => {
  writeFileSync(join(folder, 'new_vessel.json'), '{}')

  expect(() => readSchemaFolder(folder)).toThrow(
    expect.objectContaining({
      code: 'SCHEMA_INVALID',
      message: expect.stringContaining(join(folder, 'new_vessel.json')),
    }),
  )
})

test('a file under another name than its table is refused', () => {
  writeFileSync(join(folder, 'boat.json'), printSchema(vessel))

  expect(() => readSchemaFolder(folder)).toThrow(
    expect.objectContaining({
      code: 'SCHEMA_INVALID',
      message: expect.stringContaining('its name must be new_vessel.json'),
    }),
  )
})

test('a folder that is not there is refused by its name', () => {
  const nowhere = join(folder, 'nowhere')

  expect(() => readSchemaFolder(nowhere)).toThrow(
    expect.objectContaining({
      code: 'SCHEMA_INVALID',
      message: expect.stringContaining(`${nowhere} cannot be read`),
    }),
  )
})
