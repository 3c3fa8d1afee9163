import type { Column } from '../../metadata/column.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import { isRowRef, type Value } from '../../rows/value.ts'

/** Columns that tell which table a lookup leads to, each with its lookup; the owner's is set with the owner. */
const typeColumns = perTable((table: Table): readonly (readonly [string, string])[] =>
  [...table.columns.values()].flatMap((column) => {
    const lookup = column.type === 'EntityName' ? lookupOf(table, column) : undefined
    return lookup === undefined ? [] : [[lookup, column.logicalName] as const]
  }),
)

/**
 * As the metadata says, or by the name: `objecttypecode` tells what `objectid` leads to, `partyobjecttypecode`
 * the same of `partyid`, `customeridtype` of `customerid`.
 */
function lookupOf(table: Table, { attributeOf, logicalName }: Column): string | undefined {
  const stem = logicalName.replace(/(object)?typecode$|type$/, '')
  const names = [attributeOf, stem, `${stem}id`, `${stem}objectid`]
  return names.find((name) => {
    const type = name === undefined ? undefined : table.columns.get(name)?.type
    return type === 'Lookup' || type === 'Customer'
  })
}

/** Columns that tell which table a lookup leads to follow from the lookup, whatever is sent for them. */
export function setLookupTypes(table: Table, values: Record<string, Value | undefined>): void {
  for (const [lookup, kind] of typeColumns(table)) {
    const reference = values[lookup]
    if (reference === undefined) continue
    values[kind] = isRowRef(reference) ? reference.table : null
  }
}
