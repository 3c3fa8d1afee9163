import type { Table } from '../../metadata/table.ts'
import { printLossless } from '../../rows/lossless-json.ts'
import { isRowRef, type Row } from '../../rows/value.ts'
import { json, noContent, type WebApiResponse } from '../http.ts'
import type { Scope } from '../scope.ts'
import { quote } from './quote.ts'
import { tableView } from '../table-view.ts'
import { RowShape } from './row-shape.ts'

/**
 * What a function or action answered: nothing, or its response object.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-functions
 */
export function writeResponse(scope: Scope, name: string, response: unknown): WebApiResponse {
  if (typeof response !== 'object' || response === null) return noContent()
  const members = Object.entries(response).filter(([, value]) => value !== undefined)
  if (members.length === 0) return noContent()
  const context = `${scope.address.root}$metadata#Microsoft.Dynamics.CRM.${name}Response`
  const text = members
    .map(([member, value]) => `,${quote(member)}:${writeAny(scope, value)}`)
    .join('')
  return json(`{"@odata.context":${quote(context)}${text}}`)
}

function writeAny(scope: Scope, value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item: unknown) => writeAny(scope, item)).join(',')}]`
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return value === undefined ? 'null' : printLossless(value)
  }
  const table = tableOf(scope, value)
  if (table !== undefined && isRowRef(value)) {
    return `{"@odata.type":"#Microsoft.Dynamics.CRM.${value.table}",${quote(table.primaryId)}:${quote(value.id)}}`
  }
  if (table !== undefined && 'Attributes' in value) {
    return writeEntity(table, value.Attributes as Row)
  }
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{${members.map(([member, each]) => `${quote(member)}:${writeAny(scope, each)}`).join(',')}}`
}

function tableOf({ catalog }: Scope, value: object): Table | undefined {
  if (isRowRef(value)) return catalog.find(value.table)
  const name = (value as { readonly LogicalName?: unknown }).LogicalName
  return typeof name === 'string' && 'Attributes' in value ? catalog.find(name) : undefined
}

/** A row in an answer: the columns it carries, as properties. */
function writeEntity(table: Table, attributes: Row): string {
  const { propertyOf } = tableView(table)
  const properties = Object.keys(attributes).flatMap((name) => propertyOf.get(name) ?? [])
  const members = new RowShape(table, properties).members(attributes, undefined)
  return `{"@odata.type":"#Microsoft.Dynamics.CRM.${table.logicalName}"${members}}`
}
