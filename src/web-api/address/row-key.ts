import { DataverseError } from '../../errors/dataverse-error.ts'
import { isLookup, type Column } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import { parseGuid } from '../../rows/guid.ts'
import type { Value, Values } from '../../rows/value.ts'
import { readValue } from '../payload/read-value.ts'
import type { Arguments, Literal } from './literal.ts'

/** Which row of a table an address means. */
export type RowKey =
  | { readonly kind: 'id'; readonly id: string }
  /** By an alternate key. */
  | { readonly kind: 'values'; readonly values: Values }

/**
 * `(<guid>)`, `(accountid=<guid>)` or `(key1='a',key2=5)`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-alternate-key-reference-record
 * @throws QUERY_INVALID where it is no key of the table
 */
export function readKey(table: Table, { positional, named }: Arguments): RowKey {
  const [single, ...more] = positional
  if (single !== undefined) {
    const id = more.length === 0 ? guidOf(single) : undefined
    if (id === undefined) throw notAKey(table)
    return { kind: 'id', id }
  }
  if (named.size === 0) throw notAKey(table)
  const primary = named.size === 1 ? named.get(table.primaryId) : undefined
  // The platform refuses `systemusers(systemuserid=…)`: their key is the owner's.
  if (primary !== undefined && !PRINCIPALS.has(table.logicalName)) {
    const id = guidOf(primary)
    if (id === undefined) throw notAKey(table)
    return { kind: 'id', id }
  }
  const values: Record<string, Value> = {}
  for (const [name, literal] of named) {
    const column = keyColumn(table, name)
    values[column.logicalName] = keyValue(table, column, literal)
  }
  const columns = Object.keys(values)
  const isKey = table.keys.some(
    (key) =>
      key.columns.length === columns.length && key.columns.every((name) => columns.includes(name)),
  )
  if (!isKey) throw notAKey(table)
  return { kind: 'values', values }
}

/**
 * The row that an address leads to. Keys with certain characters in their values work nowhere else but in bodies.
 * https://learn.microsoft.com/power-apps/developer/data-platform/define-alternate-keys-entity
 * @throws QUERY_INVALID
 */
export function readAddressKey(table: Table, told: Arguments): RowKey {
  const key = readKey(table, told)
  if (key.kind === 'id') return key
  for (const [column, value] of Object.entries(key.values)) {
    if (typeof value !== 'string' || table.columns.get(column)?.type !== 'String') continue
    const [character] = UNADDRESSABLE.exec(value) ?? []
    // Unverified: the code and the text.
    if (character !== undefined) {
      throw new DataverseError(
        'QUERY_INVALID',
        `Bad Request - Error in query syntax: '${character}' in the value of the key column '${column}' is not supported in an address; address the row by its id.`,
      )
    }
  }
  return key
}

const UNADDRESSABLE = /[/<>*%&:\\?+]/

const PRINCIPALS = new Set(['systemuser', 'team'])

function guidOf(literal: Literal): string | undefined {
  return literal.kind === 'bare' && literal.text.length === 36 ? parseGuid(literal.text) : undefined
}

/** Lookups stand in keys as `_x_value`. */
function keyColumn(table: Table, name: string): Column {
  const lookup = /^_(.+)_value$/.exec(name)?.[1]
  const column = table.columns.get(lookup ?? name) ?? table.columns.get(name)
  if (column === undefined) throw notAKey(table)
  return column
}

function keyValue(table: Table, column: Column, literal: Literal): Value {
  if (isLookup(column)) {
    const id = guidOf(literal)
    if (id === undefined) throw notAKey(table)
    const [target] = column.targets
    return { table: target ?? '', id }
  }
  const isText = column.type === 'String' || column.type === 'Memo' || column.type === 'EntityName'
  // A quoted number and a bare text are both refused by the platform.
  if (isText !== (literal.kind === 'string')) {
    throw new DataverseError(
      'QUERY_INVALID',
      `Bad Request - Error in query syntax: the key column '${column.logicalName}' takes ${isText ? 'text in single quotes' : 'a value without quotes'}.`,
    )
  }
  if (literal.kind === 'string') return literal.value
  if (literal.kind !== 'bare') throw notAKey(table)
  if (column.type === 'Boolean') return readValue(column, literal.text === 'true')
  return readValue(column, literal.text)
}

export function notAKey(table: Table): DataverseError {
  const type = `Microsoft.Dynamics.CRM.${table.logicalName}`
  return new DataverseError(
    'QUERY_INVALID',
    `The key in the request URI is not valid for resource '${type}'. Ensure that the names and number of key properties match the declared or alternate key properties for the resource '${type}'.`,
  )
}
