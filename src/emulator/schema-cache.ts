import { PayloadValidator } from '../json-schema/validators.ts'
import { Catalog } from '../metadata/catalog.ts'
import type { GlobalChoice } from '../metadata/global-choice.ts'
import { PLATFORM_TABLES } from '../metadata/platform/index.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'

/** What organizations of the same tables share: the catalog they begin with. */
export interface SharedSchema {
  readonly catalog: Catalog
  readonly payloads: PayloadValidator
}

const schemas = new WeakMap<readonly TableDefinition[], SharedSchema>()
const NO_TABLES: readonly TableDefinition[] = []
const NO_CHOICES: readonly GlobalChoice[] = []

/**
 * The catalog and validators of the platform's tables and these. Organizations that are given the very same
 * list share them, so that the second one is ready at once; one with choices of its own has a catalog of its own.
 */
export function schemaOf(
  tables: readonly TableDefinition[] = NO_TABLES,
  choices: readonly GlobalChoice[] = NO_CHOICES,
): SharedSchema {
  const known = choices.length === 0 ? schemas.get(tables) : undefined
  if (known !== undefined) return known
  const schema: SharedSchema = {
    catalog: new Catalog([...PLATFORM_TABLES, ...tables], [], choices),
    payloads: new PayloadValidator(),
  }
  if (choices.length === 0) schemas.set(tables, schema)
  return schema
}
