import { DataverseError } from '../errors/dataverse-error.ts'
import type { Entity, EntityReference } from '../pipeline/execution-context.ts'
import { EMPTY_GUID, parseGuid } from '../rows/guid.ts'
import type { ManagedProperty, Party, RowRef, Value } from '../rows/value.ts'
import {
  entriesOf,
  isObject,
  NO_KINDS,
  PARTY_COLUMNS,
  PARTY_TABLE,
  typeNameOf,
  type EntityCollection,
  type KindOf,
  type WireKind,
  type WireObject,
} from './wire.ts'

/** A value of a parameter bag. What carries a type that is not known here stays as it came. */
export function decodeParameter(value: unknown, kindOf: KindOf): unknown {
  if (typeof value === 'string') return textOf(value, undefined)
  if (Array.isArray(value)) return value.map((each) => decodeParameter(each, kindOf))
  if (!isObject(value)) return value ?? null
  switch (typeNameOf(value) ?? shapeOf(value)) {
    case 'Entity':
      return decodeEntity(value, kindOf)
    case 'EntityReference':
      return decodeReference(value)
    case 'EntityCollection':
      return decodeCollection(value, kindOf)
    // As the context in the emulator holds them; only columns of rows are plain numbers.
    case 'OptionSetValue':
    case 'Money':
      return { Value: Number(value['Value']) }
    case 'Relationship':
      return relationshipOf(value)
    case 'ColumnSet':
      return { AllColumns: value['AllColumns'] === true, Columns: value['Columns'] ?? [] }
    case 'object':
      return mapMembers(value, (each) => decodeParameter(each, kindOf))
    default:
      return value
  }
}

export function decodeEntity(value: WireObject, kindOf: KindOf): Entity {
  const table = typeof value['LogicalName'] === 'string' ? value['LogicalName'] : 'none'
  const attributes: Record<string, Value | undefined> = {}
  const formatted: Record<string, string> = {}
  for (const { key: column, value: each } of entriesOf(value['FormattedValues'])) {
    if (typeof each === 'string') formatted[column] = each
  }
  for (const { key: column, value: each } of entriesOf(value['Attributes'])) {
    // `versionnumber` has 64 bits on every table.
    const kind = column === 'versionnumber' ? 'BigInt' : kindOf(table, column)
    attributes[column] = decodeAttribute(each, `${table}.${column}`, kind)
    // The platform may print a lookup's text in the reference alone; rows keep it with the other texts.
    if (isObject(each) && typeof each['Name'] === 'string') formatted[column] ??= each['Name']
  }
  const entity = { LogicalName: table, Id: idOf(value), Attributes: attributes }
  return Object.keys(formatted).length === 0 ? entity : { ...entity, FormattedValues: formatted }
}

export function decodeReference(value: WireObject): EntityReference {
  const { LogicalName, Name } = value
  return {
    LogicalName: typeof LogicalName === 'string' ? LogicalName : 'none',
    Id: idOf(value),
    Name: typeof Name === 'string' ? Name : null,
  }
}

/** `/Date(ms)/`, `/Date(ms+0300)/` (the offset is information only: the milliseconds are UTC), or ISO 8601. */
export function instantOf(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined
  const wire = WIRE_DATE.exec(value)
  const instant = wire === null ? new Date(value) : new Date(Number(wire[1]))
  return Number.isNaN(instant.getTime()) ? undefined : instant
}

const WIRE_DATE = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/

