import { nearestName } from '../../authoring/nearest-name.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import {
  isLookup,
  type BooleanColumn,
  type ChoiceOption,
  type Column,
  type LookupColumn,
} from '../../metadata/column.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { parseGuid } from '../../rows/guid.ts'
import type { Party, RowRef, Value } from '../../rows/value.ts'
import { readValue } from '../../web-api/payload/read-value.ts'
import { readRowAddress, type RowAddress } from '../../web-api/payload/reference.ts'
import { tableView } from '../../web-api/table-view.ts'

/** One row of a file, in the organization's own values. */
export interface SeedValues {
  /** undefined: the organization makes one. */
  readonly id: string | undefined
  readonly values: Readonly<Record<string, Value>>
  /** Lookups that name their row by an alternate key. */
  readonly byKey: readonly { readonly column: string; readonly address: RowAddress }[]
}

type Json = Readonly<Record<string, unknown>>

const LOGICAL_NAME = '@Microsoft.Dynamics.CRM.lookuplogicalname'

/**
 * A JSON object: columns by their names, or a row as the Web API writes and reads it. A lookup is an id where
 * it has one target, `{ "table", "id" }`, `_x_value` with its annotation, or `x@odata.bind`.
 * @throws SEED_INVALID, PAYLOAD_INVALID
 */
export function readMembers(table: Table, row: unknown, catalog: Catalog): SeedValues {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw invalid('a row is an object with its columns.')
  }
  const members = row as Json
  const reading = new Reading(table, catalog)
  for (const [name, value] of Object.entries(members)) {
    if (!name.includes('@')) reading.member(name, value, members[`${name}${LOGICAL_NAME}`])
    else if (name.endsWith('@odata.bind')) reading.bind(name.slice(0, -'@odata.bind'.length), value)
  }
  return reading.result
}

/**
 * The cells of one row, by heading. An empty cell says nothing; choices and booleans may stand as labels, a
 * lookup with several targets as `table:id`.
 * @throws SEED_INVALID, PAYLOAD_INVALID
 */
export function readCells(
  table: Table,
  cells: Readonly<Record<string, string>>,
  catalog: Catalog,
): SeedValues {
  const reading = new Reading(table, catalog)
  for (const [name, cell] of Object.entries(cells)) {
    if (cell === '') continue
    const column = columnNamed(table, name)
    const [, target, id] = /^(\w+):(.+)$/.exec(cell) ?? []
    if (isLookup(column)) reading.member(name, id ?? cell, target)
    else reading.member(name, cellValue(column, cell), undefined)
  }
  return reading.result
}

class Reading {
  readonly #table: Table
  readonly #catalog: Catalog
  readonly #values: Record<string, Value> = {}
  readonly #byKey: { column: string; address: RowAddress }[] = []
  #id: string | undefined

  constructor(table: Table, catalog: Catalog) {
    this.#table = table
    this.#catalog = catalog
  }

