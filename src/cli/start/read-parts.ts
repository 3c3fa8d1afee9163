import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { loadHandlers, type LoadedHandlers } from '../../deploy/load-handlers.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { readSchemaFolder } from '../../json-schema/read-folder.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import type { Io } from '../io.ts'
import type { OrganizationParts } from './running-organization.ts'

/** Where an organization's handlers and tables are, as absolute paths. */
export interface Folders {
  readonly handlers: string
  /** Whether somebody asked for the folder by name: then it has to be there. */
  readonly areHandlersNamed: boolean
  readonly schemas: string
}

export function foldersOf(
  { handlers, schemas }: { readonly handlers?: string; readonly schemas: string },
  { cwd }: Io,
): Folders {
  return {
    handlers: resolve(cwd, handlers ?? 'handlers'),
    areHandlersNamed: handlers !== undefined,
    schemas: resolve(cwd, schemas),
  }
}

/** @throws SCHEMA_INVALID, HANDLERS_UNREADABLE */
export async function readParts(folders: Folders, io: Io): Promise<OrganizationParts> {
  const tables = tablesOf(folders.schemas, io)
  const { handlers, services } = await handlersOf(folders)
  return { tables, handlers, services }
}

/** @throws SCHEMA_INVALID */
function tablesOf(folder: string, { cwd }: Io): readonly TableDefinition[] {
  if (existsSync(folder)) return readSchemaFolder(folder)
  const here = relative(cwd, folder)
  throw new DataverseError(
    'SCHEMA_INVALID',
    `There is no folder ${here}, where the tables are. Run 'npx dataverse-handlers import --platform --out ${here}' to begin with the built-in ones, or name another folder with --schemas.`,
  )
}

/** A folder that nobody named need not be there; any other must be readable. */
async function handlersOf({ handlers, areHandlersNamed }: Folders): Promise<LoadedHandlers> {
  if (!areHandlersNamed && !existsSync(handlers)) return { files: [], handlers: [], services: [] }
  return loadHandlers(handlers)
}
