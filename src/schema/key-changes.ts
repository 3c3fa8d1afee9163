import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from '../metadata/column.ts'
import type { AlternateKey, TableDefinition } from '../metadata/table-definition.ts'
import type { Row, Value } from '../rows/value.ts'
import { isRowRef } from '../rows/value.ts'
import type { NewKey, SchemaResult } from './change.ts'
import type { Draft } from './draft.ts'
import type { SchemaFacts } from './facts.ts'
import { logicalNameOf } from './names.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/define-alternate-keys-entity */
const MAX_KEYS = 10
const MAX_COLUMNS = 16
const MAX_BYTES = 900
const BYTES_PER_CHARACTER = 2
const KEY_TYPES: ReadonlySet<Column['type']> = new Set([
  'Decimal',
  'Integer',
  'String',
  'DateTime',
  'Lookup',
  'Picklist',
])

/**
 * The key is active at once, or has failed where rows have the same values: then it finds and refuses nothing.
 * @throws SCHEMA_NAME_INVALID, KEY_EXISTS, KEY_COLUMNS_TAKEN, COLUMN_UNKNOWN, INVALID_ARGUMENT
 */
export function createKey(
  draft: Draft,
  tableName: string,
  told: NewKey,
  facts: SchemaFacts,
): SchemaResult {
  const logicalName = logicalNameOf(told.schemaName, 'key')
  const table = draft.table(tableName)
  assertNewKey(table, logicalName, told)
  const columns = told.columns.map((name) => draft.column(tableName, name))
  for (const column of columns) assertKeyColumn(column)
  assertSize(logicalName, columns)
  const key = withStatus({ ...told, logicalName }, facts.rows(draft.before.table(tableName)))
  draft.put({ ...table, keys: [...table.keys, key] })
  return { made: [logicalName] }
}

function assertNewKey(table: TableDefinition, logicalName: string, { columns }: NewKey): void {
  const { keys } = table
  if (keys.some((key) => key.logicalName === logicalName)) {
    throw new DataverseError(
      'KEY_EXISTS',
      `An entity key with the name ${logicalName} already exists on entity ${table.logicalName}.`,
    )
  }
  const sorted = (names: readonly string[]) => [...names].sort().join()
  const twin = keys.find((key) => sorted(key.columns) === sorted(columns))
  if (twin !== undefined) {
    throw new DataverseError(
      'KEY_COLUMNS_TAKEN',
      `An entity key with the selected attributes already exists on entity: ${twin.logicalName}.`,
    )
  }
  if (table.tableType === 'Virtual' || table.isIntersect === true) {
    throw invalid(logicalName, `'${table.logicalName}' takes no keys`)
  }
  if (keys.length >= MAX_KEYS) throw invalid(logicalName, `a table has ${MAX_KEYS} keys at most`)
  const isRepeated = new Set(columns).size !== columns.length
  if (columns.length === 0 || columns.length > MAX_COLUMNS || isRepeated) {
    throw invalid(logicalName, `a key has from 1 to ${MAX_COLUMNS} different columns`)
  }
}

function assertKeyColumn({ logicalName, type, isSecured, sourceType }: Column): void {
  if (!KEY_TYPES.has(type)) throw invalid(logicalName, `columns of type ${type} are in no key`)
  if (isSecured === true) throw invalid(logicalName, 'secured columns are in no key')
  if (sourceType !== undefined) throw invalid(logicalName, 'computed columns are in no key')
}

// Unverified: that texts count with twice their length, and what the other types count with.
function assertSize(key: string, columns: readonly Column[]): void {
  const bytes = columns.reduce(
    (sum, column) =>
      sum + (column.type === 'String' ? column.maxLength * BYTES_PER_CHARACTER : BYTES_OF_OTHERS),
    0,
  )
  if (bytes <= MAX_BYTES) return
  throw invalid(key, `its columns hold up to ${bytes} bytes; a key takes ${MAX_BYTES}`)
}

const BYTES_OF_OTHERS = 16

function invalid(name: string, why: string): DataverseError {
  return new DataverseError('INVALID_ARGUMENT', `The key can not be made: '${name}', ${why}.`)
}

function withStatus(told: NewKey & { readonly logicalName: string }, rows: Iterable<Row>) {
  const { logicalName, schemaName, displayName, columns } = told
  const key: AlternateKey = {
    logicalName,
    schemaName,
    columns,
    ...(displayName !== undefined && { displayName }),
  }
  return isUnique(columns, rows) ? key : { ...key, indexStatus: 'Failed' as const }
}

/** Rows that leave a column of the key empty are not compared. */
function isUnique(columns: readonly string[], rows: Iterable<Row>): boolean {
  const seen = new Set<string>()
  for (const row of rows) {
    const parts = columns.map((column) => keyText(row[column]))
    if (parts.includes(undefined)) continue
    const text = JSON.stringify(parts)
    if (seen.has(text)) return false
    seen.add(text)
  }
  return true
}

/** As keys are compared: case and trailing blanks do not count. */
function keyText(value: Value | undefined): string | undefined {
  if (value === null || value === undefined) return undefined
  if (isRowRef(value)) return value.id
  return typeof value === 'string' ? value.toLowerCase().trimEnd() : `${value as number}`
}

/** Looks at the rows again. @throws KEY_UNKNOWN */
export function reactivateKey(
  draft: Draft,
  tableName: string,
  keyName: string,
  facts: SchemaFacts,
): SchemaResult {
  const table = draft.table(tableName)
  const known = keyOf(table, keyName)
  const present = withStatus(known, facts.rows(draft.before.table(tableName)))
  draft.put({ ...table, keys: table.keys.map((each) => (each === known ? present : each)) })
  return { made: [] }
}

/** @throws KEY_UNKNOWN */
export function deleteKey(draft: Draft, tableName: string, keyName: string): SchemaResult {
  const table = draft.table(tableName)
  const key = keyOf(table, keyName)
  draft.put({ ...table, keys: table.keys.filter((each) => each !== key) })
  return { made: [] }
}

function keyOf({ logicalName, keys }: TableDefinition, name: string): AlternateKey {
  const key = keys.find((each) => each.logicalName === name)
  if (key !== undefined) return key
  throw new DataverseError(
    'KEY_UNKNOWN',
    `The specified entitykey was not found. '${logicalName}' has no key '${name}'.`,
  )
}
