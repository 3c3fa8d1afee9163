import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import { PRINCIPAL_KEY, principalKeyOf } from '../../query/odata/names.ts'
import { parseGuid } from '../../rows/guid.ts'
import type { Value } from '../../rows/value.ts'
import type { Literal } from '../address/literal.ts'
import { readRow, typeName, type PayloadReader } from './read-row.ts'
import { readRowAddress } from './reference.ts'

/** A row with columns, as parameter bags carry it. */
interface EntityParameter {
  readonly LogicalName: string
  readonly Id: string
  readonly Attributes: Record<string, Value>
}

/** An argument of a function, as messages take it. */
export function readArgument(reader: PayloadReader, literal: Literal): unknown {
  switch (literal.kind) {
    case 'null':
      return null
    case 'string':
    case 'enum':
      return literal.value
    case 'bare':
      return readBare(literal.text)
    case 'json':
      return readParameter(reader, literal.value)
    case 'alias':
      throw new DataverseError(
        'QUERY_INVALID',
        `An alias can't stand for the alias '${literal.name}'.`,
      )
    default:
      return literal satisfies never
  }
}

function readBare(text: string): unknown {
  if (text === 'true') return true
  if (text === 'false') return false
  if (/^[+-]?\d+$/.test(text)) {
    const number = Number(text)
    return Number.isSafeInteger(number) ? number : BigInt(text)
  }
  if (/^[+-]?\d+\.\d+(?:[eE][+-]?\d+)?$/.test(text)) return Number(text)
  return (text.length === 36 ? parseGuid(text) : undefined) ?? text
}

/**
 * A parameter of an action: rows become references, or where they carry columns the rows themselves;
 * everything else stays as it is.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-actions#specify-entity-parameter-type
 */
export function readParameter(reader: PayloadReader, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => readParameter(reader, item))
  if (typeof value !== 'object' || value === null) return value
  const address = (value as Readonly<Record<string, unknown>>)['@odata.id']
  if (typeof address === 'string') return readReference(reader, value, address)
  const name = typeName(value)
  if (name !== undefined && reader.catalog.find(name) !== undefined)
    return readEntity(reader, name, value)
  const members: Record<string, unknown> = {}
  for (const [member, each] of Object.entries(value)) members[member] = readParameter(reader, each)
  return members
}

/** `@odata.id` names the row; columns beside it belong to it. */
function readReference(reader: PayloadReader, value: object, address: string): unknown {
  const resolved =
    address.startsWith('$') && reader.resolve !== undefined ? reader.resolve(address) : address
  const { table, key } = readRowAddress(resolved, reader.catalog)
  const { values } = readRow(reader, table, value)
  if (Object.keys(values).length === 0 && key.kind === 'id')
    return { table: table.logicalName, id: key.id }
  return {
    LogicalName: table.logicalName,
    Id: key.kind === 'id' ? key.id : '',
    ...(key.kind === 'values' ? { KeyAttributes: key.values } : {}),
    Attributes: values,
  }
}

function readEntity(reader: PayloadReader, name: string, value: object): unknown {
  const table = reader.catalog.table(name)
  const { values } = readRow(reader, table, namedByOwnKey(table, value))
  const id = values[table.primaryId]
  const columns = Object.keys(values)
  if (columns.length === 1 && typeof id === 'string') return { table: name, id }
  const entity: EntityParameter = {
    LogicalName: name,
    Id: typeof id === 'string' ? id : '',
    Attributes: values,
  }
  return entity
}

/**
 * Users and teams are principals, and may be named by the key those have.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-actions#specify-entity-parameter-type
 */
function namedByOwnKey(table: Table, value: object): object {
  if (principalKeyOf(table) === undefined || !(PRINCIPAL_KEY in value)) return value
  const { [PRINCIPAL_KEY]: id, ...others } = value
  return { [table.primaryId]: id, ...others }
}
