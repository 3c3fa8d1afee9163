import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Transport } from './transport.ts'

/** What a table is called. */
export interface TableNames {
  readonly logicalName: string
  readonly entitySetName: string
  readonly primaryId: string
  readonly primaryName?: string
  readonly objectTypeCode?: number
}

/** A relationship seen from one table: the navigation property that leads to its other end. */
export interface RemoteLink {
  readonly relationship: string
  readonly navigation: string
  /** `one`: this table holds the lookup. */
  readonly leadsTo: 'one' | 'many'
  /** Which end this table is, where it refers to itself. */
  readonly role: 'Referencing' | 'Referenced'
}

/** What requests and answers of a table need to know of it. */
export interface RemoteTable extends TableNames {
  /** AttributeTypeName by logical name: `LookupType`, `MultiSelectPicklistType`, `BigIntType` … */
  readonly columnTypes: ReadonlyMap<string, string>
  /** Of a lookup column: navigation property by the table it points at. */
  readonly lookups: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly links: readonly RemoteLink[]
}

/**
 * Tables as the organization itself describes them; each is asked for once, when it is first needed.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api
 */
export class RemoteTables {
  readonly #transport: Transport
  readonly #names = new Map<string, Promise<TableNames>>()
  readonly #tables = new Map<string, Promise<RemoteTable>>()

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** @throws TABLE_UNKNOWN */
  names(table: string): Promise<TableNames> {
    return (
      this.#tables.get(table) ??
      kept(this.#names, table, () => this.#read(table, NAMES).then(namesOf))
    )
  }

  /** @throws TABLE_UNKNOWN */
  table(table: string): Promise<RemoteTable> {
    return kept(this.#tables, table, () => this.#read(table, WHOLE).then(tableOf))
  }

  async #read(table: string, options: string): Promise<EntityMetadata> {
    const key = encodeURIComponent(table.replaceAll("'", "''"))
    const { json } = await this.#transport.send({
      method: 'GET',
      path: `EntityDefinitions(LogicalName='${key}')?${options}`,
      absent: (cause) =>
        new DataverseError('TABLE_UNKNOWN', `The organization has no table '${table}'.`, { cause }),
    })
    return json as EntityMetadata
  }
}

const NAMES =
  '$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,ObjectTypeCode'
const WHOLE = `${NAMES}&$expand=${[
  'Attributes($select=LogicalName,AttributeType,AttributeTypeName)',
  'ManyToOneRelationships($select=SchemaName,ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName)',
  'OneToManyRelationships($select=SchemaName,ReferencedEntityNavigationPropertyName)',
  'ManyToManyRelationships($select=SchemaName,Entity1LogicalName,Entity1NavigationPropertyName,Entity2LogicalName,Entity2NavigationPropertyName)',
].join(',')}`

/** A failure is not kept: the next request asks again. */
function kept<T>(cache: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = cache.get(key)
  if (known !== undefined) return known
  const reading = read()
  cache.set(key, reading)
  reading.catch(() => cache.delete(key))
  return reading
}

/** The members of EntityMetadata that are asked for. */
interface EntityMetadata {
  readonly LogicalName: string
  readonly EntitySetName: string
  readonly PrimaryIdAttribute: string
  readonly PrimaryNameAttribute?: string | null
  readonly ObjectTypeCode?: number | null
  readonly Attributes?: readonly {
    readonly LogicalName: string
    readonly AttributeType?: string | null
    readonly AttributeTypeName?: { readonly Value?: string | null } | null
  }[]
  readonly ManyToOneRelationships?: readonly {
    readonly SchemaName: string
    readonly ReferencingAttribute: string
    readonly ReferencedEntity: string
    readonly ReferencingEntityNavigationPropertyName?: string | null
  }[]
  readonly OneToManyRelationships?: readonly {
    readonly SchemaName: string
    readonly ReferencedEntityNavigationPropertyName?: string | null
  }[]
  readonly ManyToManyRelationships?: readonly {
    readonly SchemaName: string
    readonly Entity1LogicalName: string
    readonly Entity1NavigationPropertyName?: string | null
    readonly Entity2LogicalName: string
    readonly Entity2NavigationPropertyName?: string | null
  }[]
}

function namesOf(metadata: EntityMetadata): TableNames {
  const { PrimaryNameAttribute: primaryName, ObjectTypeCode: objectTypeCode } = metadata
  return {
    logicalName: metadata.LogicalName,
    entitySetName: metadata.EntitySetName,
    primaryId: metadata.PrimaryIdAttribute,
    ...(typeof primaryName === 'string' && { primaryName }),
    ...(typeof objectTypeCode === 'number' && { objectTypeCode }),
  }
}

function tableOf(metadata: EntityMetadata): RemoteTable {
  return {
    ...namesOf(metadata),
    columnTypes: new Map(
      (metadata.Attributes ?? []).map(({ LogicalName, AttributeType, AttributeTypeName }) => [
        LogicalName,
        AttributeTypeName?.Value ?? `${AttributeType}Type`,
      ]),
    ),
    lookups: lookupsOf(metadata),
    links: linksOf(metadata),
  }
}

function lookupsOf({ ManyToOneRelationships = [] }: EntityMetadata) {
  const lookups = new Map<string, Map<string, string>>()
  for (const told of ManyToOneRelationships) {
    const navigation = told.ReferencingEntityNavigationPropertyName
    if (typeof navigation !== 'string') continue
    const targets = lookups.get(told.ReferencingAttribute) ?? new Map<string, string>()
    lookups.set(told.ReferencingAttribute, targets.set(told.ReferencedEntity, navigation))
  }
  return lookups
}

function linksOf(metadata: EntityMetadata): readonly RemoteLink[] {
  const links: RemoteLink[] = []
  const add = (
    relationship: string,
    navigation: string | null | undefined,
    leadsTo: RemoteLink['leadsTo'],
    role: RemoteLink['role'],
  ) => {
    if (typeof navigation === 'string') links.push({ relationship, navigation, leadsTo, role })
  }
  for (const told of metadata.OneToManyRelationships ?? []) {
    add(told.SchemaName, told.ReferencedEntityNavigationPropertyName, 'many', 'Referenced')
  }
  for (const told of metadata.ManyToOneRelationships ?? []) {
    add(told.SchemaName, told.ReferencingEntityNavigationPropertyName, 'one', 'Referencing')
  }
  for (const told of metadata.ManyToManyRelationships ?? []) {
    const { SchemaName, Entity1NavigationPropertyName, Entity2NavigationPropertyName } = told
    // Of a relationship of a table with itself, Entity1 is the referencing end.
    if (told.Entity1LogicalName === metadata.LogicalName) {
      add(SchemaName, Entity1NavigationPropertyName, 'many', 'Referencing')
    }
    if (told.Entity2LogicalName === metadata.LogicalName) {
      add(SchemaName, Entity2NavigationPropertyName, 'many', 'Referenced')
    }
  }
  return links
}
