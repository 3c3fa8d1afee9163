import { DataverseError } from '../../errors/dataverse-error.ts'
import { isLookup } from '../../metadata/column.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { PARTICIPATION_TYPES } from '../../metadata/participation.ts'
import type { Table } from '../../metadata/table.ts'
import { isRowRef, type Party, type Value } from '../../rows/value.ts'
import {
  tableView,
  type CollectionNavigation,
  type SingleNavigation,
  type TableView,
} from '../table-view.ts'
import { lookupAsColumn, readValue } from './read-value.ts'
import { readRowAddress, type RowAddress } from './reference.ts'

/** A body as what is to be done: columns to write, rows to find first, rows to create with it. */
export interface RowPayload {
  readonly table: Table
  /** By logical name. */
  readonly values: Record<string, Value>
  /** Lookups bound by an alternate key: their ids have to be found first. */
  readonly boundByKey: readonly { readonly column: string; readonly address: RowAddress }[]
  /** Rows to create first, whose ids the lookups take. */
  readonly createdFirst: readonly { readonly column: string; readonly payload: RowPayload }[]
  /** Rows to create or to link once this one exists. */
  readonly collections: readonly CollectionPayload[]
  /** Of an activity: its columns of parties, all of them, where the body holds its parties; empty ones are null. */
  readonly parties?: Readonly<Record<string, readonly Party[] | null>> | undefined
}

export interface CollectionPayload {
  readonly navigation: CollectionNavigation
  readonly created: readonly RowPayload[]
  readonly bound: readonly RowAddress[]
}

/** What a body is read with. */
export interface PayloadReader {
  readonly catalog: Catalog
  /** In a change set: the addresses behind `$1`. @throws QUERY_INVALID for an id it does not have */
  readonly resolve?: ((reference: string) => string) | undefined
}

/** Bodies nested deeper than this are refused; the platform names no bound, the call stack has one. */
const MAX_DEPTH = 20

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-entity-web-api
 * @throws PAYLOAD_INVALID naming the property, LOOKUP_WRITTEN_AS_COLUMN
 */
export function readRow(reader: PayloadReader, table: Table, body: unknown): RowPayload {
  try {
    return new Reading(reader, table, 0).read(body)
  } catch (error) {
    if (error instanceof DataverseError && error.code === 'PAYLOAD_INVALID') {
      throw payloadError(table, error)
    }
    throw error
  }
}

function payloadError(table: Table, error: DataverseError): DataverseError {
  return new DataverseError(
    'PAYLOAD_INVALID',
    `Error identified in Payload provided by the user for Entity :'${table.entitySetName}', For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : ${error.message}`,
    { cause: error },
  )
}

class Reading {
  readonly #reader: PayloadReader
  readonly #table: Table
  readonly #view: TableView
  readonly #depth: number
  readonly #values: Record<string, Value> = {}
  readonly #boundByKey: { column: string; address: RowAddress }[] = []
  readonly #createdFirst: { column: string; payload: RowPayload }[] = []
  readonly #collections: CollectionPayload[] = []
  #parties: Record<string, Party[] | null> | undefined

  constructor(reader: PayloadReader, table: Table, depth: number) {
    this.#reader = reader
    this.#table = table
    this.#view = tableView(table)
    this.#depth = depth
  }

  read(body: unknown): RowPayload {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw invalid('A JSON object with the columns of the row is expected.')
    }
    if (this.#depth > MAX_DEPTH)
      throw invalid(`The body is nested deeper than ${MAX_DEPTH} levels.`)
    for (const [name, value] of Object.entries(body)) this.#readMember(name, value)
    return {
      table: this.#table,
      values: this.#values,
      boundByKey: this.#boundByKey,
      createdFirst: this.#createdFirst,
      collections: this.#collections,
      parties: this.#parties,
    }
  }

