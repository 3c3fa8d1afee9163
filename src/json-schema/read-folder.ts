import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { DataverseError } from '../errors/dataverse-error.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'
import { parseSchema } from './schema-file.ts'

/**
 * The tables of every `<table>.json` in a folder, in the order of their names.
 * @throws SCHEMA_INVALID naming the file
 */
export function readSchemaFolder(folder: string): readonly TableDefinition[] {
  return reading(folder, () => readdirSync(folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readTable(folder, name))
}

function readTable(folder: string, name: string): TableDefinition {
  const file = join(folder, name)
  const definition = parseSchema(
    reading(file, () => readFileSync(file, 'utf8')),
    file,
  )
  // Two files for one table would leave open which of them counts.
  if (name !== `${definition.logicalName}.json`) {
    throw new DataverseError(
      'SCHEMA_INVALID',
      `${file} describes table '${definition.logicalName}'; its name must be ${definition.logicalName}.json.`,
    )
  }
  return definition
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DataverseError(
      'SCHEMA_INVALID',
      `${path} cannot be read: ${reason}. 'dataverse-handlers import' writes table schemas.`,
      { cause: error },
    )
  }
}
