import type { Column } from '../../metadata/column.ts'
import { isLookup } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import { PRINCIPAL_KEY, principalKeyOf } from '../../query/odata/names.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'
import {
  ASSOCIATED_NAVIGATION,
  FORMATTED_VALUE,
  LOOKUP_LOGICAL_NAME,
  type AnnotationFilter,
} from '../preferences.ts'
import { tableView, type Property, type TableView } from '../table-view.ts'
import { formattedValue, type Formats } from '../../messages/columns/formatted-value.ts'
import { needsEscape, quote } from './quote.ts'
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
  readonly #keys: readonly Key[]
  readonly #isPrincipal: boolean

  constructor(table: Table, properties: readonly Property[]) {
    this.table = table
    this.#view = tableView(table)
    this.#properties = properties
    this.#keys = properties.map(({ name }) => keyOf(name))
    this.columns = properties.map(({ column }) => column)
    this.#isPrincipal =
      principalKeyOf(table) !== undefined && !properties.some((p) => p.name === PRINCIPAL_KEY)
  }

  /** The members of the row's object, without its braces: a comma before each, the etag first. */
  members(row: Row, annotating: Annotating | undefined, withEtag = true): string {
    const etag = withEtag ? row['versionnumber'] : undefined
    if (typeof etag !== 'bigint') return this.#append('', false, row, annotating)
    return this.#append(`,"@odata.etag":"W/\\"${etag}\\"`, true, row, annotating)
  }

  /**
   * `text` and behind it the row's object: its members and `more`, which begins with a comma where it is not
   * empty. No text is cut, so that none has to be put together before all of it is written.
   */
  append(text: string, row: Row, annotating: Annotating | undefined, more: string): string {
    const etag = row['versionnumber']
    if (typeof etag !== 'bigint') {
      return `${text}{${(this.members(row, annotating) + more).slice(1)}}`
    }
    let all = text + '{"@odata.etag":"W/\\"'
    all += etag
    all = this.#append(all + '\\"', true, row, annotating)
    if (more !== '') all += more
    return all + '}'
  }

  /**
   * Every piece of text costs once more when the whole is written, so quotation marks go with the names: a text
   * stays open (`isOpen`) until the next name closes it.
   */
  #append(first: string, wasOpen: boolean, row: Row, annotating: Annotating | undefined): string {
    let text = first
    let isOpen = wasOpen
    const properties = this.#properties
    for (let i = 0; i < properties.length; i++) {
      const property = properties[i] as Property
      const key = this.#keys[i] as Key
      const value = row[property.column.logicalName]
      if (annotating !== undefined && value !== null && value !== undefined) {
        if (isOpen) text += '"'
        isOpen = false
        text += this.#annotations(property, value, row, annotating)
      }
      if (typeof value === 'string' && !needsEscape(value)) {
        text += isOpen ? key.betweenTexts : key.beforeText
        text += value
        isOpen = true
      } else {
        text += isOpen ? key.afterText : key.plain
        text += writeValue(property.column, value)
        isOpen = false
      }
    }
    if (isOpen) text += '"'
    // Users and teams show the key of principal beside their own.
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

/** A name as it stands before a value, with the quotation marks of the values on either side. */
interface Key {
  /** `,"name":` */
  readonly plain: string
  /** `,"name":"` */
  readonly beforeText: string
  /** `","name":` */
  readonly afterText: string
  /** `","name":"` */
  readonly betweenTexts: string
}

function keyOf(name: string): Key {
  const plain = `,${quote(name)}:`
  return {
    plain,
    beforeText: `${plain}"`,
    afterText: `"${plain}`,
    betweenTexts: `"${plain}"`,
  }
}

function writeId(id: Value | undefined): string {
  return typeof id === 'string' ? quote(id) : 'null'
}

/** An etag as a header has it; undefined for tables without row versions. */
export function etagOf(row: Row): string | undefined {
  const version = row['versionnumber']
  return typeof version === 'bigint' ? `W/"${version}"` : undefined
}
