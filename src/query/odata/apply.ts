import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Query } from '../query.ts'
import type { ParameterAliases } from './expression.ts'

export function parseApply(
  _text: string,
  _filter: string | undefined,
  _table: Table,
  _catalog: Catalog,
  _parameters: ParameterAliases,
): Query {
  throw new DataverseError('NOT_SUPPORTED', '$apply is not evaluated.')
}
