import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Row } from '../../rows/value.ts'
import type { RowKey } from '../address/row-key.ts'
import { gatherFormats } from '../answer/gather-names.ts'
import { quote } from '../answer/quote.ts'
import { etagOf } from '../answer/row-shape.ts'
import { selectionOf, type Selection } from '../answer/selection.ts'
import { readCondition } from '../conditions.ts'
import { json, noContent, type WebApiResponse } from '../http.ts'
import { readJson } from '../payload/read-json.ts'
import { readRow } from '../payload/read-row.ts'
import { appliedPreferences } from '../preferences.ts'
import type { Scope } from '../scope.ts'
import { changesOf, createFrom } from './apply-payload.ts'
import { expandedMembers, readExpansion, type Expansion } from './expand.ts'
import { retrieve, rowId } from './find-row.ts'
import { chosenNames } from './row-sets.ts'
import { assertSupported, columnsOf } from './set-query.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-entity-web-api */
export async function postRow(scope: Scope, table: Table): Promise<WebApiResponse> {
  const payload = readRow(scope, table, readJson(scope.request))
  const id = await createFrom(scope, payload)
  if (scope.preferences.returnRepresentation) return representation(scope, table, id, 201)
  return noContent(entityId(scope, `${table.entitySetName}(${id})`))
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/retrieve-entity-using-web-api */
export async function getRow(scope: Scope, table: Table, key: RowKey): Promise<WebApiResponse> {
  const chosen = choiceOf(scope, table)
  const id = await rowId(scope.org, table, key)
  const row = await retrieve(scope, table, id, chosen.columns)
  if (isUnchanged(scope, row)) {
    // The body's type is told although there is none.
    return { status: 304, headers: { 'Content-Type': 'application/json', 'OData-Version': '4.0' } }
  }
  const etag = etagOf(row)
  return json(
    await rowBody(scope, table, row, chosen),
    200,
    etag === undefined ? undefined : { ETag: etag },
    appliedPreferences(scope.request.headers, ['odata.include-annotations']),
  )
}

/** Expanded and annotated answers depend on other rows too, so they are always given. */
function isUnchanged({ request, preferences, address }: Scope, row: Row): boolean {
  const condition = readCondition(request.headers, 'if-none-match')
  if (condition?.kind !== 'versions') return false
  if (preferences.annotations !== undefined || address.options.get('$expand') !== undefined)
    return false
  const version = row['versionnumber']
  return typeof version === 'bigint' && condition.versions.includes(version)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api */
export async function patchRow(scope: Scope, table: Table, key: RowKey): Promise<WebApiResponse> {
  const { org, options, request } = scope
  const payload = readRow(scope, table, readJson(request))
  const values = await changesOf(org, payload)
  if (key.kind === 'id') delete values[table.primaryId]
  const ifMatch = readCondition(request.headers, 'if-match')
  const ifNoneMatch = readCondition(request.headers, 'if-none-match')
  const name = table.logicalName
  let id: string
  let created = false
  if (ifMatch !== undefined) {
    id = await rowId(org, table, key)
    const version = ifMatch.kind === 'versions' ? { ifVersion: versionOf(ifMatch.versions) } : {}
    await org.update(name, id, values, { ...options, ...version })
  } else {
    const only = ifNoneMatch?.kind === 'any' ? ({ only: 'create' } as const) : {}
    const target = key.kind === 'id' ? key.id : key.values
    ;({ id, created } = await org.upsert(name, target, values, { ...options, ...only }))
  }
  if (scope.preferences.returnRepresentation) {
    return representation(scope, table, id, created ? 201 : 200)
  }
  // A row addressed by an alternate key is answered by it.
  const [segment] = scope.address.segments
  const address =
    key.kind === 'id' || segment === undefined ? `${table.entitySetName}(${id})` : segment.text
  return noContent(entityId(scope, address))
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api#basic-delete */
export async function deleteRow(scope: Scope, table: Table, key: RowKey): Promise<WebApiResponse> {
  const ifMatch = readCondition(scope.request.headers, 'if-match')
  const version = ifMatch?.kind === 'versions' ? { ifVersion: versionOf(ifMatch.versions) } : {}
  const id = await rowId(scope.org, table, key)
  await scope.org.delete(table.logicalName, id, { ...scope.options, ...version })
  return noContent()
}

/** A version no row has, for tags that are none of ours: they match nothing. */
function versionOf(versions: readonly bigint[]): bigint {
  const [version, ...more] = versions
  if (more.length > 0) {
    throw new DataverseError('NOT_SUPPORTED', 'If-Match with several etags is not emulated.')
  }
  return version ?? -1n
}

export function entityId({ address }: Scope, path: string): Readonly<Record<string, string>> {
  const url = `${address.root}${path}`
  return { Location: url, 'OData-EntityId': url }
}

/** The row as it is now, for `return=representation`. */
export async function representation(
  scope: Scope,
  table: Table,
  id: string,
  status: 200 | 201,
): Promise<WebApiResponse> {
  // $expand is heeded where a row was created, not where it was changed.
  const chosen = choiceOf(scope, table, status === 201)
  const row = await retrieve(scope, table, id, chosen.columns)
  return json(
    await rowBody(scope, table, row, chosen),
    status,
    // What a later request of a change set refers to.
    { Location: `${scope.address.root}${table.entitySetName}(${id})` },
    appliedPreferences(scope.request.headers, ['return', 'odata.include-annotations']),
  )
}

/** What `$select` and `$expand` chose of a row. */
interface Choice {
  readonly selection: Selection
  readonly expansion: Expansion
  readonly columns: readonly string[] | undefined
}

function choiceOf({ address, catalog }: Scope, table: Table, heedsExpand = true): Choice {
  const { options } = address
  assertSupported(options.names)
  const selection = selectionOf(table, options.get('$select'))
  const expansion = readExpansion(heedsExpand ? options.get('$expand') : undefined, table, catalog)
  const columns = columnsOf(selection, expansion)
  return { selection, expansion, columns: columns === 'all' ? undefined : columns }
}

async function rowBody(
  scope: Scope,
  table: Table,
  row: Row,
  { selection, expansion }: Choice,
): Promise<string> {
  const { address, preferences } = scope
  const { shape } = selection
  const context = `${address.root}$metadata#${table.entitySetName}${chosenNames(selection, expansion)}/$entity`
  const annotating =
    preferences.annotations === undefined
      ? undefined
      : {
          wanted: preferences.annotations,
          formats: await gatherFormats(scope, [{ rows: [row], columns: shape.columns }]),
        }
  let members = shape.members(row, annotating)
  if (expansion.items.length > 0) {
    const style = { of: 'row', isNested: expansion.isNested } as const
    const expanded = await expandedMembers(scope, { table, rows: [row] }, expansion, style)
    members += expanded.get(row) ?? ''
  }
  return `{"@odata.context":${quote(context)}${members}}`
}
