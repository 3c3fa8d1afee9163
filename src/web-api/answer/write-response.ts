import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import { base64Of } from '../../rows/bytes.ts'
import { printLossless } from '../../rows/lossless-json.ts'
import { isRowRef, type Row } from '../../rows/value.ts'
import { json, noContent, type WebApiResponse } from '../http.ts'
import type { Scope } from '../scope.ts'
import { quote } from './quote.ts'
import { tableView } from '../table-view.ts'
import { RowShape } from './row-shape.ts'
import { selectionOf, type Selection } from './selection.ts'
import { writeValue } from './write-value.ts'

/**
 * What a function or action answered: nothing, or its response object.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-functions
 */
export function writeResponse(scope: Scope, name: string, response: unknown): WebApiResponse {
  if (typeof response !== 'object' || response === null) return noContent()
  const members = Object.entries(response).filter(([, value]) => value !== undefined)
  if (members.length === 0) return noContent()
  const template = name === 'InitializeFrom' ? rowTemplate(scope, members) : undefined
  if (template !== undefined) return template
  const rows = rowsAlone(scope, members)
  if (rows !== undefined) return rows
  const context = `${scope.address.root}$metadata#Microsoft.Dynamics.CRM.${name}Response`
  const text = members
    .map(([member, value]) => `,${quote(member)}:${writeAny(scope, value)}`)
    .join('')
  return json(`{"@odata.context":${quote(context)}${text}}`)
}

/** A row that is not stored, in the form in which it can be sent to be created. */
function rowTemplate(
  scope: Scope,
  [member]: readonly (readonly [string, unknown])[],
): WebApiResponse | undefined {
  const entity = member?.[1]
  const table = typeof entity === 'object' && entity !== null ? tableOf(scope, entity) : undefined
  if (table === undefined) return undefined
  let text = `{"@odata.context":${quote(`${scope.address.root}$metadata#${table.entitySetName}/$entity`)}`
  text += `,"@odata.type":"#Microsoft.Dynamics.CRM.${table.logicalName}"`
  for (const [name, value] of Object.entries((entity as { Attributes: Row }).Attributes)) {
    const column = table.columns.get(name)
    if (isRowRef(value)) {
      const navigation = tableView(table).navigationOf(name, value.table)
      const set = scope.catalog.table(value.table).entitySetName
      text += `,${quote(`${navigation}@odata.bind`)}:${quote(`${set}(${value.id})`)}`
    } else if (column !== undefined) {
      text += `,${quote(name)}:${writeValue(column, value)}`
    }
  }
  return json(`${text}}`)
}

/** An answer that is a row, or rows, and nothing else is written as such. */
function rowsAlone(
  scope: Scope,
  members: readonly (readonly [string, unknown])[],
): WebApiResponse | undefined {
  const [, value] = members.length === 1 ? (members[0] ?? []) : []
  if (typeof value === 'object' && value !== null && 'Attributes' in value) {
    const table = tableOf(scope, value)
    if (table !== undefined) {
      const context = `${scope.address.root}$metadata#${table.entitySetName}/$entity`
      return json(`{"@odata.context":${quote(context)},${writeAny(scope, value).slice(1)}`)
    }
  }
  const { EntityName, Entities } = (value ?? {}) as Partial<EntityCollection>
  const table = EntityName === undefined ? undefined : scope.catalog.find(EntityName)
  if (table === undefined || Entities === undefined) return undefined
  const { shape, names } = chosenOf(scope, table)
  const chosen = names === undefined ? '' : `(${names.join(',')})`
  const context = `${scope.address.root}$metadata#${table.entitySetName}${chosen}`
  const text = Entities.map((entity) =>
    names === undefined
      ? writeAny(scope, entity)
      : `{${shape.members((entity as { Attributes: Row }).Attributes, undefined).slice(1)}}`,
  ).join(',')
  return json(`{"@odata.context":${quote(context)},"value":[${text}]}`)
}

/** Rows that a function answers can be chosen from; what else asks of them is refused by name. @throws NOT_SUPPORTED */
function chosenOf({ address: { options } }: Scope, table: Table): Selection {
  for (const name of options.names) {
    if (name.startsWith('$') && name !== '$select') {
      throw new DataverseError('NOT_SUPPORTED', `${name} behind a function is not evaluated.`)
    }
  }
  return selectionOf(table, options.get('$select'))
}

interface EntityCollection {
  readonly EntityName: string
  readonly Entities: readonly unknown[]
}

function writeAny(scope: Scope, value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item: unknown) => writeAny(scope, item)).join(',')}]`
  if (value instanceof Uint8Array) return quote(base64Of(value))
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
