import type { Column, ColumnType } from '../metadata/column.ts'

/** Columns that operators treat alike. */
export type ColumnFamily =
  | 'text'
  | 'number'
  | 'date'
  | 'choice'
  | 'choices'
  | 'id'
  | 'lookup'
  | 'owner'
  /** File and image: a query can only ask whether there is one. */
  | 'content'
  /** Rows hold nothing of it: party lists, calendar rules, virtual columns. */
  | 'none'

const FAMILIES = {
  String: 'text',
  Memo: 'text',
  EntityName: 'text',
  Integer: 'number',
  BigInt: 'number',
  Decimal: 'number',
  Double: 'number',
  Money: 'number',
  DateTime: 'date',
  Picklist: 'choice',
  State: 'choice',
  Status: 'choice',
  Boolean: 'choice',
  ManagedProperty: 'choice',
  MultiSelectPicklist: 'choices',
  Uniqueidentifier: 'id',
  Lookup: 'lookup',
  Customer: 'lookup',
  Owner: 'owner',
  File: 'content',
  Image: 'content',
  PartyList: 'none',
  Virtual: 'none',
  CalendarRules: 'none',
} as const satisfies Readonly<Record<ColumnType, ColumnFamily>>

export function familyOf(column: Column): ColumnFamily {
  return FAMILIES[column.type]
}