  get result(): SeedValues {
    return { id: this.#id, values: this.#values, byKey: this.#byKey }
  }

  /** `target` is the table a lookup leads to, where it is told beside the value. */
  member(name: string, value: unknown, target: unknown): void {
    const column = columnNamed(this.#table, name)
    if (column.logicalName === this.#table.primaryId) this.#id = guidOf(column, value)
    else if (column.type === 'PartyList') this.#values[name] = this.#parties(column, value)
    else if (isLookup(column)) this.#lookup(column, value, target)
    else this.#values[column.logicalName] = valueOf(column, value)
  }

  bind(name: string, value: unknown): void {
    const navigation = tableView(this.#table).navigations.get(name)
    if (navigation?.kind !== 'single') throw invalid(`'${name}' is no lookup that can be bound.`)
    const column = navigation.column.logicalName
    if (value === null) {
      this.#values[column] = null
      return
    }
    if (typeof value !== 'string')
      throw invalid(`'${name}@odata.bind' is not the address of a row.`)
    const address = readRowAddress(value, this.#catalog)
    const { table, key } = address
    if (key.kind === 'id') this.#values[column] = { table: table.logicalName, id: key.id }
    else this.#byKey.push({ column, address })
  }

  /** Each is `{ "partyid": { "table", "id" } }` or `{ "addressused" }`. */
  #parties(column: LookupColumn, value: unknown): readonly Party[] | null {
    if (value === null) return null
    if (!Array.isArray(value)) throw invalid(`'${column.logicalName}' is an array of parties.`)
    return value.map((each: unknown): Party => {
      if (typeof each !== 'object' || each === null) {
        throw invalid(`'${column.logicalName}' has a party that is no object.`)
      }
      const { partyid, addressused } = each as Json
      return {
        ...(partyid !== undefined && partyid !== null
          ? { partyid: this.#reference(column, partyid, undefined) }
          : {}),
        ...(typeof addressused === 'string' ? { addressused } : {}),
      }
    })
  }

  #lookup(column: LookupColumn, value: unknown, target: unknown): void {
    this.#values[column.logicalName] =
      value === null ? null : this.#reference(column, value, target)
  }

  #reference(column: LookupColumn, value: unknown, told: unknown): RowRef {
    if (typeof value === 'object' && value !== null) {
      const { table, logicalName, id } = value as Json
      return this.#reference(column, id, table ?? logicalName)
    }
    const { targets, logicalName } = column
    const table = typeof told === 'string' ? told : targets.length === 1 ? targets[0] : undefined
    if (table === undefined) {
      throw invalid(`'${logicalName}' may lead to ${targets.join(', ')}: say which.`)
    }
    if (this.#catalog.find(table) !== undefined) return { table, id: guidOf(column, value) }
    throw invalid(`'${logicalName}' leads to a table '${table}' that is not there.`)
  }
}

/** Which column it is the message of a row says, but not that of a body. */
function valueOf(column: Column, json: unknown): Value {
  try {
    return readValue(column, json)
  } catch (error) {
    if (!(error instanceof DataverseError)) throw error
    throw invalid(`'${column.logicalName}': ${error.message}`)
  }
}

/** Lookups may be named as the Web API names them, `_x_value`. */
function columnNamed(table: Table, name: string): Column {
  const [, lookup = name] = /^_(.+)_value$/.exec(name) ?? []
  const column = table.columns.get(name) ?? table.columns.get(lookup)
  if (column !== undefined) return column
  const near = nearestName(name, table.columns.keys())
  const hint = near === undefined ? '' : ` Did you mean '${near}'?`
  throw invalid(`${table.logicalName} has no column '${name}'.${hint}`)
}

function guidOf(column: Column, value: unknown): string {
  const id = typeof value === 'string' ? parseGuid(value) : undefined
  if (id !== undefined) return id
  throw invalid(`'${column.logicalName}' is ${JSON.stringify(value)}; an id is expected.`)
}

/** A cell as JSON would have it; numbers may be texts there, too. */
function cellValue(column: Column, cell: string): unknown {
  if (column.type === 'Boolean') return booleanOf(column, cell)
  if (column.type === 'MultiSelectPicklist') {
    return cell
      .split(/[;,]/)
      .map((part) => optionOf(column.options, part))
      .join(',')
  }
  const isChoice = column.type === 'Picklist' || column.type === 'State' || column.type === 'Status'
  return isChoice ? optionOf(column.options, cell) : cell
}

function booleanOf(column: BooleanColumn, cell: string): boolean {
  const text = cell.trim().toLowerCase()
  if (['true', '1', column.trueLabel?.toLowerCase()].includes(text)) return true
  if (['false', '0', column.falseLabel?.toLowerCase()].includes(text)) return false
  throw invalid(`'${column.logicalName}' is '${cell}'; true or false is expected.`)
}

/** By value or label; what is neither is left to be refused as the value it is. */
function optionOf(options: readonly ChoiceOption[], cell: string): number | string {
  const text = cell.trim()
  if (/^-?\d+$/.test(text)) return Number(text)
  return options.find(({ label }) => label?.toLowerCase() === text.toLowerCase())?.value ?? text
}

function invalid(message: string): DataverseError {
  return new DataverseError('SEED_INVALID', message)
}
