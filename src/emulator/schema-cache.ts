import { PayloadValidator } from '../json-schema/validators.ts'
import { Catalog } from '../metadata/catalog.ts'
import { PLATFORM_TABLES } from '../metadata/platform/index.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'

/** What organizations of the same tables share: the catalog they begin with. */
export interface SharedSchema {
  readonly catalog: Catalog
  readonly payloads: PayloadValidator
}

const schemas = new WeakMap<readonly TableDefinition[], SharedSchema>()
const NO_TABLES: readonly TableDefinition[] = []

/**
 * The catalog and validators of the platform's tables and these. Organizations that are given the very same
 * list share them, so that the second one is ready at once.
 */
export function schemaOf(tables: readonly TableDefinition[] = NO_TABLES): SharedSchema {
  let schema = schemas.get(tables)
  if (schema === undefined) {
    schema = {
      catalog: new Catalog([...PLATFORM_TABLES, ...tables]),
      payloads: new PayloadValidator(),
    }
    schemas.set(tables, schema)
  }
  return schema
}
