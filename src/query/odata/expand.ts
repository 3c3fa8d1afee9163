import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Query } from '../query.ts'
import type { Navigation } from './names.ts'

/** One navigation property that $expand asks for. */
export interface Expand {
  readonly navigation: Navigation
  readonly query: Query
  readonly expands: readonly Expand[]
}

export function parseExpand(_text: string, _table: Table, _catalog: Catalog): readonly Expand[] {
  throw new DataverseError('NOT_SUPPORTED', '$expand is not evaluated.')
}
