import { readSchemaFolder as readFolder } from '../json-schema/read-folder.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'

export type { TableDefinition }

const folders = new Map<string, readonly TableDefinition[]>()

/** The tables of a folder of schemas, read once in a process. @throws SCHEMA_INVALID naming the file */
export function readSchemaFolder(folder: string): readonly TableDefinition[] {
  let tables = folders.get(folder)
  if (tables === undefined) {
    tables = readFolder(folder)
    folders.set(folder, tables)
  }
  return tables
}
