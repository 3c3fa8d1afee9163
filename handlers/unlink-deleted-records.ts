import { Handler, inject, Metadata, PostOperation, type DeleteEvent } from 'dataverse-handlers'

/** The most rows the platform gives at once. */
const PAGE_SIZE = 5000

/**
 * A mapping names its row by id and object type code: no relationship, so no cascade finds it. When the row
 * is deleted, whatever its table, the mapping is told.
 */
@Handler.anyTable()
export class UnlinkDeletedRecords {
  constructor(@inject(Metadata) private readonly metadata: Metadata) {}

  @PostOperation('Delete')
  async unlinkMappings({ table, id, org }: DeleteEvent) {
    const objectTypeCode = (await this.metadata.table(table))?.objectTypeCode
    // Nothing can point at rows of a table that has no number.
    if (objectTypeCode === undefined) return

    for (let number = 1, isMore = true; isMore; number++) {
      const { rows, moreRows } = await org.retrieveMultiple({
        table: 'exchangesyncidmapping',
        columns: ['isunlinkedincrm'],
        where: {
          kind: 'and',
          filters: [
            { kind: 'condition', column: 'objectid', operator: 'eq', values: [id] },
            {
              kind: 'condition',
              column: 'objecttypecode',
              operator: 'eq',
              values: [objectTypeCode],
            },
          ],
        },
        page: { size: PAGE_SIZE, number },
      })
      for (const { exchangesyncidmappingid, isunlinkedincrm } of rows) {
        if (isunlinkedincrm === true) continue
        await org.update('exchangesyncidmapping', exchangesyncidmappingid as string, {
          isunlinkedincrm: true,
        })
      }
      isMore = moreRows
    }
  }
}
