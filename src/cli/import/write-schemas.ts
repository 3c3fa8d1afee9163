import { join } from 'node:path'
import { printSchema } from '../../json-schema/schema-file.ts'
import { printTableTypes } from '../../json-schema/table-types.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import { writeFiles } from './files.ts'
import type { KnownSchemas } from './read-schemas.ts'
import type { Reporter } from './report.ts'

interface Writing {
  readonly known: KnownSchemas
  readonly report: Reporter
  readonly descriptions: boolean
}

/** Each names a file: a document, or an organization, may say anything. */
const TABLE_NAME = /^\w+$/

/** The number of tables written: all of them or none. */
export function writeSchemas(
  folder: string,
  tables: ReadonlyMap<string, TableDefinition>,
  { known, report, descriptions }: Writing,
): number {
  if (tables.size === 0) return 0
  const odd = [...tables.keys()].filter((name) => !TABLE_NAME.test(name))
  if (odd.length > 0) {
    for (const name of odd)
      report.failure(`'${name}' is no name a table can have; nothing is written.`)
    return 0
  }
  const files = new Map<string, string>()
  for (const [name, definition] of tables) {
    files.set(join(folder, `${name}.json`), printSchema(definition, { descriptions }))
  }
  const all = new Map([...known.tables, ...tables])
  files.set(join(folder, 'tables.d.ts'), printTableTypes([...all.values()]))
  return writeFiles(files, report) ? tables.size : 0
}
