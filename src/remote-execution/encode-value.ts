import { DataverseError } from '../errors/dataverse-error.ts'
import type { Entity, EntityReference } from '../pipeline/execution-context.ts'
import { base64Of } from '../rows/bytes.ts'
import { EMPTY_GUID } from '../rows/guid.ts'
import { isRowRef, type Party, type RowRef, type Value } from '../rows/value.ts'
import {
  isObject,
  NO_KINDS,
  PARTY_COLUMNS,
  PARTY_TABLE,
  wireType,
  type EntityCollection,
  type KindOf,
  type WireEntry,
  type WireKind,
  type WireObject,
} from './wire.ts'

/*
 * Members are written in the order the platform writes them: `__type`, then by name. Values told apart by
 * their shape alone carry `__type`; statically typed members do not.
 */

/** A value of a parameter bag. */
export function encodeParameter(value: unknown, kindOf: KindOf): unknown {
  if (value instanceof Date) return wireDate(value)
  if (Array.isArray(value)) return value.map((each) => encodeParameter(each, kindOf))
  if (!isObject(value)) return value ?? null
  if ('__type' in value) return value
  if (isEntity(value)) return { __type: wireType('Entity'), ...encodeEntity(value, kindOf) }
  if (isCollection(value)) return encodeCollection(value, kindOf)
  if (isReference(value)) return typedReference(value)
  if (isRowRef(value)) return referenceTo(value, null)
  if ('SchemaName' in value && 'PrimaryEntityRole' in value) {
    const { PrimaryEntityRole, SchemaName } = value
    return { __type: wireType('Relationship'), PrimaryEntityRole, SchemaName }
  }
  if ('AllColumns' in value && 'Columns' in value) {
    const { AllColumns, Columns } = value
    return { __type: wireType('ColumnSet'), AllColumns, Columns }
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, encodeParameter(member, kindOf)]),
  )
}

/** An Entity without `__type`, as images and the rows of a collection are written. */
export function encodeEntity(entity: Entity, kindOf: KindOf): WireObject {
  const { LogicalName, Id, Attributes, FormattedValues = {} } = entity
  const attributes: WireEntry[] = []
  for (const [column, value] of Object.entries(Attributes)) {
    if (value === undefined) continue
    attributes.push({
      key: column,
      value: isRowRef(value)
        ? referenceTo(value, FormattedValues[column] ?? null)
        : encodeAttribute(value, `${LogicalName}.${column}`, kindOf(LogicalName, column)),
    })
  }
  return {
    Attributes: attributes,
    EntityState: null,
    FormattedValues: Object.entries(FormattedValues).map(([key, value]) => ({ key, value })),
    Id,
    KeyAttributes: [],
    LogicalName,
    RelatedEntities: [],
    RowVersion: null,
  }
}

export function encodeReference({ LogicalName, Id, Name = null }: EntityReference): WireObject {
  return { Id, KeyAttributes: [], LogicalName, Name, RowVersion: null }
}

/** The platform adds an offset, which says nothing, in asynchronous payloads. */
export function wireDate(instant: Date, offset = ''): string {
  return `/Date(${instant.getTime()}${offset})/`
}

function encodeAttribute(value: Value, column: string, kind: WireKind | undefined): unknown {
  switch (kind) {
    case 'OptionSetValue':
      return typeof value === 'number' ? option(value) : plain(value)
    case 'Money':
      return typeof value === 'number' ? { __type: wireType('Money'), Value: value } : plain(value)
    case 'DateTime':
    case 'DateOnly':
      return typeof value === 'string' ? dateOf(value, column) : plain(value)
    case 'BigInt':
    case undefined:
      return plain(value)
    default:
      return kind satisfies never
  }
}

/** Everything whose shape tells what it is. */
function plain(value: Value): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return listOf(value as readonly number[] | readonly Party[])
  if (isRowRef(value)) return referenceTo(value, null)
  if (value instanceof Uint8Array) return base64Of(value)
  const property = value as Exclude<typeof value, readonly unknown[] | RowRef | Uint8Array>
  return {
    __type: wireType('BooleanManagedProperty'),
    ...(property.CanBeChanged === undefined ? {} : { CanBeChanged: property.CanBeChanged }),
    ...(property.ManagedPropertyLogicalName === undefined
      ? {}
      : { ManagedPropertyLogicalName: property.ManagedPropertyLogicalName }),
    Value: property.Value,
  }
}

function listOf(list: readonly number[] | readonly Party[]): unknown {
  const first = list[0]
  if (first === undefined || typeof first === 'number') {
    return (list as readonly number[]).map(option)
  }
  const parties = (list as readonly Party[]).map(partyEntity)
  return encodeCollection({ ...ONE_PAGE, EntityName: PARTY_TABLE, Entities: parties }, NO_KINDS, {
    participationtypemask: 'OptionSetValue',
  })
}

function partyEntity(party: Party): Entity {
  const attributes: Record<string, Value> = {}
  for (const column of PARTY_COLUMNS) {
    const part = party[column]
    if (part !== undefined) attributes[column] = part
  }
  return { LogicalName: PARTY_TABLE, Id: EMPTY_GUID, Attributes: attributes }
}

const ONE_PAGE = {
  MoreRecords: false,
  PagingCookie: null,
  TotalRecordCount: -1,
  TotalRecordCountLimitExceeded: false,
} as const

function encodeCollection(
  collection: EntityCollection<Entity>,
  kindOf: KindOf,
  kinds: Readonly<Record<string, WireKind>> = {},
): WireObject {
  return {
    __type: wireType('EntityCollection'),
    Entities: collection.Entities.map((each) =>
      encodeEntity(each, (table, column) => kinds[column] ?? kindOf(table, column)),
    ),
    EntityName: collection.EntityName,
    MinActiveRowVersion: '-1',
    MoreRecords: collection.MoreRecords,
    PagingCookie: collection.PagingCookie,
    TotalRecordCount: collection.TotalRecordCount,
    TotalRecordCountLimitExceeded: collection.TotalRecordCountLimitExceeded,
  }
}

function option(value: number): WireObject {
  return { __type: wireType('OptionSetValue'), Value: value }
}

function referenceTo({ table, id }: RowRef, name: string | null): WireObject {
  return typedReference({ LogicalName: table, Id: id, Name: name })
}

function typedReference(reference: EntityReference): WireObject {
  return { __type: wireType('EntityReference'), ...encodeReference(reference) }
}

/** A day without a time is written as its midnight in UTC. */
function dateOf(value: string, column: string): string {
  const instant = new Date(value)
  if (Number.isNaN(instant.getTime())) {
    throw new DataverseError('INVALID_DATE', `${column} holds '${value}', which is no date.`)
  }
  return wireDate(instant)
}

function isEntity(value: object): value is Entity {
  return 'LogicalName' in value && 'Attributes' in value
}

function isReference(value: object): value is EntityReference {
  return 'LogicalName' in value && 'Id' in value
}

function isCollection(value: object): value is EntityCollection<Entity> {
  return 'EntityName' in value && 'Entities' in value
}