function decodeAttribute(value: unknown, column: string, kind: WireKind | undefined): Value {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return textOf(value, kind)
  if (typeof value === 'number') {
    return kind === 'BigInt' && Number.isInteger(value) ? BigInt(value) : value
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return listOf(value, column)
  return objectOf(value as WireObject, column, kind)
}

function objectOf(value: WireObject, column: string, kind: WireKind | undefined): Value {
  const type = typeNameOf(value) ?? shapeOf(value)
  switch (type) {
    case 'OptionSetValue':
    case 'Money':
      return Number(value['Value'])
    case 'EntityReference':
      return rowRefOf(value)
    case 'EntityCollection':
      return Array.isArray(value['Entities']) ? listOf(value['Entities'], column) : []
    case 'BooleanManagedProperty':
      return managedPropertyOf(value)
    case 'AliasedValue':
      return decodeAttribute(value['Value'], column, kind)
    default:
      throw new DataverseError(
        'NOT_SUPPORTED',
        `${column} carries a value of type ${type}, which is not read.`,
      )
  }
}

/** Tools that re-serialize a context lose `__type`; these shapes still tell what they are. */
function shapeOf(value: WireObject): string {
  if ('Entities' in value) return 'EntityCollection'
  if ('Attributes' in value) return 'Entity'
  if ('LogicalName' in value && 'Id' in value) return 'EntityReference'
  if (typeof value['Value'] === 'boolean') return 'BooleanManagedProperty'
  return typeof value['Value'] === 'number' ? 'OptionSetValue' : 'object'
}

/** Options of a multi-select choice, parties of an activity, or the bytes of an image. */
function listOf(list: readonly unknown[], column: string): Value {
  if (list.every(isObject)) {
    if (list.some((each) => 'Attributes' in each)) return list.map((each) => partyOf(each, column))
    return list.map((each) => Number(each['Value']))
  }
  // Unverified: whether byte[] travels as numbers or as base64 text; both are read.
  return Buffer.from(list as number[]).toString('base64')
}

function partyOf(value: WireObject, column: string): Party {
  const { LogicalName, Attributes } = decodeEntity(value, NO_KINDS)
  if (LogicalName !== PARTY_TABLE) {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `${column} carries rows of ${LogicalName}; only rows of ${PARTY_TABLE} are read inside a column.`,
    )
  }
  const party: Record<string, Value> = {}
  for (const part of PARTY_COLUMNS) {
    const found = Attributes[part]
    if (found !== undefined) party[part] = found
  }
  return party
}

function rowRefOf(value: WireObject): RowRef {
  const { LogicalName, Id } = decodeReference(value)
  return { table: LogicalName, id: Id }
}

function managedPropertyOf(value: WireObject): ManagedProperty {
  const { CanBeChanged, ManagedPropertyLogicalName: name } = value
  return {
    Value: value['Value'] === true,
    ...(typeof CanBeChanged === 'boolean' ? { CanBeChanged } : {}),
    ...(typeof name === 'string' ? { ManagedPropertyLogicalName: name } : {}),
  }
}

function relationshipOf(value: WireObject) {
  const { SchemaName, PrimaryEntityRole: role } = value
  return { SchemaName, PrimaryEntityRole: role === 0 || role === 1 ? role : null }
}

function decodeCollection(value: WireObject, kindOf: KindOf): EntityCollection<Entity> {
  const { EntityName, Entities, MoreRecords, PagingCookie, TotalRecordCount } = value
  return {
    EntityName: typeof EntityName === 'string' ? EntityName : '',
    Entities: Array.isArray(Entities)
      ? Entities.filter(isObject).map((each) => decodeEntity(each, kindOf))
      : [],
    MoreRecords: MoreRecords === true,
    PagingCookie: typeof PagingCookie === 'string' ? PagingCookie : null,
    TotalRecordCount: typeof TotalRecordCount === 'number' ? TotalRecordCount : -1,
    TotalRecordCountLimitExceeded: value['TotalRecordCountLimitExceeded'] === true,
  }
}

/** Dates become ISO 8601 as rows hold them: whole seconds without a fraction, a day where only a day is stored. */
function textOf(value: string, kind: WireKind | undefined): string {
  if (kind === 'DateOnly') return instantOf(value)?.toISOString().slice(0, 10) ?? value
  if (!WIRE_DATE.test(value)) return value
  return instantOf(value)?.toISOString().replace('.000Z', 'Z') ?? value
}

function idOf(value: WireObject): string {
  const id = value['Id']
  return typeof id === 'string' ? (parseGuid(id) ?? id) : EMPTY_GUID
}

function mapMembers(value: WireObject, map: (member: unknown) => unknown): WireObject {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)]))
}
