import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Row, Values } from '../../rows/value.ts'
import { isRowRef } from '../../rows/value.ts'
import type { RowKey } from '../address/row-key.ts'
import type { ServedOrganization } from '../organization.ts'
import type { Scope } from '../scope.ts'

/** The id of the row a key means. An id is taken as it is: whether the row exists, the message says. @throws ROW_NOT_FOUND_BY_KEY */
export async function rowId(org: ServedOrganization, table: Table, key: RowKey): Promise<string> {
  if (key.kind === 'id') return key.id
  const id = await findByKey(org, table, key.values)
  if (id !== undefined) return id
  throw new DataverseError(
    'ROW_NOT_FOUND_BY_KEY',
    `A record with the specified key values does not exist in ${table.logicalName} entity`,
  )
}

async function findByKey(
  org: ServedOrganization,
  table: Table,
  key: Values,
): Promise<string | undefined> {
  if (org.findByKey !== undefined) return org.findByKey(table.logicalName, key)
  const { rows } = await org.retrieveMultiple({
    table: table.logicalName,
    columns: [table.primaryId],
    top: 1,
    where: {
      kind: 'and',
      filters: Object.entries(key).map(([column, value]) => ({
        kind: 'condition',
        column,
        operator: 'eq',
        values: [isRowRef(value) ? value.id : (value ?? null)],
      })),
    },
  })
  const id = rows[0]?.[table.primaryId]
  return typeof id === 'string' ? id : undefined
}

/** @throws ROW_NOT_FOUND */
export async function retrieve(
  { org, options }: Scope,
  table: Table,
  id: string,
  columns: readonly string[] | undefined,
): Promise<Row> {
  if (!hasAny(options)) return org.retrieve(table.logicalName, id, columns)
  const response = await org.execute('Retrieve', {
    table: table.logicalName,
    id,
    columns: columns ?? 'all',
    ...options,
  })
  return response.row
}

function hasAny(options: object): boolean {
  for (const _ in options) return true
  return false
}
