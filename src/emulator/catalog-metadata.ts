import { Metadata, type TableFacts } from '../authoring/services.ts'
import type { PresentTables } from './organization-schema.ts'

/** What handlers may ask of the organization's tables, answered from its catalog. */
export class CatalogMetadata extends Metadata {
  readonly #present: Readonly<PresentTables>

  constructor(present: Readonly<PresentTables>) {
    super()
    this.#present = present
  }

  table(logicalName: string): TableFacts | undefined {
    const table = this.#present.catalog.find(logicalName)
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