  #readMember(name: string, value: unknown): void {
    const at = name.indexOf('@')
    if (at !== -1) {
      // Control information and annotations say nothing that would have to be written.
      if (at > 0 && name.slice(at) === '@odata.bind') this.#bind(name.slice(0, at), value)
      return
    }
    const property = this.#view.properties.get(name)
    if (property !== undefined) {
      if (isLookup(property.column)) throw lookupAsColumn()
      this.#values[property.column.logicalName] = readValue(property.column, value)
      return
    }
    const navigation = this.#view.navigations.get(name)
    if (navigation?.kind === 'single') this.#readRelated(navigation, value)
    else if (navigation?.kind === 'collection') this.#readCollection(navigation, value)
    else this.#readUndeclared(name, value)
  }

  /** `null` clears, an object is a row to create. */
  #readRelated(navigation: SingleNavigation, value: unknown): void {
    const column = navigation.column.logicalName
    if (value === null) {
      this.#values[column] = null
      return
    }
    if (typeof value !== 'object') throw lookupAsColumn()
    const target = navigation.target ?? typeName(value)
    if (target === undefined) {
      throw invalid(`'${navigation.name}' leads to several tables; give @odata.type.`)
    }
    this.#createdFirst.push({ column, payload: this.#nested(target, value) })
  }

  #readCollection(navigation: CollectionNavigation, value: unknown): void {
    if (!Array.isArray(value)) {
      throw invalid(`'${navigation.name}' is a collection; an array of rows is expected.`)
    }
    if (navigation.table === 'activityparty' && this.#table.definition.isActivity === true) {
      this.#readParties(navigation, value)
      return
    }
    const created = value.map((item: unknown) => this.#nested(navigation.table, item))
    this.#collections.push({ navigation, created, bound: [] })
  }

  /** One list for all of an activity's columns of parties: each says by its participation type where it stands. */
  #readParties(navigation: CollectionNavigation, items: readonly unknown[]): void {
    const parties: Record<string, Party[] | null> = {}
    const byType = new Map<unknown, string>()
    for (const { type, logicalName } of this.#table.columns.values()) {
      const part = type === 'PartyList' ? PARTICIPATION_TYPES.get(logicalName) : undefined
      if (part === undefined) continue
      parties[logicalName] = null
      byType.set(part, logicalName)
    }
    for (const item of items) {
      const { values, boundByKey, createdFirst } = this.#nested(navigation.table, item)
      if (boundByKey.length > 0 || createdFirst.length > 0) {
        throw new DataverseError(
          'NOT_SUPPORTED',
          `Parties in '${navigation.name}' are bound by id; alternate keys and new rows are not emulated there.`,
        )
      }
      const column = byType.get(values['participationtypemask'])
      if (column === undefined) {
        throw invalid(
          `'${navigation.name}' holds a party whose participationtypemask is none of this table's (${[...byType.keys()].join(', ')}).`,
        )
      }
      const { partyid, addressused } = values
      const party: Party = {
        ...(isRowRef(partyid) && { partyid }),
        ...(typeof addressused === 'string' && { addressused }),
      }
      parties[column] = [...(parties[column] ?? []), party]
    }
    this.#parties = parties
  }

  #nested(tableName: string, body: unknown): RowPayload {
    return new Reading(this.#reader, this.#reader.catalog.table(tableName), this.#depth + 1).read(
      body,
    )
  }

  #bind(name: string, value: unknown): void {
    const navigation = this.#view.navigations.get(name)
    if (navigation === undefined) throw undeclaredBind(name)
    if (navigation.kind === 'collection') {
      const references = Array.isArray(value) ? value : [value]
      const bound = references.map((reference: unknown) => this.#address(name, reference))
      this.#collections.push({ navigation, created: [], bound })
      return
    }
    const column = navigation.column.logicalName
    if (value === null) {
      this.#values[column] = NULL_BIND
      return
    }
    const address = this.#address(name, value)
    assertTarget(navigation, address.table)
    if (address.key.kind === 'id') {
      this.#values[column] = { table: address.table.logicalName, id: address.key.id }
    } else {
      this.#boundByKey.push({ column, address })
    }
  }

  #address(name: string, reference: unknown): RowAddress {
    if (typeof reference !== 'string') throw invalid(`'${name}@odata.bind' has to hold an address.`)
    const { resolve, catalog } = this.#reader
    const address =
      reference.startsWith('$') && resolve !== undefined ? resolve(reference) : reference
    return readRowAddress(address, catalog)
  }

  #readUndeclared(name: string, value: unknown): void {
    const lookup = this.#table.columns.get(name)
    if (lookup !== undefined && isLookup(lookup)) {
      // dataverse-ify clears a lookup by its column's name too, and the platform takes it.
      if (value !== null) throw lookupAsColumn()
      this.#values[name] = null
      return
    }
    if (lookup !== undefined && lookup.attributeOf !== undefined && value === null) return
    throw invalid(
      `Microsoft.Crm.CrmException: Invalid property '${name}' was found in entity 'Microsoft.Dynamics.CRM.${this.#table.logicalName}'. ---> Microsoft.OData.ODataException: Does not support untyped value in non-open type.`,
    )
  }
}

/**
 * Unverified: the documentation shows `nav@odata.bind: null` clearing a lookup, users report it refused
 * (powerapps-docs issues 2720 and 4028). Here it clears, as documented.
 */
const NULL_BIND = null

/** @throws PAYLOAD_INVALID where the row is of a table the lookup does not take */
export function assertTarget(navigation: SingleNavigation, table: Table): void {
  const { target, column } = navigation
  const isTaken =
    target === undefined || target === 'owner'
      ? column.targets.length === 0 || column.targets.includes(table.logicalName)
      : target === table.logicalName
  if (isTaken) return
  throw invalid(
    `A row of '${table.logicalName}' is not a valid target of '${navigation.name}', which takes ${target ?? column.targets.join(', ')}.`,
  )
}

/** The logical name in `@odata.type`. */
export function typeName(body: object): string | undefined {
  const type = (body as Readonly<Record<string, unknown>>)['@odata.type']
  return typeof type === 'string'
    ? type.replace(/^#?(?:Microsoft\.Dynamics\.CRM\.|mscrm\.)?/, '')
    : undefined
}

function undeclaredBind(name: string): DataverseError {
  return invalid(
    `Microsoft.OData.ODataException: An undeclared property '${name}' which only has property annotations in the payload but no property value was found in the payload. In OData, only declared navigation properties and declared named streams can be represented as properties without values.`,
  )
}

function invalid(message: string): DataverseError {
  return new DataverseError('PAYLOAD_INVALID', message)
}
