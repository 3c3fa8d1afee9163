import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseSchema } from '../../json-schema/schema-file.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import { readText, reasonOf } from './files.ts'

/** What an output folder has already, by logical name. */
export interface KnownSchemas {
  readonly tables: ReadonlyMap<string, TableDefinition>
  /** Schemas that cannot be read. They matter only where this run does not write them anew. */
  readonly broken: ReadonlyMap<string, DataverseError>
}

/**
 * A folder that is not there has no schemas.
 * @throws DOCUMENT_UNREADABLE where something else has its name
 */
export function readSchemas(folder: string): KnownSchemas {
  const tables = new Map<string, TableDefinition>()
  const broken = new Map<string, DataverseError>()
  if (!existsSync(folder)) return { tables, broken }
  for (const name of namesIn(folder)) {
    if (!name.endsWith('.json')) continue
    const path = join(folder, name)
    try {
      const text = readText(path, path)
      // Other JSON may lie there; only our own files say what they are.
      if (!text.includes('"x-dataverse"')) continue
      const definition = parseSchema(text, path)
      tables.set(definition.logicalName, definition)
    } catch (error) {
      if (!(error instanceof DataverseError)) throw error
      broken.set(name.slice(0, -'.json'.length), error)
    }
  }
  return { tables, broken }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (cause) {
    throw new DataverseError(
      'DOCUMENT_UNREADABLE',
      `${folder} cannot be read: ${reasonOf(cause)}.`,
      {
        cause,
      },
    )
  }
}
