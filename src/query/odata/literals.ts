import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Column, ColumnType } from '../../metadata/column.ts'
import type { Value } from '../../rows/value.ts'
import { familyOf } from '../column-family.ts'
import type { Comparison, Literal } from './expression.ts'

/**
 * The value of a literal, where its type can be compared with the column.
 * @throws QUERY_INVALID naming both types
 */
export function checkLiteral(literal: Literal, operator: Comparison, column: Column): Value {
  if (fits(literal, column)) return literal.value
  throw new DataverseError(
    'QUERY_INVALID',
    `A binary operator with incompatible types was detected. Found operand types '${EDM_TYPES[column.type]}' and '${LITERAL_TYPES[literal.type]}' for operator kind '${KINDS[operator]}'.`,
  )
}

function fits({ type, value }: Literal, column: Column): boolean {
  const family = familyOf(column)
  switch (family) {
    case 'text':
    case 'choices':
      return type === 'string'
    case 'number':
      return type === 'number'
    case 'date':
      return type === 'date'
    case 'choice':
      return column.type === 'Boolean' || column.type === 'ManagedProperty'
        ? type === 'boolean'
        : type === 'number'
    case 'id':
    case 'lookup':
    case 'owner':
      // The platform takes a GUID in quotes too.
      return type === 'guid' || (type === 'string' && /^[0-9a-f-]{36}$/i.test(String(value)))
    case 'content':
    case 'none':
      return false
    default:
      return family satisfies never
  }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-properties */
export const EDM_TYPES = {
  String: 'Edm.String',
  Memo: 'Edm.String',
  EntityName: 'Edm.String',
  Integer: 'Edm.Int32',
  BigInt: 'Edm.Int64',
  Decimal: 'Edm.Decimal',
  Money: 'Edm.Decimal',
  Double: 'Edm.Double',
  DateTime: 'Edm.DateTimeOffset',
  Boolean: 'Edm.Boolean',
  ManagedProperty: 'Microsoft.Dynamics.CRM.BooleanManagedProperty',
  Picklist: 'Edm.Int32',
  State: 'Edm.Int32',
  Status: 'Edm.Int32',
  MultiSelectPicklist: 'Edm.String',
  Uniqueidentifier: 'Edm.Guid',
  Lookup: 'Edm.Guid',
  Customer: 'Edm.Guid',
  Owner: 'Edm.Guid',
  File: 'Edm.Guid',
  Image: 'Edm.Binary',
  PartyList: 'Collection(Microsoft.Dynamics.CRM.activityparty)',
  Virtual: 'Edm.String',
  CalendarRules: 'Collection(Microsoft.Dynamics.CRM.calendarrule)',
} as const satisfies Readonly<Record<ColumnType, string>>

const LITERAL_TYPES = {
  string: 'Edm.String',
  guid: 'Edm.Guid',
  date: 'Edm.DateTimeOffset',
  number: 'Edm.Decimal',
  boolean: 'Edm.Boolean',
  null: 'Edm.Null',
} as const satisfies Readonly<Record<Literal['type'], string>>

const KINDS = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
} as const satisfies Readonly<Record<Comparison, string>>
