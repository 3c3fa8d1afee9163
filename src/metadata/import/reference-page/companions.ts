import type { Column } from '../../column.ts'

/**
 * Marks the columns that only repeat another one: pages print them like any other column, and their
 * AttributeOf not at all. The platform makes their names from the column they belong to, and keeps
 * those names free for that.
 * https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata
 */
export function withCompanions(columns: readonly Column[]): readonly Column[] {
  const owners = new Map<string, { readonly of: string; readonly type: Column['type'] }>()
  for (const { type, logicalName: of } of columns) {
    if (type === 'Lookup' || type === 'Customer' || type === 'Owner') {
      owners.set(`${of}name`, { of, type: 'String' })
      owners.set(`${of}yominame`, { of, type: 'String' })
      owners.set(`${of}type`, { of, type: 'EntityName' })
    } else if (type === 'Image') {
      // The metadata names the image's id column here, not the image.
      owners.set(`${of}_timestamp`, { of: `${of}id`, type: 'BigInt' })
      owners.set(`${of}_url`, { of: `${of}id`, type: 'String' })
    } else if (type === 'File') {
      owners.set(`${of}_name`, { of, type: 'String' })
    }
  }
  return columns.map((column) => {
    const owner = owners.get(column.logicalName)
    return owner?.type === column.type ? { ...column, attributeOf: owner.of } : column
  })
}
