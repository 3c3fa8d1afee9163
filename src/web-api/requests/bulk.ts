import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { RowRef, Value, Values } from '../../rows/value.ts'
import type { RowKey } from '../address/row-key.ts'
import { quote } from '../answer/quote.ts'
import { json, noContent, type WebApiResponse } from '../http.ts'
import { methodNotAllowed } from '../method.ts'
import { readObject } from '../payload/read-json.ts'
import { readRow, typeName } from '../payload/read-row.ts'
import { readRowAddress } from '../payload/reference.ts'
import type { Scope } from '../scope.ts'
import { changesOf } from './apply-payload.ts'
import { rowId } from './find-row.ts'

/** `set/Microsoft.Dynamics.CRM.CreateMultiple` and its kin. */
export function isBulk(name: string): name is BulkName {
  return Object.hasOwn(BULK, name)
}

export async function callBulk(
  scope: Scope,
  table: Table,
  name: BulkName,
): Promise<WebApiResponse> {
  if (scope.request.method !== 'POST') {
    throw methodNotAllowed(scope.request.method, `the action '${name}'`, 'POST')
  }
  const { Targets } = readObject(scope.request)
  if (!Array.isArray(Targets)) {
    throw new DataverseError('PAYLOAD_INVALID', `${name} takes an array of rows as 'Targets'.`)
  }
  const targets: Target[] = []
  for (const item of Targets) targets.push(await readTarget(scope, table, item))
  return BULK[name](scope, table, targets)
}

/** One row of the request, and which row it is. */
interface Target {
  readonly key: RowKey | undefined
  readonly values: Record<string, Value>
}

type BulkName = 'CreateMultiple' | 'UpdateMultiple' | 'UpsertMultiple' | 'DeleteMultiple'

/** https://learn.microsoft.com/power-apps/developer/data-platform/bulk-operations */
const BULK: Readonly<
  Record<
    BulkName,
    (scope: Scope, table: Table, targets: readonly Target[]) => Promise<WebApiResponse>
  >
> = {
  async CreateMultiple(scope, table, targets) {
    const { ids } = await scope.org.execute('CreateMultiple', {
      table: table.logicalName,
      targets: targets.map(({ key, values }) =>
        key?.kind === 'id' ? { id: key.id, values } : { values },
      ),
      ...scope.options,
    })
    const context = `${scope.address.root}$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse`
    return json(`{"@odata.context":${quote(context)},"Ids":${JSON.stringify(ids)}}`)
  },

  async UpdateMultiple(scope, table, targets) {
    await scope.org.execute('UpdateMultiple', {
      table: table.logicalName,
      targets: await Promise.all(
        targets.map(async ({ key, values }) => ({
          id: await rowId(scope.org, table, required(key, table)),
          values,
        })),
      ),
      ...scope.options,
    })
    return noContent()
  },

  async UpsertMultiple(scope, table, targets) {
    await scope.org.execute('UpsertMultiple', {
      table: table.logicalName,
      targets: targets.map(({ key, values }) => upserted(table, key, values)),
      ...scope.options,
    })
    return noContent()
  },

  async DeleteMultiple(scope, table, targets) {
    const refs: RowRef[] = []
    for (const { key } of targets) {
      refs.push({
        table: table.logicalName,
        id: await rowId(scope.org, table, required(key, table)),
      })
    }
    await scope.org.execute('DeleteMultiple', { targets: refs, ...scope.options })
    return noContent()
  },
}

/** By `@odata.id`, or by the primary key among its columns. @throws PAYLOAD_INVALID */
async function readTarget(scope: Scope, table: Table, item: unknown): Promise<Target> {
  if (typeof item !== 'object' || item === null || typeName(item) !== table.logicalName) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `Each of the Targets has to say what it is: "@odata.type":"Microsoft.Dynamics.CRM.${table.logicalName}".`,
    )
  }
  const changes = await changesOf(scope.org, readRow(scope, table, item))
  const { [table.primaryId]: id, ...values } = changes
  const address = (item as Readonly<Record<string, unknown>>)['@odata.id']
  if (typeof address === 'string') {
    const named = readRowAddress(address, scope.catalog)
    if (named.table === table) return { key: named.key, values }
    throw new DataverseError('PAYLOAD_INVALID', `'${address}' is no row of '${table.logicalName}'.`)
  }
  return { key: typeof id === 'string' ? { kind: 'id', id } : undefined, values }
}

function required(key: RowKey | undefined, table: Table): RowKey {
  if (key !== undefined) return key
  throw new DataverseError(
    'PAYLOAD_INVALID',
    `EdmEntityObject passed should have the key property value set. (${table.primaryId}, or @odata.id)`,
  )
}

/** Without id and address, the columns of an alternate key say which row is meant. */
function upserted(
  table: Table,
  key: RowKey | undefined,
  values: Values,
): { readonly id?: string; readonly key?: Values; readonly values: Values } {
  if (key?.kind === 'id') return { id: key.id, values }
  if (key?.kind === 'values') return { key: key.values, values }
  const found = table.keys.find(({ columns }) =>
    columns.every((column) => values[column] !== undefined && values[column] !== null),
  )
  if (found === undefined) required(undefined, table)
  const columns = found?.columns ?? []
  return {
    key: Object.fromEntries(columns.map((column) => [column, values[column]])),
    values,
  }
}
