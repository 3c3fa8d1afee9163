import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { columnOfProperty, navigationOf } from './names.ts'
import { propertyFault } from './fault.ts'

export interface ParsedSelect {
  /** As the option names them, in its order. */
  readonly properties: readonly string[]
  /** Logical names. */
  readonly columns: readonly string[]
}

/** $select. @throws QUERY_INVALID naming the property that is not known */
export function parseSelect(text: string, table: Table, catalog: Catalog): ParsedSelect {
  const properties = text.split(',').map((name) => name.trim())
  if (properties.includes('*')) {
    throw new DataverseError(
      'QUERY_INVALID',
      '$select=* is not supported; name the columns, or leave $select out.',
    )
  }
  const columns = properties.map((property) => selectedColumn(property, table, catalog))
  return { properties, columns: [...new Set(columns)] }
}

/** A lookup may be selected by its navigation property too. */
function selectedColumn(property: string, table: Table, catalog: Catalog): string {
  const column = columnOfProperty(table, property)
  if (column !== undefined) return column.logicalName
  const navigation = navigationOf(table, property, catalog)
  if (navigation?.kind === 'one') return navigation.column
  throw propertyFault(property, table.logicalName)
}
