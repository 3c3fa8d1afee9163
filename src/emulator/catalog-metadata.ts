import { Metadata, type TableFacts } from '../authoring/services.ts'
import type { Catalog } from '../metadata/catalog.ts'

/** What handlers may ask of the organization's tables, answered from its catalog. */
export class CatalogMetadata extends Metadata {
  readonly #catalog: Catalog

  constructor(catalog: Catalog) {
    super()
    this.#catalog = catalog
  }

  table(logicalName: string): TableFacts | undefined {
    const table = this.#catalog.find(logicalName)
    if (table === undefined) return undefined
    const { objectTypeCode } = table.definition
    return {
      logicalName,
      entitySetName: table.entitySetName,
      primaryId: table.primaryId,
      ...(table.primaryName === undefined ? {} : { primaryName: table.primaryName }),
      ...(objectTypeCode === undefined ? {} : { objectTypeCode }),
    }
  }
}
