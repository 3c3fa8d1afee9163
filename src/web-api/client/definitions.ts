import { DataverseError } from '../../errors/dataverse-error.ts'
import { definitionsOf } from '../../metadata/import/entity-definitions/read-entity-definitions.ts'
import { isObject } from '../../metadata/import/entity-definitions/members.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import type { Transport } from './transport.ts'

/** What definitions are asked with. */
export type Asked = Pick<Transport, 'root' | 'send'>

type JsonObject = Readonly<Record<string, unknown>>

/** A table of an organization, as far as choosing among them goes. */
export interface KnownTable {
  readonly logicalName: string
  /** Whether it, or one of its columns, is somebody's own. */
  readonly isCustomized: boolean
}

/** Every table an organization has, in its order. */
export async function listTables(transport: Asked): Promise<readonly KnownTable[]> {
  const path =
    'EntityDefinitions?$select=LogicalName,IsCustomEntity&$expand=Attributes($select=IsCustomAttribute;$filter=IsCustomAttribute%20eq%20true)'
  return valuesIn(await get(transport, path), path).map((table) => ({
    logicalName: String(table['LogicalName']),
    isCustomized:
      table['IsCustomEntity'] === true ||
      (Array.isArray(table['Attributes']) && table['Attributes'].length > 0),
  }))
}

/** Columns whose options are told only to those who ask for their type. */
const WITH_OPTIONS = ['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'] as const
const ENDS = 'Attributes,Keys,ManyToOneRelationships,OneToManyRelationships,ManyToManyRelationships'

/**
 * All that an organization tells of a table. Of its messages it tells nothing.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api
 * @throws TABLE_UNKNOWN, DOCUMENT_UNREADABLE, ORGANIZATION_REFUSED
 */
export async function readDefinition(
  transport: Asked,
  logicalName: string,
): Promise<TableDefinition> {
  const table = `EntityDefinitions(LogicalName='${encodeURIComponent(logicalName)}')`
  const absent = (cause: DataverseError) =>
    new DataverseError('TABLE_UNKNOWN', `The organization has no table '${logicalName}'.`, {
      cause,
    })
  const told = await get(transport, `${table}?$expand=${ENDS}`, absent)
  const sets = new Map<unknown, JsonObject>()
  const attributes = Array.isArray(told['Attributes']) ? told['Attributes'].filter(isObject) : []
  for (const type of WITH_OPTIONS) {
    const declared = `#Microsoft.Dynamics.CRM.${type}AttributeMetadata`
    if (!attributes.some((attribute) => attribute['@odata.type'] === declared)) continue
    const path = `${table}/Attributes/${declared.slice(1)}?$select=LogicalName&$expand=OptionSet,GlobalOptionSet`
    for (const { LogicalName, OptionSet, GlobalOptionSet } of valuesIn(
      await get(transport, path),
      path,
    )) {
      sets.set(LogicalName, { OptionSet, GlobalOptionSet })
    }
  }
  const whole = {
    ...told,
    Attributes: attributes.map((each) => ({ ...each, ...sets.get(each['LogicalName']) })),
  }
  const [definition] = definitionsOf(whole, { fileName: transport.root, text: '' })
  if (definition !== undefined) return definition
  throw unlike(table)
}

async function get(
  transport: Asked,
  path: string,
  absent?: (cause: DataverseError) => DataverseError,
): Promise<JsonObject> {
  const headers = { Consistency: 'Strong' }
  const { json } = await transport.send({
    method: 'GET',
    path,
    headers,
    ...(absent !== undefined && { absent }),
  })
  if (isObject(json)) return json
  throw unlike(path)
}

function valuesIn({ value }: JsonObject, path: string): readonly JsonObject[] {
  if (Array.isArray(value) && value.every(isObject)) return value
  throw unlike(path)
}

function unlike(path: string): DataverseError {
  return new DataverseError(
    'ORGANIZATION_REFUSED',
    `GET ${path} was answered with something that is no definition.`,
  )
}
