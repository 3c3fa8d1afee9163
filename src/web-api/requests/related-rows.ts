import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Filter, Query } from '../../query/query.ts'
import { quote } from '../answer/quote.ts'
import { json, noContent, type WebApiResponse } from '../http.ts'
import { readJson, readObject } from '../payload/read-json.ts'
import { readRow } from '../payload/read-row.ts'
import type { Scope } from '../scope.ts'
import type { CollectionNavigation } from '../table-view.ts'
import { changesOf, createFrom } from './apply-payload.ts'
import type { CollectionEnd } from './links.ts'
import { countRows, readRows, retrieveMultiple } from './row-sets.ts'
import { entityId, representation } from './rows.ts'
import { setQuery } from './set-query.ts'
import { nextLink } from './skip-token.ts'

/** `GET set(key)/collection`, or the addresses of its rows only. */
export async function readRelated(
  scope: Scope,
  end: CollectionEnd,
  what: 'rows' | 'references',
): Promise<WebApiResponse> {
  const table = scope.catalog.table(end.navigation.table)
  const narrow = (query: Query) => relatedTo(end, query, table)
  if (what === 'rows') return readRows(scope, table, narrow)
  return answerReferences(scope, table, narrow(setQuery(scope, table).query))
}

export async function countRelated(scope: Scope, end: CollectionEnd): Promise<WebApiResponse> {
  const table = scope.catalog.table(end.navigation.table)
  return countRows(scope, table, (query) => relatedTo(end, query, table))
}

async function answerReferences(scope: Scope, table: Table, query: Query): Promise<WebApiResponse> {
  const { root } = scope.address
  const page = await retrieveMultiple(scope, { ...query, columns: [table.primaryId] })
  const value = page.rows.map((row) => ({
    '@odata.id': `${root}${table.entitySetName}(${row[table.primaryId] as string})`,
  }))
  const next =
    page.moreRows && query.page !== undefined
      ? `,"@odata.nextLink":${quote(nextLink(scope, query.page.number + 1, page.cookie))}`
      : ''
  return json(
    `{"@odata.context":${quote(`${root}$metadata#Collection($ref)`)},"value":${JSON.stringify(value)}${next}}`,
  )
}

/** `POST set(key)/collection`: a row that belongs to it from the start. */
export async function postRelated(
  scope: Scope,
  { table, id, navigation }: CollectionEnd,
): Promise<WebApiResponse> {
  const child = scope.catalog.table(navigation.table)
  const payload = readRow(scope, child, readJson(scope.request))
  const parent = { table: table.logicalName, id }
  if (navigation.link.kind === 'many-to-many') {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `Creating a row through the many-to-many collection '${navigation.name}' is not emulated; create it, then add it by $ref.`,
    )
  }
  const values = { ...payload.values, [navigation.link.column]: parent }
  const made = await createFrom(scope, { ...payload, values })
  if (scope.preferences.returnRepresentation) return representation(scope, child, made, 201)
  return noContent(entityId(scope, `${child.entitySetName}(${made})`))
}

/**
 * `PUT set(key)/collection`: the parties of an activity are these, whoever they were. No other collection is
 * replaced as a whole.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api
 */
export async function replaceParties(
  scope: Scope,
  { table, id, navigation }: CollectionEnd,
): Promise<WebApiResponse> {
  const { value } = readObject(scope.request)
  if (!Array.isArray(value)) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `The body has to be {"value": [...]} for '${navigation.name}'.`,
    )
  }
  const payload = readRow(scope, table, { [navigation.name]: value as unknown })
  await scope.org.update(table.logicalName, id, await changesOf(scope.org, payload), scope.options)
  return noContent()
}

/** The query limited to the rows of one collection. */
export function relatedTo(
  { id, navigation }: { readonly id: string; readonly navigation: CollectionNavigation },
  query: Query,
  table: Table,
): Query {
  const { link } = navigation
  if (link.kind === 'one-to-many') {
    return {
      ...query,
      where: both(
        { kind: 'condition', column: link.column, operator: 'eq', values: [id] },
        query.where,
      ),
    }
  }
  const { column, otherColumn, intersectTable } = link
  if (column === undefined || otherColumn === undefined) {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `No definition tells the columns of '${intersectTable}', so '${navigation.name}' can't be read.`,
    )
  }
  return {
    ...query,
    links: [
      ...(query.links ?? []),
      {
        kind: 'exists',
        table: intersectTable,
        from: otherColumn,
        to: table.primaryId,
        intersect: true,
        columns: [],
        where: { kind: 'condition', column, operator: 'eq', values: [id] },
      },
    ],
  }
}

function both(first: Filter, second: Filter | undefined): Filter {
  return second === undefined ? first : { kind: 'and', filters: [first, second] }
}
