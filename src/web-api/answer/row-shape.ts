import type { Column } from '../../metadata/column.ts'
import { isLookup } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'
import {
  ASSOCIATED_NAVIGATION,
  FORMATTED_VALUE,
  LOOKUP_LOGICAL_NAME,
  type AnnotationFilter,
} from '../preferences.ts'
import { tableView, type Property, type TableView } from '../table-view.ts'
import { formattedValue, type Formats } from '../../messages/columns/formatted-value.ts'
import { quote } from './quote.ts'
import { writeValue } from './write-value.ts'

/** Which annotations to write, and what they need. */
export interface Annotating {
  readonly wanted: AnnotationFilter
  readonly formats: Formats
}

/** How rows of one table are written with one choice of columns; prepared once and used for every row. */
export class RowShape {
  readonly table: Table
  /** The columns that are read of the row. */
  readonly columns: readonly Column[]
  readonly #view: TableView
  readonly #properties: readonly Property[]
  /** `,"name":` for each property. */
  readonly #keys: readonly string[]
  readonly #isPrincipal: boolean

  constructor(table: Table, properties: readonly Property[]) {
    this.table = table
    this.#view = tableView(table)
    this.#properties = properties
    this.#keys = properties.map(({ name }) => `,${quote(name)}:`)
    this.columns = properties.map(({ column }) => column)
    this.#isPrincipal =
      PRINCIPALS.has(table.logicalName) && !properties.some((p) => p.name === 'ownerid')
  }

  /** The members of the row's object, without its braces: a comma before each, the etag first. */
  members(row: Row, annotating: Annotating | undefined, withEtag = true): string {
    const etag = withEtag ? row['versionnumber'] : undefined
    const first = typeof etag === 'bigint' ? `,"@odata.etag":"W/\\"${etag}\\""` : ''
    return this.#append(first, row, annotating)
  }

  /** The row's object: its members and `more`, which begins with a comma where it is not empty. */
  object(row: Row, annotating: Annotating | undefined, more: string): string {
    const etag = row['versionnumber']
    if (typeof etag !== 'bigint') return `{${(this.members(row, annotating) + more).slice(1)}}`
    // No text is cut, so that none has to be put together before it is written.
    return this.#append(`{"@odata.etag":"W/\\"${etag}\\""`, row, annotating) + more + '}'
  }

  #append(first: string, row: Row, annotating: Annotating | undefined): string {
    let text = first
    const properties = this.#properties
    for (let i = 0; i < properties.length; i++) {
      const property = properties[i] as Property
      const value = row[property.column.logicalName]
      if (annotating !== undefined && value !== null && value !== undefined) {
        text += this.#annotations(property, value, row, annotating)
      }
      text += (this.#keys[i] as string) + writeValue(property.column, value)
    }
    if (this.#isPrincipal) text += `,"ownerid":${writeId(row[this.table.primaryId])}`
    return text
  }

  #annotations(
    property: Property,
    value: Value,
    row: Row,
    { wanted, formats }: Annotating,
  ): string {
    let text = ''
    const { name, column } = property
    if (wanted(FORMATTED_VALUE)) {
      const formatted = formattedValue(column, value, row, formats)
      if (formatted !== undefined) text += `,"${name}@${FORMATTED_VALUE}":${quote(formatted)}`
    }
    if (!isLookup(column) || !isRowRef(value)) return text
    if (wanted(ASSOCIATED_NAVIGATION)) {
      const navigation = this.#view.navigationOf(column.logicalName, value.table)
      text += `,"${name}@${ASSOCIATED_NAVIGATION}":${quote(navigation)}`
    }
    if (wanted(LOOKUP_LOGICAL_NAME))
      text += `,"${name}@${LOOKUP_LOGICAL_NAME}":${quote(value.table)}`
    return text
  }
}

/**
 * systemuser and team derive from principal, whose key is `ownerid`: their rows show it beside their own.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-entitytypes
 */
const PRINCIPALS = new Set(['systemuser', 'team'])

function writeId(id: Value | undefined): string {
  return typeof id === 'string' ? quote(id) : 'null'
}

/** An etag as a header has it; undefined for tables without row versions. */
export function etagOf(row: Row): string | undefined {
  const version = row['versionnumber']
  return typeof version === 'bigint' ? `W/"${version}"` : undefined
}
